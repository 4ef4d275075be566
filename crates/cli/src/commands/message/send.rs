//! `causeway message send`.

use crate::{
    candidates,
    context::Context,
    delivery::{self, DeliveryArgs},
    failure::{Failure, Outcome},
    interrupt::Interrupt,
    json::Checksummed,
    parse,
    route::{Destination, Route},
    wallet::WalletArgs,
};
use alloy::{
    primitives::{Address, Bytes},
    providers::Provider,
};
use causeway_relayer::{
    ChainClient, Shipment,
    bridge::{self, BridgeError, Prepared},
};
use clap::Args;
use serde_json::json;

/// The message.
#[derive(Debug, Args)]
#[command(
    override_usage = "causeway message send [OPTIONS]
         --from <CHAIN> --to <CHAIN> --target <ADDRESS>",
    after_help = "Example:
  causeway message send --from 901 --to 902 \\
    --target 0x420beeF000000000000000000000000000000001 \\
    --data $(cast calldata \"mint(address,uint256)\" \\
      0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 5)"
)]
pub(crate) struct SendArgs {
    /// Chain to send from: id, name or URL
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    from: String,
    /// Chain to send to: id, name or URL
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    to: String,
    /// Contract that is called there
    #[arg(long, value_name = "ADDRESS", value_parser = parse::address)]
    target: Address,
    /// Calldata for it
    #[arg(long, value_name = "HEX", value_parser = parse::bytes, default_value = "0x")]
    data: Bytes,
    #[command(flatten)]
    delivery: DeliveryArgs,
    #[command(flatten)]
    wallet: WalletArgs,
}

pub(super) async fn run(args: &SendArgs, context: &Context<'_>) -> Outcome {
    let named = args.wallet.signer(context.printer.hidden())?;
    // Not before: a password is asked for, and Ctrl-C must end that.
    let mut interrupt = Interrupt::listen()?;
    let route = Route::find(&args.from, &args.to, args.delivery.care(), context);
    let route = interrupt.before_sending(route).await?;
    let signer = named.map_or_else(|| context.funded(route.network.as_ref(), &route.chains()), Ok)?;
    let sender = signer.address();
    let source = route.from.client.clone().with_signer(signer);

    let prepared = interrupt.before_sending(prepare(args, &source, &route, context)).await?;
    let subject = json!({
        "sender": Checksummed(sender),
        "target": Checksummed(args.target),
        "message": args.data,
    });
    delivery::carry_out(context, &mut interrupt, &args.delivery, &route, &prepared, "a message", subject)
        .await
}

/// Everything up to the signature: the look at both ends, the transaction.
async fn prepare(
    args: &SendArgs,
    source: &ChainClient,
    route: &Route,
    context: &Context<'_>,
) -> Outcome<Prepared> {
    let shipment = Shipment::Message { target: args.target, message: args.data.clone() };
    let fail = |error| explain(error, route).context("cannot send the message");
    let delivery = &args.delivery;
    let check = async { bridge::check(source, &shipment, route.to.id()).await.map_err(fail) };
    route.ask_source(delivery.care(), check).await?;
    route.look(source, &shipment, delivery.care(), context).await?;
    if let Destination::Reached(to) = &route.to
        && !args.data.is_empty()
    {
        let code = to.client.provider().get_code_at(args.target).await;
        if code.is_ok_and(|code| code.is_empty()) {
            context.printer.warn(&format!(
                "there is no contract at {} on {}: the calldata will have no effect",
                args.target,
                to.label()
            ));
        }
    }
    let prepared = async { bridge::prepare(source, &shipment, route.to.id()).await.map_err(fail) };
    route.ask_source(delivery.care(), prepared).await
}

fn explain(error: BridgeError, route: &Route) -> Failure {
    match error {
        BridgeError::SameChain { .. } => {
            Failure::from(error).with_hint("name two different chains with --from and --to")
        }
        BridgeError::Unfunded { account, .. } => {
            Failure::from(error).with_hint(format!("{account} needs ETH for gas on {}", route.from.label()))
        }
        other => Failure::from(other),
    }
}
