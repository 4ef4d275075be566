//! Why a message is not delivered: what the commands say that wait for it, or look.

use crate::{
    causeway::{Ran, World},
    gate::rpc,
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256},
    rpc::types::TransactionRequest,
    sol_types::{Panic, Revert, SolCall, SolError},
};
use causeway_bindings::{
    IMulticall3::{Call3Value, aggregate3ValueCall},
    L2ToL2CrossDomainMessenger::sendMessageCall,
    MULTICALL3,
};
use causeway_client::delivery::relay_request;
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER};
use serde_json::{Value, json};

const TARGET: &str = "0x00000000000000000000000000000000000000bd";
const TOKEN: &str = "0x420beeF000000000000000000000000000000001";
const ME: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
/// Another account, whose nonce the commands do not count.
const OTHER: &str = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

fn send<'a>(to: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["message", "send", "--from", "901", "--to", to, "--target", TARGET, "--data", "0x01"], more].concat()
}

/// Code that reverts with this data.
fn reverts_with(data: &[u8]) -> String {
    let size = data.len();
    format!("0x61{size:04x}600d5f3961{size:04x}5ffd00{}", alloy::primitives::hex::encode(data))
}

/// Sends from an account that the node signs for, and waits for the receipt.
fn transact(url: &str, request: &Value) -> Value {
    let hash = rpc(url, "eth_sendTransaction", json!([request]));
    loop {
        let receipt = rpc(url, "eth_getTransactionReceipt", json!([hash]));
        if !receipt.is_null() {
            return receipt;
        }
    }
}

