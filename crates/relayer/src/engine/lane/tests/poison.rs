//! A few bad messages leave the way of the good ones as it was.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::engine::test_util::signer;

/// What a perfect node had to do until the last good message was delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Work {
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
struct Chain {
    lane: Lane,
    poison: BTreeMap<B256, Poison>,
    pool: BTreeMap<u64, (B256, Vec<Item>)>,
    next_nonce: u64,
    block: u64,
    work: Work,
    delivered: BTreeSet<B256>,
}

const GAS: u64 = 100_000;
const BLOCK: usize = 300;

impl Chain {
    fn new(poison: BTreeMap<B256, Poison>) -> Self {
        let mut lane = lane_of(Policy::default(), vec![signer(0)]);
        lane.handle(Event::Batcher(true));
        let work = Work::default();
        Self {
            lane,
            poison,
            pool: BTreeMap::new(),
            next_nonce: 0,
            block: 1,
            work,
            delivered: BTreeSet::new(),
        }
    }

    fn handle(&mut self, event: Event) {
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

    fn mine(&mut self) {
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
                    deliveries.push(Delivery { message: item.message.hash, tx_hash: *tx_hash });
                }
            }
            self.pool.remove(&self.next_nonce);
            self.next_nonce += 1;
        }
        let (number, timestamp) = (self.block, 1_000 + 2 * self.block);
        self.handle(Event::Block { number, timestamp, deliveries });
    }

    /// Works until all these are delivered.
    fn work_for(&mut self, good: usize) -> Work {
        while self.delivered.len() < good {
            self.handle(Event::Tick);
            self.mine();
            assert!(self.block < 1_000, "{:?}", self.work);
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
