use super::{BATCH, Custody, heads::Heads, kept::Kept, ledger::Whereabouts, transactions};
use crate::gateway::{
    Admission, Fault, Upstream, UpstreamError, terms::When, transaction::Declared, upstream::Answer,
};
use alloy::primitives::B256;
use causeway_interop::RpcCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How long to wait before the node is asked for its blocks again.
const AGAIN: Duration = Duration::from_secs(1);
/// Blocks that come faster than this are looked at together.
const PACE: Duration = Duration::from_millis(50);
/// How long a transaction may take to be in the pool before that is asked for.
const POOLED: Duration = Duration::from_millis(20);
/// How long what is ready may be left in the pool of a node that mines on demand: it does so within milliseconds.
const PATIENCE: Duration = Duration::from_millis(250);
/// How many blocks are looked at for what they hold. What is in others is found one by one.
const BLOCKS: u64 = 64;

/// Gives the node again what it lost, after each block, for as long as the devnet runs.
pub(in crate::gateway) async fn watch(
    custody: Arc<Custody>,
    node: Upstream,
    admission: Option<Arc<Admission>>,
    stop: CancellationToken,
) {
    let rounds = Rounds { custody: &custody, node: &node, admission: admission.as_deref() };
    tokio::select! {
        () = rounds.run() => {}
        () = stop.cancelled() => {}
    }
}

/// What is done after a block.
struct Rounds<'a> {
    custody: &'a Custody,
    node: &'a Upstream,
    /// Chains without interop have none.
    admission: Option<&'a Admission>,
}

