//! What the variables of the environment do, and what they do not.

use crate::causeway::{Ran, SEND, World};
use serde_json::{Value, json};

const KEY: &str = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const BRIDGE: [&str; 8] = ["bridge", "eth", "--amount", "1", "--from", "901", "--to", "902"];

impl World {
    fn with(&self, variables: &[(&str, &str)], args: &[&str]) -> Ran {
        Ran::from(self.command(args).envs(variables.iter().copied()).output().unwrap())
    }

    /// What is in force.
    fn config(&self, variables: &[(&str, &str)]) -> Value {
        let ran = self.with(variables, &["config", "show", "--json"]);
        assert_eq!(ran.code, 0, "{variables:?}: {ran:?}");
        serde_json::from_str::<Value>(&ran.stdout).unwrap()["data"]["config"].take()
    }
}

#[test]
fn a_flag_beats_the_environment_and_never_conflicts_with_it() {
    let world = World::new();
    let no_account = "there is no keystore at ";
    let signed = "unknown chain `901`";
    let [key, keystore, account] =
        [("CAUSEWAY_PRIVATE_KEY", KEY), ("ETH_KEYSTORE", "/nowhere"), ("ETH_KEYSTORE_ACCOUNT", "nobody")];
    for (variables, flags, cause) in [
        (&[key][..], &["--account", "typed"][..], no_account),
        (&[key], &["--keystore", "typed"], no_account),
        (&[keystore], &["--account", "typed"], no_account),
        (&[account], &["--keystore", "typed"], no_account),
        (&[keystore, account], &["--private-key", KEY], signed),
        (&[key, keystore, account], &["--private-key", KEY], signed),
        // Causeway's own variable beats those of other tools.
        (&[key, keystore, account], &[], signed),
    ] {
        let ran = world.with(variables, &[&BRIDGE, flags].concat());
        assert_eq!(ran.code, 2, "{variables:?} {flags:?}: {ran:?}");
        assert!(ran.stderr.contains(cause), "{variables:?} {flags:?}: {ran:?}");
        assert!(cause == signed || ran.stderr.contains("typed"), "{variables:?} {flags:?}: {ran:?}");
    }
    // Which of these two is meant cannot be told.
    let ran = world.with(&[keystore, account], &BRIDGE);
    assert_eq!(ran.code, 2, "{ran:?}");
    let rest = ran.stderr.replacen("ETH_KEYSTORE_ACCOUNT", "", 1);
    assert!(rest.len() < ran.stderr.len() && rest.contains("ETH_KEYSTORE"), "{ran:?}");
    // Two that were typed still are a mistake.
    let ran = world.run(&[&BRIDGE[..], &["--account", "a", "--private-key", KEY]].concat());
    assert!(ran.stderr.contains("cannot be used with"), "{ran:?}");
    // What is on by the configuration can be put off.
    let on = [("CAUSEWAY_DEVNET__VERIFIER", "true")];
    let ran = world.with(&on, &["devnet", "--anvil", "/nowhere", "--verifier-port", "0"]);
    assert!(ran.stderr.contains("/nowhere"), "{ran:?}");
    let ran = world.with(&on, &["devnet", "--anvil", "/nowhere", "--verifier-port", "0", "--verifier=false"]);
    assert!(ran.stderr.contains("none runs"), "{ran:?}");
    let ran = world.with(&[("CAUSEWAY_LOG_FORMAT", "nonsense")], &["config", "show", "--log-format", "text"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn an_error_names_the_variable() {
    let world = World::new();
    let list = ["message", "list"];
    for (variable, value, args, why) in [
        ("CAUSEWAY_LOG_FORMAT", "xml", &list[..], "possible values: text, json"),
        ("CAUSEWAY_CONFIG", "/nowhere.toml", &list, "/nowhere.toml"),
        ("CAUSEWAY_NETWORK", "/nowhere.json", &list, "/nowhere.json"),
        ("CAUSEWAY_ANVIL", "/nowhere", &["devnet"], "/nowhere"),
        ("CAUSEWAY_PRIVATE_KEY", "0x12", &BRIDGE, "64 hexadecimal digits"),
        ("ETH_KEYSTORE", "/nowhere", &BRIDGE, "/nowhere"),
        ("ETH_KEYSTORE_ACCOUNT", "nobody", &BRIDGE, "keystores/nobody"),
        ("ETH_RPC_URL", "mainnet", &list, "wrong URL"),
        ("CAUSEWAY_DEVNET__L2_COUNT", "x", &list, "a whole number from 0 to 65535"),
        ("CAUSEWAY_DEVNET__L2_COUNT", "65536", &list, "a whole number from 0 to 65535"),
        ("CAUSEWAY_DEVNET__BLOCK_TIME", "-1", &list, "a whole number of at least 0"),
        ("CAUSEWAY_DEVNET__AUTORELAY", "maybe", &list, "true or false"),
        ("CAUSEWAY_DEVNET__HOST", "localhost", &list, "an IP address, such as 127.0.0.1"),
        ("CAUSEWAY_VERIFIER__LISTEN", "8450", &list, "an address and a port, such as 127.0.0.1:8450"),
        ("CAUSEWAY_CHAINS__X__CHAIN_ID", "ten", &list, "a whole number of at least 0"),
        ("CAUSEWAY_CHAINS__X__RPC_URL", "https://h/", &list, "the key `chain-id` is missing"),
    ] {
        let ran = world.with(&[(variable, value)], args);
        assert_eq!(ran.code, 2, "{variable}={value}: {ran:?}");
        assert!(ran.stderr.contains(variable), "{variable}={value}: {ran:?}");
        assert!(ran.stderr.contains(why) && ran.stderr.contains("hint: "), "{variable}={value}: {ran:?}");
    }
    let ran = world.with(&[("RUST_LOG", "causeway=loud")], &["config", "show"]);
    assert!(ran.code == 0 && ran.stderr.contains("warning: RUST_LOG is not used"), "{ran:?}");
}

/// Other programs set variables that begin with the same word: Kubernetes does for a service of that name.
#[test]
fn a_variable_that_is_not_known() {
    let world = World::new();
    for (variable, value, meant) in [
        ("CAUSEWAY_PORT", "tcp://10.0.0.1:8450", None),
        ("CAUSEWAY_SERVICE_HOST", "10.0.0.1", None),
        ("CAUSEWAY_DEVNET_BLOCK_TIME", "1", Some("CAUSEWAY_DEVNET__BLOCK_TIME")),
        ("CAUSEWAY_DEVNT__BLOCK_TIME", "1", Some("CAUSEWAY_DEVNET__BLOCK_TIME")),
        ("CAUSEWAY_PRIVATEKEY", "s3cret", Some("CAUSEWAY_PRIVATE_KEY")),
    ] {
        let ran = world.with(&[(variable, value)], &["config", "show"]);
        assert_eq!(ran.code, 0, "{variable}: {ran:?}");
        let warning = ran.stderr.lines().find(|line| line.starts_with("warning: ")).unwrap();
        assert!(warning.contains(variable) && !warning.contains(value), "{ran:?}");
        assert!(meant.is_none_or(|meant| warning.contains(meant)), "{ran:?}");
    }
    for (variable, meant) in [
        ("CAUSEWAY_DEVNET__BLOK_TIME", "CAUSEWAY_DEVNET__BLOCK_TIME"),
        ("CAUSEWAY_VERIFIER__RATELIMIT", "CAUSEWAY_VERIFIER__RATE_LIMIT"),
        ("CAUSEWAY_CHAINS__OP_MAINNET__RPCURL", "CAUSEWAY_CHAINS__OP_MAINNET__RPC_URL"),
    ] {
        let ran = world.with(&[(variable, "s3cret")], &["message", "list"]);
        assert_eq!(ran.code, 2, "{variable}: {ran:?}");
        let hint = ran.stderr.lines().find(|line| line.starts_with("hint: ")).unwrap();
        assert!(ran.stderr.contains(variable) && hint.contains(meant), "{ran:?}");
        assert!(!ran.stderr.contains("s3cret"), "{ran:?}");
    }
}

#[test]
fn a_value_is_read_as_what_its_key_takes() {
    let world = World::new();
    let config = world.config(&[
        ("CAUSEWAY_RELAYER__DATABASE", "123"),
        ("CAUSEWAY_VERIFIER__INDEX", "true"),
        ("CAUSEWAY_VERIFIER__JWT_SECRET", "[a]"),
        ("CAUSEWAY_DEVNET__ANVIL", "{x=1}"),
        ("CAUSEWAY_DEVNET__L2_COUNT", "3"),
        ("CAUSEWAY_DEVNET__AUTORELAY", "1"),
        ("CAUSEWAY_CHAINS__X__CHAIN_ID", "0xa"),
        ("CAUSEWAY_CHAINS__X__RPC_URL", "http://h"),
        ("CAUSEWAY_CHAINS__X__ACCEPTS", "901,902"),
    ]);
    assert_eq!(config["relayer"]["database"], "123");
    assert_eq!(config["verifier"]["index"], "true");
    assert_eq!(config["verifier"]["jwtSecret"], "[a]");
    assert_eq!(config["devnet"]["anvil"], "{x=1}");
    assert_eq!((&config["devnet"]["l2Count"], &config["devnet"]["autorelay"]), (&json!(3), &json!(true)));
    assert_eq!(config["chains"]["x"]["chainId"], "10");
    assert_eq!(config["chains"]["x"]["accepts"], json!(["901", "902"]));
    // The environment is above the file, however the file writes a chain's name and its URL.
    let toml = "[chains.OP_Main]\nchain-id = 10\nrpc-url-file = \"/nowhere\"\n";
    std::fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let config = world.config(&[("CAUSEWAY_CHAINS__OP_MAIN__RPC_URL", "http://other")]);
    assert_eq!(config["chains"]["OP_Main"]["rpcUrl"], "http://other");
    assert_eq!(config["chains"].as_object().unwrap().len(), 1);
}

#[test]
fn a_path_may_begin_at_home() {
    let world = World::new();
    let home = |name: &str| json!(world.path().join(name));
    std::fs::write(world.path().join("url"), "http://127.0.0.1:1/s3cret").unwrap();
    let toml = "[devnet]\nanvil = \"~/a\"\n[relayer]\ndatabase = \"~/b\"\n[verifier]\nindex = \"~/c\"\n\
                jwt-secret = \"~/d\"\n[chains.x]\nchain-id = 1\nrpc-url-file = \"~/url\"\n";
    let file = world.path().join("at-home.toml");
    std::fs::write(&file, toml).unwrap();
    let config = world.config(&[("CAUSEWAY_CONFIG", "~/at-home.toml")]);
    assert_eq!(config["devnet"]["anvil"], home("a"));
    assert_eq!(config["relayer"]["database"], home("b"));
    assert_eq!((&config["verifier"]["index"], &config["verifier"]["jwtSecret"]), (&home("c"), &home("d")));
    assert_eq!(config["chains"]["x"]["rpcUrl"], "http://127.0.0.1:1/…");
    let in_use = |variables: &[(&str, &str)], args: &[&str]| {
        let ran = world.with(variables, args);
        let said = world.path().join("nothing-there").display().to_string();
        assert!(ran.code != 0 && ran.stderr.contains(&said), "{variables:?} {args:?}: {ran:?}");
    };
    let nothing = "~/nothing-there";
    in_use(&[("CAUSEWAY_ANVIL", nothing)], &["devnet"]);
    in_use(&[("CAUSEWAY_DEVNET__ANVIL", nothing)], &["devnet"]);
    in_use(&[("CAUSEWAY_NETWORK", nothing)], &["message", "list"]);
    in_use(&[("ETH_KEYSTORE", nothing)], &BRIDGE);
    in_use(&[], &["devnet", "--anvil=~/nothing-there"]);
    in_use(&[], &["config", "show", "--config=~/nothing-there"]);
    in_use(&[], &["verifier", "failsafe", "on", "--jwt-secret=~/nothing-there"]);
    let ran = world.run(&["message", "list", "--rpc-url", "@~/url"]);
    assert!(ran.code == 1 && ran.stderr.contains("127.0.0.1:1"), "{ran:?}");
    let mut homeless = world.command(&["config", "show", "--config", file.to_str().unwrap()]);
    let ran = Ran::from(homeless.env_remove("HOME").output().unwrap());
    assert!(ran.code == 2 && ran.stderr.contains("HOME is not set"), "{ran:?}");
}

/// It is in the shell of everybody who uses foundry.
#[test]
fn the_url_of_other_tools_joins_nothing() {
    let (world, devnet) = World::with_devnet();
    let url = devnet.rpc_url(0);
    let sent = world.json(&SEND);
    let hash = sent["messageHash"].as_str().unwrap();
    let l1 = devnet.network["l1"]["rpcUrl"].as_str().unwrap();
    for value in ["mainnet", "http://127.0.0.1:1", l1, "@/nowhere", ""] {
        let variable = [("ETH_RPC_URL", value)];
        for args in [&["message", "list"][..], &["message", "status", hash]] {
            let ran = world.with(&variable, args);
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "ETH_RPC_URL={value} {args:?}");
        }
        let mut command = world.command(&["relayer", "run", "--json", "-q"]);
        command.env("ETH_RPC_URL", value).stderr(std::process::Stdio::null());
        let mut relayer = crate::causeway::Service::start(command);
        let started = relayer.until(|event| event["event"] == "started");
        assert_eq!(started["chains"].as_array().unwrap().len(), 2, "{started}");
        assert_eq!(relayer.interrupt(), 0);
    }
    // Where no devnet runs it names a chain to those who look around, and is said to.
    let other = World::new();
    let ran = other.with(&[("ETH_RPC_URL", url)], &["message", "list"]);
    assert!(ran.code == 0 && ran.stderr.contains("ETH_RPC_URL adds chain 901"), "{ran:?}");
    assert!(ran.stdout.contains(hash), "{ran:?}");
    let ran = other.with(&[("ETH_RPC_URL", "http://127.0.0.1:1")], &["message", "list"]);
    assert!(ran.code == 1 && ran.stderr.contains("ETH_RPC_URL"), "{ran:?}");
    // No service spends there.
    for args in
        [&["relayer", "run", "--private-key", KEY][..], &["verifier", "run", "--listen", "127.0.0.1:0"]]
    {
        let ran = other.with(&[("ETH_RPC_URL", url)], args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        assert!(ran.stderr.contains("no chains are known") && ran.stderr.contains("ETH_RPC_URL"), "{ran:?}");
    }
    let toml = format!("[chains.a]\nchain-id = 901\nrpc-url = \"{url}\"\n");
    std::fs::write(other.path().join("causeway.toml"), toml).unwrap();
    let ran = other.with(&[("ETH_RPC_URL", "mainnet")], &["message", "list"]);
    assert!(ran.code == 0 && ran.stderr.contains("warning: ETH_RPC_URL is not used"), "{ran:?}");
    drop(devnet);
}

/// Containers have homes that are none: nobody's is `/nonexistent`, another's `/dev/null`.
#[test]
fn a_home_that_is_no_folder_keeps_nobody_from_working() {
    let world = World::new();
    std::fs::write(world.path().join("file"), "").unwrap();
    for (variable, value) in [
        ("HOME", "/dev/null"),
        ("HOME", "/nonexistent"),
        ("XDG_STATE_HOME", "file"),
        ("CAUSEWAY_HOME", "file"),
        ("CAUSEWAY_HOME", "file/below"),
    ] {
        let ran = world.with(&[(variable, value)], &["message", "list"]);
        assert!(ran.code == 2 && ran.stderr.contains("no chains are known"), "{variable}={value}: {ran:?}");
    }
    // What cannot be looked up makes no folder of that name.
    let mut homeless =
        world.command(&["relayer", "run", "--rpc-url", "http://127.0.0.1:1", "--private-key", KEY]);
    let ran = Ran::from(homeless.env_remove("HOME").env("CAUSEWAY_HOME", "~/state").output().unwrap());
    assert!(ran.code == 2 && ran.stderr.contains("no folder to keep relayer.sqlite in"), "{ran:?}");
    assert!(!world.path().join("~").exists());
}

/// Without a folder for temporary files the standard library takes the one that a command is started in.
#[test]
fn a_devnet_leaves_the_working_directory_alone() {
    let world = World::new();
    let file = world.path().join("causeway.toml");
    std::fs::write(&file, "[devnet]\nl2-count = 1\n").unwrap();
    let folder = world.path().join("empty");
    std::fs::create_dir(&folder).unwrap();
    let ports = ["devnet", "--json", "--l1-port", "0", "--l2-starting-port", "0", "--admin-port", "0"];
    let mut command = world.command(&[&ports[..], &["--config", file.to_str().unwrap()]].concat());
    command.current_dir(&folder).env("TMPDIR", "").env("CAUSEWAY_ANVIL", crate::causeway::anvil());
    command.stderr(std::process::Stdio::null());
    let mut devnet = crate::causeway::Service::start(command);
    devnet.until(|event| event["event"] == "ready");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    assert_eq!(devnet.interrupt(), 0);
}

/// However a command looks for what it is asked about.
#[test]
fn a_node_that_a_variable_names_is_told_of_when_it_is_away() {
    let world = World::new();
    let hash = format!("0x{}", "ab".repeat(32));
    let list = ["message", "list"];
    for args in [
        &list[..],
        &["message", "status", &hash],
        &["message", "relay", &hash],
        &["verifier", "check", &hash],
    ] {
        for (variables, flags) in [
            (&[("ETH_RPC_URL", "http://127.0.0.1:1")][..], &[][..]),
            (&[], &["--rpc-url", "http://127.0.0.1:1"]),
        ] {
            let ran = world.with(variables, &[args, flags, &["--json"]].concat());
            let envelope: Value = serde_json::from_str(&ran.stdout).unwrap();
            assert_eq!(envelope["errors"][0]["code"], "chain-unreachable", "{args:?} {flags:?}: {ran:?}");
            assert_eq!(ran.code, 1, "{args:?} {flags:?}: {ran:?}");
            assert!(ran.stderr.contains("127.0.0.1:1"), "{args:?} {flags:?}: {ran:?}");
            assert!(variables.is_empty() || ran.stderr.contains("ETH_RPC_URL"), "{args:?}: {ran:?}");
        }
    }
}
