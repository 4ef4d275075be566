//! A relayer whose account another program signs for: an anvil, which has the keys of accounts and answers eth_signTransaction.

use super::{levels, unready};
use crate::{
    causeway::{Ran, SEND, Service, World},
    gate::{Gate, Loss, rpc},
    mirror::{self, Way},
};
use causeway_deploy::test_utils::{Anvil, Mining, USER};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{ChildStderr, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};
use tokio::runtime::Runtime;

const SIGN: &str = "eth_signTransaction";
const SECRETS: [&str; 4] = ["canaryuser", "canarypass", "canarypath", "canaryquery"];
/// Of which no anvil has the key.
const STRANGER: &str = "0x00000000000000000000000000000000000000cc";

/// A program that signs, for one chain. It has a chain of its own under the same id, of which nobody knows.
fn signer() -> Anvil {
    Runtime::new().unwrap().block_on(Anvil::start(902, Mining::WhenTold))
}

/// A configuration in which messages go to that chain only, with more lines.
fn configure(world: &World, more: &str) {
    let text = format!("[relayer]\nallow-destinations = [902]\n{more}\n");
    fs::write(world.path().join("causeway.toml"), text).unwrap();
}

fn url(signer: &Anvil) -> String {
    format!("http://127.0.0.1:{}", signer.port)
}

/// The same URL with credentials, all of which are needed to be no one's.
fn secret(url: &str) -> String {
    let host = url.strip_prefix("http://").unwrap();
    format!("http://canaryuser:canarypass@{host}/canarypath?key=canaryquery")
}

