//! `causeway message send`.

use crate::{
    context::Context,
    delivery::{self, DeliveryArgs},
    failure::{Failure, Outcome, OutcomeExt},
    parse,
    wallet::WalletArgs,
};
use alloy::primitives::{Address, Bytes, U256};
use causeway_relayer::bridge::{BridgeError, send_message};
use clap::Args;
use serde_json::json;

/// The message.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway message send --from 901 --to 902 --target 0x420beeF000000000000000000000000000000001 \\
    --data $(cast calldata \"mint(address,uint256)\" 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 5)")]
pub(crate) struct SendArgs {
    /// Chain to send from: id, name or URL
    #[arg(long, value_name = "CHAIN")]
    from: String,
    /// Chain to send to: id, name or URL
    #[arg(long, value_name = "CHAIN")]
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
    let network = context.network().await?;
    let book = context.chains(network.as_ref(), &[]).await?;
    let (from, to) = (book.resolve(&args.from).await?, book.resolve(&args.to).await?);
    let signer = context.signer(&args.wallet, network.as_ref(), &[&from, &to])?;
    let sender = signer.address();
    let source = from.client.clone().with_signer(signer);

    let spinner = context.printer.spinner(format!("sending from {} to {}", from.label(), to.label()));
    let patience = args.delivery.timeout;
    let sent = send_message(&source, args.target, args.data.clone(), U256::from(to.id()), patience).await;
    drop(spinner);
    let sent = sent
        .map_err(|error| match error {
            BridgeError::SameChain { .. } => {
                Failure::usage(error).with_hint("name two different chains with --from and --to")
            }
            BridgeError::Unfunded { .. } => {
                Failure::from(error).with_hint(format!("{sender} needs ETH for gas on {}", from.label()))
            }
            other => Failure::from(other),
        })
        .what("cannot send the message")?;
    context.printer.ok(&format!("sent from {} in block {}", from.label(), sent.identifier.block_number));
    let subject = json!({ "sender": sender, "target": args.target, "message": args.data });
    delivery::finish(context, &args.delivery, &from, &to, &sent, subject).await
}
