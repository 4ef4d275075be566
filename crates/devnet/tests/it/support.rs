//! A devnet, and a user of it who speaks plain JSON-RPC.

use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::{Encodable2718, eip2930::AccessList},
    primitives::{Address, B256, Bytes, TxKind, U256, hex},
    rpc::types::Log,
    signers::{SignerSync, local::PrivateKeySigner},
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger as Messenger;
use causeway_devnet::{AnvilBinary, DEV_ACCOUNTS, Devnet, DevnetConfig, Network, find_anvil};
use causeway_interop::{
    CROSS_L2_INBOX, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, Payload, SameTimestamp, encode_access_list,
};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn anvil() -> AnvilBinary {
    find_anvil(None, None, None, Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Two L2 chains that mine on demand, and take messages in the second in which they are sent: tests need not wait.
pub(crate) fn config() -> DevnetConfig {
    let mut config = DevnetConfig::new(anvil()).with_free_ports();
    (config.block_time, config.l1_block_time) = (0, 0);
    config.same_timestamp = SameTimestamp::Allowed;
    config
}

pub(crate) async fn devnet() -> Devnet {
    Devnet::start(config()).await.unwrap()
}

/// The chain with this id, through its gateway.
pub(crate) fn gateway(devnet: &Devnet, chain_id: u64) -> Rpc {
    Rpc::new(&devnet.network().chain(chain_id).unwrap().rpc_url)
}

/// The chain with this id, without the gateway.
pub(crate) fn node(devnet: &Devnet, chain_id: u64) -> Rpc {
    let chain = devnet.chains().iter().find(|chain| chain.chain_id == chain_id).unwrap();
    Rpc::new(&chain.node_url)
}

#[derive(Clone, Debug)]
pub(crate) struct Rpc {
    pub(crate) client: reqwest::Client,
    pub(crate) url: String,
}

impl Rpc {
    pub(crate) fn new(url: &str) -> Self {
        Self { client: reqwest::Client::builder().no_proxy().build().unwrap(), url: url.to_owned() }
    }

    /// Posts bytes; returns the status and the body.
    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> (u16, String) {
        let request = self.client.post(&self.url).header("content-type", "application/json").body(body);
        let response = request.timeout(PATIENCE).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Calls a method; an error object is the error.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Result<Value, Value> {
        let (_, body) = self.post(call(1, method, params).to_string()).await;
        outcome(&serde_json::from_str(&body).unwrap())
    }

    pub(crate) async fn ok(&self, method: &str, params: Value) -> Value {
        self.call(method, params).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    pub(crate) async fn block_number(&self) -> u64 {
        quantity(&self.ok("eth_blockNumber", json!([])).await)
    }

    pub(crate) async fn timestamp(&self, block: &str) -> u64 {
        quantity(&self.ok("eth_getBlockByNumber", json!([block, false])).await["timestamp"])
    }
}

/// Asks again and again until there is an answer.
pub(crate) async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(3 * PATIENCE, asking).await.expect("it never came")
}

pub(crate) fn call(id: u64, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

pub(crate) fn outcome(answer: &Value) -> Result<Value, Value> {
    match answer.get("error") {
        Some(error) => Err(error.clone()),
        None => Ok(answer["result"].clone()),
    }
}

pub(crate) fn quantity(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

/// A WebSocket to a chain.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn open(rpc: &Rpc) -> Self {
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let url = rpc.url.replace("http://", "ws://");
        Self(connect_async_with_config(url, Some(config), true).await.unwrap().0)
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    pub(crate) async fn receive(&mut self) -> Value {
        serde_json::from_str(&self.receive_text().await).unwrap()
    }

    pub(crate) async fn receive_text(&mut self) -> String {
        loop {
            let message = timeout(PATIENCE, self.0.next()).await.expect("no message came").unwrap().unwrap();
            if let Message::Text(text) = message {
                return text.as_str().to_owned();
            }
        }
    }

    pub(crate) async fn ask(&mut self, message: &Value) -> Value {
        self.send(Message::text(message.to_string())).await;
        self.receive().await
    }
}

/// A message that was sent, and how to relay it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) identifier: Identifier,
    pub(crate) payload: Payload,
}

/// Sends a message from one chain to an account on another; the block is mined when this returns.
pub(crate) async fn send_message(source: &Rpc, source_chain: u64, destination: u64) -> Sent {
    let send = Messenger::sendMessageCall {
        _destination: U256::from(destination),
        _target: Address::repeat_byte(0x77),
        _message: Bytes::from_static(b"hello"),
    };
    let transaction = json!({
        "from": DEV_ACCOUNTS[1],
        "to": L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        "data": hex::encode_prefixed(send.abi_encode()),
    });
    let receipt = source.ok("eth_sendTransactionSync", json!([transaction])).await;
    assert_eq!(receipt["status"], "0x1", "{receipt}");
    let log: Log = serde_json::from_value(receipt["logs"][0].clone()).unwrap();
    sent(source, source_chain, &log).await
}

pub(crate) async fn sent(source: &Rpc, source_chain: u64, log: &Log) -> Sent {
    let block_number = log.block_number.unwrap();
    let identifier = Identifier {
        origin: log.address(),
        block_number,
        log_index: u32::try_from(log.log_index.unwrap()).unwrap(),
        timestamp: source.timestamp(&format!("{block_number:#x}")).await,
        chain_id: U256::from(source_chain),
    };
    Sent { identifier, payload: Payload::new(log.topics(), &log.data().data) }
}

impl Sent {
    pub(crate) fn keys(&self) -> Vec<B256> {
        encode_access_list([(&self.identifier, self.payload.hash())])
    }

    pub(crate) fn access_list(&self) -> Value {
        json!([{"address": CROSS_L2_INBOX, "storageKeys": self.keys()}])
    }

    pub(crate) fn calldata(&self) -> Bytes {
        let relay = Messenger::relayMessageCall {
            _id: Messenger::Identifier {
                origin: self.identifier.origin,
                blockNumber: U256::from(self.identifier.block_number),
                logIndex: U256::from(self.identifier.log_index),
                timestamp: U256::from(self.identifier.timestamp),
                chainId: self.identifier.chain_id,
            },
            _sentMessage: self.payload.0.clone(),
        };
        relay.abi_encode().into()
    }

    /// The transaction that relays it, for a node that signs.
    pub(crate) fn request(&self, from: Address) -> Value {
        json!({
            "from": from,
            "to": L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            "gas": "0x7a120",
            "data": self.calldata(),
            "accessList": self.access_list(),
        })
    }

    /// The signed transaction that relays it, from the funded account.
    pub(crate) fn signed(&self, network: &Network, chain_id: u64, nonce: u64) -> String {
        let access_list: AccessList = serde_json::from_value(self.access_list()).unwrap();
        let to = TxKind::Call(L2_TO_L2_CROSS_DOMAIN_MESSENGER);
        signed(
            network,
            TxEip1559 {
                chain_id,
                nonce,
                gas_limit: 500_000,
                max_fee_per_gas: 20_000_000_000,
                max_priority_fee_per_gas: 1_000_000_000,
                to,
                input: self.calldata(),
                access_list,
                value: U256::ZERO,
            },
        )
    }

    /// The same message with another payload, which was never sent.
    pub(crate) fn forged(&self) -> Self {
        let mut payload = self.payload.0.to_vec();
        *payload.last_mut().unwrap() ^= 1;
        Self { payload: Payload(payload.into()), ..self.clone() }
    }
}

pub(crate) fn signed(network: &Network, transaction: TxEip1559) -> String {
    let key: B256 = network.funded_key().parse().unwrap();
    let signer = PrivateKeySigner::from_bytes(&key).unwrap();
    let signature = signer.sign_hash_sync(&transaction.signature_hash()).unwrap();
    hex::encode_prefixed(TxEnvelope::from(transaction.into_signed(signature)).encoded_2718())
}
