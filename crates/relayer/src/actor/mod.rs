//! The doing beside the engine's deciding: one actor per chain follows it, keeps the store, and carries out what its
//! lane wants.
//!
//! An actor writes everything about its chain itself, one thing after the other: blocks, reorgs, and what becomes of
//! transactions. Requests to the node run beside it and come back as events. Messages go from the actor of their
//! source to that of their destination.

mod answer;
mod as_of;
mod bids;
mod books;
mod carrier;
mod chores;
mod dearness;
mod doubtful;
mod errands;
mod execute;
mod facts;
mod fate;
mod fees;
mod fillers;
mod gaps;
mod guard;
mod intake;
mod node;
mod nonces;
mod notices;
mod orphans;
mod queued;
mod receipt;
mod restore;
mod routed;
mod router;
mod settle;
mod settling;
mod shared;
mod signatures;
mod signing;
mod simulation;
mod unanswered;
mod ways;

#[cfg(test)]
mod test_util;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use alloy::{
    primitives::{Address, B256},
    providers::DynProvider,
};
use causeway_chain::{BlockRef, ChainEvent, FollowerHandle, connect};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use self::{
    answer::{Answer, Opened},
    books::Books,
    errands::Errands,
    facts::Facts,
    node::Node,
    nonces::Numbering,
    orphans::Orphans,
    receipt::Place,
    router::Router,
    settling::Settling,
};
use crate::{
    RelayChain, RelayerError, RelayerEvent,
    engine::{Event, Lane},
};

pub(crate) use self::{routed::Routed, shared::Shared, ways::Way};

/// Works for one chain.
pub(crate) struct ChainActor {
    chain: RelayChain,
    shared: Arc<Shared>,
    node: Arc<Node>,
    lane: Lane,
    /// The number of the newest block that was taken in.
    head: u64,
    /// That block, once there is one.
    tip: Option<BlockRef>,
    /// The block that the lane is being told of by a receipt in it.
    receipt_in: Option<Place>,
    /// Messages to this chain, from the actors of others.
    inbox: mpsc::Receiver<Routed>,
    /// Messages from this chain, for the actors of others.
    router: Router,
    /// The last change of messages that was noted with this chain's blocks.
    noted: u64,
    /// Questions to the node. Nothing is lost when they are dropped.
    asks: JoinSet<Answer>,
    /// What signs and sends. It is never dropped half done.
    sends: JoinSet<Answer>,
    /// When the lane wants to be woken.
    wake: Option<Instant>,
    /// An event of the follower that was taken too early.
    postponed: Option<ChainEvent>,
    /// Transactions that the node took, which is not written down yet. Nothing hangs on that, so it waits until
    /// nothing is being signed or sent.
    accepted: BTreeSet<B256>,
    /// The accounts that could not pay the last time.
    unfunded: BTreeSet<Address>,
    /// The chain took no messages the last time.
    closed: bool,
    /// What is known of the chain itself.
    facts: Facts,
    books: Books,
    errands: Errands,
    settling: Settling,
    orphans: Orphans,
    /// Where the chain's messages have got to; `None` until the store is asked.
    numbering: Option<Numbering>,
    cancel: CancellationToken,
}

/// What woke the actor.
enum Occasion {
    Answer(Result<Answer, JoinError>),
    Routed(Routed),
    Chain(Option<ChainEvent>),
    Tick,
    Sent,
    Idle,
    Cancelled,
}

impl ChainActor {
    pub(crate) fn new(
        chain: RelayChain,
        shared: Arc<Shared>,
        inbox: mpsc::Receiver<Routed>,
        cancel: CancellationToken,
    ) -> Result<Self, RelayerError> {
        let provider = connect(&chain.endpoints, shared.connect())
            .map_err(|source| RelayerError::Connect { chain_id: chain.chain_id, source })?;
        let node = Arc::new(Node::new(chain.chain_id, provider, &shared));
        let weights = shared.config().routes.weights(chain.chain_id);
        let caps = shared.config().caps(chain.chain_id);
        let lane = Lane::new(shared.policy(), node.accounts.clone());
        let mut lane = lane.with_weights(weights).with_caps(caps);
        for (source, _) in shared.cautious_sources(chain.chain_id) {
            lane.handle(Event::Settled { source, up_to: None });
        }
        let (router, noted) = (Router::new(Arc::clone(shared.ways())), shared.ways().told(chain.chain_id));
        let settling = Settling::of(chain.chain_id, shared.config());
        Ok(Self {
            chain,
            shared,
            node,
            lane,
            head: 0,
            tip: None,
            receipt_in: None,
            inbox,
            router,
            noted,
            asks: JoinSet::new(),
            sends: JoinSet::new(),
            wake: None,
            postponed: None,
            accepted: BTreeSet::new(),
            unfunded: BTreeSet::new(),
            closed: false,
            facts: Facts::default(),
            books: Books::default(),
            errands: Errands::default(),
            settling,
            orphans: Orphans::default(),
            numbering: None,
            cancel,
        })
    }

