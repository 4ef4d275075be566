//! Everything that is refused before anything is sent.

use super::{
    contract::ONE,
    nodes::{BATCHER, KEY, ME, Node, PROXY, User, column, urls},
};
use alloy::primitives::{hex, keccak256};
use serde_json::{Value, json};

/// One chain is not ready: nothing is sent on any.
fn refused_for(prepare: impl Fn(&Node), code: &str) -> (User, [Node; 2], Value) {
    let (nodes, user) = (Node::several::<2>(), User::new());
    prepare(&nodes[1]);
    let before = nodes.each_ref().map(Node::nonce);
    let exit = if code == "chain-unreachable" { 1 } else { 2 };
    let error = user.fails(&["batcher", "--chains", &urls(&nodes)], exit, code);
    assert_eq!(nodes.each_ref().map(Node::nonce), before, "something was sent");
    assert!(error["message"].as_str().unwrap().contains("nothing was sent"), "{error}");
    assert!(error["hint"].as_str().unwrap().contains("--skip-unready"), "{error}");
    (user, nodes, error)
}

#[test]
fn no_factory_or_another() {
    let (user, nodes, error) =
        refused_for(|node| drop(node.call("anvil_setCode", json!([PROXY, "0x"]))), "no-factory");
    // What is offered creates it.
    let transaction = error["details"]["transaction"].clone();
    let signer = "0x3fab184622dc19b6109349b94811493bf2a45362";
    assert!(error["hint"].as_str().unwrap().to_lowercase().contains(signer), "{error}");
    nodes[1].call("anvil_setBalance", json!([signer, "0x2386f26fc10000"]));
    nodes[1].call("eth_sendRawTransaction", json!([transaction]));
    assert_eq!(column(&user.deploys(&["batcher", "--chains", &urls(&nodes)]), "status"), ["deployed"; 2]);

    let (_, _, error) = refused_for(
        |node| drop(node.call("anvil_setCode", json!([PROXY, "0x60015f5260205ff3"]))),
        "no-factory",
    );
    assert!(error["message"].as_str().unwrap().contains("is no DeterministicDeploymentProxy"), "{error}");
}

#[test]
fn an_address_that_is_taken_and_the_chains_that_are_not() {
    let (user, nodes, _) =
        refused_for(|node| drop(node.call("anvil_setCode", json!([BATCHER, "0x01"]))), "address-taken");
    let done = user.deploys(&["batcher", "--chains", &urls(&nodes), "--skip-unready"]);
    assert_eq!((nodes[0].nonce(), nodes[1].nonce()), (1, 0));
    let mut status = column(&done, "status");
    status.sort_unstable();
    assert_eq!(status, ["deployed", "skipped"]);
}

#[test]
fn an_account_that_cannot_pay() {
    let (_, _, error) =
        refused_for(|node| drop(node.call("anvil_setBalance", json!([ME, "0x1"]))), "insufficient-balance");
    assert_eq!((&error["details"]["chainId"], &error["details"]["have"]), (&json!("902"), &json!("1")));
}

#[test]
fn nonces_that_are_missing_and_transactions_that_wait() {
    let transfer = |nonce: &str| json!([{ "from": ME, "to": ME, "nonce": nonce, "gas": "0x5208" }]);
    let (_, _, error) =
        refused_for(|node| drop(node.call("eth_sendTransaction", transfer("0x5"))), "nonce-gap");
    assert!(error["message"].as_str().unwrap().contains("a nonce gap"), "{error}");
    let (_, _, error) = refused_for(
        |node| {
            node.call("evm_setAutomine", json!([false]));
            node.call("eth_sendTransaction", transfer("0x0"));
        },
        "nonce-gap",
    );
    assert!(error["message"].as_str().unwrap().contains("nonces 0 to 0"), "{error}");
}

#[test]
fn chains_that_are_none_or_others() {
    let (nodes, user) = (Node::several::<2>(), User::new());
    let [one, other] = nodes.each_ref().map(|node| node.url.clone());
    user.fails(&["batcher", "--chains", &format!("{one},{one}")], 2, "duplicate-chain");
    user.fails(&["batcher", "--chains", "nowhere"], 2, "unknown-chain");
    user.fails(&["batcher", "--chains", &format!("{one},")], 2, "invalid-argument");
    let config = format!(
        "[chains.one]\nchain-id = 901\nrpc-url = \"{one}\"\n[chains.other]\nchain-id = 903\nrpc-url = \"{other}\"\n[chains.dead]\nchain-id = 904\nrpc-url = \"http://127.0.0.1:1\"\n"
    );
    std::fs::write(user.world.path().join("causeway.toml"), config).unwrap();
    user.fails(&["batcher", "--chains", "one,901"], 2, "duplicate-chain");
    user.fails(&["batcher", "--chains", "one,other"], 2, "wrong-chain");
    user.fails(&["batcher", "--chains", "one,dead"], 1, "chain-unreachable");
    assert_eq!((nodes[0].nonce(), nodes[1].nonce()), (0, 0));
}

