//! Signers that have too little are given some.

mod nonces;

use alloy::{
    consensus::SignableTransaction,
    network::TxSigner,
    primitives::{Address, Signature, U256},
    providers::Provider,
    signers::{self, local::PrivateKeySigner},
};
use causeway_relayer::{Relayer, RelayerConfig, RelayerError, RelayerEvent, TopUp, errand::TopUpLimits};
use causeway_store::{CostKey, ErrandKind, ErrandState};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio_util::sync::CancellationToken;

use crate::support::{Listener, Mode, Net, PATIENCE, relayer_signer, signers, start};

const SEND: &str = "eth_sendRawTransaction";
const B: u64 = 902;

/// Thousandths of an ether.
fn finney(count: u64) -> U256 {
    U256::from(count) * U256::from(1_000_000_000_000_000_u64)
}

/// Two chains on which an account delivers that has nothing, and another one gives it 100 finney, 150 in a day.
struct Poor {
    net: Net,
    signer: PrivateKeySigner,
    purse: PrivateKeySigner,
}

impl Poor {
    fn new(mut net: Net) -> Self {
        let (signer, purse) = (PrivateKeySigner::random(), relayer_signer());
        net.signer = signer.clone();
        Self { net, signer, purse }
    }

    async fn config(&self) -> RelayerConfig {
        let limits = TopUpLimits { below: finney(10), to: finney(100), max_per_day: finney(150) };
        let top_up = Some(TopUp { signer: Arc::new(self.purse.clone()), limits });
        RelayerConfig { top_up, ..self.net.config().await }
    }

    async fn balance(&self) -> U256 {
        self.net.b.provider.get_balance(self.signer.address()).await.unwrap()
    }

    async fn set_balance(&self, account: Address, balance: U256) {
        self.net.b.call("anvil_setBalance", json!([account, balance])).await;
    }

    /// Has B make blocks until the signer was given something there; returns how much.
    async fn mine_until_topped_up(&self, events: &mut Listener) -> U256 {
        let given = async {
            let mut given = Box::pin(topped_up(events));
            loop {
                tokio::select! {
                    amount = &mut given => return amount,
                    () = self.net.b.mine() => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, given).await.unwrap()
    }

    /// How many transfers the funding account has paid for on B.
    async fn paid(&self) -> u64 {
        self.net.b.nonce(self.purse.address()).await
    }
}

/// An account that is signed for elsewhere, by whom is away now and then.
struct Elsewhere {
    key: PrivateKeySigner,
    is_away: AtomicBool,
}

#[async_trait::async_trait]
impl TxSigner<Signature> for Elsewhere {
    fn address(&self) -> Address {
        self.key.address()
    }

    async fn sign_transaction(
        &self,
        tx: &mut dyn SignableTransaction<Signature>,
    ) -> signers::Result<Signature> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(signers::Error::message("nobody is there"));
        }
        self.key.sign_transaction(tx).await
    }
}

/// Waits until the signer was given something on B; returns how much.
async fn topped_up(events: &mut Listener) -> U256 {
    events
        .until(|event| match event {
            RelayerEvent::ToppedUp { chain_id: B, amount, .. } => Some(*amount),
            _ => None,
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signer_that_runs_low_is_filled_and_delivers() {
    let poor = Poor::new(Net::direct().await);
    poor.set_balance(poor.signer.address(), finney(1)).await;
    let (relayer, mut events) = start(poor.config().await);
    poor.net.pooled(1).await;
    poor.net.b.mine().await;
    assert_eq!(topped_up(&mut events).await, finney(99));
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 1));
    let overhead = poor.net.store().await.overheads(None, None).await.unwrap().remove(0);
    assert_eq!(overhead.key, CostKey::Account { chain_id: B, signer: poor.purse.address() });
    assert_eq!((overhead.gas, overhead.vain_gas), (21_000, 0));
    assert!(overhead.fee > U256::ZERO);
    let sent = poor.net.send(1).await.remove(0);
    events.submitted(sent.message_hash).await;
    poor.net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((poor.net.effects().await, poor.paid().await), (1, 1), "it has enough");
    relayer.shutdown().await.unwrap();
}

/// An account whose code refuses ether is left out, however poor it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_signer_that_takes_no_ether_keeps_it_from_nobody() {
    let poor = Poor::new(Net::direct().await);
    let refusing = PrivateKeySigner::random();
    poor.net.b.call("anvil_setCode", json!([refusing.address(), "0x5f5ffd"])).await;
    poor.set_balance(poor.signer.address(), finney(1)).await;
    poor.net.b.mine().await;
    let config = RelayerConfig { signers: signers(&[refusing, poor.signer.clone()]), ..poor.config().await };
    let (relayer, mut events) = start(config);
    poor.net.pooled(1).await;
    poor.net.b.mine().await;
    assert_eq!(topped_up(&mut events).await, finney(99));
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 1));
    relayer.shutdown().await.unwrap();
}

