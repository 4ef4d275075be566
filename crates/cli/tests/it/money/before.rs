//! What is looked at before something is sent: value leaves only where it can arrive.

use super::{KEY, ME, TOKEN, assert_refused, error, mint, sent};
use crate::{causeway::World, gate::rpc};
use serde_json::{Value, json};

const INBOX: &str = "0x4200000000000000000000000000000000000022";

#[test]
fn tokens_stay_where_they_could_not_arrive() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1", "--l2-count", "3", "--dependency-set", "901,902"]);
    let (a, b) = (devnet.rpc_url(0), devnet.rpc_url(1));
    mint(a);
    let bridge = |amount: &str, to: &str, more: &[&str]| {
        let args = ["bridge", "erc20", "--token", TOKEN, "--amount", amount, "--from", "901", "--to", to];
        world.run(&[&args, more].concat())
    };
    assert_refused(&bridge("2token", "903", &[]), "chain 903 accepts no messages of chain 901");
    for (amount, cause) in [
        ("0", "is nothing"),
        ("0.0token", "is nothing"),
        ("1.5ETH", "`ETH` is no unit here"),
        ("1ether", "`ether` is no unit here"),
        ("-1", "`-1` is no amount"),
        ("1.5", "no unit"),
    ] {
        let ran = bridge(amount, "902", &[]);
        assert_refused(&ran, cause);
    }
    let poor = bridge("5.1token", "902", &[]);
    assert!(poor.code == 2 && poor.stderr.contains("insufficient balance"), "{poor:?}");
    let zero = format!("0x{:040x}", 0);
    let nobody = bridge("1token", "902", &["--recipient", &zero]);
    assert_refused(&nobody, "zero address");

    // A token that was deployed on one chain only.
    rpc(b, "anvil_setCode", json!([TOKEN, "0x"]));
    let absent = format!("there is no contract at {TOKEN} on chain 902");
    assert_refused(&bridge("2token", "902", &[]), &absent);
    // An account that holds no contract has its code nowhere.
    let args = ["bridge", "erc20", "--token", ME, "--amount", "1", "--from", "901", "--to", "902"];
    assert_refused(&world.run(&args), "no token on chain 901");
    assert_eq!(sent(a), 0, "something was sent");

    // Those who know are warned.
    let forced = bridge("2token", "902", &["--force", "--no-wait", "--json"]);
    assert_eq!(forced.code, 0, "{forced:?}");
    let envelope: Value = serde_json::from_str(&forced.stdout).unwrap();
    assert!(envelope["warnings"][0].as_str().unwrap().contains(&absent), "{envelope}");
    assert_eq!(
        (&envelope["data"]["status"], &envelope["data"]["sent"]["nonce"]),
        (&json!("sent"), &json!(0))
    );
    assert_eq!(sent(a), 1);
    drop(devnet);
}

#[test]
fn what_cannot_be_looked_at_takes_force() {
    let (world, devnet) = World::with_devnet();
    let a = devnet.rpc_url(0);
    let l1 = devnet.network["l1"]["rpcUrl"].as_str().unwrap();
    // Nobody listens on port 1.
    let dead = "[chains.dead]\nchain-id = 905\nrpc-url = \"http://127.0.0.1:1\"\n";
    std::fs::write(world.path().join("causeway.toml"), dead).unwrap();
    let eth = |from: &str, to: &str, more: &[&str]| {
        let args = ["bridge", "eth", "--amount", "1ether", "--from", from, "--to", to, "--private-key", KEY];
        world.run(&[&args, more].concat())
    };
    assert_refused(&eth("901", "999", &[]), "unknown chain `999`");
    assert_refused(&eth("901", "dead", &[]), "cannot reach chain dead (905)");
    assert_refused(&eth("901", "http://127.0.0.1:1", &[]), "cannot reach the chain");
    assert_refused(&eth("901", l1, &[]), "chain 900 has no ");
    assert_refused(&eth(l1, "901", &[]), "chain 900 has no ");
    assert_refused(&eth("901", "901", &[]), "both source and destination");
    // An id in another writing is that of a chain that is known, and looked at as that.
    assert_refused(&eth("901", "0x385", &["--force"]), "both source and destination");
    assert_refused(&eth("0x385", "0905", &[]), "cannot reach chain dead (905)");
    for to in ["999", "dead"] {
        assert!(eth("901", to, &[]).stderr.contains("--force"));
    }
    // A message moves no value, and is looked at all the same.
    let target = "0x00000000000000000000000000000000000000bd";
    rpc(devnet.rpc_url(1), "anvil_setCode", json!([target, "0x5f5ffd"]));
    let send = |target| ["message", "send", "--from", "901", "--to", "902", "--target", target];
    let args = send(target);
    assert_refused(&world.run(&args), "the delivery on chain 902 reverts");
    // The inbox of the simulation accepts what the messenger relays, and is no target that takes anything.
    assert_refused(&world.run(&send(INBOX)), "the delivery on chain 902 reverts");
    for force in [&[][..], &["--force", "--no-wait"]] {
        let ran = eth("901", "900", force);
        assert_refused(&ran, "`900` is the L1");
        assert!(!ran.stderr.contains("--force"), "it helps nobody there: {ran:?}");
    }
    assert_eq!((sent(a), sent(l1)), (0, 0), "something was sent");

    // Nobody knows better of a source that has no bridge: what is sent there is gone, wherever it should go.
    for to in ["901", "999", "dead"] {
        assert_refused(&eth(l1, to, &["--force"]), "chain 900 has no ");
    }
    assert_eq!((sent(a), sent(l1)), (0, 0), "something was sent");

    // It cannot be seen to arrive.
    let forced = eth("901", "999", &["--force", "--json"]);
    assert_eq!(forced.code, 3, "{forced:?}");
    assert!(forced.stderr.contains("warning: sent all the same"), "{forced:?}");
    assert_eq!(error(&forced)["details"]["status"], "sent");
    assert_eq!(eth("901", "dead", &["--force", "--no-wait"]).code, 0);
    let forced = world.run(&[&args[..], &["--force", "--no-wait"]].concat());
    assert_eq!(forced.code, 0, "{forced:?}");
    assert_eq!(sent(a), 3);
    drop(devnet);
}

