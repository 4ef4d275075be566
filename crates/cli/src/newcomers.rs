//! Chains that a service cannot begin with, since the node that was named by its URL does not say yet which chain it serves.

use crate::{
    chains::{self, KnownChain, Silent},
    events::ServiceEvent,
    failure::Outcome,
    printer::Printer,
};
use causeway_chain::{ConnectError, ConnectOptions, connect, verify_chain_id};
use futures::future::join_all;
use std::time::Duration;
use tokio::{task::JoinSet, time::sleep};

/// How long a node is left alone after it did not answer, at first and at most.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(15)];
/// How long a start may wait for nodes to say that they are the wrong ones.
const PROBE: Duration = Duration::from_secs(3);

/// Nodes that are asked until they answer.
#[derive(Debug, Default)]
pub(crate) struct Newcomers {
    asking: JoinSet<KnownChain>,
}

impl Newcomers {
    /// Says which nodes are waited for, and begins to.
    pub(crate) fn wait_for(silent: Vec<Silent>, printer: &Printer) -> Self {
        let mut newcomers = Self::default();
        for node in silent {
            let (rpc_url, reason) = (node.endpoint.to_string(), node.reason());
            tracing::warn!(rpc_url, reason, "a node does not say which chain it serves: it is asked again");
            let text = format!("waiting      {rpc_url}: {reason}");
            printer.event(&text, &ServiceEvent::Waiting { rpc_url, reason });
            newcomers.asking.spawn(until_it_answers(node));
        }
        newcomers
    }

    /// Whether there is a node that has not answered.
    pub(crate) fn are_awaited(&self) -> bool {
        !self.asking.is_empty()
    }

    /// The next one that answers; never, if there is none. Cancel-safe.
    pub(crate) async fn next(&mut self) -> KnownChain {
        loop {
            match self.asking.join_next().await {
                Some(Ok(chain)) => return chain,
                // The runtime ends.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }
}

async fn until_it_answers(node: Silent) -> KnownChain {
    let [mut pause, longest] = PAUSES;
    let mut endpoint = node.endpoint;
    loop {
        sleep(pause).await;
        pause = (pause * 2).min(longest);
        match chains::ask(endpoint).await {
            Ok(chain) => return chain.known,
            Err(node) => {
                tracing::debug!(rpc_url = %node.endpoint, reason = node.reason(), "still no answer");
                endpoint = node.endpoint;
            }
        }
    }
}

/// Makes sure that no node serves another chain than the one that it was configured for, as far as the nodes answer: those
/// that do not are no obstacle, and are checked when they do.
pub(crate) async fn refuse_wrong_nodes(chains: &[KnownChain]) -> Outcome {
    let options = ConnectOptions {
        request_timeout: PROBE,
        connect_timeout: PROBE,
        read_retries: 0,
        ..ConnectOptions::default()
    };
    let nodes = chains.iter().flat_map(|chain| chain.endpoints.iter().map(move |node| (chain, node)));
    let checks = join_all(nodes.map(async |(chain, node)| {
        let provider = connect(node, &options).ok()?;
        match verify_chain_id(&provider, chain.id).await {
            Err(ConnectError::WrongChain { actual, .. }) => Some(chain.is_not(&node.into(), actual)),
            _ => None,
        }
    }));
    match checks.await.into_iter().flatten().next() {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}
