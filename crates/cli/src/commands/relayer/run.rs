//! `causeway relayer run`: the service, until Ctrl-C.

use super::{
    accounts::{self, Accounts, leave_away_what_needs_a_key},
    api,
    args::RunArgs,
    database::Database,
    events::print,
    limits::{filter, limit, shorter_margin, unknown_routes},
    mark::{Mark, open_to_work, remember},
    resend::resend,
    top_up::{Funding, funding},
};
use crate::{
    chains::{self, KnownChain},
    context::Context,
    dependencies,
    events::{Service, ServiceEvent},
    failure::{Failure, Outcome, OutcomeExt},
    interrupt::Interrupt,
    json::Checksummed,
    newcomers::{Newcomers, refuse_wrong_nodes},
};
use causeway_chain::Start;
use causeway_devnet::Network;
use causeway_relayer::{RelayChain, Relayer, RelayerConfig, RelayerError, RelayerEvent, RelayerHandle};
use causeway_store::{LockError, Store};
use std::hash::{BuildHasher, RandomState};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;

pub(super) async fn serve(args: &RunArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let network = context.network().await?;
    let (book, mut silent) = context.chains_that_answer(network.as_ref(), &args.rpc_url).await?;
    let (mut chains, named) = book.select(&args.chain).await?;
    silent.extend(named);
    if chains.is_empty() && silent.is_empty() {
        book.some_for_a_service()?;
    }
    match unknown_routes(context, &book, &chains) {
        Some(failure) if silent.is_empty() => return Err(failure),
        // One of those that do not answer may be meant.
        Some(failure) => context.printer.warn(&failure.message()),
        None => {}
    }
    if let Some(text) = shorter_margin(context, network.as_ref()) {
        context.printer.warn(&text);
    }
    let named = accounts::named(args, context)?;
    if named.is_empty() && args.chain.is_empty() {
        for chain in leave_away_what_needs_a_key(&mut chains) {
            let chain = chain.label();
            tracing::error!(chain, "not relayed: it is no chain of the devnet, and no key was named for it");
        }
    }
    refuse_wrong_nodes(&chains).await?;
    let accounts = accounts::choose(named, args, context, network.as_ref(), &chains)?;
    let filter = filter(context)?;
    let top_up = funding(args, context, &accounts.addresses())?.as_ref().map(Funding::shared);
    let resend = resend(args, context, &accounts.addresses(), top_up.as_ref())?;
    let (database, mut mark) =
        named_database(args, context, network.as_ref(), &chains, silent.is_empty()).await?;
    let store = open_to_work(&database, mark.as_ref()).await?;
    remember(&mut mark, &store, context.printer).await;
    if chains.len() + silent.len() == 1 {
        context.printer.warn("there is one chain only: nothing can be relayed between it and others");
    }
    let set =
        network.as_ref().and_then(|it| dependencies::of_devnet(it, chains.iter().map(|chain| chain.id)));
    let api = api::open(&args.api, (&store, &database), set.as_ref(), context).await?;
    let mut newcomers = Newcomers::wait_for(silent, context.printer);
    loop {
        let newcomer = if chains.is_empty() {
            tokio::select! {
                newcomer = newcomers.next() => newcomer,
                () = interrupt.caught() => return end(api, &store).await,
            }
        } else {
            let mut config = config(args, &chains, network.as_ref(), &accounts, &store);
            limit(&mut config, &context.loaded.config.relayer);
            config.filter = filter.clone();
            config.top_up = top_up.clone();
            config.resend = resend.clone();
            let relayed = config.chains.clone();
            let mut relayer = Relayer::spawn(config, &CancellationToken::new()).map_err(cannot_start)?;
            tell_start(&chains, &accounts, &database, context);
            let mut events = relayer.events();
            if let Some(api) = &api {
                api.attach(&mut relayer, &relayed);
            }
            let newcomer = tokio::select! {
                newcomer = work(&mut relayer, &mut events, &mut newcomers, &store, &mut mark, context) => newcomer?,
                () = interrupt.caught() => None,
            };
            relayer.shutdown().await.what("the relayer did not stop cleanly")?;
            match newcomer {
                Some(newcomer) => newcomer,
                None => return end(api, &store).await,
            }
        };
        take_in(book.with_its_name(newcomer), &mut chains, accounts.is_devnets);
    }
}

fn cannot_start(error: RelayerError) -> Failure {
    let is_held = matches!(error, RelayerError::Lock(LockError::Held { .. }));
    let failure = Failure::from(error).context("cannot start the relayer");
    if is_held {
        return failure.or_hint(
            "one relayer works on a file at a time: stop the other one. Beside it, one with keys of its own may work on another --database",
        );
    }
    failure
}

