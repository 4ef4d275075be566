use super::PATIENCE;
use crate::{BlockRef, ConnectOptions, Endpoint, connect};
use alloy::{
    primitives::{Address, B256, U256, address, b256, hex},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, Log},
};
use serde_json::{Value, json};
use std::{path::PathBuf, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// A contract that emits, at every call, a log with the topic that the calldata begins with.
pub const EMITTER: Address = address!("0x000000000000000000000000000000000000aaaa");
/// Pushes calldata word 0 as the topic, no data; LOG1; STOP.
const EMITTER_CODE: &str = "0x5f355f5fa100";
/// A topic.
pub const TOPIC: B256 = b256!("0x00000000000000000000000000000000000000000000000000000000000000bb");
/// The first account of anvil's well-known mnemonic, which the node signs for.
const SENDER: Address = address!("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

/// A running anvil that mines when it is told to, with a contract at [`EMITTER`]. Ends with this value.
#[derive(Debug)]
pub struct Anvil {
    child: Child,
    /// Where it listens.
    pub port: u16,
    provider: DynProvider,
}

impl Anvil {
    /// On a free port, with nothing but a chain id said.
    pub async fn start(chain_id: u64) -> Self {
        Self::with(&["--port", "0", "--chain-id", &chain_id.to_string()]).await
    }

    /// With further arguments. Mines nothing by itself unless they say so.
    pub async fn with(arguments: &[&str]) -> Self {
        let program = find_anvil();
        let mut child = Command::new(&program)
            .args(["--no-mining", "--host", "127.0.0.1"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some(address) = line.strip_prefix("Listening on ") {
                    return address.rsplit(':').next().unwrap().parse().unwrap();
                }
            }
            panic!("anvil ended before it listened");
        })
        .await
        .expect("anvil does not start");
        // Anvil logs every request; somebody has to read that.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let endpoint = format!("http://127.0.0.1:{port}").parse().unwrap();
        let provider = connect(&endpoint, &ConnectOptions::default()).unwrap();
        let anvil = Self { child, port, provider };
        anvil.call("anvil_setCode", json!([EMITTER, EMITTER_CODE])).await;
        anvil
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    /// Asks for anything.
    pub async fn call(&self, method: &'static str, params: Value) -> Value {
        match self.provider.raw_request::<_, Value>(method.into(), params).await {
            Ok(value) => value,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    /// Mines empty blocks.
    pub async fn mine(&self, count: u64) {
        self.call("anvil_mine", json!([U256::from(count)])).await;
    }

    /// Mines one block with this many logs.
    pub async fn mine_logs(&self, count: u64) {
        for _ in 0..count {
            let transaction =
                json!({"from": SENDER, "to": EMITTER, "input": hex::encode_prefixed(TOPIC), "gas": "0xc350"});
            self.call("eth_sendTransaction", json!([transaction])).await;
        }
        self.mine(1).await;
    }

    /// Replaces the newest `depth` blocks by empty ones.
    pub async fn reorg(&self, depth: u64) {
        self.call("anvil_reorg", json!([depth, []])).await;
    }

    /// Removes the newest `depth` blocks.
    pub async fn rollback(&self, depth: u64) {
        self.call("anvil_rollback", json!([depth])).await;
    }

    /// The newest block.
    pub async fn head(&self) -> BlockRef {
        let number = self.provider.get_block_number().await.unwrap();
        self.block(number).await
    }

    /// The block at a height.
    pub async fn block(&self, number: u64) -> BlockRef {
        let header = self.provider.get_block_by_number(number.into()).await.unwrap().unwrap().header;
        BlockRef {
            number: header.number,
            hash: header.hash,
            parent_hash: header.parent_hash,
            timestamp: header.timestamp,
        }
    }

    /// What the node itself says about the emitter's logs.
    pub async fn logs(&self, from: u64, to: u64) -> Vec<Log> {
        let filter = Filter::new().address(EMITTER).event_signature(TOPIC).from_block(from).to_block(to);
        self.provider.get_logs(&filter).await.unwrap()
    }

    /// Ends the node in good order, so that it writes its state.
    pub async fn stop(mut self) {
        let pid = self.child.id().unwrap().to_string();
        let status = Command::new("kill").args(["-INT", &pid]).status().await.unwrap();
        assert!(status.success(), "cannot stop anvil");
        timeout(PATIENCE, self.child.wait()).await.expect("anvil does not stop").unwrap();
    }

    /// Ends the node at once.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// Finds anvil in `CAUSEWAY_ANVIL`, in `PATH`, or among the packages of the workspace.
fn find_anvil() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test has nobody else to ask")]
    let variable = |name: &str| std::env::var_os(name);
    if let Some(path) = variable("CAUSEWAY_ANVIL") {
        return past_the_shim(path.into());
    }
    let in_path = variable("PATH").into_iter().flat_map(|path| {
        std::env::split_paths(&path).map(|directory| directory.join("anvil")).collect::<Vec<_>>()
    });
    let packaged = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/.bin/anvil");
    let found = in_path.chain([packaged]).find(|path| path.is_file());
    past_the_shim(found.expect(
        "this test needs anvil: install the npm packages of the workspace (npm ci), put anvil into PATH, \
         or name it in CAUSEWAY_ANVIL",
    ))
}

/// The program behind npm's script of the same name. The script starts it as a child, which would outlive a killed
/// script.
fn past_the_shim(path: PathBuf) -> PathBuf {
    let is_script = std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"#!"));
    let packages = path.canonicalize().ok().filter(|_| is_script).and_then(|script| {
        let packages = script.parent()?.parent()?;
        std::fs::read_dir(packages).ok()
    });
    let program = packages.into_iter().flatten().flatten().find_map(|package| {
        let is_platform = package.file_name().to_string_lossy().starts_with("anvil-");
        Some(package.path().join("bin/anvil")).filter(|program| is_platform && program.is_file())
    });
    program.unwrap_or(path)
}
