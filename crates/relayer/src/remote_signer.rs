//! An account whose key is elsewhere.

use std::fmt;

use alloy::{
    consensus::{SignableTransaction, Transaction, TxEip1559, TxEnvelope},
    eips::{
        eip2718::Decodable2718,
        eip2930::{AccessList, AccessListItem},
    },
    network::TxSigner,
    primitives::{Address, B256, Bytes, Signature, TxKind, hex},
    providers::{DynProvider, Provider},
    rpc::{
        json_rpc::RpcError,
        types::{TransactionInput, TransactionRequest},
    },
    signers,
    transports::TransportError,
};
use causeway_chain::{ConnectError, ConnectOptions, Endpoint, connect};
use causeway_interop::{CROSS_L2_INBOX, L2_TO_L2_CROSS_DOMAIN_MESSENGER};
use serde_json::Value;

/// An account that another program signs for, over JSON-RPC: op-signer, geth's clef behind a node, anvil, or whatever else
/// answers `eth_signTransaction` without leaving away a part of the transaction.
///
/// It is not trusted. Of its answer nothing but the signature is used, and only if that signature is the account's for
/// exactly the transaction that was asked for: whatever else it signed, however it came to, is refused.
///
/// Clones ask over the same connections.
#[derive(Clone)]
pub struct RemoteSigner {
    endpoint: Endpoint,
    provider: DynProvider,
    account: Address,
}

/// Why another program did not sign.
#[derive(Debug, thiserror::Error)]
pub enum RemoteSignerError {
    /// No connection to it can be made.
    #[error("the remote signer cannot be reached")]
    Connect(#[from] ConnectError),
    /// It did not answer, or only that it cannot for now.
    #[error("the remote signer at {endpoint} does not answer: {reason}")]
    Away {
        /// Where it is, redacted when printed.
        endpoint: Endpoint,
        /// What went wrong, without secrets.
        reason: String,
    },
    /// It said no.
    #[error("the remote signer at {endpoint} refuses: {reason}")]
    Refused {
        /// Where it is, redacted when printed.
        endpoint: Endpoint,
        /// What it said, without secrets.
        reason: String,
    },
    /// What it answered is no signed transaction.
    #[error("the remote signer at {endpoint} answers with something that is no signed transaction")]
    Junk {
        /// Where it is, redacted when printed.
        endpoint: Endpoint,
    },
    /// It signed something that nobody asked for.
    #[error(
        "the remote signer at {endpoint} signed another transaction than it was asked for: other {parts}"
    )]
    Another {
        /// Where it is, redacted when printed.
        endpoint: Endpoint,
        /// What is different, for people.
        parts: String,
    },
    /// It signed with a key that is not the account's.
    #[error("the remote signer at {endpoint} signed with another key than that of {account}")]
    AnotherKey {
        /// Where it is, redacted when printed.
        endpoint: Endpoint,
        /// Whose signature was asked for.
        account: Address,
    },
}

impl RemoteSigner {
    /// Prepares to ask; nothing is sent yet. No request to sign is ever repeated, whatever the options say.
    pub fn new(
        endpoint: &Endpoint,
        account: Address,
        options: &ConnectOptions,
    ) -> Result<Self, RemoteSignerError> {
        let provider = connect(endpoint, options)?;
        Ok(Self { endpoint: endpoint.clone(), provider, account })
    }

    /// Where it is, redacted when printed.
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Asks which accounts it signs for. Not every signer tells.
    pub async fn accounts(&self) -> Result<Vec<Address>, RemoteSignerError> {
        self.provider.get_accounts().await.map_err(|error| self.failed(error))
    }

    /// Has it sign a transaction of the kind that a relayer makes, for a chain, and judges what it answers as always. No block
    /// can ever have that transaction, whoever gets hold of it: it pays nothing, and no account has its nonce.
    pub async fn try_out(&self, chain_id: u64) -> Result<(), RemoteSignerError> {
        self.sign(&mut never_executed(chain_id)).await.map(drop)
    }

