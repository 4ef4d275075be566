use std::collections::{BTreeMap, VecDeque};

use alloy::primitives::B256;

use super::{
    node::{Block, Effect, Node, Pooled, Rules},
    weather::Weather,
};
use crate::engine::{
    AttemptOutcome, Command, Event, Lane, Message, Policy, SignedTx,
    audit::{check_consistency, check_wakefulness},
    test_util::{message_at, tx},
};

/// A step of the simulation: which of the things that can happen now happens, and a number to vary it.
pub(super) type Step = (u8, u16);

/// A committed attempt, as the store has it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) message: B256,
    pub(super) nonce: u64,
    pub(super) tx: SignedTx,
    pub(super) open: bool,
    /// The block that holds it, or what has its nonce.
    pub(super) block: Option<u64>,
    /// It is in that block, and delivered nothing.
    reverted: bool,
}

impl Stored {
    pub(super) const fn new(message: B256, nonce: u64, tx: SignedTx) -> Self {
        Self { message, nonce, tx, open: true, block: None, reverted: false }
    }
}

/// What the destination's follower found.
#[derive(Clone, Debug)]
enum Found {
    Block(Block),
    Reorg { ancestor: u64 },
}

pub(super) struct World {
    weather: Weather,
    lane: Lane,
    pub(super) outstanding: Vec<Command>,
    wake: bool,
    pub(super) node: Node,
    pub(super) rules: Rules,
    /// All that was ever signed.
    pub(super) signed: BTreeMap<B256, Pooled>,
    /// The destination's blocks that were taken in.
    pub(super) held: Vec<Block>,
    /// The messages as they stand on the source chain, and as the store has them.
    source: BTreeMap<B256, Message>,
    known: BTreeMap<B256, Message>,
    /// The blocks of the deliveries that the store knows.
    delivered: BTreeMap<B256, u64>,
    pub(super) attempts: Vec<Stored>,
    /// What the followers found and nobody has taken in yet.
    from_source: VecDeque<Event>,
    from_destination: VecDeque<Found>,
    next_id: u64,
    next_block: u64,
    pub(super) online: bool,
}

impl World {
    pub(super) fn new(weather: Weather) -> Self {
        let policy = Policy { max_in_flight: 4, max_guarded: 3, ..Policy::default() };
        let policy = Policy { max_reverts: weather.max_reverts.unwrap_or(1_000), ..policy };
        let mut world = Self {
            weather,
            lane: Lane::new(policy),
            outstanding: Vec::new(),
            wake: false,
            node: Node { lax: weather.lax, ..Node::default() },
            rules: Rules::default(),
            signed: BTreeMap::new(),
            held: Vec::new(),
            source: BTreeMap::new(),
            known: BTreeMap::new(),
            delivered: BTreeMap::new(),
            attempts: Vec::new(),
            from_source: VecDeque::new(),
            from_destination: VecDeque::new(),
            next_id: 0,
            next_block: 0,
            online: true,
        };
        world.mine(0);
        world.take_from_destination();
        world.handle(Event::CaughtUp);
        world
    }

    pub(super) fn step(&mut self, (kind, vary): Step) {
        let weather = self.weather;
        match kind % 32 {
            0..=2 => self.send(vary),
            3..=5 => self.take_from_source(),
            6..=9 => self.take_from_destination(),
            10..=20 => self.answer_one(vary, true),
            21 => self.answer_one(vary, false),
            22 => self.tick(),
            23..=24 => self.mine(vary),
            25 if vary % 4 == 0 => self.crash(),
            26 if self.online => self.handle_weather(Event::Offline),
            26 => self.handle_weather(Event::CaughtUp),
            27 => self.evict(vary),
            28 if weather.destination => self.reorg_destination(vary),
            29 if weather.source => self.move_or_orphan(vary),
            30 if weather.source => self.resend(vary),
            31 if weather.others => self.meddle(vary),
            _ => {}
        }
        check_consistency(&self.lane);
        check_wakefulness(&self.lane, &self.outstanding);
    }

    /// Lets everything calm down and work for long enough.
    pub(super) fn settle(&mut self) {
        self.rules.reverting.clear();
        if !self.online {
            self.handle_weather(Event::CaughtUp);
        }
        for _ in 0..400 {
            while !self.from_source.is_empty() {
                self.take_from_source();
            }
            while !self.from_destination.is_empty() {
                self.take_from_destination();
            }
            while !self.outstanding.is_empty() {
                self.answer_one(0, true);
                check_wakefulness(&self.lane, &self.outstanding);
            }
            if self.undelivered() == 0 && self.lane.in_flight() == 0 {
                break;
            }
            self.tick();
            self.mine(3);
        }
        assert_eq!(self.lane.in_flight(), 0, "{:?}", self.lane);
    }

