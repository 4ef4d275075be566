use std::sync::Arc;

use alloy::primitives::B256;
use causeway_store::{AttemptState, Landing, StoreError};
use tokio::{task::JoinError, time::Instant};

use super::{
    ChainActor,
    answer::{Answer, Opened},
    signing::Slot,
};
use crate::{
    RelayerError, RelayerEvent,
    engine::{AttemptOutcome, Command, Event},
};

impl ChainActor {
    /// Does what the lane wants: writes at once, requests beside.
    pub(super) async fn execute(&mut self, commands: Vec<Command>) -> Result<(), RelayerError> {
        for command in commands {
            tracing::trace!(chain = self.chain.chain_id, ?command, "command");
            let (node, head, tip) = (Arc::clone(&self.node), self.head, self.tip);
            match command {
                Command::Guard { messages } => {
                    self.asks.spawn(async move { node.guard(messages, head).await });
                }
                Command::Submit { signer, nonce, items, replaces } => {
                    let was_poor = self.unfunded.contains(&signer);
                    let first = self.lane.first_version(signer, nonce).cloned();
                    let slot = Slot { signer, nonce, head, replaces, first, was_poor };
                    self.sends.spawn(async move { node.submit(slot, items).await });
                }
                Command::Fill { signer, nonce, replaces } => {
                    let first = self.lane.first_version(signer, nonce).cloned();
                    let slot = Slot { signer, nonce, head, replaces, first, was_poor: false };
                    self.sends.spawn(async move { node.fill(slot).await });
                }
                Command::Broadcast { signer, nonce, tx } => {
                    self.sends.spawn(async move { node.broadcast(signer, nonce, tx).await });
                }
                Command::Receipt { signer, nonce, tx_hashes } => {
                    self.asks.spawn(async move { node.fate(signer, nonce, tx_hashes).await });
                }
                Command::Nonces { signer, epoch } => {
                    self.asks.spawn(async move { node.nonces(signer, epoch, tip).await });
                }
                Command::Wake { after } => self.wake = Some(Instant::now() + after),
                Command::Record { tx_hash, outcome } => self.write_down(tx_hash, outcome).await?,
                Command::Notify(notice) => self.notify(notice),
            }
        }
        Ok(())
    }

    /// Writes down what became of transactions, and ignores all other commands.
    pub(super) async fn record_only(&mut self, commands: Vec<Command>) -> Result<(), RelayerError> {
        for command in commands {
            if let Command::Record { tx_hash, outcome } = command {
                self.write_down(tx_hash, outcome).await?;
            }
        }
        Ok(())
    }

    async fn write_down(&mut self, tx_hash: B256, outcome: AttemptOutcome) -> Result<(), RelayerError> {
        let store = self.shared.store();
        // What is written now is newer than that the node took it.
        self.accepted.remove(&tx_hash);
        let written = match outcome {
            AttemptOutcome::Landed { success, block_number } => {
                let block_hash = self.hash_of(block_number);
                let landing = Landing { block_number, block_hash, success };
                let error = (!success).then_some("the transaction reverted");
                if !success && let Ok(Some(attempt)) = store.attempt(tx_hash).await {
                    self.node.doubtful.add(attempt.tx.messages());
                }
                let noted = store.record_landing(tx_hash, landing, error).await;
                noted.map(|is_noted| self.ended(tx_hash, block_number, is_noted))
            }
            AttemptOutcome::ItemsFailed(failures) => {
                self.node.doubtful.add(failures.iter().map(|(message, _)| *message));
                store.record_item_failures(tx_hash, &failures).await
            }
            AttemptOutcome::Broadcast => {
                self.accepted.insert(tx_hash);
                Ok(())
            }
            AttemptOutcome::Replaced { block_number } => {
                let reason = "another transaction of the account has its nonce";
                let block_hash = self.hash_of(block_number);
                let noted = store.record_replacement(tx_hash, block_number, block_hash, reason).await;
                noted.map(|is_noted| self.ended(tx_hash, block_number, is_noted))
            }
            AttemptOutcome::Refused { reason } => {
                store.set_attempt_state(tx_hash, AttemptState::Failed, Some(&reason)).await
            }
            AttemptOutcome::Abandoned { reason } => {
                store.set_attempt_state(tx_hash, AttemptState::Abandoned, Some(&reason)).await
            }
        };
        written.map_err(|source| self.store_failed(source))
    }

