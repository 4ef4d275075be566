use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
};

use alloy::{
    primitives::{Address, U256},
    providers::{DynProvider, Provider},
};
use causeway_bindings::{RELAY_BATCHER, RelayBatcher};
use causeway_chain::BlockRef;
use causeway_store::{Role, Store, StoreError};

use super::{
    Shared, answer::Answer, as_of::as_of, dearness::Dearness, doubtful::Doubtful, fees::FeeCache,
    signatures::Signatures, simulation::Simulator,
};
use crate::{
    RelaySigner,
    engine::{BroadcastOutcome, Event, SignedTx},
};
use causeway_client::{FaultKind, NodeFault, delivery::SeenContracts};

/// The nonces that are believed: there is room above them in a database's signed integer.
const MOST_NONCES: u64 = 1 << 62;

/// The chain's node, and the accounts that work there.
pub(super) struct Node {
    pub(super) chain_id: u64,
    pub(super) provider: DynProvider,
    pub(super) signers: BTreeMap<Address, RelaySigner>,
    /// The accounts, in the order in which they were named; there is one at least.
    pub(super) accounts: Vec<Address>,
    pub(super) store: Store,
    pub(super) fees: FeeCache,
    pub(super) contracts: SeenContracts,
    pub(super) simulator: Simulator,
    pub(super) doubtful: Doubtful,
    pub(super) signatures: Signatures,
    /// Whether it was told that the node says what cannot be.
    pub(super) disbelieved: AtomicBool,
    pub(super) max_item_gas: u64,
    pub(super) max_fee_per_gas: Option<u128>,
    pub(super) dearness: Dearness,
    pub(super) shared: Arc<Shared>,
}

impl Node {
    pub(super) fn new(chain_id: u64, provider: DynProvider, shared: &Arc<Shared>) -> Self {
        let config = shared.config();
        Self {
            chain_id,
            provider,
            signers: config.signers.iter().map(|signer| (signer.address(), signer.clone())).collect(),
            accounts: config.accounts(),
            store: config.store.clone(),
            fees: FeeCache::default(),
            contracts: SeenContracts::default(),
            simulator: Simulator::default(),
            doubtful: Doubtful::default(),
            signatures: Signatures::default(),
            disbelieved: AtomicBool::new(false),
            max_item_gas: config.max_item_gas,
            max_fee_per_gas: config.max_fee_per_gas,
            dearness: Dearness::default(),
            shared: Arc::clone(shared),
        }
    }

    /// Sends a transaction, unless another relayer may work by now: whoever was stopped between two steps may not know yet.
    pub(super) async fn broadcast(&self, signer: Address, nonce: u64, tx: SignedTx) -> Answer {
        let tx_hash = tx.hash;
        let sent = tokio::select! {
            // The first that is looked at.
            biased;
            () = self.shared.tenure(self.chain_id).over() => {
                let (chain_id, role) = (self.chain_id, Role::Signer(signer));
                return Answer::Store(StoreError::Fenced { chain_id, role });
            }
            sent = async { self.provider.send_raw_transaction(&tx.raw).await } => sent,
        };
        let outcome = match sent {
            Ok(_) => BroadcastOutcome::Accepted,
            Err(error) => {
                let fault = NodeFault::from(error);
                tracing::debug!(chain = self.chain_id, %signer, nonce, tx = %tx_hash, reason = fault.reason, "not accepted");
                refused(fault)
            }
        };
        tracing::debug!(chain = self.chain_id, tx = %tx_hash, ?outcome, "sent");
        if matches!(outcome, BroadcastOutcome::Underpriced { .. }) {
            self.fees.forget().await;
        }
        Answer::Event(Event::Broadcast { signer, nonce, tx_hash, outcome })
    }

    /// Asks for an account's nonces: as of the newest block that was taken in, since what later blocks hold is not known
    /// yet, and with what waits in the node's pool.
    pub(super) async fn nonces(&self, signer: Address, epoch: u64, tip: Option<BlockRef>) -> Answer {
        // First: what leaves the queue meanwhile is counted with what waits.
        let queued = match self.queued_up_to(signer).await {
            Ok(queued) => queued.filter(|queued| *queued < MOST_NONCES),
            Err(error) => return Answer::Store(error),
        };
        let nonces = tokio::try_join!(self.nonce_at(signer, tip), self.pending_nonce(signer));
        let nonces = nonces.ok().map(|(latest, pending)| (latest, pending.max(queued.unwrap_or_default())));
        Answer::Event(Event::Nonces { signer, epoch, nonces })
    }

    /// An account's nonce as of a block.
    pub(super) async fn nonce_at(&self, signer: Address, block: Option<BlockRef>) -> Result<u64, NodeFault> {
        let of_account = || self.provider.get_transaction_count(signer);
        let Some(block) = block else { return nonce(of_account().await?) };
        nonce(as_of(block, |id| of_account().block_id(id)).await?)
    }

    /// An account's nonce with what waits in the node's pool.
    pub(super) async fn pending_nonce(&self, signer: Address) -> Result<u64, NodeFault> {
        nonce(self.provider.get_transaction_count(signer).pending().await?)
    }

    /// What an account has as of a block.
    pub(super) async fn balance_at(&self, account: Address, block: BlockRef) -> Result<U256, NodeFault> {
        Ok(as_of(block, |id| self.provider.get_balance(account).block_id(id)).await?)
    }

    /// Asks for an account's balance.
    pub(super) async fn balance(&self, account: Address) -> Answer {
        Answer::Balance(account, self.provider.get_balance(account).await.ok())
    }

    /// Asks for what the lane has to know of the chain: whether the batcher is there, and how large a block is. On the way
    /// the fees of the newest block become known.
    pub(super) async fn facts(&self, head: u64, with_batcher: bool) -> Answer {
        let (batcher, fees) = tokio::join!(
            async {
                if !with_batcher {
                    return None;
                }
                let code = self.provider.get_code_at(RELAY_BATCHER).await.ok()?;
                // Other code would do something else with what is paid for.
                Some(code == RelayBatcher::DEPLOYED_BYTECODE)
            },
            self.fees.refresh(head, &self.provider)
        );
        let fees = fees.ok();
        if let Some(fees) = fees {
            self.priced(head, fees);
        }
        Answer::Facts { batcher, block_gas: fees.map(|fees| fees.block_gas) }
    }
}

/// A nonce that a node told, if an account can have so many: else whoever writes it down, or the next one, could not.
pub(super) fn nonce(told: u64) -> Result<u64, NodeFault> {
    if told > MOST_NONCES {
        return Err(NodeFault::unavailable(&format!("no account has the nonce {told}")));
    }
    Ok(told)
}

fn refused(fault: NodeFault) -> BroadcastOutcome {
    let NodeFault { kind, reason } = fault;
    match kind {
        FaultKind::AlreadyKnown => BroadcastOutcome::AlreadyKnown,
        FaultKind::NonceTooLow => BroadcastOutcome::NonceTooLow,
        FaultKind::NonceTaken => BroadcastOutcome::NonceTaken,
        FaultKind::Underpriced => BroadcastOutcome::Underpriced { reason },
        FaultKind::Unfunded => BroadcastOutcome::Unfunded { reason },
        FaultKind::NotYet => BroadcastOutcome::NotYet { reason },
        FaultKind::Closed => BroadcastOutcome::Closed { reason },
        FaultKind::Refused | FaultKind::OutOfGas | FaultKind::Reverted(_) => {
            BroadcastOutcome::Invalid { reason }
        }
        FaultKind::Unavailable => BroadcastOutcome::Transient { reason },
    }
}
