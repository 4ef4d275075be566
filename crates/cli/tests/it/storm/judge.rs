//! What has to be true of the chains when a storm is over, whatever a relayer says of it.

use super::{
    chain::Chain,
    kind::{Kind, Parcel},
    ledger::{self, Paid},
    schedule::{SIDES, Side},
    vain::Vain,
};
use alloy::{
    primitives::{B256, U256},
    providers::Provider,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What the blocks of both chains have.
pub(crate) struct Books {
    /// What was sent from a side, and by its blocks.
    sent: BTreeMap<Side, BTreeMap<B256, Parcel>>,
    delivered: BTreeMap<Side, BTreeMap<B256, usize>>,
    paid: Vec<Paid>,
    /// Keys that are unlocked on a side.
    unlocked: BTreeMap<Side, BTreeSet<u64>>,
    /// How often those that count were counted on a side, by key.
    counted: BTreeMap<Side, BTreeMap<u64, u64>>,
}

impl Books {
    pub(crate) async fn read(chains: &BTreeMap<Side, Chain>) -> Self {
        let mut books = Self {
            sent: BTreeMap::new(),
            delivered: BTreeMap::new(),
            paid: Vec::new(),
            unlocked: BTreeMap::new(),
            counted: BTreeMap::new(),
        };
        for side in SIDES {
            let (source, chain) = (&chains[&side.other()], &chains[&side]);
            let sent = ledger::sent(side.other(), source).await;
            books.delivered.insert(side, ledger::delivered(chain).await);
            let paid = ledger::paid(side, chain).await;
            let carried = paid.iter().flat_map(|paid| &paid.carried).map(|(_, parcel)| *parcel);
            let (mut unlocked, mut counted) = (BTreeSet::new(), BTreeMap::new());
            for parcel in sent.values().copied().chain(carried).collect::<BTreeSet<_>>() {
                let slot = async || {
                    let (target, key) = (parcel.kind.target(), U256::from(parcel.key));
                    chain.anvil.provider.get_storage_at(target, key).await.unwrap().to::<u64>()
                };
                match parcel.kind {
                    Kind::Locked if slot().await > 0 => drop(unlocked.insert(parcel.key)),
                    Kind::Counts => drop(counted.insert(parcel.key, slot().await)),
                    _ => {}
                }
            }
            books.paid.extend(paid);
            books.sent.insert(side.other(), sent);
            books.unlocked.insert(side, unlocked);
            books.counted.insert(side, counted);
        }
        books
    }

    fn is_delivered(&self, on: Side, message: B256) -> bool {
        self.delivered[&on].contains_key(&message)
    }

    /// The transactions that were paid for, and did not deliver a message that they were to deliver, by message.
    pub(crate) fn in_vain(&self) -> BTreeMap<(Side, B256), (Parcel, Vec<&Paid>)> {
        let mut found: BTreeMap<_, (Parcel, Vec<&Paid>)> = BTreeMap::new();
        for paid in &self.paid {
            for (message, parcel) in &paid.carried {
                if !paid.delivered.contains(message) {
                    found.entry((paid.side, *message)).or_insert((*parcel, Vec::new())).1.push(paid);
                }
            }
        }
        found
    }

    /// What has to be delivered still, with the side to which it goes.
    pub(crate) fn missing(&self) -> Vec<(Side, B256, Parcel)> {
        let in_vain = self.in_vain();
        let mut missing = Vec::new();
        for (from, sent) in &self.sent {
            let on = from.other();
            for (message, parcel) in sent {
                let spent = in_vain.get(&(on, *message)).map_or(0, |(_, spent)| spent.len());
                if self.has_to_be(on, *parcel, spent) && !self.is_delivered(on, *message) {
                    missing.push((on, *message, *parcel));
                }
            }
        }
        missing
    }

    fn has_to_be(&self, on: Side, parcel: Parcel, spent: usize) -> bool {
        match parcel.kind {
            Kind::Account | Kind::Counts | Kind::Unlocks => true,
            Kind::Locked => self.unlocked[&on].contains(&parcel.key) && spent < parcel.kind.may_cost(),
            // A relayer may find them too dear, or never come at the right moment.
            Kind::Returns | Kind::Fickle => false,
            Kind::Reverts | Kind::Burns | Kind::Shouts | Kind::Expired => false,
        }
    }

    /// What is against the promise.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (on, message, parcel) in self.missing() {
            faults.push(format!("{message} to {on:?} was not delivered: {parcel:?}"));
        }
        for (side, delivered) in &self.delivered {
            for (message, times) in delivered.iter().filter(|(_, times)| **times > 1) {
                faults.push(format!("{message} was delivered {times} times on {side:?}"));
            }
        }
        let expired =
            self.paid.iter().flat_map(|paid| &paid.carried).filter(|(_, of)| of.kind == Kind::Expired);
        faults.extend(expired.map(|(message, _)| format!("{message} had expired, and was paid for")));
        for ((side, message), (parcel, spent)) in self.in_vain() {
            if spent.len() > parcel.kind.may_cost() {
                let how =
                    |paid: &&Paid| format!("{} with {} of {} gas", paid.hash, paid.gas_used, paid.gas_limit);
                let spent: Vec<_> = spent.iter().map(how).collect();
                faults.push(format!("{message} to {side:?} ({parcel:?}) was paid for in vain: {spent:?}"));
            }
        }
        faults.extend(self.vain().iter().flat_map(Vain::faults));
        faults.extend(self.miscounted());
        faults
    }

    /// What was paid in vain on each side.
    fn vain(&self) -> [Vain; 2] {
        SIDES.map(|side| {
            let sent = self.sent[&side.other()].iter().map(|(hash, parcel)| (*hash, *parcel));
            Vain::on(side, &self.paid, sent)
        })
    }

    /// Effects are counted by the contracts themselves.
    fn miscounted(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for side in SIDES {
            let mut due: BTreeMap<u64, BTreeSet<B256>> = BTreeMap::new();
            let carried = self.paid.iter().filter(|paid| paid.side == side).flat_map(|paid| &paid.carried);
            for (message, parcel) in carried {
                if parcel.kind == Kind::Counts && self.is_delivered(side, *message) {
                    due.entry(parcel.key).or_default().insert(*message);
                }
            }
            for (key, counted) in &self.counted[&side] {
                let due = due.get(key).map_or(0, BTreeSet::len) as u64;
                if *counted != due {
                    faults.push(format!("key {key} was counted {counted} times on {side:?}, and not {due}"));
                }
            }
        }
        faults
    }

    /// How many messages the blocks have.
    pub(crate) fn sent_count(&self) -> usize {
        self.sent.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn delivered_count(&self) -> usize {
        self.delivered.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn paid_count(&self) -> usize {
        self.paid.len()
    }

    /// How many nonces may have been signed for in vain: for messages whose targets changed their minds.
    pub(crate) fn fickle_count(&self) -> usize {
        let all = self.sent.values().flat_map(BTreeMap::values);
        all.filter(|parcel| parcel.kind.may_cost() > 0).count()
    }

    /// Transactions that do nothing but use a nonce.
    pub(crate) fn fillers(&self) -> usize {
        self.paid.iter().filter(|paid| paid.carried.is_empty()).count()
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vanished = SIDES
            .iter()
            .flat_map(|on| {
                self.delivered[on].keys().filter(|message| !self.sent[&on.other()].contains_key(*message))
            })
            .count();
        let reverted = self.paid.iter().filter(|paid| !paid.success).count();
        let items: usize = self.in_vain().values().map(|(_, spent)| spent.len()).sum();
        let gas: u64 = self.paid.iter().map(|paid| paid.gas_used).sum();
        let vain = self.vain().map(|vain| vain.to_string()).join(", ");
        write!(
            f,
            "{} messages sent, {} delivered ({vanished} of them no more sent), {} transactions with {gas} gas, {reverted} \
             of them reverted, {items} messages in vain ({vain}), {} fillers",
            self.sent_count(),
            self.delivered_count(),
            self.paid_count(),
            self.fillers()
        )
    }
}
