//! The transactions, tried out.

use super::{UpgradeArgs, report};
use crate::{
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    interrupt::Interrupt,
};
use causeway_deploy::upgrade::{End, Heading, Plan, Rehearsal, RehearseError, RehearseOptions, rehearse};
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) async fn run(
    args: &UpgradeArgs,
    chain: &str,
    plan: &Plan,
    heading: &Heading,
    context: &Context<'_>,
) -> Outcome<Rehearsal> {
    let mut interrupt = Interrupt::listen()?;
    let network = context.network().await?;
    let book = context.chains(network.as_ref(), &[]).await?;
    let chain = book.resolve(chain).await?;
    let chain_id = u64::try_from(args.chain_id)
        .map_err(|_| Failure::usage("no development node serves a chain whose id has more than 64 bits"))?;
    let options = RehearseOptions { chain_id, keep: args.keep };

    let stop = AtomicBool::new(false);
    let spinner =
        context.printer.spinner(format!("running {} transactions on {}", plan.steps.len(), chain.label()));
    let mut work = std::pin::pin!(rehearse(chain.client.provider(), plan, options, &stop));
    let rehearsed = tokio::select! {
        rehearsed = &mut work => rehearsed,
        () = interrupt.caught() => {
            stop.store(true, Ordering::Relaxed);
            // The node is put back first.
            work.await
        }
    };
    drop(spinner);
    let rehearsal = rehearsed.map_err(failure)?;
    if rehearsal.succeeded() {
        return Ok(rehearsal);
    }
    context.printer.note(&report::steps(plan, Some(&rehearsal)));
    let mut failed =
        plan.steps.iter().zip(&rehearsal.steps).filter(|(_, done)| matches!(done.end, End::Failed { .. }));
    let is_l1_block = failed.any(|(step, _)| step.contract.as_deref() == Some("L1Block"));
    let remedy = if is_l1_block {
        "L1Block is the chain's own: fork the live chain, or put a stand-in there (docs/deploy.md, \"Try it out\")"
    } else {
        "what failed is marked above"
    };
    let node = if args.keep { "is left as it is now" } else { "is as it was" };
    let data = report::data(plan, heading, Some((&rehearsal, args.keep)), None);
    Err(Failure::failed("the upgrade would fail on this chain")
        .with_code(ErrorCode::UpgradeFails)
        .with_hint(format!("{remedy}; no file was written, and the node {node}"))
        .with_details(data))
}

fn failure(error: RehearseError) -> Failure {
    match &error {
        RehearseError::NotADevelopmentNode { .. } => Failure::usage(error)
            .with_code(ErrorCode::NotADevelopmentNode)
            .with_hint("run a fork of the chain: anvil --network optimism --fork-url URL, and name that"),
        RehearseError::WrongChain { served, .. } => {
            let hint = format!("is it the right node? --chain-id {served} makes the file for its chain");
            Failure::usage(error).with_code(ErrorCode::WrongChain).with_hint(hint)
        }
        RehearseError::NoDeposits { .. } => Failure::failed(error)
            .with_code(ErrorCode::TransactionRefused)
            .with_hint("start anvil with --network optimism, and name its own port: the gateway of a devnet takes none"),
        RehearseError::Busy { .. } => Failure::failed(error)
            .with_code(ErrorCode::TransactionRefused)
            .with_hint("they would be lost when it is put back: mine them, or use a node of its own"),
        RehearseError::Stopped => Failure::failed(error).with_code(ErrorCode::Interrupted),
        RehearseError::Node { .. } => Failure::failed(error)
            .with_code(ErrorCode::ChainUnreachable)
            .with_hint("is it an anvil, and not the gateway in front of one?"),
        RehearseError::NotPutBack { .. } => Failure::failed(error)
            .with_code(ErrorCode::ChainUnreachable)
            .with_hint("start the node again before you use it"),
    }
}
