//! Messages that expired before they were delivered are sent again.

mod foreign;
mod gas;
mod turns;

use std::sync::Arc;

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, U256, address},
    providers::Provider,
    signers::local::PrivateKeySigner,
};
use causeway_client::delivery::{SentReceipt, relay_request};
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use causeway_relayer::{
    Relayer, RelayerConfig, RelayerError, RelayerEvent, Resend, Routes, TopUp,
    errand::{ResendLimits, TopUpLimits},
};
use causeway_store::ErrandKind;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::{Anvil, Listener, Mode, Net, PATIENCE, USER, relayer_signer, send_each, start};

const SEND: &str = "eth_sendRawTransaction";
const A: u64 = 901;
/// How long messages can be executed, in seconds.
const WINDOW: u64 = 600;
/// A contract that reverts.
const REVERT: &str = "0x5f5ffd";
/// Answers every call by "2.0.0".
const SECOND_LINE: &str = "0x6020600052600560205264322e302e3060d81b60405260606000f3";
const GRUMPY: Address = address!("000000000000000000000000000000000000dead");
const DENIED: Address = address!("000000000000000000000000000000000000d00d");

/// Waits until it is told that a message has expired.
async fn expired(events: &mut Listener, message: B256) {
    events
        .until(|event| {
            matches!(event, RelayerEvent::Expired { message_hash, .. } if *message_hash == message)
                .then_some(())
        })
        .await;
}

/// Waits until nothing more is sent again for the day; returns the gas that was used, and the cap.
async fn told_capped(events: &mut Listener) -> (u64, u64) {
    events
        .until(|event| match event {
            RelayerEvent::ResendCapped { chain_id: A, gas, cap } => Some((*gas, *cap)),
            _ => None,
        })
        .await
}

/// Two chains, a relayer that sends again by an account of its own what expired.
struct Late {
    net: Net,
    resender: PrivateKeySigner,
}

impl Late {
    async fn new(net: Net) -> Self {
        let resender = PrivateKeySigner::random();
        let ether = json!([resender.address(), "0xde0b6b3a7640000"]);
        net.a.call("anvil_setBalance", ether).await;
        net.b.set_code(GRUMPY, REVERT).await;
        Self { net, resender }
    }

    async fn config(&self) -> RelayerConfig {
        let limits = ResendLimits { max_gas_per_day: 10_000_000 };
        let mut config = RelayerConfig {
            resend: Some(Resend { signer: Arc::new(self.resender.clone()), limits }),
            routes: Routes { auto_resend: true, ..Routes::default() },
            ..self.net.config().await
        };
        config.policy.expiry_window = WINDOW;
        config.filter.rules.targets.deny = [DENIED].into();
        config
    }

    /// Has messages to the counter and others sent, and lets them expire.
    async fn expired(&self, targets: &[Address]) -> Vec<B256> {
        let sent = self.sent_and_expired(targets).await;
        sent.into_iter().map(|sent| sent.message_hash).collect()
    }

    async fn sent_and_expired(&self, targets: &[Address]) -> Vec<SentReceipt> {
        let sent = send_each(&self.net.a, 902, targets).await;
        self.outlast().await;
        sent
    }

    /// Lets what was sent so far expire.
    async fn outlast(&self) {
        for chain in [&self.net.a, &self.net.b] {
            chain.call("evm_increaseTime", json!([2 * WINDOW])).await;
            chain.mine().await;
        }
    }

    /// How many resends were paid for.
    async fn paid(&self) -> u64 {
        self.net.a.nonce(self.resender.address()).await
    }
}

/// Waits until a transaction can go into the next block.
async fn pooled(chain: &Anvil) {
    let full = async { while chain.call("txpool_status", json!([])).await["pending"] != "0x1" {} };
    tokio::time::timeout(PATIENCE, full).await.expect("nothing comes into the pool");
}

/// Makes blocks on the source until a message was sent again: each is looked at once, and after all were there is a pause.
async fn resent_in_time(chain: &Anvil, events: &mut Listener, message: B256) {
    mined_until(chain, resent(events, message)).await;
}

