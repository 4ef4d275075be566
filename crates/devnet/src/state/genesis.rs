//! What the chains start from.

use crate::{
    ChainKind,
    accounts::{DEV_ACCOUNTS, RELAYER_ACCOUNT},
};
use alloy::primitives::{Address, U256};
use causeway_deploy::{Genesis, GenesisConfig, Namespace, genesis};
use serde_json::{Map, Value, json};

/// What each account has from the start: 10,000 ETH.
pub(crate) const BALANCE: u128 = 10_000 * 10u128.pow(18);

pub(super) fn chain_genesis(chain_id: u64, kind: ChainKind, unused: Namespace, timestamp: u64) -> Genesis {
    let mut config = match kind {
        ChainKind::L1 => GenesisConfig::l1(chain_id),
        ChainKind::L2 => GenesisConfig::l2(chain_id, owner()),
    };
    if let causeway_deploy::ChainKind::L2 { namespace, .. } = &mut config.kind {
        *namespace = unused;
    }
    config.timestamp = timestamp;
    config.accounts = funded_accounts().collect();
    genesis(&config)
}

/// The accounts that have ether on every chain of a devnet from the start, and how much, in wei: [`DEV_ACCOUNTS`] and the
/// relayer's.
pub fn funded_accounts() -> impl Iterator<Item = (Address, U256)> {
    DEV_ACCOUNTS.into_iter().chain([RELAYER_ACCOUNT]).map(|account| (account, U256::from(BALANCE)))
}

/// Who may upgrade the predeploys: the first account.
const fn owner() -> Address {
    DEV_ACCOUNTS[0]
}

/// The accounts that a chain starts with, as the node writes them into states.
pub(crate) fn genesis_accounts(chain_id: u64, kind: ChainKind, namespace: Namespace) -> Map<String, Value> {
    accounts(chain_genesis(chain_id, kind, namespace, 0))
}

fn accounts(genesis: Genesis) -> Map<String, Value> {
    let accounts = genesis.alloc.into_iter().map(|(address, account)| {
        let state = json!({
            "nonce": account.nonce.unwrap_or_default(),
            "balance": account.balance,
            "code": account.code.unwrap_or_default(),
            "storage": account.storage.unwrap_or_default(),
        });
        (address.to_string(), state)
    });
    accounts.collect()
}

/// A state file, as the node writes them, of a chain that has its genesis block only.
///
/// The node takes a genesis or a state, not both, and makes the genesis block by itself. What it does not read is the
/// time of that block, which has to be the same at every start.
pub(super) fn initial_state(genesis: Genesis) -> Value {
    let timestamp = genesis.timestamp;
    json!({
        "block": null,
        "accounts": accounts(genesis),
        "best_block_number": 0,
        "blocks": [],
        "transactions": [],
        "historical_states": null,
        super::kept::GENESIS_TIME: timestamp,
    })
}
