use crate::{
    causeway::{SEND, Service, World, signal},
    gate::rpc,
};
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::SolCall,
};
use causeway_bindings::{
    IMulticall3::{Call3Value, aggregate3ValueCall},
    L2ToL2CrossDomainMessenger::sendMessageCall,
    MULTICALL3,
};
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use serde_json::{Value, json};
use std::{
    io::{BufRead, Read, Write},
    net::TcpStream,
    process::Stdio,
};

/// The service, asked and steered by the other commands, on the devnet that runs.
#[test]
fn a_verifier_on_a_devnet() {
    let (world, devnet) = World::with_devnet();
    let secret = world.path().join("jwt.hex");
    std::fs::write(&secret, "ab".repeat(32)).unwrap();
    let secret = secret.to_str().unwrap();
    let run = ["verifier", "run", "--listen", "127.0.0.1:0", "--jwt-secret", secret];
    let mut service = world.service(&run);
    let listening = service.until(|event| event["event"] == "listening");
    let url = listening["url"].as_str().unwrap();
    // In whatever order it tells.
    let mut awaited: Vec<(&str, &str)> = ["901", "902"]
        .into_iter()
        .flat_map(|chain| [(chain, "history-complete"), (chain, "following")])
        .collect();
    while !awaited.is_empty() {
        let event = service.until(|event| event["chainId"].is_string());
        awaited.retain(|(chain, news)| {
            event["chainId"] != *chain || (event["event"] != *news && event["state"] != *news)
        });
    }

    let status = world.json(&["verifier", "status", "--verifier-url", url]);
    assert_eq!(
        (&status["chains"]["901"]["state"], &status["failsafe"]),
        (&"following".into(), &false.into())
    );
    let text = world.run(&["verifier", "status", "--verifier-url", url]).stdout;
    assert!(text.contains("cross-unsafe ") && text.contains("failsafe  off"), "{text}");

    // Which program it is, is told as `--version` tells it: "causeway 0.1.0 (e55341136 2026-11-26)".
    let version = world.run(&["--version"]).stdout;
    let commit = version.split(['(', ' ']).find(|word| word.len() == 9).unwrap();
    let metrics = page(url, "/metrics").1;
    assert!(metrics.contains(&format!("commit=\"{commit}\"}} 1")), "{version}{metrics}");

    // The switch takes the verifier's secret, and no other.
    let failsafe = |switch, secret| {
        world.run(&["verifier", "failsafe", switch, "--verifier-url", url, "--jwt-secret", secret])
    };
    assert_eq!(failsafe("on", secret).code, 0);
    assert_eq!(world.json(&["verifier", "status", "--verifier-url", url])["failsafe"], true);
    let other = world.path().join("other.hex");
    std::fs::write(&other, "cd".repeat(32)).unwrap();
    let refused = failsafe("off", other.to_str().unwrap());
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("its secret is another one"), "{refused:?}");
    assert_eq!(failsafe("off", secret).code, 0);
    let resume = ["verifier", "resume", "901", "--verifier-url", url, "--jwt-secret", secret];
    assert_eq!(world.run(&resume).code, 0);
    // What was known went away. That the chain is followed again may come too soon after to show as a change.
    service.until(|event| event["event"] == "reorg" && event["chainId"] == "901");

    // Two verifiers do not share an index.
    let second = world.run(&run);
    assert_eq!(second.code, 1, "{second:?}");
    assert!(second.stderr.contains("one verifier works on an index at a time"), "{second:?}");
    let second = world.run(&[&run[..], &["--json"]].concat());
    let printed: Value = serde_json::from_str(second.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(printed["errors"][0]["code"], "storage-in-use", "{second:?}");
    assert_eq!(service.interrupt(), 0);

    // What is no index is not taken for one that another verifier has open.
    let damaged = world.path().join("damaged.redb");
    std::fs::write(&damaged, vec![7; 1 << 16]).unwrap();
    let refused = world.run(&[&run[..], &["--index", damaged.to_str().unwrap()]].concat());
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("the log index is damaged"), "{refused:?}");
    assert!(refused.stderr.contains("delete the file, and everything is fetched again"), "{refused:?}");
    drop(devnet);
}

