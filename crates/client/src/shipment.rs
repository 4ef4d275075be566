use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::SolCall,
};
use causeway_bindings::{L2ToL2CrossDomainMessenger, SuperchainETHBridge, SuperchainTokenBridge};
use causeway_interop::{
    L2_TO_L2_CROSS_DOMAIN_MESSENGER, SUPERCHAIN_ETH_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE, SentMessage,
};

/// What is sent to another chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shipment {
    /// Tokens: burnt here, minted there.
    Erc20 {
        /// The SuperchainERC20, at one address on both chains.
        token: Address,
        /// Who gets them.
        recipient: Address,
        /// How many, in the token's smallest unit.
        amount: U256,
    },
    /// Ether.
    Ether {
        /// Who gets it.
        recipient: Address,
        /// How much, in wei.
        amount: U256,
    },
    /// A message that moves no value: a call of a contract.
    Message {
        /// The account that gets called.
        target: Address,
        /// Its calldata.
        message: Bytes,
    },
}

impl Shipment {
    /// Reads what a message carries, and who sent that: only what a bridge sends to its own other end moves value. Whatever
    /// else calls a bridge does not get there.
    pub fn of(message: &SentMessage) -> (Address, Self) {
        let SentMessage { sender, target, message: data, .. } = message;
        let is_of = |bridge| *sender == bridge && *target == bridge;
        if is_of(SUPERCHAIN_TOKEN_BRIDGE)
            && let Ok(call) = SuperchainTokenBridge::relayERC20Call::abi_decode(data)
        {
            let shipment = Self::Erc20 { token: call._token, recipient: call._to, amount: call._amount };
            return (call._from, shipment);
        }
        if is_of(SUPERCHAIN_ETH_BRIDGE)
            && let Ok(call) = SuperchainETHBridge::relayETHCall::abi_decode(data)
        {
            return (call._from, Self::Ether { recipient: call._to, amount: call._amount });
        }
        (*sender, Self::Message { target: *target, message: data.clone() })
    }

    /// Returns the contract that sends it, with the name that people know it by.
    pub const fn contract(&self) -> (&'static str, Address) {
        match self {
            Self::Erc20 { .. } => ("SuperchainTokenBridge", SUPERCHAIN_TOKEN_BRIDGE),
            Self::Ether { .. } => ("SuperchainETHBridge", SUPERCHAIN_ETH_BRIDGE),
            Self::Message { .. } => ("L2ToL2CrossDomainMessenger", L2_TO_L2_CROSS_DOMAIN_MESSENGER),
        }
    }

    /// Returns the token, if it is one that is sent.
    pub const fn token(&self) -> Option<Address> {
        match self {
            Self::Erc20 { token, .. } => Some(*token),
            Self::Ether { .. } | Self::Message { .. } => None,
        }
    }

    /// Returns the wei that the sending transaction carries.
    pub const fn value(&self) -> U256 {
        match self {
            Self::Ether { amount, .. } => *amount,
            Self::Erc20 { .. } | Self::Message { .. } => U256::ZERO,
        }
    }

    /// Returns the calldata by which [`contract`](Self::contract) sends it.
    pub(crate) fn call(&self, destination: U256) -> Vec<u8> {
        match self {
            Self::Erc20 { token, recipient, amount } => SuperchainTokenBridge::sendERC20Call {
                _token: *token,
                _to: *recipient,
                _amount: *amount,
                _chainId: destination,
            }
            .abi_encode(),
            Self::Ether { recipient, .. } => {
                SuperchainETHBridge::sendETHCall { _to: *recipient, _chainId: destination }.abi_encode()
            }
            Self::Message { target, message } => L2ToL2CrossDomainMessenger::sendMessageCall {
                _destination: destination,
                _target: *target,
                _message: message.clone(),
            }
            .abi_encode(),
        }
    }

    /// Returns the message by which it travels when `account` sends it and the messenger gives it this nonce.
    pub(crate) fn message(&self, account: Address, nonce: U256, destination: U256) -> SentMessage {
        let (_, contract) = self.contract();
        let (sender, target, message) = match self {
            Self::Erc20 { token, recipient, amount } => {
                let call = SuperchainTokenBridge::relayERC20Call {
                    _token: *token,
                    _from: account,
                    _to: *recipient,
                    _amount: *amount,
                };
                (contract, contract, call.abi_encode().into())
            }
            Self::Ether { recipient, amount } => {
                let call =
                    SuperchainETHBridge::relayETHCall { _from: account, _to: *recipient, _amount: *amount };
                (contract, contract, call.abi_encode().into())
            }
            Self::Message { target, message } => (account, *target, message.clone()),
        };
        SentMessage { destination, target, nonce, sender, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_carries_is_read_from_it() {
        let (account, recipient) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let (nonce, destination) = (U256::from(7), U256::from(902));
        let shipments = [
            Shipment::Erc20 { token: Address::repeat_byte(3), recipient, amount: U256::from(5) },
            Shipment::Ether { recipient, amount: U256::from(5) },
            Shipment::Message { target: recipient, message: Bytes::from_static(b"hello") },
        ];
        for shipment in shipments {
            let sent = shipment.message(account, nonce, destination);
            assert_eq!(Shipment::of(&sent), (account, shipment.clone()));
            // Anybody can call a bridge by a message; that moves nothing.
            let forged = SentMessage { sender: account, ..sent.clone() };
            let read = Shipment::of(&forged);
            let plain = Shipment::Message { target: sent.target, message: sent.message.clone() };
            assert_eq!(read, (account, plain.clone()));
            let cut = sent.message.slice(..sent.message.len() - 1);
            let cut = SentMessage { message: cut, ..sent };
            assert!(matches!(Shipment::of(&cut), (_, Shipment::Message { .. })));
        }
    }
}
