use super::deposit::raw_deposit;
use alloy::primitives::{Address, B256, Bytes, keccak256};
use op_alloy_consensus::TxDeposit;

/// One transaction of an upgrade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The line of its intent in the manifest.
    pub line: usize,
    /// What it is for: the source hash is made of this.
    pub intent: String,
    /// The same, less the label and number that op-node puts in front of it, where the manifest has both.
    pub numbered_intent: Option<String>,
    /// The contract that it creates, or calls, if that has a name.
    pub contract: Option<String>,
    /// Where it creates one.
    pub creates: Option<Address>,
    /// The code that is there then, if that can be told.
    pub leaves: Option<Bytes>,
    /// The implementation that it puts behind the proxy it calls.
    pub upgrades_to: Option<Address>,
    /// The function that it calls.
    pub calls: Option<String>,
    /// Gas that it used when it was run with the same code.
    pub measured: Option<u64>,
    /// The transaction.
    pub deposit: TxDeposit,
}

impl Step {
    /// The bytes of the transaction.
    pub fn raw(&self) -> Bytes {
        raw_deposit(&self.deposit)
    }

    /// Its hash.
    pub fn hash(&self) -> B256 {
        keccak256(self.raw())
    }
}
