//! What an operator types beside a relayer.

mod databases;
mod kms;
mod listening;
mod lost;
mod remote_signer;
mod resending;
mod settings;
mod sharing;
mod typed;

use crate::{
    causeway::{SEND, World},
    gate::rpc,
    schema,
};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

/// An account without code, until a test gives it some.
const TARGET: &str = "0x00000000000000000000000000000000000000bd";

/// A token that has no function of this selector: what calls it reverts.
const REVERTS: &str = "message send --from 901 --to 902 --target 0x420beeF000000000000000000000000000000001 --data 0x12345678 \
                       --force --no-wait";

fn next(world: &World, hash: &str) -> Value {
    world.json(&["relayer", "explain", hash])["messages"][0]["next"]["code"].clone()
}

/// The lane to 902.
fn lane(world: &World) -> Value {
    let status = world.json(&["relayer", "status"]);
    let lanes = status["lanes"].as_array().unwrap();
    lanes.iter().find(|lane| lane["chainId"] == "902").unwrap_or_else(|| panic!("{status:#}")).clone()
}

/// The levels of findings about a subject.
fn levels(printed: &Value, subject: &str) -> Vec<String> {
    let chains =
        printed["chains"].as_array().unwrap().iter().flat_map(|chain| chain["findings"].as_array().unwrap());
    let all = printed["findings"].as_array().unwrap().iter().chain(chains);
    let about = all.filter(|finding| finding["subject"] == subject);
    about.map(|finding| finding["level"].as_str().unwrap().to_owned()).collect()
}

/// What a check that fails has found.
fn unready(world: &World, more: &[&str]) -> Value {
    let args = [&["relayer", "check", "--json"], more].concat();
    let ran = world.run(&args);
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    schema::check(&args, &printed);
    let error = &printed["errors"][0];
    assert_eq!((ran.code, &error["code"]), (1, &json!("check-failed")), "{printed:#}");
    error["details"].clone()
}

#[test]
fn a_check_says_what_would_keep_a_relayer_from_working() {
    /// Of nobody.
    const POOR: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";
    /// The first of those that every devnet has.
    const PUBLIC: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    let world = World::new();
    let nothing = unready(&world, &[]);
    assert_eq!(
        (levels(&nothing, "configuration"), levels(&nothing, "key")),
        (vec!["ok".into(), "error".into()], vec!["error".into()])
    );

    let devnet = world.devnet(&["--block-time", "1"]);
    let ready = world.json(&["relayer", "check"]);
    assert_eq!(ready["ready"], true);
    assert_eq!(ready["plan"]["routes"].as_array().unwrap().len(), 2);
    let all = ["key", "database", "node", "method", "contract", "balance"].map(|about| levels(&ready, about));
    assert!(all.iter().flatten().all(|level| level == "ok"), "{ready:#}");
    assert_eq!(all.map(|levels| levels.len()), [1, 1, 2, 2, 2, 2]);
    let database = ready["plan"]["database"].as_str().unwrap();
    assert!(!std::path::Path::new(database).exists(), "it only looks");

    assert_eq!(levels(&unready(&world, &["--private-key", POOR]), "balance"), ["error", "error"]);
    // Where nothing is delivered it needs none, and who is filled has some as soon as the relayer runs.
    let toml = world.path().join("causeway.toml");
    std::fs::write(&toml, "[relayer]\nallow-destinations = [902]\n").unwrap();
    assert_eq!(levels(&unready(&world, &["--private-key", POOR]), "balance"), ["ok", "error"]);
    let purse = world.path().join("purse");
    std::fs::write(&purse, PUBLIC).unwrap();
    std::fs::set_permissions(&purse, std::fs::Permissions::from_mode(0o600)).unwrap();
    let filled = "top-up-below = \"0.1ether\"\ntop-up-to = \"1ether\"\ntop-up-max-per-day = \"2ether\"\n";
    std::fs::write(&toml, format!("[relayer]\ntop-up-key-file = \"purse\"\n{filled}")).unwrap();
    let filled = world.json(&["relayer", "check", "--private-key", POOR]);
    assert_eq!(levels(&filled, "balance"), ["ok", "ok"], "{filled:#}");
    assert!(filled.to_string().contains("gives it some once the relayer runs"), "{filled:#}");
    std::fs::remove_file(&toml).unwrap();
    assert_eq!(levels(&unready(&world, &["--private-key", "0x12"]), "key"), ["error"]);
    assert_eq!(levels(&unready(&world, &["--database", "."]), "database"), ["error"]);
    // It works, with a warning.
    let little = world.json(&["relayer", "check", "--min-balance", "1000000ether"]);
    assert_eq!(
        (&little["ready"], levels(&little, "balance")),
        (&json!(true), vec!["warning".into(), "warning".into()])
    );

    let url = devnet.rpc_url(0);
    let chains = format!(
        "[chains.dead]\nchain-id = 77\nrpc-url = \"http://user:s3cret@127.0.0.1:1\"\n\
         [chains.wrong]\nchain-id = 78\nrpc-url = \"{url}\"\n\
         [chains.public]\nchain-id = 79\nrpc-url = \"http://192.0.2.1:1\"\n"
    );
    std::fs::write(world.path().join("causeway.toml"), chains).unwrap();
    let wrong = unready(&world, &["--chain", "dead", "--chain", "wrong", "--private-key", PUBLIC]);
    assert_eq!(levels(&wrong, "node"), ["error", "error"]);
    assert!(!wrong.to_string().contains("s3cret"), "{wrong:#}");
    assert_eq!(levels(&wrong, "key"), ["ok"], "on this machine everybody's key will do");
    let public = unready(&world, &["--chain", "public", "--chain", "902", "--private-key", PUBLIC]);
    assert_eq!(levels(&public, "key"), ["error"]);
    // With a typo in an id what should wait would go out at once.
    let route = "[[relayer.routes]]\nsource = 910\nsafety = \"finalized\"\n";
    std::fs::write(world.path().join("causeway.toml"), route).unwrap();
    assert_eq!(levels(&unready(&world, &[]), "routes"), ["error"]);
    let route = "[relayer]\nallow-sources = [911]\n[[relayer.routes]]\nsource = 910\nweight = 3\n";
    std::fs::write(world.path().join("causeway.toml"), route).unwrap();
    let once = unready(&world, &[]);
    assert_eq!(
        (levels(&once, "routes"), levels(&once, "weights").len()),
        (vec!["error".into(), "warning".into()], 0)
    );
    let refused = world.run(&["relayer", "run"]);
    assert!(
        refused.code == 2 && refused.stderr.matches("910").count() == 1,
        "{}: {}",
        refused.code,
        refused.stderr
    );
    std::fs::remove_file(world.path().join("causeway.toml")).unwrap();

    let mut relayer = world.service(&["relayer", "run"]);
    relayer.until(|event| event["event"] == "started");
    assert_eq!(levels(&unready(&world, &[]), "database"), ["error"]);
    assert_eq!(relayer.interrupt(), 0);
}

