//! Who accepts messages of whom: as the devnet says, or else all chains that are named, of one another.

use crate::{
    chains::{Chain, KnownChain},
    config::Config,
    dependency_file::DependencyFile,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::U256,
    providers::{DynProvider, Provider},
};
use causeway_chain::{ConnectOptions, Endpoint, connect};
use causeway_client::preflight::{Acceptance, ask_verifier};
use causeway_devnet::Network;
use causeway_interop::{DependencySet, Member};

/// Where a verifier is by default.
const LOCAL_VERIFIER: &str = "http://127.0.0.1:8450";

/// The dependency set of the devnet, if all of these chains are in it.
pub(crate) fn of_devnet(
    network: &Network,
    mut chain_ids: impl Iterator<Item = u64>,
) -> Option<DependencySet> {
    if !chain_ids.all(|chain_id| network.dependency_sets.contains_key(&chain_id)) {
        return None;
    }
    let mut builder = DependencySet::builder().expiry_window(network.expiry_window);
    for chain in &network.chains {
        builder =
            builder.chain(U256::from(chain.chain_id), Member { activation: 0, block_time: chain.block_time });
    }
    for (chain_id, sources) in &network.dependency_sets {
        builder = builder.restrict(U256::from(*chain_id), sources.iter().copied().map(U256::from));
    }
    builder.build().ok()
}

/// The dependency set by which messages of these chains are judged: as a file says, or the devnet that they are of, or the
/// configuration. A devnet beside the chains of a file goes by its own.
pub(crate) fn of_chains(
    chains: &[KnownChain],
    network: Option<&Network>,
    config: &Config,
) -> Outcome<DependencySet> {
    let file = config.verifier.dependency_set.as_ref().map(|path| DependencyFile::read(path)).transpose()?;
    let ids = || chains.iter().map(|chain| chain.id);
    let names_them = |file: &DependencyFile| {
        file.set_for(ids()).is_ok_and(|set| ids().all(|id| set.chain_ids.contains(&U256::from(id))))
    };
    if !file.as_ref().is_some_and(names_them)
        && let Some(set) = network.and_then(|network| of_devnet(network, ids()))
    {
        return Ok(set);
    }
    if let Some(file) = file {
        return of_file(&file, chains, config);
    }
    let window = config.verifier.expiry_window();
    let mut builder = chains.iter().fold(DependencySet::builder().expiry_window(window), |builder, chain| {
        builder.chain(U256::from(chain.id), chain.member)
    });
    for section in
        config.chains.values().filter(|section| chains.iter().any(|chain| chain.id == section.chain_id))
    {
        if let Some(accepts) = &section.accepts {
            let known = accepts.iter().filter(|id| chains.iter().any(|chain| chain.id == **id));
            builder = builder.restrict(U256::from(section.chain_id), known.copied().map(U256::from));
        }
    }
    builder.build().map_err(|error| {
        let failure = Failure::usage(error).with_code(ErrorCode::InvalidConfig);
        failure.context("the chains make no dependency set").with_hint(
            "name each chain once with --chain, --rpc-url or [chains.NAME]; verifier.expiry-window is at most 604800",
        )
    })
}

/// Makes sure that the dependency set in the configured file, if there is one, names all of these chains.
pub(crate) fn refuse_strangers(chains: &[KnownChain], config: &Config) -> Outcome {
    let Some(path) = &config.verifier.dependency_set else { return Ok(()) };
    if chains.is_empty() {
        return Ok(());
    }
    let file = DependencyFile::read(path)?;
    let set = file.set_for(chains.iter().map(|chain| chain.id))?;
    let Some(stranger) = chains.iter().find(|chain| !set.chain_ids.contains(&U256::from(chain.id))) else {
        return Ok(());
    };
    let why = format!(
        "chain {} is not in the dependency set {}, which has {set}",
        stranger.label(),
        path.display()
    );
    let failure = Failure::usage(why).with_code(ErrorCode::InvalidConfig);
    Err(failure.with_hint("choose chains of the set with --chain, or name another file"))
}

/// Which of several sets in the configured file counts for these chains, in words; nothing where nothing is to choose.
pub(crate) fn choice(chains: &[KnownChain], config: &Config) -> Outcome<Option<String>> {
    let Some(path) = &config.verifier.dependency_set else { return Ok(None) };
    let file = DependencyFile::read(path)?;
    let set = file.set_for(chains.iter().map(|chain| chain.id))?;
    Ok(file.choice(set))
}

/// The chains that a file names. What is known of others does not count.
fn of_file(file: &DependencyFile, chains: &[KnownChain], config: &Config) -> Outcome<DependencySet> {
    let set = file.set_for(chains.iter().map(|chain| chain.id))?;
    let window = set.expiry_window.unwrap_or_else(|| config.verifier.expiry_window());
    let member = |id: &U256| {
        let known = chains.iter().find(|chain| U256::from(chain.id) == *id);
        known.map(|chain| chain.member).unwrap_or_default()
    };
    let builder = set
        .chain_ids
        .iter()
        .fold(DependencySet::builder().expiry_window(window), |builder, id| builder.chain(*id, member(id)));
    builder.build().map_err(|error| {
        Failure::usage(error)
            .with_code(ErrorCode::InvalidConfig)
            .context(format!("the dependency set {} cannot be used", file.path.display()))
            .with_hint("verifier.expiry-window is at most 604800")
    })
}

