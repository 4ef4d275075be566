use super::*;
use crate::actor::test_util::{chains, node};

#[tokio::test]
async fn nothing_is_signed_above_the_ceiling() {
    let (_a, b) = chains().await;
    let (mut node, _gate) = node(&b).await;
    let signer = node.accounts[0];
    let lowest = node.fees.at(0, &node.provider).await.unwrap().lowest;
    let slot = |replaces| Slot { signer, nonce: 0, head: 0, replaces, first: None, was_poor: false };
    node.max_fee_per_gas = Some(lowest - 1);
    let reason = |answer| match answer {
        Answer::Event(Event::NotCommitted { reason, nonce: 0, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(node.fill(slot(None)).await), NotCommitted::Ceiling);

    node.max_fee_per_gas = Some(lowest);
    let Answer::Event(Event::Committed { tx, .. }) = node.fill(slot(None)).await else { panic!() };
    // What takes its place has to pay more, which the ceiling forbids.
    assert_eq!(reason(node.fill(slot(Some(tx.clone()))).await), NotCommitted::Ceiling);
    node.max_fee_per_gas = Some(lowest + lowest / 8 + 1);
    let Answer::Event(Event::Committed { tx: next, .. }) = node.fill(slot(Some(tx.clone()))).await else {
        panic!()
    };
    for tx in [&tx, &next] {
        let answer = node.broadcast(signer, 0, tx.clone()).await;
        let accepted = crate::engine::BroadcastOutcome::Accepted;
        assert!(matches!(answer, Answer::Event(Event::Broadcast { outcome, .. }) if outcome == accepted));
    }
    b.mine().await;
    let receipt = crate::actor::receipt::Said::of(&node.provider, next.hash).await.unwrap();
    assert!(receipt.is_some(), "the node took it in place of the first");
}

/// With every block it is asked what is too expensive, and that is told once; and once that it is over.
#[tokio::test]
async fn what_costs_too_much_is_told_when_it_begins_and_when_it_ends() {
    let (_a, b) = chains().await;
    let (mut node, _gate) = node(&b).await;
    let (signer, mut events) = (node.accounts[0], node.shared.subscribe());
    let lowest = node.fees.at(0, &node.provider).await.unwrap().lowest;
    node.max_fee_per_gas = Some(1);
    let mut told = Vec::new();
    for head in 1..40 {
        drop(node.facts(head, false).await);
        if head == 8 {
            node.max_fee_per_gas = Some(10 * lowest);
        }
        drop(node.fill(Slot { signer, nonce: 0, head, replaces: None, first: None, was_poor: false }).await);
        told.extend(events.try_recv().ok().map(|event| (head, event)));
    }
    let (chain_id, ceiling) = (b.chain_id, 1);
    let dear = RelayerEvent::Gas(crate::GasEvent::Dear { chain_id, lowest, ceiling });
    assert_eq!(told, [(1, dear), (16, RelayerEvent::Gas(crate::GasEvent::Fair { chain_id }))]);
}

/// Nobody has said what gas may cost: no price is paid that has nothing to do with what it costs.
#[tokio::test]
async fn what_never_lands_is_not_outbid_for_ever() {
    let (_a, b) = chains().await;
    let (node, _gate) = node(&b).await;
    let signer = node.accounts[0];
    let mut versions: Vec<SignedTx> = Vec::new();
    let end = loop {
        assert!(versions.len() < 60, "there is no end");
        let (first, replaces) = (versions.first().cloned(), versions.last().cloned());
        match node.fill(Slot { signer, nonce: 0, head: 0, replaces, first, was_poor: false }).await {
            Answer::Event(Event::Committed { tx, .. }) => versions.push(tx),
            Answer::Event(Event::NotCommitted { reason, .. }) => break reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(end, NotCommitted::Ceiling);
    let [first, last] = [&versions[0], &versions[versions.len() - 1]].map(|tx| Fees::offered(&tx.raw));
    assert!(last <= 10 * first && last > 8 * first, "{first} to {last}");
}

/// A process that was stopped between the commit and the sending may wake up when another one works.
#[tokio::test]
async fn nothing_is_sent_when_others_may_work() {
    use std::time::Duration;
    use tokio::time::Instant;

    let (_a, b) = chains().await;
    let (node, _gate) = node(&b).await;
    let signer = node.accounts[0];
    let slot = Slot { signer, nonce: 0, head: 0, replaces: None, first: None, was_poor: false };
    let Answer::Event(Event::Committed { tx, .. }) = node.fill(slot).await else { panic!() };
    let tenure = node.shared.tenure(902);

    tenure.last_until(Instant::now());
    let answer = node.broadcast(signer, 0, tx.clone()).await;
    assert!(matches!(answer, Answer::Store(StoreError::Fenced { chain_id: 902, .. })), "{answer:?}");
    assert_eq!(b.call("txpool_status", serde_json::json!([])).await["pending"], "0x0");

    tenure.last_until(Instant::now() + Duration::from_secs(3_600));
    let answer = node.broadcast(signer, 0, tx).await;
    assert!(matches!(answer, Answer::Event(Event::Broadcast { .. })), "{answer:?}");
    assert_eq!(b.call("txpool_status", serde_json::json!([])).await["pending"], "0x1");
    tenure.end();
    tenure.over().await;
}

/// With every block a transaction would be signed and written down that no node takes.
#[tokio::test]
async fn nothing_is_signed_for_an_account_that_cannot_pay_still() {
    let (_a, b) = chains().await;
    let (node, _gate) = node(&b).await;
    let signer = node.accounts[0];
    let slot = |was_poor| Slot { signer, nonce: 0, head: 0, replaces: None, first: None, was_poor };
    let fees = node.fees.at(0, &node.provider).await.unwrap();
    let request = TransactionRequest::default().with_to(signer).with_gas_limit(TRANSFER_GAS);
    assert!(node.afford(&slot(true), &request, fees).await.is_ok(), "somebody has sent it ether");
    b.call("anvil_setBalance", serde_json::json!([signer, "0x1"])).await;
    let refused = node.afford(&slot(true), &request, fees).await;
    assert!(
        matches!(&refused, Err(Obstacle::Unfunded(reason)) if reason.contains("it has 1 wei")),
        "{refused:?}"
    );
    assert!(node.afford(&slot(false), &request, fees).await.is_ok(), "as far as is known it can");
}
