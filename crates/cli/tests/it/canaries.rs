//! A node that repeats our own credentials: nothing that leaves the binary holds them, nor does anything that it keeps.

use crate::{
    causeway::{Ran, Service, World},
    mirror::{self, Way},
};
use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    thread::{self, JoinHandle},
};

const KEY: &str = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
/// What every form of a canary holds: plain and percent-encoded, and as a header has it.
const SIGNS: [&str; 4] = ["canary", "dXNlckBjYW5hcnk6", "dXNlciU0MGNhbmFyeT", KEY];

fn assert_clean(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for sign in SIGNS {
        if let Some(at) = text.to_lowercase().find(&sign.to_lowercase()) {
            let around: String = text.to_lowercase()[..at].chars().rev().take(300).collect();
            panic!("{sign} is in {what}, after: {}", around.chars().rev().collect::<String>());
        }
    }
}

/// Looks at whatever lies in a folder, but for the configuration.
fn assert_files_clean(folder: &Path) -> usize {
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            seen += assert_files_clean(&path);
        } else if !path.ends_with("causeway.toml") {
            assert_clean(&path.display().to_string(), &fs::read(&path).unwrap());
            seen += 1;
        }
    }
    seen
}

/// A world in which the chains of a devnet are known by their mirrors.
fn world_of_mirrors(nodes: [&str; 2], ways: [fn(&str) -> Way; 2]) -> World {
    let world = World::new();
    let chain = |index: usize| {
        let url = mirror::open(nodes[index], ways[index]);
        format!("[chains.chain{index}]\nchain-id = {}\nrpc-url = \"{url}\"\nstart-block = 0\n", 901 + index)
    };
    fs::write(world.path().join("causeway.toml"), chain(0) + &chain(1)).unwrap();
    world
}

/// Answers nothing but which chain it is.
fn all_but_the_id(method: &str) -> Way {
    if method == "eth_chainId" { Way::Honest } else { Way::Any }
}

fn loud(mut command: Command) -> Command {
    command.env("RUST_LOG", "trace");
    command
}

/// A service of which everything that it says is kept.
fn start(mut command: Command) -> (Service, JoinHandle<String>) {
    command.stderr(Stdio::piped());
    let mut service = Service::start(command);
    let mut log = service.stderr();
    // It is read while the service runs: it is more than fits into a pipe.
    let log = thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        text
    });
    (service, log)
}

#[test]
fn commands_repeat_no_credentials_of_nodes_that_do() {
    let world = World::new();
    let devnet = world.devnet(&[]);
    let nodes = [devnet.rpc_url(0), devnet.rpc_url(1)];
    let mirrors = world_of_mirrors(nodes, [all_but_the_id; 2]);
    let bridge = ["bridge", "eth", "--amount", "1", "--from", "901", "--to", "902", "--private-key", KEY];
    let mut repeated = 0;
    for args in [&["message", "list"][..], &bridge] {
        for more in [&["-vv"][..], &["-vvv", "--json"], &["-vv", "--json", "--log-format", "json"]] {
            let command = mirrors.command(&[args, more].concat());
            for mut command in [loud(mirrors.command(&[args, more].concat())), command] {
                let ran = Ran::from(command.output().unwrap());
                assert_clean(&format!("{command:?}, stdout"), ran.stdout.as_bytes());
                assert_clean(&format!("{command:?}, stderr"), ran.stderr.as_bytes());
                repeated += ran.stderr.matches('…').count();
            }
        }
    }
    assert!(repeated > 0, "nothing was repeated");
    // Why a WebSocket was closed is logged by a library.
    let url = mirror::open(nodes[0], all_but_the_id).replace("http", "ws");
    for more in [&[][..], &["--log-format", "json"]] {
        let args = [&["message", "list", "--json", "--rpc-url", &url], more].concat();
        let nowhere = World::new();
        let ran = Ran::from(loud(nowhere.command(&args)).output().unwrap());
        assert!(ran.stderr.contains("Received close frame"), "the reason is not in the log: {ran:?}");
        assert_clean("stdout of a WebSocket's user", ran.stdout.as_bytes());
        assert_clean("stderr of a WebSocket's user", ran.stderr.as_bytes());
    }
    // A URL at the wrong place is repeated, and so is a key.
    for wrong in [&url, KEY, &format!("0x{KEY}"), &format!("--amount={url}")] {
        for more in [&[][..], &["--json"]] {
            let ran = mirrors.run(&[&["message", "list", wrong], more].concat());
            assert_eq!(ran.code, 2, "{ran:?}");
            assert_clean("a usage error", format!("{ran:?}").as_bytes());
        }
    }
    assert_files_clean(mirrors.path());
    drop(devnet);
}

