//! Anvils by themselves, and a user with money on them.

use crate::{
    causeway::{Ran, World, anvil},
    gate::rpc,
    schema,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
};

pub(super) const ME: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
pub(super) const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
pub(super) const PROXY: &str = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
pub(super) const BATCHER: &str = "0xb2eF36769423E4C6DE725A11B0Fe9326F265b772";

/// A chain; it is gone when this is.
pub(super) struct Node {
    process: Child,
    pub(super) url: String,
}

impl Node {
    pub(super) fn start(chain_id: u64, more: &[&str]) -> Self {
        let mut command = Command::new(anvil());
        command.args(["--chain-id", &chain_id.to_string()]).args(more);
        if !more.contains(&"--port") {
            command.args(["--port", "0"]);
        }
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let listening = lines.find_map(|line| line.unwrap().strip_prefix("Listening on ").map(str::to_owned));
        // A full pipe would stop it.
        thread::spawn(move || lines.for_each(drop));
        Self { process, url: format!("http://{}", listening.expect("anvil does not start")) }
    }

    pub(super) fn several<const N: usize>() -> [Self; N] {
        std::array::from_fn(|index| Self::start(901 + index as u64, &[]))
    }

    pub(super) fn call(&self, method: &str, params: Value) -> Value {
        rpc(&self.url, method, params)
    }

    /// How many transactions of the account are in blocks.
    pub(super) fn nonce(&self) -> u64 {
        let nonce = self.call("eth_getTransactionCount", json!([ME, "latest"]));
        u64::from_str_radix(&nonce.as_str().unwrap()[2..], 16).unwrap()
    }

    pub(super) fn code(&self, address: &str) -> String {
        self.call("eth_getCode", json!([address, "latest"])).as_str().unwrap().to_owned()
    }

    pub(super) fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The value of `--chains`.
pub(super) fn urls(nodes: &[Node]) -> String {
    nodes.iter().map(|node| node.url.as_str()).collect::<Vec<_>>().join(",")
}

/// A user with a key.
pub(super) struct User {
    pub(super) world: World,
    pub(super) key: &'static str,
}

impl User {
    pub(super) fn new() -> Self {
        Self::with(KEY)
    }

    pub(super) fn with(key: &'static str) -> Self {
        Self { world: World::new(), key }
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.world.command(&[&["deploy"], args].concat());
        command.env("CAUSEWAY_PRIVATE_KEY", self.key);
        command
    }

    /// Runs it with `--json`, and returns what it printed, held to the schema.
    pub(super) fn run(&self, args: &[&str]) -> (i32, Value) {
        let ran = Ran::from(self.command(&[args, &["--json"]].concat()).output().unwrap());
        assert!(!ran.stderr.contains(KEY) && !ran.stdout.contains(KEY), "{ran:?}");
        let envelope: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
        schema::check(&[&["deploy"], args].concat(), &envelope);
        (ran.code, envelope)
    }

    /// Runs what must succeed, and returns its `data`.
    pub(super) fn deploys(&self, args: &[&str]) -> Value {
        let (code, mut envelope) = self.run(args);
        assert_eq!(code, 0, "{args:?}: {envelope:#}");
        envelope["data"].take()
    }

    /// Runs what must fail in this way, and returns the error.
    pub(super) fn fails(&self, args: &[&str], exit: i32, error: &str) -> Value {
        let (code, mut envelope) = self.run(args);
        let found = envelope["errors"][0].take();
        assert_eq!((code, found["code"].as_str()), (exit, Some(error)), "{args:?}: {found:#}");
        assert!(found["hint"].is_string(), "{found:#}");
        found
    }

    /// An artifact with this constructor and creation bytecode.
    pub(super) fn artifact(&self, name: &str, abi: Value, code: &str) -> String {
        let path = self.world.path().join(format!("{name}.json"));
        std::fs::write(&path, json!({ "abi": abi, "bytecode": { "object": code } }).to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// What each chain's row says under a name.
pub(super) fn column<'a>(data: &'a Value, name: &str) -> Vec<&'a str> {
    let rows = data["chains"].as_array().unwrap();
    rows.iter().map(|row| row[name].as_str().unwrap_or_default()).collect()
}
