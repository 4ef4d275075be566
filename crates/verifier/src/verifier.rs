use crate::{
    Admission, CacheStats, ExecutingDescriptor, IndexError, NoRecall, Recall, Refusal, Step, View,
    cache::VerdictCache,
    roots::{OutputRoots, OutputV0, RootError},
};
use alloy_primitives::{B256, U256};
use causeway_interop::{Access, Checksum, DependencySet, SafetyLevel};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Orders that may wait.
const ORDERS: usize = 16;
/// Overturned verdicts that may wait for a slow listener, who is told when there were more.
const NOTICES: usize = 256;

/// The verifier, as those see it who ask: a handle, cheap to clone.
///
/// Checks read what is known at the moment and never wait: not for the disk, not for a node, not for those who write.
#[derive(Clone, Debug)]
pub struct Verifier {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    views: watch::Sender<Arc<View>>,
    admission: Admission,
    cache: VerdictCache,
    invalidated: broadcast::Sender<Invalidated>,
    orders: mpsc::Sender<Order>,
    roots: OutputRoots,
    disk_bytes: AtomicU64,
    overturned: AtomicU64,
}

/// The end of the verifier at which its keeper works: who owns the [`Core`](crate::Core) tells here what came of its steps.
#[derive(Debug)]
pub struct Desk {
    verifier: Verifier,
    orders: mpsc::Receiver<Order>,
}

/// What the operator wants.
#[derive(Debug)]
pub(crate) enum Order {
    SetFailsafe { enabled: bool, reason: String, done: oneshot::Sender<Result<(), IndexError>> },
    Resume { chain_id: U256, reason: String, done: oneshot::Sender<()> },
}

/// Answers of *valid* that a reorg has overturned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalidated {
    /// The chain that changed its mind.
    pub chain_id: U256,
    /// Its lowest block that went away.
    pub from_block: u64,
    /// What had been declared and found, and is not there any more.
    pub checksums: Vec<Checksum>,
}

/// Why an order could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum VerifierError {
    /// The verifier has stopped.
    #[error("the verifier has stopped")]
    Stopped,
    /// The chain is not in the dependency set.
    #[error("chain {chain_id} is not in the dependency set")]
    UnknownChain {
        /// The chain.
        chain_id: U256,
    },
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// An output root could not be read.
    #[error(transparent)]
    Root(#[from] RootError),
}

impl Verifier {
    /// Makes a verifier that knows what the view has, and its keeper's end. So many verdicts are remembered.
    pub fn new(view: Arc<View>, admission: Admission, remembered: usize, roots: OutputRoots) -> (Self, Desk) {
        let (orders, receiver) = mpsc::channel(ORDERS);
        let shared = Shared {
            views: watch::Sender::new(view),
            admission,
            cache: VerdictCache::new(remembered),
            invalidated: broadcast::Sender::new(NOTICES),
            orders,
            roots,
            disk_bytes: AtomicU64::new(0),
            overturned: AtomicU64::new(0),
        };
        let verifier = Self { shared: Arc::new(shared) };
        (verifier.clone(), Desk { verifier, orders: receiver })
    }

    /// Checks every message that an access list declares, and stops at the first that is not valid.
    #[expect(clippy::result_large_err, reason = "it is the answer to a request, and moves once")]
    pub fn check(
        &self,
        entries: &[B256],
        min_safety: SafetyLevel,
        executing: &ExecutingDescriptor,
    ) -> Result<(), Refusal> {
        self.check_at(&self.view(), entries, min_safety, executing)
    }

    /// The same by a given view, so that several lists are judged by one.
    #[expect(clippy::result_large_err, reason = "it is the answer to a request, and moves once")]
    pub fn check_at(
        &self,
        view: &View,
        entries: &[B256],
        min_safety: SafetyLevel,
        executing: &ExecutingDescriptor,
    ) -> Result<(), Refusal> {
        let memory = Noting { cache: &self.shared.cache, verifier: self };
        self.shared.admission.check(entries, min_safety, executing, view, &memory)
    }

