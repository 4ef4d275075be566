//! A real node with the real contracts, for tests.
//!
//! What goes wrong here panics: it is for tests, which shall then fail.

use crate::{GenesisConfig, genesis};
use alloy::{
    primitives::{Address, B256, Bytes, U256, address},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, TransactionRequest},
};
use causeway_chain::{ConnectOptions, Endpoint, connect, test_utils::AnvilProcess};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage};
use serde_json::{Value, json};

/// The first account of the well-known mnemonic, which the nodes sign for.
pub const USER: Address = address!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");

/// A node that runs from our genesis. Ends with this value.
#[derive(Debug)]
pub struct Anvil {
    process: AnvilProcess,
    /// The chain's id.
    pub chain_id: u64,
    /// Where it listens.
    pub port: u16,
    /// A connection to it.
    pub provider: DynProvider,
}

/// When a node makes blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mining {
    /// When a test says so.
    WhenTold,
    /// One for each transaction.
    PerTransaction,
}

impl Anvil {
    /// Starts with the contracts, at a time in 2023.
    pub async fn start(chain_id: u64, mining: Mining) -> Self {
        Self::start_at(chain_id, mining, 1_700_000_000).await
    }

    /// Starts with a genesis of this time, by which the chain differs from others of its id.
    pub async fn start_at(chain_id: u64, mining: Mining, timestamp: u64) -> Self {
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

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        self.process.endpoint()
    }

    /// Asks the node, which has to answer.
    pub async fn call(&self, method: &'static str, params: Value) -> Value {
        match self.provider.raw_request::<_, Value>(method.into(), params).await {
            Ok(value) => value,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    /// Makes a block.
    pub async fn mine(&self) {
        self.call("evm_mine", json!([])).await;
    }

    /// Replaces the newest blocks by as many empty ones.
    pub async fn reorg(&self, depth: u64) {
        self.call("anvil_reorg", json!([depth, []])).await;
    }

    /// Puts code, as 0x hex, at an address.
    pub async fn set_code(&self, account: Address, code: &str) {
        self.call("anvil_setCode", json!([account, code])).await;
    }

    /// Sends a transaction from an account that the node has the key of. It is not in a block yet.
    pub async fn send(&self, to: Address, input: Vec<u8>) -> B256 {
        let request = TransactionRequest::default().from(USER).to(to).input(Bytes::from(input).into());
        *self.provider.send_transaction(request).await.unwrap().tx_hash()
    }

    /// How many transactions of the account are in blocks.
    pub async fn nonce(&self, account: Address) -> u64 {
        self.provider.get_transaction_count(account).await.unwrap()
    }

    /// What stands in slot 0 of an account.
    pub async fn storage(&self, account: Address) -> U256 {
        self.provider.get_storage_at(account, U256::ZERO).await.unwrap()
    }

    /// The deliveries on this chain, in their order, with their transactions.
    pub async fn deliveries(&self) -> Vec<(RelayedMessage, B256)> {
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
