//! Genesis, preinstalls and upgrades, on their own and on a real anvil.

mod anvil;
mod check;
mod check_upgraded;
mod contract;
mod dependency_set;
mod documents;
mod forge;
mod genesis;
mod install;
mod layout;
mod loaded;
mod namespace;
mod node;
mod preinstalls;
mod upgrade;

use alloy::primitives::{Address, address};

/// The first account of the `test test ... junk` mnemonic, which anvil holds the key of.
const DEV_ACCOUNT: Address = address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