#[test]
fn chains_that_only_have_the_same_id() {
    let (world, devnet) = World::with_devnet();
    // The same chains, run elsewhere: with all contracts, and not those that the network file speaks of.
    // Another second makes another first block.
    while rpc(devnet.rpc_url(0), "eth_blockNumber", json!([])) == "0x0" {}
    while rpc(devnet.rpc_url(0), "eth_blockNumber", json!([])) == "0x1" {}
    let (_elsewhere, other) = World::with_devnet();
    let args = ["bridge", "eth", "--amount", "1ether", "--from", other.rpc_url(0), "--to", "902"];
    let ran = world.run(&[&args[..], &["--private-key", KEY]].concat());
    assert_refused(&ran, "serves another chain 901 than the devnet");
    assert_eq!(sent(other.rpc_url(0)), 0);
    // Of those the network file of the devnet says nothing, and the configuration does.
    let chain = |name, id, index| {
        format!("[chains.{name}]\nchain-id = {id}\nrpc-url = \"{}\"\n", other.rpc_url(index))
    };
    std::fs::write(world.path().join("causeway.toml"), chain("a", 901, 0) + &chain("b", 902, 1)).unwrap();
    let args =
        ["bridge", "eth", "--amount", "1", "--from", "a", "--to", "b", "--private-key", KEY, "--no-wait"];
    let ran = world.run(&args);
    assert_eq!((ran.code, sent(other.rpc_url(0)), sent(devnet.rpc_url(0))), (0, 1, 0), "{ran:?}");
    drop((devnet, other));
}

#[test]
fn acceptance_by_configuration() {
    let (_world, devnet) = World::with_devnet();
    // Without the network file: another home.
    let other = World::new();
    let configure = |more: &str| {
        let chain = |name, id, index| {
            format!("[chains.{name}]\nchain-id = {id}\nrpc-url = \"{}\"\n", devnet.rpc_url(index))
        };
        let text = chain("a", 901, 0) + &chain("b", 902, 1) + more;
        std::fs::write(other.path().join("causeway.toml"), text).unwrap();
    };
    let args =
        ["bridge", "eth", "--amount", "1", "--from", "a", "--to", "b", "--private-key", KEY, "--no-wait"];
    configure("accepts = [903]\n");
    assert_refused(&other.run(&args), "chain 902 accepts no messages of chain 901");
    configure("interop-activation = 99999999999\n");
    assert_refused(&other.run(&args), "interop is not active on chain 902");
    for fair in ["accepts = [901]\n", ""] {
        configure(fair);
        assert_eq!(other.run(&args).code, 0, "{fair}");
    }
    // By their URLs alone nobody knows them, and no verifier is there to ask.
    std::fs::remove_file(other.path().join("causeway.toml")).unwrap();
    let (a, b) = (devnet.rpc_url(0), devnet.rpc_url(1));
    let urls = [
        "bridge",
        "eth",
        "--amount",
        "1",
        "--from",
        a,
        "--to",
        b,
        "--private-key",
        KEY,
        "--no-wait",
        "--verifier-url",
        "http://127.0.0.1:1",
    ];
    assert_refused(&other.run(&urls), "it is not known whether chain 902 accepts messages of chain 901");
    drop(devnet);
}

#[test]
fn acceptance_by_a_verifier() {
    let world = World::new();
    let args = ["--block-time", "1", "--l2-count", "3", "--dependency-set", "901,902"];
    let devnet = world.devnet(&[&args[..], &["--verifier", "--verifier-port", "0"]].concat());
    let verifier = devnet.network["verifierUrl"].as_str().unwrap();
    let other = World::new();
    let bridge = |to: usize| {
        other.run(&[
            "bridge",
            "eth",
            "--amount",
            "1",
            "--from",
            devnet.rpc_url(0),
            "--to",
            devnet.rpc_url(to),
            "--private-key",
            KEY,
            "--no-wait",
            "--verifier-url",
            verifier,
        ])
    };
    assert_eq!(bridge(1).code, 0);
    assert_refused(&bridge(2), "chain 903 accepts no messages of chain 901");
    drop(devnet);
}
