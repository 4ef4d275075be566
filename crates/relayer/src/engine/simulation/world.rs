use std::collections::{BTreeMap, VecDeque};

use alloy::primitives::B256;

use super::{
    node::{Block, Node, Pooled, Rules},
    store::Store,
    weather::{CAUTIOUS, WATCHED, Weather, lane, policy},
};
use crate::engine::{
    Command, Delivery, Event, Item, Lane, Message,
    audit::{check_consistency, check_wakefulness},
    test_util::{signer, tx},
};

/// A step of the simulation: which of the things that can happen now happens, and a number to vary it.
pub(super) type Step = (u8, u16);

/// What the destination's follower found.
#[derive(Clone, Debug)]
enum Found {
    Block(Block),
    Reorg { ancestor: u64 },
}

pub(super) struct World {
    pub(super) weather: Weather,
    lane: Lane,
    pub(super) outstanding: Vec<Command>,
    wake: bool,
    pub(super) node: Node,
    pub(super) rules: Rules,
    /// All that was ever signed.
    pub(super) signed: BTreeMap<B256, Pooled>,
    /// The destination's blocks that were taken in.
    pub(super) held: Vec<Block>,
    /// The messages as they stand on the source chain.
    pub(super) source: BTreeMap<B256, Message>,
    pub(super) store: Store,
    /// What the followers found and nobody has taken in yet.
    pub(super) from_source: VecDeque<Event>,
    from_destination: VecDeque<Found>,
    pub(super) next_id: u64,
    pub(super) next_block: u64,
    /// The newest block of the source whose blocks have to be safe that is so.
    pub(super) safe: u64,
    /// Since when the destination hears nothing of one source.
    pub(super) deaf_since: Option<u64>,
    /// How many transactions it refused for now.
    pub(super) refused: usize,
    /// Nothing is refused for what it is any more.
    pub(super) has_flowed: bool,
    pub(super) online: bool,
    /// Nothing goes wrong any more.
    pub(super) is_calm: bool,
    /// So many blocks there were before that.
    pub(super) calm_after: usize,
}

