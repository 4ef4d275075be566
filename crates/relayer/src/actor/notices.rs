use std::sync::Arc;

use alloy::primitives::Address;

use super::ChainActor;
use crate::{RelayerEvent, SourceEvent, engine::Notice};

impl ChainActor {
    /// Tells listeners what the lane wants them to know: each message by itself.
    pub(super) fn notify(&mut self, notice: Notice) {
        let destination = self.chain.chain_id;
        match notice {
            Notice::Submitted { messages, tx_hash, signer, nonce } => {
                self.unfunded.remove(&signer);
                if std::mem::take(&mut self.closed) {
                    self.announce(RelayerEvent::Opened { chain_id: destination });
                }
                for message_hash in messages {
                    self.announce(RelayerEvent::Submitted {
                        message_hash,
                        destination,
                        tx_hash,
                        signer,
                        nonce,
                    });
                }
            }
            // In no block, and to be tried again.
            Notice::Failed { message, reason, tx_hash: None, retry_after_block: Some(retry_after_block) } => {
                let message_hash = message;
                self.announce(RelayerEvent::Postponed {
                    message_hash,
                    destination,
                    reason,
                    retry_after_block,
                });
            }
            Notice::Failed { message, reason, tx_hash, retry_after_block } => {
                self.announce(RelayerEvent::Failed {
                    message_hash: message,
                    destination,
                    reason,
                    tx_hash,
                    retry_after_block,
                });
            }
            Notice::DeliveredEarlier { message } => {
                self.announce(RelayerEvent::DeliveredEarlier { message_hash: message, destination });
            }
            Notice::Expired { message } => {
                self.announce(RelayerEvent::Expired { message_hash: message, destination });
            }
            Notice::Withheld { message, reason, retry_after_block } => {
                let message_hash = message;
                self.announce(RelayerEvent::Withheld {
                    message_hash,
                    destination,
                    reason,
                    retry_after_block,
                });
            }
            Notice::Cancelled { messages, signer, nonce } => self.cancelled(&messages, signer, nonce),
            Notice::Replaced { messages, tx_hash, signer, nonce, block_number } => {
                for message_hash in messages {
                    self.announce(RelayerEvent::Replaced {
                        message_hash,
                        destination,
                        tx_hash,
                        signer,
                        nonce,
                        block_number,
                    });
                }
            }
            notice => self.notify_of_chain(notice),
        }
    }

    fn cancelled(&self, messages: &[alloy::primitives::B256], signer: Address, nonce: u64) {
        let destination = self.chain.chain_id;
        let cancelled = |message_hash| RelayerEvent::Cancelled { message_hash, destination, signer, nonce };
        if messages.is_empty() {
            self.announce(cancelled(None));
        }
        messages.iter().for_each(|message| self.announce(cancelled(Some(*message))));
    }

    fn notify_of_chain(&mut self, notice: Notice) {
        let chain_id = self.chain.chain_id;
        match notice {
            // It is tried again and again.
            Notice::Closed { reason } if !std::mem::replace(&mut self.closed, true) => {
                self.announce(RelayerEvent::Closed { chain_id, reason });
            }
            Notice::Waiting { signer, first_nonce, next_nonce, blocks } => {
                self.announce(RelayerEvent::AccountBusy {
                    chain_id,
                    account: signer,
                    first_nonce,
                    next_nonce,
                    blocks,
                });
            }
            Notice::Capped { source, gas, cap } => {
                self.announce(RelayerEvent::Capped { chain_id, source, gas, cap });
            }
            Notice::SourceNotReady { source: source_id, reason } => {
                self.announce(RelayerEvent::Source(SourceEvent::NotReady { chain_id, source_id, reason }));
            }
            Notice::SourceReady { source: source_id } => {
                self.announce(RelayerEvent::Source(SourceEvent::Ready { chain_id, source_id }));
            }
            Notice::Unwell { reason } => self.announce(RelayerEvent::NodeUnwell { chain_id, reason }),
            Notice::Well => self.announce(RelayerEvent::NodeWell { chain_id }),
            Notice::Unfunded { signer, reason } => self.cannot_pay(signer, &reason),
            // Told already.
            _ => {}
        }
    }

    /// Says which accounts cannot pay, with what they have: each once, until it can again.
    fn cannot_pay(&mut self, signer: Option<Address>, reason: &str) {
        tracing::debug!(chain = self.chain.chain_id, ?signer, reason, "cannot pay");
        let accounts = signer.map_or_else(|| self.node.accounts.clone(), |signer| vec![signer]);
        for account in accounts {
            if self.unfunded.insert(account) {
                let node = Arc::clone(&self.node);
                self.asks.spawn(async move { node.balance(account).await });
            }
        }
    }
}
