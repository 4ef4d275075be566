//! Messages are executed in a later second than their own, unless a devnet is told otherwise.

use crate::support::*;
use causeway_devnet::{DEV_ACCOUNTS, Devnet};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SameTimestamp};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// How often a message is sent until one is taken in its own second: the turn of a second may come in between.
const ATTEMPTS: u64 = 20;

async fn devnet_with(same_timestamp: SameTimestamp, block_time: u64, autorelay: bool) -> Devnet {
    let mut config = config();
    (config.same_timestamp, config.block_time, config.autorelay) = (same_timestamp, block_time, autorelay);
    Devnet::start(config).await.unwrap()
}

/// A message of a second that the destination has not reached, so that a test can say which one its next block is of.
async fn message_to_come(source: &Rpc) -> Sent {
    source.ok("evm_increaseTime", json!([100])).await;
    send_message(source, 901, 902).await
}

async fn block_of(rpc: &Rpc, transaction: &Value) -> Value {
    let receipt = until(async || {
        let receipt = rpc.ok("eth_getTransactionReceipt", json!([transaction])).await;
        (!receipt.is_null()).then_some(receipt)
    });
    let receipt = receipt.await;
    assert_eq!(receipt["status"], "0x1", "{receipt}");
    rpc.ok("eth_getBlockByHash", json!([receipt["blockHash"], false])).await
}

