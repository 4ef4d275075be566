//! Words and forms for what is on chains.

use crate::short::short;
use alloy::primitives::{Address, B256, U256};
use causeway_deploy::Role;

/// What a contract is there for.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Proxy => "proxy",
        Role::Implementation => "implementation",
        Role::Unproxied => "predeploy",
        Role::Batcher => "batcher",
        Role::Gateway => "gateway",
        Role::Token => "token",
        Role::Preinstall => "preinstall",
        Role::Unused => "unused",
        Role::Absent => "absent",
    }
}

/// Name and role on a line of a terminal: most names stand for one account, those of predeploys for two.
pub(super) fn title(name: &str, role: Role) -> String {
    match role {
        Role::Implementation => format!("{name} code"),
        Role::Absent => format!("{name} (refuses)"),
        _ => name.to_owned(),
    }
}

/// The value of a slot: an address, if it may be one, or a number.
pub(super) fn value(word: B256) -> String {
    let number = U256::from_be_bytes(word.0);
    match number.bit_len() {
        0 => "nothing".to_owned(),
        1..=64 => number.to_string(),
        65..=160 => short(Address::from_word(word)),
        _ => format!("{}…{}", &word.to_string()[..6], &word.to_string()[62..]),
    }
}
