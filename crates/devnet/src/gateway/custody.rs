//! What the node took and has in no block yet, so that it can be given it again should it lose it.
//!
//! Where a transaction does not fit into what is left of a block, anvil tries the sender's next one, finds its nonce too
//! high, and forgets it together with all that come after it. It forgets, too, what the base fee has passed. geth keeps
//! both until they fit.

mod heads;
mod kept;
mod ledger;
mod rounds;

use super::{
    effects::Cleared,
    sends::{Sends, Signed},
    upstream::{Answer, Upstream, UpstreamError},
};
use alloy::primitives::B256;
pub(super) use heads::Heads;
pub(super) use kept::Kept;
use ledger::Ledger;
pub(super) use rounds::watch;
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// How many questions go into one message.
const BATCH: usize = 128;

/// The transactions that the node took.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    /// Those that it was offered, with their hashes.
    pub(super) offered: Vec<(B256, Kept)>,
    /// What may be the hashes of those that it signed itself.
    pub(super) by_node: Vec<B256>,
}

/// What the node took and has in no block, as far as is known.
#[derive(Debug, Default)]
pub(super) struct Custody {
    ledger: Mutex<Ledger>,
    news: Notify,
    /// Who empties the pool on purpose, and who fills it again, do so one after the other.
    turn: tokio::sync::Mutex<()>,
}

impl Custody {
    /// Notes what the node is about to get.
    pub(super) fn offer(&self, sends: &Sends) {
        if sends.signed.is_empty() {
            return;
        }
        let mut ledger = self.ledger();
        for Signed { hash, bytes, .. } in &sends.signed {
            ledger.offer(*hash, Kept::Raw(bytes.clone()));
        }
        drop(ledger);
        self.news.notify_one();
    }

    /// Whether the node has something whose hash is not in an answer yet.
    pub(super) fn awaits_answers(&self) -> bool {
        self.ledger().has_offers()
    }

    /// Takes in what the node answered.
    ///
    /// `sends` is empty if it is not known which message the answer is to.
    pub(super) fn answered(&self, answer: &str, sends: &Sends) -> Taken {
        /// It took it, and has it still.
        const UNCONFIRMED: &str = "Transaction confirmation timeout";
        let mut taken = Taken::default();
        let mut ledger = self.ledger();
        for hash in hashes(answer) {
            if let Some(kept) = ledger.take(hash) {
                taken.offered.push((hash, kept));
            } else if sends.by_node {
                taken.by_node.push(hash);
            }
        }
        if sends.signed.iter().any(|signed| signed.sync) && answer.contains(UNCONFIRMED) {
            sends.signed.iter().filter(|signed| signed.sync).for_each(|signed| {
                ledger.take(signed.hash);
            });
        }
        taken
    }

    /// Reads the transactions that the node signed, to keep those that are in no block; returns all that there are.
    ///
    /// Before their senders are answered: what they do next may make a block.
    pub(super) async fn read(&self, node: &Upstream, hashes: &[B256]) -> Result<Vec<Value>, UpstreamError> {
        let mut read = Vec::with_capacity(hashes.len());
        for hashes in hashes.chunks(BATCH) {
            let transactions = transactions(node, hashes).await?;
            let mut ledger = self.ledger();
            for (hash, transaction) in hashes.iter().zip(&transactions) {
                if let Some(kept) = transaction.as_ref().and_then(Kept::signed_by_node) {
                    ledger.keep(*hash, kept);
                }
            }
            drop(ledger);
            self.news.notify_one();
            read.extend(transactions.into_iter().flatten());
        }
        Ok(read)
    }

    /// Notes that the node has answered all that it was asked with a message: what it did not say that it took, it did not.
    pub(super) fn close(&self, sends: &Sends) {
        if sends.signed.is_empty() {
            return;
        }
        let mut ledger = self.ledger();
        sends.signed.iter().for_each(|signed| ledger.withdraw(signed.hash));
    }

    /// Lets the node do what empties its pool, which is on purpose: nothing of it is given again. What it has all the same
    /// after that, it shall not lose either.
    pub(super) async fn around<T>(
        &self,
        node: &Upstream,
        cleared: Option<Cleared>,
        exchange: impl Future<Output = T> + Send,
    ) -> T {
        let Some(cleared) = cleared else { return exchange.await };
        let _turn = self.turn.lock().await;
        let mut forgotten = self.forget(cleared);
        let answer = exchange.await;
        forgotten.extend(self.forget(cleared));
        if let Err(error) = self.keep_what_stayed(node, forgotten).await {
            tracing::warn!(chain_id = node.chain_id(), %error, "transactions that stayed in the pool cannot be kept");
        }
        answer
    }

