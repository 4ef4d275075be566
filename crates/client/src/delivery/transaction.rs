//! A transaction from its signature to its receipt: what is known of it at each step, and what is not.

use std::time::Duration;

use alloy::{
    eips::eip2718::Encodable2718,
    network::{NetworkTransactionBuilder, TransactionBuilder},
    primitives::{Address, B256, Bytes},
    providers::Provider,
    rpc::{
        json_rpc::RpcError,
        types::{TransactionReceipt, TransactionRequest},
    },
    transports::{TransportError, TransportErrorKind},
};
use tokio::time::sleep;

use super::wait::{WaitError, wait_receipt};
use crate::{ChainClient, FaultKind, NodeFault};

/// A transaction that is signed: its hash and nonce are known before anybody else has it.
///
/// Whoever sends value should write both down first: whatever happens to the connection or to the process afterwards, they
/// tell what became of it.
#[derive(Clone, Debug)]
pub struct SignedTransaction {
    chain: ChainClient,
    account: Address,
    nonce: u64,
    tx_hash: B256,
    bytes: Bytes,
}

/// Why a transaction is not in a block, or not for all that is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LandError {
    /// The node does not take it, so nobody has it.
    #[error("the node refused the transaction, and nothing was sent: {0}")]
    Refused(NodeFault),
    /// It left, or may have, and was not seen in a block: it may be there, or come there later.
    #[error("transaction {tx_hash} was sent but not seen in a block: {reason}{}", Doubt(doubt.as_ref()))]
    Unseen {
        /// The transaction.
        tx_hash: B256,
        /// Why it was not waited for any longer.
        reason: WaitError,
        /// What came in place of the node's word that it has the transaction, if that never came.
        doubt: Option<NodeFault>,
    },
}

/// The tail of a sentence about a transaction that the node may not have.
struct Doubt<'a>(Option<&'a NodeFault>);

impl std::fmt::Display for Doubt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |fault| write!(f, " (and the node did not confirm that it has it: {fault})"))
    }
}

/// What is known once the bytes were sent.
#[derive(Debug)]
enum Answer {
    /// The node has them.
    Taken,
    /// The node does not take them.
    Refused(NodeFault),
    /// The node, or one behind it, may have them or not.
    Unknown(NodeFault),
}

impl SignedTransaction {
    /// Gives the request the account's next nonce, and signs it. Nothing is sent. The request has gas and fees.
    ///
    /// The nonce counts the transactions that wait in the node's pool.
    pub(crate) async fn sign(
        chain: &ChainClient,
        account: Address,
        request: TransactionRequest,
    ) -> Result<Self, NodeFault> {
        let wallet = chain.wallet().ok_or_else(|| NodeFault::refused("there is no key to sign with"))?;
        let nonce = chain.provider().get_transaction_count(account).pending().await?;
        let request = request.with_from(account).with_nonce(nonce).with_chain_id(chain.chain_id());
        let envelope = request
            .build(wallet)
            .await
            .map_err(|error| NodeFault::refused(&format!("the transaction cannot be signed: {error}")))?;
        let bytes = Bytes::from(envelope.encoded_2718());
        Ok(Self { chain: chain.clone(), account, nonce, tx_hash: *envelope.tx_hash(), bytes })
    }

    /// Returns its hash.
    pub const fn tx_hash(&self) -> B256 {
        self.tx_hash
    }

    /// Returns its nonce. Once the account has used it for another transaction, this one can never be mined.
    pub const fn nonce(&self) -> u64 {
        self.nonce
    }

    /// Returns the account that pays for it.
    pub const fn account(&self) -> Address {
        self.account
    }

    /// Returns the id of its chain.
    pub fn chain_id(&self) -> u64 {
        self.chain.chain_id()
    }

    /// Sends it, and waits up to `patience` for it to be in a block. Whether it succeeded is in the receipt.
    ///
    /// Where the answer to sending it is lost, the same bytes are sent again while there is time: they can be mined once.
    pub async fn land(&self, patience: Duration) -> Result<TransactionReceipt, LandError> {
        let doubt = match self.broadcast().await {
            Answer::Taken => None,
            Answer::Refused(fault) => return Err(LandError::Refused(fault)),
            Answer::Unknown(fault) => Some(fault),
        };
        let seen = wait_receipt(&self.chain, self.tx_hash, patience);
        let waited = match doubt {
            None => seen.await,
            Some(_) => tokio::select! {
                waited = seen => waited,
                never = self.insist() => match never {},
            },
        };
        waited.map_err(|reason| LandError::Unseen { tx_hash: self.tx_hash, reason, doubt })
    }

