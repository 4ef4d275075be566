//! docs/json.schema.json, which all that the tests read with `--json` is held to, and every command once.

use crate::causeway::{Ran, World, anvil};
use alloy::primitives::Address;
use causeway_interop::InteroperableName;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Stdio,
    sync::LazyLock,
};

const SCHEMA: &str = include_str!("../../../../docs/json.schema.json");
const TOKEN: &str = "0x420beeF000000000000000000000000000000001";
const TARGET: &str = "0x00000000000000000000000000000000000000AA";

/// Commands by their words, e.g. `message list`.
static COMMANDS: LazyLock<BTreeMap<String, Validator>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let names: Vec<_> = schema["$defs"].as_object().unwrap().keys().cloned().collect();
    names
        .iter()
        .filter_map(|name| {
            let words = name.strip_prefix("causeway-")?;
            let mut of_command = schema.clone();
            of_command.as_object_mut().unwrap().remove("anyOf");
            of_command["$ref"] = format!("#/$defs/{name}").into();
            let validator = jsonschema::options()
                .with_format("address", |text: &str| Address::parse_checksummed(text, None).is_ok())
                .with_format("interoperable", |text: &str| {
                    text.parse::<InteroperableName>().is_ok_and(|name| name.checksum().is_some())
                })
                .should_validate_formats(true)
                .build(&of_command)
                .unwrap();
            Some((words.to_owned(), validator))
        })
        .collect()
});

/// Holds what a command printed to its schema: an envelope, or a line of a service.
pub(crate) fn check(args: &[&str], printed: &Value) {
    let found = COMMANDS.get(&name(args));
    let validator = found.unwrap_or_else(|| panic!("docs/json.schema.json has nothing of {args:?}"));
    let faults: Vec<String> = validator
        .iter_errors(printed)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{args:?} does not keep to docs/json.schema.json: {faults:#?}\n{printed:#}");
    chains_of_accounts(printed, None);
}

/// An address is shown again with the chain that it is on: what is sent from somewhere is of the source, and so on.
#[track_caller]
fn chains_of_accounts(part: &Value, around: Option<&Value>) {
    for (field, value) in part.as_object().into_iter().flatten() {
        if let (Some(name), Some(text)) = (field.strip_suffix("Interoperable"), value.as_str()) {
            let chain = match name {
                "sender" | "token" => "source",
                "recipient" | "target" => "destination",
                _ => "chainId",
            };
            let near = [Some(part), around].into_iter().flatten();
            let mut ids = near.filter_map(|near| near[chain].as_str().or(near["identifier"][chain].as_str()));
            // Of a token that is short, the chain is the account's.
            let id = ids.next().or(part["chainId"].as_str()).unwrap();
            let expected = format!("{}@eip155:{id}#", part[name].as_str().unwrap());
            assert!(text.starts_with(&expected), "{field} is {text}, and not {expected}… in {part:#}");
        }
    }
    match part {
        Value::Object(map) => map.values().for_each(|value| chains_of_accounts(value, Some(part))),
        Value::Array(items) => items.iter().for_each(|item| chains_of_accounts(item, around)),
        _ => {}
    }
}

/// The name of a command in the schema. Something else may stand in front, as a shell that starts it.
fn name(args: &[&str]) -> String {
    let pairs = args.windows(2).map(|pair| pair.join("-"));
    let mut names = pairs.chain(args.iter().map(|&word| word.to_owned()));
    names.find(|name| COMMANDS.contains_key(name)).unwrap_or_default()
}

/// Runs commands once with `--json`, and holds them to the schema.
struct Round<'a> {
    world: &'a World,
    run: BTreeSet<String>,
}

impl Round<'_> {
    /// A command that succeeds.
    fn run(&mut self, args: &[&str]) -> Value {
        self.note(args);
        self.world.json(args)
    }

    fn note(&mut self, args: &[&str]) {
        self.run.insert(name(args));
    }
}

