//! A few bad messages leave the way of the good ones as it was.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
};

use super::*;

/// What a perfect node had to do until the last good message was delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    groups: usize,
    transactions: usize,
    blocks: u64,
    /// The gas that was paid for what was not delivered.
    in_vain: u64,
}

/// How a bad message is bad.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Poison {
    /// It would revert.
    Reverts,
    /// It passes every trial and reverts in the block.
    Burns,
}

/// A chain whose blocks have room for so many messages, and a node that answers at once.
pub(super) struct Chain {
    lane: Lane,
    poison: BTreeMap<B256, Poison>,
    pool: BTreeMap<u64, (B256, Vec<Item>)>,
    next_nonce: u64,
    pub(super) block: u64,
    work: Work,
    delivered: BTreeSet<B256>,
    /// What was delivered in which block, in this order.
    pub(super) landed: Vec<(B256, u64)>,
}

const GAS: u64 = 100_000;
const BLOCK: usize = 300;

impl Chain {
    fn new(poison: BTreeMap<B256, Poison>) -> Self {
        Self { poison, ..Self::of(Lane::new(Policy::default(), vec![SIGNER])) }
    }

    /// One whose lane was told nothing yet.
    pub(super) fn of(lane: Lane) -> Self {
        let mut chain = Self {
            lane,
            poison: BTreeMap::new(),
            pool: BTreeMap::new(),
            next_nonce: 0,
            block: 1,
            work: Work::default(),
            delivered: BTreeSet::new(),
            landed: Vec::new(),
        };
        for event in [Event::Batcher(true), head(1), Event::CaughtUp] {
            chain.handle(event);
        }
        chain
    }

    pub(super) fn handle(&mut self, event: Event) {
        let mut commands = self.lane.handle(event);
        while !commands.is_empty() {
            let events: Vec<Event> = commands.drain(..).filter_map(|command| self.answer(command)).collect();
            commands = events.into_iter().flat_map(|event| self.lane.handle(event)).collect();
        }
    }

    fn answer(&mut self, command: Command) -> Option<Event> {
        Some(match command {
            Command::Guard { messages } => {
                self.work.groups += 1;
                let outcomes = messages.iter().map(|message| {
                    let outcome = match self.poison.get(&message.hash) {
                        Some(Poison::Reverts) => GuardOutcome::Reverts { reason: reason("no") },
                        _ => GuardOutcome::Deliverable { gas: GAS },
                    };
                    judged(message, outcome)
                });
                Event::Guarded { outcomes: outcomes.collect() }
            }
            Command::Submit { signer, nonce, items, .. } => {
                self.work.transactions += 1;
                let tx = tx(nonce, 0);
                self.pool.insert(nonce, (tx.hash, items));
                Event::Committed { signer, nonce, tx }
            }
            Command::Broadcast { signer, nonce, tx } => {
                Event::Broadcast { signer, nonce, tx_hash: tx.hash, outcome: B::Accepted }
            }
            Command::Receipt { signer, nonce, tx_hashes } => {
                let (block_number, tx_hash) = (self.block, tx_hashes[0]);
                let (success, timestamp, failures, gas_used) = (true, 1_000 + block_number, Vec::new(), GAS);
                let outcome = R::Included { tx_hash, success, block_number, timestamp, failures, gas_used };
                Event::Receipt { signer, nonce, tx_hash, outcome }
            }
            Command::Nonces { signer, epoch } => {
                Event::Nonces { signer, epoch, nonces: Some((self.next_nonce, self.next_nonce)) }
            }
            _ => return None,
        })
    }

    pub(super) fn mine(&mut self) {
        self.block += 1;
        self.work.blocks += 1;
        let (mut deliveries, mut room) = (Vec::new(), BLOCK);
        while let Some((tx_hash, items)) = self.pool.get(&self.next_nonce) {
            if items.len() > room {
                break;
            }
            room -= items.len();
            for item in items {
                if self.poison.contains_key(&item.message.hash) {
                    self.work.in_vain += item.gas;
                } else {
                    self.delivered.insert(item.message.hash);
                    self.landed.push((item.message.hash, self.block));
                    deliveries.push(Delivery { message: item.message.hash, tx_hash: *tx_hash });
                }
            }
            self.pool.remove(&self.next_nonce);
            self.next_nonce += 1;
        }
        let (number, timestamp) = (self.block, 1_000 + 2 * self.block);
        self.handle(Event::Block { number, timestamp, deliveries });
    }

    /// Works until so many are delivered.
    pub(super) fn work_for(&mut self, good: usize) -> Work {
        while self.delivered.len() < good {
            self.handle(Event::Tick);
            self.mine();
            assert!(self.work.blocks < 1_000, "{:?}", self.work);
        }
        self.work
    }
}

