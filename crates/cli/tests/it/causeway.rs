//! Runs the binary in a world of its own: an empty home, no variables but those that a test sets. What it prints for programs
//! is held to the schema, whoever reads it.

use crate::schema;
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio},
};
use tempfile::TempDir;

/// Sends an empty message from 901 to an account on 902, and does not wait for its delivery.
pub(crate) const SEND: [&str; 9] = [
    "message",
    "send",
    "--from",
    "901",
    "--to",
    "902",
    "--target",
    "0x00000000000000000000000000000000000000aa",
    "--no-wait",
];

/// A home folder and a working directory for the commands of one test.
pub(crate) struct World {
    folder: TempDir,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// One in which a devnet runs, with a block every second.
    pub(crate) fn with_devnet() -> (Self, RunningDevnet) {
        let world = Self::new();
        let devnet = world.devnet(&["--block-time", "1"]);
        (world, devnet)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A command with this world around it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.command_by(&[], args)
    }

    /// The same, started by another program that becomes it.
    pub(crate) fn command_by(&self, launcher: &[String], args: &[&str]) -> Command {
        let program = program();
        let mut words = launcher.iter().map(String::as_str).chain([program.as_str()]);
        let mut command = Command::new(words.next().unwrap());
        command
            .args(words)
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    /// Runs a command that must succeed, and returns its `data`.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let ran = self.run(&[args, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        let envelope: Value = serde_json::from_str(&ran.stdout).unwrap();
        schema::check(args, &envelope);
        assert_eq!(envelope["success"], true);
        envelope["data"].clone()
    }

    /// Starts a devnet on free ports and waits until it says that it is ready.
    pub(crate) fn devnet(&self, args: &[&str]) -> RunningDevnet {
        let ports = ["devnet", "--json", "--l1-port", "0", "--l2-starting-port", "0", "--admin-port", "0"];
        let mut process = self
            .command(&[&ports, args].concat())
            .env("CAUSEWAY_ANVIL", anvil())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            panic!("no devnet: {:?}", Ran::from(process.wait_with_output().unwrap()));
        }
        let ready: Value = serde_json::from_str(&line).unwrap();
        schema::check(&["devnet"], &ready);
        assert_eq!(ready["event"], "ready", "{line}");
        RunningDevnet { process: Some(process), network: ready["network"].clone() }
    }
}

/// A service that a test started; it is gone when this is.
pub(crate) struct Service {
    process: Child,
    args: Vec<String>,
    pub(crate) lines: BufReader<ChildStdout>,
}

impl World {
    /// Starts a service that prints one JSON object a line.
    pub(crate) fn service(&self, args: &[&str]) -> Service {
        let mut command = self.command(&[args, &["--json"]].concat());
        command.stderr(Stdio::null());
        Service::start(command)
    }
}

impl Service {
    /// The same, from a command that was made ready. Its stderr is not read unless it was sent elsewhere.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned()).collect();
        Self { process, args, lines }
    }

    /// What it logs, when that was piped. It can be taken once.
    pub(crate) fn stderr(&mut self) -> BufReader<ChildStderr> {
        BufReader::new(self.process.stderr.take().unwrap())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Waits until it ends, and returns its exit code.
    pub(crate) fn wait(mut self) -> Option<i32> {
        self.process.wait().unwrap().code()
    }

    /// Whether it has not ended.
    pub(crate) fn runs(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Reads on until an event that fits.
    pub(crate) fn until(&mut self, mut fits: impl FnMut(&Value) -> bool) -> Value {
        let mut seen = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "it ended after: {seen}");
            let event: Value = serde_json::from_str(&line).unwrap();
            let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
            schema::check(&args, &event);
            if fits(&event) {
                return event;
            }
            seen.push_str(&line);
        }
    }

    /// Ends it as Ctrl-C does, and returns its exit code.
    pub(crate) fn interrupt(mut self) -> i32 {
        signal(self.process.id(), "INT");
        self.process.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            signal(self.process.id(), "TERM");
            // One that a test has stopped would not hear it.
            signal(self.process.id(), "CONT");
            let _ = self.process.wait();
        }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A devnet that a test started; it is gone when this is.
pub(crate) struct RunningDevnet {
    process: Option<Child>,
    pub(crate) network: Value,
}

impl RunningDevnet {
    pub(crate) fn rpc_url(&self, index: usize) -> &str {
        self.network["chains"][index]["rpcUrl"].as_str().unwrap()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// Ends it as Ctrl-C does.
    pub(crate) fn interrupt(mut self) -> Ran {
        signal(self.pid(), "INT");
        Ran::from(self.process.take().unwrap().wait_with_output().unwrap())
    }
}

impl Drop for RunningDevnet {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            signal(process.id(), "TERM");
            let _ = process.wait();
        }
    }
}

/// The binary that is tested: cargo's, or as `CAUSEWAY_TESTED` names it, a release for instance.
fn program() -> String {
    let named = std::env::vars_os().find(|(name, _)| name == "CAUSEWAY_TESTED");
    named.map_or_else(|| env!("CARGO_BIN_EXE_causeway").to_owned(), |(_, path)| path.into_string().unwrap())
}

pub(crate) fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status().unwrap();
    assert!(sent.success(), "no process {pid} to send SIG{name} to");
}

/// The anvil that tests use: as `CAUSEWAY_ANVIL` names it, else the checkout's.
pub(crate) fn anvil() -> PathBuf {
    let named =
        std::env::vars_os().find(|(name, _)| name == "CAUSEWAY_ANVIL").map(|(_, path)| PathBuf::from(path));
    let path = named
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/.foundry/anvil"));
    assert!(path.exists(), "no anvil at {}: run `make setup`", path.display());
    path.canonicalize().unwrap_or(path)
}
