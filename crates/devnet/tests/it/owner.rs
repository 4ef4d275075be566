//! A process that owns a devnet, for those who kill it.

use crate::support::*;
use causeway_devnet::Devnet;
use serde::{Deserialize, Serialize};
use std::{
    path::Path,
    process::{Command, Stdio},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Child,
    time::timeout,
};

/// Where the owner keeps its chains, if anywhere.
pub(crate) const STATE_DIR: &str = "CAUSEWAY_TEST_STATE_DIR";

pub(crate) fn signal(name: &str, pid: u32) -> bool {
    let kill =
        Command::new("kill").args([format!("-{name}"), pid.to_string()]).stderr(Stdio::null()).status();
    kill.unwrap().success()
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OwnedNode {
    pub(crate) chain_id: u64,
    pub(crate) url: String,
    pub(crate) pid: u32,
}

#[derive(Debug)]
pub(crate) struct Owner {
    process: Child,
    pub(crate) nodes: Vec<OwnedNode>,
}

impl Owner {
    pub(crate) async fn start(environment: &[(&str, &Path)]) -> Self {
        let mut process = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "owner::hold_a_devnet", "--nocapture"])
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let held = timeout(3 * PATIENCE, async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some((_, held)) = line.split_once("held: ") {
                    return serde_json::from_str(held).unwrap();
                }
            }
            panic!("the owner ended");
        });
        let nodes = held.await.unwrap();
        Self { process, nodes }
    }

    /// The chain with this id, without the gateway.
    pub(crate) fn chain(&self, chain_id: u64) -> Rpc {
        Rpc::new(&self.nodes.iter().find(|node| node.chain_id == chain_id).unwrap().url)
    }

    /// Kills the owner, which leaves its nodes to themselves.
    pub(crate) async fn kill(&mut self) {
        self.process.start_kill().unwrap();
        self.process.wait().await.unwrap();
    }
}

/// Not a test: the process that others kill.
#[tokio::test]
#[ignore = "a process that holds a devnet until it is killed"]
#[expect(clippy::disallowed_methods, reason = "what its parent tells it, which no library reads")]
async fn hold_a_devnet() {
    let mut config = config();
    config.state_dir = std::env::var_os(STATE_DIR).map(Into::into);
    let devnet = Devnet::start(config).await.unwrap();
    let nodes = devnet.chains().iter().map(|chain| OwnedNode {
        chain_id: chain.chain_id,
        url: chain.node_url.clone(),
        pid: chain.node_pid,
    });
    println!("held: {}", serde_json::to_string(&nodes.collect::<Vec<_>>()).unwrap());
    std::future::pending::<()>().await;
}
