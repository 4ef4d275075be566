//! What the commands do with value: it leaves only where it can arrive, and what has left is never called unsent.

use crate::{
    causeway::{Ran, RunningDevnet, World, signal},
    gate::{Gate, Loss, rpc},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
};

/// The devnet's first account and its key, which commands sign with when none is given.
const ME: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/// Another account, which mints: the first one's nonce counts what the commands send.
const MINTER: &str = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const TOKEN: &str = "0x420beeF000000000000000000000000000000001";
const INBOX: &str = "0x4200000000000000000000000000000000000022";
const MESSENGER: &str = "0x4200000000000000000000000000000000000023";

/// How many transactions of the first account are in blocks or wait for one.
fn sent(url: &str) -> u64 {
    let count = rpc(url, "eth_getTransactionCount", json!([ME, "pending"]));
    u64::from_str_radix(count.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

/// Gives the first account five tokens on a chain.
fn mint(url: &str) {
    let five = format!("{:064x}", 5_000_000_000_000_000_000_u128);
    let data = format!("0x40c10f19{:0>64}{five}", &ME[2..]);
    let call = json!([{ "from": MINTER, "to": TOKEN, "data": data }]);
    let hash = rpc(url, "eth_sendTransaction", call);
    while rpc(url, "eth_getTransactionReceipt", json!([hash])).is_null() {}
}

/// Nothing was sent, for this reason, and there is a remedy.
fn assert_refused(ran: &Ran, cause: &str) {
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains(cause) && ran.stderr.contains("hint: "), "`{cause}` is not in {ran:?}");
    assert!(!ran.stderr.contains("nonce "), "{ran:?}");
}

/// The one error in an envelope.
fn error(ran: &Ran) -> Value {
    let mut envelope: Value = serde_json::from_str(&ran.stdout).unwrap();
    envelope["errors"][0].take()
}

/// Something was sent, or may have been; hash and nonce are told on both ways out. Returns the hash.
fn assert_fate_unknown(ran: &Ran, nonce: u64) -> String {
    assert_eq!(ran.code, 3, "{ran:?}");
    let error = error(ran);
    let details = &error["details"];
    assert_eq!(details["sent"]["nonce"], nonce, "{details}");
    let hash = details["sent"]["transactionHash"].as_str().unwrap().to_owned();
    let remedy = format!("`causeway message status {hash}");
    assert!(error["hint"].as_str().unwrap().contains(&remedy), "{error}");
    // Before anything else is said of it.
    let first = ran.stderr.lines().next().unwrap();
    assert!(first.starts_with("sending ") && first.contains(&hash), "{ran:?}");
    assert!(first.contains(&format!("nonce {nonce} of ")), "{ran:?}");
    hash
}

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
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
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
    assert_refused(&eth("901", "900", &[]), "`900` is the L1");
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
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    // The same chains, run elsewhere: with all contracts, and not those that the network file speaks of.
    // Another second makes another first block.
    while rpc(devnet.rpc_url(0), "eth_blockNumber", json!([])) == "0x0" {}
    while rpc(devnet.rpc_url(0), "eth_blockNumber", json!([])) == "0x1" {}
    let elsewhere = World::new();
    let other = elsewhere.devnet(&["--block-time", "1"]);
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
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
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

/// A command whose transaction waits for a block that does not come. Returns it with what it said first.
fn waiting(world: &World, args: &[&str]) -> (Child, String, BufReader<std::process::ChildStderr>) {
    let mut process = world.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    (process, line, stderr)
}

/// Waits until so many transactions of the first account are on their way, by the command that runs.
fn until_sent(url: &str, count: u64, process: &mut Child) {
    while sent(url) < count {
        assert!(process.try_wait().unwrap().is_none(), "the command ended");
    }
}

/// How it ended.
fn end(process: Child, first: String, mut stderr: BufReader<std::process::ChildStderr>) -> Ran {
    let mut said = first;
    stderr.read_to_string(&mut said).unwrap();
    let mut ran = Ran::from(process.wait_with_output().unwrap());
    ran.stderr = said;
    ran
}

#[test]
fn what_was_sent_is_never_called_unsent() {
    let world = World::new();
    // Blocks come when the test says so.
    let devnet = world.devnet(&["--block-time", "3600"]);
    let a = devnet.rpc_url(0);
    let eth = ["bridge", "eth", "--amount", "1ether", "--from", "901", "--to", "902", "--json"];
    let mut hashes = Vec::new();
    for (nonce, timeout) in ["0s", "1s"].into_iter().enumerate() {
        let ran = world.run(&[&eth[..], &["--timeout", timeout]].concat());
        hashes.push(assert_fate_unknown(&ran, nonce as u64));
    }
    for (nonce, name) in [(2, "INT"), (3, "TERM"), (4, "HUP")] {
        let (mut process, first, stderr) = waiting(&world, &[&eth[..], &["--timeout", "1h"]].concat());
        until_sent(a, nonce + 1, &mut process);
        signal(process.id(), name);
        let ran = end(process, first, stderr);
        assert!(ran.stderr.contains("interrupted"), "{ran:?}");
        hashes.push(assert_fate_unknown(&ran, nonce));
    }
    let send =
        ["message", "send", "--from", "901", "--to", "902", "--target", ME, "--json", "--timeout", "0s"];
    hashes.push(assert_fate_unknown(&world.run(&send), 5));
    assert_eq!(sent(a), 6);

    // By the hash that was printed it can be followed, from the pool into its block.
    for (nonce, hash) in hashes.iter().enumerate() {
        let status = world.json(&["message", "status", hash]);
        let transaction = &status["transaction"];
        assert_eq!((&transaction["status"], &transaction["nonce"]), (&json!("pending"), &json!(nonce)));
        assert_eq!((&transaction["chainId"], &status["messages"]), (&json!("901"), &json!([])));
    }
    rpc(a, "evm_mine", json!([]));
    for hash in &hashes {
        assert_eq!(world.json(&["message", "status", hash])["messages"][0]["status"], "pending");
    }
    let nobody = world.run(&["message", "status", &format!("0x{}", "ab".repeat(32))]);
    assert_eq!(nobody.code, 1, "{nobody:?}");
    assert!(nobody.stderr.contains("as long as its nonce is free"), "{nobody:?}");

    // A signal while the delivery is waited for changes nothing about what was sent. Here, the block comes first.
    let (mut process, first, mut stderr) = waiting(&world, &[&eth[..], &["--timeout", "1h"]].concat());
    until_sent(a, 7, &mut process);
    rpc(a, "evm_mine", json!([]));
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    signal(process.id(), "INT");
    let ran = end(process, first, stderr);
    assert_eq!(ran.code, 3, "{ran:?}");
    let details = error(&ran)["details"].clone();
    assert_eq!((&details["status"], &details["sent"]["nonce"]), (&json!("sent"), &json!(6)));
    assert!(details["messageHash"].is_string(), "{details}");
    drop(devnet);
}

#[test]
fn a_transaction_that_reverted_is_told() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    let a = devnet.rpc_url(0);
    for (code, status) in [("0x00", "no-message"), ("0x5f5ffd", "reverted")] {
        let target = "0x00000000000000000000000000000000000000bd";
        rpc(a, "anvil_setCode", json!([target, code]));
        let call = json!([{ "from": MINTER, "to": target, "gas": "0x186a0" }]);
        let hash = rpc(a, "eth_sendTransaction", call);
        while rpc(a, "eth_getTransactionReceipt", json!([hash])).is_null() {}
        let shown = world.json(&["message", "status", hash.as_str().unwrap()]);
        assert_eq!(shown["transaction"]["status"], status, "{shown}");
    }
    drop(devnet);
}

