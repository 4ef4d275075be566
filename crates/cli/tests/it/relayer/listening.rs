//! A relayer that answers HTTP.

use super::TARGET;
use crate::{
    causeway::{SEND, World},
    gate::rpc,
};
use serde_json::{Value, json};

/// Asks for a page; the status and what it says.
fn page(url: &str, path: &str) -> (String, String) {
    use std::io::{Read as _, Write as _};
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().to_owned(), body.to_owned())
}

#[test]
fn a_relayer_that_listens_says_how_it_stands() {
    let (world, devnet) = World::with_devnet();
    let mut service = world.service(&["relayer", "run", "--listen", "127.0.0.1:0"]);
    let url = service.until(|event| event["event"] == "listening")["url"].as_str().unwrap().to_owned();
    let hash = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    service.until(|event| event["event"] == "delivered" && event["messageHash"] == *hash);
    // What a page in between may not have yet is asked for again.
    let message = loop {
        let (status, text) = page(&url, &format!("/v1/messages/{hash}"));
        let message: Value = serde_json::from_str(&text).unwrap();
        if status == "200" && message["status"] == "delivered" {
            break message;
        }
    };
    assert_eq!(message["next"]["code"], "delivered");
    assert_eq!(message["timeline"]["delivery"]["ours"], true);
    assert_eq!(message["timeline"]["attempts"].as_array().unwrap().len(), 1);
    while page(&url, "/ready").0 != "200" {}
    let (_, metrics) = page(&url, "/metrics");
    let delivered = r#"causeway_relayer_attempts_total{destination="902",outcome="delivered"} 1"#;
    assert!(metrics.lines().any(|line| line == delivered), "{metrics}");

    // The port is taken, and the flag is named.
    let address = url.strip_prefix("http://").unwrap();
    let other = world.path().join("other.sqlite");
    let other = other.to_str().unwrap();
    let ran = world.run(&["relayer", "run", "--json", "--listen", address, "--database", other]);
    let printed: Value = serde_json::from_str(ran.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(printed["errors"][0]["code"], "port-in-use", "{ran:?}");
    assert!(printed["errors"][0]["hint"].as_str().unwrap().contains("--listen"), "{ran:?}");
    assert_eq!(service.interrupt(), 0);
    drop(devnet);
}

#[test]
fn the_block_that_a_message_waits_for_is_explained() {
    /// Reverts, whatever it is asked.
    const REVERT: &str = "0x5f5ffd";
    let (world, devnet) = World::with_devnet();
    let code = |code: &str| rpc(devnet.rpc_url(1), "anvil_setCode", json!([TARGET, code]));
    let head = || {
        let head = rpc(devnet.rpc_url(1), "eth_blockNumber", json!([]));
        u64::from_str_radix(head.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
    };
    code(REVERT);
    let mut service = world.service(&["relayer", "run", "--listen", "127.0.0.1:0"]);
    let url = service.until(|event| event["event"] == "listening")["url"].as_str().unwrap().to_owned();
    let args =
        ["message", "send", "--from", "901", "--to", "902", "--target", TARGET, "--force", "--no-wait"];
    let bad = world.json(&args)["messageHash"].as_str().unwrap().to_owned();
    service.until(|event| event["event"] == "postponed" && event["messageHash"] == *bad);
    let before = head();
    let next = world.json(&["relayer", "explain", &bad, "--relayer", &url])["messages"][0]["next"].clone();
    assert_eq!((&next["code"], &next["note"]), (&json!("tried-again"), &Value::Null), "{next:#}");
    let block = next["block"].as_u64().unwrap_or_else(|| panic!("{next:#}"));
    // Two or four blocks after it failed last, and it has failed since the head from before.
    assert!((before..=head() + 1_800).contains(&block), "{block} is none of {before} and after");
    // That its target wakes it too, only its lane knows.
    let words =
        format!("tried again at block {block} of its destination, or when something of its sender or target");
    assert!(next["explanation"].as_str().unwrap().starts_with(&words), "{next:#}");
    assert!(next["reason"].as_str().unwrap().contains("revert"), "{next:#}");
    // It has taken a free port, of which the configuration knows nothing.
    let shown = world.run(&["relayer", "explain", &bad]).stdout;
    assert!(shown.contains("the relayer says: \"tried again at block "), "{shown}");

    // The relayer that is asked need not be there, nor be one.
    let next =
        world.json(&["relayer", "explain", &bad, "--relayer", "http://127.0.0.1:1"])["messages"][0]["next"]
            .clone();
    assert_eq!((&next["code"], &next["block"]), (&json!("tried-again"), &Value::Null), "{next:#}");
    assert!(next["note"].as_str().unwrap().ends_with(":1: the relayer cannot be reached"), "{next:#}");
    // It is what the lane knows: at that block, it is delivered.
    code("0x");
    let delivered = service.until(|event| event["event"] == "delivered" && event["messageHash"] == *bad);
    assert!(delivered["blockNumber"].as_u64() > Some(before), "{delivered:#}");
    assert_eq!(service.interrupt(), 0);
}