    /// What is known now.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.shared.views.borrow())
    }

    /// What is known, whenever it changes.
    pub fn views(&self) -> watch::Receiver<Arc<View>> {
        self.shared.views.subscribe()
    }

    /// The answers that reorgs overturn from now on.
    pub fn invalidated(&self) -> broadcast::Receiver<Invalidated> {
        self.shared.invalidated.subscribe()
    }

    /// How messages are judged.
    pub fn admission(&self) -> &Admission {
        &self.shared.admission
    }

    /// The dependency set.
    pub fn dependency_set(&self) -> &DependencySet {
        self.shared.admission.dependency_set()
    }

    /// Switches all checks off or on, for a reason that is logged. It stays so after a restart.
    pub async fn set_failsafe(&self, enabled: bool, reason: String) -> Result<(), VerifierError> {
        let (done, answer) = oneshot::channel();
        self.order(Order::SetFailsafe { enabled, reason, done }).await?;
        Ok(answer.await.map_err(|_| VerifierError::Stopped)??)
    }

    /// Forgets all that is known of a chain, and follows it anew, for a reason that is logged. It ends the chain's own
    /// failsafe.
    pub async fn resume(&self, chain_id: U256, reason: String) -> Result<(), VerifierError> {
        if !self.dependency_set().contains(chain_id) {
            return Err(VerifierError::UnknownChain { chain_id });
        }
        let (done, answer) = oneshot::channel();
        self.order(Order::Resume { chain_id, reason, done }).await?;
        answer.await.map_err(|_| VerifierError::Stopped)
    }

    async fn order(&self, order: Order) -> Result<(), VerifierError> {
        self.shared.orders.send(order).await.map_err(|_| VerifierError::Stopped)
    }

    /// What a block of a chain commits to, as its node tells.
    pub async fn output_root(
        &self,
        chain_id: U256,
        block: &crate::Header,
    ) -> Result<OutputV0, VerifierError> {
        Ok(self.shared.roots.output(chain_id, block).await?)
    }

    /// How the cache of verdicts does.
    pub fn cache_stats(&self) -> CacheStats {
        self.shared.cache.stats()
    }

    /// The size of the index on disk, in bytes.
    pub fn disk_bytes(&self) -> u64 {
        self.shared.disk_bytes.load(Ordering::Relaxed)
    }

    /// How many answers of *valid* reorgs have overturned since the start.
    pub fn overturned(&self) -> u64 {
        self.shared.overturned.load(Ordering::Relaxed)
    }

    /// Whether the log that was declared is not where it was found before. A fault of the index proves nothing, and the answer
    /// is overturned.
    fn is_gone(&self, access: &Access, view: &View) -> bool {
        // A chain always accepts its own messages, and a second later there is no rule about the same second.
        let timestamp = access.timestamp.saturating_add(1);
        let now = ExecutingDescriptor { chain_id: access.chain_id, timestamp, timeout: 0 };
        let verdict = self.shared.admission.judge(*access, SafetyLevel::Unsafe, &now, view, &NoRecall);
        !verdict.is_ok_and(|verdict| verdict.is_valid())
    }

    /// Publishes which of these declared logs are gone, if any is.
    fn notice(&self, chain_id: U256, from_block: u64, found: Vec<Access>, view: &View) {
        let epoch = view.chain(chain_id).map_or(0, |chain| chain.epoch);
        let (gone, still): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|access| self.is_gone(access, view));
        still.iter().for_each(|access| self.shared.cache.remember(access, epoch));
        if gone.is_empty() {
            return;
        }
        tracing::warn!(%chain_id, from_block, verdicts = gone.len(), "a reorg has overturned verdicts");
        self.shared.overturned.fetch_add(gone.len() as u64, Ordering::Relaxed);
        let checksums = gone.iter().map(|access| access.checksum).collect();
        // Without listeners nobody has to be told.
        let _ = self.shared.invalidated.send(Invalidated { chain_id, from_block, checksums });
    }
}

impl Desk {
    /// Lets everybody see what came of a step.
    pub fn publish(&self, step: &Step) {
        let shared = &self.verifier.shared;
        // First the view: who remembers a verdict of an older one finds that out by looking at the current one afterwards.
        let before = shared.views.send_replace(Arc::clone(&step.view));
        for (chain_id, from) in &step.removed {
            let epoch = |view: &View| view.chain(*chain_id).map_or(0, |chain| chain.epoch);
            let found = shared.cache.overturn(*chain_id, *from, epoch(&before), epoch(&step.view));
            self.verifier.notice(*chain_id, *from, found, &step.view);
        }
    }

    /// What is known now.
    pub(crate) fn view(&self) -> Arc<View> {
        self.verifier.view()
    }

    /// Lets everybody see a view in which no blocks went away.
    pub(crate) fn show(&self, view: Arc<View>) {
        self.verifier.shared.views.send_replace(view);
    }

    pub(crate) fn note_disk_bytes(&self, bytes: u64) {
        self.verifier.shared.disk_bytes.store(bytes, Ordering::Relaxed);
    }

    /// Lets nothing be answered *valid* any more, for a reason that callers are told.
    pub(crate) fn close(&self, reason: &str) {
        self.verifier.shared.views.send_modify(|view| *view = Arc::new(view.suspended(reason)));
    }

    /// The next thing that the operator wants. The desk has a handle itself, so the orders never end.
    pub(crate) async fn order(&mut self) -> Order {
        match self.orders.recv().await {
            Some(order) => order,
            None => std::future::pending().await,
        }
    }
}

/// The cache, with an eye on reorgs that overtake a check.
struct Noting<'a> {
    cache: &'a VerdictCache,
    verifier: &'a Verifier,
}

impl Recall for Noting<'_> {
    fn is_known(&self, access: &Access, epoch: u64) -> bool {
        self.cache.is_known(access, epoch)
    }

    fn remember(&self, access: &Access, epoch: u64) {
        self.cache.remember(access, epoch);
        let view = self.verifier.view();
        let current = view.chain(access.chain_id).map_or(0, |chain| chain.epoch);
        if current != epoch {
            self.verifier.notice(access.chain_id, access.block_number, vec![*access], &view);
        }
    }
}
