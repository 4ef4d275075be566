//! `causeway deploy`: the contracts put on nodes, and what is there.

use crate::{
    causeway::{Ran, World},
    gate::rpc,
    nodes::{Bare, fake},
};
use serde_json::{Value, json};

const INBOX: &str = "0x4200000000000000000000000000000000000022";
const PREDEPLOYS: [&str; 2] = ["deploy", "predeploys"];

fn predeploys(world: &World, more: &[&str]) -> Ran {
    world.run(&[&PREDEPLOYS[..], more].concat())
}

fn has_inbox(node: &Bare) -> bool {
    rpc(&node.url(), "eth_getCode", json!([INBOX, "latest"])) != json!("0x")
}

#[test]
fn bare_nodes_get_the_contracts_once() {
    let (world, nodes) = (World::new(), [Bare::start(901), Bare::start(902)]);
    let urls = format!("{},{}", nodes[0].url(), nodes[1].url());
    let ran = predeploys(&world, &["--chain", &urls, "--dry-run"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.contains("chain 902: the plan, ") && ran.stdout.contains("CrossL2Inbox code"),
        "{ran:?}"
    );
    assert!(!nodes.iter().any(has_inbox), "a plan writes nothing");
    for line in ran.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }

    let done = world.json(&[&PREDEPLOYS[..], &["--chain", &nodes[0].url(), &nodes[1].url()]].concat());
    assert!(nodes.iter().all(has_inbox));
    for (chain, id) in done["chains"].as_array().unwrap().iter().zip(["901", "902"]) {
        assert_eq!((&chain["chainId"], &chain["dialect"]), (&json!(id), &json!("anvil")));
        let inbox = |contract: &&Value| contract["name"] == "CrossL2Inbox" && contract["role"] == "proxy";
        let inbox = chain["contracts"].as_array().unwrap().iter().find(inbox).unwrap();
        assert_eq!((&inbox["address"], &inbox["outcome"]), (&json!(INBOX), &json!("installed")));
    }
    let ran = predeploys(&world, &["--chain", &urls]);
    assert_eq!((ran.code, ran.stdout.matches("nothing to do").count()), (0, 2), "{ran:?}");
}

#[test]
fn a_devnet_is_found_and_has_all_of_them() {
    let (world, devnet) = World::with_devnet();
    let found = world.json(&PREDEPLOYS);
    let ids: Vec<_> = found["chains"].as_array().unwrap().iter().map(|chain| &chain["chainId"]).collect();
    assert_eq!(ids, ["901", "902"]);
    for chain in found["chains"].as_array().unwrap() {
        assert_eq!(chain["writes"], 0, "{chain}");
    }
    // Through the gateway.
    let [_, code] = [INBOX, "0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30022"];
    rpc(devnet.rpc_url(1), "anvil_setCode", json!([code, "0x"]));
    let ran = predeploys(&world, &["--chain", "902"]);
    assert!(ran.code == 0 && ran.stdout.contains("installed  CrossL2Inbox code"), "{ran:?}");
    assert_ne!(rpc(devnet.rpc_url(1), "eth_getCode", json!([code, "latest"])), json!("0x"));
}

#[test]
fn what_stands_in_the_way_is_named_before_anything_is_written() {
    let (world, nodes) = (World::new(), [Bare::start(901), Bare::start(902)]);
    rpc(&nodes[1].url(), "anvil_setCode", json!([INBOX, "0x60016000f3"]));
    let chains = ["--chain", &nodes[0].url(), &nodes[1].url()];
    let ran = predeploys(&world, &chains);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("CrossL2Inbox on 902 (unknown code 0x"), "{ran:?}");
    assert!(ran.stderr.contains("--replace"), "{ran:?}");
    assert!(!has_inbox(&nodes[0]), "every chain is looked at first");
    let ran = predeploys(&world, &[&chains[..], &["--dry-run"]].concat());
    assert!(ran.code == 2 && ran.stdout.contains("blocked    CrossL2Inbox"), "{ran:?}");
    let ran = predeploys(&world, &[&chains[..], &["--replace"]].concat());
    assert!(ran.code == 0 && ran.stdout.contains("replaced   CrossL2Inbox"), "{ran:?}");
}

#[test]
fn a_node_that_cannot_is_told_with_what_to_do_instead() {
    let world = World::new();
    let live = fake(|method, _| match method {
        "eth_chainId" => json!({ "result": "0xa" }),
        _ => json!({ "error": { "code": -32601, "message": "the method does not exist/is not available" } }),
    });
    let ran = predeploys(&world, &["--chain", &live]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("cannot set code") && ran.stderr.contains("causeway upgrade"), "{ran:?}");
    assert!(ran.stderr.contains("hardhat_setCode"), "{ran:?}");

    let node = Bare::start(901);
    let url = node.url();
    for (args, code, words) in [
        (&["--chain", &url, &url][..], 2, "named twice"),
        (&["--chain", "nowhere"], 2, "unknown chain"),
        (&["--chain", "http://127.0.0.1:1"], 1, "is a node running"),
        (&[], 2, "causeway devnet"),
    ] {
        let ran = predeploys(&world, args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(words), "{args:?}: {ran:?}");
    }
    let wrong = format!("[chains.wrong]\nchain-id = 7\nrpc-url = \"{url}\"\n");
    std::fs::write(world.path().join("causeway.toml"), wrong).unwrap();
    let ran = predeploys(&world, &["--chain", "wrong"]);
    assert!(ran.code == 2 && ran.stderr.contains("serves chain 901, not wrong (7)"), "{ran:?}");
    assert!(!has_inbox(&node));
}

/// Others may use what is on another machine.
#[test]
fn another_machine_is_worked_on_only_if_that_is_said() {
    let (world, node) = (World::new(), Bare::start(901));
    let url = format!("http://0.0.0.0:{}", node.port);
    let ran = predeploys(&world, &["--chain", &url]);
    assert!(ran.code == 2 && ran.stderr.contains("--allow-remote"), "{ran:?}");
    let ran = predeploys(&world, &["--chain", &url, "--allow-remote"]);
    assert!(ran.code == 2 && ran.stderr.contains("--owner"), "{ran:?}");
    assert!(!has_inbox(&node));
    let owner = "0x00000000000000000000000000000000000000aa";
    let ran = predeploys(&world, &["--chain", &url, "--allow-remote", "--owner", owner]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let admin = "0x4200000000000000000000000000000000000018";
    let found = rpc(&node.url(), "eth_getStorageAt", json!([admin, "0x0", "latest"]));
    assert_eq!(found, json!(format!("0x{:0>64}", &owner[2..])));
}
