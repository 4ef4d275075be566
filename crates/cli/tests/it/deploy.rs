//! `causeway deploy`: the contracts put on nodes, and what is there.

use crate::{
    causeway::{Ran, World},
    gate::rpc,
    nodes::{Bare, fake},
    schema,
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
    // What is no such contract is not called one.
    assert!(ran.stdout.contains("  installed  GasPriceOracle (refuses)   "), "{ran:?}");
    assert!(ran.stdout.contains("  changed    Multicall3 (sender)   "), "{ran:?}");
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
    // The L1 is no place for them, however it is named: its port is that of an anvil.
    for l1 in ["900", "l1", devnet.network["l1"]["rpcUrl"].as_str().unwrap()] {
        let ran = predeploys(&world, &["--chain", l1]);
        assert!(ran.code == 2 && ran.stderr.contains("is the L1"), "{l1}: {ran:?}");
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
    details(&world, &[&PREDEPLOYS[..], &chains[..], &["--dry-run"]].concat(), "foreign-code", 2);
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

/// Ids of devnets are everybody's: a node elsewhere with the id of a devnet that runs here is not that devnet's.
#[test]
fn another_machine_is_no_devnet_of_ours_by_its_id() {
    let ((world, devnet), node) = (World::with_devnet(), Bare::start(901));
    let url = format!("http://0.0.0.0:{}", node.port);
    let ran = predeploys(&world, &["--chain", &url]);
    let says = format!("the node of chain 901 at {url} is on another machine");
    assert!(ran.code == 2 && ran.stderr.contains(&says), "{ran:?}");
    assert!(!has_inbox(&node));
    // Nor does the devnet's key sign there.
    let ran = world.run(&["deploy", "token", "--name", "Gold", "--symbol", "GLD", "--chains", &url]);
    assert!(ran.code == 2 && ran.stderr.contains("no key to sign with"), "{ran:?}");
    drop(devnet);
}

const CHECK: [&str; 2] = ["deploy", "check"];

/// A command that fails, and the details of it.
fn details(world: &World, args: &[&str], code: &str, exit: i32) -> Value {
    let ran = world.run(&[args, &["--json"]].concat());
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    schema::check(args, &printed);
    let error = &printed["errors"][0];
    assert_eq!((&error["code"], ran.code), (&json!(code), exit), "{args:?}: {printed:#}");
    error["details"].clone()
}

fn differing(chain: &Value) -> Vec<(&str, &str)> {
    let contracts = chain["contracts"].as_array().unwrap().iter();
    let pairs = contracts.flat_map(|contract| {
        let differences = contract["differences"].as_array().unwrap().iter();
        differences
            .map(|difference| (contract["name"].as_str().unwrap(), difference["kind"].as_str().unwrap()))
    });
    pairs.collect()
}

#[test]
fn a_devnet_is_as_its_genesis() {
    let (world, devnet) = World::with_devnet();
    let token = "0x420beeF000000000000000000000000000000001@eip155:902";
    let found = world.json(&[&CHECK[..], &["--token", token]].concat());
    for (chain, id) in found["chains"].as_array().unwrap().iter().zip(["901", "902"]) {
        assert_eq!((&chain["chainId"], differing(chain)), (&json!(id), vec![]));
        assert_eq!(chain["contracts"].as_array().unwrap().last().unwrap()["token"]["decimals"], 18);
    }
    // Ether that is on its way is missed nowhere.
    world.json(&["bridge", "eth", "--amount", "1ether", "--from", "901", "--to", "902", "--no-wait"]);
    world.json(&CHECK);
    let liquidity = "0x4200000000000000000000000000000000000025";
    rpc(devnet.rpc_url(1), "anvil_setBalance", json!([liquidity, "0x5"]));
    let found = details(&world, &CHECK, "contracts-differ", 1);
    assert_eq!(differing(&found["chains"][1]), [("ETHLiquidity", "balance")]);
    assert_eq!(differing(&found["chains"][0]), []);
}

#[test]
fn what_differs_is_a_line_each() {
    let (world, nodes) = (World::new(), [Bare::start(901), Bare::start(902)]);
    let chains = ["--chain", &nodes[0].url(), &nodes[1].url()];
    world.json(&[&PREDEPLOYS[..], &chains].concat());
    let check = |more: &[&str]| world.run(&[&CHECK[..], &chains, more].concat());
    let ran = check(&[]);
    assert_eq!((ran.code, ran.stdout.matches("all 40 are as in the genesis").count()), (0, 2), "{ran:?}");

    let code = "0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30022";
    rpc(&nodes[1].url(), "anvil_setCode", json!([code, "0x60016000f3"]));
    let owner = format!("0x{:0>64}", "aa");
    rpc(
        &nodes[1].url(),
        "anvil_setStorageAt",
        json!(["0x4200000000000000000000000000000000000018", "0x0", owner]),
    );
    let ran = check(&["-q"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("chain 902, block 0: 38 of 40 are as in the genesis, 2 not\n"), "{ran:?}");
    assert!(ran.stdout.contains("  ProxyAdmin: owner is 0x0000…00AA, not 0xf39F…2266\n"), "{ran:?}");
    assert!(ran.stdout.contains("  CrossL2Inbox code: unknown code 0x"), "{ran:?}");
    let found = details(&world, &[&CHECK[..], &chains].concat(), "contracts-differ", 1);
    assert_eq!(differing(&found["chains"][1]), [("ProxyAdmin", "owner"), ("CrossL2Inbox", "code")]);
    // The owner is as asked for, and the other chain's is not.
    let ran = check(&["--owner", "0x00000000000000000000000000000000000000aa"]);
    assert!(ran.code == 1 && ran.stdout.contains("ProxyAdmin: owner is 0xf39F…2266"), "{ran:?}");
    let ran = check(&["--expect", "reference"]);
    assert!(ran.code == 1 && ran.stdout.contains("not CrossL2Inbox 1.1.0 of the reference"), "{ran:?}");
    assert!(!ran.stderr.contains("deploy predeploys"), "that brings ours, and not the reference's: {ran:?}");
    // Where all is there, and the owner another one, nothing has to be put there.
    let ran = world.run(
        &[&CHECK[..], &["--chain", chains[1], "--owner", "0x00000000000000000000000000000000000000bb"]]
            .concat(),
    );
    assert!(ran.code == 1 && ran.stderr.contains("name it with --owner"), "{ran:?}");
}

#[test]
fn a_chain_is_held_to_a_file_of_its_own() {
    let (world, node) = (World::new(), Bare::start(901));
    let file = world.path().join("allocs.json");
    std::fs::write(&file, json!({ INBOX: { "code": "0x6001", "storage": {} } }).to_string()).unwrap();
    let args = ["--chain", &node.url(), "--expect", file.to_str().unwrap()];
    let check = || world.run(&[&CHECK[..], &args].concat());
    let ran = check();
    assert!(ran.code == 1 && ran.stdout.contains("0x4200…0022 account: missing"), "{ran:?}");
    rpc(&node.url(), "anvil_setCode", json!([INBOX, "0x6001"]));
    assert_eq!(check().code, 0);
    let genesis = json!({ "config": { "chainId": 7 }, "alloc": { INBOX: { "code": "0x6001" } } });
    std::fs::write(&file, genesis.to_string()).unwrap();
    let ran = check();
    assert!(ran.code == 2 && ran.stderr.contains("the file is for chain 7"), "{ran:?}");
    std::fs::write(&file, "[]").unwrap();
    assert_eq!(check().code, 2);
}

/// What no node says is unknown, in words, by the code and by the exit code.
#[test]
fn a_node_that_says_nothing_is_unknown_and_not_empty() {
    let (world, node) = (World::new(), Bare::start(901));
    world.json(&[&PREDEPLOYS[..], &["--chain", &node.url()]].concat());
    let mute = fake(|method, _| match method {
        "eth_chainId" => json!({ "result": "0x386" }),
        _ => json!({ "error": { "code": -32000, "message": "missing trie node" } }),
    });
    let url = node.url();
    for silent in ["http://127.0.0.1:1", &mute] {
        let args = [&CHECK[..], &["--chain", &url, silent]].concat();
        let ran = world.run(&args);
        assert_eq!(ran.code, 4, "{ran:?}");
        assert!(ran.stdout.contains("unknown: ") && !ran.stdout.contains("missing\n"), "{ran:?}");
        assert!(ran.stdout.contains("all 40 are as in the genesis"), "{ran:?}");
        let found = details(&world, &args, "state-unknown", 4);
        let unknown = if silent == mute { &found["chains"][1] } else { &found["silent"][0] };
        assert!(unknown["reason"].is_string() && unknown["block"].is_null(), "{found}");
    }
    // One that is what it should not be is told from one that is not known.
    rpc(&node.url(), "anvil_setCode", json!([INBOX, "0x"]));
    let ran = world.run(&[&CHECK[..], &["--chain", &node.url(), &mute]].concat());
    assert!(ran.code == 1 && ran.stdout.contains("CrossL2Inbox: missing"), "{ran:?}");
    let wrong = format!("[chains.wrong]\nchain-id = 7\nrpc-url = \"{}\"\n", node.url());
    std::fs::write(world.path().join("causeway.toml"), wrong).unwrap();
    let ran = world.run(&[&CHECK[..], &["--chain", "wrong"]].concat());
    assert!(ran.code == 2 && ran.stderr.contains("serves chain 901, not wrong (7)"), "{ran:?}");
}
