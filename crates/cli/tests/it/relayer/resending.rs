//! Who sends messages again that expired, by the configuration.

use super::{TARGET, is, levels, send_to, unready};
use crate::{causeway::World, gate::rpc};
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

const PAYS: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";
/// Longer than messages can be executed, in seconds.
const EIGHT_DAYS: u64 = 8 * 86_400;
const SENDS_AGAIN: &str = "0x2222222222222222222222222222222222222222222222222222222222222222";
const RESENDER: &str = "0x1563915e194D8CfBA1943570603F7606A3115508";

fn key(folder: &Path, name: &str, key: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("{key}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// What a check finds of it, and says of that.
fn found(world: &World, text: &str, args: &[&str]) -> (Vec<String>, String) {
    let text = format!("[relayer]\nkey-files = [\"payer\"]\n{text}\n");
    fs::write(world.path().join("causeway.toml"), text).unwrap();
    let found: Value = unready(world, args);
    let said = found.to_string();
    assert!(!said.contains(&PAYS[2..]) && !said.contains(&SENDS_AGAIN[2..]), "{said}");
    let all = found["findings"].as_array().unwrap().iter();
    let about = all.filter(|finding| finding["subject"] == "resend");
    let text = about.map(|finding| finding["explanation"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    (levels(&found, "resend"), text.join("\n"))
}

#[test]
fn a_check_says_who_would_send_again_and_what_is_missing_for_it() {
    let world = World::new();
    key(world.path(), "payer", PAYS);
    key(world.path(), "resender", SENDS_AGAIN);
    assert_eq!(found(&world, "", &[]).0, Vec::<String>::new());
    let whole = "resend-key-file = \"resender\"\nresend-max-gas-per-day = 5000000";
    for wanted in ["auto-resend = true", "routes = [{ source = 901, auto-resend = true }]"] {
        // Of chains that nobody knows it is not said here.
        let (levels, said) = found(&world, &format!("{wanted}\n{whole}"), &[]);
        assert_eq!(levels, ["ok"], "{said}");
        assert!(said.contains(RESENDER), "{said}");
        assert!(said.contains("5000000 gas a day"), "{said}");
    }
    let flag = &["--resend-key-file", "resender"][..];
    let cap = "resend-max-gas-per-day = 5000000";
    for (text, args, levels, why) in [
        (format!("auto-resend = true\n{cap}"), flag, "ok", "would send expired messages again"),
        (format!("auto-resend = true\n{cap}"), &[], "error", "nobody is named who does"),
        ("auto-resend = true".to_owned(), flag, "error", "relayer.resend-max-gas-per-day is missing"),
        (whole.to_owned(), &[], "error", "none is to be sent again"),
        (
            format!("auto-resend = true\n{cap}\nresend-key-file = \"payer\""),
            &[],
            "error",
            "does something else, too",
        ),
    ] {
        let (found, said) = found(&world, &text, args);
        assert_eq!(found, [levels], "{text}: {said}");
        assert!(said.contains(why), "{text}: {said}");
    }
    let ran = world.run(&["relayer", "run"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn what_expired_is_sent_again_by_an_account_of_its_own_and_delivered() {
    let (world, devnet) = World::with_devnet();
    let sent = send_to(&world, TARGET);
    for chain in [0, 1] {
        rpc(devnet.rpc_url(chain), "evm_increaseTime", json!([EIGHT_DAYS]));
    }
    let run = ["relayer", "run", "--from-block", "0"];
    let mut relayer = world.service(&run);
    relayer.until(|event| is(event, "expired", &sent));
    assert_eq!(relayer.interrupt(), 0);

    key(world.path(), "resender", SENDS_AGAIN);
    rpc(devnet.rpc_url(0), "anvil_setBalance", json!([RESENDER, "0xde0b6b3a7640000"]));
    let text =
        "[relayer]\nauto-resend = true\nresend-key-file = \"resender\"\nresend-max-gas-per-day = 5000000\n";
    fs::write(world.path().join("causeway.toml"), text).unwrap();
    assert_eq!(levels(&world.json(&["relayer", "check"]), "resend")[0], "ok");
    let mut relayer = world.service(&run);
    let resent = relayer.until(|event| is(event, "resent", &sent));
    assert_eq!(resent["source"], "901");
    relayer.until(|event| is(event, "delivered", &sent));
    assert_eq!(relayer.interrupt(), 0);
    let paid = rpc(devnet.rpc_url(0), "eth_getTransactionCount", json!([RESENDER, "latest"]));
    assert_eq!(paid, "0x1");
}