/// A flag's value, by a file that holds the URL.
fn by_file(world: &World, url: &str) -> String {
    let path = world.path().join("signer");
    fs::write(&path, format!("{url}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    format!("{USER}=@{}", path.display())
}

fn assert_silent(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

/// A relayer with all that it logs.
fn start(world: &World, more: &[&str]) -> (Service, Receiver<String>) {
    let mut command = world.command(&[&["relayer", "run", "--json", "-vvv"], more].concat());
    command.env("RUST_LOG", "trace").stderr(Stdio::piped());
    let mut service = Service::start(command);
    let lines = log(service.stderr());
    (service, lines)
}

/// The lines of a log. It is read while its service runs: it is more than fits into a pipe.
fn log(stderr: BufReader<ChildStderr>) -> Receiver<String> {
    let (lines, log) = channel();
    thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
    log
}

/// Reads a log on until it says this.
fn until(log: &Receiver<String>, words: &str) -> String {
    let line = log.iter().inspect(|line| assert_silent(line)).find(|line| line.contains(words));
    line.unwrap_or_else(|| panic!("the log never says: {words}"))
}

fn is_delivered(event: &Value, hash: &str) -> bool {
    assert_silent(&event.to_string());
    assert!(
        event["event"] != "failed" && event["event"] != "postponed",
        "nothing is held against a message: {event}"
    );
    event["event"] == "delivered" && event["messageHash"] == *hash
}

#[test]
fn a_signer_that_is_away_at_the_start_is_waited_for() {
    let (world, devnet) = World::with_devnet();
    let signer = signer();
    configure(&world, "");
    let gate = Gate::before(&url(&signer), Loss::Nothing);
    gate.set_down(true);
    let named = by_file(&world, &secret(&gate.url()));
    let away = unready(&world, &["--remote-signer", &named]);
    assert_eq!(levels(&away, "key"), ["error"], "{away:#}");
    assert!(away.to_string().contains("does not answer"), "{away:#}");
    assert_silent(&away.to_string());

    let (mut relayer, log) = start(&world, &["--remote-signer", &named]);
    let started = relayer.until(|event| event["event"] == "started");
    let account = USER.to_string();
    assert_eq!((&started["account"], &started["accounts"]), (&json!(account), &json!([account])));
    let hash = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    let line = until(&log, "nothing signed");
    assert!(line.contains("does not answer") && line.contains(" WARN "), "{line}");
    let asked_again = log.iter().filter(|line| line.contains("nothing signed")).take(2).collect::<Vec<_>>();
    assert!(asked_again.iter().all(|line| line.contains(" DEBUG ")), "it is said once: {asked_again:#?}");

    gate.set_down(false);
    relayer.until(|event| is_delivered(event, &hash));
    assert_eq!(relayer.interrupt(), 0);
    let told: Vec<String> = log.iter().filter(|line| line.contains("it signs again")).collect();
    assert!(matches!(&told[..], [line] if line.contains(" INFO ")), "{told:#?}");
    told.iter().for_each(|line| assert_silent(line));
    let message = &world.json(&["relayer", "explain", &hash])["messages"][0];
    assert_eq!(message["attempts"].as_array().unwrap().len(), 1, "{message:#}");
    let sent = rpc(devnet.rpc_url(1), "eth_getTransactionCount", json!([USER, "latest"]));
    assert_eq!(sent, "0x1", "the account has paid");
}

#[test]
fn a_check_has_the_signer_sign() {
    let (world, _devnet) = World::with_devnet();
    let signer = signer();
    // By the configuration, whose credentials are nowhere shown.
    let gate = Gate::before(&url(&signer), Loss::Nothing);
    configure(&world, &format!("remote-signers = [\"{USER}={}\"]", secret(&gate.url())));
    let ready = world.json(&["relayer", "check"]);
    assert_eq!(
        (levels(&ready, "key"), &ready["plan"]["accounts"]),
        (vec!["ok".into()], &json!([USER.to_string()]))
    );
    assert!(ready["findings"].to_string().contains("signed for by http"), "{ready:#}");
    for args in [&["config", "show"][..], &["config", "show", "--json"]] {
        let shown = world.run(args);
        assert!(shown.stdout.contains(&USER.to_string()), "{shown:?}");
        assert_silent(&format!("{shown:?} {ready}"));
    }

    // It does not sign for the other chain.
    fs::remove_file(world.path().join("causeway.toml")).unwrap();
    let named = format!("{USER}={}", url(&signer));
    let ran = world.run(&["relayer", "check", "--json", "--remote-signer", &named]);
    assert!(ran.code == 4 && ran.stdout.contains("chain ID (901) does not match"), "{ran:?}");
    configure(&world, "");

    // Of whom it has no key.
    let stranger = format!("{STRANGER}={}", url(&signer));
    let wrong = unready(&world, &["--remote-signer", &stranger]);
    assert_eq!(levels(&wrong, "key"), ["error"], "{wrong:#}");
    assert!(wrong.to_string().contains("it says that it has no key"), "{wrong:#}");

    // It has the key, and will not sign this.
    let refuses = Gate::before(&url(&signer), Loss::Said(SIGN, r#""error":{"code":-32000,"message":"no"}"#));
    let named = format!("{USER}={}", refuses.url());
    let ran = world.run(&["relayer", "check", "--json", "--remote-signer", &named]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.stdout.contains("it has the key of"), "{ran:?}");

    // It signs something else.
    let other = Gate::before(&url(&signer), Loss::SaidAfter(SIGN, r#""result":"0x02""#));
    let named = format!("{USER}={}", other.url());
    let wrong = unready(&world, &["--remote-signer", &named]);
    assert!(wrong.to_string().contains("no signed transaction"), "{wrong:#}");
}

#[test]
fn what_is_named_wrong_is_refused_and_not_repeated() {
    let (world, _devnet) = World::with_devnet();
    let open = by_file(&world, &secret("http://127.0.0.1:1"));
    fs::set_permissions(world.path().join("signer"), fs::Permissions::from_mode(0o644)).unwrap();
    let (right, wrong) = (secret("http://127.0.0.1:1"), secret("http://127.0.0.1:1").replace("http", "ftp"));
    let refused = |more: &[&str], cause: &str| {
        let found = unready(&world, &[&["-vvv"], more].concat());
        assert_eq!(levels(&found, "key"), ["error"], "{found:#}");
        assert!(found.to_string().contains(cause), "{cause}: {found:#}");
        assert_silent(&found.to_string());
    };
    refused(&["--remote-signer", &open], "(mode 644)");
    refused(&["--remote-signer", &right], "named wrong");
    refused(&["--remote-signer", &format!("0x12={right}")], "expected an address");
    refused(&["--remote-signer", &format!("{USER}={wrong}")], "named wrong");
    let both = format!("{USER}={right}");
    let twice = ["--remote-signer", &both, "--remote-signer", &both];
    refused(&twice, "two of the keys are of one account");
    let ran = world.run(&[&["relayer", "run", "-vvv"], &twice[..]].concat());
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_silent(&format!("{ran:?}"));
    // Where it is repeated: at a place where nothing belongs.
    let misplaced = Ran::from(world.command(&["relayer", "run", &both]).output().unwrap());
    assert_eq!(misplaced.code, 2);
    assert_silent(&format!("{misplaced:?}"));
    configure(&world, &format!("remote-signers = [\"{USER}={wrong}\"]"));
    let ran = world.run(&["relayer", "run", "-vvv"]);
    assert!(ran.code == 2 && ran.stderr.contains("relayer.remote-signers"), "{ran:?}");
    assert_silent(&format!("{ran:?}"));
}

/// A proxy before a signer repeats the credentials that it was asked with, in each way in which proxies do.
#[test]
fn a_signer_that_repeats_credentials_has_them_shown_nowhere() {
    const ECHOED: [&str; 2] = ["canary", "dXNlciU0MGNhbmFyeT"];
    let (world, _devnet) = World::with_devnet();
    let signer = signer();
    configure(&world, "");
    let way = |method: &str| if method == SIGN { Way::Any } else { Way::Honest };
    let named = by_file(&world, &mirror::open(&url(&signer), way));
    let assert_clean =
        |text: &str| assert!(!ECHOED.iter().any(|sign| text.contains(sign)), "credentials are in {text}");
    let (mut relayer, log) = start(&world, &["--remote-signer", &named]);
    relayer.until(|event| event["event"] == "started");
    world.json(&SEND);
    let failures =
        log.iter().inspect(|line| assert_clean(line)).filter(|line| line.contains("nothing signed"));
    let told: Vec<String> = failures.take(4).collect();
    assert!(told.iter().any(|line| line.contains('…')), "nothing was repeated: {told:#?}");
    for _ in 0..4 {
        let ran = world.run(&["relayer", "check", "--json", "-vvv", "--remote-signer", &named]);
        assert_ne!(ran.code, 0, "{ran:?}");
        assert_clean(&format!("{ran:?}"));
    }
    assert_eq!(relayer.interrupt(), 0);
}

/// A fresh account delivers, and one that is signed for elsewhere gives it what it needs.
#[test]
fn a_funding_account_may_be_signed_for_elsewhere() {
    let (world, devnet) = World::with_devnet();
    let signer = signer();
    let key = world.path().join("key");
    fs::write(&key, format!("0x{}", "42".repeat(32))).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let gate = Gate::before(&url(&signer), Loss::Nothing);
    let limits = "top-up-below = \"0.05ether\"\ntop-up-to = \"0.2ether\"\ntop-up-max-per-day = \"1ether\"";
    let more = format!(
        "key-files = [\"{}\"]\ntop-up-remote-signer = \"{USER}={}\"\n{limits}",
        key.display(),
        secret(&gate.url())
    );
    configure(&world, &more);
    // It signs for one of the two chains, the one that is delivered to.
    let ran = world.run(&["relayer", "check", "--json"]);
    assert!(ran.code == 0 && ran.stdout.contains(&format!("{USER}, signed for by")), "{ran:?}");
    assert_silent(&format!("{ran:?} {:?}", world.run(&["config", "show"])));

    gate.set_down(true);
    assert!(unready(&world, &[]).to_string().contains("does not answer"));
    let (mut relayer, log) = start(&world, &[]);
    let hash = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    let line = until(&log, "nothing signed: no top-up");
    assert!(line.contains("does not answer"), "{line}");
    gate.set_down(false);
    let given = relayer.until(|event| event["event"] == "topped-up");
    assert!(given["chainId"] == "902" && given["reason"].to_string().contains(&USER.to_string()), "{given}");
    relayer.until(|event| is_delivered(event, &hash));
    assert_eq!(relayer.interrupt(), 0);
    log.iter().for_each(|line| assert_silent(&line));
    let sent = rpc(devnet.rpc_url(1), "eth_getTransactionCount", json!([USER, "latest"]));
    assert_eq!(sent, "0x1", "it has given once");

    // There is one funding account.
    configure(&world, &format!("{more}\ntop-up-key-file = \"{}\"", key.display()));
    let ran = world.run(&["relayer", "run"]);
    assert!(ran.code == 2 && ran.stderr.contains("both relayer.top-up-key-file"), "{ran:?}");
    assert_silent(&format!("{ran:?}"));
}
