//! Transactions whose accounts are not configured any more. Nothing can be signed in their place, and the messages in them wait for
//! what becomes of them: so at least they go out again.

use alloy::providers::Provider;
use causeway_store::{Attempt, StoreError};

use super::{answer::Answer, node::Node};

/// So many blocks pass until they are sent again.
const EVERY: u64 = 8;

/// Whether there are any.
#[derive(Debug, Default)]
pub(super) struct Orphans {
    are_there: bool,
    busy: bool,
    /// The block from which on they are sent again.
    due: u64,
}

impl Orphans {
    /// There are some.
    pub(super) const fn found(&mut self) {
        self.are_there = true;
    }

    /// Whether they are to be sent now.
    pub(super) const fn begin(&mut self, head: u64) -> bool {
        if !self.are_there || self.busy || head < self.due {
            return false;
        }
        (self.busy, self.due) = (true, head.saturating_add(EVERY));
        true
    }

    /// They were sent, as many as there are still.
    pub(super) const fn sent(&mut self, count: usize) {
        (self.busy, self.are_there) = (false, count > 0);
    }
}

impl Node {
    /// Sends what accounts have signed that are not configured any more, and that no block has.
    pub(super) async fn send_orphans(&self) -> Answer {
        match self.orphans().await {
            Ok(orphans) => {
                for Attempt { tx, .. } in &orphans {
                    if self.shared.tenure(self.chain_id).is_over() {
                        break;
                    }
                    // Whatever is answered, blocks decide.
                    let sent = self.provider.send_raw_transaction(&tx.raw_tx).await;
                    let taken = sent.is_ok();
                    tracing::debug!(chain = self.chain_id, tx = %tx.tx_hash, signer = %tx.signer, taken, "another account's");
                }
                Answer::Orphans(orphans.len())
            }
            Err(error) => Answer::Store(error),
        }
    }

    async fn orphans(&self) -> Result<Vec<Attempt>, StoreError> {
        let mut open = self.store.open_attempts(self.chain_id).await?;
        open.retain(|attempt| !self.signers.contains_key(&attempt.tx.signer));
        Ok(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_sent_again_after_some_blocks_as_long_as_there_are_some() {
        let mut orphans = Orphans::default();
        assert!(!orphans.begin(100), "none");
        orphans.found();
        assert!(orphans.begin(100) && !orphans.begin(200), "one round at a time");
        orphans.sent(2);
        assert!(!orphans.begin(107) && orphans.begin(108));
        orphans.sent(0);
        assert!(!orphans.begin(200));
    }
}
