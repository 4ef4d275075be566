//! The contracts put onto running nodes.
#![allow(clippy::unwrap_used)]

use crate::{DEV_ACCOUNT, node::Node};
use alloy::{
    primitives::{Address, B256, Bytes, U256, address, hex, keccak256},
    sol_types::{SolCall, SolEvent},
};
use causeway_bindings::{L2ToL2CrossDomainMessenger, PROXY_ADMIN, Proxy, WETH_ADDRESS, predeploys};
use causeway_chain::{ConnectOptions, Endpoint, connect, test_utils::FakeNode, test_utils::refusal};
use causeway_deploy::{
    ADMIN_SLOT, ChainKind, Contract, GenesisConfig, IMPLEMENTATION_SLOT, Identity, contracts,
    install::{self, Change, InstallError, Outcome, Plan, Step},
};
use causeway_interop::{
    CROSS_L2_INBOX, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, encode_access_list, payload,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

const INBOX: Address = CROSS_L2_INBOX;
const LIQUIDITY: Address = address!("0x4200000000000000000000000000000000000025");
/// Code that nobody knows.
const FOREIGN: &str = "0x60016000f3";

fn wanted(chain_id: u64) -> Vec<Contract> {
    let mut config = GenesisConfig::l2(chain_id, DEV_ACCOUNT);
    if let ChainKind::L2 { devnet_token, .. } = &mut config.kind {
        *devnet_token = false;
    }
    contracts(&config)
}

impl Node {
    async fn plan(&self, chain_id: u64, replace: bool) -> Plan {
        install::plan(&self.provider(), &wanted(chain_id), replace).await.unwrap()
    }

    pub(crate) async fn install(&self, chain_id: u64, replace: bool) -> Plan {
        let (provider, contracts) = (self.provider(), wanted(chain_id));
        let dialect = install::dialect(&provider).await.unwrap();
        let plan = self.plan(chain_id, replace).await;
        install::apply(&provider, dialect, &contracts, &plan, replace).await.unwrap();
        plan
    }

    pub(crate) async fn set(&self, method: &str, params: Value) {
        self.request::<Value>(method, params).await;
    }
}

fn step(plan: &Plan, address: Address) -> &Step {
    plan.steps.iter().find(|step| step.address == address).unwrap()
}

#[tokio::test]
async fn a_bare_node_gets_what_the_genesis_has() {
    let node = Node::bare(901).await;
    node.install(901, false).await;
    for contract in wanted(901) {
        let observed = node.observe(&contract).await;
        assert_eq!(contract.compare(&observed), [], "{} at {}", contract.name, contract.address);
        assert_eq!(node.nonce(contract.address).await, U256::from(contract.nonce), "{}", contract.name);
        assert_eq!(node.balance(contract.address).await, contract.balance, "{}", contract.name);
    }
    let deployer = address!("0x3fAB184622Dc19b6109349B94811493BF2a45362");
    assert_eq!(node.nonce(deployer).await, U256::ONE);

    let again = node.plan(901, false).await;
    assert!(again.is_done(), "{:?}", again.writes());
    assert!(again.steps.iter().all(|step| step.outcome == Outcome::Kept));
    node.stop().await;
}

/// Sent through the contracts on one bare node, relayed through those on another.
#[tokio::test]
async fn a_message_travels_between_nodes_that_were_bare() {
    let (from, to) = (Node::bare(901).await, Node::bare(902).await);
    from.install(901, false).await;
    to.install(902, false).await;

    let target = Address::repeat_byte(0xaa);
    let send = L2ToL2CrossDomainMessenger::sendMessageCall {
        _destination: U256::from(902),
        _target: target,
        _message: Bytes::from_static(b"hello"),
    };
    let transaction = json!({
        "from": DEV_ACCOUNT, "to": L2_TO_L2_CROSS_DOMAIN_MESSENGER, "data": Bytes::from(send.abi_encode()),
    });
    let receipt: Value = from.request("eth_sendTransactionSync", json!([transaction])).await;
    let log = &receipt["logs"][0];
    let topics: Vec<B256> = serde_json::from_value(log["topics"].clone()).unwrap();
    let data: Bytes = serde_json::from_value(log["data"].clone()).unwrap();
    let number = |value: &Value| serde_json::from_value::<U256>(value.clone()).unwrap().to::<u64>();
    let block: Value = from.request("eth_getBlockByNumber", json!([log["blockNumber"], false])).await;
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: number(&log["blockNumber"]),
        log_index: number(&log["logIndex"]) as u32,
        timestamp: number(&block["timestamp"]),
        chain_id: U256::from(901),
    };
    let sent = payload(&topics, &data);
    let keys = encode_access_list([(&identifier, keccak256(&sent))]);
    let id = L2ToL2CrossDomainMessenger::Identifier {
        origin: identifier.origin,
        blockNumber: U256::from(identifier.block_number),
        logIndex: U256::from(identifier.log_index),
        timestamp: U256::from(identifier.timestamp),
        chainId: identifier.chain_id,
    };
    let relay = L2ToL2CrossDomainMessenger::relayMessageCall { _id: id, _sentMessage: sent.into() };
    let transaction = json!({
        "from": DEV_ACCOUNT, "to": L2_TO_L2_CROSS_DOMAIN_MESSENGER, "data": Bytes::from(relay.abi_encode()),
        "accessList": [{ "address": INBOX, "storageKeys": keys }],
    });
    let receipt: Value = to.request("eth_sendTransactionSync", json!([transaction])).await;
    assert_eq!(receipt["status"], "0x1", "{receipt}");
    let relayed = receipt["logs"]
        .as_array()
        .unwrap()
        .iter()
        .any(|log| log["topics"][0] == json!(L2ToL2CrossDomainMessenger::RelayedMessage::SIGNATURE_HASH));
    assert!(relayed, "{receipt}");
    from.stop().await;
    to.stop().await;
}