/// A burst in which every 20th message is bad, by few senders, or is left out.
fn burst(count: u64, poison: Option<Poison>) -> Work {
    let mut messages: Vec<Message> =
        (0..count).map(|id| message_at(id, 901, id / 50, (id % 50) as u32)).collect();
    let mut bad = BTreeMap::new();
    for (id, message) in messages.iter_mut().enumerate().filter(|(id, _)| id % 20 == 7) {
        message.sender = Address::repeat_byte((id % 100) as u8);
        message.target = message.sender;
        bad.extend(poison.map(|poison| (message.hash, poison)));
    }
    if poison.is_none() {
        messages.retain(|message| message.sender != message.target);
    }
    let good = messages.len() - bad.len();
    let mut chain = Chain::new(bad);
    chain.handle(Event::Seen(messages));
    chain.work_for(good)
}

#[test]
fn five_in_a_hundred_leave_the_others_unharmed() {
    let pure = burst(2_000, None);
    for poison in [Poison::Reverts, Poison::Burns] {
        let mixed = burst(2_000, Some(poison));
        assert!(mixed.blocks * 2 <= pure.blocks * 3, "{mixed:?} beside {pure:?}");
        assert!(mixed.groups * 2 <= pure.groups * 3, "{mixed:?} beside {pure:?}");
        assert!(mixed.transactions * 2 <= pure.transactions * 3, "{mixed:?} beside {pure:?}");
    }
}

#[test]
fn burners_are_paid_for_up_to_their_budget() {
    let mut messages: Vec<Message> = (0..300).map(message).collect();
    for message in &mut messages {
        message.sender = Address::repeat_byte(7);
    }
    let bad = messages.iter().map(|message| (message.hash, Poison::Burns)).collect();
    let mut chain = Chain::new(bad);
    for block in messages.chunks(10) {
        chain.handle(Event::Seen(block.to_vec()));
        chain.mine();
    }
    for _ in 0..30 {
        chain.mine();
    }
    let budget = Policy::default().vain_gas_per_sender;
    assert!(chain.work.in_vain <= budget + 10 * GAS, "{:?}", chain.work);
}

/// After how many blocks the slowest of a hundred good messages are delivered, by how many come with each block while every
/// 20th is bad, or left out.
fn p99(per_block: u64, poison: Option<Poison>) -> u64 {
    let (mut came, mut chain) = (BTreeMap::new(), Chain::new(BTreeMap::new()));
    let mut id = 0;
    for number in 0..40 {
        let mut block: Vec<Message> = Vec::new();
        for index in 0..per_block {
            id += 1;
            let mut message = message_at(id, SOURCE, number, index as u32);
            if id % 20 == 7 {
                let Some(poison) = poison else { continue };
                message.sender = Address::repeat_byte((id % 100) as u8);
                message.target = message.sender;
                chain.poison.insert(message.hash, poison);
            } else {
                came.insert(message.hash, chain.block);
            }
            block.push(message);
        }
        chain.handle(Event::Seen(block));
        chain.handle(Event::Tick);
        chain.mine();
    }
    chain.work_for(came.len());
    let mut waits: Vec<u64> = chain.landed.iter().map(|(message, block)| block - came[message]).collect();
    waits.sort_unstable();
    waits[waits.len() * 99 / 100]
}

/// The slowest of a hundred good messages wait no more than half as long again when five in a hundred others are bad.
#[test]
fn five_in_a_hundred_do_not_make_the_others_slow() {
    for per_block in [20, 100] {
        let pure = p99(per_block, None);
        for (name, poison) in [("reverts", Poison::Reverts), ("burns", Poison::Burns)] {
            let mixed = p99(per_block, Some(poison));
            println!("{per_block} a block, {name}: p99 {mixed} blocks beside {pure}");
            assert!(mixed * 2 <= pure * 3, "{per_block} a block, {name}: {mixed} blocks beside {pure}");
        }
    }
}

/// How often it is looked what somebody lost or earned, for each message, while so many bad ones come with every block, and as
/// many good ones.
fn looks_for_each(bad: u64) -> u64 {
    const BLOCKS: u64 = 20;
    let of_block = |block: u64| (block * 1_000..block * 1_000 + 2 * bad).map(message);
    let is_bad = |message: &Message| (message.identifier.block_number % 1_000).is_multiple_of(2);
    let all = (0..BLOCKS).flat_map(of_block).filter(is_bad);
    let mut chain = Chain::new(all.map(|message| (message.hash, Poison::Burns)).collect());
    for block in 0..BLOCKS {
        chain.handle(Event::Seen(of_block(block).collect()));
        chain.mine();
    }
    let looks = chain.lane.trust.looks.load(Ordering::Relaxed);
    looks / (2 * bad * BLOCKS)
}

#[test]
fn what_bad_messages_cost_to_think_about_grows_with_their_number_alone() {
    let (few, many) = (looks_for_each(35), looks_for_each(280));
    assert!(many <= 2 * few, "{many} beside {few}");
}
