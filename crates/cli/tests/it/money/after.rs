//! What is said after something was sent: it is never called unsent, and never delivered before it is.

use super::{KEY, ME, MINTER, assert_refused, error, sent};
use crate::{
    causeway::{Ran, RunningDevnet, World, signal},
    gate::{Gate, Loss, rpc},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStderr, Stdio},
};

const MESSENGER: &str = "0x4200000000000000000000000000000000000023";

/// Something was sent, or may have been; hash and nonce are told on both ways out. Returns the hash.
fn assert_fate_unknown(ran: &Ran, nonce: u64) -> String {
    assert_eq!(ran.code, 3, "{ran:?}");
    let error = error(ran);
    let details = &error["details"];
    assert_eq!(details["sent"]["nonce"], nonce, "{details}");
    let hash = details["sent"]["transactionHash"].as_str().unwrap().to_owned();
    let remedy = format!("`causeway message status {hash}");
    assert!(error["hint"].as_str().unwrap().contains(&remedy), "{error}");
    // Before anything else is said of it.
    let first = ran.stderr.lines().next().unwrap();
    assert!(first.starts_with("sending ") && first.contains(&hash), "{ran:?}");
    assert!(first.contains(&format!("nonce {nonce} of ")), "{ran:?}");
    hash
}

/// A command whose transaction waits for a block that does not come. Returns it with what it said first.
fn waiting(world: &World, args: &[&str]) -> (Child, String, BufReader<ChildStderr>) {
    let mut process = world.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    (process, line, stderr)
}

/// Waits until so many transactions of the first account are on their way, by the command that runs.
fn until_sent(url: &str, count: u64, process: &mut Child) {
    while sent(url) < count {
        assert!(process.try_wait().unwrap().is_none(), "the command ended");
    }
}

/// How it ended.
fn end(process: Child, first: String, mut stderr: BufReader<ChildStderr>) -> Ran {
    let mut said = first;
    stderr.read_to_string(&mut said).unwrap();
    let mut ran = Ran::from(process.wait_with_output().unwrap());
    ran.stderr = said;
    ran
}

#[test]
fn what_was_sent_is_never_called_unsent() {
    let world = World::new();
    // Blocks come when the test says so.
    let devnet = world.devnet(&["--block-time", "3600"]);
    let a = devnet.rpc_url(0);
    let eth = ["bridge", "eth", "--amount", "1ether", "--from", "901", "--to", "902", "--json"];
    let mut hashes = Vec::new();
    for (nonce, timeout) in ["0s", "1s"].into_iter().enumerate() {
        let ran = world.run(&[&eth[..], &["--timeout", timeout]].concat());
        hashes.push(assert_fate_unknown(&ran, nonce as u64));
    }
    for (nonce, name) in [(2, "INT"), (3, "TERM"), (4, "HUP")] {
        let (mut process, first, stderr) = waiting(&world, &[&eth[..], &["--timeout", "1h"]].concat());
        until_sent(a, nonce + 1, &mut process);
        signal(process.id(), name);
        let ran = end(process, first, stderr);
        assert!(ran.stderr.contains("interrupted"), "{ran:?}");
        hashes.push(assert_fate_unknown(&ran, nonce));
    }
    let send =
        ["message", "send", "--from", "901", "--to", "902", "--target", ME, "--json", "--timeout", "0s"];
    hashes.push(assert_fate_unknown(&world.run(&send), 5));
    assert_eq!(sent(a), 6);

    // By the hash that was printed it can be followed, from the pool into its block.
    for (nonce, hash) in hashes.iter().enumerate() {
        let status = world.json(&["message", "status", hash]);
        let transaction = &status["transaction"];
        assert_eq!((&transaction["status"], &transaction["nonce"]), (&json!("pending"), &json!(nonce)));
        assert_eq!((&transaction["chainId"], &status["messages"]), (&json!("901"), &json!([])));
    }
    rpc(a, "evm_mine", json!([]));
    for hash in &hashes {
        assert_eq!(world.json(&["message", "status", hash])["messages"][0]["status"], "pending");
    }
    let nobody = world.run(&["message", "status", &format!("0x{}", "ab".repeat(32))]);
    assert_eq!(nobody.code, 1, "{nobody:?}");
    assert!(nobody.stderr.contains("as long as its nonce is free"), "{nobody:?}");

    // A signal while the delivery is waited for changes nothing about what was sent. Here, the block comes first.
    let (mut process, first, mut stderr) = waiting(&world, &[&eth[..], &["--timeout", "1h"]].concat());
    until_sent(a, 7, &mut process);
    rpc(a, "evm_mine", json!([]));
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    signal(process.id(), "INT");
    let ran = end(process, first, stderr);
    assert_eq!(ran.code, 3, "{ran:?}");
    let details = error(&ran)["details"].clone();
    assert_eq!((&details["status"], &details["sent"]["nonce"]), (&json!("sent"), &json!(6)));
    assert!(details["messageHash"].is_string(), "{details}");
    drop(devnet);
}

