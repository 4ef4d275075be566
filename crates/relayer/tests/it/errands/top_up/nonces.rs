//! Nonces of the funding account that are not what was thought.

use causeway_deploy::test_utils::USER;
use causeway_relayer::ErrandEvent;

use super::*;

impl Poor {
    /// Something else that the funding account sends, and that is in a block.
    async fn spend_elsewhere(&self) {
        let request = json!({"from": self.purse.address(), "to": USER, "value": "0x1"});
        self.net.b.call("eth_sendTransaction", json!([request])).await;
        self.net.b.mine().await;
    }

    /// With a cap that one transfer more or less does not reach: what was signed counts, whatever became of it.
    async fn generous(&self) -> RelayerConfig {
        let mut config = self.config().await;
        if let Some(top_up) = &mut config.top_up {
            top_up.limits.max_per_day = finney(1_000);
        }
        config
    }

    /// Starts a relayer that has signed a transfer and cannot send it.
    async fn held(&self) -> (causeway_relayer::RelayerHandle, Listener) {
        self.set_balance(self.signer.address(), finney(1)).await;
        self.net.b.mine().await;
        self.net.gate_b.set(Mode::HoldRequest(SEND));
        let (relayer, events) = start(self.generous().await);
        self.net.gate_b.requests(SEND, 1).await;
        (relayer, events)
    }

    /// Has so many blocks made, and waits for each until the relayer has taken it in.
    async fn taken_in(&self, count: usize) {
        for _ in 0..count {
            self.net.b.mine().await;
            self.net.taken_in(&self.net.b).await;
        }
    }

    async fn mine_until_filled(&self) {
        let filled = async {
            while self.balance().await < finney(10) {
                self.net.b.mine().await;
            }
        };
        tokio::time::timeout(PATIENCE, filled).await.expect("the signer is not filled");
    }
}

async fn foreign(events: &mut Listener) -> (Address, u64, ErrandKind) {
    events
        .until(|event| match event {
            RelayerEvent::Errand(ErrandEvent::Foreign { account, nonce, what, .. }) => {
                Some((*account, *nonce, *what))
            }
            _ => None,
        })
        .await
}

/// Somebody else has the key: that is told, and the transfer is made with the next nonce.
#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_that_is_used_elsewhere_is_told_and_another_is_taken() {
    let poor = Poor::new(Net::gated().await);
    let (relayer, mut events) = poor.held().await;
    poor.spend_elsewhere().await;
    poor.net.gate_b.set(Mode::Pass);
    assert_eq!(foreign(&mut events).await, (poor.purse.address(), 0, ErrandKind::TopUp));
    poor.mine_until_filled().await;
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 2), "given once");
    relayer.shutdown().await.unwrap();
}

/// A reorg takes away what had the nonce: our first transfer can be in a block after all. Nothing was given in its place meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_replaced_may_land_after_a_reorg_and_gives_once() {
    let poor = Poor::new(Net::gated().await);
    let (relayer, mut events) = poor.held().await;
    poor.spend_elsewhere().await;
    poor.net.gate_b.set(Mode::Pass);
    foreign(&mut events).await;
    // Whoever would give something in its place would have done so.
    poor.taken_in(6).await;
    poor.net.b.reorg(7).await;
    poor.set_balance(poor.signer.address(), finney(1)).await;
    poor.mine_until_filled().await;
    poor.taken_in(10).await;
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 1), "given once");
    relayer.shutdown().await.unwrap();
}

/// A reorg took what had the nonce before: nothing would ever be in a block before something has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_before_a_transfer_is_filled() {
    let poor = Poor::new(Net::gated().await);
    poor.spend_elsewhere().await;
    let (relayer, _events) = poor.held().await;
    poor.net.b.reorg(2).await;
    assert_eq!(poor.paid().await, 0, "the reorg has taken it");
    poor.set_balance(poor.signer.address(), finney(1)).await;
    poor.net.gate_b.set(Mode::Pass);
    poor.mine_until_filled().await;
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 2), "what fills, and the transfer");
    relayer.shutdown().await.unwrap();
}

/// What fills a gap is nobody else's after a restart: the same bytes go out again.
#[tokio::test(flavor = "multi_thread")]
async fn what_fills_a_gap_is_known_after_a_restart() {
    let poor = Poor::new(Net::gated().await);
    poor.spend_elsewhere().await;
    let (relayer, _events) = poor.held().await;
    let transfer = poor.net.gate_b.requests(SEND, 1).await.remove(0);
    poor.net.b.reorg(2).await;
    poor.set_balance(poor.signer.address(), finney(1)).await;
    poor.net.gate_b.set(Mode::Pass);
    // With each block something goes out, and nothing can be in one before the gap is filled.
    let mut sent = poor.net.gate_b.requests(SEND, 1).await;
    while sent.iter().all(|bytes| *bytes == transfer) {
        assert!(sent.len() < 30, "it is not filled");
        poor.net.b.mine().await;
        sent = poor.net.gate_b.requests(SEND, sent.len() + 1).await;
    }
    poor.net.pooled(2).await;
    relayer.abort().await;
    let filler = sent.iter().find(|bytes| **bytes != transfer).unwrap();
    let open = poor.net.store().await.open_errands(B).await.unwrap();
    assert_eq!(
        open.iter().map(|errand| errand.kind).collect::<Vec<_>>(),
        [ErrandKind::TopUp, ErrandKind::Filler]
    );

    let before = poor.net.gate_b.requests(SEND, 0).await.len();
    let (relayer, mut events) = start(poor.generous().await);
    assert_eq!(poor.net.gate_b.requests(SEND, before + 1).await[before], *filler, "the same bytes");
    poor.mine_until_filled().await;
    assert_eq!(topped_up(&mut events).await, finney(99));
    assert_eq!((poor.balance().await, poor.paid().await), (finney(100), 2), "what fills, and the transfer");
    assert_eq!(
        events.heard(|event| matches!(event, RelayerEvent::AccountBusy { .. } | RelayerEvent::Errand(_))),
        0
    );
    relayer.shutdown().await.unwrap();
}

/// What the former account has signed goes out again, and another one gives nothing meanwhile; when it can land no more, the other
/// one gives.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_change_of_the_account_the_signer_is_filled_once() {
    for is_used in [false, true] {
        let mut poor = Poor::new(Net::gated().await);
        let (relayer, _events) = poor.held().await;
        relayer.abort().await;
        if is_used {
            poor.spend_elsewhere().await;
        }
        let former = std::mem::replace(&mut poor.purse, poor.net.funded().await);
        poor.set_balance(poor.purse.address(), finney(1_000)).await;
        poor.net.gate_b.set(Mode::Pass);
        let (relayer, _events) = start(poor.generous().await);
        poor.mine_until_filled().await;
        for _ in 0..10 {
            poor.net.b.mine().await;
        }
        assert_eq!(poor.balance().await, finney(100), "given once");
        assert_eq!((poor.net.b.nonce(former.address()).await, poor.paid().await), (1, u64::from(is_used)));
        relayer.shutdown().await.unwrap();
    }
}