/// Ends what served beside the relayer.
async fn end(api: Option<api::Service>, store: &Store) -> Outcome {
    if let Some(api) = api {
        api.end().await;
    }
    // So that what was written last is in the file itself, and not in one beside it.
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The database that is worked on, and the mark that it leaves, unless its chains are a devnet's, and begin anew themselves. Chains
/// that begin anew under their old ids would be halted by what another devnet's relayer has written.
pub(super) async fn named_database(
    args: &RunArgs,
    context: &Context<'_>,
    network: Option<&Network>,
    chains: &[KnownChain],
    all_answer: bool,
) -> Outcome<(Database, Option<Mark>)> {
    let named = Database::named(args.database.as_deref(), context)?;
    let is_devnets = !chains.is_empty() && all_answer && chains.iter().all(|chain| chain.on_devnet);
    let of_devnet = network.filter(|_| args.chain.is_empty() || is_devnets);
    let ends_with_devnet = is_devnets || (named.is_none() && of_devnet.is_some());
    let database = match named {
        Some(database) => database,
        None => Database::File(context.state_file("relayer.sqlite", "--database", of_devnet).await?),
    };
    let mark = Mark::of(&database).filter(|_| !ends_with_devnet);
    Ok((database, mark))
}

/// Prints what the relayer does until a further chain can be relayed, too.
async fn work(
    relayer: &mut RelayerHandle,
    events: &mut Receiver<RelayerEvent>,
    newcomers: &mut Newcomers,
    store: &Store,
    mark: &mut Option<Mark>,
    context: &Context<'_>,
) -> Outcome<Option<KnownChain>> {
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => {
                    print(&event, context.printer);
                    remember(mark, store, context.printer).await;
                }
                Err(RecvError::Lagged(missed)) => context.printer.warn(&format!("{missed} events were too many to print")),
                Err(RecvError::Closed) => return Ok(None),
            },
            ended = relayer.wait() => return ended.map(|()| None).what("the relayer stopped"),
            newcomer = newcomers.next() => return Ok(Some(newcomer)),
        }
    }
}

/// Adds a chain whose node answers at last. What is kept in the database lets the relayer begin anew with it at any time.
fn take_in(newcomer: KnownChain, chains: &mut Vec<KnownChain>, is_devnets_key: bool) {
    let (chain, rpc_url) = (newcomer.label(), newcomer.endpoints.to_string());
    if is_devnets_key && !newcomer.on_devnet {
        // Everybody knows that key.
        tracing::error!(
            chain,
            rpc_url,
            "not relayed: it is no chain of the devnet, and no key was named for it"
        );
        return;
    }
    tracing::info!(chain, rpc_url, "the node answers: its chain is taken in");
    match chains.iter_mut().find(|chain| chain.id == newcomer.id) {
        Some(chain) => *chain = newcomer.beside(chain),
        None => chains.push(newcomer),
    }
}

fn config(
    args: &RunArgs,
    chains: &[KnownChain],
    network: Option<&Network>,
    accounts: &Accounts,
    store: &Store,
) -> RelayerConfig {
    let relayed = chains.iter().map(|chain| relay_chain(chain, args)).collect();
    let mut config = RelayerConfig::of(relayed, accounts.shared(), store.clone());
    // For chains of no devnet nobody says who accepts whose messages, and their sequencers decide.
    config.dependency_set =
        network.and_then(|network| dependencies::of_devnet(network, chains.iter().map(|chain| chain.id)));
    let labels = chains.iter().map(KnownChain::label).collect::<Vec<_>>().join(", ");
    // In containers all may be process 1, of machines of one name.
    let host =
        if store.is_shared() { format!(" ({:08x}) on {}", drawn(), host_name()) } else { String::new() };
    config.holder = format!("{}, process {}{host}, between {labels}", config.holder, std::process::id());
    config
}

/// The name of this machine, where it is told.
fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "a machine without a name".to_owned() } else { name.trim().to_owned() }
}

/// A number that no other process has.
fn drawn() -> u32 {
    // The keys of a hasher are drawn at random.
    let hash = RandomState::new().hash_one(std::process::id());
    (hash >> 32) as u32
}

fn tell_start(chains: &[KnownChain], accounts: &Accounts, database: &Database, context: &Context<'_>) {
    let version = env!("CARGO_PKG_VERSION");
    let path = database.to_string();
    let all = accounts.names();
    tracing::info!(version, account = all, database = path, "relaying; Ctrl-C stops");
    for chain in chains {
        tracing::info!(chain = chain.label(), rpc_url = %chain.endpoints, "relaying to and from");
    }
    let text = format!("relaying, as {all}, between\n{}", chains::table(chains));
    let entries = chains.iter().map(KnownChain::entry).collect();
    let started = ServiceEvent::Started {
        service: Service::Relayer,
        version,
        chains: entries,
        account: accounts.addresses().first().copied().map(Checksummed),
        path,
        accounts: accounts.addresses().into_iter().map(Checksummed).collect(),
    };
    context.printer.event(&text, &started);
}

fn relay_chain(chain: &KnownChain, args: &RunArgs) -> RelayChain {
    let start = args.from_block.or(chain.start_block).map_or(Start::Latest, Start::Block);
    RelayChain { start, ..RelayChain::new(chain.id, chain.label(), chain.endpoints.clone()) }
}
