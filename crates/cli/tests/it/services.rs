//! Services begin with the nodes that answer, and take the others in when they do.

use crate::{
    causeway::{SEND, Service, World, signal},
    gate::answer,
    proxy::{ClosedPort, Proxy, closed_port},
};
use serde_json::json;
use std::{
    fs,
    process::{Command, Stdio},
};

const KEY: &str = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";
/// A world with a devnet, and another with these two chains at URLs of the test's choice.
fn elsewhere(urls: [&str; 2]) -> World {
    let world = World::new();
    let [a, b] = urls;
    let toml = format!(
        "[chains.a]\nchain-id = 901\nrpc-url = \"{a}\"\n[chains.b]\nchain-id = 902\nrpc-url = \"{b}\"\n"
    );
    fs::write(world.path().join("causeway.toml"), toml).unwrap();
    world
}

fn relayer(world: &World, args: &[&str]) -> Service {
    world.service(&[&["relayer", "run", "--from-block", "0", "--private-key", KEY], args].concat())
}

#[test]
fn a_relayer_waits_for_a_node_that_is_away() {
    let (here, devnet) = World::with_devnet();
    let sent = here.json(&SEND);
    let port = ClosedPort::new();
    let late = format!("http://127.0.0.1:{}", port.port());

    // Its chain is known: it is offline until it answers.
    let world = elsewhere([devnet.rpc_url(0), &late]);
    let mut service = relayer(&world, &[]);
    service.until(|event| event["event"] == "started");
    service.until(|event| event["event"] == "offline" && event["chainId"] == "902");
    Proxy::new(port, devnet.rpc_url(1)).open();
    let delivered = service.until(|event| event["event"] == "delivered");
    assert_eq!(delivered["messageHash"], sent["messageHash"]);
    assert_eq!(service.interrupt(), 0);
    drop(devnet);
}

#[test]
fn a_relayer_takes_in_a_chain_that_it_knew_by_its_url_only() {
    let (here, devnet) = World::with_devnet();
    let sent = here.json(&SEND);
    let port = ClosedPort::new();
    let late = format!("http://127.0.0.1:{}", port.port());
    let world = World::new();
    let mut service = relayer(&world, &["--rpc-url", devnet.rpc_url(0), "--rpc-url", &late]);
    let waiting = service.until(|event| event["event"] == "waiting");
    assert_eq!(waiting["rpcUrl"], late);
    let started = service.until(|event| event["event"] == "started");
    assert_eq!(started["chains"].as_array().unwrap().len(), 1);
    Proxy::new(port, devnet.rpc_url(1)).open();
    let started = service.until(|event| event["event"] == "started");
    assert_eq!(started["chains"][1]["chainId"], "902");
    let delivered = service.until(|event| event["event"] == "delivered");
    assert_eq!(delivered["messageHash"], sent["messageHash"]);
    assert_eq!(service.interrupt(), 0);
    drop(devnet);
}

#[test]
fn a_node_that_is_too_busy_at_first_is_no_obstacle() {
    let (here, devnet) = World::with_devnet();
    let sent = here.json(&SEND);
    let busy = Proxy::new(ClosedPort::new(), devnet.rpc_url(1)).too_many(5).open();
    for by_url in [false, true] {
        let world = if by_url { World::new() } else { elsewhere([devnet.rpc_url(0), &busy]) };
        let urls = ["--rpc-url", devnet.rpc_url(0), "--rpc-url", &busy];
        let mut service = relayer(&world, if by_url { &urls } else { &[] });
        let delivered = service.until(|event| event["event"] == "delivered");
        assert_eq!(delivered["messageHash"], sent["messageHash"]);
        assert_eq!(service.interrupt(), 0);
    }
    drop(devnet);
}

