//! The transfers: tokens across, ETH across, tokens back, each delivered by the relayer.

use super::{
    report::{Report, Transfer},
    stage::{PATIENCE, Side, Stage, units},
};
use crate::{
    context::Context,
    failure::{Failure, Outcome, OutcomeExt},
};
use alloy::{
    primitives::{B256, U256},
    providers::Provider,
    rpc::types::Filter,
};
use causeway_bindings::DEVNET_TOKEN;
use causeway_client::{
    ChainClient, Shipment,
    bridge::prepare,
    delivery::{SentReceipt, wait_delivered},
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage};

/// Tokens sent across, tokens sent back, and ETH sent across, in whole units.
pub(super) const TOKENS_ACROSS: u64 = 100;
pub(super) const TOKENS_BACK: u64 = 40;
pub(super) const ETHER_ACROSS: u64 = 1;

/// What the proofs need to know of the transfers.
#[derive(Debug)]
pub(super) struct Story {
    /// The first transfer's message.
    pub(super) first: SentReceipt,
    /// The transaction that the account paid for on the second chain.
    pub(super) paid_on_b: B256,
}

pub(super) async fn run(stage: &Stage, context: &Context<'_>, report: &mut Report) -> Outcome<Story> {
    let (a, b) = (&stage.a, &stage.b);
    let tokens = |from: &'static str| format!("{from} MOCK");
    let to_b = U256::from(b.id);
    let token =
        |amount| Shipment::Erc20 { token: DEVNET_TOKEN, recipient: stage.user, amount: units(amount) };
    let across = send(&a.user, token(TOKENS_ACROSS), to_b);
    let first = deliver(across, tokens("100"), a, b, context, report).await?;

    // The account has nothing on the second chain yet; this ETH pays for its transaction there.
    let ether = Shipment::Ether { recipient: stage.user, amount: units(ETHER_ACROSS) };
    let across = send(&a.user, ether, to_b);
    deliver(across, "1 ETH".to_owned(), a, b, context, report).await?;

    let back = send(&b.user, token(TOKENS_BACK), U256::from(a.id));
    let back = deliver(back, tokens("40"), b, a, context, report).await?;
    Ok(Story { first, paid_on_b: back.tx_hash })
}

async fn send(source: &ChainClient, shipment: Shipment, destination: U256) -> Outcome<SentReceipt> {
    Ok(prepare(source, &shipment, destination).await?.send(PATIENCE).await?)
}

async fn deliver(
    send: impl Future<Output = Outcome<SentReceipt>>,
    what: String,
    from: &Side,
    to: &Side,
    context: &Context<'_>,
    report: &mut Report,
) -> Outcome<SentReceipt> {
    let spinner = context.printer.spinner(format!("{what} from {} to {}", from.id, to.id));
    let sent = send.await.what(format!("cannot send {what}"))?;
    wait_delivered(&to.user, sent.message_hash, PATIENCE)
        .await
        .what(format!("{what} did not arrive on {}", to.id))?;
    drop(spinner);
    let (relay_transaction, relay_block) = delivery(to, sent.message_hash).await?;
    let (relay_seconds, relay_blocks) = distance(to, sent.identifier.timestamp, relay_block).await?;
    let transfer = Transfer {
        what,
        source: from.id.into(),
        destination: to.id.into(),
        message_hash: sent.message_hash,
        sent_transaction: sent.tx_hash,
        sent_block: sent.identifier.block_number,
        relay_transaction,
        relay_block,
        relay_seconds,
        relay_blocks,
    };
    report.transfer(context, transfer);
    Ok(sent)
}

/// The log that delivered a message. More than one would be a broken promise.
async fn delivery(side: &Side, message_hash: B256) -> Outcome<(B256, u64)> {
    let filter = Filter::new()
        .address(L2_TO_L2_CROSS_DOMAIN_MESSENGER)
        .event_signature(RelayedMessage::TOPIC)
        .topic3(message_hash)
        .from_block(0);
    let logs = side.user.provider().get_logs(&filter).await.what("cannot read deliveries")?;
    match logs.as_slice() {
        [log] => Ok((log.transaction_hash.unwrap_or_default(), log.block_number.unwrap_or_default())),
        _ => Err(Failure::failed(format!(
            "message {message_hash} has {} deliveries instead of one",
            logs.len()
        ))),
    }
}

/// Seconds and destination blocks between a source block's timestamp and the destination block `number`.
async fn distance(side: &Side, since: u64, number: u64) -> Outcome<(u64, u64)> {
    let mut seconds = 0;
    for behind in 0..=number {
        let block = side.user.provider().get_block_by_number((number - behind).into()).await;
        let block = block.what("cannot read a block")?.ok_or_else(|| Failure::failed("a block is gone"))?;
        if behind == 0 {
            seconds = block.header.timestamp.saturating_sub(since);
        }
        if block.header.timestamp <= since {
            return Ok((seconds, behind));
        }
    }
    Ok((seconds, number + 1))
}