fn envelope(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

#[test]
fn an_undelivered_message_is_explained_by_every_hash() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    let b = devnet.rpc_url(1);
    let code = |code: &str| rpc(b, "anvil_setCode", json!([TARGET, code]));
    let sent = world.json(&send("902", &["--no-wait"]));
    let (hash, tx) = (text(&sent, "/messageHash"), text(&sent, "/sent/transactionHash"));

    let said = world.run(&["message", "status", hash]).stdout;
    for line in ["pending", "nothing stands against it", "none that is known of here"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(said.contains(&format!("`causeway message relay {hash}` delivers it by hand")), "{said}");
    let message = &world.json(&["message", "status", tx])["messages"][0];
    assert_eq!(message["messageHash"], hash);
    assert_eq!(
        (&message["undelivered"]["obstacles"], &message["undelivered"]["relayer"]),
        (&json!([]), &Value::Null)
    );
    let payload = text(message, "/payloadHash");
    assert_eq!(world.json(&["message", "status", payload])["messages"][0]["messageHash"], hash);

    let long = "x".repeat(500);
    for (data, kind, words) in [
        (vec![], "no-data", "no reason given"),
        (Panic { code: U256::from(0x11) }.abi_encode(), "panic", "Panic: arithmetic overflow (0x11)"),
        (Revert { reason: "\u{1b}[2Jpaused".into() }.abi_encode(), "text", r#""\u{1b}[2Jpaused""#),
        (Revert { reason: long }.abi_encode(), "text", "xxx…"),
    ] {
        code(&reverts_with(&data));
        let status = world.json(&["message", "status", hash]);
        let obstacle = &status["messages"][0]["undelivered"]["obstacles"][0];
        assert_eq!((&obstacle["code"], &obstacle["revert"]), (&"reverts".into(), &kind.into()), "{status}");
        assert!(text(obstacle, "/explanation").contains(words), "{status}");
        let said = world.run(&["message", "status", hash]).stdout;
        assert!(said.contains(words) && !said.contains('\u{1b}') && said.len() < 2_500, "{said}");
    }
    code("0x5b5f56");
    let status = world.json(&["message", "status", hash]);
    assert_eq!(status["messages"][0]["undelivered"]["obstacles"][0]["code"], "out-of-gas");
    let waited = world.run(&send("902", &["--force", "--timeout", "2s"]));
    assert_eq!(waited.code, 3, "{waited:?}");
    for words in ["not delivered within 2 s: its delivery reverts: out of gas", "none that is known of here"]
    {
        assert!(waited.stderr.contains(words), "{words}: {waited:?}");
    }

    // A transaction that should have delivered it, and reverted, names it too.
    let receipt = transact(b, &relay_of(message));
    assert_eq!(receipt["status"], "0x0");
    let tried = text(&receipt, "/transactionHash");
    let status = world.json(&["message", "status", tried]);
    assert_eq!(
        (&status["messages"][0]["messageHash"], &status["transaction"]["status"]),
        (&hash.into(), &"reverted".into())
    );
    code("0x");
    let relayed = world.json(&["message", "relay", tried]);
    let delivered = text(&relayed, "/messages/0/delivered/transactionHash");
    for name in [hash, tx, payload, delivered] {
        let message = &world.json(&["message", "status", name])["messages"][0];
        assert_eq!((&message["messageHash"], &message["status"]), (&hash.into(), &"delivered".into()));
        assert_eq!(message["undelivered"], Value::Null);
        let checked = world.json(&["verifier", "check", name]);
        let message = &checked["messages"][0];
        assert_eq!(
            (&message["verdict"], &message["messageHash"]),
            (&"valid".into(), &hash.into()),
            "{checked}"
        );
        assert_eq!(message["payloadHash"], payload);
    }
    drop(devnet);
}

/// The transaction that relays a message, as JSON-RPC takes it.
fn relay_of(message: &Value) -> Value {
    let number = |pointer| message.pointer(pointer).and_then(Value::as_u64).unwrap();
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: number("/sent/blockNumber"),
        log_index: number("/sent/logIndex").try_into().unwrap(),
        timestamp: number("/sent/timestamp"),
        chain_id: U256::from(901),
    };
    let sent = causeway_interop::SentMessage {
        destination: U256::from(902),
        target: text(message, "/target").parse().unwrap(),
        nonce: text(message, "/nonce").parse().unwrap(),
        sender: text(message, "/sender").parse().unwrap(),
        message: text(message, "/message").parse().unwrap(),
    };
    let request = relay_request(&identifier, &Bytes::from(sent.encode_payload()))
        .with_from(OTHER.parse().unwrap())
        .with_gas_limit(1_000_000);
    serde_json::to_value(TransactionRequest { chain_id: None, ..request }).unwrap()
}

#[test]
fn a_transaction_with_several_messages_has_an_index() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    let call = |byte: u8| Call3Value {
        target: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        allowFailure: false,
        value: U256::ZERO,
        callData: sendMessageCall {
            _destination: U256::from(902),
            _target: Address::repeat_byte(byte),
            _message: Bytes::new(),
        }
        .abi_encode()
        .into(),
    };
    let data = aggregate3ValueCall { calls: vec![call(0xa1), call(0xa2), call(0xa3)] }.abi_encode();
    let request = json!({ "from": OTHER, "to": MULTICALL3, "data": Bytes::from(data) });
    let receipt = transact(devnet.rpc_url(0), &request);
    let tx = text(&receipt, "/transactionHash");

    let said = world.run(&["message", "status", tx]).stdout;
    assert!(said.contains("0 of 3 that this hash names; --index 0 chooses it"), "{said}");
    let one = world.json(&["message", "status", tx, "--index", "1"]);
    assert_eq!(one["messages"].as_array().unwrap().len(), 1);
    let second = format!("0x{}", "a2".repeat(20));
    assert_eq!(text(&one, "/messages/0/target").to_lowercase(), second);
    let beyond = world.run(&["message", "relay", tx, "--index", "3"]);
    assert!(beyond.code == 2 && beyond.stderr.contains("3 messages, from 0 to 2"), "{beyond:?}");
    let relayed = world.json(&["message", "relay", tx, "--index", "1"]);
    assert_eq!(text(&relayed, "/messages/0/target").to_lowercase(), second);
    let all = world.json(&["message", "status", tx]);
    let states: Vec<_> = (0..3).map(|index| text(&all, &format!("/messages/{index}/status"))).collect();
    assert_eq!(states, ["pending", "delivered", "pending"]);
    drop(devnet);
}

