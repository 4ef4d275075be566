//! Every error of every contract, by which a revert from anywhere is told by name.

use super::abi::render_errors;
use crate::contract::Contract;
use std::collections::BTreeMap;

pub(super) fn render(contracts: &[Contract], of_interop: bool) -> Option<String> {
    let mut errors = BTreeMap::new();
    for contract in contracts {
        for error in contract.abi.errors() {
            errors.entry(error.signature()).or_insert((error, contract.docs.error(error)));
        }
    }
    let name = if of_interop { "interopErrorsAbi" } else { "errorsAbi" };
    let list = render_errors(errors.into_values());
    (list != "[] as const")
        .then(|| format!("/** Every error of these contracts. */\nexport const {name} = {list};\n"))
}
