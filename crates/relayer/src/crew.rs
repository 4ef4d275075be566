use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use tokio::{
    sync::mpsc,
    task::{AbortHandle, Id, JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use crate::{
    RelayChain, RelayerError,
    actor::{ChainActor, Shared, Way},
};

/// How many blocks' messages may be on their way from one chain's actor to another's.
const ROUTE_CAPACITY: usize = 256;

/// The actors at work, one per chain.
pub(crate) struct Crew {
    shared: Arc<Shared>,
    cancel: CancellationToken,
    running: JoinSet<Result<(), RelayerError>>,
    posts: BTreeMap<u64, Post>,
    /// Ends that nobody was told of yet.
    ended: VecDeque<(u64, Result<(), RelayerError>)>,
}

/// What ends an actor.
struct Post {
    cancel: CancellationToken,
    abort: AbortHandle,
}

/// An actor that is ready to begin.
pub(crate) struct Recruit {
    actor: ChainActor,
    cancel: CancellationToken,
}

impl Crew {
    /// Nobody so far. All end when `cancel` is cancelled.
    pub(crate) fn new(shared: &Arc<Shared>, cancel: &CancellationToken) -> Self {
        Self {
            shared: Arc::clone(shared),
            cancel: cancel.child_token(),
            running: JoinSet::new(),
            posts: BTreeMap::new(),
            ended: VecDeque::new(),
        }
    }

    /// Makes the actor of a chain. From here on others reach it.
    pub(crate) fn recruit(&self, chain: &RelayChain) -> Result<Recruit, RelayerError> {
        // A new inbox besides: what an old one holds may not be so any more, and the store has it all.
        let (sender, inbox) = mpsc::channel(ROUTE_CAPACITY);
        let cancel = self.cancel.child_token();
        let actor = ChainActor::new(chain.clone(), Arc::clone(&self.shared), inbox, cancel.clone())?;
        let (chain_id, provider) = actor.chain();
        self.shared.ways().open(chain_id, Way { inbox: sender, provider });
        // After the way is open: what is told from here on arrives.
        self.shared.forget_settled(chain_id);
        Ok(Recruit { actor, cancel })
    }

    /// Has it begin.
    pub(crate) fn start(&mut self, recruit: Recruit) {
        let Recruit { actor, cancel } = recruit;
        let (chain_id, _) = actor.chain();
        let abort = self.running.spawn(actor.run());
        self.posts.insert(chain_id, Post { cancel, abort });
    }

    /// The chains that are worked for.
    pub(crate) fn chains(&self) -> impl Iterator<Item = u64> {
        self.posts.keys().copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    /// Waits until the work for a chain ends; `None` when there is none. May be dropped at any time.
    pub(crate) async fn next(&mut self) -> Option<(u64, Result<(), RelayerError>)> {
        if self.ended.is_empty() {
            let end = self.running.join_next_with_id().await?;
            self.note(end);
        }
        self.ended.pop_front()
    }

    /// Has the work for a chain end, when what signs and sends is finished.
    pub(crate) fn end(&self, chain_id: u64) {
        if let Some(post) = self.posts.get(&chain_id) {
            post.cancel.cancel();
        }
    }

    /// The same for all chains.
    pub(crate) fn end_all(&self) {
        self.cancel.cancel();
    }

    /// Ends the work for a chain where it is.
    pub(crate) async fn abort(&mut self, chain_id: u64) {
        if let Some(post) = self.posts.get(&chain_id) {
            post.abort.abort();
        }
        while self.posts.contains_key(&chain_id) {
            let Some(end) = self.running.join_next_with_id().await else { break };
            self.note(end);
        }
        self.ended.retain(|(ended, _)| *ended != chain_id);
    }

    fn note(&mut self, end: Result<(Id, Result<(), RelayerError>), JoinError>) {
        let (id, end) = match end {
            Ok((id, end)) => (id, end),
            Err(error) => (error.id(), Err(RelayerError::Task { reason: error.to_string() })),
        };
        let chain = self.posts.iter().find(|(_, post)| post.abort.id() == id).map(|(chain, _)| *chain);
        if let Some(chain) = chain {
            self.posts.remove(&chain);
            self.ended.push_back((chain, end));
        }
    }
}