    async fn broadcast(&self) -> Answer {
        match self.chain.provider().send_raw_transaction(&self.bytes).await {
            Ok(_) => Answer::Taken,
            Err(error) => Answer::read(&error),
        }
    }

    /// Sends the bytes until the node says that it has them. After an unknown answer no refusal counts: it may be that of
    /// bytes which are mined already.
    async fn insist(&self) -> std::convert::Infallible {
        const PAUSE: Duration = Duration::from_secs(1);
        loop {
            sleep(PAUSE).await;
            match self.broadcast().await {
                Answer::Taken => std::future::pending().await,
                Answer::Refused(fault) | Answer::Unknown(fault) => {
                    tracing::debug!(chain = self.chain_id(), tx_hash = %self.tx_hash, %fault, "sending again");
                }
            }
        }
    }
}

/// Whether it is certain that a transaction was not sent: nothing but the node's own no, or what never got to it.
pub(crate) fn is_refusal(error: &TransportError) -> bool {
    match error {
        RpcError::LocalUsageError(_) | RpcError::UnsupportedFeature(_) | RpcError::SerError(_) => true,
        error => matches!(Answer::read(error), Answer::Refused(_)),
    }
}

impl Answer {
    /// Only what can mean nothing else is a refusal: money may be on its way otherwise.
    fn read(error: &TransportError) -> Self {
        let fault = NodeFault::read(error);
        let code = match error {
            RpcError::ErrorResp(payload) => payload.code,
            RpcError::Transport(TransportErrorKind::HttpError(http)) if http.status == 413 => {
                return Self::Refused(fault);
            }
            _ => return Self::Unknown(fault),
        };
        match &fault.kind {
            FaultKind::AlreadyKnown => Self::Taken,
            FaultKind::NonceTaken
            | FaultKind::Underpriced
            | FaultKind::Unfunded
            | FaultKind::OutOfGas
            | FaultKind::Reverted(_)
            | FaultKind::NotYet
            | FaultKind::Closed
            | FaultKind::Refused => Self::Refused(fault),
            _ if code == NO_METHOD => Self::Refused(fault),
            // Too low a nonce may be that of these very bytes: a proxy that sends a request again hears it of what it has
            // sent itself.
            FaultKind::NonceTooLow | FaultKind::Unavailable => Self::Unknown(fault),
        }
    }
}

/// JSON-RPC's code for a method that nobody here answers. Those for what is no request (-32700, -32600) are no refusal: our
/// requests are some, so they tell of an answer that a proxy could not read.
const NO_METHOD: i64 = -32601;

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::rpc::json_rpc::ErrorPayload;

    fn answer(code: i64, message: &'static str) -> Answer {
        Answer::read(&RpcError::ErrorResp(ErrorPayload { code, message: message.into(), data: None }))
    }

    #[test]
    fn only_a_clear_word_is_a_refusal() {
        for (code, message) in [
            (-32000, "insufficient funds for gas * price + value"),
            (-32000, "replacement transaction underpriced"),
            (-32000, "exceeds block gas limit"),
            (-32602, "invalid argument 0"),
            (-32601, "the method eth_sendRawTransaction does not exist"),
            (-320602, "failsafe is enabled"),
            (-321401, "future data"),
        ] {
            assert!(matches!(answer(code, message), Answer::Refused(_)), "{code} {message}");
        }
        for (code, message) in [
            (-32603, "internal error"),
            (-32700, "parse error"),
            (-32600, "the backend's response is invalid"),
            (-32000, "something new"),
            (-32000, "nonce too low: next nonce 8, tx nonce 7"),
            (-32000, "no backends available"),
            (-32005, "limit exceeded"),
            (429, "slow down"),
        ] {
            assert!(matches!(answer(code, message), Answer::Unknown(_)), "{code} {message}");
        }
        assert!(matches!(answer(-32000, "already known"), Answer::Taken));
    }

    #[test]
    fn a_lost_answer_is_no_refusal() {
        for error in [
            TransportErrorKind::backend_gone(),
            TransportErrorKind::custom_str("no answer within 10s"),
            TransportErrorKind::http_error(502, String::new()),
            TransportErrorKind::http_error(500, String::new()),
        ] {
            assert!(matches!(Answer::read(&error), Answer::Unknown(_)), "{error}");
        }
    }
}
