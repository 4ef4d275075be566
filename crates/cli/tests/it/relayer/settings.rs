//! What of the API stands in causeway.toml, in the environment and in flags.

use super::{levels, unready};
use crate::causeway::{Service, World};
use std::{
    fs,
    io::{ErrorKind, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::Stdio,
};

const OF_FILE: &str = "token-of-the-configuration";
const OF_VARIABLE: &str = "token-of-the-environment";
const OF_FLAG: &str = "token-of-the-command-line";

/// The status of a command, by whoever shows this token, and what an origin is answered.
fn ask(url: &str, request: &str, header: &str) -> (String, String) {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("{request} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{header}\r\n");
    write!(stream, "{head}content-length: 0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().to_owned(), answer.to_lowercase())
}

/// Whether the relayer takes a command by this token.
fn admits(url: &str, token: &str) -> bool {
    let request = format!("POST /v1/messages/0x{}/retry", "00".repeat(32));
    match ask(url, &request, &format!("authorization: Bearer {token}")).0.as_str() {
        // It was never seen, or the relayer does not work yet: that is said to nobody else.
        "404" | "503" => true,
        "401" => false,
        other => panic!("{other}"),
    }
}

fn listening(service: &mut Service) -> String {
    service.until(|event| event["event"] == "listening")["url"].as_str().unwrap().to_owned()
}

#[test]
fn the_file_the_environment_and_flags_say_it_each_above_the_one_before() {
    let (world, devnet) = World::with_devnet();
    for (name, token) in [("of-file", OF_FILE), ("of-variable", OF_VARIABLE), ("of-flag", OF_FLAG)] {
        fs::write(world.path().join(name), format!("{token}\n")).unwrap();
    }
    let text = "[relayer]\nlisten = \"127.0.0.1:0\"\napi-token-file = \"of-file\"\n\
                api-origins = [\"https://dapp.example\"]\napi-hosts = [\"relayer.example\"]\n";
    fs::write(world.path().join("causeway.toml"), text).unwrap();
    let tokens = [OF_FILE, OF_VARIABLE, OF_FLAG];
    let database = world.path().join("relayer.sqlite");
    let run = ["relayer", "run", "--json", "--database", database.to_str().unwrap()];
    for (variable, flags, expected) in [
        (None, &[][..], OF_FILE),
        (Some("@of-variable"), &[], OF_VARIABLE),
        (Some(OF_VARIABLE), &[], OF_VARIABLE),
        (Some(OF_VARIABLE), &["--api-token-file", "of-flag"], OF_FLAG),
    ] {
        let mut command = world.command(&[&run[..], flags].concat());
        command.envs(variable.map(|value| ("CAUSEWAY_RELAYER_TOKEN", value))).stderr(Stdio::null());
        let mut service = Service::start(command);
        let url = listening(&mut service);
        assert_eq!(tokens.map(|token| admits(&url, token)), tokens.map(|token| token == expected));
        let (status, answer) = ask(&url, "GET /v1/routes", "origin: https://dapp.example");
        assert_eq!(status, "200", "{answer}");
        assert!(answer.contains("access-control-allow-origin: https://dapp.example"), "{answer}");
        assert_eq!(service.interrupt(), 0);
    }
    drop(devnet);
}

#[test]
fn what_is_wrong_with_them_is_said_and_nothing_secret() {
    let (world, devnet) = World::with_devnet();
    let file = world.path().join("causeway.toml");
    fs::write(world.path().join("secret"), format!("whsec_{}\n", "A".repeat(32))).unwrap();
    let hook = "https://user:hunter2@hooks.example/s3cret-of-the-hook";
    for (text, variable, args, expected) in [
        ("listen = \"127.0.0.1:0\"", Some("short-s3cret"), &[][..], "CAUSEWAY_RELAYER_TOKEN"),
        ("listen = \"127.0.0.1:0\"", Some("@nowhere"), &[], "which CAUSEWAY_RELAYER_TOKEN names"),
        ("listen = \"127.0.0.1:0\"\napi-token-file = \"nowhere\"", None, &[], "relayer.api-token-file"),
        ("listen = \"127.0.0.1:0\"\napi-origins = [\"s3cret\"]", None, &[], "wrong relayer.api-origins"),
        ("listen = \"s3cret\"", None, &[], "relayer.listen"),
        ("", None, &["--api-origin", "https://dapp.example"], "the relayer does not listen"),
        ("webhook-urls = [\"HOOK\"]", None, &[], "no secret is named"),
        ("webhook-urls = [\"HOOK\", \"ftp://s3cret\"]", None, &[], "relayer.webhook-urls"),
        ("", None, &["--webhook-secret-file", "secret"], "without a webhook"),
    ] {
        fs::write(&file, format!("[relayer]\n{}\n", text.replace("HOOK", hook))).unwrap();
        let mut command = world.command(&[&["relayer", "run"][..], args].concat());
        command.envs(variable.map(|value| ("CAUSEWAY_RELAYER_TOKEN", value)));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {said}");
        assert!(said.contains(expected), "{text}: {said}");
        assert!(!said.contains("s3cret") && !said.contains("hunter2"), "{text}: {said}");
    }
    let text = format!("[relayer]\nwebhook-urls = [\"{hook}\"]\nwebhook-secret-file = \"secret\"\n");
    fs::write(&file, text).unwrap();
    let shown = world.run(&["config", "show"]).stdout;
    assert!(shown.contains("hooks.example"), "{shown}");
    assert!(!shown.contains("s3cret") && !shown.contains("hunter2"), "{shown}");
    drop(devnet);
}

/// What a check finds of the API and of webhooks, where nothing else is known.
fn found(world: &World, args: &[&str]) -> (Vec<String>, Vec<String>) {
    let found = unready(world, args);
    for secret in [OF_FILE, SECRET, "s3cret"] {
        assert!(!found.to_string().contains(secret), "{found:#}");
    }
    (levels(&found, "api"), levels(&found, "webhooks"))
}

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

#[test]
fn a_check_looks_at_who_would_be_answered_and_told() {
    let world = World::new();
    for (name, text) in [("token", OF_FILE), ("short", "s3cret"), ("secret", SECRET), ("no-secret", "s3cret")]
    {
        fs::write(world.path().join(name), text).unwrap();
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let api = |args: &[&str]| found(&world, args).0;
    assert_eq!(found(&world, &[]), (vec![], vec![]));
    assert_eq!(api(&["--listen", "127.0.0.1:0"]), ["ok"]);
    assert_eq!(api(&["--listen", &address]), ["error"], "another one listens there");
    assert_eq!(api(&["--listen", "192.0.2.1:1"]), ["error", "warning"], "no address of this machine");
    assert_eq!(api(&["--listen", "0.0.0.0:0"]), ["ok", "warning"], "everybody may read");
    for (file, level) in [("token", "ok"), ("short", "error"), ("none", "error")] {
        assert_eq!(api(&["--listen", "127.0.0.1:0", "--api-token-file", file]), [level], "{file}");
    }
    assert_eq!(api(&["--listen", "127.0.0.1:0", "--api-origin", "dapp"]), ["error"]);

    // A webhook that is told nothing.
    taken.set_nonblocking(true).unwrap();
    let url = format!("http://user:s3cret@{address}/hook");
    let hook =
        |url: &str, secret: &str| found(&world, &["--webhook-url", url, "--webhook-secret-file", secret]);
    assert_eq!(hook(&url, "secret"), (vec![], vec!["ok".to_owned()]));
    for (url, secret) in [("ftp://s3cret", "secret"), (&url, "no-secret"), (&url, "none")] {
        assert_eq!(hook(url, secret), (vec!["error".to_owned()], vec![]));
    }
    assert_eq!(api(&["--webhook-url", &url]), ["error"], "it is signed by nothing");
    assert_eq!(taken.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}
