use std::time::{SystemTime, UNIX_EPOCH};

use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::{BlockId, eip2718::Encodable2718},
    network::{TransactionBuilder, TxSignerSync},
    primitives::{Address, Bytes, TxKind, U256},
    providers::{DynProvider, Provider},
    rpc::{json_rpc::RpcError, types::TransactionRequest},
    signers::local::PrivateKeySigner,
};
use causeway_chain::BlockRef;
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use causeway_store::{AttemptItem, NewAttempt, Store};

use super::{
    Shared,
    answer::Answer,
    fees::{FeeCache, Fees},
};
use crate::engine::{BroadcastOutcome, Event, GuardOutcome, Message, SignedTx};
use causeway_client::{
    FaultKind, NodeFault, RevertReason,
    delivery::{Estimate, SeenContracts, estimate, is_delivered, relay_request},
};

/// A transfer of nothing to an account without code takes exactly this.
const TRANSFER_GAS: u64 = 21_000;

/// The chain's node, and the account that works there.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) chain_id: u64,
    pub(super) provider: DynProvider,
    signer: PrivateKeySigner,
    pub(super) store: Store,
    fees: FeeCache,
    contracts: SeenContracts,
}

impl Node {
    pub(super) fn new(chain_id: u64, provider: DynProvider, shared: &Shared) -> Self {
        let (signer, store) = (shared.signer().clone(), shared.store().clone());
        Self {
            chain_id,
            provider,
            signer,
            store,
            fees: FeeCache::default(),
            contracts: SeenContracts::default(),
        }
    }

    pub(super) const fn account(&self) -> Address {
        self.signer.address()
    }

    /// Asks whether a message can be delivered, as of the latest block.
    pub(super) async fn guard(&self, message: &Message, head: u64) -> GuardOutcome {
        let (delivered, missing, gas) = tokio::join!(
            is_delivered(&self.provider, message.hash),
            self.contracts.missing(&self.provider, &message.payload),
            self.estimate(message, head),
        );
        match (delivered, missing, gas) {
            // Without its messenger a chain cannot say what was delivered there.
            (_, Ok(Some((name, address))), _) => {
                GuardOutcome::Reverts { reason: format!("chain {} has no {name} ({address})", self.chain_id) }
            }
            (Ok(true), ..) => GuardOutcome::AlreadyDelivered,
            (Err(fault), ..) | (_, Err(fault), _) => GuardOutcome::Unavailable { reason: fault.reason },
            (Ok(false), Ok(None), Ok(outcome)) => outcome,
            (Ok(false), Ok(None), Err(fault)) => refused_guard(fault),
        }
    }

    async fn estimate(&self, message: &Message, head: u64) -> Result<GuardOutcome, NodeFault> {
        let fees = self.fees.at(head, &self.provider).await?;
        let request = relay_request(&message.identifier, &message.payload)
            .with_from(self.account())
            .with_max_fee_per_gas(fees.max_fee)
            .with_max_priority_fee_per_gas(fees.priority_fee);
        Ok(match estimate(&self.provider, self.account(), request).await? {
            Estimate::Gas(gas) => GuardOutcome::Deliverable { gas: gas.min(fees.block_gas) },
            Estimate::Unaffordable { have, need } => {
                GuardOutcome::Unfunded { reason: format!("it has {have} wei, needs {need}") }
            }
        })
    }

    /// Signs the transaction that delivers a message, and commits it to the store.
    pub(super) async fn submit(
        &self,
        message: Message,
        nonce: u64,
        gas: u64,
        head: u64,
        replaces: Option<SignedTx>,
    ) -> Answer {
        let fees = match self.fees(head, replaces).await {
            Ok(fees) => fees,
            Err(fault) => return self.not_committed(nonce, &fault.reason),
        };
        let request = relay_request(&message.identifier, &message.payload);
        let tx = match self.sign(request, nonce, gas, fees) {
            Ok(tx) => tx,
            Err(reason) => return self.not_committed(nonce, &reason),
        };
        let attempt = NewAttempt {
            items: vec![AttemptItem { message: message.hash, gas }],
            chain_id: self.chain_id,
            signer: self.account(),
            nonce,
            tx_hash: tx.hash,
            raw_tx: tx.raw.clone(),
            created_ms: now_ms(),
        };
        match self.store.record_attempt(&attempt).await {
            Ok(()) => Answer::Event(Event::Committed { nonce, tx }),
            Err(error) => Answer::Store(error),
        }
    }

