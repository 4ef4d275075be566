use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
};

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, TransactionRequest},
};
use causeway_chain::{ConnectOptions, Endpoint, connect};
use causeway_deploy::{GenesisConfig, genesis};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::{PATIENCE, USER};

/// A node that runs from our genesis. Ends with this value.
pub(crate) struct Anvil {
    _process: Child,
    pub(crate) chain_id: u64,
    pub(crate) port: u16,
    pub(crate) provider: DynProvider,
}

/// When a node makes blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mining {
    WhenTold,
    PerTransaction,
}

impl Anvil {
    pub(crate) async fn start(chain_id: u64, mining: Mining) -> Self {
        Self::start_at(chain_id, mining, 1_700_000_000).await
    }

    /// Starts with a genesis of this time, by which the chain differs from others of its id.
    pub(crate) async fn start_at(chain_id: u64, mining: Mining, timestamp: u64) -> Self {
        let config = GenesisConfig { timestamp, ..GenesisConfig::l2(chain_id, USER) };
        let file = tempfile::NamedTempFile::new().unwrap();
        serde_json::to_writer(&file, &genesis(&config)).unwrap();
        let program = find_anvil();
        let mut command = Command::new(&program);
        command.args(["--port", "0", "--host", "127.0.0.1", "--init"]).arg(file.path());
        command.args(config.anvil_args());
        if mining == Mining::WhenTold {
            command.arg("--no-mining");
        }
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));

        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let listening = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some(port) = line.strip_prefix("Listening on 127.0.0.1:") {
                    return port.parse().unwrap();
                }
            }
            panic!("anvil ended before it listened");
        };
        let port = timeout(PATIENCE, listening).await.expect("anvil does not start");
        // A full pipe would stop the node.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let endpoint = format!("http://127.0.0.1:{port}").parse().unwrap();
        let provider = connect(&endpoint, &ConnectOptions::default()).unwrap();
        Self { _process: process, chain_id, port, provider }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    pub(crate) async fn call(&self, method: &'static str, params: Value) -> Value {
        match self.provider.raw_request::<_, Value>(method.into(), params).await {
            Ok(value) => value,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    pub(crate) async fn mine(&self) {
        self.call("evm_mine", json!([])).await;
    }

    /// Replaces the newest blocks by as many empty ones.
    pub(crate) async fn reorg(&self, depth: u64) {
        self.call("anvil_reorg", json!([depth, []])).await;
    }

    pub(crate) async fn set_code(&self, account: Address, code: &str) {
        self.call("anvil_setCode", json!([account, code])).await;
    }

    /// Sends a transaction from an account that the node has the key of. It is not in a block yet.
    pub(crate) async fn send(&self, to: Address, input: Vec<u8>) -> B256 {
        let request = TransactionRequest::default().from(USER).to(to).input(Bytes::from(input).into());
        *self.provider.send_transaction(request).await.unwrap().tx_hash()
    }

    /// How many transactions of the account are in blocks.
    pub(crate) async fn nonce(&self, account: Address) -> u64 {
        self.provider.get_transaction_count(account).await.unwrap()
    }

    pub(crate) async fn storage(&self, account: Address) -> U256 {
        self.provider.get_storage_at(account, U256::ZERO).await.unwrap()
    }

    /// The deliveries on this chain, in their order, with their transactions.
    pub(crate) async fn deliveries(&self) -> Vec<(RelayedMessage, B256)> {
        let filter = Filter::new()
            .address(L2_TO_L2_CROSS_DOMAIN_MESSENGER)
            .event_signature(RelayedMessage::TOPIC)
            .from_block(0);
        let logs = self.provider.get_logs(&filter).await.unwrap();
        let read = |log: alloy::rpc::types::Log| {
            let relayed = RelayedMessage::decode(log.topics(), &log.data().data).unwrap();
            (relayed, log.transaction_hash.unwrap())
        };
        logs.into_iter().map(read).collect()
    }
}

/// Finds anvil in `CAUSEWAY_ANVIL`, else on the PATH, else among the packages of the workspace.
fn find_anvil() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test has nobody else to ask")]
    let (named, path) = (env::var_os("CAUSEWAY_ANVIL"), env::var_os("PATH").unwrap_or_default());
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/.bin");
    let mut folders = env::split_paths(&path).chain([packaged]);
    let found = named
        .map(PathBuf::from)
        .or_else(|| folders.find_map(|folder| Some(folder.join("anvil")).filter(|file| file.is_file())));
    let found = found.expect("no anvil: run `npm ci`, put anvil on the PATH, or name it in CAUSEWAY_ANVIL");
    behind_launcher(&found).unwrap_or(found)
}

/// The program that npm's launcher starts. A launcher that is killed would leave it running.
fn behind_launcher(anvil: &Path) -> Option<PathBuf> {
    let launcher = anvil.canonicalize().ok()?;
    launcher.extension().filter(|extension| *extension == "mjs")?;
    let packages = launcher.ancestors().nth(2)?;
    let programs = packages.read_dir().ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin/anvil")));
    programs.into_iter().find(|program| program.is_file())
}
