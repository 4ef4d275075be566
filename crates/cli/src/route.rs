//! From where to where something is sent, and whether it will arrive.

use crate::{
    chains::{Chain, ChainBook},
    context::Context,
    dependencies,
    ends::Ends,
    exit::Exit,
    failure::{ErrorCode, Failure, Outcome},
    parse,
};
use alloy::primitives::U256;
use causeway_chain::Endpoint;
use causeway_client::{
    ChainClient, Shipment,
    preflight::{self, Acceptance, Departure, PreflightError, Terms},
};
use causeway_devnet::Network;
use std::time::Duration;
use tokio::time::timeout;

/// Both ends.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) from: Chain,
    pub(crate) to: Destination,
    /// The devnet that runs, if one does.
    pub(crate) network: Option<Network>,
}

/// How both ends are looked at before something is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Care<'a> {
    /// Who knows which chains accept messages of which.
    pub(crate) verifier_url: Option<&'a str>,
    /// Whether to send whatever is found.
    pub(crate) force: bool,
    /// How long a node may take to show that it is there, and then what is on its chain.
    pub(crate) patience: Duration,
}

/// The chain that something is sent to.
#[derive(Debug)]
pub(crate) enum Destination {
    /// Its node answers.
    Reached(Box<Chain>),
    /// It cannot be asked: with `--force`, that is put up with.
    Unseen {
        id: U256,
        /// `OPChainB (902)`, or the id.
        label: String,
        /// Why it cannot be asked.
        why: String,
    },
}

impl Destination {
    pub(crate) fn id(&self) -> U256 {
        match self {
            Self::Reached(chain) => U256::from(chain.id()),
            Self::Unseen { id, .. } => *id,
        }
    }

    pub(crate) fn label(&self) -> String {
        match self {
            Self::Reached(chain) => chain.label(),
            Self::Unseen { label, .. } => label.clone(),
        }
    }

    /// An unseen chain, of what the user named it by; none if that does not tell its id.
    fn unseen(book: &ChainBook, text: &str, why: &Failure) -> Option<Self> {
        let why = why.message();
        match book.look_up(text) {
            Ok(known) => Some(Self::Unseen { id: U256::from(known.id), label: known.label(), why }),
            Err(_) => {
                let id = parse::chain_id(text).ok()?;
                Some(Self::Unseen { id, label: id.to_string(), why })
            }
        }
    }
}

impl Route {
    /// Reaches both chains. Nothing can be checked at a destination that cannot be asked, so that takes `force`.
    pub(crate) async fn find(ends: Ends, care: Care<'_>) -> Outcome<Self> {
        let Care { force, patience, .. } = care;
        let Ends { network, book, from: here, to: there } = ends;
        // Before any node is asked.
        here.is_known(&book)?;
        if !force {
            there.is_known(&book).map_err(|failure| unlooked(&book, &there.chain, failure))?;
        }
        let from = within(patience, book.resolve(&here.chain), &shown(&here.chain)).await?;
        here.accept(U256::from(from.id()))?;
        let failure = match within(patience, book.resolve(&there.chain), &shown(&there.chain)).await {
            Ok(to) => {
                there.accept(U256::from(to.id()))?;
                return Ok(Self { from, to: Destination::Reached(Box::new(to)), network });
            }
            Err(failure) => failure,
        };
        match Destination::unseen(&book, &there.chain, &failure) {
            // Nobody knows better of the L1: a message that goes there stays away for good.
            Some(unseen) if force && failure.code() != ErrorCode::NoInterop => {
                there.accept(unseen.id())?;
                Ok(Self { from, to: unseen, network })
            }
            _ => Err(unlooked(&book, &there.chain, failure)),
        }
    }

    /// Asks the source, for no longer than its node may take.
    pub(crate) async fn ask_source<T>(
        &self,
        care: Care<'_>,
        ask: impl Future<Output = Outcome<T>>,
    ) -> Outcome<T> {
        within(care.patience, ask, &self.from.label()).await
    }

    /// The chains that are reached.
    pub(crate) fn chains(&self) -> Vec<&Chain> {
        match &self.to {
            Destination::Reached(to) => vec![&self.from, to],
            Destination::Unseen { .. } => vec![&self.from],
        }
    }

    /// Looks at both ends before something is sent. With `force`, all that is found at the destination is a warning. What
    /// is wrong at the source is not: no later change elsewhere would bring back what it takes.
    pub(crate) async fn look(
        &self,
        source: &ChainClient,
        shipment: &Shipment,
        care: Care<'_>,
        context: &Context<'_>,
    ) -> Outcome {
        let Care { verifier_url, force, patience } = care;
        let spinner =
            context.printer.spinner(format!("looking at {} and {}", self.from.label(), self.to.label()));
        let nothing = format!("nothing was sent from {} to {}", self.from.label(), self.to.label());
        let departure = async {
            preflight::depart(source, self.to.id(), shipment).await.map_err(|error| self.refuse(error))
        };
        let departure = within(patience, departure, &self.from.label()).await;
        let departure = departure.map_err(|failure| failure.context(nothing.clone()))?;
        let faults = match &self.to {
            Destination::Reached(to) => {
                let look = async { Ok(self.look_at(to, &departure, verifier_url, context).await) };
                within(patience, look, &to.label()).await.unwrap_or_else(|silent| vec![unreachable(silent)])
            }
            Destination::Unseen { label, why, .. } => {
                vec![
                    Failure::usage(format!("nothing is known of {label}: {why}"))
                        .with_code(ErrorCode::DestinationUnreachable),
                ]
            }
        };
        drop(spinner);
        for fault in faults {
            if !force {
                return Err(fault.context(nothing));
            }
            context.printer.warn(&format!("sent all the same (--force): {}", fault.message()));
        }
        Ok(())
    }