#[test]
fn messages_explained_by_hand() {
    let (world, devnet) = World::with_devnet();
    let sent = world.json(&SEND);
    let hash = sent["messageHash"].as_str().unwrap();
    let relayed = world.json(&["message", "relay", hash]);
    let transaction = relayed["messages"][0]["delivered"]["transactionHash"].as_str().unwrap();

    let checked = world.json(&["verifier", "check", transaction]);
    let message = &checked["messages"][0];
    assert_eq!((&message["verdict"], &message["executingChainId"]), (&"valid".into(), &"902".into()));
    let identifier = &message["identifier"];
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (number, log) = (text(&identifier["blockNumber"]), text(&identifier["logIndex"]));
    let by_place = ["verifier", "check", "--chain", "901", "--block-number", &number, "--log-index", &log];
    assert_eq!(world.json(&by_place)["messages"][0]["storageKeys"], message["storageKeys"]);

    // Each way in which it can be wrong is named, and the exit code says that it is.
    for (extra, rule) in [
        (["--payload", "0x1234"], "payload-mismatch"),
        (["--origin", "0x00000000000000000000000000000000000000bb"], "origin-mismatch"),
        (["--timestamp", "5"], "expired"),
        (["--at", "5"], "future-message"),
    ] {
        let ran = world.run(&[&by_place[..], &extra, &["--json"]].concat());
        let envelope: Value = serde_json::from_str(&ran.stdout).unwrap();
        let verdict = &envelope["errors"][0]["details"]["messages"][0]["verdict"];
        assert_eq!((ran.code, verdict), (1, &Value::from(rule)), "{ran:?}");
    }
    // What sent the message says the same of it.
    let source = sent["sent"]["transactionHash"].as_str().unwrap();
    let by_source = world.json(&["verifier", "check", source]);
    for field in ["verdict", "identifier", "storageKeys", "executingChainId"] {
        assert_eq!(by_source["messages"][0][field], message[field], "{field}");
    }
    let unknown = &format!("0x{}", "7".repeat(64));
    // What nobody sent is not found; a log that is not there is said to be missing.
    for (args, cause) in [
        (vec!["verifier", "check", unknown], "no transaction"),
        (
            vec!["verifier", "check", "--chain", "901", "--block-number", &number, "--log-index", "99"],
            "none with index 99",
        ),
        (
            vec!["verifier", "check", "--chain", "901", "--block-number", "9999999", "--log-index", "0"],
            "no block 9999999 yet",
        ),
    ] {
        let ran = world.run(&args);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.stderr.contains(cause) && ran.stderr.contains("hint: "), "{ran:?}");
    }
    drop(devnet);
}

