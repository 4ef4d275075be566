use super::{
    Fault,
    batch::{Partial, faults},
    clock::ChainClock,
    decision::{Decision, Needs, decide},
    effects::Clock,
    screen::Screen,
    upstream::{Upstream, UpstreamError},
};
use std::sync::Arc;

/// What stands before one node: decides about every message that is for it.
#[derive(Debug)]
pub(crate) struct Handler {
    pub(super) node: Upstream,
    pub(super) clock: Arc<ChainClock>,
    /// Chains without interop have none: everything is passed on.
    screen: Option<Screen>,
}

/// What becomes of a message after the checks.
#[derive(Debug)]
pub(super) enum Course {
    /// It goes to the node as it is.
    Forward(Clock),
    /// It is answered, or silently dropped, without the node.
    Answer(Option<String>),
    /// Part of it goes to the node.
    Partial { partial: Partial, clock: Clock },
}

impl Handler {
    pub(crate) const fn new(node: Upstream, clock: Arc<ChainClock>, screen: Option<Screen>) -> Self {
        Self { node, clock, screen }
    }

    /// Decides about a message. `is_socket` tells of a WebSocket, where a divided batch cannot subscribe.
    pub(super) async fn course(&self, message: &[u8], is_socket: bool) -> Course {
        let screening = match (decide(message), &self.screen) {
            (Decision::Forward(clock), _) => return Course::Forward(clock),
            (Decision::Answer { .. }, None) => return Course::Forward(Clock::default()),
            (Decision::Answer { id, fault }, Some(_)) => {
                return Course::Answer(id.map(|id| fault.answer(id)));
            }
            (Decision::Screen(screening), None) => return Course::Forward(screening.clock),
            (Decision::Screen(screening), Some(_)) => screening,
        };
        let (batch, clock) = (screening.batch, screening.clock);
        let questions: Vec<_> = screening
            .items
            .iter()
            .filter_map(|item| match &item.needs {
                Needs::Truth { when, declared } => Some((*when, declared.as_slice())),
                Needs::Nothing | Needs::Refusal(_) => None,
            })
            .collect();
        let checked = match &self.screen {
            Some(screen) if !questions.is_empty() => screen.check(&questions).await,
            _ => Vec::new(),
        };
        let mut items = faults(screening, checked);
        if items.iter().all(|(_, fault)| fault.is_none()) {
            return Course::Forward(clock);
        }
        if !batch {
            let answer = items.iter().find_map(|(item, fault)| Some(fault.as_ref()?.answer(item.id.json()?)));
            return Course::Answer(answer);
        }
        if is_socket {
            for (_, fault) in items.iter_mut().filter(|(item, fault)| item.subscription && fault.is_none()) {
                *fault = Some(Fault::internal(
                    "the gateway divides this batch, for it holds refused calls: subscribe outside of it",
                ));
            }
        }
        Course::Partial { partial: Partial::new(&items), clock }
    }

    /// Sends the rest of a divided batch to the node and puts the answers together.
    pub(super) async fn divide(
        &self,
        mut partial: Partial,
        clock: Clock,
    ) -> Result<Option<String>, UpstreamError> {
        let Some(rest) = partial.rest.take() else { return Ok(partial.merge(b"")) };
        let answer = self.post(rest, clock).await?;
        Ok(partial.merge(&answer))
    }

    /// Posts a message to the node, and keeps the chain's clock from falling behind.
    pub(super) async fn post(
        &self,
        message: impl Into<reqwest::Body>,
        clock: Clock,
    ) -> Result<Vec<u8>, UpstreamError> {
        let (node, message) = (self.node.clone(), message.into());
        self.clock.around(clock, async move { node.post(message).await }).await
    }

    /// The answer when the node gives none.
    pub(super) fn silence(&self, error: &UpstreamError) -> String {
        tracing::warn!(chain_id = self.node.chain_id(), %error, "the node does not answer");
        Fault::internal(error).answer("null")
    }
}
