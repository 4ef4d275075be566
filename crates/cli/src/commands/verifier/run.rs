//! `causeway verifier run`.

use super::news::News;
use crate::{
    build_info::build_info,
    candidates,
    chains::{self, KnownChain},
    config::{Span, VerifierSection},
    context::Context,
    dependencies,
    dependency_file::DependencyFile,
    events::{Service, ServiceEvent},
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    home,
    interrupt::Interrupt,
    newcomers::{Newcomers, refuse_wrong_nodes},
    parse,
};
use causeway_chain::HeadSource;
use causeway_interop::{DependencySet, SameTimestamp};
use causeway_verifier::{
    IndexOptions, JwtSecret, Server, ServerConfig, ServiceError, SourceConfig, VerifierConfig,
    VerifierService,
};
use clap::Args;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// What is followed, and where it is answered.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  causeway verifier run                     on a running devnet
  causeway verifier run --chain op-mainnet --chain unichain --jwt-secret jwt.hex

Ask it, for instance:
  cast rpc --rpc-url http://127.0.0.1:8450 interop_status")]
pub(crate) struct RunArgs {
    /// Follow these chains only: id, name or URL (repeatable) [default: all that are known]
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    chain: Vec<String>,
    /// One more chain, by URL, or by @FILE that holds it: `ps` shows URLs to everybody on this machine (repeatable)
    #[arg(long, value_name = "URL")]
    rpc_url: Vec<String>,
    /// Address and port to answer on [default: 127.0.0.1:8450]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// File of the index; the verifier goes on from it [default: verifier.redb in the state folder]
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    index: Option<PathBuf>,
    /// File with the secret of those who may use the admin methods, 32 bytes in hex [default: no admin methods]
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    jwt_secret: Option<PathBuf>,
    /// File with the dependency set, of op-node, kona or the registry [default: all chains that are followed]
    #[arg(long, value_name = "FILE", value_parser = parse::path())]
    dependency_set: Option<PathBuf>,
    /// How far back to fetch blocks, e.g. 8d [default: as far as messages can be executed]
    #[arg(long, value_name = "TIME")]
    history: Option<Span>,
    /// Believe the nodes: do not check receipts against the hashes of the blocks; `--trust-nodes=false` checks them
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    trust_nodes: Option<bool>,
    /// Admit messages to blocks of the second of their initiation, which reference filters refuse;
    /// `--same-timestamp=false` refuses them
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    same_timestamp: Option<bool>,
}

impl RunArgs {
    /// Lays the flags over the configured section.
    fn lay_over(&self, section: &mut VerifierSection) {
        section.dependency_set = self.dependency_set.clone().or_else(|| section.dependency_set.take());
        section.history = self.history.or(section.history);
    }
}

