use super::{
    Fault,
    admission::Admission,
    clock::ChainClock,
    custody::Custody,
    effects::Effects,
    fees::Quote,
    history::explained,
    plan::{Part, Plan, Shape, Tag},
    second::Second,
    sends::Sends,
    terms::{Change, Needs, Terms},
    traffic::{self, Passed},
    triage::{Calls, Item, Triage, triage},
    turns::Turns,
    upstream::{Upstream, UpstreamError},
};
use alloy::primitives::B256;
use futures::{StreamExt, stream};
use serde::Deserialize;
use serde_json::Value;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// How many second questions for one message are asked at a time.
const CONCURRENT_SECONDS: usize = 16;

/// What stands before one node: decides about every message that is for it.
#[derive(Debug)]
pub(crate) struct Handler {
    pub(super) node: Upstream,
    pub(super) clock: Arc<ChainClock>,
    /// What the node took and has in no block yet.
    pub(super) custody: Arc<Custody>,
    /// Chains without interop have none: every transaction is passed on.
    pub(super) admission: Option<Arc<Admission>>,
    /// Whether somebody has given the node's chain another id.
    renamed: AtomicBool,
    turns: Turns,
}

/// What becomes of a message after the checks.
#[derive(Debug)]
pub(super) enum Course {
    /// It goes to the node as it is.
    Forward {
        effects: Effects,
        /// Whether the node answers.
        is_awaited: bool,
        /// What goes into the node's pool with it.
        sends: Sends,
    },
    /// It is answered without the node.
    Answer(String),
    /// Part of it goes to the node, or all of it in other words.
    Plan {
        plan: Plan,
        /// Whether something in it needs the caller's own socket to the node.
        on_socket: bool,
    },
}

impl Handler {
    pub(crate) fn new(node: Upstream, clock: Arc<ChainClock>, admission: Option<Admission>) -> Self {
        Self {
            node,
            clock,
            custody: Arc::default(),
            admission: admission.map(Arc::new),
            renamed: AtomicBool::new(false),
            turns: Turns::new(),
        }
    }

    /// Decides about a message.
    pub(super) async fn course(&self, message: &[u8], tag: Tag) -> Course {
        let Calls { batch, items, effects } = match triage(message, &self.terms()) {
            Triage::Forward { effects, is_awaited, sends } => {
                self.custody.offer(&sends);
                return Course::Forward { effects, is_awaited, sends };
            }
            Triage::Answer { id, fault } => {
                traffic::refused(self.node.chain_id(), "", &Sends::default(), &fault);
                return Course::Answer(fault.answer(id));
            }
            Triage::CallByCall(calls) => calls,
        };
        let items = self.faults(items).await;
        for (item, fault) in &items {
            if let Some(fault) = fault {
                traffic::refused(self.node.chain_id(), item.method(), &item.sends, fault);
            }
        }
        let passed = || items.iter().filter(|(_, fault)| fault.is_none()).map(|(item, _)| item);
        let on_socket = passed().any(Item::is_subscription);
        if passed().any(|item| matches!(item.change, Change::Renamed)) {
            self.renamed.store(true, Ordering::Relaxed);
        }
        // Without a quote the node fills in what it does.
        let unpriced = passed().any(|item| matches!(item.change, Change::Priced(_)));
        let quote = if unpriced { Quote::ask(&self.node).await.ok() } else { None };
        let shape = Shape { batch, whole: on_socket && matches!(tag, Tag::Message(_)) };
        let plan = Plan::new(shape, effects, items, quote.as_ref(), tag);
        self.custody.offer(&plan.sends);
        Course::Plan { plan, on_socket }
    }

    fn terms(&self) -> Terms {
        let renamed = self.renamed.load(Ordering::Relaxed);
        Terms { interop: self.admission.is_some(), chain_id: (!renamed).then(|| self.node.chain_id()) }
    }

