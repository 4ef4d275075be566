//! Nodes that answer one question and not the next.

use std::time::Duration;

use alloy::{
    primitives::{Bytes, U256},
    providers::{Provider, ProviderBuilder},
};
use causeway_client::{InteropError, InteropExt, MessageEvent, MessageFilter};
use futures::StreamExt;
use tokio::time::timeout;

use crate::support::{Anvil, COUNTER, Gate, Mining, Mode, PATIENCE, send_message, signer};

async fn pair() -> (Anvil, Anvil) {
    tokio::join!(Anvil::start(901, Mining::PerTransaction), Anvil::start(902, Mining::PerTransaction))
}

/// Asks once.
fn through(gate: &Gate) -> impl Provider + Clone + 'static {
    let url = gate.endpoint().to_string().parse().unwrap();
    ProviderBuilder::new().wallet(signer()).connect_http(url)
}

fn refuses(method: &'static str, times: usize) -> Mode {
    Mode::Refuse { method, times, code: -32000, message: "no healthy backends" }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_a_block_is_never_called_unsent() {
    const BLOCK: &str = "eth_getBlockByHash";
    let a = Anvil::start(901, Mining::PerTransaction).await;
    let gate = Gate::before(a.port).await;
    let source = through(&gate);
    let send = async |data: &'static [u8]| {
        gate.set(Mode::Pass);
        source.interop().send_message(902, COUNTER, Bytes::from_static(data)).await.unwrap()
    };
    // The block of the receipt cannot be read for a moment.
    let pending = send(b"x").await;
    let tx_hash = pending.tx_hash();
    gate.set(refuses(BLOCK, 2));
    assert_eq!(pending.get_receipt().await.unwrap().message.tx_hash, tx_hash);
    // Nor later on: that it was sent, and by which transaction, is known all the same.
    let pending = send(b"y").await;
    let tx_hash = pending.tx_hash();
    gate.set(Mode::Null(BLOCK));
    let error = pending.get_receipt().await.unwrap_err();
    assert!(matches!(&error, InteropError::Unread { tx_hash: named, .. } if *named == tx_hash), "{error}");
    assert!(!error.is_harmless());
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_outlasts_an_outage_while_the_message_is_looked_for() {
    let (a, b) = pair().await;
    let sent = send_message(&a, 902, COUNTER, b"x").await;
    let relayed = {
        let there = ProviderBuilder::new().wallet(signer()).connect_provider(b.provider.clone());
        there.interop().relay(&sent).await.unwrap().get_receipt().await.unwrap()
    };
    for method in ["eth_getTransactionReceipt", "eth_getBlockByHash", "eth_chainId"] {
        let gate = Gate::before(a.port).await;
        let interop = through(&gate).interop().with_chain(b.provider.clone());
        gate.set(refuses(method, 1));
        let delivered = interop.wait_delivered(sent.tx_hash, PATIENCE).await;
        assert_eq!(delivered.unwrap().tx_hash, relayed.transaction_hash, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_in_time_whoever_does_not_answer() {
    let (a, b) = pair().await;
    let sent = send_message(&a, 902, COUNTER, b"x").await;
    let gate = Gate::before(a.port).await;
    gate.set(Mode::HoldRequest("eth_getTransactionReceipt"));
    let interop = through(&gate).interop().with_chain(b.provider.clone());
    let waiting = interop.wait_delivered(sent.tx_hash, Duration::from_secs(1));
    let error = timeout(Duration::from_secs(10), waiting).await.expect("it ends in time").unwrap_err();
    assert!(matches!(error, InteropError::NotInTime { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_amid_old_blocks_tells_nothing_twice() {
    let a = Anvil::start(901, Mining::PerTransaction).await;
    let mut sent = Vec::new();
    for data in [b"1", b"2", b"3"] {
        sent.push(send_message(&a, 902, COUNTER, data).await);
    }
    let _: () = a.provider.raw_request("anvil_mine".into(), (U256::from(100),)).await.unwrap();
    let gate = Gate::before(a.port).await;
    let provider = through(&gate);
    let filter = MessageFilter { from_block: Some(0), ..MessageFilter::default() };
    let mut messages = Box::pin(provider.interop().messages(filter));
    // The outage begins after the first block was asked for; how much is told before it depends on who is faster.
    let closing = async {
        gate.requests("eth_getBlockByNumber", 1).await;
        gate.set(refuses("eth_getBlockByNumber", usize::MAX));
        std::future::pending::<()>().await;
    };
    let mut told = Vec::new();
    let until_the_outage = async {
        while let Some(Ok(event)) = messages.next().await {
            told.push(event);
        }
    };
    tokio::select! { () = closing => unreachable!(), () = until_the_outage => {} }
    gate.set(Mode::Pass);
    let left = sent.len().saturating_sub(told.len());
    let rest = messages.filter_map(async |event| event.ok()).take(left).collect::<Vec<_>>();
    told.extend(timeout(PATIENCE, rest).await.unwrap());
    assert_eq!(told, sent.into_iter().map(MessageEvent::Sent).collect::<Vec<_>>());
}
