use std::sync::Arc;

use causeway_store::{AttemptState, Landing, StoreError};
use tokio::{task::JoinError, time::Instant};

use super::{
    ChainActor,
    answer::{Answer, Opened},
};
use crate::{
    RelayerError, RelayerEvent,
    engine::{AttemptOutcome, Command, Event, Notice},
};

impl ChainActor {
    /// Does what the lane wants: writes at once, requests beside.
    pub(super) async fn execute(&mut self, commands: Vec<Command>) -> Result<(), RelayerError> {
        for command in commands {
            tracing::trace!(chain = self.chain.chain_id, ?command, "command");
            let (node, head, tip) = (Arc::clone(&self.node), self.head, self.tip);
            match command {
                Command::Guard(message) => {
                    self.asks.spawn(async move {
                        let outcome = node.guard(&message, head).await;
                        let (message, identifier) = (message.hash, message.identifier);
                        Answer::Event(Event::Guarded { message, identifier, outcome })
                    });
                }
                Command::Submit { message, nonce, gas, replaces } => {
                    self.sends.spawn(async move { node.submit(message, nonce, gas, head, replaces).await });
                }
                Command::Fill { nonce, replaces } => {
                    self.sends.spawn(async move { node.fill(nonce, head, replaces).await });
                }
                Command::Broadcast { nonce, tx } => {
                    self.sends.spawn(async move { node.broadcast(nonce, tx).await });
                }
                Command::Receipt { nonce, tx_hashes } => {
                    self.asks.spawn(async move { node.fate(nonce, tx_hashes).await });
                }
                Command::Nonces { epoch } => {
                    self.asks.spawn(async move { node.nonces(epoch, tip).await });
                }
                Command::Wake { after } => self.wake = Some(Instant::now() + after),
                command @ Command::Record { .. } => self.record_only(vec![command]).await?,
                Command::Notify(notice) => self.notify(notice),
            }
        }
        Ok(())
    }

    /// Writes down what became of transactions, and ignores all other commands.
    pub(super) async fn record_only(&mut self, commands: Vec<Command>) -> Result<(), RelayerError> {
        for command in commands {
            let Command::Record { tx_hash, outcome } = command else { continue };
            let store = self.shared.store();
            // What is written now is newer than that the node took it.
            self.accepted.remove(&tx_hash);
            let written = match outcome {
                AttemptOutcome::Landed { success, block_number } => {
                    let landing = Landing { block_number, success };
                    let error = (!success).then_some("the transaction reverted");
                    store.record_landing(tx_hash, landing, error).await
                }
                AttemptOutcome::Broadcast => {
                    self.accepted.insert(tx_hash);
                    Ok(())
                }
                AttemptOutcome::Replaced { block_number } => {
                    let reason = "another transaction of the account has its nonce";
                    store.record_replacement(tx_hash, block_number, reason).await
                }
                AttemptOutcome::Refused { reason } => {
                    store.set_attempt_state(tx_hash, AttemptState::Failed, Some(&reason)).await
                }
                AttemptOutcome::Abandoned { reason } => {
                    store.set_attempt_state(tx_hash, AttemptState::Abandoned, Some(&reason)).await
                }
            };
            written.map_err(|source| self.store_failed(source))?;
        }
        Ok(())
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
            Some(Opened::Fate { nonce, tx_hash, fate }) => {
                let outcome = self.judge(fate).await?;
                self.tell(Event::Receipt { nonce, tx_hash, outcome }).await
            }
            None => Ok(()),
        }
    }

    /// Returns what the lane has to know of an answer.
    pub(super) fn open(&self, answer: Result<Answer, JoinError>) -> Result<Option<Opened>, RelayerError> {
        match answer {
            Ok(Answer::Event(event)) => Ok(Some(Opened::Event(event))),
            Ok(Answer::Fate { nonce, tx_hash, fate }) => Ok(Some(Opened::Fate { nonce, tx_hash, fate })),
            Ok(Answer::Balance(balance)) => {
                let (chain_id, account) = (self.chain.chain_id, self.node.account());
                self.announce(RelayerEvent::LowBalance { chain_id, account, balance });
                Ok(None)
            }
            Ok(Answer::Store(error)) => Err(self.store_failed(error)),
            Err(error) => Err(RelayerError::Task { reason: error.to_string() }),
        }
    }

    fn notify(&mut self, notice: Notice) {
        let destination = self.chain.chain_id;
        let event = match notice {
            Notice::Submitted { message, tx_hash, nonce } => {
                self.unfunded = false;
                if std::mem::take(&mut self.closed) {
                    self.announce(RelayerEvent::Opened { chain_id: destination });
                }
                RelayerEvent::Submitted { message_hash: message, destination, tx_hash, nonce }
            }
            Notice::Failed { message, reason, tx_hash, retry_after_block } => RelayerEvent::Failed {
                message_hash: message,
                destination,
                reason,
                tx_hash,
                retry_after_block,
            },
            Notice::DeliveredEarlier { message } => {
                RelayerEvent::DeliveredEarlier { message_hash: message, destination }
            }
            Notice::Expired { message } => RelayerEvent::Expired { message_hash: message, destination },
            Notice::Closed { reason } => {
                // It is tried again and again.
                if std::mem::replace(&mut self.closed, true) {
                    return;
                }
                RelayerEvent::Closed { chain_id: destination, reason }
            }
            Notice::Cancelled { message, nonce } => {
                RelayerEvent::Cancelled { message_hash: message, destination, nonce }
            }
            Notice::Replaced { message, tx_hash, nonce, block_number } => {
                RelayerEvent::Replaced { message_hash: message, destination, tx_hash, nonce, block_number }
            }
            Notice::Waiting { first_nonce, next_nonce, blocks } => {
                let account = self.node.account();
                RelayerEvent::AccountBusy { chain_id: destination, account, first_nonce, next_nonce, blocks }
            }
            Notice::Unwell { reason } => RelayerEvent::NodeUnwell { chain_id: destination, reason },
            Notice::Well => RelayerEvent::NodeWell { chain_id: destination },
            Notice::Unfunded { reason } => {
                tracing::debug!(chain = destination, reason, "cannot pay");
                if !std::mem::replace(&mut self.unfunded, true) {
                    let node = Arc::clone(&self.node);
                    self.asks.spawn(async move { node.balance().await });
                }
                return;
            }
        };
        self.announce(event);
    }

    pub(super) const fn store_failed(&self, source: StoreError) -> RelayerError {
        RelayerError::Store { chain_id: self.chain.chain_id, source }
    }
}