#[test]
fn a_service_waits_when_no_node_answers_at_all() {
    let (a, b) = (closed_port(), closed_port());
    let urls = [&format!("http://127.0.0.1:{a}"), &format!("http://127.0.0.1:{b}")];
    let world = elsewhere([urls[0], urls[1]]);
    for args in
        [&["relayer", "run", "--private-key", KEY][..], &["verifier", "run", "--listen", "127.0.0.1:0"]]
    {
        let mut service = world.service(args);
        service.until(|event| {
            event["event"] == "offline" || (event["event"] == "state" && event["state"] == "offline")
        });
        assert!(service.runs(), "{args:?}");
        assert_eq!(service.interrupt(), 0);
    }
    // Known by nothing but their URLs.
    let world = World::new();
    for args in
        [&["relayer", "run", "--private-key", KEY][..], &["verifier", "run", "--listen", "127.0.0.1:0"]]
    {
        let mut service = world.service(&[args, &["--rpc-url", urls[0], "--rpc-url", urls[1]]].concat());
        service.until(|event| event["event"] == "waiting");
        service.until(|event| event["event"] == "waiting");
        assert_eq!(service.interrupt(), 0);
    }
}

#[test]
fn a_verifier_begins_with_what_answers_and_takes_in_the_rest() {
    let (_here, devnet) = World::with_devnet();
    let port = ClosedPort::new();
    let late = format!("http://127.0.0.1:{}", port.port());
    // By its id from the configuration.
    let world = elsewhere([devnet.rpc_url(0), &late]);
    let mut service = world.service(&["verifier", "run", "--listen", "127.0.0.1:0"]);
    let listening = service.until(|event| event["event"] == "listening");
    let url = listening["url"].as_str().unwrap();
    service.until(|event| event["chainId"] == "902" && event["state"] == "offline");
    let status = world.json(&["verifier", "status", "--verifier-url", url]);
    assert_eq!(status["chains"]["902"]["state"], "offline");
    assert_eq!(service.interrupt(), 0);

    // By its URL only: it answers at the same address afterwards.
    let world = World::new();
    let urls = ["--rpc-url", devnet.rpc_url(0), "--rpc-url", &late];
    let mut service = world.service(&[&["verifier", "run", "--listen", "127.0.0.1:0"], &urls[..]].concat());
    service.until(|event| event["event"] == "waiting");
    let listening = service.until(|event| event["event"] == "listening");
    let url = listening["url"].as_str().unwrap();
    // A message of the chain that may be the one that is awaited: nobody shall drop it, and nobody include it.
    let entries = [
        format!("0x01000000{:016x}{:016x}{:016x}{:08x}", 902, 1, 1_700_000_000, 0),
        format!("0x03{}", "0".repeat(62)),
    ];
    let ask = || {
        let executing = json!({"chainID": "901", "timestamp": 1_700_000_001});
        answer(url, "interop_checkAccessList", &json!([entries, "unsafe", executing]))["error"]["code"]
            .clone()
    };
    assert_eq!(ask(), json!(-320_400));
    Proxy::new(port, devnet.rpc_url(1)).open();
    assert_eq!(service.until(|event| event["event"] == "listening")["url"], url);
    service.until(|event| event["chainId"] == "902" && event["state"] == "following");
    assert!(world.json(&["verifier", "status", "--verifier-url", url])["chains"]["902"].is_object());
    assert_eq!(service.interrupt(), 0);
    drop(devnet);
}

/// A node of another chain is a mistake in the configuration, and no outage.
#[test]
fn a_wrong_node_is_refused_at_the_start() {
    let (_here, devnet) = World::with_devnet();
    let world = elsewhere([devnet.rpc_url(0), devnet.rpc_url(0)]);
    for args in
        [&["relayer", "run", "--private-key", KEY][..], &["verifier", "run", "--listen", "127.0.0.1:0"]]
    {
        let ran = world.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        assert!(ran.stderr.contains("serves chain 901, not b (902)"), "{args:?}: {ran:?}");
    }
    drop(devnet);
}

