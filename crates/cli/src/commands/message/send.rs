//! `causeway message send`.

use crate::{
    account::Account,
    candidates,
    context::Context,
    delivery::{self, DeliveryArgs},
    ends::{Ends, Naming},
    failure::{Failure, Outcome},
    interoperable,
    interrupt::Interrupt,
    json::Checksummed,
    parse,
    route::{Destination, Route},
    wallet::WalletArgs,
};
use alloy::{
    primitives::{Bytes, U256},
    providers::Provider,
};
use causeway_client::{
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
  causeway message send --from 901 \\
    --target 0x420beeF000000000000000000000000000000001@eip155:902 \\
    --data $(cast calldata \"mint(address,uint256)\" \\
      0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 5)"
)]
pub(crate) struct SendArgs {
    /// Chain to send from: id, name or URL
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    from: String,
    /// Chain to send to: id, name or URL [default: that of --target]
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    to: Option<String>,
    /// Contract that is called there, with the chain (0x…@eip155:902, 0x…@NAME) or without
    #[arg(long, value_name = "ADDRESS", value_parser = Account::parse)]
    target: Account,
    /// Calldata for it
    #[arg(long, value_name = "HEX", value_parser = parse::bytes, default_value = "0x")]
    data: Bytes,
    #[command(flatten)]
    delivery: DeliveryArgs,
    #[command(flatten)]
    wallet: WalletArgs,
}

pub(super) async fn run(args: &SendArgs, context: &Context<'_>) -> Outcome {
    let from = Naming { flag: "--from", chain: Some(&args.from), account: None };
    let to = Naming { flag: "--to", chain: args.to.as_deref(), account: Some(("--target", &args.target)) };
    let ends = Ends::read(from, to, context).await?;
    let named = args.wallet.signer(context.printer.hidden())?;
    // Not before: a password is asked for, and Ctrl-C must end that.
    let mut interrupt = Interrupt::listen()?;
    let route = Route::find(ends, args.delivery.care());
    let route = interrupt.before_sending(route).await?;
    let signer = named.map_or_else(|| context.funded(route.network.as_ref(), &route.chains()), Ok)?;
    let sender = signer.address();
    let source = route.from.client.clone().with_signer(signer);

    let prepared = interrupt.before_sending(prepare(args, &source, &route, context)).await?;
    let target = args.target.address;
    let subject = json!({
        "sender": Checksummed(sender),
        "senderInteroperable": interoperable::text(U256::from(route.from.id()), sender),
        "target": Checksummed(target),
        "targetInteroperable": interoperable::text(route.to.id(), target),
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
    let target = args.target.address;
    let shipment = Shipment::Message { target, message: args.data.clone() };
    let fail = |error| explain(error, route).context("cannot send the message");
    let delivery = &args.delivery;
    let check = async { bridge::check(source, &shipment, route.to.id()).await.map_err(fail) };
    route.ask_source(delivery.care(), check).await?;
    route.look(source, &shipment, delivery.care(), context).await?;
    if let Destination::Reached(to) = &route.to
        && !args.data.is_empty()
    {
        let code = to.client.provider().get_code_at(target).await;
        if code.is_ok_and(|code| code.is_empty()) {
            context.printer.warn(&format!(
                "there is no contract at {target} on {}: the calldata will have no effect",
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
