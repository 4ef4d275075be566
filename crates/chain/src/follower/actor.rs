use super::{
    config::{FollowerConfig, Start},
    event::ChainEvent,
    fault::{FollowerError, Stop},
    heads::Heads,
    labels::{Answer, Labels},
    rhythm::Rhythm,
};
use crate::{
    BlockRef,
    backoff::Backoff,
    board::Need,
    node::{Fault, Header, Node},
    nodes::Nodes,
    read_ahead::BatchSize,
    window::Window,
};
use std::{
    mem::{Discriminant, discriminant},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until},
};

/// After this many momentary faults in a row without a new block the node counts as lost.
const MAX_STRIKES: u32 = 5;
/// After this many heads that the subscription failed to announce it is renewed.
const MAX_MISSES: u32 = 2;
const FIRST_BACKOFF: Duration = Duration::from_millis(100);

/// The follower's state. What it does with a head is in `advance.rs`.
pub(super) struct Actor {
    pub(super) config: FollowerConfig,
    pub(super) nodes: Nodes,
    /// The one of them that had our tip: what it says of lower blocks is a change of mind, and not a lag behind another. None
    /// has shown it yet where it was recorded before.
    pub(super) vouched: Option<usize>,
    /// The highest block that another node pushed.
    hinted: u64,
    /// The node was changed, and nobody needs to know.
    has_switched: bool,
    pub(super) window: Window,
    pub(super) batch: BatchSize,
    labels: Labels,
    /// Since when the node's head has been below our tip, and where it was.
    pub(super) shrunk_since: Option<(Instant, u64)>,
    pub(super) rhythm: Rhythm,
    heads: Heads,
    events: mpsc::Sender<ChainEvent>,
    offline: Option<Outage>,
    /// Whether the node's head was reached since the node was reached.
    is_caught_up: bool,
    backoff: Backoff,
    pub(super) strikes: u32,
    misses: u32,
}

/// An outage that was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Outage {
    kind: Discriminant<Fault>,
    /// Whether only a block can end it; otherwise that the node answers is enough.
    outlasts_a_greeting: bool,
}

/// What woke the actor.
enum Wake {
    /// The node pushed a head.
    Head(Header),
    /// It is time to ask, or there is reason to.
    Poll,
    /// We have just asked, and this is the head.
    Polled(Header),
    /// Another node than the one that is followed pushed a head.
    Hint,
    /// The node was asked which blocks are safe and finalized, and has answered or not.
    Labels(Answer),
}

impl Actor {
    pub(super) fn new(
        config: FollowerConfig,
        nodes: Nodes,
        heads: Heads,
        events: mpsc::Sender<ChainEvent>,
    ) -> Self {
        let window = match &config.start {
            Start::After(blocks) => Window::resume(config.window, blocks),
            Start::Genesis | Start::Block(_) | Start::Latest | Start::Finalized => Window::new(config.window),
        };
        Self {
            window: if window.is_empty() { Window::new(config.window) } else { window },
            nodes,
            vouched: None,
            hinted: 0,
            has_switched: false,
            batch: BatchSize::new(config.max_batch),
            labels: Labels::default(),
            shrunk_since: None,
            rhythm: Rhythm::default(),
            heads,
            events,
            offline: None,
            is_caught_up: false,
            backoff: Backoff::new(FIRST_BACKOFF, config.max_backoff),
            strikes: 0,
            misses: 0,
            config,
        }
    }

    pub(super) async fn run(mut self) -> Result<(), FollowerError> {
        self.nodes.begin().await;
        self.follow_current();
        loop {
            let stop = match self.session().await {
                Stop::Fault(fault) if self.switch(&fault) => continue,
                Stop::Fault(fault) => match self.lost(fault).await {
                    Ok(()) => continue,
                    Err(stop) => stop,
                },
                stop => stop,
            };
            match stop {
                Stop::Fatal(error) => return Err(error),
                Stop::Closed | Stop::Fault(_) => return Ok(()),
            }
        }
    }

    /// Follows the chain for as long as the node is of use.
    async fn session(&mut self) -> Stop {
        self.labels.forget();
        let mut wake = match self.greet().await {
            Ok(head) => Wake::Polled(head),
            Err(stop) => return stop,
        };
        loop {
            match self.handle(wake).await {
                Ok(()) => self.strikes = 0,
                Err(Stop::Fault(fault)) if self.may_pass(&fault) => {
                    tracing::debug!(chain = self.config.chain_id, %fault, "asking again");
                    self.strikes += 1;
                }
                // Another node may have what this one lacks.
                Err(Stop::Fault(fault)) if self.nodes.have_another() => return Stop::Fault(fault),
                Err(Stop::Fault(fault)) => {
                    return match self.gap(&fault).await {
                        Ok(Some(error)) => Stop::Fatal(error),
                        Ok(None) => Stop::Fault(fault),
                        Err(stop) => stop,
                    };
                }
                Err(stop) => return stop,
            }
            let is_behind = !self.is_caught_up && self.strikes == 0 && self.shrunk_since.is_none();
            wake = match self.wait(is_behind).await {
                Ok(wake) => wake,
                Err(stop) => return stop,
            };
        }
    }

