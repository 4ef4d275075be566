//! A run after one that did not come to its end.

use super::nodes::{BATCHER, ME, Node, User, column, urls};
use crate::causeway::signal;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

const FOLDER: &str = ".local/state/causeway/deployments";

/// One chain mines nothing: what was sent is not seen there.
fn stuck() -> (User, [Node; 2], Value) {
    let (nodes, user) = (Node::several::<2>(), User::new());
    nodes[1].call("evm_setAutomine", json!([false]));
    let error =
        user.fails(&["batcher", "--chains", &urls(&nodes), "--timeout", "1s"], 3, "sent-not-included");
    assert_eq!(column(&error["details"], "status"), ["deployed", "unknown"]);
    (user, nodes, error)
}

#[test]
fn what_is_on_its_way_is_not_sent_again() {
    let (user, nodes, error) = stuck();
    let chains = urls(&nodes);
    let planned = user.deploys(&["batcher", "--chains", &chains, "--dry-run"]);
    assert_eq!(column(&planned, "status"), ["present", "resumed"]);
    user.fails(&["batcher", "--chains", &chains, "--timeout", "1s"], 3, "sent-not-included");
    nodes[1].call("evm_mine", json!([]));
    let done = user.deploys(&["batcher", "--chains", &chains]);
    assert_eq!(column(&done, "status"), ["present"; 2]);
    assert_eq!(nodes.each_ref().map(Node::nonce), [1, 1]);
    assert!(error["message"].as_str().unwrap().contains(column(&done, "transactionHash")[1]), "{error}");
}

#[test]
fn what_the_pool_lost_goes_again_as_it_was() {
    let (user, nodes, _) = stuck();
    let first = user.deploys(&["batcher", "--chains", &urls(&nodes), "--dry-run"]);
    nodes[1].call("anvil_dropAllTransactions", json!([]));
    nodes[1].call("evm_setAutomine", json!([true]));
    let done = user.deploys(&["batcher", "--chains", &urls(&nodes)]);
    assert_eq!(column(&done, "status"), ["present", "deployed"]);
    assert_eq!(column(&done, "transactionHash")[1], column(&first, "transactionHash")[1]);
    assert_eq!(nodes[1].nonce(), 1);
}

#[test]
fn a_nonce_that_went_to_another_is_told() {
    let (user, nodes, _) = stuck();
    nodes[1].call("anvil_dropAllTransactions", json!([]));
    nodes[1].call("evm_setAutomine", json!([true]));
    nodes[1].call("eth_sendTransaction", json!([{ "from": ME, "to": ME }]));
    let done = user.deploys(&["batcher", "--chains", &urls(&nodes)]);
    assert_eq!(column(&done, "status"), ["present", "deployed"]);
    assert!(column(&done, "reason")[1].contains("used the nonce"), "{done}");
    assert_eq!(nodes[1].nonce(), 2);
}

#[test]
fn what_a_reorg_dropped_goes_again_as_it_was() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let args = ["batcher", "--chains", &urls(&nodes)];
    let first = user.deploys(&args);
    nodes[0].call("anvil_rollback", json!([1]));
    assert_eq!((nodes[0].code(BATCHER), nodes[0].nonce()), ("0x".to_owned(), 0));
    let done = user.deploys(&args);
    assert_eq!(column(&done, "status"), ["deployed"]);
    assert_eq!(column(&done, "transactionHash"), column(&first, "transactionHash"));
    assert_eq!(nodes[0].nonce(), 1);
}

#[test]
fn a_chain_that_began_anew_is_another() {
    let user = User::new();
    let node = Node::start(901, &["--timestamp", "1700000000"]);
    let (port, url) = (node.port().to_owned(), node.url.clone());
    node.call("eth_sendTransaction", json!([{ "from": ME, "to": ME }]));
    let first = user.deploys(&["batcher", "--chains", &url]);
    drop(node);
    let node = Node::start(901, &["--port", &port, "--timestamp", "1700000001"]);
    let done = user.deploys(&["batcher", "--chains", &url]);
    assert_eq!((column(&done, "status"), node.nonce()), (vec!["deployed"], 1));
    assert_ne!(column(&done, "transactionHash"), column(&first, "transactionHash"));
    drop(node);
    // Even where its first block is the same.
    let node = Node::start(901, &["--port", &port, "--timestamp", "1700000000"]);
    let done = user.deploys(&["batcher", "--chains", &url]);
    assert_eq!((column(&done, "status"), node.nonce()), (vec!["deployed"], 1));
}

#[test]
fn a_journal_that_is_damaged_or_in_use_stops_it() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let args = ["batcher", "--chains", &urls(&nodes)];
    let folder = user.world.path().join(FOLDER);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{ME}.json"));
    std::fs::write(&path, "{\"version\":1,\"entr").unwrap();
    let error = user.fails(&args, 1, "storage-unusable");
    assert!(error["message"].as_str().unwrap().contains("is damaged"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"version\":1,\"entr");
    std::fs::remove_file(&path).unwrap();

    let lock = std::fs::File::create(folder.join(format!("{ME}.lock"))).unwrap();
    lock.lock().unwrap();
    user.fails(&args, 1, "storage-in-use");
    drop(lock);
    // A disk on which nothing can be written.
    let full = [&args[..], &["--journal", "/proc/nowhere"]].concat();
    user.fails(&full, 1, "storage-unusable");
    assert_eq!(nodes[0].nonce(), 0);
    user.deploys(&args);
}

#[test]
fn ctrl_c_leaves_what_the_same_command_goes_on_with() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    nodes[0].call("evm_setAutomine", json!([false]));
    let args = ["batcher", "--chains", &urls(&nodes)];
    let mut process = user.command(&args).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    lines.find(|line| line.starts_with("sending RelayBatcher")).unwrap();
    signal(process.id(), "INT");
    assert_eq!(process.wait().unwrap().code(), Some(3));
    let rest: Vec<String> = lines.collect();
    assert!(rest.iter().any(|line| line.contains("interrupted")), "{rest:?}");
    nodes[0].call("evm_setAutomine", json!([true]));
    nodes[0].call("evm_mine", json!([]));
    user.deploys(&args);
    assert_eq!(nodes[0].nonce(), 1);
}