#[test]
fn artifacts_and_arguments_that_are_wrong() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let chains = urls(&nodes);
    let run = |artifact: &str, more: &[&str], exit: i32, code: &str| {
        user.fails(&[&["contract", "--artifact", artifact, "--chains", &chains], more].concat(), exit, code)
    };
    let constructor =
        |inputs: Value| json!([{ "type": "constructor", "inputs": inputs, "stateMutability": "nonpayable" }]);
    run("nowhere.json", &[], 2, "invalid-artifact");
    run(&user.artifact("Interface", json!([]), "0x"), &[], 2, "invalid-artifact");
    let hash = "1".repeat(34);
    let unlinked = user.artifact("Unlinked", json!([]), &format!("0x73__${hash}$__00"));
    run(&unlinked, &[], 2, "unlinked-libraries");
    let small = user.artifact("Small", constructor(json!([{ "name": "small", "type": "uint8" }])), ONE);
    for wrong in [&[][..], &["--args", "256"], &["--args", "x"], &["--args", "1", "2"]] {
        let error = run(&small, wrong, 2, "invalid-constructor-arguments");
        assert!(error["message"].as_str().unwrap().contains("uint8 small"), "{error}");
    }
    let reverting = user.artifact("Reverting", json!([]), "0x5f5ffd");
    run(&reverting, &[], 2, "creation-reverts");
    run(&user.artifact("Empty", json!([]), "0x00"), &[], 2, "creation-reverts");
    let huge = user.artifact("Huge", json!([]), &format!("0x61ffff5ff3{}", "00".repeat(50_000)));
    run(&huge, &[], 2, "code-too-large");
    assert_eq!(nodes[0].nonce(), 0);
    // The right one is none of these, and a library that is not there is.
    user.deploys(&["contract", "--artifact", &small, "--chains", &chains, "--args", "255"]);
    assert!(!KEY.is_empty());
}

/// What an OP Stack chain takes beside the gas is counted, too.
#[test]
fn the_fee_for_the_l1_is_part_of_the_cost() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let args = ["batcher", "--chains", &urls(&nodes), "--dry-run"];
    let cost = |data: &Value| column(data, "cost")[0].parse::<u128>().unwrap();
    let without = cost(&user.deploys(&args));
    // Whatever it is asked, 1 ETH: for the L1, and for the operator.
    let oracle = "0x420000000000000000000000000000000000000F";
    nodes[0].call("anvil_setCode", json!([oracle, "0x670de0b6b3a76400005f5260205ff3"]));
    let with = cost(&user.deploys(&args));
    assert!(with > without && with - without > 1_900_000_000_000_000_000, "{without} {with}");
    nodes[0].call("anvil_setBalance", json!([ME, "0xde0b6b3a7640000"]));
    user.fails(&args, 2, "insufficient-balance");
}

#[test]
fn a_library_has_to_be_there() {
    let (nodes, user) = (Node::several::<2>(), User::new());
    let chains = urls(&nodes);
    let hash = hex::encode(keccak256("src/Math.sol:Math"));
    // Leaves the library's address behind.
    let artifact = user.artifact("Sums", json!([]), &format!("0x73__${}$__5f5260205ff3", &hash[..34]));
    let args = ["contract", "--artifact", &artifact, "--chains", &chains];
    user.fails(&args, 2, "unlinked-libraries");
    let other = "0x00000000000000000000000000000000000000AA";
    let library = format!("src/Math.sol:Math:{other}");
    let args = [&args[..], &["--libraries", &library]].concat();
    nodes[0].call("anvil_setCode", json!([other, "0x00"]));
    let error = user.fails(&args, 2, "unlinked-libraries");
    assert!(error["message"].as_str().unwrap().contains("902: the library Math is not there"), "{error}");
    nodes[1].call("anvil_setCode", json!([other, "0x00"]));
    let done = user.deploys(&args);
    let address = done["address"].as_str().unwrap();
    assert!(nodes.iter().all(|node| node.code(address).ends_with("aa")));
    let wrong = [&args[..6], &["src/Other.sol:Math:0x00000000000000000000000000000000000000AA"]].concat();
    user.fails(&wrong, 2, "unlinked-libraries");
}

/// There is none where tests run, and there may be no USB bus either. The flag beats the variable with a key.
#[test]
fn a_ledger_that_is_not_there() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let chain = urls(&nodes);
    let error = user.fails(&["batcher", "--chains", &chain, "--ledger"], 2, "no-key");
    assert!(error["message"].as_str().unwrap().contains("cannot use the Ledger: "), "{error}");
    let (code, _) = user.run(&["batcher", "--chains", &chain, "--ledger", "--hd-path", "m/x"]);
    assert_eq!(code, 2);
}

#[test]
fn a_node_that_is_gone_is_left_out_on_request() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    // Nobody listens there.
    let chains = format!("{},http://127.0.0.1:1", nodes[0].url);
    user.fails(&["batcher", "--chains", &chains], 1, "chain-unreachable");
    assert_eq!(nodes[0].nonce(), 0);
    let (code, envelope) = user.run(&["batcher", "--chains", &chains, "--skip-unready"]);
    assert_eq!((code, column(&envelope["data"], "status")), (0, vec!["deployed"]), "{envelope:#}");
    assert!(envelope["warnings"].to_string().contains("127.0.0.1:1 is left out"), "{envelope:#}");
    user.fails(&["batcher", "--chains", "http://127.0.0.1:1", "--skip-unready"], 1, "chain-unreachable");
}

/// Each of the two spellings, with commas or spaces, in every command.
#[test]
fn chains_are_named_in_any_way() {
    let (nodes, user) = (Node::several::<2>(), User::new());
    let (one, two) = (nodes[0].url.as_str(), nodes[1].url.as_str());
    let both = urls(&nodes);
    for flag in ["--chain", "--chains"] {
        for named in [&[both.as_str()][..], &[one, two]] {
            for what in [&["batcher", "--dry-run"][..], &["predeploys", "--dry-run"], &["check"]] {
                let (_, envelope) = user.run(&[what, &[flag], named].concat());
                let chains = match &envelope["data"]["chains"] {
                    Value::Null => &envelope["errors"][0]["details"]["chains"],
                    chains => chains,
                };
                assert_eq!(chains.as_array().map(Vec::len), Some(2), "{flag} {what:?}: {envelope:#}");
            }
        }
    }
}
