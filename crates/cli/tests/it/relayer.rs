//! What an operator types beside a relayer.

use crate::causeway::{SEND, World};
use serde_json::{Value, json};

/// A token that has no function of this selector: what calls it reverts.
const REVERTS: [&str; 11] = [
    "message",
    "send",
    "--from",
    "901",
    "--to",
    "902",
    "--target",
    "0x420beeF000000000000000000000000000000001",
    "--data",
    "0x12345678",
    "--force",
];

fn next(world: &World, hash: &str) -> Value {
    world.json(&["relayer", "explain", hash])["messages"][0]["next"]["code"].clone()
}

/// The lane to 902.
fn lane(world: &World) -> Value {
    let status = world.json(&["relayer", "status"]);
    let lanes = status["lanes"].as_array().unwrap();
    lanes.iter().find(|lane| lane["chainId"] == "902").unwrap_or_else(|| panic!("{status:#}")).clone()
}

#[test]
fn without_a_database_there_is_nothing_to_operate() {
    let world = World::new();
    let hash = format!("0x{}", "ab".repeat(32));
    for args in [&["status"][..], &["explain", &hash], &["retry", "--all-failed"], &["skip", &hash, "--undo"]]
    {
        let ran = world.run(&[&["relayer"], args].concat());
        assert_eq!(ran.code, 1, "{args:?}: {ran:?}");
        assert!(ran.stderr.contains("no relayer has run here"), "{args:?}: {ran:?}");
        let ran = world.run(&[&["relayer"], args, &["--database", "nothing.sqlite"]].concat());
        assert!(ran.stderr.contains("there is no database at nothing.sqlite"), "{args:?}: {ran:?}");
        assert!(!world.path().join("nothing.sqlite").exists());
    }
    // What decides about messages says why, and names some.
    for args in [&["retry"][..], &["skip", &hash], &["skip", "--reason", "x"]] {
        assert_eq!(world.run(&[&["relayer"], args].concat()).code, 2, "{args:?}");
    }
}

#[test]
fn a_message_that_fails_is_explained_skipped_and_taken_up_again() {
    let (world, devnet) = World::with_devnet();
    let mut relayer = world.service(&["relayer", "run"]);
    let good = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    let sent = world.json(&[&REVERTS[..], &["--no-wait"]].concat());
    let bad = sent["messageHash"].as_str().unwrap().to_owned();
    relayer.until(|event| event["event"] == "failed" && event["messageHash"] == bad.as_str());
    if next(&world, &good) != "delivered" {
        relayer.until(|event| event["event"] == "delivered" && event["messageHash"] == good.as_str());
    }
    assert_eq!(next(&world, &good), "delivered");

    // By its own hash, and by that of the transaction that sent it.
    let explained = world.json(&["relayer", "explain", sent["sent"]["transactionHash"].as_str().unwrap()]);
    let message = &explained["messages"][0];
    assert_eq!(message["messageHash"], bad.as_str());
    assert_eq!((&message["status"], &message["next"]["code"]), (&json!("pending"), &json!("tried-again")));
    assert_eq!(message["undelivered"]["obstacles"][0]["code"], "reverts", "{message:#}");
    assert!(explained["relayer"].as_str().unwrap().contains("OPChainB (902)"), "{explained:#}");
    let counted = lane(&world);
    assert_eq!(
        (&counted["queued"], &counted["skipped"], &counted["delivered"]),
        (&json!(1), &json!(0), &json!(1))
    );

    let skipped = world.json(&["relayer", "skip", &bad, "--reason", "nobody wants it"]);
    assert_eq!(skipped["messages"], json!([{ "messageHash": bad, "before": "pending", "changed": true }]));
    let said = world.run(&["relayer", "explain", &bad]).stdout;
    assert!(said.contains("it is skipped (nobody wants it)"), "{said}");
    assert_eq!(lane(&world)["skipped"], 1);
    assert_eq!(relayer.interrupt(), 0);

    // The next relayer leaves it alone.
    let mut relayer = world.service(&["relayer", "run"]);
    let other = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    relayer.until(|event| {
        assert_ne!(event["messageHash"], bad.as_str(), "it is skipped");
        event["event"] == "delivered" && event["messageHash"] == other.as_str()
    });
    assert_eq!(relayer.interrupt(), 0);
    world.json(&["relayer", "skip", &bad, "--undo"]);
    let stopped = world.json(&["relayer", "explain", &bad])["messages"][0]["next"].clone();
    assert_eq!(stopped["code"], "tried-again");
    assert!(
        stopped["explanation"].as_str().unwrap().contains("no relayer works on this database"),
        "{stopped}"
    );
    let again = world.json(&["relayer", "skip", &bad, "--undo"]);
    assert_eq!(again["messages"][0]["changed"], false);
    drop(devnet);

    // With the nodes away it says what it cannot know, and knows the rest.
    let database = explained["database"].as_str().unwrap();
    let status = world.json(&["relayer", "status", "--database", database]);
    let chains = status["chains"].as_array().unwrap();
    assert!(
        chains.iter().any(|chain| chain["chainId"] == "902" && chain["blockNumber"].is_u64()),
        "{status:#}"
    );
    assert!(chains.iter().all(|chain| chain["head"].is_null() && chain["reason"].is_string()), "{status:#}");
    let away = world.json(&["relayer", "explain", &bad, "--database", database]);
    assert_eq!(away["messages"][0]["next"]["code"], "unknown", "{away:#}");
    assert!(away["messages"][0]["unknown"].as_str().unwrap().contains("cannot be asked"), "{away:#}");
}
