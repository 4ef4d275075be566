//! How a plan is shown.

use super::{
    super::words::{role, title, value},
    Site,
};
use crate::{
    interoperable,
    json::{ChainId, Checksummed, chain_name, decimal},
    short::short,
};
use alloy::primitives::U256;
use causeway_deploy::{
    ADMIN_SLOT, IMPLEMENTATION_SLOT,
    install::{Change, Outcome, Step},
    preinstalls,
};
use serde_json::{Value, json};

/// A chain and what becomes of its contracts, for people. Those that stay as they are are counted.
pub(super) fn text(site: &Site, seconds: Option<f64>) -> String {
    let steps = &site.plan.steps;
    let count = |outcome: &str| steps.iter().filter(|step| word(&step.outcome) == outcome).count();
    let kept = count("kept");
    let chain = format!("chain {}", site.chain.label());
    if site.plan.is_done() && site.plan.blocked().is_empty() {
        let left = steps.len() - kept;
        let more = if left > 0 { format!(", {left} of its own stay") } else { String::new() };
        return format!("{chain}: nothing to do: all {kept} are there{more}");
    }
    let writes = site.plan.writes().len();
    let head = match seconds {
        Some(seconds) => {
            format!("{chain}: {writes} writes by {}_*, read back, {seconds:.2} s", site.dialect.name)
        }
        None => format!("{chain}: the plan, {writes} writes by {}_*", site.dialect.name),
    };
    let shown = steps.iter().filter(|step| !matches!(step.outcome, Outcome::Kept | Outcome::Unused));
    let mut lines = vec![head];
    lines.extend(shown.map(line));
    if kept > 0 {
        lines.push(format!("  kept       {kept} more, as they are"));
    }
    lines.join("\n")
}

fn line(step: &Step) -> String {
    let mut line = format!("  {:<9}  {:<39} {}", word(&step.outcome), name(step), short(step.address));
    let was = match &step.outcome {
        Outcome::Replaced { was, .. } => format!("\n{:13}was {was}", ""),
        Outcome::Left { was } => format!("\n{:13}{was}: interop does without ours", ""),
        Outcome::Blocked { was } => format!("\n{:13}{was}: only with --replace", ""),
        _ => String::new(),
    };
    line.push_str(&was);
    for change in step.changes() {
        line.push_str(&format!("\n{:13}{}", "", change_text(&change)));
    }
    line
}

/// What stands there, or whose account it is.
fn name(step: &Step) -> String {
    let is_deployer = preinstalls().iter().any(|preinstall| preinstall.deployer == Some(step.address));
    if is_deployer { format!("{} (sender)", step.name) } else { title(step.name, step.role) }
}

fn change_text(change: &Change) -> String {
    match change {
        Change::Slot { was, now, .. } => format!("{}: {} → {}", kind(change), value(*was), value(*now)),
        Change::Balance { was, now } => format!("balance: {was} → {now} wei"),
        Change::Nonce { was, now } => format!("nonce: {was} → {now}"),
    }
}

fn kind(change: &Change) -> &'static str {
    match change {
        Change::Slot { slot, .. } if *slot == IMPLEMENTATION_SLOT => "implementation",
        Change::Slot { slot, .. } if *slot == ADMIN_SLOT => "admin",
        Change::Slot { .. } => "slot",
        Change::Balance { .. } => "balance",
        Change::Nonce { .. } => "nonce",
    }
}

const fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::Installed => "installed",
        Outcome::Changed { .. } => "changed",
        Outcome::Replaced { .. } => "replaced",
        Outcome::Left { .. } => "left",
        Outcome::Unused => "unused",
        Outcome::Blocked { .. } => "blocked",
    }
}

/// What stands in the way, and where.
pub(super) fn blocked(site: &Site, step: &Step) -> String {
    let was = match &step.outcome {
        Outcome::Blocked { was } => was.to_string(),
        _ => String::new(),
    };
    format!("{} on {} ({was})", title(step.name, step.role), site.chain.label())
}

/// The same for programs, with every contract.
pub(super) fn object(site: &Site, seconds: Option<f64>) -> Value {
    let id = site.chain.id();
    let contracts: Vec<_> = site.plan.steps.iter().map(|step| step_object(step, id)).collect();
    json!({
        "chainId": ChainId::from(id),
        "name": chain_name(&site.chain.known.name),
        "dialect": site.dialect.name,
        "writes": site.plan.writes().len(),
        "seconds": seconds,
        "contracts": contracts,
    })
}

fn step_object(step: &Step, chain_id: u64) -> Value {
    let was = match &step.outcome {
        Outcome::Replaced { was, .. } | Outcome::Left { was } | Outcome::Blocked { was } => {
            Some(was.to_string())
        }
        _ => None,
    };
    let changes: Vec<_> = step
        .changes()
        .iter()
        .map(|change| {
            let (slot, was, now) = match *change {
                Change::Slot { slot, was, now } => (Some(slot), json!(was), json!(now)),
                Change::Balance { was, now } => (None, decimal(was), decimal(now)),
                Change::Nonce { was, now } => (None, decimal(U256::from(was)), decimal(U256::from(now))),
            };
            json!({ "kind": kind(change), "slot": slot, "was": was, "now": now })
        })
        .collect();
    json!({
        "name": step.name,
        "role": role(step.role),
        "address": Checksummed(step.address),
        "addressInteroperable": interoperable::text(U256::from(chain_id), step.address),
        "outcome": word(&step.outcome),
        "was": was,
        "changes": changes,
    })
}
