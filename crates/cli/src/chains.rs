//! The chains a command can name: those of a running devnet, of the configuration, and by URL.

mod known;

pub(crate) use known::{Chain, KnownChain, table};

use crate::{
    at_file,
    config::Config,
    environment,
    exit::Exit,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    hidden::Hidden,
    node_url::{self, is_url},
    parse,
};
use alloy::primitives::U256;
use causeway_chain::Endpoint;
use causeway_devnet::{ChainKind, Network};
use causeway_interop::Member;
use futures::future::join_all;

/// Seconds between the blocks of a chain that nothing else is known of.
const BLOCK_TIME: u64 = 2;

/// Every chain that is known by id or name.
#[derive(Debug, Default)]
pub(crate) struct ChainBook {
    chains: Vec<KnownChain>,
    hidden: Hidden,
    /// Id and name of the devnet's L1, which is none of them.
    l1: Option<(u64, String)>,
}

impl ChainBook {
    /// The chains of the configuration and the L2 chains of the devnet, if one runs; of two with one name or id the
    /// configuration's counts.
    pub(crate) fn new(config: &Config, network: Option<&Network>, hidden: &Hidden) -> Outcome<Self> {
        let configured = config.chains.iter().filter_map(|(name, section)| {
            Some(KnownChain {
                id: section.chain_id,
                name: name.clone(),
                endpoints: section.endpoints()?,
                by_url: false,
                start_block: section.start_block,
                on_devnet: false,
                member: Member { activation: section.interop_activation, block_time: section.block_time },
            })
        });
        let l1 = network.map(|network| (network.l1.chain_id, network.l1.name.clone()));
        let mut book = Self { chains: configured.collect(), hidden: hidden.clone(), l1 };
        for entry in
            network.iter().flat_map(|network| &network.chains).filter(|entry| entry.kind == ChainKind::L2)
        {
            if book.chains.iter().any(|chain| chain.name == entry.name || chain.id == entry.chain_id) {
                continue;
            }
            book.chains.push(KnownChain {
                id: entry.chain_id,
                name: entry.name.clone(),
                endpoints: book.see(entry.rpc_url.parse().what("the network file holds a wrong URL")?).into(),
                by_url: false,
                start_block: Some(0),
                on_devnet: true,
                member: Member { activation: 0, block_time: entry.block_time },
            });
        }
        Ok(book)
    }

    /// Adds chains by URL; one that is known already keeps its name and gets the URL. Several URLs of one chain are several
    /// nodes of it. Returns the nodes that do not say
    /// which chain they serve.
    pub(crate) async fn add_urls(&mut self, urls: &[String]) -> Outcome<Vec<Silent>> {
        let endpoints = urls.iter().map(|url| self.endpoint(url)).collect::<Outcome<Vec<_>>>()?;
        let mut silent = Vec::new();
        for asked in join_all(endpoints.into_iter().map(|endpoint| self.ask(endpoint))).await {
            match asked {
                Ok(chain) => self.add(chain),
                Err(node) => silent.push(node),
            }
        }
        Ok(silent)
    }

    /// Adds a chain that was found by its URL.
    pub(crate) fn add(&mut self, found: KnownChain) {
        match self.chains.iter_mut().find(|chain| chain.id == found.id) {
            Some(chain) => {
                let found = KnownChain { endpoints: found.endpoints, by_url: true, ..chain.clone() };
                *chain = found.beside(chain);
            }
            None => self.chains.push(found),
        }
    }

    /// The chain that a URL names, or the node that does not say which it is.
    pub(crate) async fn find(&self, url: &str) -> Outcome<Result<KnownChain, Silent>> {
        Ok(self.ask(self.endpoint(url)?).await)
    }

    /// Refuses the devnet's L1 where it was found by its URL, as it is by id and name.
    pub(crate) fn refuse_l1(&self, found: &KnownChain) -> Outcome {
        match &self.l1 {
            Some((id, name)) if *id == found.id && found.endpoints.is_loopback() => Err(self.is_l1(name)),
            _ => Ok(()),
        }
    }

