//! `causeway upgrade`, and its rehearsal on a real anvil.

use crate::causeway::{Ran, World, anvil, signal};
use alloy::primitives::{Address, U256, address, hex};
use causeway_deploy::{GenesisConfig, IMPLEMENTATION_SLOT, genesis};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

const OWNER: Address = address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
const L1_BLOCK: Address = address!("0x4200000000000000000000000000000000000015");

/// What makes anvil take deposits.
const OPTIMISM: [&str; 4] = ["--network", "optimism", "--hardfork", "isthmus"];

/// Takes every call, as L1Block takes `setFeature`.
const TAKES_ALL: [u8; 1] = hex!("00");

/// An anvil without interop; it is gone when this is.
struct Anvil {
    process: Child,
    port: u16,
}

impl Anvil {
    fn start(world: &World, config: &GenesisConfig, network: &[&str]) -> Self {
        let init = world.path().join("genesis.json");
        std::fs::write(&init, serde_json::to_string(&genesis(config)).unwrap()).unwrap();
        let mut process = Command::new(anvil())
            .args(["--port", "0", "--chain-id", "901", "--init"])
            .arg(&init)
            .args(network)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| line.unwrap().strip_prefix("Listening on 127.0.0.1:")?.parse().ok());
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, port: port.unwrap() }
    }

    /// One with what takes the feature.
    fn before_interop(world: &World) -> Self {
        let config = GenesisConfig::public_l2(901, OWNER).before_interop();
        let node = Self::start(world, &config, &OPTIMISM);
        let implementation = Address::repeat_byte(0x15);
        node.ask("anvil_setCode", json!([implementation, format!("0x{}", hex::encode(TAKES_ALL))]));
        node.ask("anvil_setStorageAt", json!([L1_BLOCK, IMPLEMENTATION_SLOT, implementation.into_word()]));
        node
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn ask(&self, method: &str, params: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: anvil\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        signal(self.process.id(), "KILL");
        let _ = self.process.wait();
    }
}

fn failure(world: &World, args: &[&str]) -> (Value, i32) {
    let ran = world.run(&[args, &["--json"]].concat());
    let envelope: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{args:?}: {ran:?}"));
    crate::schema::check(args, &envelope);
    (envelope["errors"][0].clone(), ran.code)
}

