use super::{
    node::Effect,
    world::{Stored, World},
};
use crate::engine::{BroadcastOutcome, Command, Event, GuardOutcome, ReceiptOutcome, test_util::tx};

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
        let event = match command {
            Command::Guard(message) => {
                let outcome = match well {
                    false => GuardOutcome::Unavailable { reason: unavailable() },
                    true if self.node.is_delivered(message.hash) => GuardOutcome::AlreadyDelivered,
                    // A target that reverts only when it is executed for real.
                    true if self.rules.reverting.contains(&message.hash) && !vary.is_multiple_of(5) => {
                        GuardOutcome::Reverts { reason: "no".to_owned() }
                    }
                    true => GuardOutcome::Deliverable { gas: 1 },
                };
                Event::Guarded { message: message.hash, identifier: message.identifier, outcome }
            }
            Command::Submit { nonce, .. } | Command::Fill { nonce } if !well => Event::NotCommitted { nonce },
            Command::Submit { message, nonce, .. } => {
                let tx = tx(nonce, 1 + self.effects.len() as u64);
                self.effects.insert(tx.hash, Effect::Relay(message.hash, message.identifier));
                let stored = Stored { message: message.hash, nonce, tx: tx.clone(), open: true, block: None };
                self.attempts.push(stored);
                Event::Committed { nonce, tx }
            }
            Command::Fill { nonce } => {
                let tx = tx(nonce, 1 + self.effects.len() as u64);
                self.effects.insert(tx.hash, Effect::Nothing);
                Event::Committed { nonce, tx }
            }
            Command::Broadcast { nonce, tx } => {
                let effect = self.effects[&tx.hash];
                // The gateway is behind the source now and then.
                let behind = well && vary % 6 == 5;
                let outcome = match (behind, effective) {
                    (true, _) => BroadcastOutcome::NotYet { reason: "future data".to_owned() },
                    (false, true) => self.node.take(nonce, &tx, effect, &self.rules),
                    (false, false) => BroadcastOutcome::Transient { reason: unavailable() },
                };
                let outcome =
                    if well { outcome } else { BroadcastOutcome::Transient { reason: unavailable() } };
                Event::Broadcast { nonce, tx_hash: tx.hash, outcome }
            }
            Command::Receipt { nonce, tx_hash } => {
                let outcome = if well { self.node.receipt(tx_hash) } else { ReceiptOutcome::Unavailable };
                Event::Receipt { nonce, tx_hash, outcome }
            }
            Command::Nonces { epoch } => {
                let nonces = well.then(|| (self.node.latest_nonce(), self.node.pending_nonce()));
                Event::Nonces { epoch, nonces }
            }
            Command::Wake { .. } | Command::Record { .. } | Command::Notify(_) => return,
        };
        self.handle(event);
    }
}
