//! An anvil with what a real chain has before interop, which takes deposits.

use crate::{DEV_ACCOUNT, node::Node};
use alloy::{
    primitives::{Address, B256, Bytes, U256, address, hex},
    sol_types::SolCall,
};
use causeway_bindings::implementation_address;
use causeway_deploy::{
    GenesisConfig, IMPLEMENTATION_SLOT,
    upgrade::{Plan, Step},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) const L1_BLOCK: Address = address!("0x4200000000000000000000000000000000000015");
pub(crate) const ETH_LIQUIDITY: Address = address!("0x4200000000000000000000000000000000000025");

/// In place of L1Block: for the depositor alone, it stores true in the mapping of features, which is in slot 9 there, and
/// logs the feature.
const L1_BLOCK_CODE: &[u8] = &hex!(
    "73deaddeaddeaddeaddeaddeaddeaddeaddead0001 33 14 601d 57 5f5f fd 5b"
    "6004 35 5f 52 6009 6020 52 6001 6040 5f 20 55"
    "6004 35 5f 5f a1 00"
);

/// What a chain is that never was without interop.
pub(crate) fn config() -> GenesisConfig {
    let mut config = GenesisConfig::public_l2(901, DEV_ACCOUNT);
    config.timestamp = 1_700_000_000;
    config.accounts = vec![(DEV_ACCOUNT, U256::from(u64::MAX))];
    config
}

/// An account of a state that anvil wrote.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) nonce: u64,
    pub(crate) balance: U256,
    pub(crate) code: Bytes,
    pub(crate) storage: BTreeMap<B256, B256>,
}

pub(crate) struct Chain {
    pub(crate) node: Node,
}

/// What became of a deposit.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    pub(crate) succeeded: bool,
    pub(crate) gas_used: u64,
    pub(crate) created: Option<Address>,
}

impl Chain {
    pub(crate) async fn start(config: &GenesisConfig) -> Self {
        let node = Node::start(config).await;
        // Anvil tells pending deposits of one sender apart by a nonce, which is zero for all: one at a time.
        node.request::<Value>("evm_setAutomine", json!([false])).await;
        Self { node }
    }

    /// One without the interop contracts, with features in L1Block.
    pub(crate) async fn before_interop() -> Self {
        let chain = Self::start(&config().before_interop()).await;
        chain.put(L1_BLOCK, implementation_address(L1_BLOCK), L1_BLOCK_CODE).await;
        chain
    }

    /// Puts code somewhere, and behind a proxy.
    pub(crate) async fn put(&self, proxy: Address, implementation: Address, code: &[u8]) {
        self.node
            .request::<Value>("anvil_setCode", json!([implementation, Bytes::copy_from_slice(code)]))
            .await;
        let slot = json!([proxy, IMPLEMENTATION_SLOT, implementation.into_word()]);
        self.node.request::<Value>("anvil_setStorageAt", slot).await;
    }

    pub(crate) async fn run(&self, step: &Step) -> Receipt {
        let hash: B256 = self.node.request("eth_sendRawTransaction", json!([step.raw()])).await;
        assert_eq!(hash, step.hash(), "{}", step.intent);
        self.node.request::<Value>("evm_mine", json!([])).await;
        let receipt: Value = self.node.request("eth_getTransactionReceipt", json!([hash])).await;
        let number = |field: &str| receipt[field].as_str().unwrap().parse::<U256>().unwrap().to::<u64>();
        let created = serde_json::from_value(receipt["contractAddress"].clone()).unwrap();
        Receipt { succeeded: receipt["status"] == "0x1", gas_used: number("gasUsed"), created }
    }

    /// Runs all, each of which has to succeed.
    pub(crate) async fn upgrade(&self, plan: &Plan) {
        for step in &plan.steps {
            let receipt = self.run(step).await;
            assert!(receipt.succeeded, "{}: {receipt:?}", step.intent);
            assert!(receipt.gas_used <= step.deposit.gas_limit, "{}", step.intent);
        }
    }

    /// Puts a transaction into a block, and returns its receipt.
    pub(crate) async fn transaction(&self, transaction: Value) -> Value {
        let hash: B256 = self.node.request("eth_sendTransaction", json!([transaction])).await;
        self.node.request::<Value>("evm_mine", json!([])).await;
        self.node.request("eth_getTransactionReceipt", json!([hash])).await
    }

    pub(crate) async fn send(&self, from: Address, to: Address, call: &impl SolCall) {
        let data = Bytes::from(call.abi_encode());
        let receipt = self.transaction(json!({ "from": from, "to": to, "data": data })).await;
        assert_eq!(receipt["status"], "0x1", "{receipt}");
    }

    /// Whether a plain transfer is refused.
    pub(crate) async fn refuses_ether(&self, from: Address, to: Address) -> bool {
        let transaction = json!({ "from": from, "to": to, "value": "0x1" });
        self.node.answer("eth_call", json!([transaction, "latest"])).await["error"]["code"] == 3
    }

    pub(crate) async fn implementation(&self, proxy: Address) -> Address {
        let slot: B256 =
            self.node.request("eth_getStorageAt", json!([proxy, IMPLEMENTATION_SLOT, "latest"])).await;
        Address::from_word(slot)
    }

    /// Ends it, and returns every account, less what each block writes.
    pub(crate) async fn accounts(self) -> BTreeMap<Address, Account> {
        /// Block hashes (EIP-2935), and roots of beacon blocks (EIP-4788).
        const WRITTEN_BY_BLOCKS: [Address; 2] = [
            address!("0x0000F90827F1C53a10cb7A02335B175320002935"),
            address!("0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02"),
        ];
        let mut state = self.node.state().await;
        self.node.stop().await;
        let mut accounts: BTreeMap<Address, Account> =
            serde_json::from_value(state["accounts"].take()).unwrap();
        for (address, account) in &mut accounts {
            account.storage.retain(|_, value| !value.is_zero());
            if WRITTEN_BY_BLOCKS.contains(address) {
                account.storage.clear();
            }
        }
        accounts.retain(|_, account| *account != Account::default());
        accounts
    }
}
