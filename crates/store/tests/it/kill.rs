//! What a killed process leaves behind. The process is this test binary, running one of the ignored tests below in a
//! directory of its own.

use crate::support::*;
use causeway_store::{LockError, SeenBlock, Store};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

const DATABASE: &str = "causeway.db";
/// Marks the directory in which the other process may work.
const SANDBOX: &str = "sandbox";
const PER_BLOCK: u64 = 5;

struct Process {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(role: &str, directory: &Path) -> Self {
        std::fs::write(directory.join(SANDBOX), "").unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", role, "--ignored", "--nocapture", "--test-threads=1"])
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Waits until the process says `text`.
    fn wait_for(&mut self, text: &str) {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the process ended before `{text}`");
        }
    }

    /// Kills the process without warning (SIGKILL where there are signals).
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
#[ignore = "the other process of killed_writers_leave_whole_blocks"]
async fn child_writes() {
    if !Path::new(SANDBOX).exists() {
        return;
    }
    let store = Store::open(Path::new(DATABASE)).await.unwrap();
    let mut block = match store.window(SOURCE).await.unwrap().pop() {
        Some(tip) => child(SOURCE, &tip, 0),
        None => genesis(SOURCE),
    };
    loop {
        let messages = (0..PER_BLOCK).map(|i| seen(block.number * PER_BLOCK + i, i as u32)).collect();
        let seen = SeenBlock { block, messages, deliveries: vec![] };
        store.apply_blocks(SOURCE, &[seen], WINDOW).await.unwrap();
        println!("applied {};", block.number);
        block = child(SOURCE, &block, 0);
    }
}

#[tokio::test]
#[ignore = "the other process of a_killed_holder_leaves_no_lock"]
async fn child_locks() {
    if !Path::new(SANDBOX).exists() {
        return;
    }
    let store = Store::open(Path::new(DATABASE)).await.unwrap();
    let _lock = store.lock_relayer("the other process").unwrap();
    println!("locked;");
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[tokio::test]
async fn a_killed_holder_leaves_no_lock() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::start("kill::child_locks", directory.path());
    process.wait_for("locked;");
    let store = Store::open(&directory.path().join(DATABASE)).await.unwrap();
    let Err(LockError::Held { holder }) = store.lock_relayer("we") else { panic!("the lock is held") };
    assert_eq!(holder, "the other process");
    process.kill();
    let _lock = store.lock_relayer("we").unwrap();
}

#[tokio::test]
async fn killed_writers_leave_whole_blocks() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(DATABASE);
    for round in 1..=5_u64 {
        let answered = round * 7;
        let mut process = Process::start("kill::child_writes", directory.path());
        process.wait_for(&format!("applied {answered};"));
        process.kill();

        let store = Store::open(&path).await.unwrap();
        let window = store.window(SOURCE).await.unwrap();
        let tip = window.last().unwrap().number;
        assert!(tip >= answered, "block {answered} was answered, the newest is {tip}");
        assert!(window.windows(2).all(|pair| pair[1].is_child_of(&pair[0])));
        let messages = store.messages(&Default::default()).await.unwrap();
        assert_eq!(messages.len() as u64, (tip + 1) * PER_BLOCK, "half a block was kept");
        assert!(messages.iter().all(|record| record.initiation.is_some()));
        store.close().await;
    }
}