impl World {
    pub(super) fn new(weather: Weather) -> Self {
        let policy = policy(weather);
        let mut world = Self {
            weather,
            lane: lane(policy, weather),
            outstanding: Vec::new(),
            wake: false,
            node: Node { lax: weather.lax, ..Node::default() },
            rules: Rules::default(),
            signed: BTreeMap::new(),
            held: Vec::new(),
            source: BTreeMap::new(),
            store: Store::default(),
            from_source: VecDeque::new(),
            from_destination: VecDeque::new(),
            next_id: 0,
            next_block: 0,
            safe: 0,
            deaf_since: None,
            refused: 0,
            has_flowed: false,
            online: true,
            is_calm: false,
            calm_after: 0,
        };
        world.begin();
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
            25 if vary % 4 == 0 => self.crash(vary),
            26 if self.online => self.handle_weather(Event::Offline),
            26 => self.handle_weather(Event::CaughtUp),
            27 => self.evict(vary),
            28 if weather.destination => self.reorg_destination(vary),
            29 if weather.source => self.move_or_orphan(vary),
            30 if weather.source && !weather.cautious => self.resend(vary),
            31 if weather.others => self.meddle(vary),
            30 | 31 if weather.cautious => self.become_safe(vary),
            31 if weather.behind && vary % 4 == 0 => self.turn_deaf(),
            _ => {}
        }
        check_consistency(&self.lane);
        check_wakefulness(&self.lane, &self.outstanding);
    }

    /// Lets everything calm down and work for long enough.
    pub(super) fn settle(&mut self) {
        if !self.weather.griefing {
            self.rules.reverting.clear();
        }
        self.is_calm = true;
        self.calm_after = self.node.blocks.len();
        if !self.online {
            self.handle_weather(Event::CaughtUp);
        }
        self.become_safe(0);
        self.deaf_since = None;
        self.refused = 0;
        if self.weather.behind {
            self.flow();
        }
        for _ in 0..if self.weather.griefing { 1_000 } else { 400 } {
            self.take_in_and_answer();
            let is_done = match self.weather {
                Weather { hasty: true, .. } => self.lane.pending() == 0,
                Weather { griefing: true, .. } => {
                    self.calm_blocks() >= WATCHED && self.undelivered_honest() == 0
                }
                _ => self.undelivered() == 0,
            };
            if is_done && self.lane.in_flight() == 0 {
                break;
            }
            self.tick();
            self.mine(3);
        }
        assert_eq!(self.lane.in_flight(), 0, "{:?}", self.lane);
    }

    /// All that was found is taken in, and all that the lane wants is done.
    fn take_in_and_answer(&mut self) {
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
    }

    /// The next block of a calm destination.
    pub(super) fn go_on(&mut self) {
        self.take_in_and_answer();
        self.tick();
        self.mine(3);
    }

    /// How many blocks it took since all was calm.
    pub(super) fn calm_blocks(&self) -> u64 {
        (self.node.blocks.len() - self.calm_after) as u64
    }

    /// How many messages that exist are not delivered.
    pub(super) fn undelivered(&self) -> usize {
        self.source.keys().filter(|hash| !self.node.is_delivered(**hash, 0)).count()
    }

    /// How many messages the lane has.
    pub(super) fn pending(&self) -> usize {
        self.lane.pending()
    }

    /// How many messages were paid for and not delivered by it, and how many transactions did nothing.
    pub(super) fn paid_in_vain(&self) -> (usize, usize) {
        let mined = || self.node.blocks.iter().flat_map(|block| &block.ours);
        let idle = mined().filter(|mined| mined.tx.effect.is_empty()).count();
        (mined().map(|mined| mined.failed().count()).sum(), idle)
    }

    /// For each message, whether those of our transactions delivered it that carried it and are in blocks.
    pub(super) fn paid(&self) -> BTreeMap<B256, Vec<bool>> {
        let mut paid: BTreeMap<B256, Vec<bool>> = BTreeMap::new();
        for mined in self.node.blocks.iter().flat_map(|block| &block.ours) {
            for (message, _) in &mined.tx.effect {
                paid.entry(*message).or_default().push(mined.delivered.contains(message));
            }
        }
        paid
    }

    pub(super) fn handle(&mut self, event: Event) {
        for command in self.lane.handle(event) {
            match command {
                // A later one takes the place of an earlier one.
                Command::Wake { .. } => self.wake = true,
                Command::Record { tx_hash, outcome } => self.store.record(tx_hash, &outcome),
                Command::Notify(_) => {}
                Command::Submit { signer, nonce, ref items, .. } => {
                    let messages: Vec<B256> = items.iter().map(|item| item.message.hash).collect();
                    let is_delivered = |message| self.store.delivered.contains_key(message);
                    assert!(!messages.iter().any(is_delivered), "submitted after its delivery");
                    // Transactions of others that took the place of ours can be undone by a reorg.
                    let held = self.store.held(signer, nonce, &messages);
                    assert!(self.weather.others || held.is_empty(), "{held:?} are in another attempt");
                    self.check_in_time(items, nonce);
                    self.check_safe(items);
                    self.outstanding.push(command);
                }
                command => self.outstanding.push(command),
            }
        }
    }

    /// A message that gets its first transaction has some time left.
    fn check_in_time(&self, items: &[Item], nonce: u64) {
        let before = policy(self.weather).late_before(self.time(self.held.len() as u64));
        for message in items.iter().map(|item| &item.message) {
            let is_new = !self.store.has_attempt(nonce, message.hash);
            let is_late = message.identifier.timestamp < before;
            assert!(!is_new || !is_late, "{} gets a transaction at {before}", message.hash);
        }
    }

    /// What has to be safe is so when it gets a transaction.
    fn check_safe(&self, items: &[Item]) {
        let mut items = items.iter().filter(|item| self.weather.cautious && item.message.source == CAUTIOUS);
        assert!(items.all(|item| item.message.identifier.block_number <= self.safe), "not safe");
    }

    /// What a lane is told first.
    fn begin(&mut self) {
        self.handle(Event::Batcher(true));
        if self.weather.cautious {
            self.handle(Event::Settled { source: CAUTIOUS, up_to: None });
        }
    }

    /// When a block of the destination is made.
    fn time(&self, number: u64) -> u64 {
        1_000 + number * if self.weather.hasty { 4 } else { 1 }
    }

    fn handle_weather(&mut self, event: Event) {
        self.online = event == Event::CaughtUp;
        self.handle(event);
    }

    fn take_from_source(&mut self) {
        let Some(mut event) = self.from_source.pop_front() else { return };
        match &mut event {
            Event::Seen(messages) => {
                for message in &*messages {
                    self.store.messages.insert(message.hash, message.clone());
                }
                messages.retain(|message| !self.store.delivered.contains_key(&message.hash));
            }
            Event::Orphaned(message) => drop(self.store.messages.remove(message)),
            _ => {}
        }
        self.handle(event);
    }

    fn take_from_destination(&mut self) {
        match self.from_destination.pop_front() {
            Some(Found::Block(block)) => {
                let number = 1 + self.held.len() as u64;
                let deliveries: Vec<Delivery> = block.deliveries().collect();
                self.held.push(block);
                self.store.take_in(number, &deliveries);
                self.handle(Event::Block { number, timestamp: self.time(number), deliveries });
            }
            Some(Found::Reorg { ancestor }) => self.revert(ancestor),
            None => {}
        }
    }

    /// What the store and the actor make of a reorg.
    fn revert(&mut self, ancestor: u64) {
        self.held.truncate(usize::try_from(ancestor).expect("few blocks"));
        let has_judged = self.lane.has_judged_after(ancestor);
        let (reopened, undelivered) = self.store.revert(ancestor);
        self.handle(Event::Reorged { ancestor });
        for event in Store::resumed(reopened.into_iter()) {
            self.handle(event);
        }
        for hash in undelivered {
            if let Some(message) = self.store.messages.get(&hash).cloned() {
                self.handle(Event::Undelivered(message));
            }
        }
        if has_judged {
            self.restore();
        }
    }

    /// Tells the lane of all that is not delivered, as the store has it.
    fn restore(&mut self) {
        for event in self.store.restored() {
            self.handle(event);
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
        let signer = signer(u8::try_from(vary / 4 % 2).expect("two accounts"));
        let nonce = self.node.latest_nonce(signer) + u64::from(vary % 4);
        self.node.pool.remove(&(signer, nonce));
    }

    /// Somebody else uses a relayer's account.
    fn meddle(&mut self, vary: u16) {
        let signer = signer(u8::try_from(vary / 4 % 2).expect("two accounts"));
        let nonce = self.node.pending_nonce(signer, 0) + u64::from(vary % 2);
        let tx_hash = tx(nonce, 1_000_000 + u64::from(vary)).hash;
        let nothing = Pooled { tx_hash, effect: Vec::new(), fee: 1 };
        self.node.pool.entry((signer, nonce)).or_insert(nothing);
    }

    fn tick(&mut self) {
        if std::mem::take(&mut self.wake) {
            self.handle(Event::Tick);
        }
    }

    /// The process dies and a new one starts from the store. What was being signed may have got there.
    fn crash(&mut self, vary: u16) {
        for (command, bit) in std::mem::take(&mut self.outstanding).into_iter().zip(2..16) {
            if vary >> bit & 1 == 1 {
                drop(self.commit(&command));
            }
        }
        self.lane = lane(policy(self.weather), self.weather);
        self.wake = false;
        let number = self.held.len() as u64;
        self.begin();
        self.handle(Event::Block { number, timestamp: self.time(number), deliveries: Vec::new() });
        for event in self.store.remembered(|number| self.time(number)) {
            self.handle(event);
        }
        self.restore();
        for event in Store::resumed(self.store.open().into_iter()) {
            self.handle(event);
        }
        while !self.from_destination.is_empty() {
            self.take_from_destination();
        }
        self.handle_weather(Event::CaughtUp);
    }
}

/// As many numbers as it takes, from one.
pub(super) fn varied(vary: u16) -> impl Iterator<Item = u16> {
    (0..u16::MAX).map(move |more| vary.wrapping_add(more))
}
