//! What is told of accounts by which nothing can go out: what holds the key does not sign, or they have no ether.

use std::{sync::Arc, time::Duration};

use alloy::{
    primitives::{Address, U256},
    signers::local::PrivateKeySigner,
};
use causeway_client::{
    delivery::SentReceipt,
    status::{RelayerApi, RelayerNext},
};
use causeway_relayer::{
    RelayerEvent, RelayerHandle,
    api::{Api, ApiConfig, ApiHandle},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    remote::{SIGN, is_verdict, remote},
    support::{Gate, Listener, Mode, Net, PATIENCE, start},
};

/// The API of a relayer, and who asks it.
pub(crate) struct Asked {
    url: String,
    stop: CancellationToken,
    handle: ApiHandle,
}

impl Asked {
    pub(crate) async fn of(net: &Net, relayer: &mut RelayerHandle) -> Self {
        let stop = CancellationToken::new();
        let config = ApiConfig { max_age: Duration::ZERO, ..ApiConfig::default() };
        let api = Api::new(net.store().await, config, stop.clone()).unwrap();
        api.attach(&net.config().await.chains, relayer.events(), Arc::new(relayer.controls()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self { url, stop, handle: api.serve(listener) }
    }

    /// What it says of a message, once it says this.
    pub(crate) async fn says(&self, sent: &SentReceipt, fits: impl Fn(&RelayerNext) -> bool) -> RelayerNext {
        let api = RelayerApi::new(self.url.parse().unwrap()).unwrap();
        let mut last = None;
        let asked = async {
            loop {
                let next = api.next_of(sent.message_hash, [901, 902].map(U256::from)).await;
                if let Ok(next) = next.as_ref()
                    && fits(next)
                {
                    return next.clone();
                }
                last = Some(next);
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("it never says so, but {last:?}"))
    }

    /// Whether the account signs, as the metrics have it.
    pub(crate) async fn is_well(&self, account: Address) -> bool {
        let text = reqwest::get(format!("{}/metrics", self.url)).await.unwrap().text().await.unwrap();
        let name = format!(r#"causeway_relayer_signer_well{{chain_id="902",signer="{account}"}} "#);
        let value = text.lines().find_map(|line| line.strip_prefix(&name));
        value.unwrap_or_else(|| panic!("{name} is not in {text}")) == "1"
    }

    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.handle.stopped().await;
    }
}

/// Waits until it is told that the account does not sign, for this reason; returns since when.
pub(crate) async fn unwell(events: &mut Listener, of: Address, why: &str) -> std::time::SystemTime {
    events
        .until(|event| match event {
            RelayerEvent::SignerUnwell { chain_id: 902, account, since, reason }
                if *account == of && reason.contains(why) =>
            {
                Some(*since)
            }
            _ => None,
        })
        .await
}

pub(crate) async fn well(events: &mut Listener, of: Address) {
    let is = |event: &RelayerEvent| matches!(event, RelayerEvent::SignerWell { chain_id: 902, account } if *account == of);
    events.until(|event| is(event).then_some(())).await;
}

fn refusal(times: usize) -> Mode {
    Mode::Refuse { method: SIGN, times, code: -32_000, message: "the vault is sealed" }
}

async fn look(gate: &Gate, net: &Net, asked: &Asked, events: &mut Listener) {
    let account = net.signer.address();
    // A signer that hangs, for longer than anybody waits here.
    gate.set(Mode::HoldAnswer(SIGN));
    let sent = net.send(1).await.remove(0);
    asked.says(&sent, |next| next.code == "queued" && next.text.contains("being signed")).await;
    let since = unwell(events, account, "does not answer within 3 s").await;
    let next = asked.says(&sent, |next| next.code == "wait-for-signer").await;
    assert_eq!(next.account, Some(account));
    assert!(next.reason.is_some_and(|reason| reason.contains("does not answer")));
    let told = next.since.unwrap();
    assert!(!asked.is_well(account).await);

    // One that refuses: asked again and again, between which the lane pauses.
    gate.set(refusal(usize::MAX));
    assert_eq!(unwell(events, account, "the vault is sealed").await, since, "since the first time");
    let sealed =
        |next: &RelayerNext| next.reason.as_deref().is_some_and(|it| it.contains("the vault is sealed"));
    let next = asked.says(&sent, sealed).await;
    assert_eq!((next.code.as_str(), next.since.as_deref()), ("wait-for-signer", Some(told.as_str())));
    assert!(next.text.contains(&account.to_string()), "{next:?}");
    let refused = gate.requests(SIGN, 0).await.len();
    gate.requests(SIGN, refused + 2).await;
    let is_told = |event: &RelayerEvent| matches!(event, RelayerEvent::SignerUnwell { .. });
    assert!(events.heard(is_told) <= 1, "the same reason is told once");

    gate.set(Mode::Pass);
    well(events, account).await;
    asked.says(&sent, |next| next.code == "on-its-way").await;
    assert!(asked.is_well(account).await);
    net.mine_until(1).await;
    events.delivered(sent.message_hash).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_signature_says_so_and_whose() {
    let net = Net::direct().await;
    let (gate, signer) = remote(&net, Duration::from_secs(300)).await;
    let (mut relayer, mut events) = start(net.config().await.with_signers(vec![signer]));
    let asked = Asked::of(&net, &mut relayer).await;
    events.caught_up(902).await;
    assert!(asked.is_well(net.signer.address()).await);
    look(&gate, &net, &asked, &mut events).await;
    assert_eq!(events.heard(is_verdict), 0);
    net.delivered_once(1).await;
    asked.end().await;
    relayer.shutdown().await.unwrap();
}

/// Before the first message wants it to pay, and where it will have to only.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_ether_is_told_where_messages_go() {
    let mut net = Net::direct().await;
    net.signer = PrivateKeySigner::random();
    let mut config = net.config().await;
    config.filter.rules.destinations = [902].into();
    let (mut relayer, _events) = start(config);
    let asked = Asked::of(&net, &mut relayer).await;
    let funded = async || {
        let url = format!("{}/v1/signers", asked.url);
        let answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        let signers = answer["signers"].as_array().unwrap().clone();
        let of = |id: &str| signers.iter().find(|signer| signer["chainId"] == id).unwrap();
        [of("901"), of("902")].map(|of| (of["balance"].clone(), of["isFunded"].clone()))
    };
    let told = async {
        loop {
            match funded().await {
                // Until the nodes have told.
                [(Value::Null, _), _] | [_, (Value::Null, _)] => sleep(Duration::from_millis(50)).await,
                both => return both,
            }
        }
    };
    let [a, b] = timeout(PATIENCE, told).await.unwrap();
    assert_eq!(a, (json!("0"), json!(true)), "nothing is delivered there");
    assert_eq!(b, (json!("0"), json!(false)));
    asked.end().await;
    relayer.shutdown().await.unwrap();
}
