//! Where other relayers on the store read the sources, the lanes here learn from the store what is sent there, and how safe it
//! is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use causeway_store::{Change, MessageRecord, MessageStatus, SourceHead, SourceNews, Store, StoreError};
use tokio::{
    sync::{Mutex as PageLock, mpsc},
    time::{Instant, sleep},
};

use crate::{
    actor::{Routed, Shared},
    engine::Message,
};

/// How often it is looked whether there is something new.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a store is left alone that does not answer.
const REST: Duration = Duration::from_secs(1);
/// How many changes are read at once.
const PAGE: u32 = 1_000;
/// How long changes are remembered, and by whom they are read by then.
pub(crate) const KEEP: Duration = Duration::from_secs(3_600);

/// Tells the lanes of this relayer what happens on the sources that others read. The actors of its own sources do so
/// themselves, and quicker.
#[derive(Debug)]
pub(crate) struct Feed {
    shared: Arc<Shared>,
    /// The sources whose blocks have to be safe before some destination takes their messages.
    cautious: BTreeSet<u64>,
    /// Whoever tells has them, for as long as a page takes.
    sources: PageLock<Sources>,
    /// Those that have become others' since the last page began, and up to where the lanes were told of them.
    resigned: Mutex<BTreeMap<u64, u64>>,
}

/// Those of others.
#[derive(Debug)]
struct Sources {
    /// Up to which change the lanes know what happened there.
    positions: BTreeMap<u64, u64>,
    /// When that was all that there was.
    at: Instant,
}

/// Up to which block a source is as safe as a destination wants it.
#[derive(Clone, Copy, Debug)]
struct Settled {
    source: u64,
    destination: u64,
    up_to: Option<u64>,
}

/// The lanes that had read what there was before something was asked, by chain.
type Ready = BTreeMap<u64, mpsc::Sender<Routed>>;

