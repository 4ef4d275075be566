use std::fmt;

use alloy_primitives::{B256, U256, keccak256};

/// The 32-byte commitment to a message that a transaction's access list declares.
///
/// It covers the emitting account, the payload and the position of the log, so no two messages share one.
/// Its first byte is [`Checksum::TYPE`], the rest a hash. The contract computes the same value in
/// `CrossL2Inbox.calculateChecksum`. Specs: "Predeploys", section "type 3: Checksum".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum(pub B256);

impl Checksum {
    /// The type byte of a checksum entry in an access list, which is also the checksum's first byte.
    pub const TYPE: u8 = 0x03;

    /// Computes the checksum of the log with this [`log_hash`](crate::log_hash) at this position.
    ///
    /// Mind the order of the packed fields: block number, *timestamp*, log index.
    pub fn of_log(log_hash: B256, block_number: u64, timestamp: u64, log_index: u32, chain_id: U256) -> Self {
        let mut bytes = [0u8; 64];
        bytes[..32].copy_from_slice(log_hash.as_slice());
        bytes[44..52].copy_from_slice(&block_number.to_be_bytes());
        bytes[52..60].copy_from_slice(&timestamp.to_be_bytes());
        bytes[60..].copy_from_slice(&log_index.to_be_bytes());
        let position = keccak256(bytes);

        bytes[..32].copy_from_slice(position.as_slice());
        bytes[32..].copy_from_slice(&chain_id.to_be_bytes::<32>());
        let mut bare = keccak256(bytes);

        bare.0[0] = Self::TYPE;
        Self(bare)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl From<Checksum> for B256 {
    fn from(checksum: Checksum) -> Self {
        checksum.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_byte_is_the_type() {
        let checksum = Checksum::of_log(B256::ZERO, 0, 0, 0, U256::ZERO);
        assert_eq!(checksum.0[0], Checksum::TYPE);
    }

    #[test]
    fn display_is_the_whole_hex() {
        let text = Checksum(B256::repeat_byte(3)).to_string();
        assert_eq!(text, format!("0x{}", "03".repeat(32)));
    }
}
