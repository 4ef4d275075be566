//! What our transactions cost: read from their receipts after the fact, beside everything else.

use std::time::Duration;

use alloy::{primitives::B256, providers::Provider};
use causeway_chain::BlockRef;
use causeway_client::NodeFault;
use causeway_store::{Attempt, Cost, StoreError};

use super::{answer::Answer, node::Node, unanswered::Unanswered};

/// How many transactions are entered at a time.
const PAGE: u32 = 32;
/// How long the books wait after a block: what is to be signed because of it is written down meanwhile, and written first.
const AFTER_THE_REST: Duration = Duration::from_millis(50);
/// After how many blocks a receipt that no node has found is not asked for any more.
const PATIENCE: u64 = 10_000;

/// Whether something is to be entered, and whether somebody is at it.
#[derive(Debug, Default)]
pub(super) struct Books {
    due: bool,
    busy: bool,
    /// After which block it is still to be looked for what nobody has recorded, and whether somebody is at it.
    unseen: Option<u64>,
    looking: bool,
}

impl Books {
    /// Transactions of ours may have landed.
    pub(super) const fn are_due(&mut self) {
        self.due = true;
    }

    /// Whether somebody has to set about it now.
    pub(super) const fn begin(&mut self) -> bool {
        if self.busy || !self.due {
            return false;
        }
        (self.busy, self.due) = (true, false);
        true
    }

    /// What landed after this block, nobody may have seen.
    pub(super) const fn unseen_after(&mut self, block: u64) {
        self.unseen = Some(block);
    }

    /// After which block somebody has to look now for what nobody has seen.
    pub(super) const fn begin_looking(&mut self) -> Option<u64> {
        if self.looking {
            return None;
        }
        self.looking = self.unseen.is_some();
        self.unseen
    }

    /// It was looked for, and found as far as it can be.
    pub(super) const fn end_looking(&mut self, is_done: bool) {
        self.looking = false;
        if is_done {
            self.unseen = None;
        }
    }

    /// A page is entered; there may be more.
    pub(super) const fn end(&mut self, more: bool) {
        self.busy = false;
        self.due |= more;
    }
}

impl Node {
    /// Enters what the transactions cost that landed and are not in the books.
    pub(super) async fn enter_costs(&self, head: u64) -> Answer {
        tokio::time::sleep(AFTER_THE_REST).await;
        match self.enter_page(head).await {
            Ok((more, entered)) => Answer::Books { more, entered },
            Err(error) => Answer::Store(error),
        }
    }

    /// Returns whether there is more that can be entered now, and what was.
    async fn enter_page(&self, head: u64) -> Result<(bool, Vec<(B256, Cost)>), StoreError> {
        let landed = self.store.uncosted_attempts(self.chain_id, PAGE).await?;
        if landed.is_empty() {
            return Ok((false, Vec::new()));
        }
        let (mut done, mut entered) = (0, Vec::new());
        for attempt in &landed {
            done += u32::from(self.enter(attempt, head, &mut entered).await?);
        }
        Ok((done == PAGE, entered))
    }

    /// Returns whether the transaction is not to be asked about any more.
    async fn enter(
        &self,
        attempt: &Attempt,
        head: u64,
        entered: &mut Vec<(B256, Cost)>,
    ) -> Result<bool, StoreError> {
        let tx_hash = attempt.tx.tx_hash;
        match self.cost(tx_hash).await {
            // Where the block is another one by now, the receipt is asked for again.
            Ok(Some(cost)) => {
                let is_entered = self.store.record_cost(tx_hash, &cost).await?;
                entered.extend(is_entered.then_some((tx_hash, cost)));
                Ok(is_entered)
            }
            Ok(None) if attempt.block_number.is_some_and(|number| number.saturating_add(PATIENCE) < head) => {
                self.store.record_cost_missing(tx_hash).await?;
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(Unanswered::Store(error)) => Err(error),
            Err(Unanswered::Node(fault)) => {
                tracing::debug!(chain = self.chain_id, tx = %tx_hash, reason = fault.reason, "cost unknown");
                Ok(false)
            }
        }
    }

    /// What a transaction cost, if the node knows.
    async fn cost(&self, tx_hash: B256) -> Result<Option<Cost>, Unanswered> {
        let Some(receipt) = self.receipt(tx_hash).await? else { return Ok(None) };
        let (number, hash) = receipt.block();
        let known = self.store.block(self.chain_id, number).await?.filter(|known| known.hash == hash);
        if let Some(block) = known {
            return Ok(Some(receipt.cost(block.timestamp)));
        }
        let asked = self.provider.get_block_by_hash(hash).await.map_err(NodeFault::from)?;
        let Some(block) = asked else { return Ok(None) };
        let at = block.header.timestamp;
        if at > BlockRef::MAX_TIMESTAMP {
            return Err(NodeFault::unavailable(&format!("no block has the timestamp {at}")).into());
        }
        Ok(Some(receipt.cost(at)))
    }
}