impl Feed {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        let sources = Sources { positions: BTreeMap::new(), at: Instant::now() };
        let destinations = shared.config().chains.iter().map(|chain| chain.chain_id);
        let cautious = destinations.flat_map(|destination| shared.cautious_sources(destination));
        let cautious = cautious.map(|(source, _)| source).collect();
        let (sources, resigned) = (PageLock::new(sources), Mutex::default());
        Self { shared: Arc::clone(shared), cautious, sources, resigned }
    }

    /// Begins with what comes from now on: there are no lanes yet, and those to come read what there is. All sources are others'.
    pub(crate) async fn begin(&self) -> Result<(), StoreError> {
        let mut sources = self.sources.lock().await;
        sources.at = Instant::now();
        let newest = self.store().newest_change().await?;
        self.resigned().clear();
        sources.positions =
            self.shared.config().chains.iter().map(|chain| (chain.chain_id, newest)).collect();
        Ok(())
    }

    /// A source is this relayer's own from here on: nobody else writes of it any more, and its actor has not begun. Everything
    /// before is told first, for what comes later is not to be overtaken by it. That takes as long as the lanes here, which may be
    /// slow to take it.
    pub(crate) async fn adopt(&self, source: u64) -> Result<(), StoreError> {
        let mut sources = self.sources.lock().await;
        while self.tell_page(&mut sources).await? {}
        if let Some(position) = sources.positions.remove(&source) {
            self.shared.ways().set_told(source, position);
        }
        Ok(())
    }

    /// A source's actor has ended. What it did not tell any more is told from here, with the next page: the one that is being
    /// told may take its time.
    pub(crate) fn resign(&self, source: u64) {
        let told = self.shared.ways().told(source);
        self.resigned().insert(source, told);
    }

    /// Tells what there is, again and again. Ends when it was away for so long that it may have missed something. It has to go on
    /// beside everything else: whoever waits for what is begun here, such as [`adopt`](Self::adopt), waits for ever if it does not.
    pub(crate) async fn run(&self) {
        loop {
            sleep(PAUSE).await;
            if self.shared.ways().is_empty() {
                continue;
            }
            let mut sources = self.sources.lock().await;
            if sources.at.elapsed() > KEEP / 2 {
                tracing::warn!("what happens on others' chains was not read for too long");
                return;
            }
            let told = self.tell_page(&mut sources).await;
            drop(sources);
            if let Err(error) = told {
                tracing::debug!(%error, "what happens on others' chains is not known now");
                sleep(REST).await;
            }
        }
    }

    /// Tells some of it. Returns whether there may be more. If it is dropped, or fails, the same is told again.
    ///
    /// What is no longer safe is told before the messages, and what has become safe after them, when it is all: a lane never
    /// takes a block for safe that has taken the place of a safe one. A lane that reads the store itself meanwhile, since it is
    /// a new one, may be ahead of what is told here, and has to wait for the next time: also in the place of one that was ready.
    async fn tell_page(&self, sources: &mut Sources) -> Result<bool, StoreError> {
        sources.positions.append(&mut self.resigned());
        let (asked, ready) = (Instant::now(), self.shared.ways().restored());
        let news = self.store().source_news(&sources.positions, PAGE, &self.cautious).await?;
        let SourceNews { changes, messages, heads } = news;
        let more = changes.len() >= PAGE as usize;
        let settled = self.settled(sources.positions.keys(), &heads, &ready);
        let known = |settled: &Settled| self.shared.settled(settled.source, settled.destination);
        for settled in settled.iter().filter(|settled| settled.up_to < known(settled)) {
            self.tell_settled(settled, &ready).await;
        }
        self.learn(&changes, asked);
        self.tell(messages).await;
        for change in changes {
            sources.positions.insert(change.source, change.id);
        }
        if !more {
            for settled in settled.iter().filter(|settled| settled.up_to > known(settled)) {
                self.tell_settled(settled, &ready).await;
            }
            sources.at = asked;
        }
        Ok(more)
    }

    /// Remembers when who reads the sources saw the messages.
    fn learn(&self, changes: &[Change], now: Instant) {
        for Change { message, age, .. } in changes {
            if let Some(at) = now.checked_sub(*age) {
                self.shared.learn(*message, at.into_std());
            }
        }
    }

    /// How safe the blocks of these sources are for each of these destinations. What nobody has said is not safe.
    fn settled<'a>(
        &self,
        sources: impl Iterator<Item = &'a u64>,
        heads: &[SourceHead],
        ready: &Ready,
    ) -> Vec<Settled> {
        let sources: BTreeSet<u64> = sources.copied().collect();
        let mut all = Vec::new();
        for destination in ready.keys().copied() {
            let wanted = self.shared.cautious_sources(destination);
            all.extend(wanted.filter(|(source, _)| sources.contains(source)).map(|(source, level)| {
                let head = heads.iter().find(|head| (head.source, head.level) == (source, level));
                Settled { source, destination, up_to: head.map(|head| head.number) }
            }));
        }
        all
    }

    async fn tell_settled(&self, settled: &Settled, ready: &Ready) {
        let Settled { source, destination, up_to } = *settled;
        let Some(inbox) = ready.get(&destination) else { return };
        // Of one that has ended nothing is noted: the lane in its place was not told.
        if inbox.send(Routed::Settled { source, up_to }).await.is_ok() {
            self.shared.note_settled(source, destination, up_to);
        }
    }

    /// Tells the lanes here where messages to them stand.
    async fn tell(&self, records: Vec<MessageRecord>) {
        let mut seen: BTreeMap<u64, Vec<Message>> = BTreeMap::new();
        for record in records {
            let (hash, destination) = (record.hash, u64::try_from(record.sent.destination));
            let is_gone = record.status == MessageStatus::Orphaned;
            match (self.shared.deliverable(record), destination) {
                (Some(message), _) => seen.entry(message.destination).or_default().push(message),
                (None, Ok(destination)) if is_gone => {
                    self.tell_one(destination, Routed::Orphaned(hash)).await;
                }
                (None, _) => {}
            }
        }
        for (destination, messages) in seen {
            self.tell_one(destination, Routed::Seen(messages)).await;
        }
    }

    async fn tell_one(&self, destination: u64, routed: Routed) {
        if let Some(inbox) = self.shared.ways().inbox(destination) {
            // An actor that has ended needs not be told: the next one begins with what the store says.
            drop(inbox.send(routed).await);
        }
    }

    fn resigned(&self) -> MutexGuard<'_, BTreeMap<u64, u64>> {
        self.resigned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self) -> &Store {
        self.shared.store()
    }
}
