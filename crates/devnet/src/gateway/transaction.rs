use super::json;
use alloy::{
    consensus::{Transaction, TxEnvelope},
    eips::{Decodable2718, Typed2718, eip2930::AccessList},
    primitives::{Address, B256, Bytes},
    rpc::types::TransactionRequest,
};
use causeway_interop::CROSS_L2_INBOX;
use serde::Deserialize;
use serde_json::Value;

/// The type byte of a transaction that carries blobs.
pub(super) const BLOB: u8 = 0x03;
/// The type byte of a deposit, which has no access list: it comes from the L1, never from a caller.
pub(super) const DEPOSIT: u8 = 0x7e;

/// The storage keys under the inbox's address that one transaction declares, in their order; none for most.
pub(super) type Declared = Vec<B256>;

/// What is to be known of a transaction before the node may see it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Carried {
    pub(super) declared: Declared,
    /// Its type, as far as it matters: a request may become one of several.
    pub(super) kind: u8,
    /// The chain that it says it is for, if it does.
    pub(super) chain_id: Option<u64>,
    /// Whether it is signed already.
    pub(super) raw: bool,
    /// Its hash and its bytes, if it is signed and no deposit.
    pub(super) signed: Option<(B256, Bytes)>,
    /// Whether it is a request that no blob transaction can be made of, though it speaks of blobs: the node panics.
    pub(super) blobless: bool,
    /// Who sends it, if it says so and is not signed.
    pub(super) from: Option<Address>,
    /// Whether it has a nonce.
    pub(super) numbered: bool,
}

/// Why the transaction of a call cannot be read. It is then not passed on, for the node may be able to read it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// The parameters are ambiguous JSON, or none.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// There is not exactly one parameter.
    #[error("expected an array with one transaction")]
    NotOne,
    /// The bytes are no transaction of a type that the gateway knows.
    #[error("cannot decode the transaction: {0}")]
    Undecodable(alloy::eips::eip2718::Eip2718Error),
    /// A key looks like the access list's but is not, so the node would not see the list.
    #[error("unknown key `{0}`: an access list is given as `accessList`")]
    Misspelt(String),
}

/// The transactions of an `anvil_reorg`, and how many blocks they replace.
#[derive(Debug)]
pub(super) struct Reorg {
    pub(super) depth: u64,
    pub(super) transactions: Vec<Carried>,
}

/// Reads the parameter of `eth_sendRawTransaction` and its kin.
pub(super) fn of_raw(params: &Value) -> Result<Carried, Unreadable> {
    only(params)?.map_or_else(|| Ok(Carried::default()), raw)
}

/// Reads the parameter of `eth_sendTransaction` and its kin.
pub(super) fn of_request(params: &Value) -> Result<Carried, Unreadable> {
    only(params)?.map_or_else(|| Ok(Carried::default()), request)
}

/// Reads parameters that can only be read in one way.
pub(super) fn parameters(params: &str) -> Result<Value, Unreadable> {
    Ok(json::parse(params)?)
}

/// Reads the parameters of `anvil_reorg`, which come as an array or as an object.
pub(super) fn of_reorg(params: &Value) -> Result<Reorg, Unreadable> {
    /// As the node's own type: an array is read as the fields in this order.
    #[derive(Deserialize)]
    struct Options {
        depth: u64,
        tx_block_pairs: Vec<(Value, u64)>,
    }

    let Options { depth, tx_block_pairs } = Options::deserialize(params)?;
    let transactions = tx_block_pairs.iter().map(|(transaction, _)| match transaction {
        Value::Object(_) => request(transaction),
        other => raw(other),
    });
    Ok(Reorg { depth, transactions: transactions.collect::<Result<_, _>>()? })
}

/// The one parameter; with none the call carries nothing, and the node has its own words for that.
fn only(params: &Value) -> Result<Option<&Value>, Unreadable> {
    match params {
        Value::Array(items) if items.len() <= 1 => Ok(items.first()),
        _ => Err(Unreadable::NotOne),
    }
}