#[test]
fn the_relayer_neither_says_nor_keeps_credentials() {
    let (world, devnet) = World::with_devnet();
    let takes_nothing = |method: &str| match method {
        "eth_sendRawTransaction" => Way::Any,
        _ => Way::Honest,
    };
    let nodes = [devnet.rpc_url(0), devnet.rpc_url(1)];
    let mirrors = world_of_mirrors(nodes, [|_| Way::Honest, takes_nothing]);
    let target = "0x00000000000000000000000000000000000000aa";
    let send = ["message", "send", "--from", "901", "--to", "902", "--target", target, "--no-wait"];
    world.json(&send);
    let relayer = ["relayer", "run", "--json", "-vv", "--private-key", KEY];
    let database = mirrors.path().join("kept.sqlite");
    let database = database.to_str().unwrap();
    let command = loud(mirrors.command(&[&relayer[..], &["--database", database]].concat()));
    let (mut service, log) = start(command);
    let mut stdout = String::new();
    service.until(|event| {
        stdout.push_str(&event.to_string());
        event["reason"].as_str().is_some_and(|reason| reason.contains('…'))
    });
    // With what has not been written from the log beside it yet.
    assert!(assert_files_clean(mirrors.path()) > 1, "there is no database");
    assert_eq!(service.interrupt(), 0);
    let log = log.join().unwrap();
    assert!(log.contains("Received close frame"), "nothing was closed");
    assert_clean("the relayer's stdout", stdout.as_bytes());
    assert_clean("the relayer's log", log.as_bytes());
    assert_files_clean(mirrors.path());
    drop(devnet);
}

/// What a page of a service says.
fn page(url: &str, page: &str) -> String {
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {page} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_verifier_neither_says_nor_keeps_credentials() {
    let (_world, devnet) = World::with_devnet();
    let nodes = [devnet.rpc_url(0), devnet.rpc_url(1)];
    let mirrors = world_of_mirrors(nodes, [all_but_the_id; 2]);
    let index = mirrors.path().join("kept.redb");
    let args = ["verifier", "run", "--json", "-vv", "--listen", "127.0.0.1:0", "--index"];
    let command = mirrors.command(&[&args[..], &[index.to_str().unwrap()]].concat());
    let (mut service, log) = start(loud(command));
    let mut stdout = String::new();
    let url = service.until(|event| event["event"] == "listening")["url"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let state = service.until(|event| event["state"] == "offline");
        stdout.push_str(&state.to_string());
    }
    for name in ["/metrics", "/ready", "/health"] {
        assert_clean(name, page(&url, name).as_bytes());
    }
    let status = mirrors.run(&["verifier", "status", "--json", "--verifier-url", &url]);
    assert_clean("its status", format!("{status:?}").as_bytes());
    assert_eq!(service.interrupt(), 0);
    assert_clean("the verifier's stdout", stdout.as_bytes());
    assert_clean("the verifier's log", log.join().unwrap().as_bytes());
    assert!(assert_files_clean(mirrors.path()) > 0, "there is no index");
    drop(devnet);
}
