//! What becomes of output that cannot be written, and that every line has the form that was asked for.

use crate::causeway::{Ran, SEND, Service, World};
use serde_json::Value;
use std::{
    fs::{File, OpenOptions},
    io::BufRead,
    process::{Command, Stdio},
};

/// A disk that is full.
fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

/// How a command ends whose reader goes away before it writes.
fn code_without_reader(mut command: Command, stdout: bool) -> i32 {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if stdout {
        drop(child.stdout.take());
    } else {
        drop(child.stderr.take());
    }
    child.wait_with_output().unwrap().status.code().unwrap()
}

#[test]
fn a_command_whose_reader_goes_away_ends_as_it_would_have() {
    let world = World::new();
    for (args, code) in [
        (&["config", "show", "-vvv"][..], 0),
        (&["config", "show", "--json"], 0),
        (&["--help"], 0),
        (&["relayer", "--help"], 0),
        (&["--version"], 0),
        (&["completions", "zsh"], 0),
        (&["access-list", "decode", "0x12"], 2),
        (&["message"], 2),
        (&["brige"], 2),
        (&["brige", "--log-format", "json", "--json"], 2),
        (&["message", "list", "-vvv"], 2),
        (&["message", "list", "--rpc-url", "http://127.0.0.1:1", "-vvv"], 1),
    ] {
        assert_eq!(code_without_reader(world.command(args), true), code, "{args:?}, no reader of stdout");
        assert_eq!(code_without_reader(world.command(args), false), code, "{args:?}, no reader of stderr");
        let ran = world.command(args).stderr(full()).output().unwrap();
        assert_eq!(ran.status.code(), Some(code), "{args:?}, stderr on a full disk");
    }
}

#[test]
fn a_result_that_does_not_fit_on_the_disk_is_no_success() {
    let world = World::new();
    for args in [&["config", "show"][..], &["config", "show", "--json"], &["completions", "zsh"]] {
        let ran = world.command(args).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(1), "{args:?}: {stderr}");
        assert!(stderr.contains("its result could not be written: No space left"), "{args:?}: {stderr}");
    }
    assert_eq!(world.command(&["--help"]).stdout(full()).status().unwrap().code(), Some(1));
}

/// A service goes on whatever becomes of its output: it delivers, and ends in order.
#[test]
fn a_service_needs_no_reader() {
    let (world, devnet) = World::with_devnet();
    let relayer = ["relayer", "run", "-vvv"];
    // Without a reader of the log, with one that does not read, on a full disk; and the same for what it prints.
    for (stdout, stderr) in [
        ("read", "gone"),
        ("read", "unread"),
        ("read", "full"),
        ("gone", "full"),
        ("unread", "gone"),
        ("full", "full"),
    ] {
        let mut command = world.command(&relayer);
        command.arg("--json");
        command.stderr(if stderr == "full" { full().into() } else { Stdio::piped() });
        command.stdout(if stdout == "full" { full().into() } else { Stdio::piped() });
        let mut service = command.spawn().unwrap();
        if stderr == "gone" {
            drop(service.stderr.take());
        }
        if stdout == "gone" {
            drop(service.stdout.take());
        }
        let sent = world.json(&SEND);
        let hash = sent["messageHash"].as_str().unwrap();
        while world.json(&["message", "status", hash])["messages"][0]["status"] != "delivered" {
            assert!(service.try_wait().unwrap().is_none(), "stdout {stdout}, stderr {stderr}: it ended");
        }
        crate::causeway::signal(service.id(), "INT");
        assert_eq!(service.wait().unwrap().code(), Some(0), "stdout {stdout}, stderr {stderr}");
    }
    drop(devnet);
}

/// Every line is JSON with a time, a level and a message.
fn assert_json_lines(what: &str, stderr: &str) {
    for line in stderr.lines() {
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{what}: {error} in {line:?}"));
        assert!(value["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{what}: {line}");
        assert!(value["level"].is_string() && value["fields"]["message"].is_string(), "{what}: {line}");
    }
}

#[test]
fn every_line_on_stderr_is_json_when_that_is_asked_for() {
    let world = World::new();
    for args in [
        &["brige"][..],
        &["message"],
        &["relayer", "run", "--rpc-url"],
        &["message", "list"],
        &["message", "list", "-vvv", "--rpc-url", "http://127.0.0.1:1"],
        &["config", "show", "--config", "/nowhere"],
        &["devnet", "--anvil", "/nowhere"],
        &["devnet", "--block-time", "x"],
    ] {
        let flag = world.run(&[args, &["--log-format", "json"]].concat());
        assert_ne!(flag.stderr, "", "{args:?}");
        assert_json_lines(&format!("{args:?}"), &flag.stderr);
        let variable = Ran::from(world.command(args).env("CAUSEWAY_LOG_FORMAT", "json").output().unwrap());
        assert_eq!(variable.stderr.lines().count(), flag.stderr.lines().count(), "{args:?}: {variable:?}");
        assert_json_lines(&format!("{args:?}"), &variable.stderr);
    }
    let ran = Ran::from(world.command(&["--log-format", "json"]).arg(nonsense()).output().unwrap());
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_json_lines("no text", &ran.stderr);
    let ran = world.run(&["brige", "--log-format=json"]);
    let error: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!((&error["level"], &error["fields"]["code"]), (&"ERROR".into(), &"invalid-argument".into()));
    assert_eq!(error["fields"]["message"], "unrecognized subcommand 'brige'");
    assert!(error["fields"]["hint"].as_str().is_some_and(|hint| hint.contains("bridge")), "{error}");
}

/// What the services tell by default, in both forms, and that commands stay quiet.
#[test]
fn services_tell_what_they_do() {
    let world = World::new();
    let devnet = world.devnet(&["--block-time", "1", "--log-format", "json"]);
    let mut command = world.command(&["relayer", "run", "--json", "--log-format", "json"]);
    command.stderr(Stdio::piped());
    let mut relayer = Service::start(command);
    let started = relayer.until(|event| event["event"] == "started");
    assert_eq!(started["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(started["chains"][1]["chainId"], "902");
    assert!(started["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{started}");
    let sent = world.run(&SEND);
    assert!(sent.code == 0 && !sent.stderr.contains("INFO"), "a command logs nothing: {sent:?}");
    relayer.until(|event| event["event"] == "delivered");
    let log = relayer.stderr();
    assert_eq!(relayer.interrupt(), 0);
    let log: Vec<String> = log.lines().map(Result::unwrap).collect();
    assert_json_lines("relayer run", &log.join("\n"));
    let all = log.join("\n");
    for said in ["relaying", "relaying to and from", "OPChainA (901)", "followed up to its head", "stopped"] {
        assert!(all.contains(said), "{said:?} is not in {all}");
    }
    assert!(!all.contains("Delivered"), "deliveries are for debug: {all}");
    let ran = devnet.interrupt();
    assert_json_lines("devnet", &ran.stderr);
    assert!(ran.stderr.contains("the devnet is ready") && ran.stderr.contains("stopping"), "{}", ran.stderr);
}

/// What is no text can stand in a command line too.
fn nonsense() -> &'static std::ffi::OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(b"\xff\xfe")
}