async fn mined_until<T>(chain: &Anvil, happens: impl Future<Output = T>) -> T {
    let mut happens = Box::pin(happens);
    let found = async {
        loop {
            tokio::select! {
                found = &mut happens => return found,
                () = chain.mine() => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.expect("it does not happen")
}

/// Waits until a message was sent again.
async fn resent(events: &mut Listener, message: B256) {
    events
        .until(|event| {
            matches!(event, RelayerEvent::Resent { message_hash, source: A, .. } if *message_hash == message)
                .then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expired_is_sent_again_and_delivered_once() {
    let late = Late::new(Net::direct().await).await;
    let message = late.expired(&[Net::COUNTER]).await[0];
    let (relayer, mut events) = start(late.config().await);
    resent_in_time(&late.net.a, &mut events, message).await;
    late.net.b.mine().await;
    events.submitted(message).await;
    late.net.b.mine().await;
    events.delivered(message).await;
    late.net.delivered_once(1).await;
    assert_eq!(late.paid().await, 1);
    relayer.shutdown().await.unwrap();
}

/// Without the clock of its destination nobody can say that a message expired. It is looked at as soon as that is known.
#[tokio::test(flavor = "multi_thread")]
async fn what_expired_is_not_forgotten_while_the_destination_is_away() {
    let late = Late::new(Net::gated().await).await;
    late.net.gate_b.set(Mode::Down);
    let message = late.expired(&[Net::COUNTER]).await[0];
    let (relayer, mut events) = start(late.config().await);
    events.seen(message).await;
    for _ in 0..3 {
        late.net.a.mine().await;
        late.net.taken_in(&late.net.a).await;
    }
    assert_eq!(late.net.gate_a.requests(SEND, 0).await.len(), 0);
    late.net.gate_b.set(Mode::Pass);
    late.net.taken_in(&late.net.b).await;
    late.net.a.mine().await;
    late.net.gate_a.requests(SEND, 1).await;
    pooled(&late.net.a).await;
    late.net.a.mine().await;
    resent(&mut events, message).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn death_between_record_and_send_sends_it_again_once() {
    let late = Late::new(Net::gated().await).await;
    let message = late.expired(&[Net::COUNTER]).await[0];
    // Nothing is delivered.
    late.net.gate_b.set(Mode::HoldRequest("eth_simulateV1"));
    late.net.gate_a.set(Mode::HoldRequest(SEND));
    let (relayer, _events) = start(late.config().await);
    let before = mined_until(&late.net.a, late.net.gate_a.requests(SEND, 1)).await;
    relayer.abort().await;
    late.net.gate_a.set(Mode::Pass);
    let (relayer, mut events) = start(late.config().await);
    assert_eq!(late.net.gate_a.requests(SEND, 2).await[1], before[0], "the same bytes");
    pooled(&late.net.a).await;
    late.net.a.mine().await;
    resent(&mut events, message).await;
    relayer.shutdown().await.unwrap();
    // It expires once more, and was sent again within the window.
    late.outlast().await;
    let (relayer, mut events) = start(late.config().await);
    // Only what comes after it in the order is.
    let next = late.expired(&[Net::COUNTER]).await[0];
    resent_in_time(&late.net.a, &mut events, next).await;
    assert_eq!(late.paid().await, 2);
    relayer.shutdown().await.unwrap();
    let store = late.net.store().await;
    assert_eq!(store.errands_for(A, ErrandKind::Resend, message).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_not_be_delivered_is_left_alone() {
    let late = Late::new(Net::direct().await).await;
    let messages = late.expired(&[GRUMPY, DENIED, Net::COUNTER]).await;
    let (relayer, mut events) = start(late.config().await);
    resent_in_time(&late.net.a, &mut events, messages[2]).await;
    assert_eq!(late.paid().await, 1);
    relayer.shutdown().await.unwrap();
    let store = late.net.store().await;
    for message in &messages[..2] {
        assert_eq!(store.errands_for(A, ErrandKind::Resend, *message).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_delivered_meanwhile_is_not_sent_again() {
    let late = Late::new(Net::gated().await).await;
    let sent = late.sent_and_expired(&[Net::COUNTER, Net::COUNTER]).await;
    let (delivered, other) = (&sent[0], sent[1].message_hash);
    let mut config = late.config().await;
    config.routes.auto_resend = false;
    let (relayer, mut events) = start(config);
    for sent in &sent {
        expired(&mut events, sent.message_hash).await;
    }
    relayer.shutdown().await.unwrap();

    let request = relay_request(&delivered.identifier, &delivered.payload).with_from(USER);
    drop(late.net.b.provider.send_transaction(request).await.unwrap());
    pooled(&late.net.b).await;
    late.net.b.mine().await;
    assert_eq!(late.net.effects().await, 1);
    // The relayer does not come to read that block; the node itself knows.
    late.net.gate_b.set(Mode::HoldRequest("eth_getBlockReceipts"));
    let (relayer, mut events) = start(late.config().await);
    resent_in_time(&late.net.a, &mut events, other).await;
    let store = late.net.store().await;
    let record = store.message(delivered.message_hash).await.unwrap().unwrap();
    assert_eq!(record.delivery, None, "it is not known yet");
    assert_eq!(store.errands_for(A, ErrandKind::Resend, delivered.message_hash).await.unwrap(), []);
    assert_eq!(late.paid().await, 1);
    relayer.abort().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_of_the_day_holds_over_restarts() {
    let late = Late::new(Net::direct().await).await;
    let message = late.expired(&[Net::COUNTER]).await[0];
    let capped = async |cap| {
        let mut config = late.config().await;
        config.resend.as_mut().unwrap().limits.max_gas_per_day = cap;
        start(config)
    };
    let (relayer, mut events) = capped(1).await;
    assert_eq!(mined_until(&late.net.a, told_capped(&mut events)).await, (0, 1));
    relayer.shutdown().await.unwrap();
    assert_eq!(late.paid().await, 0);

    let (relayer, mut events) = start(late.config().await);
    resent_in_time(&late.net.a, &mut events, message).await;
    relayer.shutdown().await.unwrap();
    let store = late.net.store().await;
    let spent = store.errand_spending(A, ErrandKind::Resend).await.unwrap().to();
    store.close().await;
    late.expired(&[Net::COUNTER]).await;
    let (relayer, mut events) = capped(spent).await;
    assert_eq!(mined_until(&late.net.a, told_capped(&mut events)).await, (spent, spent));
    assert_eq!(late.paid().await, 1);
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_messenger_of_the_second_line_sends_nothing_again() {
    let late = Late::new(Net::direct().await).await;
    late.expired(&[Net::COUNTER]).await;
    late.net.a.set_code(L2_TO_L2_CROSS_DOMAIN_MESSENGER, SECOND_LINE).await;
    let (relayer, mut events) = start(late.config().await);
    let told = events.until(|event| match event {
        RelayerEvent::ResendImpossible { chain_id: A, version, over_l1 } => Some((version.clone(), *over_l1)),
        _ => None,
    });
    let (version, over_l1) = mined_until(&late.net.a, told).await;
    assert_eq!((version.as_str(), over_l1, late.paid().await), ("2.0.0", true, 0));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_does_one_thing() {
    let late = Late::new(Net::direct().await).await;
    let mut config = late.config().await;
    config.resend.as_mut().unwrap().signer = Arc::new(relayer_signer());
    let error = Relayer::spawn(config, &CancellationToken::new()).unwrap_err();
    assert!(matches!(error, RelayerError::ErrandSigner { .. }), "{error}");
    let limits = TopUpLimits { below: U256::from(1), to: U256::from(2), max_per_day: U256::from(3) };
    let mut config = late.config().await;
    config.top_up = Some(TopUp { signer: Arc::new(late.resender.clone()), limits });
    let error = Relayer::spawn(config, &CancellationToken::new()).unwrap_err();
    assert!(matches!(error, RelayerError::ErrandTwice { .. }), "{error}");
}
