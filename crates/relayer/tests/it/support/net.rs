use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Duration};

use alloy::{
    primitives::{Address, B256, Bytes, U256, address, b256},
    providers::Provider,
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use causeway_bindings::{
    L2ToL2CrossDomainMessenger::{resendMessageCall, sendMessageCall},
    RELAY_BATCHER,
};
use causeway_client::{
    SafetyLevel,
    delivery::{SentReceipt, sent_by},
};
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use causeway_relayer::{
    OnReset, RelayChain, RelaySigner, Relayer, RelayerConfig, RelayerEvent, RelayerHandle, Route,
};
use causeway_store::Store;
use serde_json::json;
use tokio::{sync::broadcast, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{Anvil, Gate, Mining};

/// Longer than anything takes on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The last of the ten.
const RELAYER_KEY: B256 = b256!("2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6");

/// How many blocks anvil's safe block lies behind its head.
const SAFE_LAG: u64 = 32;

/// A contract that counts its calls in slot 0.
const COUNTER: &str = "0x5f546001015f5500";

/// Puts a contract there that counts its calls.
pub(crate) async fn set_counter(chain: &Anvil) {
    chain.set_code(Net::COUNTER, COUNTER).await;
}

pub(crate) fn relayer_signer() -> PrivateKeySigner {
    PrivateKeySigner::from_bytes(&RELAYER_KEY).unwrap()
}

/// Two chains, a gate before each, and a store for a relayer.
pub(crate) struct Net {
    pub(crate) a: Anvil,
    pub(crate) b: Anvil,
    pub(crate) gate_a: Gate,
    pub(crate) gate_b: Gate,
    pub(crate) signer: PrivateKeySigner,
    pub(crate) gated: bool,
    pub(crate) on_reset: OnReset,
    folder: tempfile::TempDir,
}

impl Net {
    /// With relayers that reach the nodes through the gates.
    pub(crate) async fn gated() -> Self {
        Self { gated: true, ..Self::direct().await }
    }

    /// With relayers that reach the nodes themselves, and hear of blocks at once.
    pub(crate) async fn direct() -> Self {
        let (a, b) = tokio::join!(Anvil::start(901, Mining::WhenTold), Anvil::start(902, Mining::WhenTold));
        let (gate_a, gate_b) = tokio::join!(Gate::before(a.port), Gate::before(b.port));
        let counters = [a.set_code(Self::COUNTER, COUNTER), b.set_code(Self::COUNTER, COUNTER)];
        futures::future::join_all(counters).await;
        let (signer, folder) = (relayer_signer(), tempfile::tempdir().unwrap());
        Self { a, b, gate_a, gate_b, signer, gated: false, on_reset: OnReset::Halt, folder }
    }

    /// Takes the batcher away from both chains: every message has a transaction of its own.
    pub(crate) async fn one_by_one(self) -> Self {
        for chain in [&self.a, &self.b] {
            chain.set_code(RELAY_BATCHER, "0x").await;
        }
        self
    }

    /// A contract on both chains that counts how often it was called.
    pub(crate) const COUNTER: Address = address!("000000000000000000000000000000000000c0de");

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("relayer.db")
    }

    /// From here on the database is another, empty one.
    pub(crate) fn lose_database(&mut self) {
        self.folder = tempfile::tempdir().unwrap();
    }

    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.database()).await.unwrap()
    }

    pub(crate) async fn config(&self) -> RelayerConfig {
        let chain = |node: &Anvil, gate: &Gate, name| {
            let endpoint = if self.gated { gate.endpoint() } else { node.endpoint() };
            RelayChain { on_reset: self.on_reset, ..RelayChain::new(node.chain_id, name, endpoint) }
        };
        let chains = vec![chain(&self.a, &self.gate_a, "A"), chain(&self.b, &self.gate_b, "B")];
        let mut config = RelayerConfig::new(chains, self.signer.clone(), self.store().await);
        config.poll_interval = Duration::from_millis(20);
        config
    }

    /// The same, in which the blocks of A have to be so safe before what they send is delivered on B.
    pub(crate) async fn cautious(&self, safety: SafetyLevel) -> RelayerConfig {
        let mut config = self.config().await;
        let (source, destination) = (Some(901), Some(902));
        config.routes.rules = vec![Route { source, destination, safety: Some(safety), ..Route::default() }];
        config
    }

    /// Makes the head of A safe, and what was safe final.
    pub(crate) async fn make_safe(&self) {
        self.a.call("anvil_mine", json!([format!("{SAFE_LAG:#x}")])).await;
    }

    /// Starts a relayer on the store.
    pub(crate) async fn relayer(&self) -> (RelayerHandle, Listener) {
        start(self.config().await)
    }

    /// A further account that can pay on B.
    pub(crate) async fn funded(&self) -> PrivateKeySigner {
        let signer = PrivateKeySigner::random();
        let ether = serde_json::json!([signer.address(), "0xde0b6b3a7640000"]);
        self.b.call("anvil_setBalance", ether).await;
        signer
    }

    /// Has messages to the counter sent from A to B, in one block.
    pub(crate) async fn send(&self, count: u16) -> Vec<SentReceipt> {
        self.send_to(Self::COUNTER, count).await
    }

    pub(crate) async fn send_to(&self, target: Address, count: u16) -> Vec<SentReceipt> {
        send(&self.a, self.b.chain_id, target, count).await
    }

    /// Has a message sent again from A, in a new block.
    pub(crate) async fn resend(&self, sent: &SentReceipt) {
        let message = sent.message.clone();
        let call = resendMessageCall {
            _destination: message.destination,
            _nonce: message.nonce,
            _sender: message.sender,
            _target: message.target,
            _message: message.message,
        };
        self.a.send(L2_TO_L2_CROSS_DOMAIN_MESSENGER, call.abi_encode()).await;
        self.a.mine().await;
    }

    /// Waits until this many transactions can go into the next block of B.
    pub(crate) async fn pooled(&self, count: u64) {
        let expected = format!("{count:#x}");
        let full = async {
            while self.b.call("txpool_status", serde_json::json!([])).await["pending"] != *expected {}
        };
        timeout(PATIENCE, full).await.unwrap_or_else(|_| panic!("no {count} transactions in the pool"));
    }

    /// Waits until a relayer has taken the newest block of a chain in.
    pub(crate) async fn taken_in(&self, chain: &Anvil) {
        let (store, id) = (self.store().await, chain.chain_id);
        let number = chain.provider.get_block_number().await.unwrap();
        let known = async || store.heads(&[id]).await.unwrap().get(&id).map(|head| head.number);
        let taken_in = async { while known().await.is_none_or(|known| known < number) {} };
        timeout(PATIENCE, taken_in)
            .await
            .unwrap_or_else(|_| panic!("block {number} of {id} is not taken in"));
    }

    /// How many transactions the relayer has paid for on B.
    pub(crate) async fn paid(&self) -> u64 {
        self.b.nonce(self.signer.address()).await
    }

    /// The transactions on B that delivered something.
    pub(crate) async fn carriers(&self) -> BTreeSet<B256> {
        self.b.deliveries().await.into_iter().map(|(_, tx_hash)| tx_hash).collect()
    }

    /// Asserts that the counter on B got so many messages, each once, and that every transaction that was paid for delivered
    /// some of them.
    pub(crate) async fn delivered_once(&self, count: usize) {
        let deliveries = self.b.deliveries().await;
        let messages: BTreeSet<_> = deliveries.iter().map(|(relayed, _)| relayed.message_hash).collect();
        assert_eq!((messages.len(), deliveries.len()), (count, count));
        assert_eq!(self.effects().await, count as u64);
        assert_eq!(self.paid().await, self.carriers().await.len() as u64);
    }

    /// Has B make blocks until it has so many deliveries.
    pub(crate) async fn mine_until(&self, count: usize) {
        let full = async {
            while self.b.deliveries().await.len() < count {
                self.b.mine().await;
            }
        };
        timeout(PATIENCE, full).await.unwrap_or_else(|_| panic!("no {count} deliveries"));
    }

    /// How many messages the counter on B got.
    pub(crate) async fn effects(&self) -> u64 {
        self.b.storage(Self::COUNTER).await.to()
    }
}

