//! What became of a transaction that an earlier run signed.

use super::NodeError;
use crate::journal::Entry;
use alloy::providers::{DynProvider, Provider};
use std::fmt;

/// Why something is sent that had been sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replan {
    /// The transaction is in a block and reverted.
    Reverted,
    /// The account used its nonce for another one.
    NonceUsed,
    /// It pays less for gas than blocks ask for: the same nonce is signed again, so that one of the two can be mined.
    Underpriced,
    /// It was in a block, of a chain that has begun anew or of a branch that is gone with the transactions before it.
    ChainReset,
}

impl fmt::Display for Replan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reverted => "the transaction of an earlier run reverted",
            Self::NonceUsed => "the account used the nonce of an earlier run's transaction for another one",
            Self::Underpriced => {
                "the transaction of an earlier run pays too little, and is replaced under its nonce"
            }
            Self::ChainReset => "the chain no longer has the transactions before that of an earlier run",
        })
    }
}

/// What to do about an entry whose contract is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Past {
    /// The same bytes can still be mined.
    Alive,
    /// They cannot.
    Dead(Replan),
    /// They wait for others, which nobody has.
    Gap,
}

/// Asks for its receipt, and decides. Nonces are those of the state in which the contract is not there, after the block `head`.
pub(super) async fn of(
    provider: &DynProvider,
    entry: &Entry,
    (latest, pending): (u64, u64),
    head: u64,
) -> Result<Past, NodeError> {
    let receipt = provider.get_transaction_receipt(entry.tx_hash).await?;
    Ok(decide(entry, receipt.map(|receipt| receipt.status()), (latest, pending), head))
}

fn decide(entry: &Entry, succeeded: Option<bool>, (latest, pending): (u64, u64), head: u64) -> Past {
    match succeeded {
        Some(false) => Past::Dead(Replan::Reverted),
        // Mined since the contract was looked for.
        Some(true) => Past::Alive,
        // Where the nonce is used and the contract is not there, this transaction did not create it.
        None if latest > entry.nonce => Past::Dead(Replan::NonceUsed),
        None if pending >= entry.nonce => Past::Alive,
        // A reorg that took what came before it, too, may bring all of it back; a chain that ends below has begun anew.
        None if entry.mined.is_some_and(|mined| head < mined.block_number) => Past::Dead(Replan::ChainReset),
        None => Past::Gap,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Mined;

    #[test]
    fn the_same_bytes_go_again_as_long_as_they_can_be_mined() {
        let entry = Entry { nonce: 5, ..Entry::default() };
        let mined = Mined { block_number: 9, ..Mined::default() };
        let mined = Entry { mined: Some(mined), ..entry.clone() };
        for (entry, succeeded, latest, pending, past) in [
            (&entry, None, 5, 5, Past::Alive),
            (&entry, None, 5, 6, Past::Alive),
            (&entry, None, 3, 5, Past::Alive),
            (&entry, None, 3, 4, Past::Gap),
            (&entry, None, 6, 6, Past::Dead(Replan::NonceUsed)),
            (&entry, Some(false), 6, 6, Past::Dead(Replan::Reverted)),
            (&entry, Some(true), 6, 6, Past::Alive),
            // A reorg dropped it.
            (&mined, None, 5, 5, Past::Alive),
            (&mined, None, 3, 3, Past::Gap),
        ] {
            let found = decide(entry, succeeded, (latest, pending), 9);
            assert_eq!(found, past, "{succeeded:?} {latest} {pending}");
        }
        assert_eq!(decide(&mined, None, (0, 0), 8), Past::Dead(Replan::ChainReset));
    }
}