    /// How many messages that exist are not delivered.
    pub(super) fn undelivered(&self) -> usize {
        self.source.keys().filter(|hash| !self.node.is_delivered(**hash, 0)).count()
    }

    /// How many transactions of ours are in blocks and delivered nothing.
    pub(super) fn paid_in_vain(&self) -> usize {
        let mined = self.node.blocks.iter().flat_map(|block| &block.ours);
        mined.filter(|mined| !mined.success || mined.effect == Effect::Nothing).count()
    }

    /// How many transactions of ours for each message are in blocks.
    pub(super) fn paid(&self) -> BTreeMap<B256, Vec<bool>> {
        let mut paid: BTreeMap<B256, Vec<bool>> = BTreeMap::new();
        for mined in self.node.blocks.iter().flat_map(|block| &block.ours) {
            if let Effect::Relay(message, _) = mined.effect {
                paid.entry(message).or_default().push(mined.success);
            }
        }
        paid
    }

    pub(super) fn handle(&mut self, event: Event) {
        for command in self.lane.handle(event) {
            match command {
                Command::Wake { .. } => {
                    assert!(!self.wake, "one tick at a time");
                    self.wake = true;
                }
                Command::Record { tx_hash, outcome } => {
                    for attempt in self.attempts.iter_mut().filter(|attempt| attempt.tx.hash == tx_hash) {
                        attempt.open = outcome == AttemptOutcome::Broadcast;
                        (attempt.block, attempt.reverted) = match outcome {
                            AttemptOutcome::Landed { block_number, success } => {
                                (Some(block_number), !success)
                            }
                            AttemptOutcome::Replaced { block_number } => (Some(block_number), false),
                            _ => (None, false),
                        };
                    }
                }
                Command::Notify(_) => {}
                Command::Submit { ref message, .. } => {
                    assert!(!self.delivered.contains_key(&message.hash), "submitted after its delivery");
                    self.outstanding.push(command);
                }
                command => self.outstanding.push(command),
            }
        }
    }

    fn handle_weather(&mut self, event: Event) {
        self.online = event == Event::CaughtUp;
        self.handle(event);
    }

    fn send(&mut self, vary: u16) {
        self.next_id += 1;
        let message = self.place(self.next_id, vary);
        self.announce(message, vary);
    }

    fn place(&mut self, id: u64, vary: u16) -> Message {
        self.next_block += u64::from(vary.is_multiple_of(3));
        message_at(id, 901 + u64::from(vary % 2), self.next_block, u32::try_from(id).expect("few messages"))
    }

    fn announce(&mut self, message: Message, vary: u16) {
        let at = (message.identifier.block_number, message.identifier.log_index);
        self.rules.valid.insert((message.hash, at));
        if self.weather.reverting && vary.is_multiple_of(7) {
            self.rules.reverting.insert(message.hash);
        }
        self.source.insert(message.hash, message.clone());
        self.from_source.push_back(Event::Seen(message));
    }

    fn some_message(&self, vary: u16) -> Option<Message> {
        let count = self.source.len().max(1);
        self.source.values().nth(usize::from(vary) % count).cloned()
    }

    fn resend(&mut self, vary: u16) {
        let Some(mut message) = self.some_message(vary) else { return };
        self.next_block += 1;
        message.identifier.block_number = self.next_block;
        message.identifier.timestamp = 1_000 + self.next_block;
        self.announce(message, vary);
    }

    /// A reorg of the source: a message disappears, for good or to come back elsewhere.
    fn move_or_orphan(&mut self, vary: u16) {
        let Some(message) = self.some_message(vary) else { return };
        // What the destination executed cannot vanish on its source without the destination reorganising too.
        if self.node.is_delivered(message.hash, 0) {
            return;
        }
        self.rules.valid.retain(|(hash, _)| *hash != message.hash);
        self.source.remove(&message.hash);
        self.from_source.push_back(Event::Orphaned(message.hash));
        if !vary.is_multiple_of(3) {
            self.source.insert(message.hash, message);
            self.resend(u16::try_from(self.source.len()).expect("few messages"));
            self.revalidate();
        }
    }

    /// After a move: every message that exists has at least one valid log.
    fn revalidate(&mut self) {
        let without: Vec<Message> = self
            .source
            .values()
            .filter(|message| !self.rules.valid.iter().any(|(hash, _)| *hash == message.hash))
            .cloned()
            .collect();
        for mut message in without {
            self.next_block += 1;
            message.identifier.block_number = self.next_block;
            message.identifier.timestamp = 1_000 + self.next_block;
            self.announce(message, 1);
        }
    }

    fn take_from_source(&mut self) {
        let Some(event) = self.from_source.pop_front() else { return };
        match &event {
            Event::Seen(message) => {
                self.known.insert(message.hash, message.clone());
                if self.delivered.contains_key(&message.hash) {
                    return;
                }
            }
            Event::Orphaned(message) => drop(self.known.remove(message)),
            _ => {}
        }
        self.handle(event);
    }