    /// Whether to ask the same node again soon. One that has no time for us may have none for long: another may have.
    fn may_pass(&self, fault: &Fault) -> bool {
        let is_busy = matches!(fault, Fault::Busy { .. }) && self.nodes.have_another();
        fault.is_momentary() && !is_busy && self.strikes < MAX_STRIKES
    }

    /// Makes sure that the node is there and serves the right chain.
    async fn greet(&mut self) -> Result<Header, Stop> {
        self.node().verify_chain_id().await?;
        let head = self.latest().await?;
        if self.offline.is_some_and(|outage| !outage.outlasts_a_greeting) {
            self.recovered().await?;
        }
        if !std::mem::take(&mut self.has_switched) {
            self.is_caught_up = false;
        }
        Ok(head)
    }

    /// The node that is followed.
    pub(super) const fn node(&self) -> &Arc<Node> {
        self.nodes.node()
    }

    /// Its head.
    async fn latest(&self) -> Result<Header, Fault> {
        let best = self.nodes.best();
        let head = self.node().latest().await?;
        self.nodes.note_head(head.number(), best);
        Ok(head)
    }

    /// Goes on with another node, if there is one that has not failed since the last block.
    fn switch(&mut self, fault: &Fault) -> bool {
        let from = self.nodes.current();
        if !self.nodes.next(Need::Newest) {
            return false;
        }
        let (chain, to) = (self.config.chain_id, self.nodes.current());
        tracing::info!(chain, from, to, %fault, "another node is followed from now on");
        self.has_switched = self.is_caught_up;
        (self.strikes, self.misses, self.shrunk_since) = (0, 0, None);
        self.follow_current();
        true
    }

    /// Has the heads of the node that is followed pushed, and no longer those of another.
    fn follow_current(&self) {
        let current = self.nodes.current();
        let is_new = self.heads.followed.send_if_modified(|followed| {
            let is_new = *followed != current;
            *followed = current;
            is_new
        });
        if is_new {
            self.heads.renew.notify_one();
        }
    }

    async fn wait(&mut self, is_behind: bool) -> Result<Wake, Stop> {
        // They say nothing of a node that fails in other things, and must not end the count of that.
        let takes_labels = self.strikes == 0;
        if takes_labels && let Some(answer) = self.labels.answered() {
            return Ok(Wake::Labels(answer));
        }
        if is_behind {
            return Ok(Wake::Poll);
        }
        let subscribed = *self.heads.subscribed.borrow_and_update();
        let patience = if self.strikes > 0 {
            FIRST_BACKOFF.saturating_mul(self.strikes).min(self.config.max_backoff)
        } else if subscribed && self.misses == 0 && self.shrunk_since.is_none() && !self.is_hinted() {
            self.config.idle_poll_interval
        } else {
            self.config.poll_interval
        };
        let deadline = Instant::now() + patience;
        let deadline = self.labels_due().map_or(deadline, |due| deadline.min(due));
        tokio::select! {
            biased;
            () = self.events.closed() => Err(Stop::Closed),
            Some((node, head)) = self.heads.heads.recv() => {
                if node == Some(self.nodes.current()) {
                    return Ok(Wake::Head(head));
                }
                self.hinted = self.hinted.max(head.number());
                Ok(Wake::Hint)
            }
            // Subscribed: heads may have been missed. No longer subscribed: perhaps the node is gone.
            Ok(()) = self.heads.subscribed.changed() => Ok(Wake::Poll),
            Some(answer) = self.labels.answer(), if takes_labels => Ok(Wake::Labels(answer)),
            () = self.heads.look.notified() => Ok(Wake::Poll),
            () = sleep_until(deadline) => Ok(Wake::Poll),
        }
    }

    /// Whether another node is known to have a block above our tip.
    fn is_hinted(&self) -> bool {
        self.window.tip().is_some_and(|tip| tip.number < self.hinted)
    }