/// One world for all: the commands on a devnet with a verifier and a relayer beside it.
#[test]
fn every_command_prints_what_its_schema_says() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1"]);
    let mut round = Round { world: &world, run: BTreeSet::from(["devnet".to_owned()]) };

    let config = format!(
        "[chains.op-mainnet]\nchain-id = 10\nrpc-url = \"{}\"\naccepts = [901]\n",
        "http://127.0.0.1:1"
    );
    let file = world.path().join("other.toml");
    std::fs::write(&file, config).unwrap();
    let shown = round.run(&["config", "show", "--config", file.to_str().unwrap()]);
    assert_eq!(shown["config"]["chains"]["op-mainnet"]["accepts"], json!(["901"]));
    assert_eq!(shown["config"]["devnet"]["blockTime"], 2);
    round.run(&["completions", "fish"]);
    round.run(&["bindings", "rust", "--out", "bindings"]);
    round.run(&["bindings", "typescript", "--out", "bindings"]);
    round.run(&["bindings", "json", "--out", "bindings"]);
    round.run(&["genesis", "--chain-id", "901", "--devnet", "--namespace", "refusals"]);
    round.run(&["upgrade", "--chain-id", "901", "--out", "upgrade.json"]);
    let key = format!("0x{:064x}", 1);
    let encoded = round.run(&[
        "access-list",
        "encode",
        "--origin",
        TOKEN,
        "--block-number",
        "14",
        "--log-index",
        "2",
        "--timestamp",
        "1743801675",
        "--chain-id",
        "115792089237316195423570985008687907853269984665640564039457584007913129639935",
        "--payload",
        &key,
    ]);
    let keys: Vec<_> = encoded["accessList"][0]["storageKeys"].as_array().unwrap().iter().collect();
    let keys: Vec<_> = keys.iter().map(|key| key.as_str().unwrap()).collect();
    round.run(&[&["access-list", "decode"], &keys[..]].concat());

    round.run(&["deploy", "predeploys"]);
    round.run(&["deploy", "check"]);
    for what in ["batcher", "gateway"] {
        let deployed = round.run(&["deploy", what, "--chains", "901,902"]);
        assert_eq!(deployed["chains"][1]["status"], "present", "{deployed}");
    }
    round.run(&["deploy", "token", "--name", "Gold", "--symbol", "GLD", "--chains", "901,902"]);
    let artifact = concat!(env!("CARGO_MANIFEST_DIR"), "/../bindings/artifacts/WETH.json");
    round.run(&["deploy", "contract", "--artifact", artifact, "--chains", "901,902", "--dry-run"]);

    let eth = ["bridge", "eth", "--amount", "1ether", "--from", "901", "--to", "902"];
    let sent = round.run(&[&eth[..], &["--no-wait"]].concat());
    let hash = sent["messageHash"].as_str().unwrap();
    assert_eq!((&sent["source"], &sent["amount"]), (&json!("901"), &json!("1000000000000000000")));
    let calldata = format!("0x40c10f19{:0>64}{:064x}", &TOKEN[2..].to_lowercase(), 5);
    let args = [
        "message",
        "send",
        "--from",
        "901",
        "--to",
        "902",
        "--target",
        TOKEN,
        "--data",
        &calldata,
        "--no-wait",
    ];
    let other = round.run(&args);
    round.run(&["message", "relay", hash]);
    round.run(&["message", "status", hash]);
    let nobody = format!("http://127.0.0.1:{}", crate::proxy::closed_port());
    round.run(&["message", "status", other["messageHash"].as_str().unwrap(), "--relayer", &nobody]);
    round.run(&["verifier", "check", other["sent"]["transactionHash"].as_str().unwrap()]);

    let secret = world.path().join("jwt.hex");
    std::fs::write(&secret, "ab".repeat(32)).unwrap();
    let secret = secret.to_str().unwrap();
    round.note(&["verifier", "run"]);
    let mut verifier = world.service(&["verifier", "run", "--listen", "127.0.0.1:0", "--jwt-secret", secret]);
    let listening = verifier.until(|event| event["event"] == "listening");
    let at = ["--verifier-url", listening["url"].as_str().unwrap()];
    round.run(&[&["verifier", "status"], &at[..]].concat());
    let admin = [&at[..], &["--jwt-secret", secret]].concat();
    round.run(&[&["verifier", "failsafe", "off"], &admin[..]].concat());
    round.run(&[&["verifier", "resume", "901"], &admin[..]].concat());
    assert_eq!(verifier.interrupt(), 0);

    round.note(&["relayer", "run"]);
    let mut relayer = world.service(&["relayer", "run"]);
    relayer.until(|event| event["event"] == "delivered" && event["messageHash"] == other["messageHash"]);
    // Its money for the way across is on both sides now.
    let bridged = mint_and_bridge(&mut round);
    assert_eq!((&bridged["status"], &bridged["token"]), (&json!("delivered"), &json!(TOKEN)));
    round.run(&["message", "list"]);
    operate(&mut round, other["messageHash"].as_str().unwrap());
    assert_eq!(relayer.interrupt(), 0);
    round.run(&["relayer", "check"]);
    round.run(&["relayer", "accept"]);
    drop(devnet);
    round.note(&["demo"]);
    demo(&world);
    let known: BTreeSet<_> = COMMANDS.keys().cloned().collect();
    assert_eq!(round.run, known, "commands that this test does not run");
}

