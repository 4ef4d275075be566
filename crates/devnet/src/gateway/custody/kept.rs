use crate::gateway::{
    quantity,
    transaction::{Declared, of_raw, of_request},
};
use alloy::{
    consensus::{Transaction, TxEnvelope, transaction::SignerRecoverable},
    eips::Decodable2718,
    primitives::{Address, Bytes, U256},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The fields of a transaction that make it again, if the same account signs.
const FIELDS: [&str; 11] = [
    "from",
    "to",
    "gas",
    "value",
    "input",
    "nonce",
    "chainId",
    "type",
    "accessList",
    "authorizationList",
    "maxPriorityFeePerGas",
];
/// The types of transactions that have one price instead of two.
const ONE_PRICE: [&str; 2] = ["0x0", "0x1"];
/// The types that a request makes: blobs are in no answer, and deposits nobody sends.
const TYPES: [&str; 4] = ["0x0", "0x1", "0x2", "0x4"];

/// A transaction in a form in which the node can be given it again.
#[derive(Clone, Debug)]
pub(in crate::gateway) enum Kept {
    /// Signed by the sender.
    Raw(Bytes),
    /// The node signs it, or knows a sender whose signature it does not need.
    Request(Value),
}

impl Kept {
    /// Reads a transaction that the node signed, as `eth_getTransactionByHash` tells it; nothing if it is in a block
    /// already, or cannot be made again.
    pub(super) fn signed_by_node(transaction: &Value) -> Option<Self> {
        let kind = transaction.get("type")?.as_str()?;
        if !transaction.get("blockHash")?.is_null() || !TYPES.contains(&kind) {
            return None;
        }
        let price = if ONE_PRICE.contains(&kind) { "gasPrice" } else { "maxFeePerGas" };
        let fields = FIELDS.iter().chain([&price]);
        let given = |field: &&&str| transaction.get(**field).is_some_and(|value| !value.is_null());
        let fields = fields.filter(given).map(|field| ((*field).to_owned(), transaction[*field].clone()));
        Some(Self::Request(Value::Object(fields.collect::<Map<_, _>>())))
    }

    /// The method and its parameters that give it to the node.
    pub(super) fn call(&self) -> (&'static str, Value) {
        match self {
            Self::Raw(bytes) => ("eth_sendRawTransaction", json!([bytes])),
            Self::Request(request) => ("eth_sendTransaction", json!([request])),
        }
    }

    /// The method and its parameters that give it to the node without any signature, by the same hash.
    pub(super) fn call_unsigned(&self) -> (&'static str, Value) {
        match self {
            Self::Raw(_) => self.call(),
            Self::Request(request) => ("eth_sendUnsignedTransaction", json!([request])),
        }
    }

    /// What it declares; nothing if that cannot be read any more.
    pub(super) fn declared(&self) -> Option<Declared> {
        let carried = match self {
            Self::Raw(bytes) => of_raw(&json!([bytes])),
            Self::Request(request) => of_request(&json!([request])),
        };
        carried.ok().map(|carried| carried.declared)
    }

    /// Who sends it, and its nonce.
    pub(super) fn origin(&self) -> Option<(Address, u64)> {
        match self {
            Self::Raw(bytes) => {
                let transaction = TxEnvelope::decode_2718(&mut bytes.as_ref()).ok()?;
                Some((transaction.recover_signer().ok()?, transaction.nonce()))
            }
            Self::Request(request) => {
                let nonce: U256 = quantity::of(request.get("nonce")?)?;
                Some((Address::deserialize(request.get("from")?).ok()?, u64::try_from(nonce).ok()?))
            }
        }
    }

    /// Who sends it and to whom, as far as that is known.
    pub(in crate::gateway) fn ends(&self) -> (Option<Address>, Option<Address>) {
        match self {
            Self::Raw(bytes) => {
                let Ok(transaction) = TxEnvelope::decode_2718(&mut bytes.as_ref()) else {
                    return (None, None);
                };
                (transaction.recover_signer().ok(), transaction.to())
            }
            Self::Request(request) => {
                let address = |field: &str| Address::deserialize(request.get(field)?).ok();
                (address("from"), address("to"))
            }
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        /// What a request counts besides its data.
        const REQUEST: usize = 2048;
        match self {
            Self::Raw(bytes) => bytes.len(),
            Self::Request(request) => {
                let length = |field: &str| match request.get(field) {
                    Some(Value::String(text)) => text.len(),
                    Some(Value::Array(items)) => items.len() * REQUEST,
                    _ => 0,
                };
                REQUEST + ["input", "accessList", "authorizationList"].map(length).iter().sum::<usize>()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_of_the_pool_becomes_the_request_that_makes_it() {
        let transaction = json!({
            "type": "0x2", "chainId": "0x385", "nonce": "0x2", "gas": "0x5208", "maxFeePerGas": "0x77",
            "maxPriorityFeePerGas": "0x1", "to": null, "value": "0x1", "accessList": [], "input": "0x00", "r": "0x0",
            "s": "0x0", "yParity": "0x0", "v": "0x0", "hash": "0x06", "blockHash": null, "blockNumber": null,
            "transactionIndex": null, "from": Address::repeat_byte(1), "gasPrice": "0x28"
        });
        let Some(kept) = Kept::signed_by_node(&transaction) else { panic!("not kept") };
        let (method, params) = kept.call();
        assert_eq!(method, "eth_sendTransaction");
        let request = json!({
            "type": "0x2", "chainId": "0x385", "nonce": "0x2", "gas": "0x5208", "maxFeePerGas": "0x77",
            "maxPriorityFeePerGas": "0x1", "value": "0x1", "accessList": [], "input": "0x00",
            "from": Address::repeat_byte(1)
        });
        assert_eq!(params, json!([request]));
        assert_eq!(kept.origin(), Some((Address::repeat_byte(1), 2)));
        for (field, value) in [("blockHash", json!("0x01")), ("type", json!("0x3")), ("type", json!("0x7e"))]
        {
            let mut other = transaction.clone();
            other[field] = value;
            assert!(Kept::signed_by_node(&other).is_none(), "{other}");
        }
    }
}
