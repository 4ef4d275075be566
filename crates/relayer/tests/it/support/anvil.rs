use super::USER;
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, TransactionRequest},
};
use causeway_chain::{ConnectOptions, Endpoint, connect, test_utils::AnvilProcess};
use causeway_deploy::{GenesisConfig, genesis};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage};
use serde_json::{Value, json};

/// A node that runs from our genesis. Ends with this value.
pub(crate) struct Anvil {
    process: AnvilProcess,
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
        let mut arguments = vec!["--init".into(), file.path().as_os_str().to_owned()];
        arguments.extend(config.anvil_args().into_iter().map(Into::into));
        if mining == Mining::WhenTold {
            arguments.push("--no-mining".into());
        }
        let process = AnvilProcess::start(arguments).await;
        let provider = connect(&process.endpoint(), &ConnectOptions::default()).unwrap();
        Self { chain_id, port: process.port, process, provider }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        self.process.endpoint()
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
