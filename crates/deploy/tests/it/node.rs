//! An anvil that runs from a genesis of ours, and the few calls that the tests make.

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    sol_types::SolCall,
};
use causeway_deploy::{Contract, GenesisConfig, Observed, genesis};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

pub(crate) struct Node {
    process: Child,
    url: String,
    client: reqwest::Client,
}

impl Node {
    /// Starts anvil on a free port and waits until it listens. Dropping the node kills it.
    pub(crate) async fn start(config: &GenesisConfig) -> Self {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        serde_json::to_writer(&file, &genesis(config)).expect("a genesis serialises");

        let anvil = find_anvil();
        let mut process = Command::new(&anvil)
            .args(["--port", "0", "--init"])
            .arg(file.path())
            .args(config.anvil_args())
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", anvil.display()));

        let mut lines = BufReader::new(process.stdout.take().expect("stdout is piped")).lines();
        let url = loop {
            let line = lines.next_line().await.expect("anvil's output is text");
            let line = line.unwrap_or_else(|| panic!("{} ended before it listened", anvil.display()));
            if let Some(address) = line.strip_prefix("Listening on ") {
                break format!("http://{address}");
            }
        };
        // Nobody reads on, and a full pipe would stop anvil.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { process, url, client: reqwest::Client::new() }
    }

    pub(crate) async fn stop(mut self) {
        self.process.kill().await.expect("anvil runs until it is killed");
    }

    pub(crate) async fn request<T: DeserializeOwned>(&self, method: &str, params: Value) -> T {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
        serde_json::from_value(answer["result"].take()).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    async fn answer(&self, method: &str, params: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let response = self.client.post(&self.url).json(&request).send().await.expect("anvil answers");
        response.json().await.expect("anvil answers JSON")
    }

    pub(crate) async fn code(&self, address: Address) -> Bytes {
        self.request("eth_getCode", json!([address, "latest"])).await
    }

    pub(crate) async fn balance(&self, address: Address) -> U256 {
        self.request("eth_getBalance", json!([address, "latest"])).await
    }

    pub(crate) async fn nonce(&self, address: Address) -> U256 {
        self.request("eth_getTransactionCount", json!([address, "latest"])).await
    }

    pub(crate) async fn observe(&self, contract: &Contract) -> Observed {
        let mut storage = BTreeMap::new();
        for &slot in contract.storage.keys() {
            let value: B256 =
                self.request("eth_getStorageAt", json!([contract.address, slot, "latest"])).await;
            storage.insert(slot, value);
        }
        Observed { code: self.code(contract.address).await, storage }
    }

    pub(crate) async fn call<C: SolCall>(&self, to: Address, call: C) -> C::Return {
        let transaction = json!({ "to": to, "data": Bytes::from(call.abi_encode()) });
        let answer: Bytes = self.request("eth_call", json!([transaction, "latest"])).await;
        C::abi_decode_returns(&answer).expect("the answer has the type of the call")
    }

    /// Whether a call reverts. Code 3 is a revert, all others are other faults.
    pub(crate) async fn reverts<C: SolCall>(&self, to: Address, call: C) -> bool {
        let transaction = json!({ "to": to, "data": Bytes::from(call.abi_encode()) });
        self.answer("eth_call", json!([transaction, "latest"])).await["error"]["code"] == 3
    }

    /// Sends a transaction from an account that anvil holds the key of, and waits until it succeeded.
    pub(crate) async fn send(&self, from: Address, to: Address, data: impl Into<Bytes>) {
        let transaction = json!({ "from": from, "to": to, "data": data.into() });
        let receipt: Value = self.request("eth_sendTransactionSync", json!([transaction])).await;
        assert_eq!(receipt["status"], "0x1", "{receipt}");
    }
}

/// `CAUSEWAY_ANVIL`, else anvil on the PATH, else the one that npm installed in the workspace.
fn find_anvil() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test is where the environment is read")]
    let (given, path) = (env::var_os("CAUSEWAY_ANVIL"), env::var_os("PATH").unwrap_or_default());
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/.bin");
    let found = given.map(PathBuf::from).or_else(|| {
        let mut folders = env::split_paths(&path).chain([installed]);
        folders.find_map(|folder| Some(folder.join("anvil")).filter(|file| file.is_file()))
    });
    unwrapped(found.expect("no anvil: set CAUSEWAY_ANVIL to its path, put it on the PATH, or run `npm ci`"))
}

/// The program behind npm's launcher, a script that would leave its child running when it is killed.
fn unwrapped(anvil: PathBuf) -> PathBuf {
    let launcher =
        fs::canonicalize(&anvil).unwrap_or_else(|error| panic!("no anvil at {}: {error}", anvil.display()));
    if launcher.extension().is_none_or(|extension| extension != "mjs") {
        return anvil;
    }
    let packages = launcher.ancestors().nth(2).expect("a launcher lies in a package, which lies in a folder");
    fs::read_dir(packages)
        .expect("the folder of the launcher's package can be read")
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/anvil")))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{} has no program for this platform beside it", launcher.display()))
}
