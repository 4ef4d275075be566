use crate::{Cost, StoreError, cost::cost, database::Row};
use alloy_primitives::{Address, B256, Bytes};

/// A message that a transaction carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptItem {
    /// The hash of the message.
    pub message: B256,
    /// The gas that its part of the transaction may use: its weight when the cost is divided. Zero when that is not
    /// known; all items weigh the same then.
    pub gas: u64,
}

/// A signed transaction that is about to be sent.
///
/// Transactions of one signer with one nonce are *versions* of each other: a block takes one of them at most.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// What it carries, in its order; nothing, when it only fills a nonce.
    pub items: Vec<AttemptItem>,
    /// The chain that it goes to.
    pub chain_id: u64,
    /// The account that signed it.
    pub signer: Address,
    /// Its nonce.
    pub nonce: u64,
    /// Its hash.
    pub tx_hash: B256,
    /// Its bytes, as `eth_sendRawTransaction` takes them.
    pub raw_tx: Bytes,
    /// When it was signed, in milliseconds since the epoch.
    pub created_ms: u64,
}

impl NewAttempt {
    /// The messages that it carries, in its order.
    pub fn messages(&self) -> impl Iterator<Item = B256> + '_ {
        self.items.iter().map(|item| item.message)
    }
}

impl std::fmt::Debug for NewAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAttempt")
            .field("tx_hash", &self.tx_hash)
            .field("chain_id", &self.chain_id)
            .field("signer", &self.signer)
            .field("nonce", &self.nonce)
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttemptState {
    /// Recorded; perhaps sent, perhaps not: the process may have ended in between.
    Signed,
    /// A node accepted it.
    Broadcast,
    /// A canonical block holds it, and it succeeded. Whether it delivered a message is judged by the logs alone: in
    /// a batch, one call may fail without the others.
    Included,
    /// It delivers nothing: it reverted, or it cannot be included any more.
    Failed,
    /// Another transaction with the same nonce took its place.
    Replaced,
    /// It will not be sent (again), and its nonce is free.
    Abandoned,
}

impl AttemptState {
    const ALL: [Self; 6] =
        [Self::Signed, Self::Broadcast, Self::Included, Self::Failed, Self::Replaced, Self::Abandoned];

    /// The name, as in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Broadcast => "broadcast",
            Self::Included => "included",
            Self::Failed => "failed",
            Self::Replaced => "replaced",
            Self::Abandoned => "abandoned",
        }
    }

    /// Whether its fate is open.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Signed | Self::Broadcast)
    }
}

/// How a block took a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The height of the block.
    pub block_number: u64,
    /// Its hash.
    pub block_hash: B256,
    /// The status in the receipt.
    pub success: bool,
}

/// A recorded transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The position in the order of recording.
    pub id: u64,
    /// What was recorded.
    pub tx: NewAttempt,
    /// What became of it.
    pub state: AttemptState,
    /// The height of the block that holds it.
    pub block_number: Option<u64>,
    /// Why it failed, or was given up.
    pub error: Option<String>,
    /// The messages that failed in it while others did not, and why, as far as that was recorded.
    pub failures: Vec<(B256, String)>,
    /// What it cost, once that was recorded.
    pub cost: Option<Cost>,
}

/// The attempt in a row; its items come from elsewhere.
pub(crate) fn attempt(row: &Row) -> Result<Attempt, StoreError> {
    let name = row.text("state")?;
    let state = AttemptState::ALL
        .into_iter()
        .find(|state| state.as_str() == name)
        .ok_or_else(|| StoreError::Decode { column: "state", reason: format!("unknown state `{name}`") })?;
    Ok(Attempt {
        id: row.uint("id")?,
        tx: NewAttempt {
            items: Vec::new(),
            chain_id: row.uint("chain_id")?,
            signer: row.address("signer")?,
            nonce: row.uint("nonce")?,
            tx_hash: row.b256("tx_hash")?,
            raw_tx: row.bytes("raw_tx")?,
            created_ms: row.uint("created_ms")?,
        },
        state,
        block_number: row.optional_uint("block_number")?,
        error: row.optional_text("error")?,
        failures: Vec::new(),
        cost: cost(row)?,
    })
}