#[test]
fn a_transaction_that_reverted_is_told() {
    let (world, devnet) = World::with_devnet();
    let a = devnet.rpc_url(0);
    for (code, status) in [("0x00", "no-message"), ("0x5f5ffd", "reverted")] {
        let target = "0x00000000000000000000000000000000000000bd";
        rpc(a, "anvil_setCode", json!([target, code]));
        let call = json!([{ "from": MINTER, "to": target, "gas": "0x186a0" }]);
        let hash = rpc(a, "eth_sendTransaction", call);
        while rpc(a, "eth_getTransactionReceipt", json!([hash])).is_null() {}
        let shown = world.json(&["message", "status", hash.as_str().unwrap()]);
        assert_eq!(shown["transaction"]["status"], status, "{shown}");
    }
    drop(devnet);
}

/// The first chain behind a gate that loses things, by the name `gated`.
fn gated(world: &World, devnet: &RunningDevnet, loss: Loss) -> Gate {
    let gate = Gate::before(devnet.rpc_url(0), loss);
    let text = format!("[chains.gated]\nchain-id = 901\nrpc-url = \"{}\"\n", gate.url());
    std::fs::write(world.path().join("causeway.toml"), text).unwrap();
    gate
}

#[test]
fn a_lost_answer_is_not_a_failure() {
    let (world, devnet) = World::with_devnet();
    let send = "eth_sendRawTransaction";
    let eth = ["bridge", "eth", "--amount", "1ether", "--from", "gated", "--to", "902", "--private-key", KEY];

    let _gate = gated(&world, &devnet, Loss::Answer(send));
    let ran = world.run(&[&eth[..], &["--no-wait"]].concat());
    assert_eq!((ran.code, sent(devnet.rpc_url(0))), (0, 1), "{ran:?}");

    let _gate = gated(&world, &devnet, Loss::AnswerAndAllThatFollows(send));
    let ran = world.run(&[&eth[..], &["--timeout", "2s", "--json"]].concat());
    assert_fate_unknown(&ran, 1);
    assert_eq!(sent(devnet.rpc_url(0)), 2);
    drop(devnet);
}

#[test]
fn an_interrupt_before_anything_was_sent() {
    let (world, devnet) = World::with_devnet();
    let eth = ["bridge", "eth", "--amount", "1ether", "--from", "gated", "--to", "902", "--private-key", KEY];
    // While the node is looked for, too.
    for method in ["eth_chainId", "eth_getCode"] {
        let gate = gated(&world, &devnet, Loss::Held(method));
        for name in ["INT", "TERM"] {
            let mut command = world.command(&[&eth[..], &["--json"]].concat());
            let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            gate.until(method);
            signal(process.id(), name);
            let ran = Ran::from(process.wait_with_output().unwrap());
            assert_eq!(ran.code, 130, "{ran:?}");
            assert!(ran.stderr.contains("nothing was sent"), "{ran:?}");
            assert_eq!(error(&ran)["details"], Value::Null, "{ran:?}");
            gate.forget();
        }
    }
    assert_eq!(sent(devnet.rpc_url(0)), 0);
    drop(devnet);
}

#[test]
fn delivered_is_what_the_log_says() {
    let (world, devnet) = World::with_devnet();
    let l1 = devnet.network["l1"]["rpcUrl"].as_str().unwrap();
    let send = ["message", "send", "--target", ME, "--from", "901", "--to", l1, "--private-key", KEY];
    let sent = world.json(&[&send[..], &["--no-wait", "--force"]].concat());
    let hash = sent["messageHash"].as_str().unwrap();
    let relay = ["message", "relay", hash, "--rpc-url", l1, "--private-key", KEY, "--timeout", "30s"];
    // There is no messenger; then one that takes everything, answers nothing; then one that answers as a messenger does.
    assert_refused(&world.run(&relay), "chain 900 has no L2ToL2CrossDomainMessenger");
    rpc(l1, "anvil_setCode", json!([MESSENGER, "0x00"]));
    assert_refused(&world.run(&relay), "chain 900 has no L2ToL2CrossDomainMessenger");
    rpc(l1, "anvil_setCode", json!([MESSENGER, "0x60205f5260405ff3"]));
    rpc(l1, "evm_setAutomine", json!([true]));
    let ran = world.run(&[&relay[..], &["--json"]].concat());
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("delivered nothing"), "{ran:?}");
    let details = error(&ran)["details"].clone();
    assert_eq!(details["sent"]["transactionHash"], details["transactionHash"], "{ran:?}");
    assert!(details["sent"]["nonce"].is_number(), "{ran:?}");
    drop(devnet);
}

#[test]
fn a_relay_by_hand_that_waits_for_its_block() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "3600"]);
    let (a, b) = (devnet.rpc_url(0), devnet.rpc_url(1));
    let send =
        ["message", "send", "--target", ME, "--from", "901", "--to", "902", "--json", "--timeout", "0s"];
    let [one, other] = [0, 1].map(|nonce| assert_fate_unknown(&world.run(&send), nonce));
    rpc(a, "evm_mine", json!([]));
    rpc(b, "evm_mine", json!([]));
    let relay = ["message", "relay", &one, "--json", "--timeout", "0s"];
    let relayed = assert_fate_unknown(&world.run(&relay), 0);
    let relay = ["message", "relay", &other, "--json", "--timeout", "1h"];
    let (mut process, first, stderr) = waiting(&world, &relay);
    until_sent(b, 2, &mut process);
    signal(process.id(), "INT");
    assert_fate_unknown(&end(process, first, stderr), 1);
    let status = world.json(&["message", "status", &relayed]);
    assert_eq!(status["transaction"]["status"], "pending");
    drop(devnet);
}