/// The first chain behind a gate that loses things, by the name `gated`.
fn gated(world: &World, devnet: &RunningDevnet, loss: Loss) -> Gate {
    let gate = Gate::before(devnet.rpc_url(0), loss);
    let text = format!("[chains.gated]\nchain-id = 901\nrpc-url = \"{}\"\n", gate.url());
    std::fs::write(world.path().join("causeway.toml"), text).unwrap();
    gate
}

#[test]
fn a_lost_answer_is_not_a_failure() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    let send = "eth_sendRawTransaction";
    let eth = ["bridge", "eth", "--amount", "1ether", "--from", "gated", "--to", "902", "--private-key", KEY];

    let _gate = gated(&world, &devnet, Loss::Answer(send));
    let ran = world.run(&[&eth[..], &["--no-wait"]].concat());
    assert_eq!((ran.code, sent(devnet.rpc_url(0))), (0, 1), "{ran:?}");

    let _gate = gated(&world, &devnet, Loss::AnswerAndAllThatFollows(send));
    let ran = world.run(&[&eth[..], &["--timeout", "2s", "--json"]].concat());
    assert_fate_unknown(&ran, 1);
    assert_eq!(sent(devnet.rpc_url(0)), 2);
    drop(devnet);
}

#[test]
fn an_interrupt_before_anything_was_sent() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    let eth = ["bridge", "eth", "--amount", "1ether", "--from", "gated", "--to", "902", "--private-key", KEY];
    // While the node is looked for, too.
    for method in ["eth_chainId", "eth_getCode"] {
        let gate = gated(&world, &devnet, Loss::Held(method));
        for name in ["INT", "TERM"] {
            let mut command = world.command(&[&eth[..], &["--json"]].concat());
            let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            gate.until(method);
            signal(process.id(), name);
            let ran = Ran::from(process.wait_with_output().unwrap());
            assert_eq!(ran.code, 130, "{ran:?}");
            assert!(ran.stderr.contains("nothing was sent"), "{ran:?}");
            assert_eq!(error(&ran)["details"], Value::Null, "{ran:?}");
            gate.forget();
        }
    }
    assert_eq!(sent(devnet.rpc_url(0)), 0);
    drop(devnet);
}

