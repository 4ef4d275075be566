//! On real nodes.

use alloy::providers::Provider;
use causeway_chain::test_utils::Mode;
use causeway_deploy::test_utils::{Anvil, USER};

use super::*;
use crate::actor::test_util::{BURNER, COUNTER, EXPLAINER, REVERTER, chains, message, node};

async fn outcomes(node: &Node, messages: &[Message]) -> Vec<GuardOutcome> {
    let Answer::Event(Event::Guarded { outcomes }) = node.guard(messages.to_vec(), 0).await else {
        panic!("no outcomes")
    };
    let told: Vec<_> = outcomes.iter().map(|guarded| guarded.message).collect();
    assert_eq!(told, messages.iter().map(|message| message.hash).collect::<Vec<_>>());
    outcomes.into_iter().map(|guarded| guarded.outcome).collect()
}

/// What is said, without the numbers.
fn kinds(outcomes: &[GuardOutcome]) -> Vec<String> {
    let kind = |outcome: &GuardOutcome| match outcome {
        GuardOutcome::Deliverable { .. } => "deliverable".to_owned(),
        GuardOutcome::Reverts { reason } => reason.clone(),
        other => format!("{other:?}"),
    };
    outcomes.iter().map(kind).collect()
}

/// One of each kind: plain, reverting, plain, burning, with a reason, delivered.
async fn mixture(a: &Anvil, b: &Anvil) -> Vec<Message> {
    let mut messages = Vec::new();
    for target in [COUNTER, REVERTER, COUNTER, BURNER, EXPLAINER, COUNTER] {
        messages.push(message(a, b, target.0, messages.len() as u8).await);
    }
    let request = relay_request(&messages[5].identifier, &messages[5].payload).with_from(USER);
    let _ = b.provider.send_transaction(request).await.unwrap();
    b.mine().await;
    messages
}

#[tokio::test]
async fn a_group_is_judged_by_one_request_and_each_message_by_itself() {
    let (a, b) = chains().await;
    let messages = mixture(&a, &b).await;
    let (node, gate) = node(&b).await;
    let together = outcomes(&node, &messages).await;
    assert_eq!(
        kinds(&together),
        [
            "deliverable",
            "execution reverted: no reason given",
            "deliverable",
            "it takes more than 5000000 gas",
            "execution reverted: \"no\"",
            "AlreadyDelivered"
        ]
    );
    assert_eq!(gate.requests("eth_simulateV1", 1).await.len(), 1);
    assert_eq!(gate.requests("eth_estimateGas", 0).await.len(), 0);

    // Where a node does not do that, one by one; and it is not asked for it again.
    gate.without("eth_simulateV1");
    let alone = outcomes(&node, &messages).await;
    assert_eq!(kinds(&alone)[0..3], kinds(&together)[0..3]);
    assert_eq!(kinds(&alone)[4..], kinds(&together)[4..]);
    assert!(matches!(&alone[3], GuardOutcome::Reverts { .. }), "{:?}", alone[3]);
    outcomes(&node, &messages).await;
    assert_eq!(gate.requests("eth_simulateV1", 2).await.len(), 2);
    assert_eq!(gate.requests("eth_estimateGas", 12).await.len(), 12);
}

/// What is said to be enough is enough, and not much more than what one message takes by itself.
#[tokio::test]
async fn the_gas_of_a_trial_is_enough() {
    let (a, b) = chains().await;
    let (node, _gate) = node(&b).await;
    let messages = [message(&a, &b, COUNTER.0, 0).await, message(&a, &b, COUNTER.0, 1).await];
    // The second finds the slot filled by the first, which may not be so when it is delivered.
    let together = outcomes(&node, &messages).await;
    let alone = outcomes(&node, &messages[1..]).await;
    let gas = |outcome: &GuardOutcome| match outcome {
        GuardOutcome::Deliverable { gas } => *gas,
        other => panic!("{other:?}"),
    };
    assert!(gas(&together[1]) < gas(&alone[0]));
    let request = relay_request(&messages[1].identifier, &messages[1].payload);
    let limit = intrinsic(&request) + gas(&together[1]);
    let request = request.with_from(USER).with_gas_limit(limit);
    let tx_hash = *b.provider.send_transaction(request).await.unwrap().tx_hash();
    b.mine().await;
    let receipt = b.provider.get_transaction_receipt(tx_hash).await.unwrap().unwrap();
    assert!(receipt.status(), "{} of {limit} gas", receipt.gas_used);
}

/// The node's trouble is no verdict on any message of a group.
#[tokio::test]
async fn an_outage_is_no_verdict_on_a_group() {
    let (a, b) = chains().await;
    let messages = mixture(&a, &b).await;
    let (node, gate) = node(&b).await;
    outcomes(&node, &messages).await;
    for mode in [
        Mode::Down,
        Mode::Refuse {
            method: "eth_estimateGas",
            times: usize::MAX,
            code: -32603,
            message: "internal error",
        },
    ] {
        gate.set(mode);
        node.simulator.forget();
        gate.without("eth_simulateV1");
        for outcome in outcomes(&node, &messages).await {
            let is_none =
                matches!(outcome, GuardOutcome::Unavailable { .. } | GuardOutcome::AlreadyDelivered);
            assert!(is_none, "{outcome:?}");
        }
    }
}

/// A group that a node does not answer for is asked about in another way the next time: the group may be the cause.
#[tokio::test]
async fn a_group_that_is_too_much_for_a_node_is_judged_one_by_one() {
    let (a, b) = chains().await;
    let messages = mixture(&a, &b).await;
    let (node, gate) = node(&b).await;
    gate.set(Mode::Down);
    let down = outcomes(&node, &messages).await;
    assert!(down.iter().all(|outcome| matches!(outcome, GuardOutcome::Unavailable { .. })), "{down:?}");
    gate.set(Mode::Pass);
    node.fees.at(0, &node.provider).await.unwrap();
    gate.set(Mode::HoldAnswer("eth_simulateV1"));
    let held = tokio::join!(outcomes(&node, &messages), async {
        gate.requests("eth_simulateV1", 1).await;
        gate.set(Mode::Pass);
    });
    assert!(held.0.iter().all(|outcome| matches!(outcome, GuardOutcome::Unavailable { .. })), "{held:?}");
    let alone = outcomes(&node, &messages).await;
    assert_eq!(kinds(&alone)[0], "deliverable");
    assert_eq!(gate.requests("eth_simulateV1", 1).await.len(), 1);
    outcomes(&node, &messages).await;
    assert_eq!(gate.requests("eth_simulateV1", 2).await.len(), 2, "it is tried again");
}

/// A message that failed in a block is asked about by itself, with as much gas as it is to have.
#[tokio::test]
async fn who_failed_in_a_block_is_asked_about_alone() {
    let (a, b) = chains().await;
    let messages = mixture(&a, &b).await;
    let (node, gate) = node(&b).await;
    node.doubtful.add([messages[2].hash]);
    assert_eq!(kinds(&outcomes(&node, &messages).await)[2], "deliverable");
    assert_eq!(gate.requests("eth_simulateV1", 1).await.len(), 1);
    assert_eq!(gate.requests("eth_estimateGas", 1).await.len(), 1);
}
