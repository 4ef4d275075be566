//! What chains hold at addresses, read in one request.

use crate::batch::{self, Call};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, B256, Bytes, U256},
    providers::DynProvider,
    transports::TransportResult,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a chain holds at an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountState {
    /// Runtime bytecode; empty for an account without code.
    pub code: Bytes,
    /// Nonce.
    pub nonce: u64,
    /// Balance in wei.
    pub balance: U256,
    /// The values of the slots that were asked for.
    pub storage: BTreeMap<B256, B256>,
}

impl AccountState {
    /// The value of a slot; one that was not asked for counts as zero.
    pub fn slot(&self, slot: B256) -> B256 {
        self.storage.get(&slot).copied().unwrap_or_default()
    }
}

/// An account to read, and which of its slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) address: Address,
    pub(crate) slots: Vec<B256>,
}

/// The accounts in the order of the queries, as of one block. Why one cannot be read stands in its place.
pub(crate) async fn read(
    provider: &DynProvider,
    queries: &[Query],
    block: BlockNumberOrTag,
) -> TransportResult<Vec<Result<AccountState, String>>> {
    let calls: Vec<Call> = queries.iter().flat_map(|query| calls(query, block)).collect();
    let answers = batch::ask(provider, &calls).await?;
    let mut answers =
        answers.into_iter().map(|answer| answer.map_err(|error| format!("the node answers: {error}")));
    Ok(queries.iter().map(|query| collect(query, &mut answers)).collect())
}

fn calls(query: &Query, block: BlockNumberOrTag) -> Vec<Call> {
    let address = query.address;
    let mut calls: Vec<_> = ["eth_getCode", "eth_getBalance", "eth_getTransactionCount"]
        .map(|method| Call::new(method, json!([address, block])))
        .into();
    calls.extend(query.slots.iter().map(|slot| Call::new("eth_getStorageAt", json!([address, slot, block]))));
    calls
}

/// Takes the answers to the calls of one query, whether or not one of them is none.
fn collect(
    query: &Query,
    answers: &mut impl Iterator<Item = Result<Value, String>>,
) -> Result<AccountState, String> {
    let mut next = || answers.next().unwrap_or_else(|| Err("the node left an answer out".to_owned()));
    let (code, balance, nonce) = (next(), next(), next());
    let values: Vec<_> = query.slots.iter().map(|&slot| (slot, next())).collect();
    let mut storage = BTreeMap::new();
    for (slot, value) in values {
        // Nodes differ in whether they leave leading zeros out.
        storage.insert(slot, parse::<U256>(value?, "a slot")?.into());
    }
    let nonce = parse::<U256>(nonce?, "a nonce")?;
    Ok(AccountState {
        code: parse(code?, "code")?,
        balance: parse(balance?, "a balance")?,
        nonce: nonce.try_into().map_err(|_| format!("the node answers with {nonce} for a nonce"))?,
        storage,
    })
}

fn parse<T: serde::de::DeserializeOwned>(value: Value, what: &str) -> Result<T, String> {
    // Some readers take an empty text or null for nothing. No node that holds the state answers so.
    if value.as_str().is_none_or(|text| !text.starts_with("0x")) {
        return Err(format!("the node answers with {value} for {what}"));
    }
    serde_json::from_value(value.clone()).map_err(|_| format!("the node answers with {value} for {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(answers: Vec<Result<Value, String>>) -> Result<AccountState, String> {
        let query = Query { address: Address::ZERO, slots: vec![B256::ZERO] };
        collect(&query, &mut answers.into_iter())
    }

    #[test]
    fn an_account_is_read_from_its_answers() {
        let state = collected(vec![Ok(json!("0xfe")), Ok(json!("0x1")), Ok(json!("0x2")), Ok(json!("0x3"))]);
        let expected = AccountState {
            code: Bytes::from_static(&[0xfe]),
            nonce: 2,
            balance: U256::ONE,
            storage: BTreeMap::from([(B256::ZERO, U256::from(3).into())]),
        };
        assert_eq!(state, Ok(expected));
    }

    #[test]
    fn what_is_no_answer_is_no_empty_account() {
        let good = || vec![Ok(json!("0x")), Ok(json!("0x0")), Ok(json!("0x0")), Ok(json!("0x0"))];
        assert_eq!(collected(good()).map(|state| state.code.is_empty()), Ok(true));
        for place in 0..4 {
            for bad in
                [Ok(Value::Null), Ok(json!("")), Ok(json!(0)), Ok(json!("0xzz")), Err("busy".to_owned())]
            {
                let mut answers = good();
                answers[place] = bad.clone();
                assert!(collected(answers).is_err(), "{place}: {bad:?}");
            }
        }
        assert!(collected(good()[..3].to_vec()).is_err());
    }
}
