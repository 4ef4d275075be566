//! `causeway genesis`, and the dependency sets that it writes where they are read.

use crate::causeway::{Ran, World, anvil, signal};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const OWNER: &str = "0x00000000000000000000000000000000000000AA";
const TEST_ACCOUNT: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TWO: [&str; 4] = ["genesis", "--chain-id", "901", "--chain-id=902"];

/// The files of a folder, hidden ones too.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect()
}

fn states(data: &Value) -> Vec<&str> {
    data["files"].as_array().unwrap().iter().map(|file| file["state"].as_str().unwrap()).collect()
}

#[test]
fn the_files_are_the_same_at_every_run() {
    let world = World::new();
    let into = |out| [&TWO[..], &["--l1", "--owner", OWNER, "--out", out]].concat();
    let first = world.json(&into("one"));
    world.json(&into("two/below"));
    let written = files(&world.path().join("one"));
    assert_eq!(
        written.keys().collect::<Vec<_>>(),
        [
            "900-allocs-l1.json",
            "900-genesis-l1.json",
            "901-allocs-l2.json",
            "901-genesis-l2.json",
            "901.toml",
            "902-allocs-l2.json",
            "902-genesis-l2.json",
            "902.toml",
            "dependency-set.json",
            "depsets.json",
        ]
    );
    assert!(written == files(&world.path().join("two/below")), "two runs differ");
    assert_eq!(states(&first), ["written"; 10]);
    assert_eq!(first["chains"][0], json!({"chainId": "900", "layer": "l1", "accounts": 2, "contracts": 2}));
    let fields = |file: &Value| (file["kind"].clone(), file["ofChain"].clone(), file["bytes"].clone());
    let set = &written["dependency-set.json"];
    assert_eq!(fields(&first["files"][8]), (json!("dependency-set"), Value::Null, json!(set.len())));
    assert_eq!(set, "{\"dependencies\":{\"901\":{},\"902\":{}}}\n");

    // What is there is left alone, in whatever order the chains are named.
    let again = ["genesis", "--chain-id", "902,901", "--l1", "--owner", OWNER, "--out", "one"];
    assert_eq!(states(&world.json(&again)), ["unchanged"; 10]);
    let ran = world.run(&again);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!((lines.len(), ran.code), (10, 0), "{ran:?}");
    assert!(lines[2].starts_with("901-genesis-l2.json") && lines[2].ends_with("MB  unchanged"), "{ran:?}");
    assert_eq!(ran.stderr, "✓ the geneses of chains 900, 901, 902 are in one\n");
}

#[test]
fn files_that_differ_are_replaced_only_where_that_is_said() {
    let world = World::new();
    let one = |owner| vec!["genesis", "--chain-id", "901", "--out", "out", "--owner", owner];
    world.json(&one(OWNER));
    let before = files(&world.path().join("out"));
    fs::remove_file(world.path().join("out/901.toml")).unwrap();

    let other = "0x00000000000000000000000000000000000000BB";
    let ran = world.run(&[&one(other)[..], &["--json"]].concat());
    assert_eq!(ran.code, 2, "{ran:?}");
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap();
    crate::schema::check(&["genesis"], &printed);
    assert_eq!(printed["errors"][0]["code"], "would-overwrite");
    assert!(ran.stderr.contains("901-genesis-l2.json") && ran.stderr.contains("--force"), "{ran:?}");
    assert!(!world.path().join("out/901.toml").exists(), "nothing was to be written");

    let forced = world.json(&[&one(other)[..], &["--force"]].concat());
    assert_eq!(states(&forced), ["replaced", "replaced", "written", "unchanged", "unchanged"]);
    assert!(before["901-genesis-l2.json"] != files(&world.path().join("out"))["901-genesis-l2.json"]);
}

