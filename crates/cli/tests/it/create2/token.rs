use super::nodes::{ME, Node, PROXY, User, column, urls};
use crate::causeway::World;
use serde_json::json;

const GOLD: [&str; 5] = ["token", "--name", "Gold", "--symbol", "GLD"];

#[test]
fn a_token_has_one_address_and_one_supply() {
    let (nodes, user) = (Node::several::<2>(), User::new());
    let chains = urls(&nodes);
    let more = ["--decimals", "6", "--supply", "1.5GLD", "--home", "902", "--chains", &chains];
    let args = [&GOLD[..], &more].concat();
    let (code, envelope) = user.run(&args);
    let done = &envelope["data"];
    assert_eq!((code, column(done, "status")), (0, vec!["deployed"; 2]), "{envelope:#}");
    assert_eq!(column(done, "codeHash")[0], column(done, "codeHash")[1]);
    let expected = json!({ "name": "Gold", "symbol": "GLD", "decimals": 6, "owner": ME, "supply": "1500000", "home": "902" });
    assert_eq!(done["token"], expected);
    // There is no bridge on such chains.
    let warnings = envelope["warnings"].to_string();
    assert_eq!(warnings.matches("has no SuperchainTokenBridge").count(), 2, "{warnings}");
    let ask = |node: &Node, data: &str| {
        let call = json!([{ "to": done["address"], "data": data }, "latest"]);
        node.call("eth_call", call).as_str().unwrap().to_owned()
    };
    for (node, supply) in nodes.iter().zip([0, 1_500_000]) {
        assert_eq!(ask(node, "0x18160ddd"), format!("0x{supply:064x}"), "totalSupply");
        assert_eq!(ask(node, "0x313ce567"), format!("0x{:064x}", 6), "decimals");
        assert!(ask(node, "0x8da5cb5b").ends_with(&ME[2..].to_lowercase()), "owner");
    }
    // Every word of it decides about the address.
    let address =
        |change: &[&str]| user.deploys(&[&args[..], change, &["--dry-run"]].concat())["address"].clone();
    let other = user.deploys(&[&GOLD[..], &["--decimals", "7", "--chains", &chains, "--dry-run"]].concat());
    let salted = address(&["--salt", "gold"]);
    assert!(done["address"] != other["address"] && done["address"] != salted && other["address"] != salted);
    assert_eq!(address(&["--owner", ME]), done["address"]);
    assert_eq!(column(&user.deploys(&args), "status"), ["present"; 2]);
    assert!(nodes.iter().all(|node| node.nonce() == 1));
}

#[test]
fn a_supply_that_nobody_gets_is_refused() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let chains = urls(&nodes);
    let fails = |more: &[&str], code: &str| {
        user.fails(&[&GOLD[..], &["--chains", &chains], more].concat(), 2, code);
    };
    let zero = "0x0000000000000000000000000000000000000000";
    fails(&["--supply", "1000"], "invalid-argument");
    fails(&["--home", "901"], "invalid-argument");
    fails(&["--supply", "1.5", "--home", "901"], "invalid-amount");
    fails(&["--supply", "1ether", "--home", "901"], "invalid-amount");
    fails(&["--supply", "5", "--home", "nowhere"], "unknown-chain");
    fails(&["--supply", "5", "--home", "http://127.0.0.1:1"], "invalid-argument");
    fails(&["--owner", zero, "--supply", "5", "--home", "901"], "invalid-argument");
    fails(&["--decimals", "256"], "invalid-argument");
    user.fails(&["token", "--name", "", "--symbol", "X", "--chains", &chains], 2, "invalid-argument");
    assert_eq!(nodes[0].nonce(), 0);
    // A token that nobody may mint is one, if that is what is meant.
    let (code, envelope) = user.run(&[&GOLD[..], &["--chains", &chains, "--owner", zero]].concat());
    assert_eq!((code, &envelope["data"]["token"]["owner"]), (0, &json!(zero)));
    assert!(envelope["warnings"].to_string().contains("nobody may mint"), "{envelope:#}");
}

/// What it is for.
#[test]
fn the_bridge_moves_a_token_of_ones_own() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1", "--autorelay"]);
    let args = ["--supply", "10GLD", "--home", "901", "--chains", "901,902"];
    let done = world.json(&[&["deploy"], &GOLD[..], &args].concat());
    let token = done["address"].as_str().unwrap();
    assert_eq!(column(&done, "name"), ["OPChainA", "OPChainB"]);
    let bridged = world
        .json(&["bridge", "erc20", "--token", token, "--amount", "1.5GLD", "--from", "901", "--to", "902"]);
    assert_eq!(
        (&bridged["status"], &bridged["amount"]),
        (&json!("delivered"), &json!("1500000000000000000"))
    );
    for (index, supply) in [8_500_000_000_000_000_000_u64, 1_500_000_000_000_000_000].into_iter().enumerate()
    {
        let call = json!([{ "to": token, "data": "0x18160ddd" }, "latest"]);
        let found = crate::gate::rpc(devnet.rpc_url(index), "eth_call", call);
        assert_eq!(found, format!("0x{supply:064x}"));
    }
}

/// 100 of them, or 100 of the smallest part of one: both can be meant.
#[test]
fn a_supply_of_less_than_one_without_a_unit_is_warned_of() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let warnings = |decimals: &str, supply: &str| {
        let named = ["token", "--name", "Gold", "--symbol", "GLD", "--home", "901", "--dry-run"];
        let amounts = ["--decimals", decimals, "--supply", supply, "--chains", &nodes[0].url];
        let (code, envelope) = user.run(&[&named[..], &amounts].concat());
        assert_eq!(code, 0, "{envelope:#}");
        envelope["warnings"].to_string().contains("write --supply 100GLD")
    };
    assert!(warnings("18", "100"));
    assert!(warnings("255", "100"));
    assert!(!warnings("18", "0.0000000000000001GLD"));
    assert!(!warnings("18", "100GLD"));
    assert!(!warnings("2", "100"));
    assert!(!warnings("0", "100"));
}

#[test]
fn an_owner_or_a_home_that_cannot_be_meant_is_refused() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let named = ["token", "--name", "Gold", "--symbol", "GLD", "--chains", &nodes[0].url];
    for (more, code) in [
        (&["--owner", PROXY][..], "factory-becomes-owner"),
        (&["--supply", "5GLD", "--home", "0"], "invalid-argument"),
        (&["--supply", "5GLD", "--home", &nodes[0].url], "invalid-argument"),
    ] {
        let error = user.fails(&[&named[..], more].concat(), 2, code);
        assert!(!error["hint"].as_str().unwrap().contains("--allow-factory-owner"), "{error}");
    }
    assert_eq!(nodes[0].nonce(), 0);
}

/// A name may be any text, and a terminal must show it and not obey it.
#[test]
fn a_name_does_not_move_the_cursor() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let args = [
        "token",
        "--name",
        "Gö\u{1b}[31mld\nowner",
        "--symbol",
        "G\r",
        "--chains",
        &nodes[0].url,
        "--dry-run",
    ];
    let said = String::from_utf8(user.command(&args).output().unwrap().stdout).unwrap();
    assert!(said.contains(r"token     Gö\u{1b}[31mld\nowner (G\r), 18 decimals"), "{said}");
}
