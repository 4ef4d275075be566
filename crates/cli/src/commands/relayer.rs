//! `causeway relayer`: deliver messages as a service.

mod events;

pub(crate) use events::print;

use crate::{
    chains::Chain,
    context::Context,
    dependencies, environment,
    failure::{Failure, Outcome, OutcomeExt},
    interrupt::Interrupt,
    parse,
    wallet::WalletArgs,
};
use alloy::signers::local::{MnemonicBuilder, PrivateKeySigner, coins_bip39::English};
use causeway_chain::Start;
use causeway_devnet::{MNEMONIC, Network};
use causeway_relayer::{RelayChain, Relayer, RelayerConfig};
use causeway_store::Store;
use clap::{Args, Subcommand};
use futures::future::try_join_all;
use std::path::{Path, PathBuf};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// Which of a devnet's funded accounts relays, as users of other devnets know it.
const RELAYER_ACCOUNT: u32 = 9;

/// The service.
#[derive(Debug, Subcommand)]
pub(crate) enum RelayerCommand {
    /// Deliver every message between the chains, each once, until Ctrl-C
    Run(RunArgs),
}

/// What is relayed, and who pays.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  causeway relayer run                                       on a running devnet
  causeway relayer run --chain op-mainnet --chain unichain --account relayer")]
pub(crate) struct RunArgs {
    /// Relay between these chains only: id, name or URL (repeatable) [default: all that are known]
    #[arg(long, value_name = "CHAIN")]
    chain: Vec<String>,
    /// Database that holds what was done; the relayer goes on from it [default: relayer.sqlite in the state folder]
    #[arg(long, value_name = "PATH")]
    database: Option<PathBuf>,
    /// First block to look at on a chain that the database does not know yet [default: its start-block, else the newest]
    #[arg(long, value_name = "NUMBER", value_parser = parse::number)]
    from_block: Option<u64>,
    /// One more chain, by URL (repeatable)
    #[arg(long, value_name = "URL", env = environment::ETH_RPC_URL, hide_env_values = true)]
    rpc_url: Vec<String>,
    #[command(flatten)]
    wallet: WalletArgs,
}

pub(crate) async fn run(command: &RelayerCommand, context: &Context<'_>) -> Outcome {
    match command {
        RelayerCommand::Run(args) => serve(args, context).await,
    }
}

async fn serve(args: &RunArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let network = context.network().await?;
    let book = context.chains(network.as_ref(), &args.rpc_url).await?;
    let chains = if args.chain.is_empty() {
        book.connect_all().await?
    } else {
        try_join_all(args.chain.iter().map(|chain| book.resolve(chain))).await?
    };
    let signer = signer(args, context, network.as_ref(), &chains)?;
    let account = signer.address();
    let named = args.database.clone().or_else(|| context.loaded.config.relayer.database.clone());
    let of_devnet = network.as_ref().filter(|_| args.chain.is_empty());
    let database = match named {
        Some(path) => path,
        None => context.state_file("relayer.sqlite", "--database", of_devnet).await?,
    };
    let store = open(&database).await?;

    let mut config =
        RelayerConfig::new(chains.iter().map(|chain| relay_chain(chain, args)).collect(), signer, store);
    // For chains of no devnet nobody says who accepts whose messages, and their sequencers decide.
    config.dependency_set =
        network.as_ref().and_then(|network| dependencies::of_devnet(network, chains.iter().map(Chain::id)));
    let mut relayer = Relayer::spawn(config, &CancellationToken::new())
        .what("cannot start the relayer")
        .hint("one relayer works on a database at a time: stop the other one, or name another --database")?;
    let labels = chains.iter().map(Chain::label).collect::<Vec<_>>().join(", ");
    context.printer.note(&format!(
        "relaying between {labels} as {account}; record in {}; Ctrl-C stops",
        database.display()
    ));
    let mut events = relayer.events();
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => print(&event, context.printer),
                Err(RecvError::Lagged(missed)) => context.printer.warn(&format!("{missed} events were too many to print")),
                Err(RecvError::Closed) => break,
            },
            ended = relayer.wait() => return ended.what("the relayer stopped"),
            () = interrupt.caught() => break,
        }
    }
    relayer.shutdown().await.what("the relayer did not stop cleanly")
}

/// The account that pays. On a devnet it is the last of the funded ones and not the first, which commands send from: a
/// relayer's account is nobody else's, or their nonces collide.
fn signer(
    args: &RunArgs,
    context: &Context<'_>,
    network: Option<&Network>,
    chains: &[Chain],
) -> Outcome<PrivateKeySigner> {
    if let Some(signer) = args.wallet.signer()? {
        return Ok(signer);
    }
    match network {
        Some(network) if chains.iter().all(|chain| chain.known.on_devnet) => {
            if network.relayer.is_some() {
                return Err(Failure::usage("this devnet relays by itself")
                    .with_hint("start it without --autorelay, or name another account with --private-key"));
            }
            let account = MnemonicBuilder::<English>::default().phrase(MNEMONIC).index(RELAYER_ACCOUNT);
            account.and_then(|account| account.build()).what("cannot derive the relayer's account")
        }
        _ => context.signer(&args.wallet, network, &chains.iter().collect::<Vec<_>>()),
    }
}

async fn open(path: &Path) -> Outcome<Store> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).what(format!("cannot make the folder {}", folder.display()))?;
    }
    Store::open(path).await.what(format!("cannot open the database {}", path.display()))
}

fn relay_chain(chain: &Chain, args: &RunArgs) -> RelayChain {
    let start = args.from_block.or(chain.known.start_block).map_or(Start::Latest, Start::Block);
    RelayChain { start, ..RelayChain::new(chain.id(), chain.label(), chain.known.endpoint.clone()) }
}
