//! Others are faster, and nodes say what is not so.

use super::nodes::{BATCHER, ME, Node, PROXY, User, column};
use crate::{
    causeway::signal,
    gate::{Gate, Loss},
};
use serde_json::{Value, json};
use std::{process::Stdio, thread, time::Duration};

/// The key of the second test account.
const OTHER_KEY: &str = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

/// A chain on which nothing is mined by itself.
fn still() -> Node {
    let node = Node::start(901, &[]);
    node.call("evm_setAutomine", json!([false]));
    node
}

/// Waits until the node's pool has so many transactions, and returns them.
fn pool(node: &Node, count: usize) -> Vec<Value> {
    loop {
        let pool = node.call("txpool_content", json!([]));
        let accounts = pool["pending"].as_object().unwrap().values();
        let found: Vec<Value> =
            accounts.flat_map(|account| account.as_object().unwrap().values().cloned()).collect();
        if found.len() == count {
            return found;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Runs a deployment; while its transaction waits, another takes its nonce, and is mined.
fn overtaken(other: impl Fn(&Value) -> Value) -> (i32, Value, Node) {
    let (node, user) = (still(), User::new());
    let url = node.url.clone();
    let run = thread::spawn(move || user.run(&["batcher", "--chains", &url, "--timeout", "1h"]));
    let ours = pool(&node, 1).remove(0);
    node.call("anvil_dropTransaction", json!([ours["hash"]]));
    node.call("eth_sendTransaction", json!([other(&ours)]));
    node.call("evm_mine", json!([]));
    let (code, envelope) = run.join().unwrap();
    (code, envelope, node)
}

#[test]
fn a_nonce_that_another_takes_meanwhile_is_not_waited_for() {
    let (code, envelope, node) = overtaken(|_| json!({ "from": ME, "to": ME, "nonce": "0x0" }));
    let error = &envelope["errors"][0];
    assert_eq!((code, &error["code"]), (3, &json!("sent-not-included")), "{envelope:#}");
    assert!(error["message"].as_str().unwrap().contains("used nonce 0 for another transaction"), "{error}");
    assert_eq!((node.code(BATCHER).as_str(), node.nonce()), ("0x", 1));
}

#[test]
fn a_contract_that_another_transaction_of_the_account_creates_is_there() {
    let (code, envelope, _) = overtaken(
        |ours| json!({ "from": ME, "to": PROXY, "nonce": "0x0", "input": ours["input"], "gas": ours["gas"] }),
    );
    assert_eq!((code, column(&envelope["data"], "status")), (0, vec!["present"]), "{envelope:#}");
    assert!(column(&envelope["data"], "reason")[0].contains("another transaction"), "{envelope:#}");
}

#[test]
fn a_contract_that_another_account_creates_first_is_there() {
    let (node, first) = (still(), User::new());
    first.fails(&["batcher", "--chains", &node.url, "--timeout", "0s"], 3, "sent-not-included");
    pool(&node, 1);
    let url = node.url.clone();
    let run =
        thread::spawn(move || User::with(OTHER_KEY).run(&["batcher", "--chains", &url, "--timeout", "1h"]));
    pool(&node, 2);
    node.call("evm_mine", json!([]));
    let (code, envelope) = run.join().unwrap();
    assert_eq!((code, column(&envelope["data"], "status")), (0, vec!["present"]), "{envelope:#}");
    assert!(column(&envelope["data"], "reason")[0].contains("ours reverted"), "{envelope:#}");
}

#[test]
fn a_replacement_that_is_refused_leaves_what_it_was_to_replace() {
    let (node, user) = (still(), User::new());
    user.fails(&["batcher", "--chains", &node.url, "--timeout", "0s"], 3, "sent-not-included");
    pool(&node, 1);
    node.call("anvil_setNextBlockBaseFeePerGas", json!(["0x174876e800"]));
    node.call("evm_mine", json!([]));
    let refusal = r#""error":{"code":-32000,"message":"replacement transaction underpriced"}"#;
    let gate = Gate::before(&node.url, Loss::Said("eth_sendRawTransaction", refusal));
    user.fails(&["batcher", "--chains", &gate.url()], 1, "transaction-refused");
    // The next run knows of the first, takes its nonce, and says so.
    let planned = user.deploys(&["batcher", "--chains", &node.url, "--dry-run"]);
    assert!(column(&planned, "reason")[0].contains("replaced under its nonce"), "{planned:#}");
    assert_eq!(planned["chains"][0]["nonce"], 0);
}

#[test]
fn what_a_node_refuses_and_has_is_waited_for() {
    let (node, user) = (Node::start(901, &[]), User::new());
    let refusal = r#""error":{"code":-32000,"message":"insufficient funds for gas"}"#;
    let gate = Gate::before(&node.url, Loss::SaidAfter("eth_sendRawTransaction", refusal));
    let done = user.deploys(&["batcher", "--chains", &gate.url()]);
    assert_eq!((column(&done, "status"), node.nonce()), (vec!["deployed"], 1));
}

#[test]
fn an_empty_text_is_no_account_without_code() {
    let (node, user) = (Node::start(901, &[]), User::new());
    for nothing in [r#""result":"""#, r#""result":null"#] {
        let gate = Gate::before(&node.url, Loss::Said("eth_getCode", nothing));
        user.fails(&["batcher", "--chains", &gate.url()], 1, "chain-unreachable");
    }
}

#[test]
fn a_node_without_state_overrides_is_not_taken_for_a_constructor_without_code() {
    let (node, user) = (Node::start(901, &[]), User::new());
    let gate = Gate::before(&node.url, Loss::Shortened("eth_call", 2));
    let error = user.fails(&["batcher", "--chains", &gate.url()], 1, "chain-unreachable");
    assert!(error["message"].as_str().unwrap().contains("state overrides"), "{error}");
}

/// All is done, and Ctrl-C ends the last look at it.
#[test]
fn ctrl_c_ends_the_look_at_a_token_that_is_there() {
    let (node, user) = (Node::start(901, &[]), User::new());
    let gate = Gate::before(&node.url, Loss::HeldAfter("eth_getTransactionReceipt", "eth_call"));
    let url = gate.url();
    let args = ["token", "--name", "Gold", "--symbol", "GLD", "--chains", &url];
    let process = user.command(&args).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    gate.until("held eth_call");
    signal(process.id(), "INT");
    let ran = process.wait_with_output().unwrap();
    assert_eq!(ran.status.code(), Some(130), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(node.nonce(), 1);
}