/// As on a fork of a chain: its own bridge, WETH, proxies and preinstalls, with things in them.
#[tokio::test]
async fn what_a_chain_has_of_its_own_stays() {
    let node = Node::bare(10).await;
    let bridge = address!("0x4200000000000000000000000000000000000010");
    let multicall = address!("0xcA11bde05977b3631167028862bE2a173976CA11");
    for address in [bridge, WETH_ADDRESS, multicall] {
        node.set("anvil_setCode", json!([address, FOREIGN])).await;
    }
    let own = B256::repeat_byte(0x77);
    node.set("anvil_setStorageAt", json!([bridge, IMPLEMENTATION_SLOT, own])).await;
    // A proxy that is the chain's, to the metadata, and was never used.
    let proxy = [&**Proxy::DEPLOYED_BYTECODE, &hex!("a164736f6c634300080f000a")].concat();
    node.set("anvil_setCode", json!([INBOX, Bytes::from(proxy.clone())])).await;
    node.set("anvil_setStorageAt", json!([INBOX, ADMIN_SLOT, PROXY_ADMIN.into_word()])).await;

    let plan = node.install(10, false).await;
    let left = [bridge, WETH_ADDRESS, multicall].map(|address| step(&plan, address).outcome.clone());
    for outcome in left {
        assert!(matches!(outcome, Outcome::Left { was: Identity::Unknown(_) }), "{outcome:?}");
    }
    for address in [bridge, WETH_ADDRESS, multicall] {
        assert_eq!(node.code(address).await.to_string(), FOREIGN);
    }
    let slot: B256 = node.request("eth_getStorageAt", json!([bridge, IMPLEMENTATION_SLOT, "latest"])).await;
    assert_eq!(slot, own);
    assert!(
        node.code(address!("0xC0D3C0D3c0d3C0d3c0d3c0D3C0D3c0d3c0D30010")).await.is_empty(),
        "nobody needs it"
    );

    let [inbox, ..] = predeploys();
    let change =
        Change::Slot { slot: IMPLEMENTATION_SLOT, was: B256::ZERO, now: inbox.implementation.into_word() };
    assert_eq!(step(&plan, INBOX).outcome, Outcome::Changed { changes: vec![change] });
    assert_eq!(node.code(INBOX).await, Bytes::from(proxy));
    assert!(node.plan(10, false).await.is_done());
    node.stop().await;
}

/// A chain with predeploys of the OP Stack is not told in their empty places that it has none.
#[tokio::test]
async fn no_predeploy_is_refused_where_the_stack_is() {
    let node = Node::bare(10).await;
    let [l1_block, fee_splitter] = [0x15, 0x2b].map(|low| {
        let mut address = predeploys()[0].address;
        address[19] = low;
        address
    });
    node.set("anvil_setCode", json!([l1_block, FOREIGN])).await;
    let plan = node.install(10, false).await;
    assert_eq!(
        (&step(&plan, l1_block).outcome, &step(&plan, fee_splitter).outcome),
        (&Outcome::Unused, &Outcome::Unused)
    );
    assert_eq!(node.code(l1_block).await.to_string(), FOREIGN);
    assert!(node.code(fee_splitter).await.is_empty());
    node.stop().await;
}

#[tokio::test]
async fn what_stands_in_the_way_goes_only_when_asked_to() {
    let node = Node::bare(901).await;
    let [inbox, ..] = predeploys();
    for address in [INBOX, inbox.implementation] {
        node.set("anvil_setCode", json!([address, FOREIGN])).await;
    }
    let plan = node.plan(901, false).await;
    let blocked: Vec<_> = plan.blocked().into_iter().map(|step| (step.name, step.address)).collect();
    assert_eq!(blocked, [("CrossL2Inbox", INBOX), ("CrossL2Inbox", inbox.implementation)]);

    let plan = node.install(901, true).await;
    let outcome = &step(&plan, INBOX).outcome;
    assert!(matches!(outcome, Outcome::Replaced { was: Identity::Unknown(_), .. }), "{outcome:?}");
    assert!(node.plan(901, false).await.is_done());
    node.stop().await;
}

