//! What is said of a transaction when its node does not say what became of it.

use std::time::Duration;

use alloy::{
    primitives::{Address, U256},
    providers::Provider,
};
use causeway_chain::ConnectOptions;
use causeway_client::{
    ChainClient, FaultKind, NodeFault, Shipment,
    bridge::{Prepared, SendError, prepare},
    delivery::{LandError, WaitError, wait_receipt},
};

use crate::support::{Anvil, Gate, Mining, Mode, PATIENCE, signer};

const SEND: &str = "eth_sendRawTransaction";

/// A chain, what stands before its node, and ether that is ready to leave.
struct Way {
    node: Anvil,
    gate: Gate,
    prepared: Prepared,
}

impl Way {
    async fn start() -> Self {
        let node = Anvil::start(901, Mining::PerTransaction).await;
        let gate = Gate::before(node.port).await;
        let options = ConnectOptions { request_timeout: Duration::from_secs(2), ..ConnectOptions::default() };
        let source = ChainClient::connect(&gate.endpoint(), &options).await.unwrap();
        let source = source.with_signer(signer());
        let shipment = Shipment::Ether { recipient: Address::repeat_byte(0x44), amount: U256::from(5) };
        let prepared = prepare(&source, &shipment, U256::from(902)).await.unwrap();
        Self { node, gate, prepared }
    }

    fn unseen(&self, result: Result<impl std::fmt::Debug, SendError>) -> Option<NodeFault> {
        match result {
            Err(error @ SendError::Land(LandError::Unseen { .. })) => {
                assert!(!error.is_harmless());
                let SendError::Land(LandError::Unseen { tx_hash, reason, doubt }) = error else {
                    unreachable!()
                };
                assert_eq!(tx_hash, self.prepared.transaction().tx_hash());
                assert!(matches!(reason, WaitError::Timeout { .. }), "{reason}");
                doubt
            }
            other => panic!("{other:?}"),
        }
    }

    /// The node takes a transaction before it mines it: until it stands in a block.
    async fn landed(&self) {
        let node = ChainClient::connect(&self.node.endpoint(), &ConnectOptions::default()).await.unwrap();
        wait_receipt(&node, self.prepared.transaction().tx_hash(), PATIENCE).await.unwrap();
    }

    async fn paid(&self) -> u64 {
        self.node.nonce(self.prepared.transaction().account()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_before_it_is_sent() {
    let way = Way::start().await;
    let transaction = way.prepared.transaction();
    assert_eq!((transaction.nonce(), transaction.chain_id(), way.paid().await), (0, 901, 0));
    let sent = way.prepared.send(PATIENCE).await.unwrap();
    assert_eq!(sent.tx_hash, transaction.tx_hash());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_not_a_failure() {
    // The node has it, and the answer never comes: it is seen by its hash.
    let way = Way::start().await;
    way.gate.set(Mode::HoldAnswer(SEND));
    let sent = way.prepared.send(PATIENCE).await.unwrap();
    assert_eq!((sent.tx_hash, way.paid().await), (way.prepared.transaction().tx_hash(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_left_is_never_called_unsent() {
    // Time is over at once, which says nothing about the transaction.
    let way = Way::start().await;
    way.unseen(way.prepared.send(Duration::ZERO).await);
    way.landed().await;
    assert_eq!(way.paid().await, 1, "it was sent all the same");

    // The connection is lost with the request, or right after it.
    for mode in [Mode::HoldRequest(SEND), Mode::Down] {
        let way = Way::start().await;
        way.gate.set(mode);
        let doubt = way.unseen(way.prepared.send(Duration::ZERO).await);
        assert_eq!(doubt.unwrap().kind, FaultKind::Unavailable);
    }
    // Answers that are none.
    for code in [-32603, -32000] {
        let way = Way::start().await;
        way.gate.set(Mode::Refuse { method: SEND, times: 1, code, message: "no healthy backends" });
        let doubt = way.unseen(way.prepared.send(Duration::ZERO).await);
        assert!(doubt.is_some(), "{code}");
        // With time, the same bytes are sent again.
        let sent = way.prepared.send(PATIENCE).await.unwrap();
        assert_eq!((sent.tx_hash, way.paid().await), (way.prepared.transaction().tx_hash(), 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_cannot_be_read_leaves_it_open() {
    let way = Way::start().await;
    let method = "eth_getTransactionReceipt";
    way.gate.set(Mode::Refuse { method, times: usize::MAX, code: -32000, message: "not now" });
    assert_eq!(way.unseen(way.prepared.send(Duration::from_millis(500)).await), None);
    // The receipt is there, and not the block that it names.
    let way = Way::start().await;
    let method = "eth_getBlockByHash";
    way.gate.set(Mode::Refuse { method, times: usize::MAX, code: -32000, message: "not now" });
    let unread = way.prepared.send(Duration::from_secs(5)).await.unwrap_err();
    assert!(!unread.is_harmless(), "{unread}");
    assert_eq!(way.paid().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_read_again() {
    // No block follows the one that has the transaction.
    for method in ["eth_getTransactionReceipt", "eth_getBlockByHash"] {
        let way = Way::start().await;
        way.gate.set(Mode::Refuse { method, times: 3, code: -32000, message: "not now" });
        let sent = way.prepared.send(PATIENCE).await.unwrap();
        assert_eq!((sent.tx_hash, way.paid().await), (way.prepared.transaction().tx_hash(), 1), "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_a_failure() {
    let way = Way::start().await;
    way.gate.set(Mode::Refuse { method: SEND, times: 1, code: -32000, message: "insufficient funds" });
    let refused = way.prepared.send(PATIENCE).await.unwrap_err();
    assert!(matches!(&refused, SendError::Land(LandError::Refused(_))), "{refused}");
    assert!(refused.is_harmless());
    assert_eq!(way.paid().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_mined_already_are_not_refused() {
    let way = Way::start().await;
    way.prepared.send(PATIENCE).await.unwrap();
    assert_eq!(way.node.provider.get_block_number().await.unwrap(), 1);
    // The node says that the nonce is used: by these very bytes.
    let again = way.prepared.send(PATIENCE).await.unwrap();
    assert_eq!((again.tx_hash, way.paid().await), (way.prepared.transaction().tx_hash(), 1));
}
