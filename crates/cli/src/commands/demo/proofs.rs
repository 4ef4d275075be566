//! The claims of the demo, checked against the state of the chains.

use super::{
    report::Report,
    stage::{Holdings, PATIENCE, Side, Stage, units},
    transfers::{ETHER_ACROSS, Story, TOKENS_ACROSS, TOKENS_BACK},
};
use crate::{
    context::Context,
    failure::{Outcome, OutcomeExt},
};
use alloy::{
    network::TransactionBuilder,
    primitives::{B256, Bytes, U256},
    providers::Provider,
    sol_types::SolCall,
    transports::{RpcError, TransportErrorKind},
};
use causeway_bindings::SuperchainTokenBridge;
use causeway_client::delivery::{RelayError, prepare_relay, relay_request, wait_receipt};
use causeway_interop::{Identifier, RpcCode};

/// Gas for a relay that is sent without being tried out first.
const GAS: u64 = 1_000_000;

pub(super) async fn run(
    stage: &Stage,
    before: &[Holdings; 2],
    story: &Story,
    context: &Context<'_>,
    report: &mut Report,
) -> Outcome {
    let after = stage.holdings().await?;
    tokens(stage, before, &after, context, report);
    ether(stage, before, &after, story, context, report).await?;
    second_delivery(stage, &after[1], story, context, report).await?;
    forged(stage, story, context, report).await?;
    never_sent(stage, story, context, report).await
}

fn tokens(
    stage: &Stage,
    before: &[Holdings; 2],
    after: &[Holdings; 2],
    context: &Context<'_>,
    report: &mut Report,
) {
    let sum = |holdings: &[Holdings; 2]| holdings[0].supply + holdings[1].supply;
    let minted = units(1000);
    let there = units(TOKENS_ACROSS - TOKENS_BACK);
    let held = sum(after) == sum(before) + minted
        && after[0].supply == before[0].supply + minted - there
        && after[0].tokens == minted - there
        && after[1].tokens == there;
    let show = |amount| stage.token.show(amount);
    let evidence = format!(
        "{} on {} and {} on {}, {} in all",
        show(after[0].supply),
        stage.a.id,
        show(after[1].supply),
        stage.b.id,
        show(sum(after))
    );
    report.check(context, "the token's supply is conserved", held, evidence);
}

async fn ether(
    stage: &Stage,
    before: &[Holdings; 2],
    after: &[Holdings; 2],
    story: &Story,
    context: &Context<'_>,
    report: &mut Report,
) -> Outcome {
    let amount = units(ETHER_ACROSS);
    let receipt = stage.b.receipt(story.paid_on_b).await?;
    let gas = U256::from(receipt.gas_used) * U256::from(receipt.effective_gas_price);
    let held = after[0].liquidity == before[0].liquidity + amount
        && after[1].liquidity + amount == before[1].liquidity
        && after[1].ether + gas == amount;
    let evidence =
        format!("the liquidity of {} rose by 1 ETH, that of {} fell by it", stage.a.id, stage.b.id);
    report.check(context, "ETH is conserved", held, evidence);
    Ok(())
}

/// The same message once more: in a transaction that is paid for, so that the contract itself must refuse it.
async fn second_delivery(
    stage: &Stage,
    before: &Holdings,
    story: &Story,
    context: &Context<'_>,
    report: &mut Report,
) -> Outcome {
    let (side, sent) = (&stage.b, &story.first);
    let tried = prepare_relay(&side.funded, &sent.identifier, &sent.payload).await;
    let hash = submit(side, &sent.identifier, &sent.payload).await.what("cannot send the second delivery")?;
    let receipt =
        wait_receipt(&side.funded, hash, PATIENCE).await.what("the second delivery got no receipt")?;
    let after = side.holdings(stage.user).await?;
    let held = matches!(tried, Err(RelayError::AlreadyRelayed)) && !receipt.status() && after == *before;
    let evidence = match tried {
        Err(error) => {
            format!("{error}; the transaction reverted in block {}", receipt.block_number.unwrap_or_default())
        }
        Ok(_) => "it was not refused when it was tried out".to_owned(),
    };
    report.check(context, "a second delivery is refused", held, evidence);
    Ok(())
}

/// The right shape and place, and a payload that mints a thousand times as much.
async fn forged(stage: &Stage, story: &Story, context: &Context<'_>, report: &mut Report) -> Outcome {
    let mut message = story.first.message.clone();
    let mut call =
        SuperchainTokenBridge::relayERC20Call::abi_decode(&message.message).what("unexpected message")?;
    call._amount *= U256::from(1000);
    message.message = call.abi_encode().into();
    let payload = Bytes::from(message.encode_payload());
    refused(stage, "a forged message is refused", &story.first.identifier, &payload, context, report).await
}

/// A message that no log of any chain holds.
async fn never_sent(stage: &Stage, story: &Story, context: &Context<'_>, report: &mut Report) -> Outcome {
    let identifier =
        Identifier { log_index: story.first.identifier.log_index + 1000, ..story.first.identifier };
    let claim = "a message that was never sent is refused";
    refused(stage, claim, &identifier, &story.first.payload, context, report).await
}

/// Sends what the gateway must refuse: by the protocol's own error, before the node has seen it.
async fn refused(
    stage: &Stage,
    claim: &str,
    identifier: &Identifier,
    payload: &Bytes,
    context: &Context<'_>,
    report: &mut Report,
) -> Outcome {
    let side = &stage.b;
    let before = (nonce(side).await?, side.holdings(stage.user).await?);
    let answer = submit(side, identifier, payload).await;
    let after = (nonce(side).await?, side.holdings(stage.user).await?);
    let (refused, evidence) = match answer {
        Ok(hash) => (false, format!("transaction {hash} was accepted")),
        Err(RpcError::ErrorResp(error)) => {
            let code = i32::try_from(error.code).ok().and_then(RpcCode::from_value);
            (code.is_some() && error.code != -32602, error.message.to_string())
        }
        Err(error) => (false, error.to_string()),
    };
    report.check(context, claim, refused && before == after, evidence);
    Ok(())
}

/// Counts what the node has taken from the account, whether or not it is in a block.
async fn nonce(side: &Side) -> Outcome<u64> {
    let account = side.funded.account().unwrap_or_default();
    side.funded
        .provider()
        .get_transaction_count(account)
        .pending()
        .await
        .what("cannot read the account's nonce")
}

/// Sends a relay without trying it out first.
async fn submit(
    side: &Side,
    identifier: &Identifier,
    payload: &Bytes,
) -> Result<B256, RpcError<TransportErrorKind>> {
    let provider = side.funded.provider();
    let fees = provider.estimate_eip1559_fees().await?;
    let request = relay_request(identifier, payload)
        .with_gas_limit(GAS)
        .with_max_fee_per_gas(fees.max_fee_per_gas)
        .with_max_priority_fee_per_gas(fees.max_priority_fee_per_gas);
    Ok(*provider.send_transaction(request).await?.tx_hash())
}
