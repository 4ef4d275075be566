//! Nodes that are away, and nodes that know less than they should.

use alloy::{
    primitives::{Address, Bytes, U256},
    providers::{DynProvider, Provider, ProviderBuilder},
};
use causeway_chain::{ConnectOptions, connect, test_utils::Lag};
use causeway_client::{
    InteropError, InteropExt, MessageEvent, MessageFilter, State, preflight::PreflightError, status::Waiting,
};
use futures::StreamExt;
use tokio::time::timeout;

use crate::support::{Anvil, COUNTER, Gate, Mining, Mode, PATIENCE, send_message, signer};

/// Two chains, a gate before the second of which there is a signing provider through it.
async fn gated() -> (Anvil, Anvil, Gate) {
    let (a, b) =
        tokio::join!(Anvil::start(901, Mining::PerTransaction), Anvil::start(902, Mining::PerTransaction));
    let gate = Gate::before(b.port).await;
    (a, b, gate)
}

/// A provider that asks once.
fn through(gate: &Gate) -> DynProvider {
    let options = ConnectOptions { read_retries: 0, ..ConnectOptions::default() };
    connect(&gate.endpoint(), &options).unwrap()
}

fn wallet(provider: DynProvider) -> impl Provider + Clone + 'static {
    ProviderBuilder::new().wallet(signer()).connect_provider(provider)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_answer_consents_to_nothing() {
    let (a, _b, gate) = gated().await;
    let source = wallet(a.provider.clone());
    let interop = source.interop().with_chain(wallet(through(&gate))).assume_accepted();
    gate.set(Mode::Down);
    let error = interop.send_eth(902, Address::repeat_byte(1), U256::from(1)).await.unwrap_err();
    let is_silent =
        matches!(error, InteropError::WouldNotArrive(PreflightError::Unanswered { chain_id: 902, .. }));
    assert!(is_silent, "{error}");
    assert_eq!(a.nonce(signer().address()).await, 0, "nothing was sent");
    // A message moves no value, and need not look there.
    let pending = interop.send_message(902, COUNTER, Bytes::new()).await.unwrap();
    assert!(pending.get_receipt().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_decides_nothing_and_is_waited_for() {
    let (a, b, gate) = gated().await;
    let sent = send_message(&a, 902, COUNTER, b"x").await;
    let destination = wallet(b.provider.clone());
    // The destination is away.
    let interop = a.provider.interop().with_chain(through(&gate));
    gate.set(Mode::Down);
    let status = interop.status(&sent).await.unwrap();
    let State::Pending { waiting: waiting @ Waiting::Destination { .. } } = status.state else {
        panic!("{status:?}")
    };
    assert_eq!(waiting.code(), "destination-unreachable");
    let delivering = tokio::spawn({
        let (interop, sent) = (interop.clone(), sent.clone());
        async move { interop.wait_delivered(&sent, PATIENCE).await }
    });
    let relayed = destination.interop().relay(&sent).await.unwrap().get_receipt().await.unwrap();
    gate.set(Mode::Pass);
    let delivered = delivering.await.unwrap().unwrap();
    assert_eq!(delivered.tx_hash, relayed.transaction_hash);

    // The source is.
    let gate = Gate::before(a.port).await;
    gate.set(Mode::Down);
    let late = send_message(&a, 902, COUNTER, b"y").await;
    let interop = destination.interop().with_chain(through(&gate));
    let status = interop.status(&late).await.unwrap();
    let State::Pending { waiting: waiting @ Waiting::Source { .. } } = &status.state else {
        panic!("{status:?}")
    };
    assert_eq!((waiting.code(), status.safety), ("source-behind", None));
    // What was delivered, the destination says alone.
    let state = interop.status(&sent).await.unwrap().state;
    assert!(matches!(state, State::Delivered { delivery: Some(_) }), "{state:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_early_is_told_from_what_is_refused() {
    let (a, _b, gate) = gated().await;
    let sent = send_message(&a, 902, COUNTER, b"x").await;
    let destination = wallet(through(&gate));
    for (code, is_early) in [(-321401, true), (-320600, false)] {
        let method = "eth_sendRawTransaction";
        gate.set(Mode::Refuse { method, times: 1, code, message: "words" });
        let error = destination.interop().relay(&sent).await.unwrap_err();
        assert_eq!((error.is_early(), error.is_harmless()), (is_early, true), "{error}");
    }
    // An answer that says nothing leaves it open whether it was sent.
    gate.set(Mode::Refuse {
        method: "eth_sendRawTransaction",
        times: 1,
        code: -32603,
        message: "internal error",
    });
    let error = destination.interop().relay(&sent).await.unwrap_err();
    assert!(matches!(error, InteropError::Unsure(_)) && !error.is_harmless(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_is_missing_takes_no_message_away() {
    let (a, b, _gate) = gated().await;
    let sent = send_message(&a, 902, COUNTER, b"x").await;
    let gate = Gate::before(a.port).await;
    gate.set(Mode::Null("eth_getTransactionReceipt"));
    let interop = b.provider.interop().with_chain(through(&gate)).assume_accepted();
    let state = interop.status(&sent).await.unwrap().state;
    assert!(!matches!(state, State::Reorged | State::Pending { .. }), "{state:?}");
    // Nor does a block that is not there yet.
    gate.set(Mode::Null("eth_getBlockByNumber"));
    let state = interop.status(&sent).await.unwrap().state;
    assert!(!matches!(state, State::Reorged), "{state:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_lags_hides_no_message() {
    let a = Anvil::start(901, Mining::PerTransaction).await;
    let gate = Gate::before(a.port).await;
    let filter = MessageFilter { from_block: Some(0), ..MessageFilter::default() };
    for lag in [Lag::Nothing, Lag::Half] {
        gate.lag(lag, 1_000);
        let sent = send_message(&a, 902, COUNTER, b"x").await;
        let provider = through(&gate);
        let mut messages =
            Box::pin(provider.interop().messages(filter.clone()).filter_map(async |event| event.ok()));
        let seen = async {
            loop {
                if let Some(MessageEvent::Sent(seen)) = messages.next().await
                    && seen == sent
                {
                    return;
                }
            }
        };
        timeout(PATIENCE, seen).await.unwrap();
    }
    // A node without receipts of blocks has nothing but its index, and that is right now.
    let gate = Gate::before(a.port).await;
    gate.without_receipts();
    let provider = through(&gate);
    let mut messages = Box::pin(provider.interop().messages(filter).filter_map(async |event| event.ok()));
    assert!(matches!(timeout(PATIENCE, messages.next()).await.unwrap(), Some(MessageEvent::Sent(_))));
}