/// What an operator asks of a relayer's database.
fn operate(round: &mut Round<'_>, delivered: &str) {
    let status = round.run(&["relayer", "status"]);
    let lane = status["lanes"].as_array().unwrap().iter().find(|lane| lane["chainId"] == "902").unwrap();
    assert!(lane["delivered"].as_u64() >= Some(1) && lane["followed"] == true, "{status:#}");
    let explained = round.run(&["relayer", "explain", delivered]);
    assert_eq!(explained["messages"][0]["next"]["code"], "delivered", "{explained:#}");
    let retried = round.run(&["relayer", "retry", delivered]);
    assert_eq!(retried["messages"][0]["changed"], false, "{retried:#}");
    // That it would not be delivered a second time is a failure, and Postgres is not everywhere.
    round.note(&["relayer", "simulate"]);
    round.note(&["relayer", "migrate"]);
    let skipped = round.run(&["relayer", "skip", delivered, "--reason", "not wanted"]);
    assert_eq!(skipped["messages"][0]["changed"], false, "{skipped:#}");
}

/// Mints by a message, as anybody may, and sends what was minted to and fro.
fn mint_and_bridge(round: &mut Round<'_>) -> Value {
    const ME: &str = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    let calldata = format!("0x40c10f19{ME:0>64}{:064x}", 5);
    round.run(&["message", "send", "--from", "902", "--to", "901", "--target", TOKEN, "--data", &calldata]);
    let args = ["bridge", "erc20", "--token", TOKEN, "--amount", "5", "--from", "901", "--to", "902"];
    round.run(&args)
}

fn demo(world: &World) {
    let mut command = world.command(&["demo", "--json"]);
    let output = command.env("CAUSEWAY_ANVIL", anvil()).stderr(Stdio::null()).output().unwrap();
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.success(), "{printed:#}");
    check(&["demo"], &printed);
}

/// A failure tells its kind.
#[track_caller]
fn assert_code(world: &World, args: &[&str], code: &str, exit: i32) -> Value {
    let ran = world.run(&[args, &["--json"]].concat());
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{args:?}: {ran:?}"));
    check(args, &printed);
    let error = &printed["errors"][0];
    assert_eq!((&error["code"], ran.code), (&json!(code), exit), "{args:?}: {printed:#}");
    assert_eq!(error["exitCode"], exit);
    error["details"].clone()
}

