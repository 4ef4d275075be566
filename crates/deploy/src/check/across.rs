//! What can only be judged across chains: where ether is, who owns, whether tokens are the same.

use super::difference::{ChainReport, Difference, Finding, Kind, Token, Value};
use alloy::primitives::{Address, U256};

/// Judges what the chains hold together. `is_whole`: whether every chain that was named could be read.
pub fn settle(reports: &mut [ChainReport], is_whole: bool) {
    liquidity(reports, is_whole);
    owners(reports);
    tokens(reports);
}

/// Ether goes from one chain's liquidity to another's: less than at the start is no fault as long as the chains have as much
/// together. What is under way was taken from no chain yet.
fn liquidity(reports: &mut [ChainReport], is_whole: bool) {
    let of = |report: &ChainReport| {
        report.findings.iter().find(|finding| finding.name == "ETHLiquidity" && has_balance(finding)).cloned()
    };
    let lacking: Vec<_> = reports.iter().filter_map(of).collect();
    if lacking.is_empty() || reports.len() < 2 && is_whole {
        return;
    }
    let Some(each) = lacking.iter().find_map(wanted) else { return };
    let is_whole = is_whole
        && reports.iter().flat_map(|report| &report.findings).all(|finding| !is_unread_liquidity(finding));
    let found = reports.iter().flat_map(|report| &report.findings);
    let found: U256 = found
        .filter(|finding| finding.name == "ETHLiquidity")
        .filter(|finding| finding.role == Some(crate::Role::Proxy))
        .fold(U256::ZERO, |sum, finding| sum.saturating_add(finding.balance));
    let together = each.saturating_mul(U256::from(reports.len()));
    // A chain that cannot be read may have the rest. One that has nothing at all has lost it in no bridge.
    for report in reports {
        for finding in &mut report.findings {
            let is_moved = found >= together || !is_whole;
            finding.differences.retain(|difference| {
                difference.kind != Kind::Balance || !is_moved || finding.balance.is_zero()
            });
        }
    }
}

fn is_unread_liquidity(finding: &Finding) -> bool {
    finding.name == "ETHLiquidity" && finding.role == Some(crate::Role::Proxy) && finding.is.is_err()
}

fn has_balance(finding: &Finding) -> bool {
    finding.differences.iter().any(|difference| difference.kind == Kind::Balance)
}

fn wanted(finding: &Finding) -> Option<U256> {
    finding.differences.iter().find_map(|difference| match (difference.kind, &difference.expected) {
        (Kind::Balance, Value::AtLeast(number)) => Some(*number),
        _ => None,
    })
}

/// Where nobody said who owns the ProxyAdmins, it is somebody, and the same on all chains.
fn owners(reports: &mut [ChainReport]) {
    let mut first: Option<(u64, Address)> = None;
    for report in reports {
        for finding in &mut report.findings {
            let Some(owner) = finding.owner.filter(|_| finding.is_there()) else { continue };
            if finding.differences.iter().any(|difference| difference.kind == Kind::Owner) {
                continue;
            }
            let expected = match first {
                _ if owner.is_zero() => Value::Text("an account".to_owned()),
                Some((chain, other)) if other != owner => Value::Text(format!("{other}, as on {chain}")),
                Some(_) => continue,
                None => {
                    first = Some((report.chain_id, owner));
                    continue;
                }
            };
            let found = Value::Account(owner, None);
            finding.differences.push(Difference { kind: Kind::Owner, expected, found });
        }
    }
}

/// A token is the one that the first chain has which has it.
fn tokens(reports: &mut [ChainReport]) {
    let mut firsts: Vec<(u64, Finding)> = Vec::new();
    for report in reports {
        for finding in &mut report.findings {
            if finding.token.is_none() || !finding.is_there() {
                continue;
            }
            match firsts.iter().find(|(_, first)| first.address == finding.address) {
                Some((chain, first)) => compare_tokens(*chain, first, finding),
                None => firsts.push((report.chain_id, finding.clone())),
            }
        }
    }
}

fn compare_tokens(chain: u64, first: &Finding, finding: &mut Finding) {
    let (Some(one), Some(other)) = (&first.token, finding.token.clone()) else { return };
    let text = |text: &Option<String>| text.clone().map_or(Value::Nothing, Value::Text);
    let number =
        |number: Option<u8>| number.map_or(Value::Nothing, |number| Value::Number(U256::from(number)));
    let code = |finding: &Finding| match &finding.is {
        Ok(identity) => Value::Text(format!("{identity}, {}", finding.code_hash)),
        Err(_) => Value::Nothing,
    };
    let behind = |token: &Token| {
        token.behind.map_or(Value::Nothing, |(identity, hash)| Value::Text(format!("{identity}, {hash}")))
    };
    let pairs = [
        (Kind::Code, code(first), code(finding)),
        (Kind::ImplementationCode, behind(one), behind(&other)),
        (Kind::Name, text(&one.name), text(&other.name)),
        (Kind::Symbol, text(&one.symbol), text(&other.symbol)),
        (Kind::Decimals, number(one.decimals), number(other.decimals)),
    ];
    for (kind, expected, found) in pairs {
        if expected != found {
            let expected = Value::Text(format!("{expected}, as on {chain}"));
            finding.differences.push(Difference { kind, expected, found });
        }
    }
}
