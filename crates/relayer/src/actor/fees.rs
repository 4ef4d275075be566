use alloy::{
    consensus::{Transaction, TxEnvelope},
    eips::{BlockNumberOrTag, eip2718::Decodable2718},
    providers::{DynProvider, Provider},
};
use tokio::sync::Mutex;

use causeway_client::NodeFault;

/// For how many blocks fees are good: the base fee rises by an eighth a block at most, and the estimate lets it double.
const GOOD_FOR: u64 = 4;

/// What a transaction has to offer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fees {
    pub(super) max_fee: u128,
    pub(super) priority_fee: u128,
    /// What the next block would take at least, as far as is known.
    pub(super) lowest: u128,
    /// The gas that a whole block has.
    pub(super) block_gas: u64,
}

impl Fees {
    /// Raises the fees so that nodes take a transaction in place of this one, which they may have: by an eighth, where
    /// they ask for a tenth.
    pub(super) fn outbidding(self, raw: &[u8]) -> Self {
        let Ok(replaced) = TxEnvelope::decode_2718(&mut &*raw) else { return self };
        let raised = |fee: u128| fee.saturating_add(fee / 8).saturating_add(1);
        let priority_fee =
            self.priority_fee.max(raised(replaced.max_priority_fee_per_gas().unwrap_or_default()));
        let least = raised(replaced.max_fee_per_gas());
        Self { max_fee: self.max_fee.max(least), priority_fee, lowest: self.lowest.max(least), ..self }
    }

    /// What a transaction offers for a unit of gas at most; 0 of what cannot be read.
    pub(super) fn offered(raw: &[u8]) -> u128 {
        TxEnvelope::decode_2718(&mut &*raw).map(|tx| tx.max_fee_per_gas()).unwrap_or_default()
    }

    /// Offers no more than this. `None` if it takes more.
    pub(super) fn below(self, ceiling: u128) -> Option<Self> {
        (self.lowest <= ceiling).then(|| {
            let max_fee = self.max_fee.min(ceiling);
            Self { max_fee, priority_fee: self.priority_fee.min(max_fee), ..self }
        })
    }
}

/// The fees of one of the newest blocks.
#[derive(Debug, Default)]
pub(super) struct FeeCache {
    known: Mutex<Option<(u64, Fees)>>,
}

impl FeeCache {
    /// Returns fees that are good for the block after this one. Whoever comes while the node is being asked waits for its
    /// answer.
    pub(super) async fn at(&self, head: u64, provider: &DynProvider) -> Result<Fees, NodeFault> {
        let mut known = self.known.lock().await;
        if let Some((block, fees)) = *known
            && (block..block.saturating_add(GOOD_FOR)).contains(&head)
        {
            return Ok(fees);
        }
        let fees = ask(provider).await?;
        *known = Some((head, fees));
        Ok(fees)
    }

    /// Asks for the fees of a new block, so that nobody has to wait for them later.
    pub(super) async fn refresh(&self, head: u64, provider: &DynProvider) -> Result<Fees, NodeFault> {
        // Nobody waits for this.
        let fees = ask(provider).await?;
        let mut known = self.known.lock().await;
        if known.is_none_or(|(block, _)| block <= head) {
            *known = Some((head, fees));
        }
        Ok(fees)
    }

    /// Forgets the fees: they were too low, or of blocks that are no more.
    pub(super) async fn forget(&self) {
        *self.known.lock().await = None;
    }
}

async fn ask(provider: &DynProvider) -> Result<Fees, NodeFault> {
    // The estimate allows the base fee to double before the transaction is included.
    let (estimate, block) = futures::try_join!(provider.estimate_eip1559_fees(), async {
        provider.get_block_by_number(BlockNumberOrTag::Latest).await
    })?;
    let base_fee = block.as_ref().and_then(|block| block.header.base_fee_per_gas).unwrap_or_default();
    let (max_fee, priority_fee) = (estimate.max_fee_per_gas, estimate.max_priority_fee_per_gas);
    Ok(Fees {
        max_fee,
        priority_fee,
        lowest: u128::from(base_fee).saturating_add(priority_fee).min(max_fee),
        block_gas: block.map_or(u64::MAX, |block| block.header.gas_limit),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEES: Fees = Fees { max_fee: 210, priority_fee: 10, lowest: 110, block_gas: 0 };

    #[test]
    fn a_ceiling_is_kept_and_never_undercut_by_what_it_takes() {
        assert_eq!(FEES.below(300), Some(FEES));
        assert_eq!(FEES.below(150), Some(Fees { max_fee: 150, ..FEES }));
        assert_eq!(FEES.below(110), Some(Fees { max_fee: 110, ..FEES }));
        assert_eq!(FEES.below(109), None);
        let tiny = Fees { lowest: 1, ..FEES };
        assert_eq!(tiny.below(5), Some(Fees { max_fee: 5, priority_fee: 5, ..tiny }));
    }
}
