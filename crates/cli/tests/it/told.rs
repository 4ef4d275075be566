//! `message status --relayer`: what a relayer says beside what the chains say.

use crate::causeway::{Ran, World};
use alloy::primitives::B256;
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

const TARGET: &str = "0x00000000000000000000000000000000000000bd";
const SECRET: &str = "hunter2-hunter2";

/// Serves one answer to whoever asks for a message, and returns the URL.
fn relayer(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://user:{SECRET}@{}/{SECRET}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4_096];
            let length = stream.read(&mut request).unwrap_or_default();
            let path = format!("GET /{SECRET}/v1/messages/0x");
            let is_asked = request[..length].starts_with(path.as_bytes());
            let status = if is_asked { "200 OK" } else { "404 Not Found" };
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close", answer.len());
            stream.write_all(format!("{head}\r\n\r\n{answer}").as_bytes()).ok();
        }
    });
    url
}

fn says(message: &str, status: &str, tx_hash: B256) -> String {
    let state = if status == "failed" { "failed" } else { "broadcast" };
    let version = json!({ "transactionHash": tx_hash, "state": state, "reason": "Refused(7)" });
    let attempts = json!([{ "chainId": "902", "nonce": 0, "versions": [version] }]);
    json!({
        "messageHash": message, "source": "901", "destination": "902", "status": status,
        "timeline": { "attempts": attempts },
    })
    .to_string()
}

fn no_secret(ran: &Ran) {
    assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET), "{ran:?}");
}

#[test]
fn a_relayer_is_asked_beside_the_chains() {
    let (world, devnet) = World::with_devnet();
    let send = [
        "message",
        "send",
        "--from",
        "901",
        "--to",
        "902",
        "--target",
        TARGET,
        "--data",
        "0x01",
        "--no-wait",
    ];
    let sent = world.json(&send);
    let (hash, tx_hash) = (sent["messageHash"].as_str().unwrap(), B256::repeat_byte(0x51));
    let ask = |answer: String| {
        let url = relayer(answer);
        let args = ["message", "status", hash, "--relayer", &url];
        let (shown, told) = (world.run(&args), world.run(&[&args[..], &["--json"]].concat()));
        assert_eq!((shown.code, told.code), (0, 0), "{shown:?} {told:?}");
        no_secret(&shown);
        no_secret(&told);
        let envelope: Value = serde_json::from_str(&told.stdout).unwrap();
        let message = envelope["data"]["messages"][0].clone();
        assert_eq!(
            (&message["status"], &message["undelivered"]["obstacles"]),
            (&"pending".into(), &json!([]))
        );
        (shown.stdout, message["undelivered"]["relayerSays"].clone())
    };

    let (shown, told) = ask(says(hash, "in-flight", tx_hash));
    for line in [
        format!("relayer says  in-flight, by {tx_hash}"),
        "nothing stands against it: the relayer that was asked has it on its way".to_owned(),
        format!("wait for the relayer, or `causeway message relay {hash}` delivers it by hand"),
    ] {
        assert!(shown.contains(&line), "{line}: {shown}");
    }
    let word = json!({ "state": "in-flight", "transactionHash": tx_hash, "reason": null, "next": null, "note": null });
    assert_eq!(told, word);

    let (shown, told) = ask(says(hash, "failed", tx_hash));
    let note = "tried out now, its delivery succeeds";
    assert!(
        shown.contains(&format!("relayer says  failed, by {tx_hash}; \"Refused(7)\"; {note}")),
        "{shown}"
    );
    assert_eq!((&told["reason"], &told["note"]), (&"Refused(7)".into(), &note.into()));

    // What it has taken out, nobody waits for.
    let mut taken_out: Value = serde_json::from_str(&says(hash, "pending", tx_hash)).unwrap();
    taken_out["next"] = json!({ "code": "skipped", "text": "nothing: an operator took it out" });
    let (shown, told) = ask(taken_out.to_string());
    for line in [
        "relayer says  pending; \"nothing: an operator took it out\"".to_owned(),
        "nothing stands against it, but the relayer that was asked does not deliver it".to_owned(),
        format!("to do         `causeway message relay {hash}` delivers it by hand"),
    ] {
        assert!(shown.contains(&line), "{line}: {shown}");
    }
    assert_eq!(told["next"], "skipped");

    // A transaction that the destination has in a block carries nothing any more.
    let landed = sent_on_the_destination(devnet.rpc_url(1));
    for (answer, note) in [
        (
            says(hash, "in-flight", landed),
            "the transaction that the relayer says is in flight is in a block already",
        ),
        (says(&B256::ZERO.to_string(), "in-flight", tx_hash), "the relayer answered for another message"),
        ("<html>".to_owned(), "what answered is no relayer"),
    ] {
        let (shown, told) = ask(answer);
        assert!(
            shown.contains("nobody has relayed it") && shown.contains("nothing that is of use"),
            "{shown}"
        );
        assert_eq!((&told["state"], &told["note"]), (&Value::Null, &note.into()));
    }

    // What is delivered is not asked for, and nobody is asked who was not named.
    let alone = world.json(&["message", "status", hash]);
    assert_eq!(alone["messages"][0]["undelivered"]["relayerSays"], Value::Null);
    world.json(&["message", "relay", hash]);
    let url = relayer(says(hash, "in-flight", tx_hash));
    let delivered = world.json(&["message", "status", hash, "--relayer", &url]);
    assert_eq!(delivered["messages"][0]["undelivered"], Value::Null);
    drop(devnet);
}

/// A transaction that a block of the destination has.
fn sent_on_the_destination(url: &str) -> B256 {
    let account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    let request = json!([{ "from": account, "to": account }]);
    let hash = crate::gate::rpc(url, "eth_sendTransaction", request);
    while crate::gate::rpc(url, "eth_getTransactionReceipt", json!([hash])).is_null() {}
    hash.as_str().unwrap().parse().unwrap()
}

#[test]
fn a_wrong_url_of_a_relayer_is_told_before_anybody_is_asked() {
    let world = World::new();
    let hash = B256::ZERO.to_string();
    let file = world.path().join("relayer");
    std::fs::write(&file, format!("ftp://{SECRET}@127.0.0.1/")).unwrap();
    let file = format!("@{}", file.display());
    let socket = format!("ws://{SECRET}@127.0.0.1:1/{SECRET}");
    for (url, cause) in [
        ("nowhere", "wrong URL for a relayer"),
        (&socket, "its API is not asked by ws://"),
        (&file, "wrong URL for a relayer"),
        ("@/nowhere", "cannot read the URL of a relayer from /nowhere"),
    ] {
        let ran = world.run(&["message", "status", &hash, "--relayer", url]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(cause) && ran.stderr.contains("hint:"), "{ran:?}");
        no_secret(&ran);
    }
}
