use std::iter::FusedIterator;

use alloy_primitives::{B256, U256};

use crate::{Checksum, EntryKind};

/// One message as a transaction's access list declares it: where the log is, and its checksum.
///
/// The origin and the payload are not in it; they are in the checksum. Specs: "Predeploys", section
/// "Access-list".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Access {
    /// The number of the block that holds the log.
    pub block_number: u64,
    /// The timestamp of that block, in seconds.
    pub timestamp: u64,
    /// The index of the log within its block.
    pub log_index: u32,
    /// The chain of that block.
    pub chain_id: U256,
    /// The commitment to origin, payload and position.
    pub checksum: Checksum,
}

impl Access {
    /// Returns the checksum that the log with this [`log_hash`](crate::log_hash) has at this position.
    ///
    /// The declaration is true when it equals [`Access::checksum`].
    pub fn checksum_of(&self, log_hash: B256) -> Checksum {
        Checksum::of_log(log_hash, self.block_number, self.timestamp, self.log_index, self.chain_id)
    }

    /// Returns the two or three storage keys of this declaration, in their order.
    pub fn entries(&self) -> AccessEntries {
        let lookup = lookup_entry(self.chain_id, self.block_number, self.timestamp, self.log_index);
        AccessEntries { pending: [Some(lookup), extension_entry(self.chain_id), Some(self.checksum.0)] }
    }
}

/// The storage keys of one declared message, in order: lookup, extension if needed, checksum.
#[derive(Clone, Debug)]
pub struct AccessEntries {
    pending: [Option<B256>; 3],
}

impl Iterator for AccessEntries {
    type Item = B256;

    fn next(&mut self) -> Option<B256> {
        self.pending.iter_mut().find_map(Option::take)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.pending.iter().flatten().count();
        (left, Some(left))
    }
}

impl ExactSizeIterator for AccessEntries {}
impl FusedIterator for AccessEntries {}

/// `0x01 ++ 3 zero bytes ++ u64 chain id (low bits) ++ u64 block number ++ u64 timestamp ++ u32 log index`.
pub(crate) fn lookup_entry(chain_id: U256, block_number: u64, timestamp: u64, log_index: u32) -> B256 {
    let [chain_id_low, ..] = *chain_id.as_limbs();
    let mut entry = B256::ZERO;
    entry[0] = EntryKind::Lookup.type_byte();
    entry[4..12].copy_from_slice(&chain_id_low.to_be_bytes());
    entry[12..20].copy_from_slice(&block_number.to_be_bytes());
    entry[20..28].copy_from_slice(&timestamp.to_be_bytes());
    entry[28..].copy_from_slice(&log_index.to_be_bytes());
    entry
}

/// `0x02 ++ 7 zero bytes ++ the upper 24 bytes of the chain id`, or nothing when those are zero.
pub(crate) fn extension_entry(chain_id: U256) -> Option<B256> {
    if chain_id <= U256::from(u64::MAX) {
        return None;
    }
    let mut entry = B256::ZERO;
    entry[0] = EntryKind::ChainIdExtension.type_byte();
    entry[8..].copy_from_slice(&chain_id.to_be_bytes::<32>()[..24]);
    Some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(chain_id: U256) -> Access {
        Access {
            block_number: 1,
            timestamp: 2,
            log_index: 3,
            chain_id,
            checksum: Checksum(B256::repeat_byte(3)),
        }
    }

    #[test]
    fn entries_know_how_many_they_are() {
        assert_eq!(access(U256::from(u64::MAX)).entries().len(), 2);

        let mut entries = access(U256::from(u64::MAX) + U256::ONE).entries();
        assert_eq!(entries.len(), 3);
        let kinds: Vec<u8> = entries.by_ref().map(|entry| entry[0]).collect();
        assert_eq!(kinds, [1, 2, 3]);
        assert_eq!((entries.len(), entries.next()), (0, None));
    }
}
