//! What must come before what, so that no order breaks anything of worth.

use super::{manifest::ManifestError, step::Step};
use alloy::primitives::{Address, U256};
use std::collections::BTreeMap;

/// Pairs of contracts: the proxy of the first is upgraded before that of the second, if that is upgraded at all.
const BEFORE: [(&str, &str, &str); 2] = [
    (
        "SuperchainETHBridge",
        "ETHLiquidity",
        "ETHLiquidity pays by a plain call, which the bridge that goes with it takes and an older one refuses",
    ),
    (
        "OptimismSuperchainERC20Beacon",
        "OptimismSuperchainERC20Factory",
        "a token that the factory creates asks the beacon for its code",
    ),
];

/// Checks the order of the steps.
pub(super) fn check(steps: &[Step]) -> Result<(), ManifestError> {
    let mut upgraded: BTreeMap<&str, usize> = BTreeMap::new();
    let mut intents: BTreeMap<&str, usize> = BTreeMap::new();
    let mut created: BTreeMap<&str, Address> = BTreeMap::new();
    let mut funded = false;
    for step in steps {
        if let (Some(contract), Some(address)) = (&step.contract, step.creates) {
            created.insert(contract, address);
        }
        if let Some(line) = intents.insert(&step.intent, step.line) {
            let cause = format!("{:?} is the intent of the step on line {line}, too", step.intent);
            return Err(wrong(
                step,
                "intent",
                cause,
                "give each its own: equal intents make equal source hashes",
            ));
        }
        if step.deposit.value > U256::from(step.deposit.mint) {
            let cause = "the step sends more than its sender is minted".to_owned();
            return Err(wrong(
                step,
                "value",
                cause,
                "a sender of upgrades has no ether but what `mint` gives it",
            ));
        }
        let Some(contract) = step.contract.as_deref().filter(|_| step.creates.is_none()) else { continue };
        if step.upgrades_to.is_some() {
            // Of an implementation that was there before, as of one that is gone back to, nothing is known.
            let is_new = created.get(contract) == step.upgrades_to.as_ref();
            for (first, second, why) in BEFORE {
                if is_new && contract == second && !upgraded.contains_key(first) {
                    let cause = format!("{second} is upgraded before {first}");
                    return Err(wrong(
                        step,
                        "to",
                        cause,
                        format!("upgrade {first} first, or leave {second} out, too: {why}"),
                    ));
                }
            }
            if let Some(line) = upgraded.insert(contract, step.line) {
                let cause = format!("{contract} is upgraded on line {line}, too");
                return Err(wrong(step, "to", cause, "leave one of the steps away"));
            }
            if contract == "ETHLiquidity" && funded {
                let cause = "ETHLiquidity is upgraded after it is funded".to_owned();
                return Err(wrong(step, "to", cause, "put the funding last"));
            }
        } else if step.calls.as_deref() == Some("fund()") {
            fund(step, contract, &upgraded, funded)?;
            funded = true;
        }
    }
    Ok(())
}

fn fund(
    step: &Step,
    contract: &str,
    upgraded: &BTreeMap<&str, usize>,
    funded: bool,
) -> Result<(), ManifestError> {
    if funded {
        let cause = format!("{contract} is funded twice");
        return Err(wrong(
            step,
            "call",
            cause,
            "leave one of the steps away: what it holds would no longer be what other chains owe",
        ));
    }
    if !upgraded.contains_key(contract) {
        let cause = format!("{contract} is funded before it is upgraded");
        return Err(wrong(
            step,
            "call",
            cause,
            "put its upgrade before: a proxy without an implementation refuses ether",
        ));
    }
    if step.deposit.value != U256::from(step.deposit.mint) {
        let cause = "the funding mints other than it sends".to_owned();
        return Err(wrong(
            step,
            "value",
            cause,
            "let `mint` and `value` be equal: what is left would be nobody's",
        ));
    }
    Ok(())
}

fn wrong(step: &Step, key: &'static str, cause: String, remedy: impl Into<String>) -> ManifestError {
    ManifestError { line: step.line, key: Some(key), cause, remedy: remedy.into() }
}
