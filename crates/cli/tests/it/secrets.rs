use crate::causeway::{Ran, Service, World};
use std::{io::Read, process::Stdio};

const KEY: &str = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

/// No key and no credential is ever printed, however loud the logs and however wrong the input.
fn assert_silent(ran: &Ran, secrets: &[&str]) {
    for secret in secrets {
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{secret} is in {ran:?}");
    }
}

#[test]
fn keys_and_credentials_are_never_printed() {
    let world = World::new();
    // Nobody listens on port 1: the connection is refused after the key and the URL were read.
    let url = "http://user:hunter2@127.0.0.1:1/v3/s3cretpath?apikey=s3cretquery";
    let secrets = [KEY, "hunter2", "s3cretpath", "s3cretquery"];
    let bridge = ["bridge", "eth", "--amount", "1", "--from", url, "--to", url, "-vvv"];
    for wrong in ["", "00", "zz"] {
        let key = format!("0x{KEY}{wrong}");
        assert_silent(&world.run(&[&bridge[..], &["--private-key", &key]].concat()), &secrets);
        let ran = world.command(&bridge).env("CAUSEWAY_PRIVATE_KEY", &key).output().unwrap();
        assert_silent(&Ran::from(ran), &secrets);
    }
    std::fs::write(
        world.path().join("causeway.toml"),
        format!("[chains.main]\nchain-id = 10\nrpc-url = \"{url}\"\n"),
    )
    .unwrap();
    for args in [&["config", "show"][..], &["config", "show", "--json"], &["message", "list", "-vvv"]] {
        let ran = world.run(args);
        assert_silent(&ran, &secrets);
    }
    assert!(world.run(&["config", "show"]).stdout.contains("127.0.0.1"));
}

/// A URL in the wrong place is wrong input, which errors repeat.
#[test]
fn a_misplaced_url_is_not_repeated() {
    let world = World::new();
    let url = "http://user:hunter2@127.0.0.1:1/v3/s3cretpath?apikey=s3cretquery";
    for args in [
        &["message", url][..],
        &["message", "list", url],
        &["message", "list", "--from", "901", "--config", url],
        &["message", "status", url],
        &["bridge", "eth", "--amount", url, "--from", "1", "--to", "2"],
        &["config", "show", "--json", url],
        &["relayer", "run", "--database", "x", "--timeout", url],
    ] {
        let ran = world.run(args);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert_silent(&ran, &["hunter2", "s3cretpath", "s3cretquery"]);
    }
    assert!(world.run(&["message", url]).stderr.contains("'http://…@127.0.0.1:1/…?…'"));
}

/// What stands in a file does not stand in the arguments, which `ps` shows to everybody.
#[test]
fn a_url_is_taken_from_a_file() {
    let world = World::new();
    let devnet = world.devnet(&[]);
    let url = format!("{}?apikey=s3cretquery", devnet.rpc_url(0));
    std::fs::write(world.path().join("url"), format!("{url}\n")).unwrap();
    let elsewhere = World::new();
    let file = format!("@{}", world.path().join("url").display());
    let ran = elsewhere.run(&["message", "list", "-vvv", "--json", "--rpc-url", &file]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_silent(&ran, &["s3cretquery"]);
    // One that holds something else, or is not there, is named and not repeated.
    std::fs::write(world.path().join("url"), "s3cretpath").unwrap();
    for file in [&file, "@/nowhere"] {
        let ran = elsewhere.run(&["message", "list", "--rpc-url", file]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(&file[1..]), "{ran:?}");
        assert_silent(&ran, &["s3cretpath"]);
    }
    drop(devnet);
}

/// No service shows a URL's secrets, neither of a node that answers nor of one that is away.
#[test]
fn services_tell_no_secrets() {
    let world = World::new();
    let devnet = world.devnet(&[]);
    let secrets = ["canaryuser", "canarypass", "canarypath", "canaryquery", KEY];
    let secret = |url: &str| {
        format!("http://canaryuser:canarypass@{}/canarypath?key=canaryquery", &url["http://".len()..])
    };
    let (up, down) = (secret(devnet.rpc_url(0)), secret("http://127.0.0.1:1"));
    let toml = format!(
        "[chains.a]\nchain-id = 901\nrpc-url = \"{up}\"\n[chains.b]\nchain-id = 902\nrpc-url = \"{down}\"\n"
    );
    let elsewhere = World::new();
    std::fs::write(elsewhere.path().join("causeway.toml"), toml).unwrap();
    for args in
        [&["relayer", "run", "--private-key", KEY][..], &["verifier", "run", "--listen", "127.0.0.1:0"]]
    {
        let mut command = elsewhere.command(&[args, &["-vvv", "--json", "--rpc-url", &down]].concat());
        command.stderr(Stdio::piped());
        let mut service = Service::start(command);
        let mut log = service.stderr();
        let mut stdout = String::new();
        service.until(|event| {
            stdout.push_str(&event.to_string());
            event["event"] == "offline" || event["state"] == "offline"
        });
        // The log is read while it runs: it is more than fits into a pipe.
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            log.read_to_string(&mut text).unwrap();
            text
        });
        assert_eq!(service.interrupt(), 0);
        assert_silent(&Ran { code: 0, stdout, stderr: log.join().unwrap() }, &secrets);
    }
    drop(devnet);
}

#[test]
fn a_wrong_key_is_explained_without_repeating_it() {
    let world = World::new();
    let devnet = world.devnet(&[]);
    for wrong in ["0x12", &KEY[..60], &"f".repeat(64)] {
        let ran = world.run(&[
            "bridge",
            "eth",
            "--amount",
            "1",
            "--from",
            "901",
            "--to",
            "902",
            "--private-key",
            wrong,
        ]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("error: the private key is wrong"), "{ran:?}");
        assert_silent(&ran, &[wrong]);
    }
    drop(devnet);
}
