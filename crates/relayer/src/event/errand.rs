use alloy::primitives::Address;
use causeway_store::ErrandKind;

/// What became of transactions that deliver nothing: transfers to signers, and resends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrandEvent {
    /// A block holds another transaction of the account with the nonce of ours: somebody else has the key. What ours was for is
    /// done by another one, if it is needed still; a transfer when that block is final.
    Foreign {
        /// The chain.
        chain_id: u64,
        /// The account.
        account: Address,
        /// The nonce.
        nonce: u64,
        /// What ours was.
        what: ErrandKind,
        /// The block, or one that is not older, where it is too old to be known.
        block_number: u64,
    },
}

impl ErrandEvent {
    /// What happened, in words.
    pub fn reason(&self) -> String {
        match self {
            Self::Foreign { account, nonce, what, block_number, .. } => format!(
                "block {block_number} has another transaction of {account} with nonce {nonce}, which a {} was signed with; does \
                 somebody else use its key?",
                what.as_str()
            ),
        }
    }
}