#[test]
fn a_delivery_is_tried_out_and_nothing_is_sent() {
    let (world, devnet) = World::with_devnet();
    let good = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    let bad = world.json(&REVERTS.split(' ').collect::<Vec<_>>())["messageHash"].as_str().unwrap().to_owned();
    // A relayer that cannot pay takes them in, and delivers nothing.
    let poor = format!("0x{}", "11".repeat(32));
    let mut relayer = world.service(&["relayer", "run", "--private-key", &poor, "--from-block", "0"]);
    relayer.until(|event| event["event"] == "low-balance");
    assert_eq!(next(&world, &good), "no-funds");
    let tried = world.json(&["relayer", "simulate", &good]);
    let delivery = &tried["messages"][0];
    assert_eq!(delivery["outcome"], "delivers", "{delivery:#}");
    assert!(delivery["gas"].as_u64() > Some(50_000) && delivery["fee"].is_string(), "{delivery:#}");
    let ran = world.run(&["relayer", "simulate", &bad, "--json"]);
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap();
    schema::check(&["relayer", "simulate"], &printed);
    let error = &printed["errors"][0];
    assert_eq!((ran.code, &error["code"]), (1, &json!("execution-reverts")), "{printed:#}");
    assert_eq!(error["details"]["messages"][0]["outcome"], "fails");
    let blocked = world.json(&["relayer", "status"]);
    assert!(blocked["lanes"].as_array().unwrap().iter().all(|lane| lane["delivered"] == 0), "{blocked:#}");
    assert_eq!(relayer.interrupt(), 0);
    drop(devnet);
}

/// A message to an account, which takes everything.
fn send_to(world: &World, target: &str) -> String {
    let args = ["message", "send", "--from", "901", "--to", "902", "--target", target, "--no-wait"];
    world.json(&args)["messageHash"].as_str().unwrap().to_owned()
}

fn is(event: &Value, name: &str, hash: &str) -> bool {
    event["event"] == name && event["messageHash"] == hash
}