    fn take_from_destination(&mut self) {
        match self.from_destination.pop_front() {
            Some(Found::Block(block)) => {
                let number = 1 + self.held.len() as u64;
                self.held.push(block.clone());
                for (message, tx_hash) in block.deliveries() {
                    self.delivered.insert(message, number);
                    for attempt in self.attempts.iter_mut().filter(|attempt| attempt.tx.hash == tx_hash) {
                        attempt.open = false;
                        attempt.block = Some(number);
                    }
                    self.handle(Event::Delivered { message, tx_hash, block_number: number });
                }
                self.handle(Event::Head { number, timestamp: 1_000 + number });
            }
            Some(Found::Reorg { ancestor }) => self.revert(ancestor),
            None => {}
        }
    }

    /// What the store and the actor make of a reorg.
    fn revert(&mut self, ancestor: u64) {
        self.held.truncate(usize::try_from(ancestor).expect("few blocks"));
        let undelivered: Vec<B256> =
            self.delivered.iter().filter(|(_, block)| **block > ancestor).map(|(hash, _)| *hash).collect();
        self.delivered.retain(|_, block| *block <= ancestor);
        let has_judged = self.lane.has_judged_after(ancestor);
        let mut reopened = Vec::new();
        for attempt in self.attempts.iter_mut().filter(|attempt| attempt.block > Some(ancestor)) {
            attempt.block = None;
            attempt.reverted = false;
            attempt.open = true;
            reopened.push(attempt.clone());
        }
        self.handle(Event::Reorged { ancestor });
        for Stored { message, nonce, tx, .. } in reopened.into_iter().rev() {
            self.handle(Event::Resumed { message, nonce, tx });
        }
        for hash in undelivered {
            if let Some(message) = self.known.get(&hash).cloned() {
                self.handle(Event::Undelivered(message));
            }
        }
        if has_judged {
            self.restore();
        }
    }

    /// Tells the lane of all that is not delivered, as the store has it.
    fn restore(&mut self) {
        let pending = self.known.values().filter(|message| !self.delivered.contains_key(&message.hash));
        for message in pending.cloned().collect::<Vec<_>>() {
            let in_vain = |attempt: &&Stored| attempt.message == message.hash && attempt.reverted;
            let reverted = self.attempts.iter().filter(in_vain).map(|attempt| attempt.tx.hash).collect();
            self.handle(Event::Restored { message, reverted });
        }
    }

    fn mine(&mut self, vary: u16) {
        let others = match self.some_message(vary / 8) {
            Some(message) if self.weather.others && vary % 8 == 7 => vec![message.hash],
            _ => Vec::new(),
        };
        let block = self.node.mine(others, usize::from(vary % 4), &self.rules).clone();
        self.from_destination.push_back(Found::Block(block));
    }

    fn reorg_destination(&mut self, vary: u16) {
        self.node.reorg(usize::from(vary % 4), vary.is_multiple_of(8));
        self.from_destination.push_back(Found::Reorg { ancestor: self.node.blocks.len() as u64 });
        self.mine(0);
    }

    /// The pool forgets a transaction.
    fn evict(&mut self, vary: u16) {
        let nonce = self.node.latest_nonce() + u64::from(vary % 4);
        self.node.pool.remove(&nonce);
    }

    /// Somebody else uses the relayer's account.
    fn meddle(&mut self, vary: u16) {
        let nonce = self.node.pending_nonce(0) + u64::from(vary % 2);
        let tx_hash = tx(nonce, 1_000_000 + u64::from(vary)).hash;
        self.node.pool.entry(nonce).or_insert(Pooled { tx_hash, effect: Effect::Nothing, fee: 1 });
    }

    fn tick(&mut self) {
        if std::mem::take(&mut self.wake) {
            self.handle(Event::Tick);
        }
    }

    /// The process dies and a new one starts from the store.
    fn crash(&mut self) {
        self.lane = Lane::new(self.lane.policy);
        self.outstanding.clear();
        self.wake = false;
        let number = self.held.len() as u64;
        self.handle(Event::Head { number, timestamp: 1_000 + number });
        self.restore();
        let open: Vec<_> = self.attempts.iter().filter(|attempt| attempt.open).cloned().collect();
        let mut nonces = BTreeMap::new();
        for Stored { message, nonce, tx, .. } in open.into_iter().rev() {
            let other = nonces.insert(nonce, message);
            assert!(other.is_none_or(|other| other == message), "two messages have the nonce {nonce}");
            self.handle(Event::Resumed { message, nonce, tx });
        }
        while !self.from_destination.is_empty() {
            self.take_from_destination();
        }
        self.handle_weather(Event::CaughtUp);
    }
}