/// Has messages sent in one block, each with another calldata.
pub(crate) async fn send(from: &Anvil, to: u64, target: Address, count: u16) -> Vec<SentReceipt> {
    send_each(from, to, &vec![target; usize::from(count)]).await
}

/// Has a message sent to each of these, in one block, each with another calldata.
pub(crate) async fn send_each(from: &Anvil, to: u64, targets: &[Address]) -> Vec<SentReceipt> {
    let mut transactions = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        let call = sendMessageCall {
            _destination: U256::from(to),
            _target: *target,
            _message: Bytes::copy_from_slice(&index.to_be_bytes()),
        };
        transactions.push(from.send(L2_TO_L2_CROSS_DOMAIN_MESSENGER, call.abi_encode()).await);
    }
    from.mine().await;
    let mut sent = Vec::new();
    for tx_hash in transactions {
        sent.extend(sent_by(&from.provider, tx_hash).await.unwrap());
    }
    assert_eq!(sent.len(), targets.len());
    sent
}

/// Accounts, as a configuration takes them.
pub(crate) fn signers(of: &[PrivateKeySigner]) -> Vec<RelaySigner> {
    of.iter().map(|signer| Arc::new(signer.clone()) as RelaySigner).collect()
}

pub(crate) fn start(config: RelayerConfig) -> (RelayerHandle, Listener) {
    let mut handle = Relayer::spawn(config, &CancellationToken::new()).unwrap();
    let events = handle.events();
    (handle, Listener { events, heard: Vec::new() })
}

