//! A real node, behind one that has pruned its history.

use super::world::{A, RETRY, Running, config};
use causeway_chain::{
    HeadSource,
    test_utils::{Anvil, FakeNode, refusal},
};
use causeway_interop::{Access, Identifier, msg_hash};
use causeway_verifier::SourceConfig;
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
};

/// What the node on a port of this machine answers, waited for.
fn ask(port: u16, method: &str, params: &Value) -> Value {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: node\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// The height of the block that an answer is about.
fn height(answer: &Value) -> Option<u64> {
    let block = if answer["result"].is_array() {
        &answer["result"][0]["blockNumber"]
    } else {
        &answer["result"]["number"]
    };
    u64::from_str_radix(block.as_str()?.strip_prefix("0x")?, 16).ok()
}

async fn declared(anvil: &Anvil, number: u64) -> Access {
    let log = anvil.logs(number, number).await.into_iter().next().unwrap();
    let identifier = Identifier {
        origin: log.address(),
        block_number: number,
        log_index: log.log_index.unwrap() as u32,
        timestamp: anvil.block(number).await.timestamp,
        chain_id: super::world::id(A),
    };
    identifier.access(msg_hash(log.topics(), &log.inner.data.data))
}

#[tokio::test]
async fn messages_of_a_real_node_are_judged_from_where_its_history_begins() {
    let anvil = Anvil::start(A).await;
    ask(anvil.port, "anvil_setBlockTimestampInterval", &json!([2]));
    for _ in 0..30 {
        anvil.mine_logs(1).await;
    }
    // Headers are kept, and what is in the blocks is not, as by nodes that let history expire.
    let (port, lowest) = (anvil.port, Arc::new(Mutex::new(12)));
    let bound = Arc::clone(&lowest);
    let proxy = FakeNode::start(move |method, params| {
        let answer = ask(port, method, params);
        let is_old = height(&answer).is_some_and(|height| height < *bound.lock().unwrap());
        if method == "eth_getBlockReceipts" && is_old {
            refusal(4444, "pruned history unavailable")
        } else {
            answer
        }
    })
    .await;
    let source = SourceConfig { heads: HeadSource::Poll, ..SourceConfig::new(A, proxy.endpoint()) };
    let mut running = Running::start(config(vec![source], 0));
    running.until("it is ready", |view| super::world::status(view, A).is_ready()).await;
    let status = running.status(A);
    assert_eq!(status.first.unwrap().number, 12);
    assert!(status.history_ends.is_some() && !status.history_complete, "{status:?}");
    running.admits(declared(&anvil, 12).await);
    running.admits(declared(&anvil, 30).await);
    assert_eq!(running.refuses(declared(&anvil, 11).await, RETRY).rule(), "history-not-known");
    running.shutdown().await;
}
