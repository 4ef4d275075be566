use crate::causeway::{Ran, Service, World, anvil, signal};
use serde_json::{Value, json};
use std::{
    fs::Permissions,
    io::Read,
    os::unix::fs::{MetadataExt, PermissionsExt},
    process::{Command, Stdio},
};

const ME: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TOKEN: &str = "0x420beeF000000000000000000000000000000001";

fn mint(world: &World, amount: &str) {
    // The message that mints on 901 is sent from 902: the walk needs no other tool, and mints across chains.
    let calldata = format!(
        "0x40c10f19000000000000000000000000{}{:0>64}",
        ME[2..].to_lowercase(),
        format!("{:x}", amount.parse::<u128>().unwrap())
    );
    let sent = world.json(&[
        "message",
        "send",
        "--from",
        "902",
        "--to",
        "901",
        "--target",
        TOKEN,
        "--data",
        &calldata,
        "--no-wait",
    ]);
    let hash = sent["messageHash"].as_str().unwrap();
    world.json(&["message", "relay", hash]);
}

#[test]
fn the_walk_by_hand() {
    let (world, devnet) = World::with_devnet();
    mint(&world, "1000000");

    // Nobody relays: the transfer is sent, and says so.
    let bridge =
        ["bridge", "erc20", "--token", TOKEN, "--amount", "1000", "--from", "901", "--to", "OPChainB"];
    let ran = world.run(&[&bridge[..], &["--timeout", "1s", "--json"]].concat());
    assert_eq!(ran.code, 3, "{ran:?}");
    let envelope: Value = serde_json::from_str(&ran.stdout).unwrap();
    let details = &envelope["errors"][0]["details"];
    let hash = details["messageHash"].as_str().unwrap();

    let status = world.json(&["message", "status", hash]);
    assert_eq!(status["messages"][0]["status"], "pending");
    assert_eq!(world.json(&["message", "list", "--status", "pending"])["total"], 1);
    // From a chain that is not looked at no message can be found, which is not the same as that there is none.
    let nowhere = world.run(&["message", "list", "--from", "903"]);
    assert!(nowhere.code == 2 && nowhere.stderr.contains("unknown chain `903`"), "{nowhere:?}");
    assert_eq!(world.json(&["message", "list", "--to", "903"])["total"], 0);
    // By the transaction's hash it is found as well.
    let tx = details["sent"]["transactionHash"].as_str().unwrap();
    assert_eq!(world.json(&["message", "status", tx])["messages"][0]["messageHash"], hash);

    world.json(&["message", "relay", hash]);
    let status = world.json(&["message", "status", hash]);
    assert_eq!(status["messages"][0]["status"], "delivered");
    let again = world.run(&["message", "relay", hash]);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("already delivered"), "{again:?}");

    insufficient_balance(&world);
    let ran = devnet.interrupt();
    assert_eq!(ran.code, 0, "{ran:?}");
    let gone = world.run(&["message", "list"]);
    assert_eq!(gone.code, 2, "the network file is still there: {gone:?}");
}

fn insufficient_balance(world: &World) {
    for (args, cause) in [
        (["--token", TOKEN, "--amount", "5token"].as_slice(), "insufficient balance"),
        (["--token", ME, "--amount", "5"].as_slice(), "no token"),
    ] {
        let ran = world.run(&[&["bridge", "erc20", "--from", "901", "--to", "902"][..], args].concat());
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(cause) && ran.stderr.contains("hint:"), "{ran:?}");
    }
    let ran = world.run(&["bridge", "eth", "--amount", "99999ether", "--from", "901", "--to", "902"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("insufficient balance"), "{ran:?}");
}

#[test]
fn autorelay_delivers_and_commands_need_no_url() {
    let world = World::new();
    let _devnet = world.devnet(&["--block-time", "1", "--autorelay"]);
    let moved = world.json(&["bridge", "eth", "--amount", "1ether", "--from", "901", "--to", "902"]);
    assert_eq!(moved["status"], "delivered");
    let list = world.json(&["message", "list"]);
    assert_eq!(list["total"], 1);
    assert_eq!(list["messages"][0]["status"], "delivered");
}