    async fn sign(
        &self,
        tx: &mut (dyn SignableTransaction<Signature> + '_),
    ) -> Result<Signature, RemoteSignerError> {
        let answer: Value = self
            .provider
            .client()
            .request("eth_signTransaction", [request(&*tx, self.account)])
            .await
            .map_err(|error| self.failed(error))?;
        let signed = decode(&answer).ok_or_else(|| self.junk())?;
        self.judge(&*tx, &signed)
    }

    /// Takes the signature of a transaction, if it is the one that was asked for.
    fn judge(
        &self,
        asked: &dyn SignableTransaction<Signature>,
        signed: &TxEnvelope,
    ) -> Result<Signature, RemoteSignerError> {
        // This hash covers everything that is signed: chain, nonce, fees, gas, recipient, value, data and access list.
        if signed.signature_hash() != asked.signature_hash() {
            let (endpoint, parts) = (self.endpoint.clone(), different(asked, signed));
            return Err(RemoteSignerError::Another { endpoint, parts });
        }
        // No node takes the other of the two forms that every signature has.
        let signature = signed.signature().normalized_s();
        match signature.recover_address_from_prehash(&asked.signature_hash()) {
            Ok(account) if account == self.account => Ok(signature),
            _ => {
                let (endpoint, account) = (self.endpoint.clone(), self.account);
                Err(RemoteSignerError::AnotherKey { endpoint, account })
            }
        }
    }

    fn failed(&self, error: TransportError) -> RemoteSignerError {
        let endpoint = self.endpoint.clone();
        match error {
            RpcError::ErrorResp(error) => {
                RemoteSignerError::Refused { reason: endpoint.scrub(&error.message), endpoint }
            }
            RpcError::DeserError { .. } => RemoteSignerError::Junk { endpoint },
            error => RemoteSignerError::Away { reason: endpoint.scrub(&error.to_string()), endpoint },
        }
    }

    fn junk(&self) -> RemoteSignerError {
        RemoteSignerError::Junk { endpoint: self.endpoint.clone() }
    }
}

/// A transaction with the parts that a delivery has, and that a signer may leave away, which is good for nothing.
pub(crate) fn never_executed(chain_id: u64) -> TxEip1559 {
    TxEip1559 {
        chain_id,
        // An account that had it could have no further one: no chain takes it (EIP-2681).
        nonce: u64::MAX,
        gas_limit: 100_000,
        max_fee_per_gas: 0,
        max_priority_fee_per_gas: 0,
        // Signers may be told to sign calls of certain contracts only.
        to: TxKind::Call(L2_TO_L2_CROSS_DOMAIN_MESSENGER),
        access_list: AccessList(vec![AccessListItem {
            address: CROSS_L2_INBOX,
            storage_keys: vec![B256::ZERO],
        }]),
        ..TxEip1559::default()
    }
}

/// What is asked for. Signers differ in what they call the data.
fn request(tx: &dyn SignableTransaction<Signature>, from: Address) -> TransactionRequest {
    TransactionRequest {
        from: Some(from),
        to: Some(tx.kind()),
        chain_id: tx.chain_id(),
        nonce: Some(tx.nonce()),
        gas: Some(tx.gas_limit()),
        max_fee_per_gas: Some(tx.max_fee_per_gas()),
        max_priority_fee_per_gas: tx.max_priority_fee_per_gas(),
        value: Some(tx.value()),
        input: TransactionInput::both(tx.input().clone()),
        access_list: tx.access_list().cloned(),
        transaction_type: Some(tx.ty()),
        ..TransactionRequest::default()
    }
}

/// The transaction in an answer: its bytes, or an object that holds them as `raw`, as geth and clef have it.
fn decode(answer: &Value) -> Option<TxEnvelope> {
    let raw = answer.as_str().or_else(|| answer.get("raw")?.as_str())?;
    let raw = Bytes::from(hex::decode(raw).ok()?);
    TxEnvelope::decode_2718_exact(&raw).ok()
}

/// What is different, in words.
fn different(asked: &dyn SignableTransaction<Signature>, signed: &TxEnvelope) -> String {
    let parts = [
        ("chain", asked.chain_id() == signed.chain_id()),
        ("nonce", asked.nonce() == signed.nonce()),
        ("recipient", asked.to() == signed.to()),
        ("value", asked.value() == signed.value()),
        ("data", asked.input() == signed.input()),
        (
            "fees",
            asked.max_fee_per_gas() == signed.max_fee_per_gas()
                && asked.max_priority_fee_per_gas() == signed.max_priority_fee_per_gas(),
        ),
        ("gas limit", asked.gas_limit() == signed.gas_limit()),
        ("access list", asked.access_list() == signed.access_list()),
    ];
    let parts: Vec<_> = parts.iter().filter(|(_, is_same)| !is_same).map(|(part, _)| *part).collect();
    if parts.is_empty() { "kind of transaction".to_owned() } else { parts.join(", ") }
}

#[async_trait::async_trait]
impl TxSigner<Signature> for RemoteSigner {
    fn address(&self) -> Address {
        self.account
    }

    async fn sign_transaction(
        &self,
        tx: &mut dyn SignableTransaction<Signature>,
    ) -> signers::Result<Signature> {
        self.sign(tx).await.map_err(signers::Error::other)
    }
}

impl fmt::Debug for RemoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteSigner")
            .field("endpoint", &self.endpoint)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
