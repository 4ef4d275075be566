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
