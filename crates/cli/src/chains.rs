//! The chains a command can name: those of a running devnet, of the configuration, and by URL.

use crate::{
    config::Config,
    exit::Exit,
    failure::{Failure, Outcome, OutcomeExt},
};
use causeway_chain::{ConnectOptions, Endpoint};
use causeway_devnet::{ChainKind, Network};
use causeway_interop::Member;
use causeway_relayer::ChainClient;
use std::time::Duration;

/// Seconds between the blocks of a chain that nothing else is known of.
const BLOCK_TIME: u64 = 2;

/// A chain that is known, whether or not its node answers.
#[derive(Clone, Debug)]
pub(crate) struct KnownChain {
    pub(crate) id: u64,
    /// Empty for a chain that was named by its URL.
    pub(crate) name: String,
    pub(crate) endpoint: Endpoint,
    /// First block that messages are looked for in, when one is configured.
    pub(crate) start_block: Option<u64>,
    /// Whether it belongs to the running devnet, whose funded account may then sign.
    pub(crate) on_devnet: bool,
    /// What the rules need to know of it.
    pub(crate) member: Member,
}

impl KnownChain {
    /// `OPChainA (901)`, or the id alone for a chain without a name.
    pub(crate) fn label(&self) -> String {
        if self.name.is_empty() { self.id.to_string() } else { format!("{} ({})", self.name, self.id) }
    }

    /// Reaches the chain's node and makes sure that it serves this chain: nothing is ever sent to another chain than
    /// the one that was meant.
    pub(crate) async fn connect(self) -> Outcome<Chain> {
        let client = reach(&self.endpoint, &format!("chain {}", self.label())).await?;
        if client.chain_id() != self.id {
            return Err(Failure::failed(format!(
                "the node at {} serves chain {}, not {}",
                self.endpoint,
                client.chain_id(),
                self.label()
            ))
            .with_hint("correct the chain's rpc-url or chain-id in causeway.toml")
            .with_exit(Exit::Usage));
        }
        Ok(Chain { known: self, client })
    }
}

/// A chain whose node answered.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) known: KnownChain,
    pub(crate) client: ChainClient,
}

impl Chain {
    pub(crate) fn label(&self) -> String {
        self.known.label()
    }

    pub(crate) const fn id(&self) -> u64 {
        self.known.id
    }
}

/// Every chain that is known by id or name.
#[derive(Debug)]
pub(crate) struct ChainBook {
    chains: Vec<KnownChain>,
}

impl ChainBook {
    /// The chains of the configuration and the L2 chains of the devnet, if one runs; of two with one name or id the
    /// configuration's counts.
    pub(crate) fn new(config: &Config, network: Option<&Network>) -> Outcome<Self> {
        let configured = config.chains.iter().map(|(name, section)| KnownChain {
            id: section.chain_id,
            name: name.clone(),
            endpoint: section.rpc_url.clone(),
            start_block: section.start_block,
            on_devnet: false,
            member: Member { activation: section.interop_activation, block_time: section.block_time },
        });
        let mut book = Self { chains: configured.collect() };
        for entry in
            network.iter().flat_map(|network| &network.chains).filter(|entry| entry.kind == ChainKind::L2)
        {
            if book.chains.iter().any(|chain| chain.name == entry.name || chain.id == entry.chain_id) {
                continue;
            }
            book.chains.push(KnownChain {
                id: entry.chain_id,
                name: entry.name.clone(),
                endpoint: entry.rpc_url.parse().what("the network file holds a wrong URL")?,
                start_block: Some(0),
                on_devnet: true,
                member: Member { activation: 0, block_time: entry.block_time },
            });
        }
        Ok(book)
    }

    /// Adds chains by URL; one that is known already keeps its name and gets the URL.
    pub(crate) async fn add_urls(&mut self, urls: &[String]) -> Outcome {
        for url in urls {
            let added = by_url(url).await?;
            match self.chains.iter_mut().find(|chain| chain.id == added.id()) {
                Some(chain) => chain.endpoint = added.known.endpoint,
                None => self.chains.push(added.known),
            }
        }
        Ok(())
    }

    /// Reaches every chain that is known.
    pub(crate) async fn connect_all(&self) -> Outcome<Vec<Chain>> {
        if self.chains.is_empty() {
            return Err(Failure::usage("no chains are known").with_hint(self.known()));
        }
        futures::future::try_join_all(self.chains.iter().cloned().map(KnownChain::connect)).await
    }

    /// The chains that are named, or all that are known. Only those that are named by URL are reached, for their ids.
    pub(crate) async fn select(&self, named: &[String]) -> Outcome<Vec<KnownChain>> {
        if named.is_empty() && self.chains.is_empty() {
            return Err(Failure::usage("no chains are known").with_hint(self.known()));
        }
        if named.is_empty() {
            return Ok(self.chains.clone());
        }
        let mut selected = Vec::new();
        for text in named {
            selected.push(if text.contains("://") {
                by_url(text).await?.known
            } else {
                self.look_up(text)?.clone()
            });
        }
        Ok(selected)
    }

    /// The chain that `text` names: an id, a name, or a URL.
    pub(crate) async fn resolve(&self, text: &str) -> Outcome<Chain> {
        if text.contains("://") {
            return by_url(text).await;
        }
        self.look_up(text)?.clone().connect().await
    }

    /// The known chain with this id or name.
    pub(crate) fn look_up(&self, text: &str) -> Outcome<&KnownChain> {
        let found: Vec<_> =
            self.chains.iter().filter(|chain| chain.name == text || chain.id.to_string() == text).collect();
        match found.as_slice() {
            [chain] => Ok(chain),
            [] => Err(Failure::usage(format!("unknown chain `{text}`")).with_hint(self.known())),
            [one, other, ..] => {
                Err(Failure::usage(format!("`{text}` names two chains, `{}` and `{}`", one.name, other.name))
                    .with_hint("name the chain by its name instead of its id"))
            }
        }
    }

    /// What to say to somebody who named no chain that is known.
    pub(crate) fn known(&self) -> String {
        if self.chains.is_empty() {
            return "start chains with `causeway devnet`, name one by its URL, or add [chains.NAME] to causeway.toml"
                .to_owned();
        }
        let known = self.chains.iter().map(KnownChain::label).collect::<Vec<_>>().join(", ");
        format!("known chains: {known}; or name one by its URL")
    }
}

async fn by_url(url: &str) -> Outcome<Chain> {
    let endpoint: Endpoint = url
        .parse()
        .what("wrong URL for a chain")
        .bad_input()
        .hint("expected http://, https://, ws:// or wss:// and a host")?;
    let client = reach(&endpoint, "the chain").await?;
    let known = KnownChain {
        id: client.chain_id(),
        name: String::new(),
        endpoint,
        start_block: None,
        on_devnet: false,
        member: Member { activation: 0, block_time: BLOCK_TIME },
    };
    Ok(Chain { known, client })
}

async fn reach(endpoint: &Endpoint, what: &str) -> Outcome<ChainClient> {
    // A person waits at the other end: fewer, shorter tries than a service makes.
    let options = ConnectOptions {
        connect_timeout: Duration::from_secs(3),
        read_retries: 1,
        ..ConnectOptions::default()
    };
    ChainClient::connect(endpoint, &options)
        .await
        .what(format!("cannot reach {what}"))
        .hint(format!("is a node running at {endpoint}?"))
}