#[tokio::test]
async fn what_is_half_written_is_completed_and_nothing_is_lowered() {
    let node = Node::bare(901).await;
    node.install(901, false).await;
    let safe = address!("0x69f4D1788e39c87893C980c06EdF4b7f686e2938");
    let [_, messenger, ..] = predeploys();
    node.set("anvil_setStorageAt", json!([safe, "0x4", B256::ZERO])).await;
    node.set("anvil_setCode", json!([messenger.implementation, "0x"])).await;
    node.set("anvil_setBalance", json!([LIQUIDITY, "0x5"])).await;
    let owner = Address::repeat_byte(0x55);
    node.set("anvil_setStorageAt", json!([PROXY_ADMIN, "0x0", owner.into_word()])).await;
    let plan = node.install(901, false).await;
    assert_eq!(step(&plan, messenger.implementation).outcome, Outcome::Installed);
    assert_eq!(plan.writes().len(), 3, "the owner that somebody made stays: {:?}", plan.writes());
    assert_eq!(node.balance(LIQUIDITY).await, U256::from(u128::MAX));

    let more = U256::from(u128::MAX) + U256::from(7);
    node.set("anvil_setBalance", json!([LIQUIDITY, more])).await;
    assert!(node.plan(901, false).await.is_done());
    node.stop().await;
}

#[tokio::test]
async fn a_node_that_cannot_set_code_is_told_from_one_that_is_away() {
    let node = FakeNode::start(|method, _| match method {
        "anvil_setCode" => refusal(-32001, "rpc method is not whitelisted"),
        _ => refusal(-32601, "the method does not exist/is not available"),
    })
    .await;
    let provider = connect(&node.endpoint(), &ConnectOptions::default()).unwrap();
    let error = install::dialect(&provider).await.unwrap_err();
    assert!(matches!(error, InstallError::CannotSetCode { .. }), "{error}");
    assert!(error.to_string().contains("not whitelisted"), "{error}");

    let away =
        connect(&"http://127.0.0.1:1".parse::<Endpoint>().unwrap(), &ConnectOptions::default()).unwrap();
    let error = install::dialect(&away).await.unwrap_err();
    assert!(matches!(error, InstallError::Unreachable(_)), "{error}");
}

/// What cannot be read is no empty account, which would be filled.
#[tokio::test]
async fn nothing_is_planned_on_what_a_node_does_not_say() {
    for bad in [json!({ "result": null }), json!({ "result": "" }), refusal(-32000, "busy")] {
        let answer = bad.clone();
        let node = FakeNode::start(move |method, params| match method {
            "eth_getCode" if params[0] == json!(INBOX) => answer.clone(),
            "eth_getCode" => json!({ "result": "0x" }),
            _ => json!({ "result": "0x0" }),
        })
        .await;
        let options = ConnectOptions { read_retries: 0, ..ConnectOptions::default() };
        let provider = connect(&node.endpoint(), &options).unwrap();
        let error = install::plan(&provider, &wanted(901), false).await.unwrap_err();
        assert!(matches!(error, InstallError::Unread { contract: "CrossL2Inbox", .. }), "{bad}: {error:?}");
    }
}

/// Some nodes take few requests at once.
#[tokio::test]
async fn a_node_that_limits_batches_is_asked_in_smaller_ones() {
    let node = FakeNode::start(|method, _| match method {
        "eth_getCode" => json!({ "result": "0x" }),
        _ => json!({ "result": "0x0" }),
    })
    .await;
    node.set_batch_limit(20);
    let provider = connect(&node.endpoint(), &ConnectOptions::default()).unwrap();
    let plan = install::plan(&provider, &wanted(901), false).await.unwrap();
    assert!(plan.steps.iter().all(|step| !step.writes.is_empty()));
}

/// A node that says yes to everything has written nothing.
#[tokio::test]
async fn what_was_written_is_read_back() {
    let node = FakeNode::start(|method, params| match method {
        "anvil_setCode" if params.as_array().is_some_and(Vec::is_empty) => {
            refusal(-32602, "invalid length 0")
        }
        "eth_getCode" => json!({ "result": "0x" }),
        method if method.starts_with("eth_get") => json!({ "result": "0x0" }),
        _ => json!({ "result": null }),
    })
    .await;
    let provider = connect(&node.endpoint(), &ConnectOptions::default()).unwrap();
    let (contracts, dialect) = (wanted(901), install::dialect(&provider).await.unwrap());
    let plan = install::plan(&provider, &contracts, false).await.unwrap();
    let error = install::apply(&provider, dialect, &contracts, &plan, false).await.unwrap_err();
    assert!(matches!(error, InstallError::NotHeld { .. }), "{error}");
}

