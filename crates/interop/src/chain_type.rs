use std::fmt;

/// The kind of chain that an interoperable address is for: the binary key of a CAIP-350 profile.
///
/// Only [`Self::EIP155`] is read further here. Of the others the bytes are kept as they are, and the names are known for
/// the sake of whoever reads an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainType(pub u16);

impl ChainType {
    /// Chains of the EVM, told apart by their EIP-155 chain id.
    pub const EIP155: Self = Self(0x0000);
    /// Bitcoin and its kin.
    pub const BIP122: Self = Self(0x0001);
    /// Solana.
    pub const SOLANA: Self = Self(0x0002);
    /// Starknet.
    pub const STARKNET: Self = Self(0x0003);

    /// Returns the CAIP-2 namespace of the chains, if it is one of those above.
    pub const fn namespace(self) -> Option<&'static str> {
        match self {
            Self::EIP155 => Some("eip155"),
            Self::BIP122 => Some("bip122"),
            Self::SOLANA => Some("solana"),
            Self::STARKNET => Some("starknet"),
            _ => None,
        }
    }
}

impl fmt::Display for ChainType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace() {
            Some(namespace) => write!(f, "{namespace} (0x{:04x})", self.0),
            None => write!(f, "0x{:04x}", self.0),
        }
    }
}
