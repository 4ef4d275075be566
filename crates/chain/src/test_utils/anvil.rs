use super::AnvilProcess;
use crate::{BlockRef, ConnectOptions, Endpoint, connect};
use alloy::{
    primitives::{Address, B256, U256, address, b256, hex},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, Log},
};
use serde_json::{Value, json};

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
    process: AnvilProcess,
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
        let process = AnvilProcess::start(["--no-mining"].iter().chain(arguments)).await;
        let provider = connect(&process.endpoint(), &ConnectOptions::default()).unwrap();
        let anvil = Self { port: process.port, process, provider };
        anvil.call("anvil_setCode", json!([EMITTER, EMITTER_CODE])).await;
        anvil
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        self.process.endpoint()
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
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
    pub async fn stop(self) {
        self.process.stop().await;
    }

    /// Ends the node at once.
    pub async fn kill(self) {
        self.process.kill().await;
    }
}