#[test]
fn what_is_decided_reaches_the_relayer_that_runs() {
    /// Reverts, whatever it is asked.
    const REVERT: &str = "0x5f5ffd";
    let (world, devnet) = World::with_devnet();
    let code = |code: &str| rpc(devnet.rpc_url(1), "anvil_setCode", json!([TARGET, code]));
    code(REVERT);
    let mut relayer = world.service(&["relayer", "run"]);
    let args =
        ["message", "send", "--from", "901", "--to", "902", "--target", TARGET, "--force", "--no-wait"];
    let bad = world.json(&args)["messageHash"].as_str().unwrap().to_owned();
    relayer.until(|event| is(event, "postponed", &bad));
    world.json(&["relayer", "skip", &bad, "--reason", "not now"]);
    // It would be delivered, if it were not skipped.
    code("0x");
    assert_eq!(next(&world, &bad), "skipped");
    world.json(&["relayer", "skip", &bad, "--undo"]);
    relayer.until(|event| is(event, "delivered", &bad));
    assert_eq!(relayer.interrupt(), 0);
}

#[test]
fn a_screening_list_counts_from_the_moment_on_that_it_changes() {
    const OTHER: &str = "0x00000000000000000000000000000000000000cc";
    let (world, _devnet) = World::with_devnet();
    let list = world.path().join("screening");
    std::fs::write(&list, format!("deny {TARGET} # not served\n")).unwrap();
    std::fs::write(world.path().join("causeway.toml"), "[relayer]\nscreening-list = \"screening\"\n")
        .unwrap();
    let checked = world.json(&["relayer", "check"]);
    assert_eq!(levels(&checked, "screening"), ["ok"]);
    let mut relayer = world.service(&["relayer", "run"]);
    let screened = send_to(&world, TARGET);
    let served = send_to(&world, OTHER);
    relayer.until(|event| {
        assert!(!is(event, "delivered", &screened), "it is screened");
        is(event, "delivered", &served)
    });
    let explained = world.json(&["relayer", "explain", &screened])["messages"][0]["next"].clone();
    assert_eq!(explained["code"], "filtered");
    assert!(explained["explanation"].as_str().unwrap().contains("(not served)"), "{explained}");
    // One that cannot be read changes nothing, and is told.
    std::fs::write(&list, "who?\n").unwrap();
    let unread = relayer.until(|event| event["event"] == "screening-unread");
    assert!(unread["reason"].as_str().unwrap().contains("line 1"), "{unread:#}");
    std::fs::write(&list, "# everybody is served now\n").unwrap();
    let read = relayer.until(|event| {
        assert!(!is(event, "delivered", &screened), "the list from before counts");
        event["event"] == "screening-read"
    });
    assert_eq!((&read["denied"], &read["allowed"]), (&json!(0), &json!(0)));
    relayer.until(|event| is(event, "delivered", &screened));
    assert_eq!(relayer.interrupt(), 0);

    // None begins with a list that cannot be read.
    std::fs::write(&list, "who?\n").unwrap();
    let ran = world.run(&["relayer", "run"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("line 1"), "{ran:?}");
    assert_eq!(levels(&unready(&world, &[]), "screening"), ["error"]);
}

#[test]
fn several_accounts_share_the_work_and_no_key_is_read_that_others_can_read() {
    use std::fs;
    let (world, devnet) = World::with_devnet();
    let paths = ["11", "22"].map(|digits| {
        let path = world.path().join(digits);
        fs::write(&path, format!("0x{}\n", digits.repeat(32))).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let accounts =
        ["0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A", "0x1563915e194D8CfBA1943570603F7606A3115508"];
    for (chain, account) in [(0, accounts[0]), (0, accounts[1]), (1, accounts[0]), (1, accounts[1])] {
        rpc(devnet.rpc_url(chain), "anvil_setBalance", json!([account, "0xde0b6b3a7640000"]));
    }
    let keys = ["--key-file", &paths[0], "--key-file", &paths[1]];
    let checked = world.json(&[&["relayer", "check"], &keys[..]].concat());
    assert_eq!(checked["plan"]["accounts"], json!(accounts));
    let file = world.path().join("causeway.toml");
    fs::write(&file, format!("[relayer]\nkey-files = [\"{}\", \"{}\"]\n", paths[0], paths[1])).unwrap();
    assert_eq!(world.json(&["relayer", "check"])["plan"]["accounts"], json!(accounts));
    let mut relayer = world.service(&["relayer", "run"]);
    let started = relayer.until(|event| event["event"] == "started");
    assert_eq!((&started["account"], &started["accounts"]), (&json!(accounts[0]), &json!(accounts)));
    let sent = send_to(&world, TARGET);
    relayer.until(|event| is(event, "delivered", &sent));
    let signers = world.json(&["relayer", "status"])["signers"].clone();
    assert!(
        signers
            .as_array()
            .unwrap()
            .iter()
            .all(|signer| accounts.contains(&signer["account"].as_str().unwrap()))
    );
    assert_eq!(relayer.interrupt(), 0);

    // Who works no more is past, whatever it has signed.
    let mut relayer = world.service(&["relayer", "run", "--key-file", &paths[1]]);
    let sent = send_to(&world, TARGET);
    relayer.until(|event| is(event, "delivered", &sent));
    assert_eq!(relayer.interrupt(), 0);
    let signers = world.json(&["relayer", "status"])["signers"].clone();
    let shown: Vec<_> = signers.as_array().unwrap().iter().map(|signer| &signer["account"]).collect();
    assert_eq!(shown, [accounts[1]; 2], "on both chains: {signers:#}");

    let twice = ["relayer", "run", "--key-file", &paths[0], "--key-file", &paths[0]];
    assert!(world.run(&twice).stderr.contains("two of the keys are of one account"));
    fs::set_permissions(&paths[1], fs::Permissions::from_mode(0o644)).unwrap();
    let ran = world.run(&["relayer", "run"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("others may read or change it (mode 644)"), "{ran:?}");
    assert!(!ran.stderr.contains(&"22".repeat(32)), "{ran:?}");
    assert_eq!(levels(&unready(&world, &[]), "key"), ["error"]);
}

#[test]
fn a_message_that_fails_is_explained_skipped_and_taken_up_again() {
    let (world, devnet) = World::with_devnet();
    let mut relayer = world.service(&["relayer", "run"]);
    let good = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    let sent = world.json(&REVERTS.split(' ').collect::<Vec<_>>());
    let bad = sent["messageHash"].as_str().unwrap().to_owned();
    relayer.until(|event| event["event"] == "postponed" && event["messageHash"] == bad.as_str());
    if next(&world, &good) != "delivered" {
        relayer.until(|event| event["event"] == "delivered" && event["messageHash"] == good.as_str());
    }
    assert_eq!(next(&world, &good), "delivered");

    // By its own hash, and by that of the transaction that sent it.
    let explained = world.json(&["relayer", "explain", sent["sent"]["transactionHash"].as_str().unwrap()]);
    let message = &explained["messages"][0];
    assert_eq!(message["messageHash"], bad.as_str());
    assert_eq!((&message["status"], &message["next"]["code"]), (&json!("pending"), &json!("tried-again")));
    assert_eq!(message["undelivered"]["obstacles"][0]["code"], "reverts", "{message:#}");
    assert!(explained["relayer"].as_str().unwrap().contains("OPChainB (902)"), "{explained:#}");
    let counted = lane(&world);
    assert_eq!(
        (&counted["queued"], &counted["skipped"], &counted["delivered"]),
        (&json!(1), &json!(0), &json!(1))
    );

    let skipped = world.json(&["relayer", "skip", &bad, "--reason", "nobody wants it"]);
    assert_eq!(skipped["messages"], json!([{ "messageHash": bad, "before": "pending", "changed": true }]));
    let said = world.run(&["relayer", "explain", &bad]).stdout;
    assert!(said.contains("it is skipped (nobody wants it)"), "{said}");
    assert_eq!(lane(&world)["skipped"], 1);
    assert_eq!(relayer.interrupt(), 0);

    // The next relayer leaves it alone.
    let mut relayer = world.service(&["relayer", "run"]);
    let other = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    relayer.until(|event| {
        assert_ne!(event["messageHash"], bad.as_str(), "it is skipped");
        event["event"] == "delivered" && event["messageHash"] == other.as_str()
    });
    assert_eq!(relayer.interrupt(), 0);
    world.json(&["relayer", "skip", &bad, "--undo"]);
    let stopped = world.json(&["relayer", "explain", &bad])["messages"][0]["next"].clone();
    assert_eq!(stopped["code"], "tried-again");
    assert!(
        stopped["explanation"].as_str().unwrap().contains("no relayer works on this database"),
        "{stopped}"
    );
    let again = world.json(&["relayer", "skip", &bad, "--undo"]);
    assert_eq!(again["messages"][0]["changed"], false);
    drop(devnet);

    // With the nodes away it says what it cannot know, and knows the rest.
    let database = explained["database"].as_str().unwrap();
    let status = world.json(&["relayer", "status", "--database", database]);
    let chains = status["chains"].as_array().unwrap();
    assert!(
        chains.iter().any(|chain| chain["chainId"] == "902" && chain["blockNumber"].is_u64()),
        "{status:#}"
    );
    assert!(chains.iter().all(|chain| chain["head"].is_null() && chain["reason"].is_string()), "{status:#}");
    let away = world.json(&["relayer", "explain", &bad, "--database", database]);
    assert_eq!(away["messages"][0]["next"]["code"], "unknown", "{away:#}");
    assert!(away["messages"][0]["unknown"].as_str().unwrap().contains("cannot be asked"), "{away:#}");
}