#[tokio::test]
async fn messages_of_the_second_of_the_block_are_not_taken_yet() {
    let devnet = devnet_with(SameTimestamp::Forbidden, 0, false).await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = message_to_come(&source).await;
    let second = message.identifier.timestamp;
    let relay = json!([message.request(DEV_ACCOUNTS[0])]);
    let next = async |timestamp: u64| {
        destination.ok("evm_setNextBlockTimestamp", json!([timestamp])).await;
    };

    for (timestamp, rule) in [(second - 1, "future-message"), (second, "same-timestamp")] {
        next(timestamp).await;
        for method in ["eth_sendTransaction", "eth_sendTransactionSync"] {
            let error = destination.call(method, relay.clone()).await.unwrap_err();
            assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-321401), &json!(rule)), "{error}");
            assert_eq!(error["data"]["retry"], true, "{error}");
        }
    }
    // What waiting does not mend is said at once.
    let forged = destination.call("eth_sendTransaction", json!([message.forged().request(DEV_ACCOUNTS[0])]));
    assert_eq!(forged.await.unwrap_err()["data"]["rule"], "checksum-mismatch");
    let mut both = message.request(DEV_ACCOUNTS[0]);
    both["accessList"][0]["storageKeys"] = json!([message.keys(), message.forged().keys()].concat());
    let error = destination.call("eth_sendTransaction", json!([both])).await.unwrap_err();
    assert_eq!((&error["data"]["entry"], &error["data"]["rule"]), (&json!(1), &json!("checksum-mismatch")));

    next(second + 1).await;
    let relayed = destination.ok("eth_sendTransaction", relay).await;
    assert_eq!(quantity(&block_of(&destination, &relayed).await["timestamp"]), second + 1);
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn messages_of_the_second_of_the_block_are_taken_where_that_is_allowed() {
    let devnet = devnet_with(SameTimestamp::Allowed, 0, false).await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = message_to_come(&source).await;
    destination.ok("evm_setNextBlockTimestamp", json!([message.identifier.timestamp])).await;
    let relayed = destination.ok("eth_sendTransaction", json!([message.request(DEV_ACCOUNTS[0])])).await;
    let block = block_of(&destination, &relayed).await;
    assert_eq!(quantity(&block["timestamp"]), message.identifier.timestamp);
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn where_blocks_come_by_themselves_a_relay_is_taken_at_once_and_lands_later_than_its_message() {
    let devnet = devnet_with(SameTimestamp::Forbidden, 1, false).await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    for nonce in 0..3 {
        let message = send_message(&source, 901, 902).await;
        let raw = message.signed(devnet.network(), 902, nonce);
        let relayed = destination.ok("eth_sendRawTransaction", json!([raw])).await;
        let block = block_of(&destination, &relayed).await;
        assert!(quantity(&block["timestamp"]) > message.identifier.timestamp, "{block}");
    }
    devnet.stop().await.unwrap();
}

/// Sends a message and has it relayed; tells the transaction, and whether that was taken in the very second of the message.
async fn relay(devnet: &Devnet, nonce: u64) -> (Sent, Value, bool) {
    let (source, destination) = (gateway(devnet, 901), gateway(devnet, 902));
    let message = send_message(&source, 901, 902).await;
    let raw = message.signed(devnet.network(), 902, nonce);
    let relayed = destination.ok("eth_sendRawTransaction", json!([raw])).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let early = now == message.identifier.timestamp;
    (message, relayed, early)
}

/// Relays until a message is taken in its own second; every one is executed in a later one. Returns the next nonce.
async fn relay_until_early(devnet: &Devnet, first: u64) -> u64 {
    let destination = gateway(devnet, 902);
    for nonce in first..first + ATTEMPTS {
        let (message, relayed, early) = relay(devnet, nonce).await;
        let block = block_of(&destination, &relayed).await;
        assert!(quantity(&block["timestamp"]) > message.identifier.timestamp, "{block}");
        if early {
            return nonce + 1;
        }
    }
    panic!("every one waited for the second of its message to end");
}

#[tokio::test]
async fn a_relay_does_not_wait_where_the_next_block_is_of_a_later_second() {
    let devnet = devnet_with(SameTimestamp::Forbidden, 1, false).await;
    let destination = gateway(&devnet, 902);
    let nonce = relay_until_early(&devnet, 0).await;
    // When the next block comes is found out again after what makes one out of turn, or sets when they come.
    destination.ok("evm_mine", json!([])).await;
    let nonce = relay_until_early(&devnet, nonce).await;
    destination.ok("evm_setAutomine", json!([true])).await;
    destination.ok("evm_setIntervalMining", json!([1])).await;
    relay_until_early(&devnet, nonce).await;
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_block_out_of_turn_is_later_than_the_messages_that_were_taken() {
    let mut config = config();
    (config.same_timestamp, config.block_time) = (SameTimestamp::Forbidden, 60);
    for (over_socket, method, params) in [
        (false, "evm_mine", json!([])),
        (true, "evm_mine", json!([])),
        (false, "anvil_mine", json!([1])),
        (false, "evm_setAutomine", json!([true])),
        (true, "evm_setAutomine", json!([true])),
        (false, "evm_setIntervalMining", json!([1])),
    ] {
        let devnet = Devnet::start(config.clone()).await.unwrap();
        let destination = gateway(&devnet, 902);
        let mut socket = Socket::open(&destination).await;
        gateway(&devnet, 901).ok("evm_setAutomine", json!([true])).await;
        let mut sent = Vec::new();
        for nonce in 0..ATTEMPTS {
            let (message, relayed, early) = relay(&devnet, nonce).await;
            sent.push((message, relayed));
            if early {
                break;
            }
        }
        if over_socket {
            outcome(&socket.ask(&call(1, method, params)).await).unwrap();
        } else {
            destination.ok(method, params).await;
        }
        for (message, relayed) in sent {
            let block = block_of(&destination, &relayed).await;
            assert!(quantity(&block["timestamp"]) > message.identifier.timestamp, "{method}: {block}");
        }
        devnet.stop().await.unwrap();
    }
}

#[tokio::test]
async fn the_devnets_relayer_waits_for_the_next_second() {
    let devnet = devnet_with(SameTimestamp::Forbidden, 0, true).await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    for number in 0..3 {
        let message = send_message(&source, 901, 902).await;
        let filter = json!([{
            "address": L2_TO_L2_CROSS_DOMAIN_MESSENGER, "topics": [RelayedMessage::TOPIC], "fromBlock": "0x0",
        }]);
        let log = until(async || {
            let logs = destination.ok("eth_getLogs", filter.clone()).await;
            logs.as_array().unwrap().get(number).cloned()
        });
        let block = destination.ok("eth_getBlockByHash", json!([log.await["blockHash"], false])).await;
        assert!(quantity(&block["timestamp"]) > message.identifier.timestamp, "{block}");
    }
    devnet.stop().await.unwrap();
}