/// One chain that nobody here knows is no reason to say nothing of what goes to the others.
#[test]
fn what_can_be_explained_of_a_transaction_is() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1", "--l2-count", "3"]);
    let call = |destination: u64| Call3Value {
        target: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        allowFailure: false,
        value: U256::ZERO,
        callData: sendMessageCall {
            _destination: U256::from(destination),
            _target: Address::repeat_byte(0xa1),
            _message: Bytes::new(),
        }
        .abi_encode()
        .into(),
    };
    let data = aggregate3ValueCall { calls: vec![call(902), call(903), call(905)] }.abi_encode();
    let from = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
    let request = json!([{ "from": from, "to": MULTICALL3, "data": Bytes::from(data) }]);
    let hash = rpc(devnet.rpc_url(0), "eth_sendTransaction", request);
    while rpc(devnet.rpc_url(0), "eth_getTransactionReceipt", json!([hash])).is_null() {}
    let hash = hash.as_str().unwrap();

    // Without the network file: another home, that knows two of the chains, of which one is away.
    let other = World::new();
    let chain = |name, id, url: &str| format!("[chains.{name}]\nchain-id = {id}\nrpc-url = \"{url}\"\n");
    let known = chain("a", 901, devnet.rpc_url(0)) + &chain("b", 902, devnet.rpc_url(1));
    std::fs::write(other.path().join("causeway.toml"), known + &chain("c", 903, "http://127.0.0.1:1"))
        .unwrap();
    let ran = other.run(&["verifier", "check", hash, "--json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let envelope: Value = serde_json::from_str(&ran.stdout).unwrap();
    let messages = &envelope["errors"][0]["details"]["messages"];
    let verdicts: Vec<_> = (0..3).map(|index| messages[index]["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["valid", "not-judged", "not-judged"], "{messages}");
    assert_eq!(messages[2]["explanation"], "chain 905 is not known here");
    assert!(ran.stderr.contains("2 of 3 messages cannot be judged"), "{ran:?}");
    drop(devnet);
}

#[test]
fn mistakes_with_the_verifier() {
    let world = World::new();
    let too_long = world.path().join("set.json");
    std::fs::write(&too_long, r#"{"dependencies":{"901":{}},"overrideMessageExpiryWindow":604801}"#).unwrap();
    let too_long = too_long.to_str().unwrap();
    let cases: [(&[&str], &str); 9] = [
        (&["verifier", "run"], "no chains are known"),
        (&["verifier", "run", "--chain", "901"], "unknown chain `901`"),
        (&["verifier", "run", "--dependency-set", "/nonexistent"], "cannot read the dependency set"),
        (&["verifier", "run", "--dependency-set", too_long], "may only shorten"),
        (&["verifier", "run", "--history", "0"], "10ms or more"),
        (&["verifier", "check"], "required"),
        (&["verifier", "check", "--chain", "901"], "required"),
        (&["verifier", "failsafe", "on"], "needs the secret"),
        (&["verifier", "failsafe", "on", "--jwt-secret", "/nonexistent"], "cannot use the JWT secret"),
    ];
    for (args, cause) in cases {
        let ran = world.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(cause) && ran.stderr.contains("hint: "), "{args:?}: {ran:?}");
    }
    let ran = world.run(&[
        "verifier",
        "status",
        "--verifier-url",
        "http://user:hunter2@127.0.0.1:1/key-s3cretpath",
    ]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(!ran.stderr.contains("hunter2") && !ran.stderr.contains("s3cretpath"), "{ran:?}");
}

/// The file that op-node reads is read by the devnet and by the verifier.
#[test]
fn a_dependency_set_from_a_file() {
    let world = World::new();
    let file = |name: &str, text: &str| {
        let path = world.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let two = file(
        "two.json",
        r#"{"dependencies":{"901":{},"902":{"x":1}},"overrideMessageExpiryWindow":3600,"more":[]}"#,
    );
    let devnet = world.devnet(&["--l2-count", "3", "--dependency-set", &two]);
    assert_eq!(devnet.network["expiryWindow"], 3600);
    assert_eq!(devnet.network["dependencySets"]["901"], serde_json::json!(["901", "902"]));
    assert_eq!(devnet.network["dependencySets"]["903"], serde_json::json!(["903"]));
    let run = ["verifier", "run", "--listen", "127.0.0.1:0", "--dependency-set"];
    // The third chain is followed unless others are named, and is no member.
    let ran = world.run(&[&run[..], &[&two]].concat());
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("(903) is not in the dependency set"), "{ran:?}");
    let more = file("more.json", r#"{"dependencies":{"901":{},"902":{},"7777":{}}}"#);
    let chains = ["--chain", "901", "--chain", "902"];
    let mut service = world.service(&[&run[..], &[&more], &chains].concat());
    let listening = service.until(|event| event["event"] == "listening");
    let url = listening["url"].as_str().unwrap();
    let status = world.json(&["verifier", "status", "--verifier-url", url]);
    assert_eq!(status["chains"]["7777"]["state"], "starting", "{status}");
    // A devnet beside the chains of the file has a set of its own, by which its messages are explained.
    let toml = format!("[verifier]\ndependency-set = {more:?}\n");
    std::fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let sent = world.json(&SEND);
    let checked = world.json(&["verifier", "check", sent["messageHash"].as_str().unwrap()]);
    assert_eq!(checked["messages"][0]["verdict"], "valid", "{checked}");
    drop((service, devnet));
}

#[test]
fn a_devnet_with_a_verifier_of_its_own() {
    let world = World::new();
    let devnet = world.devnet(&["--verifier", "--verifier-port", "0"]);
    assert!(devnet.network["verifierUrl"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")));
    // It is found by itself.
    assert!(world.json(&["verifier", "status"])["chains"]["902"].is_object());
    signal(devnet.pid(), "0");
    assert_eq!(devnet.interrupt().code, 0);
}

/// GETs a page, and returns its status line and body, which is JSON.
fn get(url: &str, name: &str) -> (String, Value) {
    let (status, body) = page(url, name);
    (status, serde_json::from_str(&body).unwrap())
}

fn page(url: &str, page: &str) -> (String, String) {
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {page} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

/// Who switches it on and who starts the verifier need not be the same person.
#[test]
fn the_failsafe_and_resumptions_are_said_with_their_reasons() {
    let (world, devnet) = World::with_devnet();
    let secret = world.path().join("jwt.hex");
    std::fs::write(&secret, "ab".repeat(32)).unwrap();
    let secret = secret.to_str().unwrap();
    let start = || {
        let run = ["verifier", "run", "--listen", "127.0.0.1:0", "--jwt-secret", secret];
        let mut command = world.command(&[&run[..], &["--json", "--log-format", "json"]].concat());
        command.stderr(Stdio::piped());
        let mut service = Service::start(command);
        let url = service.until(|event| event["event"] == "listening")["url"].as_str().unwrap().to_owned();
        (service, url)
    };
    let steer = |args: &[&str], url: &str| {
        let flags = ["--verifier-url", url, "--jwt-secret", secret];
        assert_eq!(world.run(&[&["verifier"], args, &flags].concat()).code, 0, "{args:?}");
    };
    let log = |mut service: Service| {
        let log = service.stderr();
        assert_eq!(service.interrupt(), 0);
        let lines = log.lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        lines.map(|line| line["fields"].clone()).collect::<Vec<_>>()
    };
    let says = |log: &[Value], message: &str, reason: &str| {
        let line = log.iter().find(|line| line["message"].as_str().is_some_and(|m| m.contains(message)));
        let line = line.unwrap_or_else(|| panic!("{message:?} is not in {log:?}"));
        assert!(reason.is_empty() || line["reason"].as_str().unwrap().contains(reason), "{line}");
    };

    let (mut service, url) = start();
    service.until(|event| event["chainId"] == "902" && event["state"] == "following");
    assert_eq!(get(&url, "/ready").1["failsafe"], false);
    steer(&["resume", "901", "--reason", "tried out"], &url);
    steer(&["failsafe", "on", "--reason", "the source halts"], &url);
    assert_eq!(service.until(|event| event["event"] == "failsafe")["enabled"], true);
    assert_eq!(get(&url, "/ready").1["failsafe"], true);
    let first = log(service);
    says(&first, "the chain is resumed", "tried out");
    says(&first, "the failsafe is on: every check is refused", "the source halts");

    let (mut service, url) = start();
    assert_eq!(service.until(|event| event["event"] == "failsafe")["enabled"], true);
    assert_eq!(get(&url, "/ready").1["failsafe"], true);
    steer(&["failsafe", "off", "--reason", "it goes on"], &url);
    assert_eq!(service.until(|event| event["event"] == "failsafe")["enabled"], false);
    let second = log(service);
    says(&second, "the failsafe is on since before this start", "");
    says(&second, "the failsafe is off", "it goes on");
    drop(devnet);
}