    /// The hash of a block that the lane has just been told of.
    fn hash_of(&self, block_number: u64) -> B256 {
        let tip = self.tip.map(|tip| (tip.number, tip.hash));
        let mut known = [self.receipt_in, tip].into_iter().flatten();
        known.find(|(number, _)| *number == block_number).map(|(_, hash)| hash).unwrap_or_default()
    }

    /// What ends with a block that the store does not have (any more) goes on there.
    fn ended(&self, tx_hash: B256, block_number: u64, is_noted: bool) {
        if !is_noted {
            let chain = self.chain.chain_id;
            tracing::debug!(chain, tx = %tx_hash, block = block_number, "the block is gone: its end is not noted");
        }
    }

    /// Writes down of one transaction that the node took it.
    pub(super) async fn record_accepted(&mut self) -> Result<(), RelayerError> {
        let Some(tx_hash) = self.accepted.pop_first() else { return Ok(()) };
        let written = self.shared.store().set_attempt_state(tx_hash, AttemptState::Broadcast, None).await;
        written.map_err(|source| self.store_failed(source))
    }

    /// Takes the answer of a request in.
    pub(super) async fn answered(&mut self, answer: Result<Answer, JoinError>) -> Result<(), RelayerError> {
        match self.open(answer)? {
            Some(Opened::Event(event)) => self.tell(event).await,
            Some(Opened::Fate(verdict)) => {
                let (signer, nonce, tx_hash) = (verdict.signer, verdict.nonce, verdict.tx_hash);
                let receipt = verdict.fate.receipt().cloned();
                let (outcome, block) = self.judge(verdict.fate).await?;
                self.receipt_in = block;
                let told = self.tell(Event::Receipt { signer, nonce, tx_hash, outcome }).await;
                self.receipt_in = None;
                told?;
                match receipt.filter(|_| block.is_some()) {
                    Some(receipt) => self.enter_overhead(signer, nonce, &receipt).await.map(drop),
                    None => Ok(()),
                }
            }
            Some(Opened::Facts { batcher, block_gas }) => self.learn(batcher, block_gas).await,
            Some(Opened::Safety(answer)) => self.verified(answer).await,
            Some(Opened::Books { more, entered }) => self.books_kept(more, entered).await,
            Some(Opened::Fillers { found, is_done }) => self.fillers_found(found, is_done).await,
            Some(Opened::Orphans(count)) => {
                self.orphans.sent(count);
                Ok(())
            }
            Some(Opened::Errands(memory)) => {
                self.errands_run(memory);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Returns what the lane has to know of an answer.
    pub(super) fn open(&self, answer: Result<Answer, JoinError>) -> Result<Option<Opened>, RelayerError> {
        match answer {
            Ok(Answer::Event(event)) => Ok(Some(Opened::Event(event))),
            Ok(Answer::Fate(verdict)) => Ok(Some(Opened::Fate(verdict))),
            Ok(Answer::Books { more, entered }) => Ok(Some(Opened::Books { more, entered })),
            Ok(Answer::Errands(memory)) => Ok(Some(Opened::Errands(memory))),
            Ok(Answer::Safety(answer)) => Ok(Some(Opened::Safety(answer))),
            Ok(Answer::Facts { batcher, block_gas }) => Ok(Some(Opened::Facts { batcher, block_gas })),
            Ok(Answer::Fillers { found, is_done }) => Ok(Some(Opened::Fillers { found, is_done })),
            Ok(Answer::Orphans(count)) => Ok(Some(Opened::Orphans(count))),
            Ok(Answer::Balance(account, balance)) => {
                self.announce(RelayerEvent::LowBalance { chain_id: self.chain.chain_id, account, balance });
                Ok(None)
            }
            Ok(Answer::Signers) => Ok(None),
            Ok(Answer::Store(error)) => Err(self.store_failed(error)),
            Err(error) => Err(RelayerError::Task { reason: error.to_string() }),
        }
    }

    pub(super) const fn store_failed(&self, source: StoreError) -> RelayerError {
        RelayerError::Store { chain_id: self.chain.chain_id, source }
    }
}
