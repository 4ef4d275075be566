//! Accounts whose key another program holds.

use std::{sync::Arc, time::Duration};

use alloy::signers::local::PrivateKeySigner;
use causeway_chain::{ConnectOptions, test_utils::Gate};
use causeway_relayer::{RelaySigner, RelayerEvent, RemoteSigner};

use crate::support::{Mode, Net, start};

pub(crate) const SIGN: &str = "eth_signTransaction";

/// The account of a net's relayer, whose key B holds too; and what stands before B for whoever signs.
pub(crate) async fn remote(net: &Net, patience: Duration) -> (Gate, RelaySigner) {
    let gate = Gate::before(net.b.port).await;
    let options = ConnectOptions { request_timeout: patience, ..ConnectOptions::default() };
    let signer = RemoteSigner::new(&gate.endpoint(), net.signer.address(), &options).unwrap();
    assert!(signer.accounts().await.unwrap().contains(&net.signer.address()));
    (gate, Arc::new(signer))
}

/// Nothing of a message's is held against it while its transaction cannot be signed.
pub(crate) fn is_verdict(event: &RelayerEvent) -> bool {
    use RelayerEvent as E;
    matches!(event, E::Failed { .. } | E::Postponed { .. } | E::Expired { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remote_signer_signs_and_its_outage_is_waited_out() {
    let net = Net::direct().await;
    let (gate, signer) = remote(&net, Duration::from_secs(10)).await;
    let trial =
        RemoteSigner::new(&gate.endpoint(), net.signer.address(), &ConnectOptions::default()).unwrap();
    trial.try_out(902).await.unwrap();
    let (relayer, mut events) = start(net.config().await.with_signers(vec![signer]));
    let sent = net.send(3).await;
    events.submitted(sent[2].message_hash).await;
    net.mine_until(3).await;

    gate.set(Mode::Down);
    let late = net.send(2).await;
    for _ in 0..3 {
        let asked = gate.requests(SIGN, 0).await.len();
        net.b.mine().await;
        gate.requests(SIGN, asked + 1).await;
    }
    assert!(net.store().await.attempts_of(late[0].message_hash).await.unwrap().is_empty());
    gate.set(Mode::Refuse { method: SIGN, times: 2, code: -32_000, message: "the vault is sealed" });
    net.mine_until(5).await;
    for sent in sent.iter().chain(&late) {
        events.delivered(sent.message_hash).await;
    }
    assert_eq!(events.heard(is_verdict), 0);
    net.delivered_once(5).await;
    relayer.shutdown().await.unwrap();
}

/// A signature that comes too late is nobody's: it is neither written down nor sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_is_late_is_not_sent() {
    let net = Net::direct().await;
    let (gate, signer) = remote(&net, Duration::from_secs(1)).await;
    let (relayer, mut events) = start(net.config().await.with_signers(vec![signer]));
    gate.set(Mode::HoldAnswer(SIGN));
    let sent = net.send(1).await.remove(0);
    gate.requests(SIGN, 1).await;
    // Asked again, so the first was given up.
    while gate.requests(SIGN, 0).await.len() < 2 {
        net.b.mine().await;
    }
    assert!(net.store().await.attempts_of(sent.message_hash).await.unwrap().is_empty());
    assert_eq!(net.paid().await, 0);
    gate.set(Mode::Pass);
    net.mine_until(1).await;
    events.delivered(sent.message_hash).await;
    assert_eq!(events.heard(is_verdict), 0);
    net.delivered_once(1).await;
    relayer.shutdown().await.unwrap();
}

/// A signer that refuses an account holds up neither messages nor the other account.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_account_does_the_work_of_one_that_cannot_sign() {
    let net = Net::direct().await;
    // B signs for whoever it holds a key of; it holds none of this account's.
    let gate = Gate::before(net.b.port).await;
    let stranger = PrivateKeySigner::random();
    let signer = RemoteSigner::new(&gate.endpoint(), stranger.address(), &ConnectOptions::default()).unwrap();
    // The other account does the work.
    let both: Vec<RelaySigner> = vec![Arc::new(signer), Arc::new(net.signer.clone())];
    let (relayer, mut events) = start(net.config().await.with_signers(both));
    for round in 1..=3 {
        let sent = net.send(1).await.remove(0);
        net.mine_until(round).await;
        events.delivered(sent.message_hash).await;
    }
    assert!(!gate.requests(SIGN, 1).await.is_empty());
    assert_eq!(events.heard(is_verdict), 0);
    assert_eq!(net.b.nonce(stranger.address()).await, 0);
    net.delivered_once(3).await;
    relayer.shutdown().await.unwrap();
}