#[test]
fn relayer_delivers_what_was_sent_before_it_started_and_resumes() {
    let (world, _devnet) = World::with_devnet();
    let send = ["bridge", "eth", "--amount", "1ether", "--from", "901", "--to", "902", "--no-wait"];
    let first = world.json(&send);
    for expected in [first, Value::Null] {
        let mut relayer = world.command(&["relayer", "run", "--quiet"]).spawn().unwrap();
        let expected = if expected.is_null() { world.json(&send) } else { expected };
        let hash = expected["messageHash"].as_str().unwrap();
        let mut delivered = json!("pending");
        while delivered == "pending" {
            assert!(relayer.try_wait().unwrap().is_none(), "the relayer ended");
            delivered = world.json(&["message", "status", hash])["messages"][0]["status"].clone();
        }
        assert_eq!(delivered, "delivered");
        signal(relayer.id(), "INT");
        assert!(relayer.wait().unwrap().success());
    }
    assert_eq!(world.json(&["message", "list", "--status", "delivered"])["total"], 2);
}

#[test]
fn a_killed_devnet_leaves_no_node_behind() {
    let world = World::new();
    let devnet = world.devnet(&[]);
    let nodes = children(devnet.pid());
    assert!(!nodes.is_empty());
    let url = devnet.rpc_url(0).to_owned();
    signal(devnet.pid(), "KILL");
    drop(devnet);
    // Each node's end is waited for by name; a node that stays makes this test hang, and so fail.
    for node in nodes {
        while std::path::Path::new(&format!("/proc/{node}")).exists() && !is_zombie(node) {
            std::thread::yield_now();
        }
    }
    let ran = world.run(&["bridge", "eth", "--amount", "1", "--from", &url, "--to", &url]);
    assert_eq!(ran.code, 1, "{ran:?}");
}

/// As in containers: a devnet without a home, or with one that cannot be written, is found all the same.
#[test]
fn a_devnet_needs_no_home() {
    let nobody_can_write = if is_root() { "/proc/1/nowhere" } else { "/nowhere" };
    for home in [None, Some(nobody_can_write)] {
        let world = World::new();
        let temporary = world.path().join("tmp");
        std::fs::create_dir(&temporary).unwrap();
        let homeless = |args: &[&str]| {
            let mut command = world.command(args);
            command.env_remove("HOME").env("TMPDIR", &temporary).env("CAUSEWAY_ANVIL", anvil());
            command.envs(home.map(|home| ("HOME", home)));
            command
        };
        let ports = ["--l1-port", "0", "--l2-starting-port", "0", "--admin-port", "0", "--block-time", "1"];
        let mut command = homeless(&[&["devnet", "--json"], &ports[..]].concat());
        command.stderr(Stdio::piped());
        let mut devnet = Service::start(command);
        devnet.until(|event| event["event"] == "ready");
        let mut relayer = Service::start(homeless(&["relayer", "run", "--json", "-q"]));
        relayer.until(|event| event["event"] == "started");
        let list = Ran::from(homeless(&["message", "list"]).output().unwrap());
        assert_eq!(list.code, 0, "{home:?}: {list:?}");
        assert_eq!(relayer.interrupt(), 0);
        let mut log = devnet.stderr();
        assert_eq!(devnet.interrupt(), 0);
        let mut said = String::new();
        log.read_to_string(&mut said).unwrap();
        assert!(said.contains("warning: ") && said.contains("CAUSEWAY_HOME"), "{home:?}: {said}");
        // What is not this user's alone is not believed.
        let found = std::fs::read_dir(&temporary).unwrap().next().unwrap().unwrap().path();
        std::fs::set_permissions(&found, Permissions::from_mode(0o777)).unwrap();
        let mut devnet = Service::start(homeless(&[&["devnet", "--json", "-q"], &ports[..]].concat()));
        devnet.until(|event| event["event"] == "ready");
        assert_eq!(homeless(&["message", "list"]).output().unwrap().status.code(), Some(2));
        assert_eq!(devnet.interrupt(), 0);
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Every process below this one.
fn children(pid: u32) -> Vec<u32> {
    let listed = Command::new("ps").args(["-o", "pid=", "--ppid", &pid.to_string()]).output().unwrap();
    let direct = String::from_utf8(listed.stdout).unwrap();
    let direct = direct.split_whitespace().map(|pid| pid.parse::<u32>().unwrap());
    direct.flat_map(|pid| [vec![pid], children(pid)].concat()).collect()
}

fn is_zombie(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.contains("State:\tZ")
}