pub(super) async fn run(args: &RunArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let mut configuration = context.loaded.config.clone();
    args.lay_over(&mut configuration.verifier);
    let section = &configuration.verifier;
    if let Some(path) = &section.dependency_set {
        // Whoever waits for a node shall not wait for this mistake, too.
        DependencyFile::read(path)?;
    }
    let network = context.network().await?;
    let (book, mut silent) = context.chains_that_answer(network.as_ref(), &args.rpc_url).await?;
    let (mut chains, named) = book.select(&args.chain).await?;
    silent.extend(named);
    if chains.is_empty() && silent.is_empty() {
        book.some_for_a_service()?;
    }
    dependencies::refuse_strangers(&chains, &configuration)?;
    let mut server = server_config(args, section)?;
    refuse_wrong_nodes(&chains).await?;
    let of_devnet = network.as_ref().filter(|_| chains.iter().all(|chain| chain.on_devnet));
    let index = match args.index.clone().or_else(|| section.index.clone()) {
        Some(path) => path,
        None => context.state_file("verifier.redb", "--index", of_devnet).await?,
    };
    make_folder(&index)?;
    let mut newcomers = Newcomers::wait_for(silent, context.printer);
    let mut chosen = None;
    loop {
        let newcomer = if chains.is_empty() {
            tokio::select! {
                newcomer = newcomers.next() => newcomer,
                () = interrupt.caught() => return Ok(()),
            }
        } else {
            let set = dependencies::of_chains(&chains, network.as_ref(), &configuration)?;
            let choice = dependencies::choice(&chains, &configuration)?;
            if let Some(choice) = choice.as_ref().filter(|_| choice != chosen) {
                context.printer.note(choice);
            }
            chosen = choice;
            // A file names all chains that there are; else those may belong to the set that have yet to say which they are.
            let may_come = section.dependency_set.is_none() && newcomers.are_awaited();
            let config = config(args, section, set.with_more_to_come(may_come), &chains, &index);
            match serve(config, &mut server, &chains, &mut newcomers, &mut interrupt, context).await? {
                Some(newcomer) => newcomer,
                None => {
                    tracing::info!("stopped");
                    return Ok(());
                }
            }
        };
        let newcomer = book.with_its_name(newcomer);
        // Together with those that are there: a file may hold several sets.
        let all: Vec<_> = chains.iter().chain([&newcomer]).cloned().collect();
        if let Err(failure) = dependencies::refuse_strangers(&all, &configuration) {
            // Whoever verifies other chains meanwhile is not ended for it.
            if chains.is_empty() {
                return Err(failure);
            }
            context.printer.warn(&format!("not followed: {}", failure.message()));
            continue;
        }
        let (chain, rpc_url) = (newcomer.label(), newcomer.endpoints.to_string());
        tracing::info!(chain, rpc_url, "the node answers: its chain is taken in");
        match chains.iter_mut().find(|chain| chain.id == newcomer.id) {
            Some(chain) => *chain = newcomer.beside(chain),
            None => chains.push(newcomer),
        }
    }
}

/// Verifies these chains until it is interrupted, or a further chain can be verified, too, for which it has to begin anew: a
/// dependency set does not change while it is judged by.
async fn serve(
    config: VerifierConfig,
    server: &mut ServerConfig,
    chains: &[KnownChain],
    newcomers: &mut Newcomers,
    interrupt: &mut Interrupt,
    context: &Context<'_>,
) -> Outcome<Option<KnownChain>> {
    let index = config.index.clone().unwrap_or_default();
    tell_start(&config, chains, &index, context);
    let mut service = VerifierService::start(config).map_err(|error| {
        let hint = remedy(&error);
        Failure::from(error)
            .context(format!("cannot start the verifier on {}", index.display()))
            .or_hint(hint)
    })?;
    let bound = Server::bind(service.verifier(), server.clone()).await.what("cannot answer").hint(
        "is another verifier running there? name another port with --listen, or take a free one: --listen 127.0.0.1:0",
    )?;
    let address = bound.address();
    // Should it begin anew, those who ask find it where it was.
    server.listen = address;
    let url = format!("http://{address}");
    tracing::info!(url, "listening");
    context.printer.event(&format!("listening on {url}"), &ServiceEvent::Listening { url });
    let stop = CancellationToken::new();
    let serving = bound.start(stop.clone());
    let mut news = News::all(&service.verifier(), chains.iter().map(|chain| (chain.id, chain.label())));
    let ended = loop {
        tokio::select! {
            ended = service.wait() => break Err(ended),
            () = interrupt.caught() => break Ok(None),
            newcomer = newcomers.next() => break Ok(Some(newcomer)),
            () = news.print(context.printer) => {}
        }
    };
    stop.cancel();
    serving.stopped().await;
    match ended {
        Ok(newcomer) => {
            service.shutdown().await.what("the verifier did not stop cleanly")?;
            Ok(newcomer)
        }
        Err(ended) => ended.map(|()| None).what("the verifier stopped"),
    }
}

