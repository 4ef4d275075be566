//! How what was found is shown.

use super::{
    super::words::{role, title, value},
    Expect, Looked,
};
use crate::{
    chains::KnownChain,
    interoperable,
    json::{ChainId, Checksummed, chain_name},
    short::short,
};
use alloy::primitives::U256;
use causeway_deploy::{
    Identity, Role,
    check::{ChainReport, Difference, Finding, Kind, Value},
};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// A chain, and a line for each difference.
pub(super) fn text(looked: &Looked, expect: &Expect) -> String {
    let label = looked.chain.as_ref().map_or_else(|| looked.endpoints.to_string(), KnownChain::label);
    let report = match &looked.report {
        Ok(report) => report,
        Err(reason) => return format!("chain {label}: unknown: {reason}"),
    };
    let (same, different, unknown) = report.counts();
    let all = report.findings.len();
    let head = format!("chain {label}, block {}", report.block.0);
    let like = like(expect);
    if same == all {
        let elsewhere: Vec<_> = report.findings.iter().filter_map(elsewhere).collect();
        let own: Vec<_> =
            report.findings.iter().filter(|_| matches!(expect, Expect::Genesis)).filter_map(own).collect();
        let mut line = format!("{head}: all {all} are {like}");
        for (which, words) in [(&elsewhere, "elsewhere"), (&own, "the reference's")] {
            if !which.is_empty() {
                let _ = write!(line, ", {} of them {words}", which.len());
            }
        }
        return [vec![line], elsewhere, own].concat().join("\n");
    }
    let mut lines = vec![match (different, unknown) {
        (different, 0) => format!("{head}: {same} of {all} are {like}, {different} not"),
        (0, unknown) => format!("{head}: {same} of {all} are {like}, {unknown} unknown"),
        (different, unknown) => {
            format!("{head}: {same} of {all} are {like}, {different} not, {unknown} unknown")
        }
    }];
    lines.extend(report.findings.iter().flat_map(of_finding));
    lines.join("\n")
}

/// Where an implementation is that is right, and not where a genesis has it.
fn elsewhere(finding: &Finding) -> Option<String> {
    let role = finding.role.filter(|_| finding.instead_of.is_some() && !is_of_the_reference(finding))?;
    Some(format!("  {}: at {}", title(&finding.name, role), finding.address))
}

/// What the chain has of its own, and does as well as ours.
fn own(finding: &Finding) -> Option<String> {
    let role = finding.role?;
    let is = finding.is.as_ref().ok().filter(|_| is_of_the_reference(finding))?;
    let at = finding.instead_of.map(|_| format!(", at {}", finding.address)).unwrap_or_default();
    Some(format!("  {}: {is}{at}", title(&finding.name, role)))
}

const fn is_of_the_reference(finding: &Finding) -> bool {
    matches!(finding.is, Ok(Identity::Reference(_)))
}

fn like(expect: &Expect) -> String {
    match expect {
        Expect::Genesis => "as in the genesis".to_owned(),
        Expect::Reference => "as the reference has them".to_owned(),
        Expect::File(path) => format!("as in {}", path.display()),
    }
}

fn of_finding(finding: &Finding) -> Vec<String> {
    let name = match finding.role {
        // What a file names by its code only.
        None => format!("{} {}", short(finding.address), finding.name),
        Some(Role::Token) => format!("{} {}", finding.name, short(finding.address)),
        Some(role) => title(&finding.name, role),
    };
    match &finding.is {
        Err(reason) => vec![format!("  {name}: unknown: {reason}")],
        Ok(_) => {
            finding.differences.iter().map(|difference| format!("  {name}: {}", words(difference))).collect()
        }
    }
}

