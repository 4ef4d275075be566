//! What anvil loads is what was written, account by account, and nothing else.
#![allow(clippy::unwrap_used)]

use crate::{DEV_ACCOUNT, node::Node};
use alloy::{
    eips::eip2935,
    primitives::{Address, B256, Bytes, U64, U256},
};
use causeway_deploy::{ChainKind, Document, DocumentKind, GenesisConfig, GenesisSet, Namespace};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An account, as files and nodes have it.
#[derive(Debug, Default, PartialEq)]
struct Account {
    balance: U256,
    nonce: u64,
    code: Bytes,
    storage: BTreeMap<B256, B256>,
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn document(set: &GenesisSet, kind: DocumentKind, chain_id: u64) -> String {
    let documents = set.documents();
    let is_it = |one: &&Document<'_>| one.kind() == kind && one.chain_id() == Some(chain_id);
    documents.iter().find(is_it).expect("each chain has it").render()
}

/// The accounts of an allocs file, in which everything is there and hex.
fn accounts(json: &str) -> BTreeMap<Address, Account> {
    let file: BTreeMap<Address, BTreeMap<String, Value>> = serde_json::from_str(json).unwrap();
    let account = |fields: BTreeMap<String, Value>| {
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["balance", "code", "nonce", "storage"]);
        assert!(fields["balance"].as_str().is_some_and(|balance| balance.starts_with("0x")));
        Account {
            balance: read(&fields["balance"]),
            nonce: read::<U64>(&fields["nonce"]).to(),
            code: read(&fields["code"]),
            storage: read(&fields["storage"]),
        }
    };
    file.into_iter().map(|(address, fields)| (address, account(fields))).collect()
}

async fn asked(node: &Node, expected: &BTreeMap<Address, Account>) -> BTreeMap<Address, Account> {
    let mut requests = Vec::new();
    for (address, account) in expected {
        for method in ["eth_getBalance", "eth_getTransactionCount", "eth_getCode"] {
            requests.push((method, json!([address, "latest"])));
        }
        let slots = account.storage.keys();
        requests.extend(slots.map(|slot| ("eth_getStorageAt", json!([address, slot, "latest"]))));
    }
    let mut answers = node.batch(&requests).await.into_iter();
    let mut next = || answers.next().expect("an answer to each request");
    expected
        .iter()
        .map(|(&address, account)| {
            let (balance, nonce) = (read(&next()), read::<U64>(&next()).to());
            let code = read(&next());
            let storage = account.storage.keys().map(|&slot| (slot, read(&next()))).collect();
            (address, Account { balance, nonce, code, storage })
        })
        .collect()
}

/// The accounts of a state that anvil wrote.
fn dumped(state: &Value) -> BTreeMap<Address, Account> {
    let accounts: BTreeMap<Address, Value> = read(&state["accounts"]);
    let storage = |value: &Value| {
        let slots: BTreeMap<U256, U256> = read(value);
        slots.into_iter().map(|(slot, value)| (slot.into(), value.into())).collect()
    };
    let account = |value: Value| Account {
        balance: read(&value["balance"]),
        nonce: value["nonce"].as_u64().unwrap_or_else(|| read::<U64>(&value["nonce"]).to()),
        code: read(&value["code"]),
        storage: storage(&value["storage"]),
    };
    accounts.into_iter().map(|(address, value)| (address, account(value))).collect()
}

fn differing<'a>(
    one: &'a BTreeMap<Address, Account>,
    other: &'a BTreeMap<Address, Account>,
) -> Vec<(&'a Address, Option<&'a Account>, Option<&'a Account>)> {
    let addresses: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let pairs = addresses.into_iter().map(|address| (address, one.get(address), other.get(address)));
    pairs.filter(|(_, one, other)| one != other).take(5).collect()
}

async fn loads_as_written(config: GenesisConfig, least: usize) {
    let chain_id = config.chain_id;
    let set = if config.kind == ChainKind::L1 {
        GenesisSet::new(Some(config.clone()), vec![GenesisConfig::public_l2(7, DEV_ACCOUNT)], None)
    } else {
        GenesisSet::new(None, vec![config.clone()], None)
    };
    let set = set.unwrap();
    let expected = accounts(&document(&set, DocumentKind::Allocs, chain_id));
    assert!(expected.len() >= least, "{}", expected.len());

    // It would fund accounts of its own.
    let none = ["--accounts", "0"];
    let node = Node::start_from(&document(&set, DocumentKind::Genesis, chain_id), &config, &none).await;
    assert_eq!(node.request::<U64>("eth_chainId", json!([])).await.to::<u64>(), chain_id);
    let block: Value = node.request("eth_getBlockByNumber", json!(["0x0", false])).await;
    assert_eq!(read::<U64>(&block["timestamp"]).to::<u64>(), config.timestamp);
    assert_eq!(read::<U64>(&block["gasLimit"]).to::<u64>(), config.gas_limit);
    assert_eq!(read::<U256>(&block["baseFeePerGas"]), U256::from(config.base_fee));

    let found = asked(&node, &expected).await;
    assert_eq!(differing(&expected, &found), []);
    let mut dumped = dumped(&node.state().await);
    if config.kind == ChainKind::L1 {
        // The node brings it along.
        dumped.remove(&eip2935::HISTORY_STORAGE_ADDRESS);
    }
    assert_eq!(differing(&expected, &dumped), []);
    node.stop().await;
}

#[tokio::test]
async fn a_public_l2_with_the_whole_namespace() {
    let mut config = GenesisConfig::public_l2(901, DEV_ACCOUNT);
    config.timestamp = 1_700_000_000;
    config.gas_limit = 60_000_000;
    config.base_fee = 7;
    let precompile = Address::with_last_byte(1);
    config.accounts = vec![(DEV_ACCOUNT, U256::from(10).pow(U256::from(22))), (precompile, U256::from(5))];
    loads_as_written(config, 2048 + 256 + 16).await;
}

#[tokio::test]
async fn a_chain_before_interop() {
    loads_as_written(GenesisConfig::public_l2(902, DEV_ACCOUNT).before_interop(), 2048 + 256).await;
}

#[tokio::test]
async fn a_chain_of_a_devnet() {
    let config = GenesisConfig::l2(903, DEV_ACCOUNT);
    assert!(matches!(config.kind, ChainKind::L2 { namespace: Namespace::Refusals, .. }));
    loads_as_written(config, 40).await;
}

#[tokio::test]
async fn an_l1() {
    let mut config = GenesisConfig::l1(900);
    config.accounts = vec![(DEV_ACCOUNT, U256::from(1))];
    loads_as_written(config, 3).await;
}
