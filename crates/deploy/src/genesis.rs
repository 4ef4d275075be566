use crate::{
    ChainKind, Contract, GenesisConfig, Namespace, contracts, namespace::precompile_addresses, preinstalls,
};
use alloy::{
    genesis::{ChainConfig, GenesisAccount},
    primitives::{Address, U256, address},
};

/// A genesis as geth, reth and `anvil --init` read it; its JSON has the accounts in the order of their addresses.
pub use alloy::genesis::Genesis;

/// The SequencerFeeVault predeploy, which gets the priority fees of an OP Stack chain.
pub const SEQUENCER_FEE_VAULT: Address = address!("0x4200000000000000000000000000000000000011");

/// Makes the genesis of a chain. The same configuration always gives the same genesis.
pub fn genesis(config: &GenesisConfig) -> Genesis {
    let mut genesis = Genesis {
        config: chain_config(config.chain_id),
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

/// Every fork up to Prague is active from the start, as on an OP Stack chain since Isthmus.
fn chain_config(chain_id: u64) -> ChainConfig {
    ChainConfig {
        chain_id,
        homestead_block: Some(0),
        eip150_block: Some(0),
        eip155_block: Some(0),
        eip158_block: Some(0),
        byzantium_block: Some(0),
        constantinople_block: Some(0),
        petersburg_block: Some(0),
        istanbul_block: Some(0),
        muir_glacier_block: Some(0),
        berlin_block: Some(0),
        london_block: Some(0),
        arrow_glacier_block: Some(0),
        gray_glacier_block: Some(0),
        merge_netsplit_block: Some(0),
        shanghai_time: Some(0),
        cancun_time: Some(0),
        prague_time: Some(0),
        terminal_total_difficulty: Some(U256::ZERO),
        terminal_total_difficulty_passed: true,
        ..ChainConfig::default()
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
