//! Nodes whose index of logs lags: no message is lost, and none is paid twice.

use causeway_chain::{ConnectOptions, connect};
use causeway_client::{ChainClient, SurveyChain, delivery::wait_delivered, survey};
use futures::future::join_all;

use crate::support::{Anvil, Gate, Lag, Mode, Net, PATIENCE};

const LAGS: [Lag; 4] = [Lag::Nothing, Lag::Half, Lag::Previous, Lag::ABlockLate];

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_delivered_once_whatever_the_index_of_logs_says() {
    // For ever beside receipts, which are proven; without them until a few answers were found to be short.
    let cases = LAGS.iter().flat_map(|lag| [(*lag, true, usize::MAX), (*lag, false, 4)]);
    join_all(cases.map(|(lag, has_receipts, answers)| async move {
        let net = Net::gated().await;
        for gate in [&net.gate_a, &net.gate_b] {
            gate.lag(lag, answers);
            if !has_receipts {
                gate.without_receipts();
            }
        }
        let mut sent = net.send(4).await;
        let (relayer, mut events) = net.relayer().await;
        for _ in 0..2 {
            sent.extend(net.send(4).await);
        }
        for message in &sent {
            events.submitted(message.message_hash).await;
        }
        net.b.mine().await;
        for message in &sent {
            events.delivered(message.message_hash).await;
        }
        println!("{lag:?}, receipts: {has_receipts}");
        net.delivered_once(12).await;
        relayer.shutdown().await.unwrap();
    }))
    .await;
}

fn chain(node: &Anvil, gate: &Gate) -> SurveyChain {
    let provider = connect(&gate.endpoint(), &ConnectOptions::default()).unwrap();
    SurveyChain { chain_id: node.chain_id, provider, from_block: 0 }
}

/// Three messages of which two are delivered, on chains behind their gates.
async fn two_of_three_delivered() -> Net {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(2).await;
    for message in &sent {
        events.submitted(message.message_hash).await;
    }
    net.b.mine().await;
    for message in &sent {
        events.delivered(message.message_hash).await;
    }
    relayer.shutdown().await.unwrap();
    net.send(1).await;
    net
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_waits_for_logs_that_are_late() {
    let net = two_of_three_delivered().await;
    for lag in LAGS {
        net.gate_a.lag(lag, 2);
        let chains = [chain(&net.a, &net.gate_a), chain(&net.b, &net.gate_b)];
        let survey = survey(&chains).await;
        let delivered = survey.messages.iter().filter(|message| message.is_delivered).count();
        assert_eq!((survey.messages.len(), delivered, survey.doubts), (3, 2, vec![]), "{lag:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_an_old_delivery_is_told_when_its_log_is_found_without_a_new_block() {
    let net = two_of_three_delivered().await;
    let seen = survey(&[chain(&net.a, &net.gate_a), chain(&net.b, &net.gate_b)]).await;
    let delivered = seen.messages.iter().find(|message| message.is_delivered).unwrap();
    // The block that holds it is not the newest any more, and none comes after.
    net.b.mine().await;
    net.gate_b.lag(Lag::Nothing, 2);
    let client = ChainClient::connect(&net.gate_b.endpoint(), &ConnectOptions::default()).await.unwrap();
    let delivery = wait_delivered(&client, delivered.message_hash, PATIENCE).await.unwrap();
    assert_eq!(delivery.message_hash, delivered.message_hash);
    let place = delivered.delivered.unwrap();
    assert_eq!(delivery.transaction, (place.tx_hash, place.block_number));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_tells_what_it_cannot_see() {
    let net = two_of_three_delivered().await;
    let chains = [chain(&net.a, &net.gate_a), chain(&net.b, &net.gate_b)];
    // The deliveries are in the messenger's storage, whatever the logs say.
    net.gate_b.lag(Lag::Nothing, usize::MAX);
    let seen = survey(&chains).await;
    let delivered = seen.messages.iter().filter(|message| message.is_delivered).count();
    assert_eq!((seen.messages.len(), delivered, seen.doubts), (3, 2, vec![]));
    assert!(seen.messages.iter().all(|message| message.delivered.is_none()), "a place that no log told");

    net.gate_a.lag(Lag::Nothing, usize::MAX);
    let seen = survey(&chains).await;
    assert_eq!((seen.messages.len(), seen.doubts.len()), (0, 1));
    let doubt = seen.doubts[0].to_string();
    assert!(doubt.starts_with("chain 901: its node told of 0 messages since block 0, of 3"), "{doubt}");
}

/// What was found is shown though the messenger of a chain cannot be asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_survey_ends_though_calls_hang() {
    let net = two_of_three_delivered().await;
    net.gate_b.set(Mode::HoldRequest("eth_call"));
    let seen = survey(&[chain(&net.a, &net.gate_a), chain(&net.b, &net.gate_b)]).await;
    let delivered = seen.messages.iter().filter(|message| message.is_delivered).count();
    assert_eq!((seen.messages.len(), delivered, seen.doubts.len()), (3, 2, 2));
    // One question for the count, and one for the message that no log tells of.
    assert!(
        seen.doubts.iter().all(|doubt| doubt.to_string().contains("no answer within 5 s")),
        "{:?}",
        seen.doubts
    );
}
