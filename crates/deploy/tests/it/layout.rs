//! The layout of a genesis as a committed file, from which the Solidity test kit is made: it starts its chains with
//! the same contracts.

use crate::DEV_ACCOUNT;
use causeway_deploy::{Contract, GenesisConfig, Role, contracts, preinstalls};
use serde_json::{Value, json};
use std::{fs, path::Path};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../snapshots/genesis.json");

fn l2() -> GenesisConfig {
    GenesisConfig::l2(901, DEV_ACCOUNT)
}

/// A contract without its code, which its name stands for.
fn entry(contract: &Contract) -> Value {
    json!({
        "name": contract.name,
        "role": format!("{:?}", contract.role).to_lowercase(),
        "address": contract.address,
        "nonce": contract.nonce,
        "balance": contract.balance,
        "storage": contract.storage,
    })
}

fn lines(entries: &[Value]) -> String {
    let entries: Vec<_> = entries.iter().map(|entry| format!("  {entry}")).collect();
    format!("[\n{}\n]\n", entries.join(",\n"))
}

#[test]
fn the_committed_layout_is_that_of_an_l2() {
    let layout: Vec<_> = contracts(&l2()).iter().map(entry).collect();
    // Set by the make target alone.
    #[expect(clippy::disallowed_methods)]
    if std::env::var_os("CAUSEWAY_RENEW_LAYOUT").is_some() {
        fs::write(FILE, lines(&layout)).unwrap();
    }
    let committed = fs::read_to_string(FILE).unwrap_or_default();
    let committed: Vec<Value> = serde_json::from_str(&committed).unwrap_or_default();
    assert!(
        committed == layout,
        "snapshots/genesis.json is not the genesis: `make genesis-layout artifacts`"
    );
}

/// The kit takes the code from these files, by the name.
#[test]
fn the_name_of_a_contract_says_which_file_has_its_code() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for contract in contracts(&l2()) {
        let name = if contract.role == Role::Proxy { "Proxy" } else { contract.name };
        let code = match contract.role {
            Role::Absent => continue,
            Role::Preinstall => preinstalls().iter().find(|one| one.name == name).unwrap().runtime_on(901),
            _ => {
                let file = crates.join(format!("bindings/artifacts/{name}.json"));
                let artifact: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
                artifact["deployedBytecode"].as_str().unwrap().parse().unwrap()
            }
        };
        assert_eq!(contract.code, code, "{name}");
    }
}
