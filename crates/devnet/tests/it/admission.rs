use crate::support::*;
use alloy::primitives::{B256, U256};
use causeway_devnet::{DEV_ACCOUNTS, Devnet};
use causeway_interop::{CROSS_L2_INBOX, Identifier};
use serde_json::{Value, json};

/// Relays through one way in and expects that the destination has executed the message.
async fn assert_relayed(devnet: &Devnet, way: &str, socket: Option<&mut Socket>) {
    let (source, destination) = (gateway(devnet, 901), gateway(devnet, 902));
    let message = send_message(&source, 901, 902).await;
    let nonce =
        quantity(&destination.ok("eth_getTransactionCount", json!([DEV_ACCOUNTS[0], "latest"])).await);
    let request = message.request(DEV_ACCOUNTS[0]);
    let (method, params) = match way {
        "raw" => ("eth_sendRawTransaction", json!([message.signed(devnet.network(), 902, nonce)])),
        "raw sync" => ("eth_sendRawTransactionSync", json!([message.signed(devnet.network(), 902, nonce)])),
        "request" => ("eth_sendTransaction", json!([request])),
        "request sync" => ("eth_sendTransactionSync", json!([request])),
        _ => ("eth_sendUnsignedTransaction", json!([request])),
    };
    let result = match socket {
        None => destination.ok(method, params).await,
        Some(socket) => outcome(&socket.ask(&call(1, method, params)).await).unwrap(),
    };
    let hash = result.get("transactionHash").unwrap_or(&result).clone();
    let receipt = receipt(&destination, &hash).await;
    assert_eq!(receipt["status"], "0x1", "{way}: {receipt}");
    // ExecutingMessage of the inbox, RelayedMessage of the messenger.
    let addresses: Vec<_> =
        receipt["logs"].as_array().unwrap().iter().map(|log| log["address"].clone()).collect();
    assert_eq!(addresses.len(), 2, "{way}: {receipt}");
    assert_eq!(addresses[0], json!(CROSS_L2_INBOX), "{way}");
}

/// Waits for a transaction: on-demand mining has it in a block at the next one at the latest.
async fn receipt(rpc: &Rpc, hash: &Value) -> Value {
    let receipt = rpc.ok("eth_getTransactionReceipt", json!([hash])).await;
    if !receipt.is_null() {
        return receipt;
    }
    rpc.ok("evm_mine", json!([])).await;
    rpc.ok("eth_getTransactionReceipt", json!([hash])).await
}

async fn refusal(rpc: &Rpc, message: &Sent) -> Value {
    rpc.call("eth_sendTransaction", json!([message.request(DEV_ACCOUNTS[0])])).await.unwrap_err()
}

fn with(message: &Sent, change: impl FnOnce(&mut Identifier)) -> Sent {
    let mut message = message.clone();
    change(&mut message.identifier);
    message
}