    fn is_l1(&self, text: &str) -> Failure {
        Failure::usage(format!("`{text}` is the L1: messages go from L2 to L2"))
            .with_code(ErrorCode::NoInterop)
            .with_hint(self.known())
    }

    pub(crate) fn has(&self, id: u64) -> bool {
        self.chains.iter().any(|chain| chain.id == id)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.chains.is_empty()
    }

    /// The chain at an endpoint. One that is known needs not be asked for.
    async fn ask(&self, endpoint: Endpoint) -> Result<KnownChain, Silent> {
        match self.chains.iter().find(|chain| chain.endpoints.contains(&endpoint)) {
            Some(chain) => Ok(KnownChain { endpoints: endpoint.into(), by_url: true, ..chain.clone() }),
            None => ask(endpoint).await.map(|chain| chain.known),
        }
    }

    /// Reaches every chain that is known. Returns those that answer, and the others with the reason.
    pub(crate) async fn connect_all(&self) -> Outcome<(Vec<Chain>, Vec<Absent>)> {
        self.all()?;
        let (mut chains, mut absent) = (Vec::new(), Vec::new());
        let connected = join_all(self.chains.iter().map(|chain| chain.clone().connect())).await;
        for (known, connected) in self.chains.iter().zip(connected) {
            match connected {
                Ok(chain) => chains.push(chain),
                // A wrong configuration is not waited for.
                Err(failure) if failure.exit() == Exit::Usage => return Err(failure),
                Err(failure) => absent.push(Absent { known: known.clone(), reason: failure.message() }),
            }
        }
        Ok((chains, absent))
    }

    /// All that are known; at least one.
    pub(crate) fn all(&self) -> Outcome<Vec<KnownChain>> {
        if self.chains.is_empty() {
            return Err(Failure::usage("no chains are known")
                .with_code(ErrorCode::NoChains)
                .with_hint(self.known()));
        }
        Ok(self.chains.clone())
    }

    /// Makes sure that a service has any; to it, `ETH_RPC_URL` names none.
    pub(crate) fn some_for_a_service(&self) -> Outcome {
        let is_set = environment::read(environment::ETH_RPC_URL).is_some();
        match self.all() {
            Err(failure) if is_set => {
                let hint = format!("{}; ETH_RPC_URL counts for commands only", self.known());
                Err(failure.with_hint(hint))
            }
            all => all.map(drop),
        }
    }

    /// The chains that are named, or all that are known, without reaching any but those that are named by URL, for their
    /// ids. Returns the nodes among these that do not answer, too.
    pub(crate) async fn select(&self, named: &[String]) -> Outcome<(Vec<KnownChain>, Vec<Silent>)> {
        if named.is_empty() {
            return Ok((self.chains.clone(), Vec::new()));
        }
        let (mut selected, mut silent) = (Vec::<KnownChain>::new(), Vec::new());
        for text in named {
            let chain = if is_url(text) {
                match self.ask(self.endpoint(text)?).await {
                    Ok(chain) => self.with_its_name(chain),
                    Err(node) => {
                        silent.push(node);
                        continue;
                    }
                }
            } else {
                self.look_up(text)?.clone()
            };
            match selected.iter_mut().find(|other| other.id == chain.id) {
                Some(other) if chain.by_url && other.by_url => *other = chain.beside(other),
                Some(_) => {}
                None => selected.push(chain),
            }
        }
        Ok((selected, silent))
    }

    /// The chain that is named. Only one that is named by its URL is asked, for its id.
    pub(crate) async fn select_one(&self, text: &str) -> Outcome<KnownChain> {
        if !is_url(text) {
            return self.look_up(text).cloned();
        }
        let found = self.ask(self.endpoint(text)?).await.map_err(Silent::into_failure)?;
        Ok(self.with_its_name(found))
    }

