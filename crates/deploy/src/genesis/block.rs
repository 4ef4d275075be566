use super::chain_config::{chain_config, extra_data};
use crate::{
    ChainKind, Contract, GenesisConfig, Namespace, contracts, namespace::precompile_addresses, preinstalls,
};
use alloy::{
    genesis::GenesisAccount,
    primitives::{Address, U256, address},
};

/// A genesis as geth, reth and `anvil --init` read it; its JSON has the accounts in the order of their addresses.
pub use alloy::genesis::Genesis;

/// The SequencerFeeVault predeploy, which gets the priority fees of an OP Stack chain.
pub const SEQUENCER_FEE_VAULT: Address = address!("0x4200000000000000000000000000000000000011");

/// Makes the genesis of a chain. The same configuration always gives the same genesis.
pub fn genesis(config: &GenesisConfig) -> Genesis {
    let mut genesis = Genesis {
        config: chain_config(config),
        extra_data: extra_data(config.kind),
        timestamp: config.timestamp,
        gas_limit: config.gas_limit,
        base_fee_per_gas: Some(config.base_fee),
        coinbase: coinbase(config.kind),
        ..Genesis::default()
    };
    let contracts = contracts(config);
    genesis.alloc.extend(contracts.into_iter().map(|contract| (contract.address, account(contract))));

    if matches!(config.kind, ChainKind::L2 { .. }) {
        // As on public chains, where the creation is the one transaction that these accounts ever sent.
        for deployer in preinstalls().iter().filter_map(|preinstall| preinstall.deployer) {
            genesis.alloc.entry(deployer).or_default().nonce = Some(1);
        }
    }
    if matches!(config.kind, ChainKind::L2 { namespace: Namespace::Full, .. }) {
        // As on public chains, so that a call with value to one of them costs the same as there: the account exists.
        for address in precompile_addresses() {
            genesis.alloc.entry(address).or_default().balance = U256::ONE;
        }
    }
    for &(address, balance) in &config.accounts {
        let account = genesis.alloc.entry(address).or_default();
        account.balance = account.balance.saturating_add(balance);
    }
    genesis
}

const fn coinbase(kind: ChainKind) -> Address {
    match kind {
        ChainKind::L1 => Address::ZERO,
        ChainKind::L2 { .. } => SEQUENCER_FEE_VAULT,
    }
}

fn account(contract: Contract) -> GenesisAccount {
    GenesisAccount {
        nonce: Some(contract.nonce),
        balance: contract.balance,
        code: Some(contract.code),
        storage: Some(contract.storage).filter(|storage| !storage.is_empty()),
        ..GenesisAccount::default()
    }
}
