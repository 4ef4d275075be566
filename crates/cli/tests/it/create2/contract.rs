use super::nodes::{BATCHER, KEY, ME, Node, User, column, urls};
use crate::{causeway::World, gate::rpc};
use serde_json::json;

/// Code that returns 1, whatever it is asked.
pub(super) const ONE: &str = "0x6760015f5260205ff35f5260086018f3";
/// Code that answers every call with the account that created it.
pub(super) const CREATORS: &str = "0x60735f533360601b600152655f5260205ff360d01b601552601b5ff3";
/// Code that answers every call with the id of its chain.
const CHAINS_OWN: &str = "0x60615f534660f01b600152655f5260205ff360d01b60035260095ff3";
const TOKEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../bindings/artifacts/OwnedSuperchainERC20.json");

#[test]
fn batcher_and_gateway_get_their_addresses_once() {
    let (nodes, user) = (Node::several::<3>(), User::new());
    let chains = urls(&nodes);
    for (what, address, nonce) in
        [("batcher", BATCHER, 1), ("gateway", "0x5630acCac1Ef86C8DE18BE7d2F8dF92a3a8C76F1", 2)]
    {
        let planned = user.deploys(&[what, "--chains", &chains, "--dry-run"]);
        assert_eq!((&planned["address"], column(&planned, "status")), (&json!(address), vec!["planned"; 3]));
        assert!(nodes.iter().all(|node| node.code(address) == "0x"));
        let done = user.deploys(&[what, "--chains", &chains]);
        assert_eq!((&done["address"], column(&done, "status")), (&json!(address), vec!["deployed"; 3]));
        assert!(nodes.iter().all(|node| node.code(address).len() > 100));
        let again = user.deploys(&[what, "--chains", &chains]);
        assert_eq!(column(&again, "status"), ["present"; 3]);
        assert_eq!(column(&again, "transactionHash"), column(&done, "transactionHash"));
        assert_eq!(column(&again, "codeHash"), column(&done, "codeHash"));
        assert!(nodes.iter().all(|node| node.nonce() == nonce), "{what} was sent twice");
    }
}

#[test]
fn a_dry_run_takes_no_key_and_tells_the_same() {
    let (nodes, user) = (Node::several::<2>(), User::new());
    let artifact = user.artifact("One", json!([]), ONE);
    let chains = urls(&nodes);
    let args = ["deploy", "contract", "--artifact", &artifact, "--chains", &chains, "--salt", "gold"];
    let anybody = user.world.json(&[&args[..], &["--dry-run"]].concat());
    assert_eq!((&anybody["account"], &anybody["saltText"]), (&json!(null), &json!("gold")));
    let sender = user.world.json(&[&args[..], &["--dry-run", "--sender", ME]].concat());
    assert_eq!(sender["account"], ME);
    let done = user.deploys(&args[1..]);
    assert_eq!((&anybody["address"], &sender["address"]), (&done["address"], &done["address"]));
    let limits = sender["chains"].as_array().unwrap().iter().map(|row| row["gas"].as_u64().unwrap());
    let used = done["chains"].as_array().unwrap().iter().map(|row| row["gas"].as_u64().unwrap());
    assert!(limits.zip(used).all(|(limit, used)| limit > used && limit < used * 2));
    // Without a key nothing is sent.
    let ran = user.world.run(&args);
    assert!(ran.code == 2 && ran.stderr.contains("no key"), "{ran:?}");
}

#[test]
fn arguments_are_encoded_and_code_may_differ_by_chain() {
    let (nodes, user) = (Node::several::<2>(), User::new());
    let chains = urls(&nodes);
    let args = ["contract", "--artifact", TOKEN, "--args", "Gold, \"fine\"", "GLD", "6", ME, "1000", "901"];
    let done = user.deploys(&[&args[..], &["--chains", &chains]].concat());
    let address = done["address"].as_str().unwrap();
    let ask = |node: &Node, data: &str| {
        node.call("eth_call", json!([{ "to": address, "data": data }, "latest"])).as_str().unwrap().to_owned()
    };
    for (node, supply) in nodes.iter().zip([1000, 0]) {
        assert!(ask(node, "0x06fdde03").contains(&hex_of("Gold, \"fine\"")));
        assert_eq!(ask(node, "0x18160ddd"), format!("0x{supply:064x}"));
    }

    let artifact = user.artifact("ChainsOwn", json!([]), CHAINS_OWN);
    let args = ["contract", "--artifact", &artifact, "--chains", &chains];
    let done = user.deploys(&args);
    let codes = column(&done, "codeHash");
    assert_ne!(codes[0], codes[1], "each chain has its own code");
    assert_eq!(column(&user.deploys(&args), "status"), ["present"; 2]);
}

