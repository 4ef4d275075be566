//! Where the contracts stand, by chain.

use super::{
    plan::Plan,
    text::{Text, code},
    word,
};
use crate::contract::{Bindings, Contract};
use alloy::primitives::Address;

/// Whether there is anything to tell.
pub(super) fn are_known(bindings: &Bindings) -> bool {
    bindings.contracts.iter().any(|contract| !contract.addresses.is_empty())
}

/// The module of addresses, without its head.
pub(super) fn items(bindings: &Bindings, plan: &Plan<'_>) -> String {
    let known = bindings.contracts.iter().zip(&plan.public);
    let known = known.filter(|(contract, _)| !contract.addresses.is_empty());
    let items: Vec<_> = known.map(|(contract, public)| of(contract, public)).collect();
    format!("use alloy::primitives::{{Address, address}};\n\n{}", items.join("\n"))
}

fn of(contract: &Contract, public: &str) -> String {
    let function = match crate::snake(&contract.ident) {
        name if word::is_writable(&name) => word::raw(&name),
        name => format!("{name}_"),
    };
    let link = format!("[{}](super::{public})", code(&contract.name));
    let addresses = &contract.addresses;
    let mut text = String::new();
    if let Some(address) = addresses.everywhere {
        let mut docs = Text::default();
        let but = if addresses.chains.is_empty() { "" } else { " that has no other" };
        docs.markdown(format!("Where {link} stands on every chain{but}."));
        let name = crate::snake(&contract.ident).to_uppercase();
        text.push_str(&docs.write("", "///"));
        text.push_str(&format!("pub const {name}: Address = {};\n\n", literal(address)));
    }
    let chains = addresses.chains.iter();
    let arms: String =
        chains.map(|(chain, address)| format!("        {chain} => Some({}),\n", literal(*address))).collect();
    let rest = addresses
        .everywhere
        .map_or_else(|| "None".to_owned(), |address| format!("Some({})", literal(address)));
    let parameter = if arms.is_empty() { "_chain" } else { "chain" };
    let body = if arms.is_empty() {
        format!("    {rest}\n")
    } else {
        format!("    match chain {{\n{arms}        _ => {rest},\n    }}\n")
    };
    text.push_str(&format!(
        "/// Where {link} stands on the chain of this id, if that is known.\npub const fn {function}({parameter}: u64) -> Option<Address> {{\n{body}}}\n"
    ));
    text
}

fn literal(address: Address) -> String {
    format!("address!(\"{address}\")")
}
