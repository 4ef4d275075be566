use alloy_primitives::{Address, B256, U256};

use crate::{Access, Checksum, abi, log_hash};

/// The pointer to an initiating message: which log of which block of which chain.
///
/// Specs: "Messaging", section "Message Identifier". The contracts take every integer as `uint256`
/// ([`abi::Identifier`]); a chain can only produce values of these widths, and `CrossL2Inbox` rejects
/// wider ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identifier {
    /// The account that emitted the log.
    pub origin: Address,
    /// The number of the block that holds the log.
    pub block_number: u64,
    /// The index of the log within its block, counted over all transactions.
    pub log_index: u32,
    /// The timestamp of that block, in seconds.
    pub timestamp: u64,
    /// The chain of that block.
    pub chain_id: U256,
}

impl Identifier {
    /// Returns the checksum of the message with this identifier and payload hash.
    pub fn checksum(&self, msg_hash: B256) -> Checksum {
        let log_hash = log_hash(self.origin, msg_hash);
        Checksum::of_log(log_hash, self.block_number, self.timestamp, self.log_index, self.chain_id)
    }

    /// Returns what an access list declares for the message with this identifier and payload hash.
    pub fn access(&self, msg_hash: B256) -> Access {
        Access {
            block_number: self.block_number,
            timestamp: self.timestamp,
            log_index: self.log_index,
            chain_id: self.chain_id,
            checksum: self.checksum(msg_hash),
        }
    }

    /// Returns the lookup entry (type `0x01`) of an access list: where to find the log.
    pub fn lookup(&self) -> B256 {
        crate::access::lookup_entry(self.chain_id, self.block_number, self.timestamp, self.log_index)
    }

    /// Returns the chain-id extension entry (type `0x02`), needed when the chain id exceeds 64 bits.
    pub fn lookup_extension(&self) -> Option<B256> {
        crate::access::extension_entry(self.chain_id)
    }
}

/// Why an [`abi::Identifier`] points at nothing that a chain could hold.
///
/// The checks come in the order of `CrossL2Inbox.calculateChecksum`, and each names the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// The block number does not fit 64 bits: the contract's `BlockNumberTooHigh()`.
    #[error("block number too high: {value} exceeds 64 bits")]
    BlockNumberTooHigh {
        /// The block number.
        value: U256,
    },
    /// The log index does not fit 32 bits: the contract's `LogIndexTooHigh()`.
    #[error("log index too high: {value} exceeds 32 bits")]
    LogIndexTooHigh {
        /// The log index.
        value: U256,
    },
    /// The timestamp does not fit 64 bits: the contract's `TimestampTooHigh()`.
    #[error("timestamp too high: {value} exceeds 64 bits")]
    TimestampTooHigh {
        /// The timestamp.
        value: U256,
    },
}

impl TryFrom<abi::Identifier> for Identifier {
    type Error = IdentifierError;

    fn try_from(id: abi::Identifier) -> Result<Self, IdentifierError> {
        let block_number = u64::try_from(id.blockNumber)
            .map_err(|_| IdentifierError::BlockNumberTooHigh { value: id.blockNumber })?;
        let log_index = u32::try_from(id.logIndex)
            .map_err(|_| IdentifierError::LogIndexTooHigh { value: id.logIndex })?;
        let timestamp = u64::try_from(id.timestamp)
            .map_err(|_| IdentifierError::TimestampTooHigh { value: id.timestamp })?;
        Ok(Self { origin: id.origin, block_number, log_index, timestamp, chain_id: id.chainId })
    }
}

impl From<Identifier> for abi::Identifier {
    fn from(id: Identifier) -> Self {
        Self {
            origin: id.origin,
            blockNumber: U256::from(id.block_number),
            logIndex: U256::from(id.log_index),
            timestamp: U256::from(id.timestamp),
            chainId: id.chain_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oversize() -> abi::Identifier {
        abi::Identifier {
            origin: Address::ZERO,
            blockNumber: U256::from(u64::MAX) + U256::ONE,
            logIndex: U256::from(u32::MAX) + U256::ONE,
            timestamp: U256::MAX,
            chainId: U256::MAX,
        }
    }

    #[test]
    fn oversize_fields_are_named_in_the_contract_order() {
        let mut id = oversize();
        let error = Identifier::try_from(id.clone()).unwrap_err();
        assert_eq!(error.to_string(), "block number too high: 18446744073709551616 exceeds 64 bits");

        id.blockNumber = U256::from(u64::MAX);
        let error = Identifier::try_from(id.clone()).unwrap_err();
        assert_eq!(error, IdentifierError::LogIndexTooHigh { value: U256::from(1u64 << 32) });

        id.logIndex = U256::from(u32::MAX);
        let error = Identifier::try_from(id.clone()).unwrap_err();
        assert_eq!(error, IdentifierError::TimestampTooHigh { value: U256::MAX });

        id.timestamp = U256::from(u64::MAX);
        assert_eq!(abi::Identifier::from(Identifier::try_from(id.clone()).unwrap()), id);
    }
}
