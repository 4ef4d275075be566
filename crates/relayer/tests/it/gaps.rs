//! A node that leaves messages of its chain out, and has its headers say so, too.

use alloy::primitives::{B256, Bloom, U256};
use causeway_client::delivery::SentReceipt;
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use causeway_relayer::RelayerEvent;

use crate::support::{Listener, Net};

/// The bloom filter of a block with these messages.
fn bloom(sent: &[SentReceipt]) -> Bloom {
    let mut bloom = Bloom::ZERO;
    for sent in sent {
        bloom.accrue_raw_log(L2_TO_L2_CROSS_DOMAIN_MESSENGER, &sent.message.topics());
    }
    bloom
}

/// A net whose first node leaves the last of three messages out, which stand in one block.
async fn lying() -> (Net, Vec<SentReceipt>, U256) {
    let net = Net::gated().await;
    let mut sent = net.send(3).await;
    let hidden = sent.pop().unwrap();
    let (number, nonce) = (hidden.identifier.block_number, hidden.message.nonce);
    net.gate_a.hide(number, B256::from(nonce), bloom(&sent));
    (net, sent, nonce)
}

async fn gap(events: &mut Listener) -> (u64, U256, U256) {
    events
        .until(|event| match event {
            RelayerEvent::NonceGap { chain_id, from, to } => Some((*chain_id, *from, *to)),
            _ => None,
        })
        .await
}

fn is_gap(event: &RelayerEvent) -> bool {
    matches!(event, RelayerEvent::NonceGap { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_leaves_out_is_told_once_and_the_rest_is_delivered() {
    let (net, mut sent, missing) = lying().await;
    let (relayer, mut events) = net.relayer().await;
    events.seen(sent[1].message_hash).await;
    sent.extend(net.send(1).await);
    assert_eq!(gap(&mut events).await, (901, missing, missing));

    // What is sent again leaves nothing out, and after a reorg it is counted from what is left.
    net.resend(&sent[0]).await;
    net.a.reorg(1).await;
    sent.extend(net.send(2).await);
    for message in &sent {
        events.submitted(message.message_hash).await;
    }
    net.b.mine().await;
    for message in &sent {
        events.delivered(message.message_hash).await;
    }
    net.delivered_once(5).await;
    assert_eq!(events.heard(is_gap), 0, "it was told");
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_between_two_starts_is_noticed() {
    let (net, mut sent, missing) = lying().await;
    let (relayer, mut events) = net.relayer().await;
    events.submitted(sent[1].message_hash).await;
    relayer.shutdown().await.unwrap();

    sent.extend(net.send(1).await);
    let (relayer, mut events) = net.relayer().await;
    assert_eq!(gap(&mut events).await, (901, missing, missing));
    relayer.shutdown().await.unwrap();

    let (relayer, mut events) = net.relayer().await;
    sent.extend(net.send(1).await);
    events.submitted(sent[3].message_hash).await;
    net.b.mine().await;
    for message in &sent {
        events.delivered(message.message_hash).await;
    }
    assert_eq!(events.heard(is_gap), 0, "it was told");
    relayer.shutdown().await.unwrap();
}