    /// Everything that is wrong with the destination, the plainest first.
    async fn look_at(
        &self,
        to: &Chain,
        departure: &Departure<'_>,
        verifier_url: Option<&str>,
        context: &Context<'_>,
    ) -> Vec<Failure> {
        let network = self.network.as_ref();
        if let Some(Ok(verifier)) = verifier_url.map(str::parse) {
            context.printer.hidden().endpoint(&verifier);
        }
        let config = &context.loaded.config;
        let asked = dependencies::acceptance(&self.from, to, network, config, verifier_url).await;
        // That it could not be asked for is a fault of its own.
        let (acceptance, unasked) = match asked {
            Ok(acceptance) => (acceptance, None),
            Err(failure) => (Acceptance::Accepted, Some(failure)),
        };
        let terms = Terms {
            acceptance,
            expiry_window: dependencies::expiry_window(to.id(), network, config),
            members: [self.from.known.member, to.known.member],
        };
        let faults = departure.arrive(&to.client, &terms).await;
        faults.into_iter().map(|error| self.refuse(error)).chain(unasked).collect()
    }

    /// Why nothing was sent, and what can be done.
    fn refuse(&self, error: PreflightError) -> Failure {
        let to = self.to.label();
        let force = "--force sends all the same";
        let hint = match &error {
            PreflightError::Unanswered { .. } => {
                "nothing was sent: try again when the node answers".to_owned()
            }
            PreflightError::NoToken { .. } | PreflightError::NotCrosschain { .. } => {
                "a SuperchainERC20 has one address on every chain, and supports IERC7802 on each: is it deployed on this one?".to_owned()
            }
            PreflightError::NotKnownToBeAccepted { .. } => format!(
                "write both chains into causeway.toml as [chains.NAME], or name a verifier that follows them with --verifier-url; {force}"
            ),
            PreflightError::NotAccepted { .. } | PreflightError::Inactive { .. } => {
                format!("nothing that is sent there would ever arrive; {force}")
            }
            PreflightError::DeliveryReverts { .. } => {
                format!("if {to} will accept it later, {force}: it can be relayed then")
            }
            PreflightError::SourceReverts { .. } => "nothing was sent".to_owned(),
            _ if error.chain_id() == Some(self.from.id()) => {
                format!("is {} a chain with the interop contracts?", self.from.label())
            }
            _ => format!("what is sent there would be lost; {force}"),
        };
        let is_source = error.chain_id() == Some(self.from.id());
        match (&error, is_source) {
            (PreflightError::Unanswered { .. }, true) => {
                Failure::from(error).with_code(ErrorCode::ChainUnreachable)
            }
            _ => Failure::from(error),
        }
        .with_hint(hint)
    }
}

/// A destination that cannot be asked, unless it is known better what is wrong with it: nothing is sent there.
fn unreachable(failure: Failure) -> Failure {
    match failure.exit() {
        Exit::Usage => failure,
        _ => failure.with_code(ErrorCode::DestinationUnreachable),
    }
}

/// Why nothing is sent to a destination that cannot be looked at, and that it can be all the same, if that would help.
fn unlooked(book: &ChainBook, text: &str, failure: Failure) -> Failure {
    if failure.code() == ErrorCode::NoInterop || Destination::unseen(book, text, &failure).is_none() {
        return unreachable(failure);
    }
    let hint = failure.hint().map_or_else(String::new, |hint| {
        let stop = if hint.ends_with('?') { "" } else { ";" };
        format!("{hint}{stop} ")
    });
    unreachable(failure).with_hint(format!(
        "{hint}what is sent there can be lost, so its chain is looked at first; --force sends without that"
    ))
}

/// What the user named a chain by, without what is secret in a URL.
fn shown(text: &str) -> String {
    text.parse::<Endpoint>().map_or_else(|_| text.to_owned(), |endpoint| endpoint.to_string())
}

/// Bounds what a node is asked before anything is sent.
async fn within<T>(patience: Duration, ask: impl Future<Output = Outcome<T>>, chain: &str) -> Outcome<T> {
    timeout(patience, ask).await.unwrap_or_else(|_| {
        Err(Failure::failed(format!(
            "the node of {chain} did not answer within {} s",
            patience.as_secs_f64()
        ))
        .with_code(ErrorCode::ChainUnreachable)
        .with_hint("nothing was sent: try again when the node answers, or with a longer --timeout"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_node_that_hangs_is_waited_for_so_long() {
        let asked = std::future::pending::<Outcome>();
        let failure = within(Duration::from_millis(10), asked, "OPChainB (902)").await.err();
        let failure = failure.unwrap();
        assert_eq!(failure.message(), "the node of OPChainB (902) did not answer within 0.01 s");
        assert_eq!((failure.exit(), failure.code().name().as_str()), (Exit::Failed, "chain-unreachable"));
        // Nothing is sent to a destination that is away: as wrong as one that does not exist.
        let failure = unreachable(failure);
        assert_eq!(
            (failure.exit(), failure.code().name().as_str()),
            (Exit::Usage, "destination-unreachable")
        );
    }
}