fn tell_start(config: &VerifierConfig, chains: &[KnownChain], index: &Path, context: &Context<'_>) {
    // A chain of the set that is not followed is answered for with "try again": say so, for it may be a mistake.
    for (chain_id, _) in config.dependency_set.members() {
        if !chains.iter().any(|chain| chain_id == alloy::primitives::U256::from(chain.id)) {
            context.printer.warn(&format!("chain {chain_id} is in the dependency set, and not followed"));
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let path = index.display().to_string();
    tracing::info!(version, index = path, "verifying; Ctrl-C stops");
    for chain in chains {
        tracing::info!(chain = chain.label(), rpc_url = %chain.endpoints, "following");
    }
    let text = format!("verifying\n{}", chains::table(chains));
    let chains = chains.iter().map(KnownChain::entry).collect();
    let started = ServiceEvent::Started {
        service: Service::Verifier,
        version,
        chains,
        account: None,
        path,
        accounts: Vec::new(),
    };
    context.printer.event(&text, &started);
}

fn config(
    args: &RunArgs,
    section: &VerifierSection,
    set: DependencySet,
    chains: &[KnownChain],
    index: &Path,
) -> VerifierConfig {
    let mut config = VerifierConfig::new(set, chains.iter().map(source).collect());
    config.index = Some(index.to_owned());
    config.index_options = IndexOptions::of_memory(section.index_cache.get().saturating_mul(1 << 20));
    config.same_timestamp = match args.same_timestamp.unwrap_or(section.same_timestamp) {
        true => SameTimestamp::Allowed,
        false => SameTimestamp::Forbidden,
    };
    config.max_entries = section.max_entries;
    config.trust_nodes = args.trust_nodes.unwrap_or(section.trust_nodes);
    config.max_reorg_depth = section.max_reorg_depth.get();
    config.stale_after = Duration::from_secs(section.stale_after.get());
    config.history = section.history.map(|history| history.get().as_secs().max(1));
    config.poll_interval = section.poll_interval.get();
    config
}

/// On a devnet everything is verified, from the first block on.
fn source(chain: &KnownChain) -> SourceConfig {
    SourceConfig {
        chain_id: chain.id,
        endpoints: chain.endpoints.of_chain(chain.id),
        heads: HeadSource::Auto,
        start_block: chain.on_devnet.then_some(0),
    }
}

fn server_config(args: &RunArgs, section: &VerifierSection) -> Outcome<ServerConfig> {
    let jwt_secret = match args.jwt_secret.as_ref().or(section.jwt_secret.as_ref()) {
        Some(path) => Some(read_secret(path)?),
        None => None,
    };
    let defaults = ServerConfig::default();
    Ok(ServerConfig {
        // Who wants more entries looked at wants the requests that have so many.
        max_body_bytes: defaults.max_body_bytes.max(ServerConfig::body_of(section.max_entries)),
        listen: args.listen.unwrap_or(section.listen),
        jwt_secret,
        rate_limit: section.rate_limit,
        max_connections: section.max_connections,
        max_connections_per_caller: section.max_connections_per_caller,
        trusted_proxy: section.trusted_proxy,
        build: build_info(),
        ..defaults
    })
}

pub(super) fn read_secret(path: &Path) -> Outcome<JwtSecret> {
    let wrong = |failure: Failure| {
        failure
            .with_code(ErrorCode::InvalidKey)
            .context(format!("cannot use the JWT secret in {}", path.display()))
            .with_hint("make one with: openssl rand -hex 32 > jwt.hex")
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(Failure::usage(error)))?;
    JwtSecret::from_hex(&text).map_err(|error| wrong(Failure::usage(error)))
}

fn make_folder(file: &Path) -> Outcome {
    match file.parent() {
        Some(folder) => std::fs::create_dir_all(folder)
            .what(format!("cannot make the folder {}", folder.display()))
            .code(ErrorCode::StorageUnusable)
            .hint(format!("name another file with --index, or {}", home::HINT)),
        None => Ok(()),
    }
}

/// What helps against a verifier that does not start.
fn remedy(error: &ServiceError) -> &'static str {
    match error {
        ServiceError::Index(index) if index.is_in_use() => {
            "one verifier works on an index at a time: stop the other one, or name another --index"
        }
        ServiceError::Index(index) if index.is_damaged() => {
            "delete the file, and everything is fetched again; a failsafe that was on has to be set again"
        }
        _ => "name another file with --index, or see docs/operations.md",
    }
}