    /// Keeps those of these transactions that are in the node's pool: where it is not told to empty that, what goes is the
    /// transactions that were in blocks.
    async fn keep_what_stayed(
        &self,
        node: &Upstream,
        forgotten: Vec<(B256, Kept)>,
    ) -> Result<(), UpstreamError> {
        for forgotten in forgotten.chunks(BATCH) {
            let hashes: Vec<_> = forgotten.iter().map(|(hash, _)| *hash).collect();
            let transactions = transactions(node, &hashes).await?;
            let mut ledger = self.ledger();
            for ((hash, kept), transaction) in forgotten.iter().zip(transactions) {
                // Of one that could not be asked for it is not known.
                if transaction.is_some_and(|it| it.get("blockHash").is_some_and(Value::is_null)) {
                    ledger.keep(*hash, kept.clone());
                }
            }
        }
        Ok(())
    }

    /// Forgets what somebody wants to be gone; returns it if that is everything.
    fn forget(&self, cleared: Cleared) -> Vec<(B256, Kept)> {
        let mut ledger = self.ledger();
        match cleared {
            Cleared::All => return ledger.clear(),
            Cleared::Sender(sender) => ledger.clear_sender(sender, 0),
            Cleared::Transaction(hash) => {
                if let Some((sender, nonce)) = ledger.origin(hash) {
                    ledger.clear_sender(sender, nonce);
                }
                ledger.remove(hash);
            }
        }
        Vec::new()
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads transactions, as the node has them in blocks or in its pool; those that it could not be asked for are none of
/// either, and null.
async fn transactions(node: &Upstream, hashes: &[B256]) -> Result<Vec<Option<Value>>, UpstreamError> {
    let calls: Vec<_> = hashes.iter().map(|hash| ("eth_getTransactionByHash", json!([hash]))).collect();
    let answers = node.batch(&calls).await?;
    // An error is not the answer that there is none.
    let transaction = |answer: Answer| answer.result::<Option<Value>>().unwrap_or(Some(Value::Null));
    Ok(answers.into_iter().map(transaction).collect())
}

/// The hashes that are the results of calls, as the node writes them.
fn hashes(answer: &str) -> impl Iterator<Item = B256> + '_ {
    const RESULT: &str = r#""result":"0x"#;
    const DIGITS: usize = 64;
    answer.match_indices(RESULT).filter_map(|(at, _)| {
        let (digits, rest) = answer.get(at + RESULT.len()..)?.split_at_checked(DIGITS)?;
        if rest.starts_with('"') { digits.parse().ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::Bytes;

    fn signed(byte: u8, sync: bool) -> Signed {
        Signed { hash: B256::repeat_byte(byte), bytes: Bytes::from_static(&[2, 0]), sync }
    }

    #[test]
    fn results_that_are_hashes_are_found() {
        let (one, two) = (B256::repeat_byte(1), B256::repeat_byte(2));
        let batch = json!([
            {"jsonrpc": "2.0", "id": 1, "result": one},
            {"jsonrpc": "2.0", "id": 2, "error": {"code": -32003, "message": format!("[{two}] already imported")}},
            {"jsonrpc": "2.0", "id": 3, "result": "0x01"},
            {"jsonrpc": "2.0", "id": 4, "result": {"hash": two}},
            {"jsonrpc": "2.0", "id": 5, "result": format!("{two}00")},
        ]);
        assert_eq!(hashes(&batch.to_string()).collect::<Vec<_>>(), [one]);
        assert_eq!(hashes(r#"{"result":"0xzz"#).count(), 0);
    }

    #[test]
    fn what_the_node_refused_is_not_kept() {
        let custody = Custody::default();
        let sends = Sends {
            signed: vec![signed(1, false), signed(2, false), signed(3, true)],
            by_node: true,
            with_block: false,
        };
        custody.offer(&sends);
        let answer = json!([{"result": B256::repeat_byte(1)}, {"result": B256::repeat_byte(9)}]).to_string();
        let taken = custody.answered(&answer, &sends);
        let offered: Vec<_> = taken.offered.iter().map(|(hash, _)| *hash).collect();
        let of = |byte| vec![B256::repeat_byte(byte)];
        assert_eq!((offered, taken.by_node), (of(1), of(9)));
        custody.close(&sends);
        assert_eq!(custody.ledger().outstanding(), [B256::repeat_byte(1)]);
        assert!(!custody.awaits_answers());
    }

    #[test]
    fn who_gave_up_waiting_for_the_block_has_sent_it_all_the_same() {
        let custody = Custody::default();
        let sends = Sends { signed: vec![signed(1, true)], ..Sends::default() };
        custody.offer(&sends);
        custody.answered(r#"{"error":{"code":-32603,"message":"Transaction confirmation timeout"}}"#, &sends);
        custody.close(&sends);
        assert_eq!(custody.ledger().outstanding(), [B256::repeat_byte(1)]);
    }
}