impl Rounds<'_> {
    async fn run(&self) {
        // Nobody listens to a chain to which nobody sends.
        self.custody.news.notified().await;
        loop {
            if let Ok(heads) = Heads::open(self.node).await {
                self.follow(heads).await;
            }
            sleep(AGAIN).await;
        }
    }

    /// Follows the chain until the node closes the socket.
    async fn follow(&self, mut heads: Heads) {
        let mut seen = None;
        // What came before the first block that is heard of.
        let mut left = self.round(0..0).await.unwrap_or(false);
        loop {
            tokio::select! {
                head = heads.next() => {
                    let Some(head) = head else { return };
                    let first = seen.map_or(head, |seen: u64| (seen + 1).min(head)).max(head.saturating_sub(BLOCKS));
                    seen = Some(head);
                    left = self.round(first..head + 1).await.unwrap_or(false);
                    sleep(PACE).await;
                }
                () = self.custody.news.notified() => {
                    sleep(POOLED).await;
                    // The next round asks again.
                    let _ = self.look().await;
                }
                () = sleep(PATIENCE), if left => {
                    left = false;
                    // A node that does not answer mines nothing either.
                    let _ = self.mine_what_is_left().await;
                }
            }
        }
    }

    /// Finds out whether the node has what it was given and has not told of: it does so with the block, or has nobody left to
    /// tell.
    async fn look(&self) -> Result<(), UpstreamError> {
        let _turn = self.custody.turn.lock().await;
        loop {
            let unconfirmed = self.custody.ledger().unconfirmed(BATCH);
            let found = self.ask(&unconfirmed).await?;
            for (hash, whereabouts) in &found {
                self.custody.ledger().is_lost(*hash, *whereabouts);
            }
            // Where one has not arrived, those after it have not either.
            if found.is_empty() || found.iter().any(|(_, found)| *found == Whereabouts::Nowhere) {
                return Ok(());
            }
        }
    }

    /// Finds out what the node has lost, after these blocks, and gives it that again; tells whether anything is left in its
    /// pool.
    async fn round(&self, blocks: std::ops::Range<u64>) -> Result<bool, UpstreamError> {
        let _turn = self.custody.turn.lock().await;
        if self.custody.ledger().is_empty() {
            return Ok(false);
        }
        self.strike_out(blocks).await?;
        let outstanding = self.custody.ledger().outstanding();
        let found = self.ask(&outstanding).await?;
        let wanted = {
            let mut ledger = self.custody.ledger();
            let lost = found.iter().filter(|(hash, found)| ledger.is_lost(*hash, *found));
            let lost: Vec<_> = lost.map(|(hash, _)| *hash).collect();
            ledger.sweep();
            ledger.wanted(&lost)
        };
        if !wanted.is_empty() {
            self.give_again(wanted).await?;
        }
        Ok(!self.custody.ledger().is_empty())
    }

    /// Takes out what is in these blocks.
    async fn strike_out(&self, blocks: std::ops::Range<u64>) -> Result<(), UpstreamError> {
        #[derive(Deserialize)]
        struct Block {
            transactions: Vec<B256>,
        }

        let calls: Vec<_> =
            blocks.map(|number| ("eth_getBlockByNumber", json!([format!("{number:#x}"), false]))).collect();
        let answers = self.node.batch(&calls).await?;
        let mut ledger = self.custody.ledger();
        for block in answers.into_iter().filter_map(Answer::result::<Block>) {
            for hash in block.transactions {
                ledger.is_lost(hash, Whereabouts::Block);
            }
        }
        Ok(())
    }

    /// Asks where transactions are.
    async fn ask(&self, hashes: &[B256]) -> Result<Vec<(B256, Whereabouts)>, UpstreamError> {
        let mut found = Vec::with_capacity(hashes.len());
        for hashes in hashes.chunks(BATCH) {
            let transactions = transactions(self.node, hashes).await?;
            let whereabouts = transactions.into_iter().map(|transaction| match transaction {
                None => Whereabouts::Nowhere,
                Some(transaction) if transaction["blockHash"].is_null() => Whereabouts::Pool,
                Some(_) => Whereabouts::Block,
            });
            found.extend(hashes.iter().copied().zip(whereabouts));
        }
        Ok(found)
    }

    /// Gives the node what it lost, as far as it is admissible still.
    async fn give_again(&self, wanted: Vec<(B256, Kept)>) -> Result<(), UpstreamError> {
        let chain_id = self.node.chain_id();
        let mut admitted = Vec::with_capacity(wanted.len());
        let faults = self.faults(&wanted).await;
        for ((hash, kept), fault) in wanted.into_iter().zip(faults) {
            match fault {
                None => admitted.push((hash, kept)),
                // Another time, perhaps.
                Some(fault) if may_pass(&fault) => {}
                Some(Fault { message: why, .. }) => {
                    tracing::warn!(chain_id, tx = %hash, why, "a transaction that did not fit into a block is admissible no longer");
                    self.custody.ledger().remove(hash);
                }
            }
        }
        for admitted in admitted.chunks(BATCH) {
            let calls: Vec<_> = admitted.iter().map(|(_, kept)| kept.call()).collect();
            let answers = self.node.batch(&calls).await?;
            let (unsigned, given): (Vec<_>, Vec<_>) =
                admitted.iter().zip(answers).partition(|(_, answer)| lacks_signer(answer));
            for ((hash, _), answer) in given {
                self.given(*hash, &answer);
            }
            let calls: Vec<_> = unsigned.iter().map(|((_, kept), _)| kept.call_unsigned()).collect();
            let answers = self.node.batch(&calls).await?;
            for (((hash, _), _), answer) in unsigned.iter().zip(answers) {
                self.given(*hash, &answer);
            }
        }
        Ok(())
    }

    fn given(&self, hash: B256, answer: &Answer) {
        let chain_id = self.node.chain_id();
        let Answer::Error(why) = answer else {
            tracing::debug!(chain_id, tx = %hash, "did not fit into the block; it waits for the next one");
            return;
        };
        // geth keeps what is too cheap until the base fee has come down to it.
        if ["already imported", "less than block base fee", "blob_gas_price"]
            .iter()
            .any(|words| why.contains(words))
        {
            return;
        }
        // These have the nonce of another transaction, which is in a block or pays more.
        if ["nonce too low", "underpriced"].iter().any(|words| why.contains(words)) {
            tracing::debug!(chain_id, tx = %hash, "replaced");
        } else {
            tracing::warn!(chain_id, tx = %hash, why, "the node takes a transaction no longer that did not fit into a block");
        }
        self.custody.ledger().remove(hash);
    }

    /// What is wrong with each transaction now.
    async fn faults(&self, wanted: &[(B256, Kept)]) -> Vec<Option<Fault>> {
        let unreadable = || Some(Fault::internal("it cannot be read"));
        let Some(admission) = self.admission else { return wanted.iter().map(|_| None).collect() };
        let declared: Vec<Option<[Declared; 1]>> =
            wanted.iter().map(|(_, kept)| kept.declared().map(|keys| [keys])).collect();
        let declares = |keys: &&[Declared; 1]| !keys[0].is_empty();
        let questions: Vec<_> =
            declared.iter().flatten().filter(declares).map(|keys| (When::Next, keys.as_slice())).collect();
        let answers = if questions.is_empty() { Vec::new() } else { admission.check(&questions).await };
        let mut answers = answers.into_iter();
        let fault = |keys: &Option<[Declared; 1]>| match keys {
            None => unreadable(),
            Some(keys) if keys[0].is_empty() => None,
            Some(_) => answers.next().map_or_else(unreadable, Result::err),
        };
        declared.iter().map(fault).collect()
    }

    /// Has a block made for what is ready. A node that mines on demand leaves what did not fit into one until the next
    /// transaction comes.
    async fn mine_what_is_left(&self) -> Result<(), UpstreamError> {
        #[derive(Deserialize)]
        struct Status {
            #[serde(with = "crate::gateway::quantity")]
            pending: u64,
        }

        if !self.node.call::<bool>("anvil_getAutomine", json!([])).await? {
            return Ok(());
        }
        let Status { pending } = self.node.call("txpool_status", json!([])).await?;
        let block: Value = self.node.call("eth_getBlockByNumber", json!(["latest", false])).await?;
        // An empty one says that what is ready goes into none.
        let was_of_use =
            block["transactions"].as_array().is_some_and(|transactions| !transactions.is_empty());
        if pending > 0 && was_of_use {
            self.node.call::<Value>("evm_mine", json!([])).await?;
        }
        Ok(())
    }
}

/// Whether the node knows the sender no longer, whose signature it did not need when it took the transaction.
fn lacks_signer(answer: &Answer) -> bool {
    matches!(answer, Answer::Error(why) if why.contains("No Signer available"))
}

/// Whether the same check may have another outcome later.
fn may_pass(fault: &Fault) -> bool {
    fault.code == Fault::INTERNAL || fault.code == i64::from(RpcCode::FutureData.value())
}
