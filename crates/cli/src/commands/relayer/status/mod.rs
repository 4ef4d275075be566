//! `causeway relayer status`.

mod gather;
mod spend;
mod view;
mod work;

use super::{
    limits,
    nodes::Nodes,
    place::{DatabaseArgs, Place},
};
use crate::{context::Context, failure::Outcome};
use clap::Args;

/// How it stands.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway relayer status

Reads the database, while the relayer runs and when it does not, and asks the
nodes for their heads and the balances; what cannot be asked is said to be
unknown.")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// One more chain to look at, by URL, or by @FILE that holds it (repeatable)
    #[arg(long, value_name = "URL")]
    rpc_url: Vec<String>,
}

pub(super) async fn run(args: &StatusArgs, context: &Context<'_>) -> Outcome {
    let network = context.network().await?;
    let place = Place::open(&args.database, network.as_ref(), context).await?;
    let spinner = context.printer.spinner("asking the nodes");
    let nodes = Nodes::reach(network.as_ref(), &args.rpc_url, context).await?;
    let window = limits::policy(context, network.as_ref()).expiry_window;
    let report = gather::gather(&place, &nodes, window).await?;
    drop(spinner);
    place.store.close().await;
    context.printer.report(&view::text(&report, &place, &nodes), &view::data(&report, &place, &nodes));
    Ok(())
}
