use super::strict;
use alloy::{
    consensus::{Transaction, TxEnvelope},
    eips::{Decodable2718, eip2930::AccessList},
    primitives::{B256, Bytes},
    rpc::types::TransactionRequest,
};
use causeway_interop::CROSS_L2_INBOX;
use serde::Deserialize;
use serde_json::Value;

/// The type byte of a deposit, which has no access list.
const DEPOSIT: u8 = 0x7e;

/// The storage keys under the inbox's address that one transaction declares, in their order; none for most.
pub(super) type Declared = Vec<B256>;

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
    pub(super) transactions: Vec<Declared>,
}

/// Reads the parameter of `eth_sendRawTransaction` and its kin.
pub(super) fn of_raw(params: &str) -> Result<Declared, Unreadable> {
    only(params)?.as_ref().map_or_else(|| Ok(Declared::new()), raw)
}

/// Reads the parameter of `eth_sendTransaction` and its kin.
pub(super) fn of_request(params: &str) -> Result<Declared, Unreadable> {
    only(params)?.map_or_else(|| Ok(Declared::new()), request)
}

/// Reads the parameters of `anvil_reorg`, which come as an array or as an object.
pub(super) fn of_reorg(params: &str) -> Result<Reorg, Unreadable> {
    /// As the node's own type: an array is read as the fields in this order.
    #[derive(Deserialize)]
    struct Options {
        depth: u64,
        tx_block_pairs: Vec<(Value, u64)>,
    }

    let Options { depth, tx_block_pairs } = serde_json::from_value(strict::parse(params)?)?;
    let transactions = tx_block_pairs.into_iter().map(|(transaction, _)| match transaction {
        Value::Object(_) => request(transaction),
        other => raw(&other),
    });
    Ok(Reorg { depth, transactions: transactions.collect::<Result<_, _>>()? })
}

/// The one parameter; with none the call carries nothing, and the node has its own words for that.
fn only(params: &str) -> Result<Option<Value>, Unreadable> {
    match strict::parse(params)? {
        Value::Array(mut items) if items.len() <= 1 => Ok(items.pop()),
        _ => Err(Unreadable::NotOne),
    }
}

fn raw(transaction: &Value) -> Result<Declared, Unreadable> {
    // The node reads the bytes with this very type: hex in a string, or numbers in an array.
    let bytes = Bytes::deserialize(transaction)?;
    if matches!(bytes.first(), None | Some(&DEPOSIT)) {
        return Ok(Declared::new());
    }
    // What follows the transaction is ignored, as the node does.
    let transaction = TxEnvelope::decode_2718(&mut bytes.as_ref()).map_err(Unreadable::Undecodable)?;
    Ok(transaction.access_list().map(declared).unwrap_or_default())
}

fn request(transaction: Value) -> Result<Declared, Unreadable> {
    if let Value::Object(fields) = &transaction
        && let Some(key) = fields.keys().find(|key| is_misspelt(key))
    {
        return Err(Unreadable::Misspelt(key.chars().take(40).collect()));
    }
    let request: TransactionRequest = serde_json::from_value(transaction)?;
    Ok(request.access_list.as_ref().map(declared).unwrap_or_default())
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
        primitives::{Address, Signature, hex},
    };
    use serde_json::json;

    const KEY: B256 = B256::repeat_byte(1);

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
            assert_eq!(of_raw(&raw_params(&bytes)).unwrap(), both, "type {}", bytes[0]);
            assert_eq!(of_raw(&json!([hex::encode(&bytes)]).to_string()).unwrap(), both);
            assert_eq!(of_raw(&json!([bytes]).to_string()).unwrap(), both);
            let trailing = [bytes.as_slice(), &[0, 1]].concat();
            assert_eq!(of_raw(&raw_params(&trailing)).unwrap(), both);
        }
        assert_eq!(of_raw(&raw_params(&signed(TxLegacy::default()))).unwrap(), Declared::new());
    }

    #[test]
    fn deposits_pass_and_what_is_unknown_does_not() {
        assert_eq!(of_raw(r#"["0x7ec0"]"#).unwrap(), Declared::new());
        assert_eq!(of_raw(r#"["0x"]"#).unwrap(), Declared::new());
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
            assert!(of_raw(params).is_err(), "{params}");
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
            assert_eq!(of_request(&params.to_string()).unwrap(), vec![KEY], "{params}");
        }
        assert_eq!(of_request(r#"[{"accessList":null}]"#).unwrap(), Declared::new());
        assert_eq!(of_request("[{}]").unwrap(), Declared::new());
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
            assert!(of_request(params).is_err(), "{params}");
        }
    }

    #[test]
    fn reorgs_are_read_as_array_and_as_object() {
        let bytes = signed(TxEip1559 { access_list: list(), ..Default::default() });
        let request = json!({"accessList": [[CROSS_L2_INBOX, [KEY]]]});
        let pairs = json!([[request, 0], [hex::encode_prefixed(bytes), 1], [{}, 1]]);
        for params in [json!([2, pairs]), json!({"depth": 2, "tx_block_pairs": pairs, "more": 1})] {
            let reorg = of_reorg(&params.to_string()).unwrap();
            assert_eq!(reorg.depth, 2);
            assert_eq!(reorg.transactions, vec![vec![KEY], vec![KEY, B256::repeat_byte(2)], vec![]]);
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
            assert!(of_reorg(params).is_err(), "{params}");
        }
    }
}
