use alloy::primitives::{Address, B256, address, b256};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The mnemonic of the funded accounts, known to everybody: its keys are worth nothing on a chain that is.
pub const MNEMONIC: &str = "test test test test test test test test test test test junk";

/// The accounts of [`MNEMONIC`], each with 10,000 ETH on every chain.
pub const DEV_ACCOUNTS: [Address; 10] = [
    address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
    address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
    address!("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
    address!("0x90F79bf6EB2c4f870365E785982E1f101E93b906"),
    address!("0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"),
    address!("0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"),
    address!("0x976EA74026E726554dB657fA54763abd0C3a0aa9"),
    address!("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"),
    address!("0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"),
    address!("0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"),
];

/// The key of the first account, which commands use when none is given.
pub(crate) const FUNDED_KEY: B256 =
    b256!("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");

/// The account that relays on a devnet, with as much ETH as the others on every chain.
///
/// It is none of [`DEV_ACCOUNTS`], which all belong to the user: two who send from one account take each other's nonces,
/// and transactions vanish.
pub const RELAYER_ACCOUNT: Address = address!("0x08a8f95a9bAF24f61Ab102c55bf1B0E669C16946");

/// The key of [`RELAYER_ACCOUNT`]: the hash of its name, as known to everybody as the mnemonic.
pub(crate) const RELAYER_KEY: B256 =
    b256!("0x9f776ad2009ce4100007490b26828fab2d3499f485f5b09af40930947de299a5");

/// The key of [`RELAYER_ACCOUNT`], for a relayer that runs beside a devnet.
pub fn relayer_key() -> SecretKey {
    SecretKey::new(RELAYER_KEY)
}

/// A private key, as hex. Debug output does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretKey(String);

impl SecretKey {
    pub(crate) fn new(key: B256) -> Self {
        Self(key.to_string())
    }

    /// The key, `0x` and 64 hex digits. For signing, never for printing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::keccak256;
    use alloy::signers::local::{MnemonicBuilder, PrivateKeySigner, coins_bip39::English};

    #[test]
    fn accounts_are_those_of_the_mnemonic() {
        for (index, address) in [0, 9].map(|index| (index, DEV_ACCOUNTS[index])) {
            let signer = MnemonicBuilder::<English>::default()
                .phrase(MNEMONIC)
                .index(u32::try_from(index).unwrap())
                .unwrap()
                .build()
                .unwrap();
            assert_eq!(signer.address(), address);
        }
        for (key, address) in [(FUNDED_KEY, DEV_ACCOUNTS[0]), (RELAYER_KEY, RELAYER_ACCOUNT)] {
            assert_eq!(PrivateKeySigner::from_bytes(&key).unwrap().address(), address);
        }
    }

    #[test]
    fn the_relayer_has_an_account_of_its_own() {
        assert!(!DEV_ACCOUNTS.contains(&RELAYER_ACCOUNT));
        assert_eq!(RELAYER_KEY, keccak256("causeway devnet relayer"));
    }

    #[test]
    fn keys_are_not_shown() {
        let key = SecretKey::new(FUNDED_KEY);
        assert_eq!(format!("{key:?}"), "SecretKey(…)");
        assert_eq!(key.expose().len(), 66);
    }
}