#[test]
fn a_genesis_goes_to_stdout_where_no_folder_is_named() {
    let world = World::new();
    let one = ["genesis", "--chain-id", "901", "--devnet", "--timestamp", "5"];
    world.json(&[&one[..], &["--out", "out"]].concat());
    let written = files(&world.path().join("out"));
    for (kind, file) in [
        ("genesis", "901-genesis-l2.json"),
        ("allocs", "901-allocs-l2.json"),
        ("registry", "901.toml"),
        ("dependency-set", "dependency-set.json"),
        ("depsets", "depsets.json"),
    ] {
        let ran = world.run(&[&one[..], &["--print", kind]].concat());
        assert!(ran.code == 0 && ran.stdout == written[file] && ran.stderr.is_empty(), "{kind}");
    }
    assert!(world.run(&one).stdout == written["901-genesis-l2.json"], "a genesis is the default");
    let data = world.json(&[&one[..], &["--print", "depsets"]].concat());
    assert_eq!(data["document"][0]["dependencies"], json!({ "901": {} }));
    let genesis: Value = serde_json::from_str(&written["901-genesis-l2.json"]).unwrap();
    assert_eq!(genesis["timestamp"], "0x5");
    let account = &genesis["alloc"][TEST_ACCOUNT.to_lowercase()];
    assert_eq!(account["balance"], "0x21e19e0c9bab2400000");

    // Of several chains one file has to be chosen, but for what is of all of them.
    let ran = world.run(&[&TWO[..], &["--devnet"]].concat());
    assert!(ran.code == 2 && ran.stderr.contains("--out DIR") && ran.stdout.is_empty(), "{ran:?}");
    let ran = world.run(&[&TWO[..], &["--devnet", "--print", "dependency-set"]].concat());
    assert_eq!(ran.stdout, "{\"dependencies\":{\"901\":{},\"902\":{}}}\n");
}