    async fn handle(&mut self, wake: Wake) -> Result<(), Stop> {
        let known = self.window.tip().copied();
        let head = match wake {
            Wake::Head(head) => {
                self.misses = 0;
                self.nodes.note_head(head.number(), None);
                self.advance(&head, false).await?;
                self.ask_labels();
                return Ok(());
            }
            Wake::Poll => {
                self.nodes.look_after().await;
                let head = self.latest().await?;
                if let Some(best) = self.nodes.outrun() {
                    return Err(Fault::Outrun { head: head.number(), best }.into());
                }
                self.note_miss(known, &head);
                head
            }
            Wake::Hint => {
                self.misses = 0;
                self.latest().await?
            }
            Wake::Polled(head) => head,
            Wake::Labels(answer) => return self.take_labels(answer).await,
        };
        self.advance(&head, true).await?;
        self.ask_labels();
        if self.is_caught_up || self.shrunk_since.is_some() {
            return Ok(());
        }
        // A long way may have taken long enough for the head to move far away: look again before saying so.
        let tip = self.window.tip().copied().unwrap_or_else(|| head.block());
        let way = known.map_or(tip.number, |known| tip.number.saturating_sub(known.number));
        if way <= self.config.max_batch {
            self.is_caught_up = true;
            self.backoff.reset();
            self.recovered().await?;
            self.emit(ChainEvent::CaughtUp { head: tip }).await?;
        }
        Ok(())
    }

    /// A subscription that stays silent while the chain moves is dead, whatever its connection says.
    fn note_miss(&mut self, known: Option<BlockRef>, head: &Header) {
        let moved = known.is_some_and(|tip| head.number() > tip.number);
        if !moved || !*self.heads.subscribed.borrow() || !self.heads.heads.is_empty() {
            return;
        }
        self.misses += 1;
        if self.misses >= MAX_MISSES {
            tracing::debug!(chain = self.config.chain_id, "the subscription is silent: renewing it");
            self.misses = 0;
            self.heads.renew.notify_one();
        }
    }

    /// Reports the outage and waits until it makes sense to try again.
    async fn lost(&mut self, fault: Fault) -> Result<(), Stop> {
        let outage = Outage { kind: discriminant(&fault), outlasts_a_greeting: fault.outlasts_a_greeting() };
        if self.offline != Some(outage) {
            self.offline = Some(outage);
            self.emit(ChainEvent::Offline { reason: fault.to_string() }).await?;
        }
        self.strikes = 0;
        self.misses = 0;
        self.shrunk_since = None;
        self.nodes.retry();
        self.follow_current();
        let _ = self.heads.subscribed.borrow_and_update();
        tokio::select! {
            () = sleep(self.backoff.next()) => Ok(()),
            // A new subscription is the sign that the node is back.
            Ok(()) = self.heads.subscribed.changed() => Ok(()),
            () = self.events.closed() => Err(Stop::Closed),
        }
    }

    /// When to ask for the labels since the head has moved.
    fn labels_due(&self) -> Option<Instant> {
        let due = || self.labels.due(self.window.tip().copied(), self.config.poll_interval);
        self.config.labels.then(due).flatten()
    }

    /// Asks which blocks are safe and finalized, unless that was done just now.
    fn ask_labels(&mut self) {
        if self.config.labels {
            let (tip, patience) = (self.window.tip().copied(), self.config.connect.request_timeout);
            self.labels.ask(self.nodes.node(), tip, self.config.poll_interval, patience);
        }
    }

    /// Tells which blocks are safe and finalized, if that is news. They are as they were until the node says otherwise.
    async fn take_labels(&mut self, answer: Answer) -> Result<(), Stop> {
        let chain = self.config.chain_id;
        let is_news = self.labels.note_silence(answer.is_err());
        let (safe, finalized) = match answer {
            Ok(named) => named,
            Err(reason) => {
                if is_news {
                    tracing::debug!(chain, reason, "the node does not say what is safe");
                    self.emit(ChainEvent::Unlabelled { reason }).await?;
                }
                return Ok(());
            }
        };
        if is_news {
            tracing::info!(chain, "the node says again what is safe");
        }
        if !self.labels.learn((safe, finalized)) && !is_news {
            return Ok(());
        }
        self.recovered().await?;
        self.emit(ChainEvent::Labels { safe, finalized }).await
    }

    /// Says that the node is of use again, if that is news.
    pub(super) async fn recovered(&mut self) -> Result<(), Stop> {
        if self.offline.take().is_some() {
            self.emit(ChainEvent::Online).await?;
            self.heads.renew.notify_one();
        }
        Ok(())
    }

    /// Hands an event to the consumer, however long he takes.
    pub(super) async fn emit(&self, event: ChainEvent) -> Result<(), Stop> {
        self.events.send(event).await.map_err(|_| Stop::Closed)
    }
}
