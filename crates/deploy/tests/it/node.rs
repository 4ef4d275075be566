//! An anvil that runs from a genesis of ours, and the few calls that the tests make.

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    providers::DynProvider,
    sol_types::SolCall,
};
use causeway_chain::{ConnectOptions, connect, test_utils::AnvilProcess};
use causeway_deploy::{Contract, GenesisConfig, Observed, genesis};
use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) struct Node {
    process: AnvilProcess,
    url: String,
    client: reqwest::Client,
}

impl Node {
    /// Starts anvil on a free port and waits until it listens. Dropping the node kills it.
    pub(crate) async fn start(config: &GenesisConfig) -> Self {
        let json = serde_json::to_string(&genesis(config)).expect("a genesis serialises");
        Self::start_from(&json, config, &[]).await
    }

    /// The same, from the text of a genesis file, with more arguments.
    pub(crate) async fn start_from(json: &str, config: &GenesisConfig, more: &[&str]) -> Self {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), json).expect("a temporary file can be written");

        let init = ["--init".into(), file.path().as_os_str().to_owned()];
        let arguments = config.anvil_args().into_iter().chain(more.iter().map(|&more| more.to_owned()));
        let process = AnvilProcess::start(init.into_iter().chain(arguments.map(Into::into))).await;
        let url = format!("http://127.0.0.1:{}", process.port);
        Self { process, url, client: reqwest::Client::new() }
    }

    /// Starts anvil with no contracts but its own.
    pub(crate) async fn bare(chain_id: u64) -> Self {
        let id = chain_id.to_string();
        Self::with(&["--chain-id", &id, "--network", "optimism", "--hardfork", "isthmus"]).await
    }

    /// The same with other arguments.
    pub(crate) async fn with(arguments: &[&str]) -> Self {
        let process = AnvilProcess::start(arguments).await;
        let url = format!("http://127.0.0.1:{}", process.port);
        Self { process, url, client: reqwest::Client::new() }
    }

    pub(crate) fn provider(&self) -> DynProvider {
        connect(&self.process.endpoint(), &ConnectOptions::default()).expect("a provider")
    }

    pub(crate) async fn stop(self) {
        self.process.kill().await;
    }

    /// Its whole state, as it writes states.
    pub(crate) async fn state(&self) -> Value {
        let packed: Bytes = self.request("anvil_dumpState", json!([])).await;
        serde_json::from_reader(GzDecoder::new(packed.as_ref())).expect("a state is JSON")
    }

    /// Many requests at once; their results in the same order.
    pub(crate) async fn batch(&self, requests: &[(&str, Value)]) -> Vec<Value> {
        let mut results = Vec::with_capacity(requests.len());
        for part in requests.chunks(1_000) {
            let calls: Vec<_> = part
                .iter()
                .enumerate()
                .map(|(id, (method, params))| json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
                .collect();
            let response = self.client.post(&self.url).json(&calls).send().await.expect("anvil answers");
            let mut answers: Vec<Value> = response.json().await.expect("anvil answers a batch with a list");
            answers.sort_by_key(|answer| answer["id"].as_u64());
            assert_eq!(answers.len(), part.len());
            results.extend(answers.into_iter().map(|mut answer| {
                assert!(answer.get("error").is_none(), "{answer}");
                answer["result"].take()
            }));
        }
        results
    }

    pub(crate) async fn request<T: DeserializeOwned>(&self, method: &str, params: Value) -> T {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
        serde_json::from_value(answer["result"].take()).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    pub(crate) async fn answer(&self, method: &str, params: Value) -> Value {
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
