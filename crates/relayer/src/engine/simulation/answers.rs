use alloy::primitives::B256;

use super::{
    node::{Effect, Pooled, count},
    world::{Stored, World},
};
use crate::engine::{
    BroadcastOutcome, Command, Event, GuardOutcome, ReceiptOutcome, SignedTx, test_util::tx,
};

impl World {
    /// Carries one command out, or fails to, and answers it.
    pub(super) fn answer_one(&mut self, vary: u16, well: bool) {
        if self.outstanding.is_empty() {
            return;
        }
        let index = usize::from(vary) % self.outstanding.len();
        let command = self.outstanding.remove(index);
        let well = well && self.online;
        // What fails may have had its effect nevertheless.
        let effective = well || vary.is_multiple_of(2);
        let unavailable = || "lost".to_owned();
        // Behind the address several nodes answer, some blocks apart.
        let lag = usize::from((vary / 1_024) % 8).saturating_sub(4);
        let event = match command {
            Command::Guard(message) => {
                let outcome = match well {
                    false => GuardOutcome::Unavailable { reason: unavailable() },
                    true if self.node.is_delivered(message.hash, lag) => GuardOutcome::AlreadyDelivered,
                    // A target that reverts only when it is executed for real.
                    true if self.rules.reverting.contains(&message.hash) && !vary.is_multiple_of(5) => {
                        GuardOutcome::Reverts { reason: "no".to_owned() }
                    }
                    true => GuardOutcome::Deliverable { gas: 1 },
                };
                Event::Guarded { message: message.hash, identifier: message.identifier, outcome }
            }
            Command::Submit { nonce, .. } | Command::Fill { nonce, .. } if !well => {
                Event::NotCommitted { nonce }
            }
            Command::Submit { message, nonce, replaces, .. } => {
                let tx = self.sign(nonce, Effect::Relay(message.hash, message.identifier), replaces);
                self.attempts.push(Stored::new(message.hash, nonce, tx.clone()));
                Event::Committed { nonce, tx }
            }
            Command::Fill { nonce, replaces } => {
                let tx = self.sign(nonce, Effect::Nothing, replaces);
                Event::Committed { nonce, tx }
            }
            Command::Broadcast { nonce, tx } => {
                let new = self.signed[&tx.hash];
                // The gateway is behind the source now and then.
                let behind = well && vary % 6 == 5;
                let outcome = match (behind, effective) {
                    (true, _) => BroadcastOutcome::NotYet { reason: "future data".to_owned() },
                    (false, true) => self.node.take(nonce, new, &self.rules, lag),
                    (false, false) => BroadcastOutcome::Transient { reason: unavailable() },
                };
                let outcome =
                    if well { outcome } else { BroadcastOutcome::Transient { reason: unavailable() } };
                Event::Broadcast { nonce, tx_hash: tx.hash, outcome }
            }
            Command::Receipt { nonce, tx_hashes } => {
                let outcome = if well { self.fate(nonce, &tx_hashes) } else { ReceiptOutcome::Unavailable };
                let tx_hash = *tx_hashes.last().expect("asked about something");
                Event::Receipt { nonce, tx_hash, outcome }
            }
            Command::Nonces { epoch } => {
                let nonces = well.then(|| (count(&self.held), self.node.pending_nonce(lag)));
                Event::Nonces { epoch, nonces }
            }
            Command::Wake { .. } | Command::Record { .. } | Command::Notify(_) => return,
        };
        self.handle(event);
    }

    fn sign(&mut self, nonce: u64, effect: Effect, replaces: Option<SignedTx>) -> SignedTx {
        let tx = tx(nonce, 1 + self.signed.len() as u64);
        let fee = 1 + replaces.map_or(0, |replaced| self.signed[&replaced.hash].fee);
        self.signed.insert(tx.hash, Pooled { tx_hash: tx.hash, effect, fee });
        tx
    }

    /// What the blocks that were taken in say of a nonce.
    fn fate(&self, nonce: u64, tx_hashes: &[B256]) -> ReceiptOutcome {
        let numbered = (1..).zip(&self.held);
        let mut users =
            numbered.flat_map(|(number, block)| block.ours.iter().map(move |mined| (number, mined)));
        let index = usize::try_from(nonce).expect("few transactions");
        match users.nth(index) {
            None => ReceiptOutcome::Missing,
            Some((block_number, mined)) if tx_hashes.contains(&mined.tx_hash) => {
                ReceiptOutcome::Included { tx_hash: mined.tx_hash, success: mined.success, block_number }
            }
            Some((block_number, _)) => ReceiptOutcome::Replaced { block_number },
        }
    }
}