#[test]
fn failures_tell_their_kind() {
    const POOR: &str = "0x00000000000000000000000000000000000000000000000000000000000000aa";
    let world = World::new();
    let list = ["message", "list"];
    assert_code(&world, &list, "no-chains", 2);
    assert_code(&world, &["message", "list", "--rpc-url", "http://127.0.0.1:1"], "chain-unreachable", 1);
    assert_code(&world, &["message", "list", "--config", "/nowhere"], "invalid-config", 2);
    assert_code(&world, &["message", "list", "--network", "/nowhere"], "invalid-network-file", 2);
    let mistaken = world.path().join("mistaken.toml");
    std::fs::write(&mistaken, "[devnet]\nblok-time = 1\n[relayer]\ndatabse = 1\n").unwrap();
    let shown = ["config", "show", "--config", mistaken.to_str().unwrap()];
    assert_code(&world, &shown, "invalid-config", 2);
    assert_code(&world, &["message", "list", "--limit", "0"], "invalid-argument", 2);
    assert_code(&world, &["message", "list", "--rpc-url", "ftp://x"], "invalid-argument", 2);
    assert_code(&world, &["devnet", "--anvil", "/nowhere"], "invalid-argument", 2);
    assert_code(&world, &["message", "list", "--limt", "1"], "invalid-argument", 2);
    let nobody = ["verifier", "status", "--verifier-url", "http://127.0.0.1:1"];
    assert_code(&world, &nobody, "verifier-unreachable", 1);
    assert_code(&world, &["verifier", "resume", "901"], "no-key", 2);
    assert_code(&world, &["verifier", "resume", "901", "--jwt-secret", "/nowhere"], "invalid-key", 2);

    let devnet = world.devnet(&["--block-time", "1", "--l2-count", "3", "--dependency-set", "901,902"]);
    let dead = "[chains.dead]\nchain-id = 905\nrpc-url = \"http://127.0.0.1:1\"\n";
    let wrong = format!("[chains.wrong]\nchain-id = 906\nrpc-url = \"{}\"\n", devnet.rpc_url(0));
    std::fs::write(world.path().join("causeway.toml"), dead.to_owned() + &wrong).unwrap();
    let eth = |more: &[&str], code: &str, exit: i32| {
        let args = [&["bridge", "eth"], more].concat();
        assert_code(&world, &args, code, exit)
    };
    let one = ["--amount", "1"];
    for (more, code) in [
        (&["--from", "901", "--to", "nowhere"][..], "unknown-chain"),
        (&["--from", "901", "--to", "900"], "no-interop"),
        (&["--from", "901", "--to", "901"], "same-chain"),
        (&["--from", "901", "--to", "903"], "not-a-dependency"),
        (&["--from", "901", "--to", "dead", "--private-key", POOR], "destination-unreachable"),
        (&["--from", "901", "--to", "dead"], "destination-unreachable"),
        (&["--from", "wrong", "--to", "902", "--private-key", POOR], "wrong-chain"),
        (&["--from", "901", "--to", "902", "--private-key", "x"], "invalid-key"),
        (
            &["--from", "901", "--to", "902", "--recipient", "0x0000000000000000000000000000000000000000"],
            "invalid-recipient",
        ),
        (&["--from", devnet.rpc_url(0), "--to", "902"], "no-key"),
    ] {
        eth(&[&one[..], more].concat(), code, 2);
    }
    eth(&["--amount", "0", "--from", "901", "--to", "902"], "invalid-amount", 2);
    std::fs::write(world.path().join("causeway.toml"), dead).unwrap();
    eth(&["--amount", "1", "--from", "dead", "--to", "902"], "chain-unreachable", 1);
    let lacking = eth(&["--amount", "99999ether", "--from", "901", "--to", "902"], "insufficient-balance", 2);
    assert_eq!((&lacking["chainId"], &lacking["need"]), (&json!("901"), &json!("99999000000000000000000")));
    let poor = ["message", "send", "--from", "901", "--to", "902", "--target", TARGET, "--private-key", POOR];
    assert_code(&world, &poor, "insufficient-balance", 2);
    // Nothing that is called there takes it.
    let reverts =
        ["message", "send", "--from", "901", "--to", "902", "--target", TOKEN, "--data", "0x12345678"];
    assert_code(&world, &reverts, "delivery-reverts", 2);
    let no_token = ["bridge", "erc20", "--token", TARGET, "--amount", "1", "--from", "901", "--to", "902"];
    assert_code(&world, &no_token, "unknown-token", 2);

    let unseen =
        eth(&["--amount", "1", "--from", "901", "--to", "902", "--timeout", "0s"], "sent-not-included", 3);
    assert!(unseen["sent"]["transactionHash"].is_string() && unseen["sent"]["nonce"] == 0, "{unseen}");
    let unrelayed =
        eth(&["--amount", "1", "--from", "901", "--to", "902", "--timeout", "3s"], "not-delivered", 3);
    let hash = unrelayed["messageHash"].as_str().unwrap();
    world.json(&["message", "relay", hash]);
    assert_code(&world, &["message", "relay", hash], "already-delivered", 1);
    // While one of the chains cannot be asked, it may have what is not found.
    let unknown = format!("0x{}", "ab".repeat(32));
    assert_code(&world, &["message", "status", &unknown], "search-incomplete", 1);
    std::fs::remove_file(world.path().join("causeway.toml")).unwrap();
    for command in [["message", "status"], ["message", "relay"], ["verifier", "check"]] {
        assert_code(&world, &[command[0], command[1], &unknown], "not-found", 1);
    }
    let invalid = [
        "verifier",
        "check",
        "--chain",
        "901",
        "--block-number",
        "1",
        "--log-index",
        "0",
        "--timestamp",
        "1",
        "--origin",
        TARGET,
        "--payload",
        "0x",
        "--on",
        "902",
    ];
    let found = assert_code(&world, &invalid, "invalid-message", 1);
    assert_eq!(found["messages"][0]["valid"], false);

    let port = devnet.rpc_url(0).rsplit(':').next().unwrap().to_owned();
    let taken = ["devnet", "--json", "--l1-port", &port, "--l2-starting-port", "0", "--admin-port", "0"];
    let ran = Ran::from(world.command(&taken).env("CAUSEWAY_ANVIL", anvil()).output().unwrap());
    assert_eq!((ran.code, ran.stdout.lines().count()), (1, 1), "a service prints one object a line: {ran:?}");
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap();
    check(&["devnet"], &printed);
    assert_eq!(printed["errors"][0]["code"], "port-in-use");
    let other = world.devnet(&["--l2-count", "2"]);
    assert_code(&world, &list, "several-devnets", 2);
    drop((devnet, other));
}

/// Whoever types half a command gets help, and a program an envelope.
#[test]
fn half_a_command_is_an_envelope_too() {
    let ran = World::new().run(&["message", "--json"]);
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    assert_eq!((&printed["errors"][0]["code"], ran.code), (&json!("invalid-argument"), 2));
}
