use alloy::primitives::{Address, B256, U256};
use causeway_client::{NodeFault, SafetyHeads};
use causeway_store::{Cost, StoreError};

use super::receipt::Receipt;
use crate::{engine::Event, errand::Memory};

/// What comes of a request to the node.
#[derive(Debug)]
pub(super) enum Answer {
    /// What the lane wants to know.
    Event(Event),
    /// What became of a nonce, as the node says.
    Fate(Verdict),
    /// What an account has.
    Balance(Address, Option<U256>),
    /// These costs are entered, as far as the node tells; there may be more to enter.
    Books { more: bool, entered: Vec<(B256, Cost)> },
    /// What has landed and nobody has recorded; there may be more that the node does not tell of now.
    Fillers { found: Vec<Filler>, is_done: bool },
    /// So many transactions of accounts that are not configured were sent again.
    Orphans(usize),
    /// What the lane wants to know of the chain itself, where the node said it.
    Facts { batcher: Option<bool>, block_gas: Option<u64> },
    /// Accounts that did not sign were asked whether they do again; what came of it is told.
    Signers,
    /// How safe the blocks are, as the verifier says.
    Safety(Result<SafetyHeads, NodeFault>),
    /// A round of errands is over.
    Errands(Memory),
    /// The store failed.
    Store(StoreError),
}

/// A transaction that carries no message of ours and is in a block.
#[derive(Clone, Debug)]
pub(super) struct Filler {
    pub(super) signer: Address,
    pub(super) nonce: u64,
    pub(super) receipt: Receipt,
}

/// What a node says of a nonce.
#[derive(Debug)]
pub(super) struct Verdict {
    /// Whose nonce.
    pub(super) signer: Address,
    /// The nonce.
    pub(super) nonce: u64,
    /// The newest transaction of ours that has it.
    pub(super) tx_hash: B256,
    /// What the node says.
    pub(super) fate: Fate,
}

/// What a node says of a nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A block holds our transaction.
    Ours(Box<Receipt>),
    /// A block holds another transaction of the account, of which the node may have the receipt.
    Other { block_number: u64, block_hash: B256, receipt: Option<Box<Receipt>> },
    /// It was used by the oldest block that is remembered, or before.
    Buried { block_number: u64, block_hash: B256 },
    /// No block that was taken in uses it.
    Unused,
    /// The node cannot tell.
    Unknown,
}

impl Fate {
    /// The receipt of the transaction that used the nonce, if the node has told.
    pub(super) fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Ours(receipt) => Some(receipt),
            Self::Other { receipt, .. } => receipt.as_deref(),
            Self::Buried { .. } | Self::Unused | Self::Unknown => None,
        }
    }
}

/// An answer that concerns the lane.
pub(super) enum Opened {
    Event(Event),
    /// What a node said of a nonce, to be held against the blocks that were taken in.
    Fate(Verdict),
    /// The books are kept; there may be more to enter.
    Books {
        more: bool,
        entered: Vec<(B256, Cost)>,
    },
    /// What has landed and nobody has recorded.
    Fillers {
        found: Vec<Filler>,
        is_done: bool,
    },
    /// So many transactions of accounts that are not configured were sent again.
    Orphans(usize),
    /// How safe the blocks are, as the verifier says.
    Safety(Result<SafetyHeads, NodeFault>),
    /// A round of errands is over.
    Errands(Memory),
    /// What the chain is.
    Facts {
        batcher: Option<bool>,
        block_gas: Option<u64>,
    },
}
