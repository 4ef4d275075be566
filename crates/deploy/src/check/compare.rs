//! What is held against what should be, without asking any node.

use super::{
    difference::{Difference, Finding, Kind, Value},
    expected::{Expected, known},
};
use crate::{AccountState, IMPLEMENTATION_SLOT, Identity, Role};
use alloy::primitives::{Address, B256, U256};
use causeway_bindings::PROXY_ADMIN;

/// What was read of a contract.
pub(super) struct Seen {
    pub(super) state: Result<AccountState, String>,
    /// What the proxy leads to.
    pub(super) behind: Option<(Address, Result<AccountState, String>)>,
    /// What `version()` answers: `Ok(None)` if it does not.
    pub(super) version: Option<Result<Option<String>, String>>,
}

pub(super) fn finding(expected: &Expected, seen: Seen) -> Finding {
    let mut finding = Finding::new(&expected.name, expected.role, expected.address);
    finding.instead_of = expected.instead_of;
    let state = match seen.state {
        Ok(state) => state,
        Err(reason) => return Finding { is: Err(reason), ..finding },
    };
    let (is, code_hash) = known(&state.code);
    (finding.is, finding.code_hash) = (Ok(is), code_hash);
    finding.balance = state.balance;
    if expected.address == PROXY_ADMIN && expected.is_proxy() {
        finding.owner = Some(Address::from_word(state.slot(B256::ZERO)));
    }
    if let Some((_, Err(reason))) = seen.behind {
        return Finding { is: Err(reason), ..finding };
    }
    match seen.version {
        Some(Err(reason)) => return Finding { is: Err(reason), ..finding },
        Some(Ok(version)) => finding.version = version,
        None => {}
    }
    let behind = seen.behind.and_then(|(address, state)| Some((address, known(&state.ok()?.code))));
    finding.differences = differences(expected, &state, behind);
    // Other code has another version, or none.
    let is_as_good = expected.role != Some(Role::Proxy) && expected.is_as_good(is);
    if let (Some(version), true) = (expected.version, finding.differences.is_empty() && !is_as_good)
        && finding.version.as_deref() != Some(version)
    {
        finding.differences.push(Difference {
            kind: Kind::Version,
            expected: Value::Text(version.to_owned()),
            found: finding.version.clone().map_or(Value::Nothing, Value::Text),
        });
    }
    finding
}

/// That a proxy answers with no version, or another one, is no difference of its own where it leads to other code.
pub(super) fn blame_the_code(findings: &mut [Finding]) {
    let is_other = |finding: &Finding| {
        finding.role == Some(Role::Implementation) && !(finding.is.is_ok() && finding.differences.is_empty())
    };
    let others: Vec<_> =
        findings.iter().filter(|finding| is_other(finding)).map(|finding| finding.name.clone()).collect();
    for finding in findings.iter_mut().filter(|finding| others.contains(&finding.name)) {
        finding.differences.retain(|difference| difference.kind != Kind::Version);
    }
}

fn differences(
    expected: &Expected,
    state: &AccountState,
    behind: Option<(Address, (Identity, B256))>,
) -> Vec<Difference> {
    let (is, hash) = known(&state.code);
    let mut differences = Vec::new();
    let mut differ = |kind, expected, found| differences.push(Difference { kind, expected, found });
    match expected.code {
        Some((wanted, wanted_hash)) if state.code.is_empty() => {
            differ(Kind::Missing, Value::Code(wanted, wanted_hash), Value::Nothing);
            return differences;
        }
        Some((wanted, wanted_hash))
            if hash != wanted_hash && !expected.is_ours(is) && !expected.is_as_good(is) =>
        {
            differ(Kind::Code, Value::Code(wanted, wanted_hash), Value::Code(is, hash));
        }
        _ => {}
    }
    for (&slot, &wanted) in &expected.slots {
        let found = state.slot(slot);
        if found == wanted {
            continue;
        }
        let (kind, value) = expected.slot_kind(slot);
        let found = match behind {
            Some((address, (identity, _))) if slot == IMPLEMENTATION_SLOT => {
                Value::Account(address, Some(identity))
            }
            _ => value(found),
        };
        differ(kind, value(wanted), found);
    }
    if let Some((wanted, wanted_hash)) = expected.behind {
        let found = behind.map(|(_, known)| known);
        if found.is_none_or(|(_, hash)| hash != wanted_hash) {
            let found = found.map_or(Value::Nothing, |(identity, hash)| Value::Code(identity, hash));
            differ(Kind::ImplementationCode, Value::Code(wanted, wanted_hash), found);
        }
    }
    if state.balance < expected.balance {
        differ(Kind::Balance, Value::AtLeast(expected.balance), Value::Number(state.balance));
    }
    if state.nonce < expected.nonce {
        let nonces = [expected.nonce, state.nonce].map(U256::from);
        differ(Kind::Nonce, Value::AtLeast(nonces[0]), Value::Number(nonces[1]));
    }
    differences
}
