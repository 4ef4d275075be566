use alloy::primitives::{Address, B256};

use super::{
    node::{Effect, Mined, Pooled, count},
    weather::GAS,
    world::{World, varied},
};
use crate::engine::{
    BroadcastOutcome, Command, Event, GuardOutcome, Guarded, Item, Message, NotCommitted, ReceiptOutcome,
    SignedTx, test_util::tx,
};

/// Above these fees nothing is signed, when it is so.
const CEILING: u32 = 3;

impl World {
    /// Carries one command out, or fails to, and answers it.
    pub(super) fn answer_one(&mut self, vary: u16, well: bool) {
        if self.outstanding.is_empty() {
            return;
        }
        let index = usize::from(vary) % self.outstanding.len();
        let command = self.outstanding.remove(index);
        let well = well && self.online;
        if let Some(event) = self.answer(command, vary, well) {
            self.handle(event);
        }
    }

    fn answer(&mut self, command: Command, vary: u16, well: bool) -> Option<Event> {
        // Behind the address several nodes answer, some blocks apart.
        let lag = usize::from((vary / 1_024) % 8).saturating_sub(4);
        Some(match command {
            Command::Guard { messages } => {
                let outcomes = messages.iter().zip(varied(vary)).map(|(message, vary)| Guarded {
                    message: message.hash,
                    identifier: message.identifier,
                    outcome: self.judge(message, vary, well, lag),
                });
                Event::Guarded { outcomes: outcomes.collect() }
            }
            Command::Submit { signer, nonce, .. } | Command::Fill { signer, nonce, .. } if !well => {
                Event::NotCommitted { signer, nonce, reason: NotCommitted::Fault }
            }
            Command::Submit { signer, nonce, ref items, ref replaces } => {
                let refused = self.refuse_to_sign(items, vary, replaces.as_ref());
                match refused.map_or_else(|| self.commit(&command), Err) {
                    Ok(tx) => Event::Committed { signer, nonce, tx },
                    Err(reason) => Event::NotCommitted { signer, nonce, reason },
                }
            }
            Command::Fill { signer, nonce, replaces } => {
                let tx = self.sign(nonce, Effect::new(), replaces);
                Event::Committed { signer, nonce, tx }
            }
            Command::Broadcast { signer, nonce, tx } => {
                let outcome = self.take(signer, nonce, &tx, vary, well, lag);
                Event::Broadcast { signer, nonce, tx_hash: tx.hash, outcome }
            }
            Command::Receipt { signer, nonce, tx_hashes } => {
                let outcome = match well {
                    true => self.fate(signer, nonce, &tx_hashes),
                    false => ReceiptOutcome::Unavailable,
                };
                let tx_hash = *tx_hashes.last().expect("asked about something");
                Event::Receipt { signer, nonce, tx_hash, outcome }
            }
            Command::Nonces { signer, epoch } => {
                let nonces = || (count(&self.held, signer), self.node.pending_nonce(signer, lag));
                Event::Nonces { signer, epoch, nonces: well.then(nonces) }
            }
            Command::Wake { .. } | Command::Record { .. } | Command::Notify(_) => return None,
        })
    }

    fn judge(&self, message: &Message, vary: u16, well: bool, lag: usize) -> GuardOutcome {
        match well {
            false => GuardOutcome::Unavailable { reason: "lost".to_owned() },
            true if self.node.is_delivered(message.hash, lag) => GuardOutcome::AlreadyDelivered,
            // A target that reverts only when it is executed for real.
            true if self.is_bad(message) => GuardOutcome::Deliverable { gas: GAS },
            true if self.rules.reverting.contains(&message.hash) && !vary.is_multiple_of(5) => {
                GuardOutcome::Reverts { reason: "no".to_owned() }
            }
            true => GuardOutcome::Deliverable { gas: GAS },
        }
    }