#[tokio::test]
async fn true_messages_are_relayed_by_every_way_in() {
    let devnet = devnet().await;
    let mut socket = Socket::open(&gateway(&devnet, 902)).await;
    for way in ["raw", "raw sync", "request", "request sync", "unsigned"] {
        assert_relayed(&devnet, way, None).await;
        assert_relayed(&devnet, way, Some(&mut socket)).await;
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn false_messages_are_refused_by_every_way_in() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let mut socket = Socket::open(&destination).await;
    let message = send_message(&source, 901, 902).await.forged();
    let request = message.request(DEV_ACCOUNTS[0]);
    let raw = message.signed(devnet.network(), 902, 0);
    destination.ok("evm_mine", json!([])).await;
    let height = destination.block_number().await;
    for (method, params) in [
        ("eth_sendRawTransaction", json!([raw])),
        ("eth_sendRawTransactionSync", json!([raw])),
        ("eth_sendTransaction", json!([request])),
        ("eth_sendTransactionSync", json!([request])),
        ("eth_sendUnsignedTransaction", json!([request])),
        ("anvil_reorg", json!([1, [[request, 0]]])),
        ("anvil_reorg", json!([1, [[raw, 0]]])),
        ("anvil_reorg", json!({"depth": 1, "tx_block_pairs": [[request, 0]]})),
    ] {
        let error = destination.call(method, params.clone()).await.unwrap_err();
        let codes = if method == "anvil_reorg" { [-320600, -321401] } else { [-320600; 2] };
        assert!(codes.contains(&error["code"].as_i64().unwrap()), "{method}: {error}");
        assert_eq!(error["data"]["entry"], 0, "{method}");
        assert_eq!(error["data"]["chainId"], "901");

        let request = call(9, method, params);
        let answer = socket.ask(&request).await;
        assert_eq!(outcome(&answer).unwrap_err()["code"], error["code"], "{method}");
        let binary = tokio_tungstenite::tungstenite::Message::binary(request.to_string());
        socket.send(binary).await;
        assert_eq!(socket.receive().await, answer);
    }
    assert_eq!(destination.block_number().await, height);
    let pool = destination.ok("txpool_status", json!([])).await;
    assert_eq!(pool, json!({"pending": "0x0", "queued": "0x0"}));
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn refusals_say_what_is_wrong() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = send_message(&source, 901, 902).await;
    let Identifier { block_number, timestamp, .. } = message.identifier;

    let forged = message.forged();
    let error = refusal(&destination, &forged).await;
    let (claimed, there) = (
        forged.identifier.checksum(forged.payload.hash()).to_string(),
        message.identifier.checksum(message.payload.hash()).to_string(),
    );
    assert_eq!(error["code"], -320600);
    assert_eq!(
        error["message"],
        format!(
            "interop: access-list entry 0 (chain 901, block {block_number}, log 0, timestamp {timestamp}): \
             checksum-mismatch: the log there has checksum {there}, the entry says {claimed}"
        )
    );
    assert_eq!((&error["data"]["expected"], &error["data"]["actual"]), (&json!(claimed), &json!(there)));
    assert_eq!(error["data"]["storageKeys"], json!(forged.keys()));

    for (message, rule, code) in [
        (with(&message, |id| id.log_index = 1), "log-not-found", -320600),
        (with(&message, |id| id.timestamp -= 1), "timestamp-mismatch", -320600),
        (with(&message, |id| id.block_number = 0), "timestamp-mismatch", -320600),
        (with(&message, |id| id.chain_id = U256::from(999)), "unknown-chain", -320501),
        (with(&message, |id| id.chain_id = U256::from(900)), "unknown-chain", -320501),
        (with(&message, |id| id.chain_id += U256::ONE << 64), "unknown-chain", -320501),
        (with(&message, |id| id.timestamp -= 604_801), "expired", -320600),
    ] {
        let error = refusal(&destination, &message).await;
        // Devnets start at the first second of their chains, so the genesis can have the same timestamp.
        let rules = [json!(rule), json!("log-not-found")];
        assert!(rules.contains(&error["data"]["rule"]), "{rule}: {error}");
        assert_eq!(error["code"], code, "{rule}: {error}");
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn what_may_still_come_is_future_data() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = send_message(&source, 901, 902).await;

    // A block that is not there yet, of a time that is already possible.
    destination.ok("evm_increaseTime", json!([100])).await;
    let coming =
        with(&message, |id| (id.block_number, id.timestamp) = (id.block_number + 5, id.timestamp + 50));
    let error = refusal(&destination, &coming).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-321401), &json!("block-not-known")));

    // A message that is there, but of a time that the destination has not reached.
    source.ok("evm_increaseTime", json!([10_000])).await;
    let early = send_message(&source, 901, 902).await;
    let error = refusal(&destination, &early).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-321401), &json!("future-message")));
    // False is false, also in the future.
    let error = refusal(&destination, &early.forged()).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-320600), &json!("checksum-mismatch")));

    destination.ok("evm_increaseTime", json!([10_000])).await;
    destination.ok("eth_sendTransactionSync", json!([early.request(DEV_ACCOUNTS[0])])).await;
    // Pinned timestamps count like the clock's.
    let later = early.identifier.timestamp + 604_801;
    destination.ok("evm_setNextBlockTimestamp", json!([later])).await;
    let error = refusal(&destination, &early).await;
    assert_eq!(error["data"]["rule"], "expired", "{error}");
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn access_lists_have_to_be_well_formed() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = send_message(&source, 901, 902).await;
    let keys = message.keys();
    let mut padded = keys.clone();
    padded[0][1] = 1;
    let send = async |items: Value| {
        let mut request = message.request(DEV_ACCOUNTS[0]);
        request["accessList"] = items;
        destination.call("eth_sendTransaction", json!([request])).await
    };
    let item = |keys: &[B256]| json!({"address": CROSS_L2_INBOX, "storageKeys": keys});
    for (items, rule) in [
        (json!([item(&[keys[1], keys[0]])]), "unexpected-entry-type"),
        (json!([item(&keys[..1])]), "expected-entry"),
        (json!([item(&padded)]), "malformed-entry"),
        (json!([item(&[keys[0], keys[1], keys[1]])]), "unexpected-entry-type"),
        (json!([item(&[B256::ZERO])]), "unexpected-entry-type"),
        (json!([item(&keys), item(&[keys[1]])]), "unexpected-entry-type"),
    ] {
        let error = send(items).await.unwrap_err();
        assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-32602), &json!(rule)), "{error}");
    }
    // One false message among true ones spoils the transaction, whether it is executed or not.
    let mut both = keys.clone();
    both.extend(message.forged().keys());
    let error = send(json!([item(&both)])).await.unwrap_err();
    assert_eq!((&error["data"]["entry"], &error["data"]["rule"]), (&json!(1), &json!("checksum-mismatch")));
    // Declared in two parts, and twice, is still declared.
    send(json!([item(&keys[..1]), item(&keys[1..]), item(&keys)])).await.unwrap();
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn chains_outside_of_the_dependency_set_are_not_heard() {
    let mut config = config();
    (config.l2_count, config.dependency_set) = (3, Some(vec![901, 902]));
    let devnet = Devnet::start(config).await.unwrap();
    let network = devnet.network();
    assert_eq!(network.dependency_sets[&901], [901, 902]);
    assert_eq!(network.dependency_sets[&903], [903]);

    let (inside, destination, outside) =
        (gateway(&devnet, 901), gateway(&devnet, 902), gateway(&devnet, 903));
    let stranger = send_message(&outside, 903, 902).await;
    let error = refusal(&destination, &stranger).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-320501), &json!("not-a-dependency")));
    let member = send_message(&inside, 901, 903).await;
    assert_eq!(refusal(&outside, &member).await["data"]["rule"], "not-a-dependency");
    let member = send_message(&inside, 901, 902).await;
    destination.ok("eth_sendTransactionSync", json!([member.request(DEV_ACCOUNTS[0])])).await;
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_chain_can_execute_its_own_messages() {
    let devnet = devnet().await;
    let chain = gateway(&devnet, 901);
    let message = send_message(&chain, 901, 902).await;
    // The messenger relays to its destination only, so the inbox is asked itself.
    let validate = json!({
        "from": DEV_ACCOUNTS[0],
        "to": DEV_ACCOUNTS[1],
        "accessList": message.access_list(),
    });
    chain.ok("eth_sendTransactionSync", json!([validate])).await;
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn mixed_batches_are_answered_in_order_on_both_transports() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let mut socket = Socket::open(&destination).await;
    let forged = send_message(&source, 901, 902).await.forged().request(DEV_ACCOUNTS[0]);
    for over_socket in [false, true] {
        let message = send_message(&source, 901, 902).await.request(DEV_ACCOUNTS[0]);
        let notification = json!({"jsonrpc": "2.0", "method": "eth_sendTransaction", "params": [forged]});
        let batch = json!([
            call(1, "eth_chainId", json!([])),
            call(2, "eth_sendTransaction", json!([forged])),
            notification,
            call(3, "eth_sendTransactionSync", json!([message])),
            call(4, "eth_sendBundle", json!([{}])),
            {"jsonrpc": "2.0", "method": "eth_blockNumber"},
            call(5, "nope", json!([])),
            call(6, "eth_subscribe", json!(["newHeads"])),
        ]);
        let answers = if over_socket {
            socket.ask(&batch).await
        } else {
            serde_json::from_str(&destination.post(batch.to_string()).await.1).unwrap()
        };
        let answers = answers.as_array().unwrap();
        let ids: Vec<_> = answers.iter().map(|answer| answer["id"].as_u64().unwrap()).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5, 6]);
        assert_eq!(answers[0]["result"], "0x386");
        assert_eq!(answers[1]["error"]["data"]["rule"], "checksum-mismatch");
        assert_eq!(answers[2]["result"]["status"], "0x1");
        assert_eq!(answers[3]["error"]["code"], -32601);
        // The node has another word for it on sockets.
        assert_eq!(answers[4]["error"]["code"], if over_socket { -32602 } else { -32601 });
        assert_eq!(answers[5].get("result").is_some(), over_socket, "{}", answers[5]);
    }
    destination.ok("evm_mine", json!([])).await;
    assert_eq!(socket.receive().await["method"], "eth_subscription");

    let refused = json!([{"jsonrpc": "2.0", "method": "eth_sendTransaction", "params": [forged]}]);
    assert_eq!(destination.post(refused.to_string()).await, (204, String::new()));
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_large_batch_reads_each_block_once_and_passes_untouched() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = send_message(&source, 901, 902).await;
    let requests = (0..100).map(|nonce| {
        let mut request = message.request(DEV_ACCOUNTS[0]);
        request["nonce"] = json!(format!("{nonce:#x}"));
        call(nonce, "eth_sendTransaction", json!([request]))
    });
    let batch: Value = requests.collect();
    let (status, body) = destination.post(batch.to_string()).await;
    let answers: Vec<Value> = serde_json::from_str(&body).unwrap();
    assert_eq!((status, answers.len()), (200, 100));
    assert!(answers.iter().all(|answer| answer.get("error").is_none()), "{body}");
    devnet.stop().await.unwrap();
}