    /// Signs a transaction that does nothing. It is not recorded: lost, it is made again.
    pub(super) async fn fill(&self, nonce: u64, head: u64, replaces: Option<SignedTx>) -> Answer {
        let signed = match self.fees(head, replaces).await {
            Ok(fees) => {
                let request = TransactionRequest::default().with_to(self.account());
                self.sign(request, nonce, TRANSFER_GAS, fees)
            }
            Err(fault) => Err(fault.reason),
        };
        match signed {
            Ok(tx) => Answer::Event(Event::Committed { nonce, tx }),
            Err(reason) => self.not_committed(nonce, &reason),
        }
    }

    /// The fees of a transaction that a block is to prefer to the one that it replaces.
    async fn fees(&self, head: u64, replaces: Option<SignedTx>) -> Result<Fees, NodeFault> {
        let fees = self.fees.at(head, &self.provider).await?;
        Ok(match replaces {
            Some(replaced) => fees.outbidding(&replaced.raw),
            None => fees,
        })
    }

    fn not_committed(&self, nonce: u64, reason: &str) -> Answer {
        tracing::warn!(chain = self.chain_id, nonce, reason, "nothing signed");
        Answer::Event(Event::NotCommitted { nonce })
    }

    fn sign(
        &self,
        request: TransactionRequest,
        nonce: u64,
        gas: u64,
        fees: Fees,
    ) -> Result<SignedTx, String> {
        let mut tx = TxEip1559 {
            chain_id: self.chain_id,
            nonce,
            gas_limit: gas,
            max_fee_per_gas: fees.max_fee,
            max_priority_fee_per_gas: fees.priority_fee,
            to: request.to.unwrap_or(TxKind::Call(L2_TO_L2_CROSS_DOMAIN_MESSENGER)),
            value: U256::ZERO,
            access_list: request.access_list.unwrap_or_default(),
            input: request.input.into_input().unwrap_or_default(),
        };
        let signature = self.signer.sign_transaction_sync(&mut tx).map_err(|error| error.to_string())?;
        let envelope = TxEnvelope::from(tx.into_signed(signature));
        Ok(SignedTx { hash: *envelope.tx_hash(), raw: Bytes::from(envelope.encoded_2718()) })
    }

    /// Sends a transaction.
    pub(super) async fn broadcast(&self, nonce: u64, tx: SignedTx) -> Answer {
        let outcome = match self.provider.send_raw_transaction(&tx.raw).await {
            Ok(_) => BroadcastOutcome::Accepted,
            Err(error) => {
                let NodeFault { kind, reason } = NodeFault::from(error);
                tracing::debug!(chain = self.chain_id, nonce, tx = %tx.hash, reason, "not accepted");
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
        };
        if matches!(outcome, BroadcastOutcome::Underpriced { .. }) {
            self.fees.forget().await;
        }
        Answer::Event(Event::Broadcast { nonce, tx_hash: tx.hash, outcome })
    }

    /// Asks for the account's nonces: as of the newest block that was taken in, since what later blocks hold is not known
    /// yet, and with what waits in the node's pool.
    pub(super) async fn nonces(&self, epoch: u64, tip: Option<BlockRef>) -> Answer {
        let nonces = tokio::try_join!(self.nonce_at(tip), async {
            Ok(self.provider.get_transaction_count(self.account()).pending().await?)
        });
        Answer::Event(Event::Nonces { epoch, nonces: nonces.ok() })
    }

    /// The account's nonce as of a block. By its hash, so that no other block can be meant; some nodes take numbers only.
    pub(super) async fn nonce_at(&self, block: Option<BlockRef>) -> Result<u64, NodeFault> {
        let of_account = || self.provider.get_transaction_count(self.account());
        let Some(block) = block else { return Ok(of_account().await?) };
        match of_account().block_id(BlockId::hash(block.hash)).await {
            Err(RpcError::ErrorResp(_)) => Ok(of_account().block_id(BlockId::number(block.number)).await?),
            answer => Ok(answer?),
        }
    }

    /// Asks for the account's balance.
    pub(super) async fn balance(&self) -> Answer {
        Answer::Balance(self.provider.get_balance(self.account()).await.ok())
    }
}

fn refused_guard(fault: NodeFault) -> GuardOutcome {
    let NodeFault { kind, reason } = fault;
    match kind {
        FaultKind::Reverted(RevertReason::AlreadyRelayed) => GuardOutcome::AlreadyDelivered,
        FaultKind::NotYet | FaultKind::Closed => GuardOutcome::NotYet { reason },
        FaultKind::Unfunded => GuardOutcome::Unfunded { reason },
        FaultKind::Unavailable | FaultKind::Underpriced => GuardOutcome::Unavailable { reason },
        FaultKind::Reverted(_)
        | FaultKind::OutOfGas
        | FaultKind::Refused
        | FaultKind::AlreadyKnown
        | FaultKind::NonceTooLow
        | FaultKind::NonceTaken => GuardOutcome::Reverts { reason },
    }
}

/// For people who read the store; nothing is decided by it.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
