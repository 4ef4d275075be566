use alloy::{
    consensus::{Transaction, TxEnvelope},
    eips::{BlockNumberOrTag, eip2718::Decodable2718},
    providers::{DynProvider, Provider},
};
use tokio::sync::Mutex;

use causeway_client::NodeFault;

/// What a transaction has to offer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fees {
    pub(super) max_fee: u128,
    pub(super) priority_fee: u128,
    /// The gas that a whole block has.
    pub(super) block_gas: u64,
}

impl Fees {
    /// Raises the fees so that nodes take a transaction in place of this one, which they may have: by an eighth, where
    /// they ask for a tenth.
    pub(super) fn outbidding(self, raw: &[u8]) -> Self {
        let Ok(replaced) = TxEnvelope::decode_2718(&mut &*raw) else { return self };
        let raised = |fee: u128| fee.saturating_add(fee / 8).saturating_add(1);
        let priority_fee = replaced.max_priority_fee_per_gas().unwrap_or_default();
        Self {
            max_fee: self.max_fee.max(raised(replaced.max_fee_per_gas())),
            priority_fee: self.priority_fee.max(raised(priority_fee)),
            ..self
        }
    }
}

/// The fees of the newest block, asked for once per block.
#[derive(Debug, Default)]
pub(super) struct FeeCache {
    known: Mutex<Option<(u64, Fees)>>,
}

impl FeeCache {
    /// Returns the fees as of this block. Whoever comes while the node is being asked waits for its answer.
    pub(super) async fn at(&self, head: u64, provider: &DynProvider) -> Result<Fees, NodeFault> {
        let mut known = self.known.lock().await;
        if let Some((block, fees)) = *known
            && block == head
        {
            return Ok(fees);
        }
        // The estimate allows the base fee to double before the transaction is included.
        let (estimate, block) = futures::try_join!(provider.estimate_eip1559_fees(), async {
            provider.get_block_by_number(BlockNumberOrTag::Latest).await
        })?;
        let fees = Fees {
            max_fee: estimate.max_fee_per_gas,
            priority_fee: estimate.max_priority_fee_per_gas,
            block_gas: block.map_or(u64::MAX, |block| block.header.gas_limit),
        };
        *known = Some((head, fees));
        Ok(fees)
    }

    /// Forgets the fees: they were too low.
    pub(super) async fn forget(&self) {
        *self.known.lock().await = None;
    }
}