#[test]
fn nobody_owns_a_chain_by_default() {
    let world = World::new();
    let ran = world.run(&["genesis", "--chain-id", "901"]);
    assert!(ran.code == 2 && ran.stderr.contains("--owner ADDRESS") && ran.stdout.is_empty(), "{ran:?}");
    let small = ["genesis", "--chain-id", "901", "--namespace", "refusals"];
    let ran = world.run(&[&small[..], &["--owner", TEST_ACCOUNT]].concat());
    assert!(ran.code == 0 && ran.stderr.contains("everybody has its key"), "{}", ran.stderr);
    let ran = world.run(&[&small[..], &["--devnet"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let genesis: Value = serde_json::from_str(&ran.stdout).unwrap();
    let slot = format!("0x{:064}", 0);
    let owner = &genesis["alloc"]["0x4200000000000000000000000000000000000018"]["storage"][slot];
    assert!(owner.as_str().unwrap().ends_with(&TEST_ACCOUNT[2..].to_lowercase()), "{owner}");
}

#[test]
fn the_configuration_says_what_the_flags_say() {
    let world = World::new();
    let toml = format!(
        "[genesis]\nowner = \"{OWNER}\"\ntimestamp = 7\ngas-limit = 60000000\nbase-fee = 3\nbefore-interop = true\n\
         fund = \"{OWNER}=2ether\"\nnamespace = \"refusals\"\nexpiry-window = 60\n"
    );
    fs::write(world.path().join("other.toml"), toml).unwrap();
    let configured = ["genesis", "--chain-id", "901", "--config", "other.toml"];
    let flags = [
        "genesis",
        "--chain-id",
        "901",
        "--owner",
        OWNER,
        "--timestamp",
        "7",
        "--gas-limit",
        "60000000",
        "--base-fee",
        "3",
        "--before-interop",
        "--fund",
        &format!("{OWNER}=2ether"),
        "--namespace",
        "refusals",
        "--expiry-window",
        "60",
    ];
    let (configured, flags) = (world.run(&configured), world.run(&flags));
    assert!(configured.code == 0 && configured.stdout == flags.stdout, "{}", configured.stderr);
    let genesis: Value = serde_json::from_str(&flags.stdout).unwrap();
    assert_eq!((&genesis["gasLimit"], &genesis["baseFeePerGas"]), (&json!("0x3938700"), &json!("0x3")));
    assert_eq!(genesis["alloc"][OWNER.to_lowercase()]["balance"], "0x1bc16d674ec80000");
    assert_eq!(genesis["config"].get("lagoonTime"), None);
    let inbox = "0x4200000000000000000000000000000000000022";
    assert!(genesis["alloc"].get(inbox).is_none(), "no interop yet, and no proxies on a devnet");
    // A flag counts more.
    let ran =
        world.run(&["genesis", "--chain-id", "901", "--config", "other.toml", "--before-interop=false"]);
    let genesis: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(genesis["alloc"].get(inbox).is_some());
    let ran = world.run(&["genesis", "--chain-id=901", "--config=other.toml", "--print=dependency-set"]);
    assert_eq!(ran.stdout, "{\"dependencies\":{\"901\":{}},\"overrideMessageExpiryWindow\":60}\n");
}

#[test]
fn mistakes_are_named_before_anything_is_written() {
    let world = World::new();
    fs::write(world.path().join("file"), "").unwrap();
    let one: &[&str] = &["genesis", "--chain-id", "901", "--out", "out"];
    let funded = format!("{OWNER}=1ether");
    let cases: [(&[&str], &str); 14] = [
        (&["--owner", OWNER, "--chain-id", "901"], "chain 901 is named twice"),
        (&["--owner", OWNER, "--l1=901"], "chain 901 is named twice"),
        (&["--owner", OWNER, "--chain-id", "0"], "0 is no chain id"),
        (&["--owner", OWNER, "--chain-id", "9223372036854775808"], "EIP-2294"),
        (&["--owner", OWNER, "--chain-id", "optimism"], "expected a decimal number"),
        (&["--owner", "0x0000000000000000000000000000000000000000"], "the zero address cannot own"),
        (&["--owner", "0x00000000000000000000000000000000000000aA"], "checksum"),
        (&["--owner", OWNER, "--base-fee", "0"], "a base fee of 0"),
        (&["--owner", OWNER, "--gas-limit", "4999"], "too low"),
        (&["--owner", OWNER, "--fund", &funded, "--fund", &funded], "funded twice"),
        (&["--owner", OWNER, "--fund", "1ether"], "no `=`"),
        (&["--owner", OWNER, "--expiry-window", "604801"], "604800"),
        (&["--owner", OWNER, "--print", "allocs"], "cannot be used with"),
        (&["--owner", OWNER, "--namespace", "half"], "full, refusals"),
    ];
    for (args, cause) in cases {
        let ran = world.run(&[one, args].concat());
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(cause) && ran.stderr.contains("hint: "), "{args:?}: {ran:?}");
        assert!(ran.stdout.is_empty() && !world.path().join("out").exists(), "{args:?}");
    }
    let ran = world.run(&["genesis", "--chain-id", "901", "--devnet", "--out", "file/below"]);
    assert!(ran.code == 1 && ran.stderr.contains("cannot make the folder"), "{ran:?}");
}

/// Whenever it is killed, each file is whole or not there, and the next run completes them.
#[test]
fn a_kill_leaves_no_half_file() {
    let world = World::new();
    let into = |out| [&TWO[..], &["--devnet", "--out", out]].concat();
    world.json(&into("whole"));
    let whole = files(&world.path().join("whole"));
    for round in 0..8u64 {
        let mut process =
            world.command(&into("out")).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(100 * round));
        let name = if round % 2 == 0 { "KILL" } else { "INT" };
        if process.try_wait().unwrap().is_none() {
            signal(process.id(), name);
        }
        let code = process.wait().unwrap().code();
        if name == "INT" {
            // It may come before anybody listens to it, or when all is done.
            assert!(matches!(code, Some(130 | 0) | None), "{code:?}");
        }
        let out = world.path().join("out");
        for (name, text) in if out.exists() { files(&out) } else { BTreeMap::new() } {
            assert!(name.starts_with(".causeway-") || whole[&name] == text, "{name} is not whole");
        }
    }
    world.json(&into("out"));
    let mut found = files(&world.path().join("out"));
    found.retain(|name, _| !name.starts_with(".causeway-"));
    assert!(found == whole);
}

/// An anvil from a file that was written.
struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn anvil_starts_from_what_is_printed() {
    let world = World::new();
    world.json(&["genesis", "--chain-id", "901", "--devnet", "--out", "out"]);
    let genesis = world.path().join("out/901-genesis-l2.json");
    let mut node = Command::new(anvil())
        .args([
            "--port",
            "0",
            "--chain-id",
            "901",
            "--network",
            "optimism",
            "--hardfork",
            "isthmus",
            "--init",
        ])
        .arg(genesis)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(node.stdout.take().unwrap()).lines();
    let _node = Node(node);
    assert!(lines.map_while(Result::ok).any(|line| line.starts_with("Listening on")), "anvil did not start");
}

/// A devnet takes its set from each form, and says which of several it takes.
#[test]
fn every_form_of_a_dependency_set_is_read() {
    let world = World::new();
    world.json(
        &[&TWO[..], &["--devnet", "--namespace", "refusals", "--expiry-window", "60", "--out", "out"]]
            .concat(),
    );
    for (file, window) in [("902.toml", 604_800), ("depsets.json", 60), ("dependency-set.json", 60)] {
        let file = format!("out/{file}");
        let devnet = world.devnet(&["--l2-count", "3", "--dependency-set", &file]);
        assert_eq!(devnet.network["dependencySets"]["901"], json!(["901", "902"]), "{file}");
        assert_eq!(devnet.network["dependencySets"]["903"], json!(["903"]), "{file}");
        assert_eq!(devnet.network["expiryWindow"], window, "{file}");
    }
}

#[test]
fn of_several_sets_the_one_of_the_chains_counts() {
    let world = World::new();
    let sets = r#"[{"dependencies":{"10":{},"130":{}}},{"dependencies":{"901":{},"902":{}},"overrideMessageExpiryWindow":3600}]"#;
    fs::write(world.path().join("depsets.json"), sets).unwrap();
    let devnet = world.devnet(&["--dependency-set", "depsets.json"]);
    assert_eq!(devnet.network["expiryWindow"], 3600);
    let ran = devnet.interrupt();
    let said = "depsets.json holds 2 dependency sets; the one of 901, 902 counts";
    assert!(ran.stderr.contains(said), "{ran:?}");

    // Chains of two sets, and of none.
    let one = r#"[{"dependencies":{"901":{},"903":{}}},{"dependencies":{"902":{}}}]"#;
    fs::write(world.path().join("depsets.json"), one).unwrap();
    let ran = world.run(&["devnet", "--dependency-set", "depsets.json"]);
    assert!(ran.code == 2 && ran.stderr.contains("chains 901 and 902 are in different"), "{ran:?}");
    fs::write(
        world.path().join("depsets.json"),
        r#"[{"dependencies":{"10":{}}},{"dependencies":{"130":{}}}]"#,
    )
    .unwrap();
    let ran = world.run(&["devnet", "--dependency-set", "depsets.json"]);
    assert!(ran.code == 2 && ran.stderr.contains("none with 901, 902"), "{ran:?}");
    fs::write(world.path().join("depsets.json"), "chain_id = 901\n").unwrap();
    let ran = world.run(&["devnet", "--dependency-set", "depsets.json"]);
    let parts =
        ["`interop.dependencies` or `dependencies` is missing", "op-node", "kona", "superchain registry"];
    assert!(ran.code == 2 && parts.iter().all(|part| ran.stderr.contains(part)), "{ran:?}");
}

/// The configuration's key takes the same forms, and messages are accepted by them.
#[test]
fn a_bridge_accepts_by_the_set_of_the_destination() {
    let world = World::new();
    let devnet = world.devnet(&["--l2-count", "3"]);
    let url = |index| devnet.rpc_url(index);
    let chain =
        |name: &str, id: u64, url: &str| format!("[chains.{name}]\nchain-id = {id}\nrpc-url = \"{url}\"\n");
    let toml = [
        "[verifier]\ndependency-set = \"depsets.json\"\n".to_owned(),
        chain("a", 901, url(0)),
        chain("b", 902, url(1)),
        chain("c", 903, url(2)),
    ];
    fs::write(world.path().join("causeway.toml"), toml.concat()).unwrap();
    let sets = r#"[{"dependencies":{"901":{},"902":{}}},{"dependencies":{"903":{}}}]"#;
    fs::write(world.path().join("depsets.json"), sets).unwrap();
    // The devnet's own word would count more: its file is out of sight.
    let send = |to: &str| -> Ran {
        let args = ["message", "send", "--from", "a", "--to", to, "--target", OWNER, "--no-wait"];
        let key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
        let mut command = world.command(&args);
        command.env("CAUSEWAY_HOME", world.path().join("elsewhere")).env("CAUSEWAY_PRIVATE_KEY", key);
        Ran::from(command.output().unwrap())
    };
    let ran = send("b");
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = send("c");
    assert!(ran.code == 2 && ran.stderr.contains("depsets.json of 903 does not name chain 901"), "{ran:?}");
    drop(devnet);
}