#[test]
fn the_file_holds_the_transactions_in_every_format() {
    let world = World::new();
    let set = ["upgrade", "--chain-id", "901", "--dependency-set", "901,902"];
    let data = world.json(&[&set[..], &["--out", "a.json"]].concat());
    assert_eq!((&data["form"], &data["dependencySet"]), (&json!("bundle"), &json!(["901", "902"])));
    assert_eq!(data["file"]["state"], "written");
    let text = std::fs::read_to_string(world.path().join("a.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let transactions = file["transactions"].as_array().unwrap();
    assert_eq!(transactions.len(), data["steps"].as_array().unwrap().len());
    let sum: u64 = data["steps"].as_array().unwrap().iter().map(|step| step["gas"].as_u64().unwrap()).sum();
    assert_eq!((file["gas"].as_u64(), data["gas"].as_u64()), (Some(sum), Some(sum)));
    let last = transactions.last().unwrap();
    assert_eq!(last["intent"], "Interop post: ETHLiquidity Funding");
    assert_eq!((&last["mint"], &last["isSystemTx"]), (&json!(format!("{:#x}", u128::MAX)), &json!(false)));
    assert_eq!(last["sourceHash"], "0x6643cb07e2629dba4d88b8376cbc8597e04ed75b5d2cd27ff4a899913b36a3de");

    world.json(&[&set[..], &["--out", "a.raw", "--format", "raw"]].concat());
    let raw = std::fs::read_to_string(world.path().join("a.raw")).unwrap();
    let lines: Vec<_> = raw.lines().collect();
    assert_eq!(lines.len(), transactions.len());
    for (line, transaction) in lines.iter().zip(transactions) {
        assert!(line.starts_with("0x7ef"));
        assert_eq!(transaction["raw"], *line);
    }

    world.json(&[&set[..], &["--out", "a.nut", "--format", "nut"]].concat());
    let nut: Value =
        serde_json::from_str(&std::fs::read_to_string(world.path().join("a.nut")).unwrap()).unwrap();
    assert_eq!(nut["metadata"]["version"], "1.0.0");
    let inside = nut["transactions"].as_array().unwrap();
    assert_eq!(inside.len(), transactions.len() - 2);
    for (index, (one, whole)) in inside.iter().zip(&transactions[1..]).enumerate() {
        let intent = one["intent"].as_str().unwrap();
        assert_eq!(whole["intent"], format!("Interop {index}: {intent}"));
        assert_eq!((&one["data"], &one["from"], &one["to"]), (&whole["input"], &whole["from"], &whole["to"]));
        assert_eq!(format!("{:#x}", one["gasLimit"].as_u64().unwrap()), whole["gas"]);
        assert_eq!(one.as_object().unwrap().len(), 5);
    }

    // The transactions do not depend on the chain, only on how many there are.
    world.json(&[
        "upgrade",
        "--chain-id",
        "902",
        "--dependency-set",
        "901,902",
        "--out",
        "b.raw",
        "--format",
        "raw",
    ]);
    assert_eq!(std::fs::read_to_string(world.path().join("b.raw")).unwrap(), raw);
    let alone = world.json(&["upgrade", "--chain-id", "901", "--dependency-set", "901"]);
    assert_eq!(alone["steps"].as_array().unwrap().len(), transactions.len() - 2);
    assert_eq!(alone["file"], Value::Null);
}

/// Every form in which the OP Stack's tools have a dependency set says how many chains there are.
#[test]
fn a_dependency_set_is_read_in_every_form() {
    let world = World::new();
    let op_node = |ids: &[u64]| {
        let chains = ids.iter().map(|id| format!("\"{id}\":{{}}")).collect::<Vec<_>>().join(",");
        format!("{{\"dependencies\":{{{chains}}}}}")
    };
    let registry =
        |ids: &[u64]| ids.iter().map(|id| format!("[interop.dependencies.{id}]\n")).collect::<String>();
    for (name, several, alone) in [
        ("set.json", op_node(&[901, 902]), op_node(&[901])),
        ("depsets.json", format!("[{}]", op_node(&[901, 902])), format!("[{}]", op_node(&[901]))),
        ("901.toml", registry(&[901, 902]), registry(&[901])),
    ] {
        let steps = |text: &str| {
            std::fs::write(world.path().join(name), text).unwrap();
            let data = world.json(&["upgrade", "--chain-id", "901", "--dependency-set", name]);
            data["steps"].as_array().unwrap().len()
        };
        assert_eq!(steps(&several), steps(&alone) + 2, "{name}");
        let (error, _) = failure(&world, &["upgrade", "--chain-id", "7", "--dependency-set", name]);
        assert!(
            error["message"].as_str().unwrap().contains("chain 7 is not in the dependency set"),
            "{error}"
        );
    }
}

#[test]
fn stdout_has_the_file_and_nothing_else() {
    let world = World::new();
    let args = ["upgrade", "--chain-id", "901", "--out", "-", "--format", "raw"];
    let ran = world.run(&args);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.lines().all(|line| line.starts_with("0x7ef")), "{}", ran.stdout);
    assert!(ran.stderr.contains("Interop 0: Deploy CrossL2Inbox Implementation"));
    let (error, exit) = failure(&world, &args);
    assert_eq!((&error["code"], exit), (&json!("invalid-argument"), 2));
    assert_eq!(std::fs::read_dir(world.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_differs_is_not_replaced_unasked() {
    let world = World::new();
    let path = world.path().join("upgrade.json");
    let args = ["upgrade", "--chain-id", "901", "--out", "upgrade.json"];
    std::fs::write(&path, "mine").unwrap();
    let (error, exit) = failure(&world, &args);
    assert_eq!((&error["code"], exit), (&json!("would-overwrite"), 2));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    assert_eq!(world.json(&[&args[..], &["--force"]].concat())["file"]["state"], "replaced");
    assert_eq!(world.json(&args)["file"]["state"], "unchanged");
    assert_eq!(std::fs::read_dir(world.path()).unwrap().count(), 1, "nothing else is left");
    let (error, exit) = failure(&world, &["upgrade", "--chain-id", "901", "--out", "upgrade.json/x"]);
    assert_eq!((&error["code"], exit), (&json!("storage-unusable"), 1));
}

#[test]
fn mistakes_are_named_with_their_remedies() {
    let world = World::new();
    std::fs::write(
        world.path().join("bad.toml"),
        "label = \"Interop\"\nthrough = \"create\"\nmargin = 99\nstep = []\n",
    )
    .unwrap();
    std::fs::write(world.path().join("interface.json"), r#"{"abi":[],"bytecode":{"object":"0x"}}"#).unwrap();
    for (args, code, words) in [
        (&["--dependency-set", "902,903"][..], "invalid-argument", "chain 901 is not in the dependency set"),
        (&["--manifest", "bad.toml"], "invalid-manifest", "line 3, `margin`: 99 is no margin"),
        (&["--manifest", "none.toml"], "invalid-argument", "cannot read the manifest none.toml"),
        (&["--without", "CrosL2Inbox"], "invalid-argument", "no step creates CrosL2Inbox"),
        (
            &["--without", "SuperchainETHBridge"],
            "invalid-manifest",
            "ETHLiquidity is upgraded before SuperchainETHBridge",
        ),
        (&["--artifact", "CrossL2Inbox"], "invalid-argument", "names no artifact"),
        (&["--artifact", "CrossL2Inbox=interface.json"], "invalid-argument", "it has no bytecode"),
        (
            &["--form", "create", "--out", "x", "--format", "nut"],
            "invalid-argument",
            "no bundle file of this form",
        ),
        (&["--again", "--label", "Interop"], "invalid-argument", "had the label"),
        (&["--rehearse", "http://127.0.0.1:1"], "chain-unreachable", "cannot reach"),
    ] {
        let (error, _) = failure(&world, &[&["upgrade", "--chain-id", "901"], args].concat());
        assert_eq!(error["code"], code, "{args:?}: {error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{args:?}: {error}");
        assert!(error["hint"].is_string(), "{args:?}: {error}");
    }
    assert!(!world.path().join("x").exists());
}

#[test]
fn a_manifest_of_ones_own_is_used() {
    let world = World::new();
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/upgrades/bundle.toml");
    let own = std::fs::read_to_string(shipped).unwrap().replace("label = \"Interop\"", "label = \"Mine\"");
    std::fs::write(world.path().join("mine.toml"), own).unwrap();
    let data = world.json(&["upgrade", "--chain-id", "901", "--manifest", "mine.toml"]);
    assert_eq!((&data["form"], &data["label"]), (&json!("mine.toml"), &json!("Mine")));
    assert_eq!(data["steps"][1]["intent"], "Mine 0: Deploy CrossL2Inbox Implementation");
}

/// Code that is not ours has no measured limit, and that is said.
#[test]
fn other_code_is_taken_from_an_artifact() {
    let world = World::new();
    let artifact = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../bindings/artifacts/WETH.json");
    let named = format!("CrossL2Inbox={}", artifact.display());
    let data = world.json(&["upgrade", "--chain-id", "901", "--artifact", &named]);
    assert_eq!(data["steps"][1]["measuredGas"], Value::Null);
    let ran = world.run(&["upgrade", "--chain-id", "901", "--artifact", &named]);
    assert!(ran.stderr.contains("limits of 1 step are not measured"), "{ran:?}");
}

#[test]
fn a_rehearsal_says_what_each_step_did_and_puts_the_node_back() {
    let world = World::new();
    let node = Anvil::before_interop(&world);
    let url = node.url();
    let before = node.ask("eth_getBlockByNumber", json!(["latest", false]));
    let rehearse = ["upgrade", "--chain-id", "901", "--rehearse", &url];
    for form in ["bundle", "create"] {
        let data = world.json(&[&rehearse[..], &["--form", form]].concat());
        assert_eq!(data["rehearsal"]["succeeded"], true);
        assert_eq!(data["rehearsal"]["kept"], false);
        for step in data["steps"].as_array().unwrap() {
            assert_eq!(step["rehearsed"]["end"], "done", "{step}");
            // The double of L1Block costs less than that which was measured.
            let used = &step["rehearsed"]["gasUsed"];
            assert!(step["calls"] == "setFeature(bytes32)" || *used == step["measuredGas"], "{step}");
        }
        assert_eq!(node.ask("eth_getBlockByNumber", json!(["latest", false])), before);
        assert_eq!(node.ask("anvil_getAutomine", json!([])), true);
    }

    // What was done stays where it is asked to. Then there is nothing to do but what comes again.
    world.json(&[&rehearse[..], &["--keep"]].concat());
    let (error, exit) = failure(&world, &rehearse);
    assert_eq!((&error["code"], exit), (&json!("upgrade-fails"), 1));
    let steps = error["details"]["steps"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["rehearsed"]["why"], "it has been funded before");
    let data = world.json(&[&rehearse[..], &["--again", "--label", "Interop 2"]].concat());
    let ends: Vec<_> =
        data["steps"].as_array().unwrap().iter().map(|step| &step["rehearsed"]["end"]).collect();
    assert!(ends.iter().all(|end| **end == "done" || **end == "already-there"), "{ends:?}");
    assert!(ends.iter().any(|end| **end == "already-there"), "{ends:?}");
    let ran = world.run(&[&rehearse[..], &["--again", "--label", "Interop 2"]].concat());
    assert!(ran.stdout.contains("nothing to do: it is there already"), "{ran:?}");
}

/// What an upgrade is to leave can be asked of a chain, before and after.
#[test]
fn what_an_upgrade_leaves_is_proved_by_a_check() {
    let world = World::new();
    let node = Anvil::before_interop(&world);
    let url = node.url();
    for form in ["create", "bundle"] {
        let upgrade = ["upgrade", "--chain-id", "901", "--form", form];
        world.json(&[&upgrade[..], &["--format", "state", "--out", "after.json", "--force"]].concat());
        let check = ["deploy", "check", "--chain", &url, "--expect", "after.json"];
        assert_eq!(failure(&world, &check).0["code"], "contracts-differ");
        let snapshot = node.ask("evm_snapshot", json!([]));
        world.json(&[&upgrade[..], &["--rehearse", &url, "--keep"]].concat());
        assert_eq!(world.run(&check).code, 0, "{form}: {:?}", world.run(&check));
        node.ask("evm_revert", json!([snapshot]));
    }
}

#[test]
fn an_upgrade_that_would_fail_is_not_written() {
    let world = World::new();
    // Nothing takes the feature here.
    let config = GenesisConfig::public_l2(901, OWNER).before_interop();
    let node = Anvil::start(&world, &config, &OPTIMISM);
    let url = node.url();
    let args = ["upgrade", "--chain-id", "901", "--out", "upgrade.json", "--rehearse", &url];
    let (error, exit) = failure(&world, &args);
    assert_eq!((&error["code"], exit), (&json!("upgrade-fails"), 1));
    let first = &error["details"]["steps"][0]["rehearsed"];
    assert_eq!(first["end"], "failed");
    assert!(first["why"].as_str().unwrap().contains("implementation not initialized"), "{first}");
    let hint = error["hint"].as_str().unwrap();
    assert!(
        hint.starts_with("L1Block is the chain's own") && hint.ends_with("the node is as it was"),
        "{hint}"
    );
    assert!(!world.path().join("upgrade.json").exists());
    let ran = world.run(&args);
    assert!(ran.stderr.contains("✗ failed"), "{ran:?}");

    // Senders that have been used create elsewhere.
    node.ask("anvil_setNonce", json!(["0x4220000000000000000000000000000000000002", "0x1"]));
    let (error, _) = failure(&world, &[&args[..], &["--form", "create"]].concat());
    let steps = error["details"]["steps"].as_array().unwrap();
    let why = steps.iter().find_map(|step| step["rehearsed"]["why"].as_str()).unwrap();
    assert!(why.contains("its sender has sent transactions before"), "{why}");
}

#[test]
fn only_a_development_node_of_that_chain_that_takes_deposits_is_rehearsed_on() {
    let world = World::new();
    let mut config = GenesisConfig::public_l2(901, OWNER).before_interop();
    config.accounts = vec![(OWNER, U256::from(u64::MAX))];
    let node = Anvil::start(&world, &config, &OPTIMISM);
    let url = node.url();
    let (error, exit) = failure(&world, &["upgrade", "--chain-id", "902", "--rehearse", &url]);
    assert_eq!((&error["code"], exit), (&json!("wrong-chain"), 2));

    // Somebody's transaction waits there: putting the node back would lose it.
    node.ask("evm_setAutomine", json!([false]));
    node.ask("eth_sendTransaction", json!([{ "from": OWNER, "to": OWNER, "gas": "0x5208" }]));
    let (error, exit) = failure(&world, &["upgrade", "--chain-id", "901", "--rehearse", &url]);
    assert_eq!((&error["code"], exit), (&json!("transaction-refused"), 1), "{error}");

    let l1 = Anvil::start(&world, &config, &["--hardfork", "prague"]);
    let (error, exit) = failure(&world, &["upgrade", "--chain-id", "901", "--rehearse", &l1.url()]);
    assert_eq!((&error["code"], exit), (&json!("transaction-refused"), 1), "{error}");
    assert!(error["hint"].as_str().unwrap().contains("--network optimism"), "{error}");
    assert_eq!(l1.ask("anvil_getAutomine", json!([])), true);
}

/// The table fits a terminal.
#[test]
fn the_steps_fit_80_columns() {
    let world = World::new();
    for form in ["bundle", "create"] {
        let ran: Ran = world.run(&["upgrade", "--chain-id", "901", "--form", form]);
        assert_eq!(ran.code, 0, "{ran:?}");
        for line in ran.stdout.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