/// Hears what a relayer tells.
pub(crate) struct Listener {
    events: broadcast::Receiver<RelayerEvent>,
    heard: Vec<RelayerEvent>,
}

impl Listener {
    /// Waits for an event that fits; those that came before count too, each once.
    pub(crate) async fn until<T>(&mut self, mut fits: impl FnMut(&RelayerEvent) -> Option<T>) -> T {
        for (index, event) in self.heard.iter().enumerate() {
            if let Some(found) = fits(event) {
                self.heard.remove(index);
                return found;
            }
        }
        loop {
            let event = timeout(PATIENCE, self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("it does not happen; what did: {:#?}", self.heard));
            let event = event.expect("the relayer runs");
            match fits(&event) {
                Some(found) => return found,
                None => self.heard.push(event),
            }
        }
    }

    /// How many of the events that nothing waited for are such.
    pub(crate) fn heard(&mut self, fits: impl Fn(&RelayerEvent) -> bool) -> usize {
        while let Ok(event) = self.events.try_recv() {
            self.heard.push(event);
        }
        self.heard.iter().filter(|event| fits(event)).count()
    }

    pub(crate) async fn caught_up(&mut self, chain: u64) {
        self.until(|event| {
            matches!(event, RelayerEvent::CaughtUp { chain_id, .. } if *chain_id == chain).then_some(())
        })
        .await;
    }

    pub(crate) async fn seen(&mut self, message: B256) {
        self.until(|event| {
            matches!(event, RelayerEvent::Seen { message_hash, .. } if *message_hash == message).then_some(())
        })
        .await;
    }

    /// Waits until the node has taken the message's transaction; returns that and its nonce.
    pub(crate) async fn submitted(&mut self, message: B256) -> (B256, u64) {
        self.until(|event| match event {
            RelayerEvent::Submitted { message_hash, tx_hash, nonce, .. } if *message_hash == message => {
                Some((*tx_hash, *nonce))
            }
            _ => None,
        })
        .await
    }

    /// Waits for the delivery; returns its transaction and block.
    pub(crate) async fn delivered(&mut self, message: B256) -> (B256, u64) {
        self.until(|event| match event {
            RelayerEvent::Delivered { message_hash, tx_hash, block_number, .. }
                if *message_hash == message =>
            {
                Some((*tx_hash, *block_number))
            }
            _ => None,
        })
        .await
    }

    /// Waits until delivering the message failed, or would have; returns why, and when it is tried again.
    pub(crate) async fn failed(&mut self, message: B256) -> (String, Option<B256>, Option<u64>) {
        self.until(|event| match event {
            RelayerEvent::Failed { message_hash, reason, tx_hash, retry_after_block, .. }
                if *message_hash == message =>
            {
                assert!(tx_hash.is_some() || retry_after_block.is_none(), "nothing was paid for it");
                Some((reason.clone(), *tx_hash, *retry_after_block))
            }
            RelayerEvent::Postponed { message_hash, reason, retry_after_block, .. }
                if *message_hash == message =>
            {
                Some((reason.clone(), None, Some(*retry_after_block)))
            }
            _ => None,
        })
        .await
    }
}