    /// Tells what is wrong with each call: what the triage found, or else what the check of its messages did.
    async fn faults<'a>(&self, mut items: Vec<Item<'a>>) -> Vec<(Item<'a>, Option<Fault>)> {
        let needs: Vec<_> =
            items.iter_mut().map(|item| std::mem::replace(&mut item.needs, Needs::Nothing)).collect();
        let questions: Vec<_> = needs
            .iter()
            .filter_map(|needs| match needs {
                Needs::Truth { when, declared } => Some((*when, declared.as_slice())),
                Needs::Nothing | Needs::Refusal(_) => None,
            })
            .collect();
        let checked = match &self.admission {
            Some(admission) if !questions.is_empty() => admission.check(&questions).await,
            _ => Vec::new(),
        };
        let mut checked = checked.into_iter();
        let fault = |needs| match needs {
            Needs::Nothing => None,
            Needs::Refusal(fault) => Some(fault),
            Needs::Truth { .. } => match checked.next() {
                Some(answer) => answer.err(),
                None => Some(Fault::internal("interop: the access list was not checked")),
            },
        };
        let faults: Vec<_> = needs.into_iter().map(fault).collect();
        items.into_iter().zip(faults).collect()
    }

    /// Sends what a plan has for the node, and puts the answers together; nothing if nobody waits for one.
    ///
    /// The error is an answer as well: what there is to say when the node gives none.
    pub(super) async fn carry_out(&self, mut plan: Plan, tag: Tag) -> Result<Option<String>, String> {
        for Part { json, turn } in std::mem::take(&mut plan.rest) {
            let exchange = self.post(json, plan.effects, &plan.sends);
            let answer = match turn {
                Some(turn) => self.turns.take(&self.node, turn, exchange).await,
                None => exchange.await,
            };
            match answer {
                Ok(answer) => plan.take(&answer, tag),
                // Whether the node has what was sent, only it could tell.
                Err(error) => {
                    plan.unanswered(&self.silence(&error).into());
                    return plan.finish().map_or(Ok(None), Err);
                }
            }
        }
        self.custody.close(&plan.sends);
        let seconds = stream::iter(plan.seconds());
        let ask = |(index, second): (usize, Second)| async move { (index, second.ask(&self.node).await) };
        let answers: Vec<_> = seconds.map(ask).buffer_unordered(CONCURRENT_SECONDS).collect().await;
        for (index, answer) in answers {
            if let Some(answer) = answer {
                plan.replace(index, answer);
            }
        }
        Ok(plan.finish())
    }

    /// Posts a message to the node, keeps the chain's clock from falling behind, and takes in which transactions the node
    /// took.
    pub(super) async fn post(
        &self,
        message: impl Into<reqwest::Body>,
        effects: Effects,
        sends: &Sends,
    ) -> Result<Vec<u8>, UpstreamError> {
        let (node, message) = (self.node.clone(), message.into());
        let answer = self.around(effects, async move { node.post(message).await }).await?;
        let Ok(text) = std::str::from_utf8(&answer) else { return Ok(answer) };
        if !sends.is_empty() {
            let chain_id = self.node.chain_id();
            let by_node = self.answered(text, sends);
            match self.custody.read(&self.node, &by_node).await {
                Ok(transactions) => self.tell_signed_by_node(&transactions),
                Err(error) => tracing::warn!(chain_id, %error, "a transaction cannot be kept"),
            }
            traffic::taken_with_block(chain_id, text, sends);
            traffic::refused_by_node(chain_id, text, Some(sends));
        }
        Ok(explained(text).map_or(answer, String::into_bytes))
    }

    /// Posts a message as it is, and takes in which of its transactions the node took.
    pub(super) async fn post_whole(
        &self,
        message: impl Into<reqwest::Body>,
        effects: Effects,
        sends: &Sends,
    ) -> Result<Vec<u8>, UpstreamError> {
        let answer = self.post(message, effects, sends).await?;
        self.custody.close(sends);
        Ok(answer)
    }

    /// Lets the node have something, and does what has to be done besides.
    pub(super) async fn around<T: Send + 'static>(
        &self,
        effects: Effects,
        exchange: impl Future<Output = T> + Send + 'static,
    ) -> T {
        // Most do nothing of the kind.
        if effects == Effects::default() {
            return exchange.await;
        }
        let careful =
            self.custody.around(&self.node, effects.cleared, self.clock.around(effects.clock, exchange));
        // It is large, and what contains it would be as large for every call.
        Box::pin(careful).await
    }

    /// Takes in which transactions the node took, by its answer to some message of a socket.
    pub(super) fn overheard(&self, answer: &str) {
        if self.custody.awaits_answers() {
            self.answered(answer, &Sends::default());
        }
        traffic::refused_by_node(self.node.chain_id(), answer, None);
    }

    /// Takes in what the node took; returns what may be the hashes of what it signed itself.
    fn answered(&self, answer: &str, sends: &Sends) -> Vec<B256> {
        let taken = self.custody.answered(answer, sends);
        if traffic::is_told() {
            for (hash, kept) in &taken.offered {
                let (from, to) = kept.ends();
                let passed = Passed { hash: *hash, from, to };
                traffic::taken(self.node.chain_id(), "eth_sendRawTransaction", &passed);
            }
        }
        taken.by_node
    }

    fn tell_signed_by_node(&self, transactions: &[Value]) {
        if traffic::is_told() {
            for passed in transactions.iter().filter_map(|transaction| Passed::deserialize(transaction).ok())
            {
                traffic::taken(self.node.chain_id(), "eth_sendTransaction", &passed);
            }
        }
    }

    /// The answer when the node gives none.
    pub(super) fn silence(&self, error: &UpstreamError) -> Fault {
        tracing::warn!(chain_id = self.node.chain_id(), %error, "the node does not answer");
        Fault::internal(error)
    }
}
