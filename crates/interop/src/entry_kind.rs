use crate::Checksum;
use std::fmt;

/// The kinds of entries that an access list under the inbox's address can hold.
///
/// Specs: "Predeploys", section "Access-list".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// Type `0x01`: where to find the log.
    Lookup,
    /// Type `0x02`: the upper bytes of a chain id of more than 64 bits.
    ChainIdExtension,
    /// Type `0x03`: the checksum of the message.
    Checksum,
}

impl EntryKind {
    /// Returns the first byte of entries of this kind.
    pub const fn type_byte(self) -> u8 {
        match self {
            Self::Lookup => 0x01,
            Self::ChainIdExtension => 0x02,
            Self::Checksum => Checksum::TYPE,
        }
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Lookup => "lookup",
            Self::ChainIdExtension => "chain-id extension",
            Self::Checksum => "checksum",
        };
        write!(f, "{name} (0x{:02x})", self.type_byte())
    }
}