    /// The chain's id, and its node.
    pub(crate) fn chain(&self) -> (u64, DynProvider) {
        (self.chain.chain_id, self.node.provider.clone())
    }

    /// Works until it is cancelled, or the store fails. Either way nothing of it goes on afterwards.
    pub(crate) async fn run(mut self) -> Result<(), RelayerError> {
        let result = self.work().await;
        self.asks.abort_all();
        // What came of it the next one learns from the chain, as after a crash.
        while self.sends.join_next().await.is_some() {}
        result
    }

    async fn work(&mut self) -> Result<(), RelayerError> {
        self.restore().await?;
        let mut follower = Some(self.follow().await?);
        self.ask_verifier(Duration::ZERO)?;
        loop {
            match self.next(&mut follower).await {
                Occasion::Cancelled => return self.wind_up().await,
                Occasion::Answer(answer) => self.answered(answer).await?,
                Occasion::Routed(Routed::Look) => {
                    if let Some(follower) = &follower {
                        follower.look.notify_one();
                    }
                }
                Occasion::Routed(routed) => self.routed(routed).await?,
                Occasion::Tick => {
                    self.wake = None;
                    self.tell(Event::Tick).await?;
                }
                Occasion::Sent => {}
                Occasion::Idle => self.record_accepted().await?,
                Occasion::Chain(Some(event)) => self.take_in(event, &mut follower).await?,
                Occasion::Chain(None) => {
                    if let Some(ended) = follower.take() {
                        follower = self.follower_ended(ended).await?;
                    }
                }
            }
        }
    }

    async fn next(&mut self, follower: &mut Option<FollowerHandle>) -> Occasion {
        if self.cancel.is_cancelled() {
            return Occasion::Cancelled;
        }
        let wake = self.wake;
        let tick = async move {
            match wake {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.cancel.cancelled() => Occasion::Cancelled,
            Some(answer) = self.sends.join_next() => Occasion::Answer(answer),
            Some(answer) = self.asks.join_next() => Occasion::Answer(answer),
            Some(routed) = self.inbox.recv() => Occasion::Routed(routed),
            () = tick => Occasion::Tick,
            () = std::future::ready(()), if self.sends.is_empty() && !self.accepted.is_empty() => Occasion::Idle,
            () = self.router.send_one(), if !self.router.is_empty() => Occasion::Sent,
            // While others are slow to take the messages of this chain, no more of it is read. They take them in
            // time: an actor never waits for room without emptying its own inbox.
            event = next_event(&mut self.postponed, follower), if self.router.is_empty() => Occasion::Chain(event),
        }
    }

    async fn routed(&mut self, routed: Routed) -> Result<(), RelayerError> {
        self.tell(match routed {
            Routed::Seen(messages) => Event::Seen(messages),
            Routed::Orphaned(message) => Event::Orphaned(message),
            Routed::Retry(message) => Event::Retry(message),
            Routed::Skipped(message) => Event::Skipped(message),
            Routed::Asked(message, answer) => {
                // Whoever asked may have gone.
                let _ = answer.send(self.lane.prospect(message));
                return Ok(());
            }
            Routed::Settled { source, up_to } => Event::Settled { source, up_to },
            Routed::Unsettled => return self.settle().await,
            Routed::Look => return Ok(()),
        })
        .await
    }

    /// Tells the lane what happened and does what it wants.
    async fn tell(&mut self, event: Event) -> Result<(), RelayerError> {
        tracing::trace!(chain = self.chain.chain_id, ?event, "event");
        let commands = self.lane.handle(event);
        self.execute(commands).await
    }

    /// Finishes what signs and sends, and writes down what came of it.
    async fn wind_up(&mut self) -> Result<(), RelayerError> {
        self.asks.abort_all();
        while let Some(answer) = self.sends.join_next().await {
            if let Some(Opened::Event(event)) = self.open(answer)? {
                let commands = self.lane.handle(event);
                self.record_only(commands).await?;
            }
        }
        while !self.accepted.is_empty() {
            self.record_accepted().await?;
        }
        Ok(())
    }

    fn announce(&self, event: RelayerEvent) {
        self.shared.announce(event);
    }
}

/// Waits for the follower's next event; forever, if there is no follower.
async fn next_event(
    postponed: &mut Option<ChainEvent>,
    follower: &mut Option<FollowerHandle>,
) -> Option<ChainEvent> {
    match (postponed.take(), follower) {
        (Some(event), _) => Some(event),
        (None, Some(follower)) => follower.recv().await,
        (None, None) => std::future::pending().await,
    }
}