/// What a node holds, which the tests below end in the middle of a batch.
#[derive(Default)]
struct Store {
    code: BTreeMap<Address, Bytes>,
    slots: BTreeMap<(Address, U256), B256>,
    numbers: BTreeMap<(String, Address), U256>,
    /// How many more writes it takes before it is gone.
    left: usize,
}

impl Store {
    fn answer(&mut self, method: &str, params: &Value) -> Value {
        let address = || serde_json::from_value::<Address>(params[0].clone()).unwrap();
        let slot = || serde_json::from_value::<U256>(params[1].clone()).unwrap();
        if method.starts_with("hardhat_") && params.as_array().is_some_and(Vec::is_empty) {
            return refusal(-32602, "Expected exactly 2 arguments and got 0");
        }
        let what = method
            .rsplit(['_'])
            .next()
            .unwrap()
            .trim_start_matches("get")
            .trim_start_matches("set")
            .to_owned();
        if method.starts_with("hardhat_set") {
            if self.left == 0 {
                return refusal(-32000, "gone");
            }
            self.left -= 1;
        }
        match method {
            "eth_getCode" => json!({ "result": self.code.get(&address()).cloned().unwrap_or_default() }),
            "eth_getStorageAt" => {
                json!({ "result": self.slots.get(&(address(), slot())).copied().unwrap_or_default() })
            }
            "eth_getBalance" | "eth_getTransactionCount" => {
                let what = if what == "TransactionCount" { "Nonce".to_owned() } else { what };
                json!({ "result": self.numbers.get(&(what, address())).copied().unwrap_or_default() })
            }
            "hardhat_setCode" => {
                self.code.insert(address(), serde_json::from_value(params[1].clone()).unwrap());
                json!({ "result": true })
            }
            "hardhat_setStorageAt" => {
                self.slots.insert((address(), slot()), serde_json::from_value(params[2].clone()).unwrap());
                json!({ "result": true })
            }
            "hardhat_setBalance" | "hardhat_setNonce" => {
                self.numbers.insert((what, address()), slot());
                json!({ "result": true })
            }
            "eth_call" => {
                json!({ "error": { "code": 3, "message": "execution reverted", "data": "0xbca35af6" } })
            }
            _ => refusal(-32601, "Method not found"),
        }
    }
}

/// Wherever it ends, the same work goes on from there, by the methods that the node has.
#[tokio::test]
async fn a_node_that_dies_in_the_middle_is_completed_later() {
    for taken in [0, 1, 17, 60, 109] {
        let store = Arc::new(Mutex::new(Store { left: taken, ..Store::default() }));
        let shared = Arc::clone(&store);
        let node = FakeNode::start(move |method, params| shared.lock().unwrap().answer(method, params)).await;
        let provider = connect(&node.endpoint(), &ConnectOptions::default()).unwrap();
        let contracts = wanted(901);
        let dialect = install::dialect(&provider).await.unwrap();
        assert_eq!(dialect.name, "hardhat");
        let plan = install::plan(&provider, &contracts, false).await.unwrap();
        let whole = plan.writes().len();
        let error = install::apply(&provider, dialect, &contracts, &plan, false).await.unwrap_err();
        assert!(matches!(error, InstallError::Unwritten(_)), "{error}");

        store.lock().unwrap().left = usize::MAX;
        let plan = install::plan(&provider, &contracts, false).await.unwrap();
        assert_eq!((plan.writes().len(), plan.blocked().len()), (whole - taken, 0), "after {taken}");
        install::apply(&provider, dialect, &contracts, &plan, false).await.unwrap();
        let done = install::plan(&provider, &contracts, false).await.unwrap();
        assert!(done.is_done(), "{:?}", done.writes());
    }
}

/// Without transient storage no message can be relayed, whatever stands there.
#[tokio::test]
async fn a_chain_that_cannot_run_them_is_told() {
    let node = Node::with(&["--chain-id", "901", "--hardfork", "shanghai"]).await;
    let (provider, contracts) = (node.provider(), wanted(901));
    let dialect = install::dialect(&provider).await.unwrap();
    let plan = node.plan(901, false).await;
    let error = install::apply(&provider, dialect, &contracts, &plan, false).await.unwrap_err();
    assert!(matches!(error, InstallError::DoNotRun { .. }), "{error}");
    assert!(node.plan(901, false).await.is_done());
    let error = install::prove(&provider).await.unwrap_err();
    assert!(matches!(error, InstallError::DoNotRun { .. }), "all is there, and as useless: {error}");
    node.stop().await;
}