/// Seconds for which a chain executes a message.
pub(crate) fn expiry_window(chain_id: u64, network: Option<&Network>, config: &Config) -> u64 {
    match network {
        Some(network) if network.dependency_sets.contains_key(&chain_id) => network.expiry_window,
        _ => {
            let file =
                config.verifier.dependency_set.as_ref().and_then(|path| DependencyFile::read(path).ok());
            let said = file.and_then(|file| file.set_with(chain_id)?.expiry_window);
            said.unwrap_or_else(|| config.verifier.expiry_window())
        }
    }
}

/// Whether `to` accepts messages of `from`: as the devnet says, or the verifier that was named, or the configuration, or
/// else a verifier on this machine.
pub(crate) async fn acceptance(
    from: &Chain,
    to: &Chain,
    network: Option<&Network>,
    config: &Config,
    verifier_url: Option<&str>,
) -> Outcome<Acceptance> {
    if let Some(says) = by_network(from, to, network).await {
        return Ok(says);
    }
    if let Some(url) = verifier_url {
        return by_verifier(url, from, to).await;
    }
    if let Some(says) = by_file(from.id(), to.id(), config)? {
        return Ok(says);
    }
    if let Some(says) = by_config(from.id(), to.id(), config) {
        return Ok(says);
    }
    let says = by_verifier(LOCAL_VERIFIER, from, to).await?;
    Ok(match says {
        Acceptance::Unknown { .. } => Acceptance::Unknown {
            why: format!(
                "no running devnet and no configuration has both, and no verifier at {LOCAL_VERIFIER} knows them"
            ),
        },
        says => says,
    })
}

/// What the network file says, if the destination is one of its chains.
async fn by_network(from: &Chain, to: &Chain, network: Option<&Network>) -> Option<Acceptance> {
    let network = network?;
    let says = || Acceptance::Refused { says: "so says the network file of the devnet".to_owned() };
    let Some(accepted) = network.dependency_sets.get(&to.id()) else {
        return (network.l1.chain_id == to.id())
            .then(|| Acceptance::Refused { says: "it is the devnet's L1".to_owned() });
    };
    let unknown = |failure: Failure| Some(Acceptance::Unknown { why: failure.message() });
    match is_of(to, network).await {
        Ok(true) => {}
        // Of a chain that only has the same id it says nothing.
        Ok(false) => return None,
        Err(failure) => return unknown(failure),
    }
    if !accepted.contains(&from.id()) {
        return Some(says());
    }
    match is_of(from, network).await {
        Ok(true) => Some(Acceptance::Accepted),
        Ok(false) => Some(Acceptance::Refused {
            says: format!(
                "the node at {} serves another chain {} than the devnet",
                from.known.endpoints,
                from.id()
            ),
        }),
        Err(failure) => unknown(failure),
    }
}

/// Whether a chain is the devnet's chain of this id, and not one that only has its id: by its first block.
async fn is_of(chain: &Chain, network: &Network) -> Outcome<bool> {
    let Some(entry) = network.chain(chain.id()).filter(|_| !chain.known.on_devnet) else { return Ok(true) };
    let endpoint: Endpoint = entry.rpc_url.parse().what("the network file holds a wrong URL")?;
    let devnets = connect(&endpoint, &ConnectOptions::default())?;
    let first = async |provider: &DynProvider| {
        let block = provider
            .get_block_by_number(0.into())
            .await
            .what("cannot compare chains by their first blocks")?;
        let block = block.ok_or_else(|| {
            Failure::failed("cannot compare chains: a node has no first block")
                .with_code(ErrorCode::ChainUnreachable)
        })?;
        Ok::<_, Failure>(block.header.hash)
    };
    let (one, other) = futures::try_join!(first(chain.client.provider()), first(&devnets))?;
    Ok(one == other)
}

/// What the configured dependency set says, if the destination is one of its chains.
fn by_file(from: u64, to: u64, config: &Config) -> Outcome<Option<Acceptance>> {
    let Some(path) = &config.verifier.dependency_set else { return Ok(None) };
    let file = DependencyFile::read(path)?;
    let Some(set) = file.set_with(to) else { return Ok(None) };
    Ok(Some(if set.chain_ids.contains(&U256::from(from)) {
        Acceptance::Accepted
    } else {
        let says = format!("the dependency set {} of {set} does not name chain {from}", path.display());
        Acceptance::Refused { says }
    }))
}

/// What the configuration says: its chains accept messages of one another, unless `accepts` says of whom.
fn by_config(from: u64, to: u64, config: &Config) -> Option<Acceptance> {
    let section = |id| config.chains.values().find(|section| section.chain_id == id);
    let destination = section(to)?;
    let accepted = match &destination.accepts {
        Some(accepted) => accepted.contains(&from),
        None => {
            section(from)?;
            true
        }
    };
    Some(if accepted {
        Acceptance::Accepted
    } else {
        Acceptance::Refused { says: "its `accepts` in the configuration does not name it".to_owned() }
    })
}

async fn by_verifier(url: &str, from: &Chain, to: &Chain) -> Outcome<Acceptance> {
    let endpoint: Endpoint = url.parse().what("wrong URL for the verifier").bad_input()?;
    let options = ConnectOptions { read_retries: 0, ..ConnectOptions::default() };
    let verifier = connect(&endpoint, &options)?;
    let block = to.client.provider().get_block_by_number(BlockNumberOrTag::Latest).await;
    let block = block.what(format!("cannot read the newest block of {}", to.label()))?;
    let now = block.map_or(0, |block| block.header.timestamp);
    Ok(ask_verifier(&verifier, from.id(), to.id(), now).await)
}
