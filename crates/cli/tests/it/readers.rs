//! Commands that read several chains, one of which is away.

use crate::{causeway::World, proxy::closed_port};
use serde_json::Value;
use std::fs;

const TARGET: &str = "0x00000000000000000000000000000000000000aa";

/// A devnet, and a third chain in the configuration whose node is not there.
fn world_with_a_dead_chain() -> (World, crate::causeway::RunningDevnet) {
    let (world, devnet) = World::with_devnet();
    let dead = format!("[chains.dead]\nchain-id = 77\nrpc-url = \"http://127.0.0.1:{}\"\n", closed_port());
    fs::write(world.path().join("causeway.toml"), dead).unwrap();
    (world, devnet)
}

fn envelope(world: &World, args: &[&str]) -> (i32, Value) {
    let ran = world.run(&[args, &["--json"]].concat());
    (ran.code, serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}")))
}

#[test]
fn what_can_be_read_is_shown_with_a_warning() {
    let (world, devnet) = world_with_a_dead_chain();
    let send = |to: &str| {
        let sent =
            world.json(&["message", "send", "--from", "901", "--to", to, "--target", TARGET, "--no-wait"]);
        sent["messageHash"].as_str().unwrap().to_owned()
    };
    let hash = send("902");

    let unknown_url = format!("http://127.0.0.1:{}", closed_port());
    for extra in [&[][..], &["--rpc-url", &unknown_url]] {
        let (code, list) = envelope(&world, &[&["message", "list"], extra].concat());
        assert_eq!((code, &list["data"]["total"]), (0, &1.into()), "{list}");
        assert_eq!(list["warnings"].as_array().unwrap().len(), 1 + extra.len() / 2, "{list}");
        assert!(list["warnings"][0].as_str().unwrap().starts_with("not looked at: dead (77): "), "{list}");
        let (code, status) = envelope(&world, &[&["message", "status", &hash], extra].concat());
        assert_eq!((code, &status["data"]["messages"][0]["status"]), (0, &"pending".into()), "{status}");
        assert_eq!(status["warnings"], list["warnings"]);
    }
    assert_eq!(world.json(&["message", "list", "--from", "dead"])["total"], 0);

    // What is not found may be where nobody could look.
    let nowhere = format!("0x{}", "1".repeat(64));
    for args in [
        &["message", "status", &nowhere][..],
        &["message", "relay", &nowhere],
        &["verifier", "check", &nowhere],
    ] {
        let ran = world.run(args);
        assert_eq!(ran.code, 1, "{args:?}: {ran:?}");
        assert!(
            ran.stderr.contains("cannot tell where") && ran.stderr.contains("dead (77)"),
            "{args:?}: {ran:?}"
        );
        assert!(
            !ran.stderr.contains("no message") && !ran.stderr.contains("no transaction"),
            "{args:?}: {ran:?}"
        );
    }
    world.json(&["message", "relay", &hash]);
    let (code, checked) = envelope(
        &world,
        &[
            "verifier",
            "check",
            "--chain",
            "901",
            "--block-number",
            "0",
            "--log-index",
            "0",
            "--origin",
            TARGET,
            "--payload",
            "0x00",
        ],
    );
    assert_eq!(code, 1, "it is not valid, and that can be told of 902: {checked}");
    assert!(checked["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty()), "{checked}");
    drop(devnet);
}

/// A message whose destination cannot be asked is neither pending nor delivered.
#[test]
fn a_destination_that_is_away_makes_the_status_unknown() {
    let (world, devnet) = World::with_devnet();
    let sent =
        world.json(&["message", "send", "--from", "901", "--to", "902", "--target", TARGET, "--no-wait"]);
    let hash = sent["messageHash"].as_str().unwrap();
    let toml =
        format!("[chains.OPChainB]\nchain-id = 902\nrpc-url = \"http://127.0.0.1:{}\"\n", closed_port());
    fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let (code, status) = envelope(&world, &["message", "status", hash]);
    assert_eq!((code, &status["data"]["messages"][0]["status"]), (0, &"unknown".into()), "{status}");
    let text = world.run(&["message", "status", hash]);
    assert!(text.stdout.contains("the destination could not be asked"), "{text:?}");
    let relay = world.run(&["message", "relay", hash]);
    assert_eq!(relay.code, 1, "{relay:?}");
    assert!(relay.stderr.contains("OPChainB (902), which cannot be read"), "{relay:?}");
    drop(devnet);
}

#[test]
fn no_chain_at_all() {
    let world = World::new();
    let url = format!("http://127.0.0.1:{}", closed_port());
    let toml = format!("[chains.a]\nchain-id = 1\nrpc-url = \"{url}\"\n");
    fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let ran = world.run(&["message", "list"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("no chain can be read: a (1)") && ran.stderr.contains("hint: "), "{ran:?}");
    let ran = World::new().run(&["message", "list", "--rpc-url", &url]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains(&format!("no chain can be read: {url}")), "{ran:?}");
}