/// What is used up on the way is paid for once: the others are served, and the cap is not used up for nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_that_reverts_is_not_repeated() {
    let poor = Poor::new(Net::direct().await);
    let spoiled = PrivateKeySigner::random();
    let config =
        RelayerConfig { signers: signers(&[spoiled.clone(), poor.signer.clone()]), ..poor.config().await };
    poor.set_balance(poor.signer.address(), finney(1)).await;
    poor.net.b.mine().await;
    let (relayer, mut events) = start(config);
    poor.net.pooled(1).await;
    // It was judged good, and is not any more.
    poor.net.b.call("anvil_setCode", json!([spoiled.address(), "0x5f5ffd"])).await;
    poor.net.b.mine().await;
    poor.net.b.call("anvil_setCode", json!([spoiled.address(), "0x"])).await;
    poor.net.b.mine().await;
    poor.net.pooled(1).await;
    poor.net.b.mine().await;
    assert_eq!(topped_up(&mut events).await, finney(50), "what the cap leaves goes to the other one");
    assert_eq!((poor.balance().await, poor.paid().await), (finney(51), 2));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn death_between_record_and_send_gives_once() {
    for mode in [Mode::HoldRequest(SEND), Mode::HoldAnswer(SEND)] {
        let poor = Poor::new(Net::gated().await);
        poor.net.gate_b.set(mode);
        let (relayer, _events) = start(poor.config().await);
        let before = poor.net.gate_b.requests(SEND, 1).await;
        relayer.abort().await;
        poor.net.gate_b.set(Mode::Pass);
        let open = poor.net.store().await.open_errands(B).await.unwrap();
        assert_eq!(open.len(), 1, "it was written down before it was sent");

        let (relayer, mut events) = start(poor.config().await);
        let after = poor.net.gate_b.requests(SEND, 2).await;
        assert_eq!(after[1], before[0], "the same bytes");
        poor.net.pooled(1).await;
        poor.net.b.mine().await;
        assert_eq!(topped_up(&mut events).await, finney(100));
        assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 1));
        relayer.shutdown().await.unwrap();
        let store = poor.net.store().await;
        let all = store.errands_for(B, ErrandKind::TopUp, poor.signer.address().into_word()).await.unwrap();
        assert_eq!(all.iter().map(|errand| errand.state).collect::<Vec<_>>(), [ErrandState::Landed]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_of_the_day_holds_over_restarts() {
    let poor = Poor::new(Net::direct().await);
    for (given, transfers) in [(finney(100), 1), (finney(50), 2)] {
        poor.set_balance(poor.signer.address(), U256::ZERO).await;
        poor.net.b.mine().await;
        let (relayer, mut events) = start(poor.config().await);
        poor.net.pooled(1).await;
        poor.net.b.mine().await;
        assert_eq!(topped_up(&mut events).await, given);
        assert_eq!((poor.balance().await, poor.paid().await), (given, transfers));
        relayer.shutdown().await.unwrap();
    }
    poor.set_balance(poor.signer.address(), U256::ZERO).await;
    poor.net.b.mine().await;
    let (relayer, mut events) = start(poor.config().await);
    let spent = events
        .until(|event| match event {
            RelayerEvent::TopUpCapped { chain_id: B, spent, .. } => Some(*spent),
            _ => None,
        })
        .await;
    assert_eq!((spent, poor.paid().await), (finney(150), 2));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_funding_account_is_told_of_and_gives_when_it_can() {
    let mut poor = Poor::new(Net::direct().await);
    poor.purse = PrivateKeySigner::random();
    let (relayer, mut events) = start(poor.config().await);
    let account = events
        .until(|event| match event {
            RelayerEvent::TopUpUnfunded { chain_id: B, account, balance, .. } if balance.is_zero() => {
                Some(*account)
            }
            _ => None,
        })
        .await;
    assert_eq!(account, poor.purse.address());
    poor.set_balance(account, finney(60)).await;
    poor.net.b.mine().await;
    poor.net.pooled(1).await;
    poor.net.b.mine().await;
    let given = topped_up(&mut events).await;
    assert!(given < finney(60) && given > finney(50), "it keeps what its gas costs: {given}");
    assert_eq!((poor.balance().await, poor.paid().await), (given, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reorg_that_takes_the_transfer_away_sends_the_same_bytes() {
    let poor = Poor::new(Net::gated().await);
    let (relayer, mut events) = start(poor.config().await);
    poor.net.pooled(1).await;
    poor.net.b.mine().await;
    assert_eq!(topped_up(&mut events).await, finney(100));
    let first = poor.net.gate_b.requests(SEND, 1).await;
    poor.net.b.reorg(1).await;
    assert_eq!(poor.balance().await, U256::ZERO);
    let again = poor.net.gate_b.requests(SEND, first.len() + 1).await;
    assert_eq!(again.last(), first.last(), "the same bytes");
    poor.net.pooled(1).await;
    poor.net.b.mine().await;
    assert_eq!(topped_up(&mut events).await, finney(100));
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 1));
    relayer.shutdown().await.unwrap();
    let spent = poor.net.store().await.errand_spending(B, ErrandKind::TopUp).await.unwrap();
    assert_eq!(spent, finney(100), "counted once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_that_no_block_takes_is_outbid_with_its_nonce() {
    let poor = Poor::new(Net::gated().await);
    let (relayer, mut events) = start(poor.config().await);
    poor.net.pooled(1).await;
    let first = poor.net.gate_b.requests(SEND, 1).await.remove(0);
    // Each block asks for more than it offers, and after each the relayer sends something.
    let mut sent = 1;
    while poor.net.gate_b.requests(SEND, sent).await.iter().all(|request| *request == first) {
        assert!(sent < 20, "it is not outbid");
        poor.net.b.call("anvil_setNextBlockBaseFeePerGas", json!(["0x174876e800"])).await;
        poor.net.b.mine().await;
        sent += 1;
    }
    assert_eq!(poor.mine_until_topped_up(&mut events).await, finney(100));
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_goes_on_while_nobody_signs_for_the_funding_account() {
    let poor = Poor::new(Net::gated().await);
    let purse = Arc::new(Elsewhere { key: poor.purse.clone(), is_away: AtomicBool::new(false) });
    let mut config = poor.config().await;
    config.top_up.as_mut().unwrap().signer = purse.clone();
    let (relayer, mut events) = start(config);
    poor.net.pooled(1).await;
    let first = poor.net.gate_b.requests(SEND, 1).await.remove(0);
    purse.is_away.store(true, Ordering::SeqCst);
    // Each block asks for more than it offers. With higher fees nobody signs it, and so it goes out as it is after each.
    let mut sent = 1;
    let expensive = async || {
        poor.net.b.call("anvil_setNextBlockBaseFeePerGas", json!(["0x174876e800"])).await;
        poor.net.b.mine().await;
    };
    while sent < 12 {
        expensive().await;
        sent += 1;
        let requests = poor.net.gate_b.requests(SEND, sent).await;
        assert!(requests.iter().all(|request| *request == first), "the same bytes");
    }
    purse.is_away.store(false, Ordering::SeqCst);
    while poor.net.gate_b.requests(SEND, sent).await.iter().all(|request| *request == first) {
        assert!(sent < 30, "it is not outbid");
        expensive().await;
        sent += 1;
    }
    assert_eq!(poor.mine_until_topped_up(&mut events).await, finney(100));
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 1));
    relayer.shutdown().await.unwrap();
}

/// Nothing needs its signature when it is back, and it is known all the same that it is.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_signs_again_is_told_of_though_nothing_is_to_be_signed() {
    let poor = Poor::new(Net::gated().await);
    let purse = Arc::new(Elsewhere { key: poor.purse.clone(), is_away: AtomicBool::new(true) });
    let mut config = poor.config().await;
    config.top_up.as_mut().unwrap().signer = purse.clone();
    let (relayer, mut events) = start(config);
    let unwell = |event: &RelayerEvent| {
        matches!(event, RelayerEvent::SignerUnwell { chain_id: B, account, .. } if *account == purse.address())
            .then_some(())
    };
    events.until(unwell).await;
    poor.set_balance(poor.signer.address(), finney(1_000)).await;
    purse.is_away.store(false, Ordering::SeqCst);
    let well = |event: &RelayerEvent| {
        matches!(event, RelayerEvent::SignerWell { chain_id: B, account } if *account == purse.address())
            .then_some(())
    };
    let told = async {
        let mut told = Box::pin(events.until(well));
        loop {
            tokio::select! {
                () = &mut told => return,
                () = poor.net.b.mine() => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("it is not told");
    assert_eq!(poor.paid().await, 0);
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signer_funds_nobody() {
    let poor = Poor::new(Net::direct().await);
    let mut config = poor.config().await;
    config.top_up.as_mut().unwrap().signer = Arc::new(poor.signer.clone());
    let error = Relayer::spawn(config, &CancellationToken::new()).unwrap_err();
    assert!(matches!(error, RelayerError::ErrandSigner { .. }), "{error}");
    assert!(error.to_string().contains("name another account"), "{error}");
    let mut config = poor.config().await;
    config.top_up.as_mut().unwrap().limits.to = finney(9);
    let error = Relayer::spawn(config, &CancellationToken::new()).unwrap_err();
    assert!(matches!(error, RelayerError::TopUpBackwards { .. }), "{error}");
}
