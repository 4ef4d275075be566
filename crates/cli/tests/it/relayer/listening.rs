//! A relayer that answers HTTP.

use crate::causeway::{SEND, World};
use serde_json::Value;

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
