//! The chain that everything is measured on: what it is called, and what its logs say.

use alloy_primitives::{Address, B256, U256};

pub(super) const SOURCE: U256 = U256::from_limbs([901, 0, 0, 0]);
pub(super) const HERE: U256 = U256::from_limbs([902, 0, 0, 0]);
pub(super) const EMITTER: Address = Address::repeat_byte(0xaa);
pub(super) const TOPIC: B256 = B256::repeat_byte(1);
pub(super) const GENESIS: u64 = 1_700_000_000;

/// Logs of the chain.
pub(super) const LOGS: u64 = 1_000_000;
/// Logs of each of its blocks.
pub(super) const LOGS_PER_BLOCK: u64 = 100;

/// What a log says: its own number in the chain.
pub(super) fn log_data(log: u64) -> [u8; 96] {
    let mut data = [7; 96];
    data[..8].copy_from_slice(&log.to_be_bytes());
    data
}
