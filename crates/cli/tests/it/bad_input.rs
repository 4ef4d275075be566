use crate::{
    causeway::{Ran, World},
    proxy::closed_port,
};
use std::net::TcpListener;

const KEY: &str = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

const TARGET: &str = "0x00000000000000000000000000000000000000aa";

/// One `error:` line with the cause, a `hint:`, the right exit code, and nothing on stdout.
fn assert_explained(ran: &Ran, code: i32, cause: &str) {
    assert_eq!(ran.code, code, "{ran:?}");
    let errors: Vec<_> = ran.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 1, "{ran:?}");
    assert!(errors[0].contains(cause), "`{cause}` is not in: {ran:?}");
    assert!(ran.stderr.lines().any(|line| line.starts_with("hint: ")), "{ran:?}");
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("backtrace"), "{ran:?}");
    assert_eq!(ran.stdout, "");
}

#[test]
fn command_line_mistakes() {
    let world = World::new();
    let token = "0x420beeF000000000000000000000000000000001";
    let cases: [(&[&str], &str); 13] = [
        (&["brige"], "unrecognized subcommand 'brige'"),
        (&["bridge", "eth", "--amount", "1", "--from", "901"], "--to"),
        (&["bridge", "eth", "--amount", "1", "--from", "901", "--to", "902"], "unknown chain `901`"),
        (&["bridge", "eth", "--amount", "1", "--from", "ftp://x", "--to", "902"], "scheme"),
        (
            &["bridge", "erc20", "--token", "0x12", "--amount", "1", "--from", "1", "--to", "2"],
            "expected an address",
        ),
        (
            &[
                "bridge",
                "erc20",
                "--token",
                "0x420BeeF000000000000000000000000000000001",
                "--amount",
                "1",
                "--from",
                "1",
                "--to",
                "2",
            ],
            "checksum",
        ),
        (&["message", "status", "0x12"], "expected 32 bytes"),
        (&["message", "status", &format!("0x{}", "1".repeat(64))], "no chains are known"),
        (
            &["message", "send", "--from", "1", "--to", "2", "--target", token, "--data", "zz"],
            "begin with 0x",
        ),
        (&["devnet", "--block-time", "fast"], "expected a decimal number"),
        (&["devnet", "--dependency-set", "OPChainA"], "expected a decimal number"),
        (&["message", "list", "--limit", "0"], "0 is not in 1.."),
        (&["verifier", "failsafe", "on"], "needs the secret"),
    ];
    for (args, cause) in cases {
        assert_explained(&world.run(args), 2, cause);
    }
}

/// What was typed wrong is not repeated in what is to be typed next.
#[test]
fn a_hint_names_a_command_that_works() {
    let ran = World::new().run(&["message", "--color", "never", "status", "0x12"]);
    assert!(ran.stderr.contains("hint: `causeway message status --help`"), "{ran:?}");
}

/// The words are those of TOML, and not of the types that read it.
#[test]
fn a_value_of_the_wrong_kind() {
    let world = World::new();
    for (text, cause) in [
        ("devnet = 3", "expected a table, found a whole number"),
        ("[devnet]\nl2-count = \"x\"", "expected a whole number from 0 to 65535, found a text"),
        ("[devnet]\nautorelay = 1", "expected true or false, found a whole number"),
        ("[relayer]\ndatabase = 1", "expected a text, found a whole number"),
        ("chains = []", "expected a table, found a list"),
    ] {
        std::fs::write(world.path().join("causeway.toml"), text).unwrap();
        assert_explained(&world.run(&["config", "show"]), 2, cause);
    }
}

#[test]
fn json_errors_are_an_envelope() {
    let ran = World::new().run(&["bridge", "eth", "--amount", "1", "--from", "901", "--to", "902", "--json"]);
    assert_eq!(ran.code, 2);
    let envelope: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(envelope["success"], false);
    assert_eq!(envelope["errors"][0]["code"], "unknown-chain");
    assert_eq!(envelope["errors"][0]["message"], "unknown chain `901`");
}

#[test]
fn a_node_that_is_down() {
    let world = World::new();
    let url = format!("http://127.0.0.1:{}", closed_port());
    let ran =
        world.run(&["bridge", "eth", "--amount", "1", "--from", &url, "--to", &url, "--private-key", KEY]);
    assert_explained(&ran, 1, "cannot reach the chain");
}

#[test]
fn a_port_in_use_is_named_with_its_flag() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let world = World::new();
    let args = ["devnet", "--l1-port", "0", "--l2-starting-port", "0", "--admin-port", &port];
    let ran =
        Ran::from(world.command(&args).env("CAUSEWAY_ANVIL", crate::causeway::anvil()).output().unwrap());
    assert_explained(&ran, 1, &format!("port {port}"));
    assert!(ran.stderr.contains("--admin-port"), "{}", ran.stderr);
}

#[test]
fn a_devnet_that_makes_no_sense() {
    let world = World::new();
    for (args, cause) in [
        (["devnet", "--l2-count", "0"], "at least one L2"),
        (["devnet", "--dependency-set", "901,999"], "chain 999"),
        (["devnet", "--l2-starting-port", "65535"], "do not fit"),
    ] {
        let mut command = world.command(&args);
        let output = command
            .args(["--admin-port", "0", "--l1-port", "0"])
            .env("CAUSEWAY_ANVIL", crate::causeway::anvil());
        assert_explained(&Ran::from(output.output().unwrap()), 2, cause);
    }
}

#[test]
fn a_missing_anvil() {
    let world = World::new();
    assert_explained(&world.run(&["devnet"]), 1, "no anvil");
    assert_explained(&world.run(&["demo"]), 1, "no anvil");
    assert_explained(&world.run(&["devnet", "--anvil", "/nowhere/anvil"]), 2, "/nowhere/anvil");
}

/// As .env templates and compose files leave them.
#[test]
fn variables_that_are_set_to_nothing_are_not_set() {
    let world = World::new();
    let devnet = world.devnet(&[]);
    for variable in [
        "CAUSEWAY_CONFIG",
        "CAUSEWAY_HOME",
        "CAUSEWAY_NETWORK",
        "CAUSEWAY_LOG_FORMAT",
        "CAUSEWAY_ANVIL",
        "CAUSEWAY_PRIVATE_KEY",
        "CAUSEWAY_DEVNET__BLOCK_TIME",
        "CAUSEWAY_DEVNET__ANVIL",
        "CAUSEWAY_CHAINS__X__RPC_URL",
        "ETH_RPC_URL",
        "ETH_PASSWORD",
        "ETH_KEYSTORE",
        "ETH_KEYSTORE_ACCOUNT",
        "RUST_LOG",
    ] {
        for args in [
            &["message", "list"][..],
            &["message", "send", "--from", "901", "--to", "902", "--target", TARGET, "--no-wait"],
        ] {
            let ran = Ran::from(world.command(args).env(variable, "").output().unwrap());
            assert_eq!(ran.code, 0, "{variable}= {args:?}: {ran:?}");
        }
    }
    drop(devnet);
}

#[test]
fn a_broken_configuration() {
    let world = World::new();
    std::fs::write(world.path().join("causeway.toml"), "[devnet]\nblok-time = 1\n").unwrap();
    assert_explained(&world.run(&["config", "show"]), 2, "blok-time");
    assert_explained(&world.run(&["config", "show", "--config", "nowhere.toml"]), 2, "nowhere.toml");
}
