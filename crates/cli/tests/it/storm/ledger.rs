//! What stands in the blocks, as the nodes themselves say: what was sent, delivered, and paid for.

use super::{
    chain::{Chain, number},
    kind::Parcel,
    replica::ACCOUNT,
    schedule::Side,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    providers::Provider,
    rpc::types::Filter,
    sol_types::SolCall,
};
use causeway_bindings::{
    L2ToL2CrossDomainMessenger::relayMessageCall,
    RELAY_BATCHER,
    RelayBatcher::{relayCompactCall, relayMessagesCall},
};
use causeway_interop::{
    L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SentMessage,
    relay_batch::{RelayItem, decode_compact, decode_plain},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A transaction of the relayer's account in a block.
#[derive(Debug)]
pub(crate) struct Paid {
    pub(crate) side: Side,
    pub(crate) hash: String,
    pub(crate) success: bool,
    pub(crate) gas_limit: u64,
    pub(crate) gas_used: u64,
    /// What it was to deliver. Nothing: it fills a nonce.
    pub(crate) carried: Vec<(B256, Parcel)>,
    pub(crate) delivered: BTreeSet<B256>,
    /// Of its block, in seconds.
    pub(crate) timestamp: u64,
}

/// The messages that a chain's blocks sent.
pub(crate) async fn sent(side: Side, chain: &Chain) -> BTreeMap<B256, Parcel> {
    let mut found = BTreeMap::new();
    for log in logs(chain, SentMessage::TOPIC).await {
        let sent = SentMessage::decode(log.topics(), &log.data().data).unwrap();
        found.insert(sent.message_hash(U256::from(side.chain_id())), parcel(&sent));
    }
    found
}

/// The messages that a chain's blocks delivered, each as often as they did.
pub(crate) async fn delivered(chain: &Chain) -> BTreeMap<B256, usize> {
    let mut found = BTreeMap::new();
    for log in logs(chain, RelayedMessage::TOPIC).await {
        let relayed = RelayedMessage::decode(log.topics(), &log.data().data).unwrap();
        *found.entry(relayed.message_hash).or_default() += 1;
    }
    found
}

async fn logs(chain: &Chain, topic: B256) -> Vec<alloy::rpc::types::Log> {
    let filter = Filter::new().address(L2_TO_L2_CROSS_DOMAIN_MESSENGER).event_signature(topic).from_block(0);
    chain.anvil.provider.get_logs(&filter).await.unwrap()
}

fn parcel(sent: &SentMessage) -> Parcel {
    Parcel::read(sent.target, &sent.message).unwrap_or_else(|| panic!("not of this storm: {sent:?}"))
}

/// What the relayer's account has in a chain's blocks.
pub(crate) async fn paid(side: Side, chain: &Chain) -> Vec<Paid> {
    let mut found = Vec::new();
    for block in 1..=chain.head().await {
        let block = format!("{block:#x}");
        let whole = chain.anvil.call("eth_getBlockByNumber", json!([block, true])).await;
        let transactions = whole["transactions"].as_array().unwrap().clone();
        let is_ours = |transaction: &Value| address(&transaction["from"]) == Some(ACCOUNT);
        if !transactions.iter().any(is_ours) {
            continue;
        }
        let receipts = chain.anvil.call("eth_getBlockReceipts", json!([block])).await;
        let both = transactions.iter().zip(receipts.as_array().unwrap());
        for (transaction, receipt) in both.filter(|(transaction, _)| is_ours(transaction)) {
            assert_eq!(transaction["hash"], receipt["transactionHash"]);
            found.push(Paid {
                side,
                hash: transaction["hash"].as_str().unwrap().to_owned(),
                success: receipt["status"] == "0x1",
                gas_limit: number(&transaction["gas"]),
                gas_used: number(&receipt["gasUsed"]),
                carried: carried(side, transaction),
                delivered: deliveries(receipt),
                timestamp: number(&whole["timestamp"]),
            });
        }
    }
    found
}

/// The transactions of the account that wait in the pool, each in words. One whose nonce is used up can get into no block:
/// anvil may keep it for ever, when it was handed out once more while the block that has it was made.
pub(crate) async fn waiting(side: Side, chain: &Chain) -> Vec<String> {
    let pool = chain.anvil.call("txpool_content", json!([])).await;
    // Read after the pool: what got into a block since does not wait.
    let next = number(&chain.anvil.call("eth_getTransactionCount", json!([ACCOUNT, "latest"])).await);
    let parts = ["pending", "queued"].into_iter().filter_map(|part| Some((part, pool[part].as_object()?)));
    let of_account = parts.flat_map(|(part, senders)| {
        let ours = senders.iter().filter(|(from, _)| from.parse() == Ok(ACCOUNT));
        ours.filter_map(|(_, of)| of.as_object()).flatten().map(move |(_, transaction)| (part, transaction))
    });
    let waits = of_account.filter(|(_, transaction)| number(&transaction["nonce"]) >= next);
    let in_words = |(part, transaction): (&str, &Value)| {
        format!(
            "{side:?}: {} with the nonce {} is {part}, and {next} is the next",
            transaction["hash"],
            number(&transaction["nonce"])
        )
    };
    waits.map(in_words).collect()
}

fn address(value: &Value) -> Option<Address> {
    value.as_str()?.parse().ok()
}

fn deliveries(receipt: &Value) -> BTreeSet<B256> {
    let hash = |log: &Value| {
        let word = |value: &Value| value.as_str()?.parse::<B256>().ok();
        let is_delivery = word(&log["topics"][0]) == Some(RelayedMessage::TOPIC)
            && address(&log["address"]) == Some(L2_TO_L2_CROSS_DOMAIN_MESSENGER);
        is_delivery.then(|| word(&log["topics"][3])).flatten()
    };
    receipt["logs"].as_array().unwrap().iter().filter_map(hash).collect()
}

/// What a transaction of the account is to deliver.
fn carried(side: Side, transaction: &Value) -> Vec<(B256, Parcel)> {
    let input: Bytes = transaction["input"].as_str().unwrap().parse().unwrap();
    let here = U256::from(side.chain_id());
    let of_items = |items: Vec<RelayItem>| {
        let one = |item: RelayItem| {
            let sent = item.sent_message(here);
            (sent.message_hash(item.chain_id), parcel(&sent))
        };
        items.into_iter().map(one).collect()
    };
    match address(&transaction["to"]) {
        Some(ACCOUNT) if input.is_empty() => Vec::new(),
        Some(L2_TO_L2_CROSS_DOMAIN_MESSENGER) => {
            let call = relayMessageCall::abi_decode(&input).unwrap();
            let sent = SentMessage::decode_payload(&call._sentMessage).unwrap();
            vec![(sent.message_hash(call._id.chainId), parcel(&sent))]
        }
        Some(RELAY_BATCHER) => match relayCompactCall::abi_decode(&input) {
            Ok(call) => of_items(decode_compact(&call._batch).unwrap()),
            Err(_) => {
                let call = relayMessagesCall::abi_decode(&input).unwrap();
                of_items(decode_plain(&call._batch).unwrap())
            }
        },
        _ => panic!("what does the relayer do there? {transaction:#}"),
    }
}
