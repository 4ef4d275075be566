mod depths;

use causeway_relayer::{OnReset, RelayerEvent};
use causeway_store::{AttemptState, MessageStatus};

use crate::support::{Anvil, Mining, Mode, Net};

#[tokio::test(flavor = "multi_thread")]
async fn message_that_its_source_lost_is_not_relayed() {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    events.caught_up(902).await;
    net.gate_b.set(Mode::Down);
    let lost = net.send(1).await.remove(0);
    events.seen(lost.message_hash).await;
    net.a.reorg(1).await;
    events
        .until(|event| {
            matches!(event, RelayerEvent::Orphaned { message_hash, .. } if *message_hash == lost.message_hash)
                .then_some(())
        })
        .await;
    net.gate_b.set(Mode::Pass);

    // The chain counts messages anew: another one has the nonce of the lost one now.
    let other = net.send_to(alloy::primitives::Address::repeat_byte(7), 1).await.remove(0);
    assert_ne!(other.message_hash, lost.message_hash);
    assert_eq!(events.submitted(other.message_hash).await.1, 0);
    net.b.mine().await;
    events.delivered(other.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 0));
    let record = net.store().await.message(lost.message_hash).await.unwrap().unwrap();
    assert_eq!(record.status, MessageStatus::Orphaned);
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn message_that_moved_is_relayed_from_where_it_is() {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    events.caught_up(902).await;
    net.gate_b.set(Mode::Down);
    let before = net.send(1).await.remove(0);
    events.seen(before.message_hash).await;
    net.a.reorg(1).await;
    net.a.mine().await;
    // The same message with the same nonce, two blocks later.
    let after = net.send(1).await.remove(0);
    assert_eq!(after.message_hash, before.message_hash);
    assert_ne!(after.identifier, before.identifier);
    events.seen(after.message_hash).await;
    net.gate_b.set(Mode::Pass);

    let (tx_hash, _) = events.submitted(after.message_hash).await;
    net.b.mine().await;
    assert_eq!(events.delivered(after.message_hash).await.0, tx_hash);
    let attempts = net.store().await.attempts_of(after.message_hash).await.unwrap();
    let request = causeway_client::delivery::relay_request(&after.identifier, &after.payload);
    let input = request.input.into_input().unwrap();
    assert!(attempts[0].tx.raw_tx.windows(input.len()).any(|window| window == &input[..]));
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

/// After a reorg of the source the destination refuses the bytes that point to where the message was, which its pool has.
#[tokio::test(flavor = "multi_thread")]
async fn message_that_moves_while_its_transaction_waits_is_paid_for_once() {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    let before = net.send(1).await.remove(0);
    let (first, nonce) = events.submitted(before.message_hash).await;
    net.pooled(1).await;

    let refuse = Mode::Refuse {
        method: "eth_sendRawTransaction",
        times: 1,
        code: -320600,
        message: "conflicting data",
    };
    net.gate_b.set(refuse);
    net.a.reorg(1).await;
    net.a.mine().await;
    let after = net.send(1).await.remove(0);
    assert_eq!(after.message_hash, before.message_hash);
    let (second, again) = events.submitted(after.message_hash).await;
    assert_ne!(first, second);
    assert_eq!((nonce, again), (0, 0), "a block takes one of them");
    net.pooled(1).await;
    net.b.mine().await;
    net.b.mine().await;
    assert_eq!(events.delivered(after.message_hash).await.0, second);
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
    let attempts = net.store().await.attempts_of(after.message_hash).await.unwrap();
    let states: Vec<_> = attempts.iter().map(|attempt| attempt.state).collect();
    assert_eq!(states, [AttemptState::Replaced, AttemptState::Included]);
}

/// What a block decided about a message goes with the block.
#[tokio::test(flavor = "multi_thread")]
async fn expired_message_is_young_again_when_the_clock_goes_back() {
    let net = Net::gated().await;
    // Nothing can be delivered for a while.
    let refuse = Mode::Refuse {
        method: "eth_estimateGas",
        times: usize::MAX,
        code: -32603,
        message: "internal error",
    };
    net.gate_b.set(refuse);
    net.gate_b.without("eth_simulateV1");
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    events.seen(sent.message_hash).await;
    let snapshot = net.b.call("evm_snapshot", serde_json::json!([])).await;
    net.b.call("evm_increaseTime", serde_json::json!([8 * 24 * 3_600])).await;
    net.b.mine().await;
    events
        .until(|event| {
            matches!(event, RelayerEvent::Expired { message_hash, .. } if *message_hash == sent.message_hash)
                .then_some(())
        })
        .await;
    net.b.call("evm_revert", serde_json::json!([snapshot])).await;
    net.b.mine().await;
    events
        .until(|event| {
            matches!(event, RelayerEvent::TakenUp { message_hash, .. } if *message_hash == sent.message_hash)
                .then_some(())
        })
        .await;
    net.gate_b.set(Mode::Pass);
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn destination_reorg_delivers_again_with_the_same_bytes() {
    let net = Net::gated().await.one_by_one().await;
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(3).await;
    for sent in &sent {
        events.submitted(sent.message_hash).await;
    }
    net.b.mine().await;
    let mut deliveries = Vec::new();
    for sent in &sent {
        deliveries.push(events.delivered(sent.message_hash).await.0);
    }
    let first = net.gate_b.requests("eth_sendRawTransaction", 3).await;

    net.b.reorg(1).await;
    for sent in &sent {
        events
            .until(|event| {
                matches!(event, RelayerEvent::Undelivered { message_hash, .. }
                    if *message_hash == sent.message_hash)
                .then_some(())
            })
            .await;
    }
    let all = net.gate_b.requests("eth_sendRawTransaction", 6).await;
    let sorted = |requests: &[serde_json::Value]| {
        let mut bytes: Vec<_> = requests.iter().map(ToString::to_string).collect();
        bytes.sort();
        bytes
    };
    assert_eq!(sorted(&all[3..]), sorted(&first), "the same bytes");
    net.pooled(3).await;
    net.b.mine().await;
    for (sent, delivery) in sent.iter().zip(deliveries) {
        assert_eq!(events.delivered(sent.message_hash).await.0, delivery);
    }
    assert_eq!((net.paid().await, net.effects().await), (3, 3));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn destination_reorg_while_nobody_ran_is_noticed() {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    let (tx_hash, _) = events.delivered(sent.message_hash).await;
    relayer.shutdown().await.unwrap();
    net.b.reorg(1).await;
    assert_eq!(net.effects().await, 0);

    let (relayer, mut events) = net.relayer().await;
    net.gate_b.requests("eth_sendRawTransaction", 2).await;
    net.pooled(1).await;
    net.b.mine().await;
    assert_eq!(events.delivered(sent.message_hash).await.0, tx_hash);
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn chain_started_anew_is_forgotten_if_so_configured() {
    let mut net = Net::gated().await;
    net.on_reset = OnReset::Forget;
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;

    let anew = Anvil::start_at(902, Mining::WhenTold, 1_700_000_100).await;
    net.gate_b.lead_to(anew.port);
    anew.mine().await;
    net.b = anew;
    // On the new chain nothing was delivered, and the account has used no nonce.
    assert_eq!(events.submitted(sent.message_hash).await.1, 0);
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!(net.paid().await, 1);
    let attempts = net.store().await.attempts_of(sent.message_hash).await.unwrap();
    let states: Vec<_> = attempts.iter().map(|attempt| attempt.state).collect();
    assert_eq!(states, [AttemptState::Abandoned, AttemptState::Included]);
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn chain_started_anew_halts_alone_otherwise() {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    net.b.mine().await;
    events.caught_up(902).await;
    let anew = Anvil::start_at(902, Mining::WhenTold, 1_700_000_100).await;
    anew.mine().await;
    anew.mine().await;
    net.gate_b.lead_to(anew.port);
    let halted = events
        .until(|event| match event {
            RelayerEvent::ChainHalted { chain_id, .. } => Some(*chain_id),
            _ => None,
        })
        .await;
    assert_eq!(halted, 902);
    // The other chain goes on.
    let sent = net.send(1).await.remove(0);
    events.seen(sent.message_hash).await;
    relayer.shutdown().await.unwrap();
}
