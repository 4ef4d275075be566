//! What a test needs around a key management service: two chains, and a relayer that knows how to ask it.

use crate::{
    causeway::{Ran, RunningDevnet, SEND, Service, World},
    gate::rpc,
    schema,
};
use serde_json::{Value, json};
use std::{
    io::BufRead,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};

/// Of whom no service has a key.
pub(super) const STRANGER: &str = "0x00000000000000000000000000000000000000cc";

pub(super) struct Setting {
    pub(super) world: World,
    pub(super) devnet: RunningDevnet,
    /// How the service is found and who asks it.
    pub(super) variables: Vec<(&'static str, String)>,
    /// What must be shown nowhere.
    pub(super) secrets: Vec<String>,
}

impl Setting {
    pub(super) fn new() -> Self {
        let (world, devnet) = World::with_devnet();
        Self { world, devnet, variables: Vec::new(), secrets: Vec::new() }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.world.command(args);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What a check says, whether it is content or not.
    fn check(&self, named: &str) -> (i32, String) {
        let args = ["relayer", "check", "--json", "--kms-signer", named];
        let ran = Ran::from(self.command(&args).output().unwrap());
        self.assert_silent(&format!("{ran:?}"));
        let printed: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
        schema::check(&args, &printed);
        (ran.code, printed.to_string())
    }

    /// Has a check find nothing wrong with a key.
    pub(super) fn accepted(&self, named: &str, service: &str) {
        let (code, found) = self.check(named);
        assert!(code == 0 && found.contains(&format!("signed for by {service}")), "{found}");
    }

    /// Has a check find something wrong with a key, and say these words: the cause, and what to do about it.
    pub(super) fn refused(&self, named: &str, words: &[&str]) -> String {
        let (code, found) = self.check(named);
        assert!(code == 1 && words.iter().all(|words| found.contains(words)), "{words:?}: {found}");
        found
    }

    /// The account of a key, which gets ether: a check says whose it is, when it was named for somebody else.
    pub(super) fn account(&self, key: &str) -> String {
        let found =
            self.refused(&format!("{STRANGER}={key}"), &["has the key of 0x", "the account of this key"]);
        let account = found.split("has the key of ").nth(1).unwrap()[..42].to_owned();
        for index in 0..2 {
            rpc(self.devnet.rpc_url(index), "anvil_setBalance", json!([account, "0xde0b6b3a7640000"]));
        }
        account
    }

    /// A relayer with all that it logs.
    pub(super) fn relayer(&self, more: &[&str]) -> (Service, Receiver<String>) {
        let mut command = self.command(&[&["relayer", "run", "--json", "-vvv"], more].concat());
        command.env("RUST_LOG", "trace").stderr(Stdio::piped());
        let mut relayer = Service::start(command);
        let (stderr, (lines, log)) = (relayer.stderr(), channel());
        thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        (relayer, log)
    }

    /// Reads a log on until it says these words about a signature that there is none.
    pub(super) fn until_unsigned(&self, log: &Receiver<String>, words: &str) {
        let lines = log.iter().inspect(|line| self.assert_silent(line));
        let mut unsigned = lines.filter(|line| line.contains("nothing signed"));
        assert!(unsigned.any(|line| line.contains(words)), "the log never says: {words}");
    }

    /// Sends a message, and returns its hash.
    pub(super) fn send(&self) -> String {
        self.world.json(&SEND)["messageHash"].as_str().unwrap().to_owned()
    }

    pub(super) fn until_delivered(&self, relayer: &mut Service, hash: &str) {
        relayer.until(|event| {
            self.assert_silent(&event.to_string());
            assert_ne!(event["event"], "failed", "nothing is held against a message: {event}");
            event["event"] == "delivered" && event["messageHash"] == *hash
        });
    }

    /// How many transactions an account sent on the destination.
    pub(super) fn sent_by(&self, account: &str) -> Value {
        rpc(self.devnet.rpc_url(1), "eth_getTransactionCount", json!([account, "latest"]))
    }

    pub(super) fn assert_silent(&self, text: &str) {
        for secret in &self.secrets {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}

/// A program that plays a service, from the Python that `make test-kms` installs.
pub(super) fn server(script: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python: PathBuf = root.join("target/kms/bin/python");
    assert!(python.exists(), "no {}: `make test-kms` installs it", python.display());
    let mut command = Command::new(python);
    command.arg(root.join("script").join(script));
    command
}
