//! A run after one that did not come to its end.

use super::nodes::{BATCHER, ME, Node, User, column, urls};
use crate::causeway::signal;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
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

#[test]
fn what_pays_too_little_is_replaced_under_its_nonce() {
    let (user, nodes, error) = stuck();
    nodes[1].call("anvil_setNextBlockBaseFeePerGas", json!(["0x174876e800"]));
    nodes[1].call("evm_mine", json!([]));
    let error_again =
        user.fails(&["batcher", "--chains", &urls(&nodes), "--timeout", "1s"], 3, "sent-not-included");
    let hash = |error: &Value| column(&error["details"], "reason")[1].to_owned();
    assert_ne!(hash(&error), hash(&error_again));
    nodes[1].call("evm_setAutomine", json!([true]));
    nodes[1].call("evm_mine", json!([]));
    let done = user.deploys(&["batcher", "--chains", &urls(&nodes)]);
    assert_eq!((column(&done, "status"), nodes[1].nonce()), (vec!["present"; 2], 1));
    assert!(hash(&error_again).contains(column(&done, "transactionHash")[1]), "{done}");
}

/// A node takes the transaction and is gone before it says so.
#[test]
fn an_answer_that_is_lost_is_no_refusal() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let door = door(&nodes[0].url, 2);
    let done = user.deploys(&["batcher", "--chains", &door]);
    assert_eq!((column(&done, "status"), nodes[0].nonce()), (vec!["deployed"], 1));

    // One that says nothing of any receipt either, until the next run.
    let user = User::new();
    nodes[0].call("evm_setAutomine", json!([false]));
    let door = self::door(&nodes[0].url, usize::MAX);
    let error = user.fails(&["gateway", "--chains", &door, "--timeout", "2s"], 3, "sent-not-included");
    assert!(error["message"].as_str().unwrap().contains("did not say that it has it"), "{error}");
    nodes[0].call("evm_setAutomine", json!([true]));
    nodes[0].call("evm_mine", json!([]));
    let done = user.deploys(&["gateway", "--chains", &nodes[0].url]);
    assert_eq!((column(&done, "status"), nodes[0].nonce()), (vec!["present"], 2));
}

/// A door before a node that passes everything on, and closes in place of the first answers to a transaction.
fn door(node: &str, losses: usize) -> String {
    let node = node.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let left = Arc::new(AtomicUsize::new(losses));
    thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            let (node, left) = (node.clone(), Arc::clone(&left));
            thread::spawn(move || pass(&caller, &node, &left));
        }
    });
    url
}

/// One request after the other, as long as none is lost.
fn pass(mut caller: &TcpStream, node: &str, left: &AtomicUsize) -> Option<()> {
    let mut reader = BufReader::new(caller);
    loop {
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let mut stream = TcpStream::connect(node).ok()?;
        write!(stream, "POST / HTTP/1.0\r\nhost: node\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n").ok()?;
        stream.write_all(&body).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let is_sent = String::from_utf8_lossy(&body).contains("eth_sendRawTransaction");
        if is_sent && left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() {
            return None;
        }
        let start = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        write!(
            caller,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            answer.len() - start
        )
        .ok()?;
        caller.write_all(&answer[start..]).ok()?;
    }
}