    /// What is known of a chain that was found by its URL, which stays.
    pub(crate) fn with_its_name(&self, found: KnownChain) -> KnownChain {
        match self.chains.iter().find(|chain| chain.id == found.id) {
            // Ids of devnets are everybody's: a node elsewhere that serves one is another chain, and not to be treated as ours.
            Some(chain)
                if chain.on_devnet
                    && chain.endpoints != found.endpoints
                    && !found.endpoints.is_loopback() =>
            {
                found
            }
            Some(chain) => KnownChain { endpoints: found.endpoints, by_url: true, ..chain.clone() },
            None => found,
        }
    }

    /// The chain that `text` names: an id, a name, or a URL.
    pub(crate) async fn resolve(&self, text: &str) -> Outcome<Chain> {
        if is_url(text) {
            return ask(self.endpoint(text)?).await.map_err(Silent::into_failure);
        }
        self.look_up(text)?.clone().connect().await
    }

    /// The known chain with this id or name.
    pub(crate) fn look_up(&self, text: &str) -> Outcome<&KnownChain> {
        let found: Vec<_> = self.chains.iter().filter(|chain| chain.is_named(text)).collect();
        match found.as_slice() {
            [chain] => Ok(chain),
            [] if self
                .l1
                .as_ref()
                .is_some_and(|(id, name)| name == text || parse::chain_id(text) == Ok(U256::from(*id))) =>
            {
                Err(self.is_l1(text))
            }
            [] => Err(unknown_chain(text)
                .with_hint(at_file::forgotten(text).map_or_else(|| self.known(), str::to_owned))),
            [one, other, ..] => {
                Err(Failure::usage(format!("`{text}` names two chains, `{}` and `{}`", one.name, other.name))
                    .with_code(ErrorCode::AmbiguousChain)
                    .with_hint("name the chain by its name instead of its id"))
            }
        }
    }

    /// The endpoint that a URL names, of which nothing secret is shown from now on.
    pub(crate) fn endpoint(&self, text: &str) -> Outcome<Endpoint> {
        node_url::endpoint(text).map(|endpoint| self.see(endpoint))
    }

    fn see(&self, endpoint: Endpoint) -> Endpoint {
        self.hidden.endpoint(&endpoint);
        endpoint
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

/// No chain has this id or name.
pub(crate) fn unknown_chain(text: &str) -> Failure {
    Failure::usage(format!("unknown chain `{text}`")).with_code(ErrorCode::UnknownChain)
}

/// Chains were named, and none can be read, each for its reason.
pub(crate) fn none_answers(reasons: &[String]) -> Failure {
    Failure::failed(format!("no chain can be read: {}", reasons.join("; ")))
        .with_code(ErrorCode::ChainUnreachable)
        .with_hint("are their nodes running?")
}

/// A node that was named by its URL and does not say which chain it serves.
#[derive(Debug)]
pub(crate) struct Silent {
    pub(crate) endpoint: Endpoint,
    failure: Failure,
}

impl Silent {
    /// Why it does not, without secrets.
    pub(crate) fn reason(&self) -> String {
        self.failure.message()
    }

    pub(crate) fn into_failure(self) -> Failure {
        self.failure
    }

    /// The same, with the variable that named it.
    pub(crate) fn named_by(self, variable: &str) -> Self {
        Self { failure: self.failure.context(format!("{variable} names it")), ..self }
    }
}

/// A chain that is known, and whose node cannot be asked now.
#[derive(Debug)]
pub(crate) struct Absent {
    pub(crate) known: KnownChain,
    /// Why, without secrets.
    pub(crate) reason: String,
}

/// Asks a node which chain it serves.
pub(crate) async fn ask(endpoint: Endpoint) -> Result<Chain, Silent> {
    let client = match node_url::reach(&endpoint, "the chain").await {
        Ok(client) => client,
        Err(failure) => return Err(Silent { endpoint, failure }),
    };
    let known = KnownChain {
        id: client.chain_id(),
        name: String::new(),
        endpoints: endpoint.into(),
        by_url: true,
        start_block: None,
        on_devnet: false,
        member: Member { activation: 0, block_time: BLOCK_TIME },
    };
    Ok(Chain { known, client })
}
