//! `causeway devnet`: chains in the foreground.

mod network;

use crate::{
    build_info::build_info,
    candidates,
    config::DevnetSection,
    context::Context,
    dependency_file::{self, DependencyFile, NamedSet},
    environment,
    events::ServiceEvent,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    home,
    interrupt::Interrupt,
    parse,
    printer::Printer,
};
use causeway_bindings::DEVNET_TOKEN;
use causeway_devnet::{
    AnvilBinary, Devnet, DevnetConfig, DevnetError, FIRST_L2_CHAIN_ID, FindAnvilError, MNEMONIC, Network,
    NodeError, find_anvil, raise_open_files,
};
use causeway_interop::{MESSAGE_EXPIRY_WINDOW, SameTimestamp};
use causeway_relayer::RelayerEvent;
use clap::Args;
use std::{
    fmt::Write as _,
    net::IpAddr,
    path::{Path, PathBuf},
    time::Instant,
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// How the chains run. Flags override the configuration's devnet section.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  causeway devnet --autorelay
  causeway devnet --l2-count 5 --block-time 1
  causeway devnet --l2-count 3 --dependency-set 901,902")]
pub(crate) struct DevnetArgs {
    /// Number of L2 chains: 901, 902, ... [default: 2]
    #[arg(long, value_name = "N")]
    l2_count: Option<u16>,
    /// Seconds between L2 blocks; 0 mines a block when a transaction comes [default: 2]
    #[arg(long, value_name = "SECONDS", value_parser = parse::number)]
    block_time: Option<u64>,
    /// Seconds between L1 blocks; 0 mines a block when a transaction comes [default: 12]
    #[arg(long, value_name = "SECONDS", value_parser = parse::number)]
    l1_block_time: Option<u64>,
    /// Run a relayer that delivers every message; `--autorelay=false` runs none
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    autorelay: Option<bool>,
    /// Run a verifier that says whether messages are valid and blocks safe; `--verifier=false` runs none
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    verifier: Option<bool>,
    /// Chains that accept each other's messages, by id or by a file with the set [default: all]
    #[arg(long, value_name = "IDS|FILE", value_parser = dependency_file::named, add = candidates::files())]
    dependency_set: Option<NamedSet>,
    /// Put a proxy at each of the 2,048 predeploy addresses, as on public chains
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    full_namespace: Option<bool>,
    /// Let messages be executed in their own second; `--same-timestamp=false` lets none
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    same_timestamp: Option<bool>,
    /// Folder that keeps the chains' state from one run to the next
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    state_dir: Option<PathBuf>,
    /// Address to bind to [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<IpAddr>,
    /// Port of the L1, 0 for a free one [default: 8545]
    #[arg(long, value_name = "PORT")]
    l1_port: Option<u16>,
    /// Port of the first L2, the others follow; 0 for free ones [default: 9545]
    #[arg(long, value_name = "PORT")]
    l2_starting_port: Option<u16>,
    /// Port of the admin API, 0 for a free one [default: 8420]
    #[arg(long, value_name = "PORT")]
    admin_port: Option<u16>,
    /// Port of the verifier, 0 for a free one [default: 8450]
    #[arg(long, value_name = "PORT")]
    verifier_port: Option<u16>,
    /// Path of anvil [default: PATH, then the checkout's node_modules]
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    anvil: Option<PathBuf>,
}

impl DevnetArgs {
    /// The configured section with the flags laid over it.
    fn section(&self, configured: &DevnetSection) -> DevnetSection {
        DevnetSection {
            l2_count: self.l2_count.unwrap_or(configured.l2_count),
            block_time: self.block_time.unwrap_or(configured.block_time),
            l1_block_time: self.l1_block_time.unwrap_or(configured.l1_block_time),
            full_namespace: self.full_namespace.unwrap_or(configured.full_namespace),
            host: self.host.unwrap_or(configured.host),
            l1_port: self.l1_port.unwrap_or(configured.l1_port),
            l2_starting_port: self.l2_starting_port.unwrap_or(configured.l2_starting_port),
            admin_port: self.admin_port.unwrap_or(configured.admin_port),
            same_timestamp: self.same_timestamp.unwrap_or(configured.same_timestamp),
            autorelay: self.autorelay.unwrap_or(configured.autorelay),
            verifier: self.verifier.unwrap_or(configured.verifier),
            verifier_port: self.verifier_port.unwrap_or(configured.verifier_port),
            anvil: self.anvil.clone().or_else(|| configured.anvil.clone()),
        }
    }
}

/// The ids of a dependency set that was named, and its expiry window.
fn dependencies(
    named: Option<&NamedSet>,
    l2_count: u16,
    printer: &Printer,
) -> Outcome<(Option<Vec<u64>>, u64)> {
    let file = match named {
        None => return Ok((None, MESSAGE_EXPIRY_WINDOW)),
        Some(NamedSet::Ids(ids)) => return Ok((Some(ids.clone()), MESSAGE_EXPIRY_WINDOW)),
        Some(NamedSet::File(path)) => DependencyFile::read(path)?,
    };
    let set = file.set_for((FIRST_L2_CHAIN_ID..).take(l2_count.into()))?;
    if let Some(choice) = file.choice(set) {
        printer.note(&choice);
    }
    // Larger ids than a devnet's are told with the others that it does not have.
    let ids = set.chain_ids.iter().map(|id| u64::try_from(*id).unwrap_or(u64::MAX)).collect();
    Ok((Some(ids), set.expiry_window.unwrap_or(MESSAGE_EXPIRY_WINDOW)))
}

pub(crate) async fn run(args: &DevnetArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let section = args.section(&context.loaded.config.devnet);
    if args.verifier_port.is_some() && !section.verifier {
        return Err(
            Failure::usage("--verifier-port is for a verifier, and none runs").with_hint("add --verifier")
        );
    }
    let (dependency_set, expiry_window) =
        dependencies(args.dependency_set.as_ref(), section.l2_count, context.printer)?;
    let config = DevnetConfig {
        l2_count: section.l2_count,
        block_time: section.block_time,
        l1_block_time: section.l1_block_time,
        full_namespace: section.full_namespace,
        host: section.host,
        l1_port: section.l1_port,
        l2_starting_port: section.l2_starting_port,
        admin_port: section.admin_port,
        same_timestamp: if section.same_timestamp {
            SameTimestamp::Allowed
        } else {
            SameTimestamp::Forbidden
        },
        autorelay: section.autorelay,
        verifier_port: section.verifier.then_some(section.verifier_port),
        build: build_info(),
        dependency_set,
        expiry_window,
        state_dir: args.state_dir.clone(),
        network_dir: home::networks_folder(|text| context.printer.warn(text)),
        ..DevnetConfig::new(anvil(args.anvil.as_deref(), &context.loaded.config.devnet)?)
    };
    // The limit that many systems begin with is gone with a few hundred WebSockets.
    raise_open_files();
    let start = Instant::now();
    let spinner = context.printer.spinner("starting chains");
    let mut devnet = tokio::select! {
        started = Devnet::start(config) => started.map_err(start_failure)?,
        () = interrupt.caught() => return Ok(()),
    };
    drop(spinner);
    announce(devnet.network(), context, start);
    let relayed = devnet.relayer_events();
    let ended = tokio::select! {
        ended = devnet.wait() => Some(ended),
        () = interrupt.caught() => None,
        () = relay_log(relayed, context) => None,
        () = verifier_log(&devnet, context) => None,
    };
    // The ^C that a terminal echoes shall not stand in front of the next line.
    context.printer.note("\nstopping");
    let stopped = devnet.stop().await.map_err(start_failure);
    match ended {
        Some(exited) => Err(Failure::from(exited).with_hint(match args.state_dir {
            Some(_) => {
                "the other chains were stopped with it; start again, and all of them go on together from the states \
                 that they kept last; -v shows what the node printed"
            }
            None => "the state of the chains is gone with it; -v shows what the node printed",
        })),
        None => stopped,
    }
}

/// Prints what the devnet's relayer does, for as long as the devnet runs.
async fn relay_log(events: Option<Receiver<RelayerEvent>>, context: &Context<'_>) {
    if let Some(mut events) = events {
        loop {
            match events.recv().await {
                Ok(event) => super::relayer::print(&event, context.printer),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            }
        }
    }
    std::future::pending::<()>().await;
}

/// Prints which blocks the devnet's verifier finds invalid, for as long as the devnet runs.
async fn verifier_log(devnet: &Devnet, context: &Context<'_>) {
    let Some(verifier) = devnet.verifier() else { return std::future::pending().await };
    let labels =
        devnet.chains().iter().map(|chain| (chain.chain_id, format!("{} ({})", chain.name, chain.chain_id)));
    let mut news = super::verifier::News::troubles(&verifier, labels);
    loop {
        news.print(context.printer).await;
    }
}

/// Finds anvil by flag, environment, configuration, PATH, then the `node_modules` of the checkout.
pub(crate) fn anvil(flag: Option<&Path>, configured: &DevnetSection) -> Outcome<AnvilBinary> {
    let working_directory = std::env::current_dir().what("cannot find the working directory")?;
    let environment = environment::read(environment::ANVIL).filter(|_| flag.is_none()).map(PathBuf::from);
    let environment = environment.map(|path| environment::expand(&path)).transpose();
    let environment = environment.what("cannot use CAUSEWAY_ANVIL").bad_input()?;
    let named = flag.or_else(|| configured.anvil.as_deref().filter(|_| environment.is_none()));
    let search_path = environment::search_path();
    let found = find_anvil(
        named,
        environment.as_deref().map(Path::as_os_str),
        search_path.as_deref(),
        &working_directory,
    );
    found
        .map_err(|error| match error {
            FindAnvilError::NotFound { .. } => {
                Failure::failed("cannot start chains: there is no anvil on PATH or in node_modules")
                    .with_code(ErrorCode::NoAnvil)
            }
            FindAnvilError::NotThere { path, .. } if flag.is_none() && environment.is_none() => {
                let path = path.display();
                Failure::usage(format!("no executable anvil at `{path}`, which the key `devnet.anvil` names"))
            }
            named @ FindAnvilError::NotThere { .. } => Failure::usage(named),
        })
        .hint(
            "install it with `npm install @foundry-rs/anvil` or foundryup, or name it with --anvil PATH or \
             CAUSEWAY_ANVIL",
        )
}

/// The remedy for each way in which a devnet does not start.
pub(crate) fn start_failure(error: DevnetError) -> Failure {
    let hint = match &error {
        DevnetError::PortInUse { .. } | DevnetError::Bind { .. } => {
            "does another devnet run? Stop it, or choose other ports with --l1-port, --l2-starting-port, \
             --admin-port and --verifier-port (0 takes free ones)"
        }
        DevnetError::NoChains => "ask for one or more with --l2-count",
        DevnetError::PortsExhausted { .. } => "choose a lower --l2-starting-port, or 0 for free ones",
        DevnetError::DependencySet { .. } => {
            "--dependency-set takes ids of this devnet's L2 chains, e.g. 901,902, or a file with them; --l2-count says \
             how many there are"
        }
        DevnetError::StateInUse { .. } => "stop that devnet, or name another --state-dir",
        DevnetError::StateMissing { .. }
        | DevnetError::StateDamaged { .. }
        | DevnetError::StateOfOtherChain { .. } => {
            "put the file back, or start anew with an empty --state-dir: a chain that begins again beside others that go \
             on would have lost messages which they executed"
        }
        DevnetError::StateNotKept { .. } | DevnetError::NodeNotStopped { .. } => {
            "is the disk full? All chains go on from the states that were kept before; what the nodes wrote now is looked \
             at once more at the next start"
        }
        DevnetError::File { .. } => {
            "name a --state-dir that this user may write to; the system's folder for temporary files is chosen by TMPDIR"
        }
        DevnetError::NodeTooOld { .. } => {
            "a devnet needs anvil 1.7 or newer: `npm install @foundry-rs/anvil` or `foundryup`; --anvil or CAUSEWAY_ANVIL \
             names the one to use"
        }
        DevnetError::Node(NodeError::Silent { .. } | NodeError::Exited { .. })
        | DevnetError::Hangs { .. } => {
            "is that program an anvil (`anvil --version`), or the machine overloaded? --anvil or CAUSEWAY_ANVIL names \
             another one; fewer chains (--l2-count) start sooner"
        }
        _ => return Failure::from(error),
    };
    Failure::from(error).with_hint(hint)
}

fn announce(network: &Network, context: &Context<'_>, start: Instant) {
    let mut text = String::new();
    for chain in std::iter::once(&network.l1).chain(&network.chains) {
        let time = match chain.block_time {
            0 => "a block for each transaction".to_owned(),
            seconds => format!("a block every {seconds} s"),
        };
        let _ = writeln!(text, "{:<10} {:>5}  {}  {time}", chain.name, chain.chain_id, chain.rpc_url);
    }
    let _ = writeln!(text, "{:<10} {:>5}  {}", "admin", "", network.admin_url);
    if let Some(url) = &network.verifier_url {
        let _ = writeln!(text, "{:<10} {:>5}  {url}", "verifier", "");
    }
    let _ = writeln!(text, "\naccounts   10000 ETH each on every chain, unlocked");
    for (index, account) in network.dev_accounts.iter().enumerate() {
        let _ = writeln!(text, "{index:>8}   {account}");
    }
    if let Some(account) = &network.relayer {
        let _ = writeln!(text, "relayer    {account}  on an account of its own");
    }
    let _ = writeln!(text, "mnemonic   {MNEMONIC}");
    let _ = writeln!(text, "token      {DEVNET_TOKEN}  anybody may mint");
    let relayer = if network.relayer.is_some() {
        "messages are relayed"
    } else {
        "messages are not relayed:\nstart with --autorelay, or run `causeway relayer run`"
    };
    let seconds = start.elapsed().as_secs_f64();
    let (version, relayed, verified) =
        (env!("CARGO_PKG_VERSION"), network.relayer.is_some(), network.verifier_url.is_some());
    tracing::info!(version, relayed, verified, "running; Ctrl-C stops");
    for chain in std::iter::once(&network.l1).chain(&network.chains) {
        let (id, name, rpc_url) = (chain.chain_id, &chain.name, &chain.rpc_url);
        tracing::info!(chain = format!("{name} ({id})"), rpc_url, "serving");
    }
    let _ = write!(text, "\nready after {seconds:.2} s; {relayer}; Ctrl-C stops everything");
    context.printer.event(&text, &ServiceEvent::Ready { seconds, network: network::object(network) });
}