    /// Now and then the fees are too high, or another relayer holds a message.
    fn refuse_to_sign(&self, items: &[Item], vary: u16, replaces: Option<&SignedTx>) -> Option<NotCommitted> {
        if self.is_calm {
            return None;
        }
        let fee = replaces.map_or(0, |replaced| self.signed[&replaced.hash].fee);
        if (fee >= CEILING && vary.is_multiple_of(2)) || vary % 32 == 3 {
            return Some(NotCommitted::Ceiling);
        }
        let messages = items.iter().map(|item| item.message.hash).take(1).collect();
        (self.weather.others && vary % 16 == 5).then_some(NotCommitted::Held { messages })
    }

    /// Signs what delivers messages, and writes it down.
    pub(super) fn commit(&mut self, command: &Command) -> Result<SignedTx, NotCommitted> {
        let Command::Submit { signer, nonce, items, replaces } = command else {
            return Err(NotCommitted::Fault);
        };
        let effect: Effect = items.iter().map(|item| (item.message.hash, item.message.identifier)).collect();
        let messages = effect.iter().map(|(message, _)| *message).collect();
        let tx = self.sign(*nonce, effect, replaces.clone());
        let committed = self.store.commit(*signer, *nonce, messages, tx.clone());
        committed.map(|()| tx).map_err(|messages| NotCommitted::Held { messages })
    }

    fn sign(&mut self, nonce: u64, effect: Effect, replaces: Option<SignedTx>) -> SignedTx {
        let tx = tx(nonce, 1 + self.signed.len() as u64);
        let fee = 1 + replaces.map_or(0, |replaced| self.signed[&replaced.hash].fee);
        self.signed.insert(tx.hash, Pooled { tx_hash: tx.hash, effect, fee });
        tx
    }

    /// What the node says to a transaction. What fails may have had its effect nevertheless.
    fn take(
        &mut self,
        signer: Address,
        nonce: u64,
        tx: &SignedTx,
        vary: u16,
        well: bool,
        lag: usize,
    ) -> BroadcastOutcome {
        let reason = || "no".to_owned();
        let has_it = self.node.has(signer, nonce, tx.hash);
        match vary % 24 {
            // The gateway is behind the source now and then.
            5 | 11 if well => return BroadcastOutcome::NotYet { reason: reason() },
            13 if well && !has_it && !self.is_calm => {
                return BroadcastOutcome::Underpriced { reason: reason() };
            }
            17 if well && !has_it && !self.is_calm => return BroadcastOutcome::Unfunded { reason: reason() },
            _ => {}
        }
        let is_lost = !well && !vary.is_multiple_of(2);
        if !is_lost {
            let new = self.signed[&tx.hash].clone();
            let mut carried = new.effect.iter();
            if !has_it && carried.any(|(_, identifier)| self.is_early(identifier)) {
                self.refused += 1;
                return BroadcastOutcome::NotYet { reason: reason() };
            }
            let outcome = self.node.take(signer, nonce, new, &self.rules, lag);
            if well {
                return outcome;
            }
        }
        BroadcastOutcome::Transient { reason: reason() }
    }

    /// What the blocks that were taken in say of a nonce.
    fn fate(&self, signer: Address, nonce: u64, tx_hashes: &[B256]) -> ReceiptOutcome {
        let numbered = (1..).zip(&self.held);
        let ours = numbered.flat_map(|(number, block)| block.ours.iter().map(move |mined| (number, mined)));
        let mut users = ours.filter(|(_, mined)| mined.signer == signer);
        let index = usize::try_from(nonce).expect("few transactions");
        match users.nth(index) {
            None => ReceiptOutcome::Missing,
            Some((block_number, mined)) if tx_hashes.contains(&mined.tx.tx_hash) => {
                included(block_number, mined)
            }
            Some((block_number, _)) => ReceiptOutcome::Replaced { block_number },
        }
    }
}

fn included(block_number: u64, mined: &Mined) -> ReceiptOutcome {
    let is_batch = mined.tx.effect.len() > 1;
    let failures = mined.failed().filter(|_| is_batch).map(|message| (message, "no".to_owned()));
    ReceiptOutcome::Included {
        tx_hash: mined.tx.tx_hash,
        success: mined.success(),
        block_number,
        timestamp: 1_000 + block_number,
        failures: failures.collect(),
        gas_used: GAS * mined.tx.effect.len() as u64,
    }
}