#[test]
fn the_relayer_that_runs_is_named() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1", "--autorelay"]);
    let b = devnet.rpc_url(1);
    rpc(b, "anvil_setCode", json!([TARGET, reverts_with(&Revert { reason: "paused".into() }.abi_encode())]));
    let waited = world.run(&send("902", &["--force", "--timeout", "3s", "--json"]));
    assert_eq!(waited.code, 3, "{waited:?}");
    let error = &envelope(&waited)["errors"][0];
    assert!(text(error, "/message").contains(r#"its delivery reverts: "paused""#), "{error}");
    assert!(text(error, "/hint").contains("the devnet's own runs, account 0x"), "{error}");
    let undelivered = &error["details"]["undelivered"];
    assert_eq!(
        (&undelivered["obstacles"][0]["code"], &undelivered["relayer"]["kind"]),
        (&"reverts".into(), &"devnet".into())
    );
    drop(devnet);

    // One that was started beside a devnet without.
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    let mut relayer = world.service(&["relayer", "run"]);
    relayer.until(|event| event["event"] == "started");
    rpc(devnet.rpc_url(1), "anvil_setCode", json!([TARGET, "0xfe"]));
    let sent = world.json(&send("902", &["--force", "--no-wait"]));
    let said = world.run(&["message", "status", text(&sent, "/messageHash")]).stdout;
    let named = "one runs on this machine: relayer 0x";
    assert!(said.contains(named) && said.contains(&format!("process {}", relayer.pid())), "{said}");
    assert_eq!(relayer.interrupt(), 0);
    let said = world.run(&["message", "status", text(&sent, "/messageHash")]).stdout;
    assert!(said.contains("none that is known of here"), "{said}");
    drop(devnet);
}

#[test]
fn clocks_and_dependency_sets_are_explained_and_value_is_shown() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1", "--l2-count", "3", "--dependency-set", "901,902"]);
    let a = devnet.rpc_url(0);
    let code = |sent: &Value| {
        let status = world.json(&["message", "status", text(sent, "/messageHash")]);
        status["messages"][0]["undelivered"]["obstacles"][0]["code"].clone()
    };
    assert_eq!(code(&world.json(&send("903", &["--force", "--no-wait"]))), "not-a-dependency");
    assert_eq!(code(&world.json(&send("905", &["--force", "--no-wait"]))), "destination-unknown");

    let (units, amount) =
        (2_500_000_000_000_000_000_u128, format!("{:064x}", 5_000_000_000_000_000_000_u128));
    let mint = format!("0x40c10f19{:0>64}{amount}", &ME[2..]);
    transact(a, &json!({ "from": OTHER, "to": TOKEN, "data": mint }));
    let tokens = [
        "bridge",
        "erc20",
        "--token",
        TOKEN,
        "--amount",
        "2.5token",
        "--from",
        "901",
        "--to",
        "902",
        "--no-wait",
    ];
    let sent = world.json(&tokens);
    let said = world.run(&["message", "status", text(&sent, "/messageHash")]).stdout;
    let symbol = {
        let status = world.json(&["message", "status", text(&sent, "/messageHash")]);
        let transfer = &status["messages"][0]["transfer"];
        assert_eq!((&transfer["kind"], &transfer["decimals"]), (&"erc20".into(), &18.into()));
        assert_eq!(text(transfer, "/amount"), units.to_string());
        text(transfer, "/symbol").to_owned()
    };
    assert!(said.to_lowercase().contains(&format!("2.5 {symbol} to {ME}").to_lowercase()), "{said}");
    let ether = ["bridge", "eth", "--amount", "0.5ether", "--from", "901", "--to", "902", "--no-wait"];
    let sent = world.json(&ether);
    let said = world.run(&["message", "status", text(&sent, "/messageHash")]).stdout;
    assert!(said.contains("0.5 ETH to 0x"), "{said}");

    rpc(a, "evm_increaseTime", json!([5_000]));
    let sent = world.json(&send("902", &["--no-wait"]));
    assert_eq!(code(&sent), "future-message");
    let none = B256::repeat_byte(7).to_string();
    let missing = world.run(&["message", "status", &none]);
    assert!(missing.code == 1 && missing.stderr.contains("a reorg may have taken it away"), "{missing:?}");
    drop(devnet);
}