fn words(difference: &Difference) -> String {
    let expected = match &difference.expected {
        Value::Code(Identity::Ours(_), _) => "ours".to_owned(),
        expected => shown(expected),
    };
    let found = match &difference.found {
        Value::Account(address, None) if address.is_zero() && difference.kind == Kind::Implementation => {
            "none".to_owned()
        }
        found => shown(found),
    };
    match difference.kind {
        Kind::Missing => "missing".to_owned(),
        Kind::Code => format!("{found}, not {expected}"),
        Kind::ImplementationCode => format!("leads to {found}, not {expected}"),
        Kind::Crosschain => "no token that moves between chains (ERC-7802)".to_owned(),
        Kind::Slot(slot) => format!("slot {} is {found}, not {expected}", value(slot)),
        kind => format!("{} is {found}, not {expected}", kind.name()),
    }
}

fn shown(what: &Value) -> String {
    match what {
        Value::Account(address, None) if address.is_zero() => "nobody".to_owned(),
        Value::Account(address, None) => short(*address),
        Value::Account(address, Some(identity)) => format!("{} ({identity})", short(*address)),
        Value::Word(word) => value(*word),
        other => other.to_string(),
    }
}

fn expect(expect: &Expect) -> String {
    match expect {
        Expect::Genesis => "genesis".to_owned(),
        Expect::Reference => "reference".to_owned(),
        Expect::File(path) => path.display().to_string(),
    }
}

/// All chains with every contract, and the nodes that do not say which chain they serve, for programs.
pub(super) fn data(looked: &[Looked], what: &Expect) -> Json {
    let chains = looked.iter().filter_map(|looked| Some(object(looked.chain.as_ref()?, looked)));
    let silent = looked.iter().filter(|looked| looked.chain.is_none()).map(
        |looked| json!({ "rpcUrl": looked.endpoints.to_string(), "reason": looked.report.as_ref().err() }),
    );
    let (chains, silent): (Vec<_>, Vec<_>) = (chains.collect(), silent.collect());
    json!({ "expect": expect(what), "chains": chains, "silent": silent })
}

fn object(chain: &KnownChain, looked: &Looked) -> Json {
    let report = looked.report.as_ref().ok();
    let block = |report: &ChainReport| json!({ "number": report.block.0, "hash": report.block.1 });
    let contracts: Vec<_> = report
        .iter()
        .flat_map(|report| report.findings.iter().map(|finding| finding_object(finding, report.chain_id)))
        .collect();
    json!({
        "chainId": ChainId::from(chain.id),
        "name": chain_name(&chain.name),
        "rpcUrl": looked.endpoints.to_string(),
        "block": report.map(block),
        "reason": looked.report.as_ref().err(),
        "contracts": contracts,
    })
}

fn finding_object(finding: &Finding, chain_id: u64) -> Json {
    let state = match (&finding.is, finding.differences.is_empty()) {
        (Err(_), _) => "unknown",
        (Ok(_), true) => "same",
        (Ok(_), false) => "differs",
    };
    let token = finding.token.as_ref().map(|token| {
        json!({
            "name": token.name, "symbol": token.symbol, "decimals": token.decimals,
            "isCrosschain": token.is_crosschain,
        })
    });
    let differences: Vec<_> = finding.differences.iter().map(difference_object).collect();
    json!({
        "name": finding.name,
        "role": finding.role.map(role),
        "address": Checksummed(finding.address),
        "addressInteroperable": interoperable::text(U256::from(chain_id), finding.address),
        "state": state,
        "is": finding.is.as_ref().ok().map(ToString::to_string),
        "codeHash": finding.is_there().then_some(finding.code_hash),
        "version": finding.version,
        "token": token,
        "reason": finding.is.as_ref().err(),
        "differences": differences,
    })
}

fn difference_object(difference: &Difference) -> Json {
    let slot = match difference.kind {
        Kind::Slot(slot) => Some(slot),
        _ => None,
    };
    let hash = |value: &Value| match value {
        Value::Code(_, hash) => Some(*hash),
        _ => None,
    };
    json!({
        "kind": difference.kind.name(),
        "slot": slot,
        "expected": difference.expected.to_string(),
        "expectedCodeHash": hash(&difference.expected),
        "found": difference.found.to_string(),
        "foundCodeHash": hash(&difference.found),
    })
}
