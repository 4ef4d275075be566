use crate::preinstalls;
use alloy::{
    primitives::{Address, B256, Bytes, address, b256, hex, keccak256},
    sol,
    sol_types::{SolCall, SolValue},
};
use causeway_bindings::DEPLOYMENT_PROXY;

sol! {
    interface ICreateX {
        function deployCreate2(bytes32 salt, bytes memory initCode) external payable returns (address newContract);
    }

    interface ICreate2Deployer {
        function deploy(uint256 value, bytes32 salt, bytes memory code) external;
    }
}

/// Who has to be paid [`PROXY_FUNDS`] before [`PROXY_TRANSACTION`] can be sent: nobody has its key.
pub const PROXY_SIGNER: Address = address!("0x3fab184622dc19b6109349b94811493bf2a45362");

/// What the creation of the deterministic deployment proxy takes, in wei: 0.01 ETH.
pub const PROXY_FUNDS: u64 = 10_000_000_000_000_000;

/// The signed transaction, without a chain id, that creates the deterministic deployment proxy at its address on any chain
/// which still takes such transactions.
pub const PROXY_TRANSACTION: [u8; 167] = hex!(
    "f8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba0222222222222222222222222"
    "2222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222"
);

/// A contract at one address on many chains, which creates contracts whose addresses depend on their creation code and a salt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Factory {
    /// The deterministic deployment proxy, which forge and most scripts use.
    #[default]
    Proxy,
    /// pcaversaccio's Create2Deployer, a preinstall of the OP Stack.
    Create2Deployer,
    /// CreateX, by `deployCreate2`.
    CreateX,
}

/// Why a factory gives no address for a salt that is the same on every chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaltError {
    /// CreateX mixes the chain's id into salts of this form.
    #[error(
        "CreateX mixes the chain's id into this salt (its byte 20 is 01): each chain would have another address"
    )]
    PerChain,
    /// CreateX refuses salts of this form.
    #[error(
        "CreateX refuses this salt: it begins with the sender's or the zero address, and its byte 20 is neither 00 nor 01"
    )]
    Refused,
}

impl Factory {
    /// Every factory, the default first.
    pub const ALL: [Self; 3] = [Self::Proxy, Self::Create2Deployer, Self::CreateX];

    /// Name of the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proxy => "DeterministicDeploymentProxy",
            Self::Create2Deployer => "Create2Deployer",
            Self::CreateX => "CreateX",
        }
    }

    /// Address, the same on every chain.
    pub const fn address(self) -> Address {
        match self {
            Self::Proxy => DEPLOYMENT_PROXY,
            Self::Create2Deployer => address!("0x13b0D85CcB8bf860b6b79AF3029fCA081AE9beF2"),
            Self::CreateX => address!("0xba5Ed099633D3B313e4D5F7bdc1305d3c28ba5Ed"),
        }
    }

    /// Hash of its runtime bytecode. What has another at this address is another contract.
    pub const fn code_hash(self) -> B256 {
        match self {
            Self::Proxy => b256!("0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989"),
            Self::Create2Deployer => {
                b256!("0xb0550b5b431e30d38000efb7107aaa0ade03d48a7198a140edda9d27134468b2")
            }
            Self::CreateX => b256!("0xbd8a7ea8cfca7b4e5f5041d7d4b17bc317c5ce42cfbc42066a00cf26b43eb53f"),
        }
    }

    /// Its runtime bytecode.
    pub fn runtime(self) -> Bytes {
        let found = preinstalls().iter().find(|preinstall| preinstall.address == self.address());
        found.map(|preinstall| preinstall.runtime.clone()).unwrap_or_default()
    }

    /// The input by which it creates a contract. Without value: Create2Deployer would pay it from its own balance.
    pub fn call(self, salt: B256, init_code: &Bytes) -> Bytes {
        match self {
            Self::Proxy => [salt.as_slice(), init_code].concat().into(),
            Self::Create2Deployer => {
                let call =
                    ICreate2Deployer::deployCall { value: Default::default(), salt, code: init_code.clone() };
                call.abi_encode().into()
            }
            Self::CreateX => {
                ICreateX::deployCreate2Call { salt, initCode: init_code.clone() }.abi_encode().into()
            }
        }
    }

    /// The address that it gives to a contract. `sender` calls it, which CreateX lets some salts depend on.
    pub fn address_of(self, salt: B256, init_code_hash: B256, sender: Address) -> Result<Address, SaltError> {
        let salt = match self {
            Self::Proxy | Self::Create2Deployer => salt,
            Self::CreateX => guarded(salt, sender)?,
        };
        Ok(self.address().create2(salt, init_code_hash))
    }

    /// Whether the address depends on who calls it.
    pub fn is_for_sender(self, salt: B256, sender: Address) -> bool {
        self == Self::CreateX && salt.starts_with(sender.as_slice())
    }
}

/// What CreateX makes of a salt. Its first 20 bytes may name who alone may use it, and byte 20 says whether the salt is for one
/// chain; any other salt is hashed.
fn guarded(salt: B256, sender: Address) -> Result<B256, SaltError> {
    let is_senders = salt.starts_with(sender.as_slice());
    let is_zeros = salt.starts_with(Address::ZERO.as_slice());
    match salt[20] {
        0 if is_senders => Ok(keccak256((sender, salt).abi_encode())),
        1 if is_senders || is_zeros => Err(SaltError::PerChain),
        2.. if is_senders || is_zeros => Err(SaltError::Refused),
        _ => Ok(keccak256(salt)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{
        consensus::{Transaction, TxEnvelope, transaction::SignerRecoverable},
        eips::Decodable2718,
        primitives::U256,
    };

    #[test]
    fn code_hashes_are_those_of_the_preinstalls() {
        for factory in Factory::ALL {
            assert_eq!(keccak256(factory.runtime()), factory.code_hash(), "{}", factory.name());
        }
    }

    #[test]
    fn the_proxys_transaction_creates_it() {
        let envelope = TxEnvelope::decode_2718_exact(&PROXY_TRANSACTION).unwrap();
        assert_eq!(envelope.recover_signer().unwrap(), PROXY_SIGNER);
        assert_eq!(PROXY_SIGNER.create(envelope.nonce()), Factory::Proxy.address());
        let price = U256::from(envelope.max_fee_per_gas()) * U256::from(envelope.gas_limit());
        assert_eq!(price, U256::from(PROXY_FUNDS));
        assert!(envelope.chain_id().is_none());
    }

    #[test]
    fn createx_guards_salts() {
        let sender = Address::repeat_byte(7);
        let salt = |first: Address, byte: u8| {
            let mut salt = B256::repeat_byte(9);
            salt[..20].copy_from_slice(first.as_slice());
            salt[20] = byte;
            salt
        };
        let own = salt(sender, 0);
        assert_eq!(guarded(own, sender), Ok(keccak256([sender.into_word(), own].concat())));
        assert_eq!(guarded(salt(sender, 1), sender), Err(SaltError::PerChain));
        assert_eq!(guarded(salt(sender, 2), sender), Err(SaltError::Refused));
        let open = salt(Address::ZERO, 0);
        assert_eq!(guarded(open, sender), Ok(keccak256(open)));
        assert_eq!(guarded(salt(Address::ZERO, 1), sender), Err(SaltError::PerChain));
        assert_eq!(guarded(salt(Address::ZERO, 255), sender), Err(SaltError::Refused));
        // Another's is any salt.
        for byte in 0..3 {
            let other = salt(Address::repeat_byte(8), byte);
            assert_eq!(guarded(other, sender), Ok(keccak256(other)));
        }
    }
}