fn hex_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the preinstalls are, every factory gives the address that was told before.
#[test]
fn each_factory_gives_the_address_that_was_told() {
    let (world, devnet) = World::with_devnet();
    let user = User { world, key: KEY };
    let artifact = user.artifact("One", json!([]), ONE);
    let own = format!("0x{}00{}", &ME[2..], "07".repeat(11));
    let (per_chain, refused) = (own.replacen("0007", "0107", 1), own.replacen("0007", "0207", 1));
    for (factory, salt) in [
        ("proxy", "gold"),
        ("create2deployer", "gold"),
        ("createx", "gold"),
        ("createx", &own),
        ("createx", &format!("0x{}", "00".repeat(32))),
    ] {
        let args = ["--artifact", &artifact, "--chains", "901,902", "--factory", factory, "--salt", salt];
        let planned = user.deploys(&[&["contract"], &args[..], &["--dry-run"]].concat());
        let done = user.deploys(&[&["contract"], &args[..]].concat());
        assert_eq!(done["address"], planned["address"], "{factory} {salt}");
        assert_eq!(column(&done, "status"), ["deployed"; 2], "{factory} {salt}");
        for index in 0..2 {
            let code = rpc(devnet.rpc_url(index), "eth_getCode", json!([done["address"], "latest"]));
            assert_eq!(code, "0x60015f5260205ff3");
        }
    }
    for salt in [per_chain, refused] {
        let args = ["--artifact", &artifact, "--chains", "901,902", "--factory", "createx", "--salt", &salt];
        user.fails(&[&["contract"], &args[..]].concat(), 2, "invalid-argument");
    }
}

#[test]
fn what_the_factory_would_own_is_refused() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    let chains = urls(&nodes);
    let artifact = user.artifact("Creators", json!([]), CREATORS);
    let args = ["contract", "--artifact", &artifact, "--chains", &chains];
    let error = user.fails(&args, 2, "factory-becomes-owner");
    assert!(error["message"].as_str().unwrap().contains("owner() is the factory"), "{error}");
    assert_eq!(nodes[0].nonce(), 0);
    user.deploys(&[&args[..], &["--allow-factory-owner"]].concat());
    assert_eq!(nodes[0].nonce(), 1);
    // The key is in no file.
    for file in std::fs::read_dir(user.world.path().join(".local/state/causeway/deployments")).unwrap() {
        assert!(!std::fs::read_to_string(file.unwrap().path()).unwrap().contains(&KEY[2..]));
    }
}

/// Hardhat 2 does not list what the constructor sets: here the block's number, which is another one afterwards.
#[test]
fn what_the_constructor_sets_from_the_block_is_recognised_again() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    // Leaves code behind that returns the number of its block.
    let creation = "0x607f5f5343600152655f5260205ff360d01b60215260275ff3";
    let runtime = format!("0x7f{}5f5260205ff3", "00".repeat(32));
    let path = user.world.path().join("Block.json");
    let artifact = json!({ "abi": [], "bytecode": creation, "deployedBytecode": runtime });
    std::fs::write(&path, artifact.to_string()).unwrap();
    let args = ["contract", "--artifact", path.to_str().unwrap(), "--chains", &nodes[0].url];
    user.deploys(&args);
    nodes[0].call("anvil_mine", json!(["0x10"]));
    assert_eq!(column(&user.deploys(&args), "status"), ["present"]);
    let listed = json!({ "abi": [], "bytecode": creation, "deployedBytecode": { "object": runtime, "immutableReferences": {} } });
    std::fs::write(&path, listed.to_string()).unwrap();
    // Nor does it matter what is listed, to whom the journal tells the block.
    assert_eq!(column(&user.deploys(&args), "status"), ["present"]);
    let elsewhere = user.world.path().join("elsewhere");
    let without = [&args[..], &["--journal", elsewhere.to_str().unwrap()]].concat();
    user.fails(&without, 2, "address-taken");
}

/// Whoever is first on a chain would own it there: the address is the same, and the owner is not.
#[test]
fn what_whoever_sends_it_would_own_is_refused() {
    let (nodes, user) = (Node::several::<1>(), User::new());
    // ORIGIN in place of CALLER.
    let code = CREATORS.replacen("533360", "533260", 1);
    let artifact = user.artifact("Senders", json!([]), &code);
    let args = ["contract", "--artifact", &artifact, "--chains", &nodes[0].url];
    let error = user.fails(&args, 2, "factory-becomes-owner");
    assert!(error["message"].as_str().unwrap().contains("whoever sends the transaction"), "{error}");
    user.deploys(&[&args[..], &["--allow-factory-owner"]].concat());

    // Gives ORIGIN a one; every call answers what the account in its last argument has.
    let code = "0x600132556b6020360335545f5260205ff35f52600c6014f3";
    let artifact = user.artifact("Roles", json!([]), code);
    let args = ["contract", "--artifact", &artifact, "--chains", &nodes[0].url];
    let error = user.fails(&args, 2, "factory-becomes-owner");
    assert!(error["message"].as_str().unwrap().contains("the default admin is whoever sends"), "{error}");
}