fn raw(transaction: &Value) -> Result<Carried, Unreadable> {
    // The node reads the bytes with this very type: hex in a string, or numbers in an array.
    let bytes = Bytes::deserialize(transaction)?;
    match bytes.first() {
        None => return Ok(Carried { raw: true, ..Carried::default() }),
        Some(&DEPOSIT) => return Ok(Carried { kind: DEPOSIT, raw: true, ..Carried::default() }),
        // There is more than one form of these, and what they carry does not matter.
        Some(&BLOB) if TxEnvelope::decode_2718(&mut bytes.as_ref()).is_err() => {
            return Ok(Carried { kind: BLOB, raw: true, ..Carried::default() });
        }
        Some(_) => {}
    }
    // What follows the transaction is ignored, as the node does.
    let transaction = TxEnvelope::decode_2718(&mut bytes.as_ref()).map_err(Unreadable::Undecodable)?;
    Ok(Carried {
        declared: transaction.access_list().map(declared).unwrap_or_default(),
        kind: transaction.ty(),
        chain_id: transaction.chain_id(),
        raw: true,
        signed: Some((*transaction.tx_hash(), bytes)),
        blobless: false,
        from: None,
        numbered: true,
    })
}

fn request(transaction: &Value) -> Result<Carried, Unreadable> {
    if let Value::Object(fields) = transaction
        && let Some(key) = fields.keys().find(|key| is_misspelt(key))
    {
        return Err(Unreadable::Misspelt(key.chars().take(40).collect()));
    }
    let request = TransactionRequest::deserialize(transaction)?;
    let has = |key: &str| transaction.get(key).is_some_and(|value| !value.is_null());
    let named = request.blob_versioned_hashes.is_some() || request.sidecar.is_some() || has("blobs");
    let kind = match request.transaction_type {
        // These two make a deposit of it, whatever type it names.
        _ if has("sourceHash") && has("isSystemTx") => DEPOSIT,
        Some(DEPOSIT) => DEPOSIT,
        _ if named || request.max_fee_per_blob_gas.is_some() => BLOB,
        kind => kind.unwrap_or_default(),
    };
    Ok(Carried {
        declared: request.access_list.as_ref().map(declared).unwrap_or_default(),
        kind,
        chain_id: request.chain_id,
        raw: false,
        signed: None,
        blobless: kind == BLOB && (!named || request.authorization_list.is_some()),
        from: request.from,
        numbered: request.nonce.is_some(),
    })
}

fn is_misspelt(key: &str) -> bool {
    let letters = key.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase());
    key != "accessList" && letters.eq("accesslist".chars())
}