/// On a devnet nothing but the devnet's chains can be relayed without a key, and these are.
#[test]
fn a_configured_chain_does_not_keep_a_devnet_from_being_relayed() {
    let (world, devnet) = World::with_devnet();
    let dead = format!("[chains.dead]\nchain-id = 77\nrpc-url = \"http://127.0.0.1:{}\"\n", closed_port());
    fs::write(world.path().join("causeway.toml"), dead).unwrap();
    let sent = world.json(&SEND);
    let mut service = world.service(&["relayer", "run"]);
    let delivered = service.until(|event| event["event"] == "delivered");
    assert_eq!(delivered["messageHash"], sent["messageHash"]);
    assert_eq!(service.interrupt(), 0);
    // Who names the chain has to name a key.
    let ran = world.run(&["relayer", "run", "--chain", "901", "--chain", "dead"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("no key to sign with"), "{ran:?}");
    drop(devnet);
}

/// Who starts a service under `nohup` wants it to outlive the terminal.
#[test]
fn a_hangup_that_is_ignored_stays_ignored() {
    let world = World::new();
    let url = format!("http://127.0.0.1:{}", closed_port());
    let toml = format!("[chains.a]\nchain-id = 1\nrpc-url = \"{url}\"\n");
    fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let args = ["relayer", "run", "--private-key", KEY, "--json"];
    for ignored in [false, true] {
        let binary = world.command(&args);
        let mut command = Command::new("/bin/sh");
        let trap = if ignored { "trap '' HUP; exec \"$@\"" } else { "exec \"$@\"" };
        command.args(["-c", trap, "sh"]).arg(binary.get_program()).args(args);
        command.current_dir(world.path()).env_clear().env("HOME", world.path()).stderr(Stdio::null());
        let mut service = Service::start(command);
        service.until(|event| event["event"] == "offline");
        signal(service.pid(), "HUP");
        if ignored {
            // It is asked something else, and answers that: it has outlived the first signal.
            assert_eq!(service.interrupt(), 0);
        } else {
            assert_eq!(service.wait(), Some(0));
        }
    }
}

/// Any node of a chain is enough, whether they were named by their URLs or by the configuration.
#[test]
fn a_chain_may_have_several_nodes() {
    let (here, devnet) = World::with_devnet();
    let sent = here.json(&SEND);
    let [a, b] = [devnet.rpc_url(0), devnet.rpc_url(1)];
    let door = Proxy::new(ClosedPort::new(), b).open();
    let world = World::new();
    let mut service = relayer(&world, &["--rpc-url", a, "--rpc-url", &door, "--rpc-url", b]);
    let started = service.until(|event| event["event"] == "started");
    assert_eq!(started["chains"].as_array().unwrap().len(), 2, "{started}");
    assert_eq!(started["chains"][1]["rpcUrl"], format!("{door}, {b}"));
    let delivered = service.until(|event| event["event"] == "delivered");
    assert_eq!(delivered["messageHash"], sent["messageHash"]);
    assert_eq!(service.interrupt(), 0);

    // The preferred ones are dead.
    let sent = here.json(&SEND);
    let [dead, gone] = [closed_port(), closed_port()].map(|port| format!("http://127.0.0.1:{port}"));
    let world = World::new();
    let toml = format!(
        "[chains.a]\nchain-id = 901\nrpc-url = \"{dead} {a}\"\n[chains.b]\nchain-id = 902\nrpc-url = [\"{gone}\", \"{b}\"]\n"
    );
    fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let listed = world.json(&["message", "list"]);
    assert!(listed.to_string().contains(sent["messageHash"].as_str().unwrap()), "{listed}");
    let mut service = relayer(&world, &[]);
    let delivered = service.until(|event| {
        assert_ne!(event["event"], "offline", "{event}");
        event["event"] == "delivered" && event["messageHash"] == sent["messageHash"]
    });
    assert_eq!(delivered["messageHash"], sent["messageHash"]);
    assert_eq!(service.interrupt(), 0);

    // One of another chain is a mistake among others, too.
    let toml = format!("[chains.b]\nchain-id = 902\nrpc-url = [\"{b}\", \"{a}\"]\n");
    fs::write(world.path().join("causeway.toml"), toml).unwrap();
    let ran = world.run(&["verifier", "run", "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("serves chain 901, not b (902)"), "{ran:?}");
    drop(devnet);
}