#[test]
fn delivered_is_what_the_log_says() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    let l1 = devnet.network["l1"]["rpcUrl"].as_str().unwrap();
    let send = ["message", "send", "--target", ME, "--from", "901", "--to", l1, "--private-key", KEY];
    let sent = world.json(&[&send[..], &["--no-wait", "--force"]].concat());
    let hash = sent["messageHash"].as_str().unwrap();
    let relay = ["message", "relay", hash, "--rpc-url", l1, "--private-key", KEY, "--timeout", "30s"];
    // There is no messenger; then one that takes everything, answers nothing; then one that answers as a messenger does.
    assert_refused(&world.run(&relay), "chain 900 has no L2ToL2CrossDomainMessenger");
    rpc(l1, "anvil_setCode", json!([MESSENGER, "0x00"]));
    assert_refused(&world.run(&relay), "chain 900 has no L2ToL2CrossDomainMessenger");
    rpc(l1, "anvil_setCode", json!([MESSENGER, "0x60205f5260405ff3"]));
    rpc(l1, "evm_setAutomine", json!([true]));
    let ran = world.run(&[&relay[..], &["--json"]].concat());
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("delivered nothing"), "{ran:?}");
    let details = error(&ran)["details"].clone();
    assert_eq!(details["sent"]["transactionHash"], details["transactionHash"], "{ran:?}");
    assert!(details["sent"]["nonce"].is_number(), "{ran:?}");
    drop(devnet);
}

#[test]
fn a_relay_by_hand_that_waits_for_its_block() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "3600"]);
    let (a, b) = (devnet.rpc_url(0), devnet.rpc_url(1));
    let send =
        ["message", "send", "--target", ME, "--from", "901", "--to", "902", "--json", "--timeout", "0s"];
    let [one, other] = [0, 1].map(|nonce| assert_fate_unknown(&world.run(&send), nonce));
    rpc(a, "evm_mine", json!([]));
    rpc(b, "evm_mine", json!([]));
    let relay = ["message", "relay", &one, "--json", "--timeout", "0s"];
    let relayed = assert_fate_unknown(&world.run(&relay), 0);
    let relay = ["message", "relay", &other, "--json", "--timeout", "1h"];
    let (mut process, first, stderr) = waiting(&world, &relay);
    until_sent(b, 2, &mut process);
    signal(process.id(), "INT");
    assert_fate_unknown(&end(process, first, stderr), 1);
    let status = world.json(&["message", "status", &relayed]);
    assert_eq!(status["transaction"]["status"], "pending");
    drop(devnet);
}