fn declared(list: &AccessList) -> Declared {
    let of_inbox = list.iter().filter(|item| item.address == CROSS_L2_INBOX);
    of_inbox.flat_map(|item| item.storage_keys.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{
        consensus::{
            SignableTransaction, TxEip1559, TxEip2930, TxEip4844, TxEip4844Variant, TxEip7702, TxLegacy,
        },
        eips::{Encodable2718, eip2930::AccessListItem},
        primitives::{Signature, hex},
    };
    use serde_json::json;

    const KEY: B256 = B256::repeat_byte(1);

    fn raw(params: &str) -> Result<Declared, Unreadable> {
        of_raw(&parameters(params)?).map(|carried| carried.declared)
    }

    fn requested(params: &str) -> Result<Declared, Unreadable> {
        of_request(&parameters(params)?).map(|carried| carried.declared)
    }

    fn reorganised(params: &str) -> Result<Reorg, Unreadable> {
        of_reorg(&parameters(params)?)
    }

    fn list() -> AccessList {
        let other = AccessListItem { address: Address::ZERO, storage_keys: vec![B256::ZERO] };
        let item =
            |byte| AccessListItem { address: CROSS_L2_INBOX, storage_keys: vec![B256::repeat_byte(byte)] };
        AccessList(vec![item(1), other, item(2)])
    }

    fn signed<T: SignableTransaction<Signature>>(transaction: T) -> Vec<u8>
    where
        TxEnvelope: From<alloy::consensus::Signed<T>>,
    {
        TxEnvelope::from(transaction.into_signed(Signature::test_signature())).encoded_2718()
    }

    fn raw_params(bytes: &[u8]) -> String {
        json!([hex::encode_prefixed(bytes)]).to_string()
    }

    #[test]
    fn every_transaction_type_is_read() {
        let both = vec![KEY, B256::repeat_byte(2)];
        let access_list = list();
        let eip4844 = TxEip4844 { access_list: list(), ..Default::default() };
        for bytes in [
            signed(TxEip2930 { access_list: list(), ..Default::default() }),
            signed(TxEip1559 { access_list: list(), ..Default::default() }),
            signed::<TxEip4844Variant>(TxEip4844Variant::TxEip4844(eip4844)),
            signed(TxEip7702 { access_list, ..Default::default() }),
        ] {
            assert_eq!(raw(&raw_params(&bytes)).unwrap(), both, "type {}", bytes[0]);
            assert_eq!(raw(&json!([hex::encode(&bytes)]).to_string()).unwrap(), both);
            assert_eq!(raw(&json!([bytes]).to_string()).unwrap(), both);
            let trailing = [bytes.as_slice(), &[0, 1]].concat();
            assert_eq!(raw(&raw_params(&trailing)).unwrap(), both);
        }
        assert_eq!(raw(&raw_params(&signed(TxLegacy::default()))).unwrap(), Declared::new());
    }

    #[test]
    fn deposits_are_known_and_what_is_unknown_is_not_read() {
        assert_eq!(of_raw(&json!(["0x7ec0"])).unwrap().kind, DEPOSIT);
        let of_l1 = json!({"sourceHash": KEY, "isSystemTx": false, "type": "0x2"});
        for request in [of_l1, json!({"type": "0x7e"})] {
            assert_eq!(of_request(&json!([request])).unwrap().kind, DEPOSIT, "{request}");
        }
        assert_eq!(raw(r#"["0x"]"#).unwrap(), Declared::new());
        for params in [
            "{}",
            "null",
            r#""0x7ec0""#,
            r#"["0x7ec0",1]"#,
            r#"[["0x7ec0"]]"#,
            r#"[null]"#,
            r#"["0x05c0"]"#,
            r#"["0x76c0"]"#,
            r#"["0x7dc0"]"#,
            r#"["0x02c0"]"#,
            r#"["zz"]"#,
            r#"[{"$serde_json::private::RawValue":"\"0x7ec0\""}]"#,
        ] {
            assert!(raw(params).is_err(), "{params}");
        }
    }

    #[test]
    fn requests_are_read_in_every_form_that_the_node_takes() {
        let inbox = CROSS_L2_INBOX.to_string();
        let inbox_bytes = CROSS_L2_INBOX.to_vec();
        for access_list in [
            json!([{"address": inbox, "storageKeys": [KEY]}]),
            json!([{"address": inbox.to_lowercase().trim_start_matches("0x"), "storageKeys": [KEY]}]),
            json!([[inbox, [KEY]]]),
            json!([[inbox_bytes, [KEY.to_vec()]]]),
        ] {
            let params = json!([{"to": Address::ZERO, "accessList": access_list, "more": 1}]);
            assert_eq!(requested(&params.to_string()).unwrap(), vec![KEY], "{params}");
        }
        assert_eq!(requested(r#"[{"accessList":null}]"#).unwrap(), Declared::new());
        assert_eq!(requested("[{}]").unwrap(), Declared::new());
    }

    #[test]
    fn blobs_are_told_in_every_form() {
        let bytes = signed::<TxEip4844Variant>(TxEip4844Variant::TxEip4844(TxEip4844::default()));
        for raw in [json!([hex::encode_prefixed(&bytes)]), json!(["0x03c0"]), json!(["0x03"])] {
            assert_eq!(of_raw(&raw).unwrap().kind, BLOB, "{raw}");
        }
        for request in [
            json!({"type": "0x3"}),
            json!({"blobVersionedHashes": []}),
            json!({"maxFeePerBlobGas": "0x1"}),
            json!({"blobs": ["0x00"]}),
            json!({"blobs": ["0x00"], "commitments": [], "proofs": []}),
        ] {
            let kind = of_request(&json!([request])).map(|carried| carried.kind);
            assert!(matches!(kind, Ok(BLOB) | Err(_)), "{request}");
        }
        for request in [json!({}), json!({"type": "0x2", "blobVersionedHashes": null, "blobs": null})] {
            assert_ne!(of_request(&json!([request])).unwrap().kind, BLOB, "{request}");
        }
    }

    #[test]
    fn the_chain_of_a_transaction_is_read() {
        let legacy = |chain_id| signed(TxLegacy { chain_id, ..Default::default() });
        for (bytes, chain_id) in [
            (legacy(None), None),
            (legacy(Some(7)), Some(7)),
            (signed(TxEip1559 { chain_id: 7, ..Default::default() }), Some(7)),
        ] {
            assert_eq!(of_raw(&json!([hex::encode_prefixed(bytes)])).unwrap().chain_id, chain_id);
        }
        assert_eq!(of_request(&json!([{"chainId": "0x7"}])).unwrap().chain_id, Some(7));
    }

    #[test]
    fn requests_with_two_readings_are_refused() {
        for params in [
            r#"[{"accesslist":[]}]"#,
            r#"[{"access_list":[]}]"#,
            r#"[{"AccessList":[],"accessList":[]}]"#,
            r#"[{"accessList":[],"accessList":[]}]"#,
            r#"[{"accessList":[],"\u0061ccessList":[]}]"#,
            r#"[{"accessList":[{"address":"0x4200000000000000000000000000000000000022","storageKeys":[],"storageKeys":[]}]}]"#,
            r#"[{"accessList":{"$serde_json::private::RawValue":"[]"}}]"#,
            r#"[{"$serde_json::private::RawValue":"{}"}]"#,
            r#"[{"accessList":[{"address":"0x42"}]}]"#,
            r#"[[]]"#,
            r#"[{},{}]"#,
            r#"{"0":{}}"#,
            r#"[null]"#,
        ] {
            assert!(requested(params).is_err(), "{params}");
        }
    }

    #[test]
    fn reorgs_are_read_as_array_and_as_object() {
        let bytes = signed(TxEip1559 { access_list: list(), ..Default::default() });
        let request = json!({"accessList": [[CROSS_L2_INBOX, [KEY]]]});
        let pairs = json!([[request, 0], [hex::encode_prefixed(bytes), 1], [{}, 1]]);
        for params in [json!([2, pairs]), json!({"depth": 2, "tx_block_pairs": pairs, "more": 1})] {
            let reorg = reorganised(&params.to_string()).unwrap();
            assert_eq!(reorg.depth, 2);
            let declared: Vec<_> =
                reorg.transactions.into_iter().map(|transaction| transaction.declared).collect();
            assert_eq!(declared, vec![vec![KEY], vec![KEY, B256::repeat_byte(2)], vec![]]);
        }
        for params in [
            "[]",
            "[1]",
            "[1,[],3]",
            r#"[1,[["0x05c0",0]]]"#,
            r#"[1,[[[],0]]"#,
            "[1,[[null,0]]]",
            r#"[1,[[{}]]]"#,
        ] {
            assert!(reorganised(params).is_err(), "{params}");
        }
    }
}
