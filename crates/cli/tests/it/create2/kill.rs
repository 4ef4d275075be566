//! `deploy token` killed at any moment, and run again.

use super::nodes::{Node, User, column, urls};
use crate::causeway::signal;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    thread,
    time::{Duration, SystemTime},
};

/// Kills in an everyday run.
const KILLS: u64 = 6;
/// A run takes about so long: it is killed within.
const LONGEST: u64 = 500;

fn number(name: &str) -> Option<u64> {
    let (_, value) = std::env::vars_os().find(|(variable, _)| variable == name)?;
    value.to_str()?.parse().ok()
}

/// However a run ends, the next one sees to it that there is one deployment, by one transaction.
#[test]
fn a_killed_run_is_gone_on_with_and_sends_nothing_twice() {
    let now = || SystemTime::UNIX_EPOCH.elapsed().map_or(1, |time| time.as_millis() as u64);
    let seed = number("CAUSEWAY_KILL_SEED").unwrap_or_else(now);
    let kills = number("CAUSEWAY_DEEP_KILLS").unwrap_or(KILLS);
    println!("seed: {seed} (again: CAUSEWAY_KILL_SEED={seed})");
    let mut state = seed;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let user = User::new();
    // Two that mine at once, and one that takes its time.
    let nodes = [Node::start(901, &[]), Node::start(902, &[]), Node::start(903, &["--block-time", "0.5"])];
    let chains = urls(&nodes);
    let mut hits = 0;
    for round in 0..kills {
        let name = format!("Gold {round}");
        let args = ["token", "--name", &name, "--symbol", "GLD", "--chains", &chains];
        // Some runs are killed more than once.
        for _ in 0..=random(3) {
            let mut run = user.command(&args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            let mut said = BufReader::new(run.stderr.take().unwrap()).lines();
            // At any time, or soon after it says that it sends.
            let time = match random(2) {
                0 => random(LONGEST),
                _ => {
                    said.find(|line| line.as_ref().is_ok_and(|line| line.starts_with("sending")));
                    random(20)
                }
            };
            thread::spawn(move || said.for_each(drop));
            thread::sleep(Duration::from_millis(time));
            if run.try_wait().unwrap().is_none() {
                signal(run.id(), "KILL");
                hits += 1;
            }
            run.wait().unwrap();
        }
        let done = user.deploys(&args);
        let address = done["address"].as_str().unwrap();
        assert!(
            column(&done, "status").iter().all(|status| ["present", "deployed"].contains(status)),
            "{done:#}"
        );
        for node in &nodes {
            assert!(node.code(address).len() > 100, "round {round}, seed {seed}: no token on {}", node.url);
            // One transaction for each token, mined or waiting.
            let sent = node.call("eth_getTransactionCount", serde_json::json!([super::nodes::ME, "pending"]));
            assert_eq!(
                sent,
                format!("0x{:x}", round + 1),
                "round {round}, seed {seed}: sent twice on {}",
                node.url
            );
            assert_eq!(node.nonce(), round + 1, "round {round}, seed {seed}: {}", node.url);
        }
    }
    println!("{hits} runs were killed before their end");
}
