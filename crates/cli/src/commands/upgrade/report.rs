//! What is said of the transactions.

use super::{Format, UpgradeArgs};
use crate::{
    json::{Checksummed, decimal},
    printer::Printer,
    short::short,
};
use alloy::primitives::{TxKind, U256};
use causeway_deploy::upgrade::{End, Heading, Plan, Rehearsal, Rehearsed, Step};
use causeway_files::{FileReport, FileState};
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(super) fn done(
    args: &UpgradeArgs,
    plan: &Plan,
    heading: &Heading,
    rehearsal: Option<&Rehearsal>,
    written: Option<&FileReport>,
    printer: &Printer,
) {
    let mut text = steps(plan, rehearsal);
    let _ = write!(
        text,
        "\n\n{}, {} gas: the block of the upgrade needs that much more",
        counted(plan.steps.len(), "transaction"),
        grouped(plan.gas())
    );
    let unmeasured = plan.steps.iter().filter(|step| step.measured.is_none()).count();
    if unmeasured > 0 && rehearsal.is_none() {
        printer.warn(&format!(
            "the gas limits of {} are not measured: --rehearse shows what they use",
            counted(unmeasured, "step")
        ));
    }
    if let Some(rehearsal) = rehearsal {
        let kept = if args.keep { "and is left so" } else { "and is as it was before" };
        printer.ok(&format!("{} ran them, {kept}", rehearsal.client));
    }
    if let Some(file) = written {
        let what = match file.state {
            FileState::Unchanged => "is there already",
            FileState::Replaced | FileState::Removed => "was replaced",
            FileState::Written => "was written",
        };
        printer.ok(&format!("{} {what}", shown(file)));
        if args.format == Format::Nut {
            printer.note(
                "setFeature and the funding are not in it: op-node and kona have them in their own code",
            );
        }
    }
    let to_stdout = args.out.is_some() && written.is_none();
    if to_stdout {
        printer.note(&text);
        return;
    }
    let data = data(
        plan,
        heading,
        rehearsal.map(|rehearsal| (rehearsal, args.keep)),
        written.map(|file| (file, args.format)),
    );
    printer.report(&text, &data);
}

/// All steps for people: addresses in short, for their whole length does not fit beside each other.
pub(super) fn steps(plan: &Plan, rehearsal: Option<&Rehearsal>) -> String {
    let rehearsed = |index: usize| rehearsal.and_then(|rehearsal| rehearsal.steps.get(index));
    let steps = plan.steps.iter().enumerate().map(|(index, step)| one(index, step, rehearsed(index)));
    steps.collect::<Vec<_>>().join("\n")
}

fn one(index: usize, step: &Step, rehearsed: Option<&Rehearsed>) -> String {
    let deposit = &step.deposit;
    let to = match deposit.to {
        TxKind::Call(to) => short(to),
        TxKind::Create => "a new contract".to_owned(),
    };
    let mut text = format!("{index:>2}  {}\n", step.intent);
    let _ = write!(text, "    {} gas", grouped(deposit.gas_limit));
    if let Some(measured) = step.measured {
        let _ = write!(text, " (uses {})", grouped(measured));
    }
    let _ = writeln!(text, ", from {} to {to}", short(deposit.from));
    if deposit.mint != 0 {
        let _ = writeln!(text, "    mints and sends {} wei", deposit.mint);
    }
    if let Some(address) = step.creates {
        let _ = writeln!(text, "    creates {address}");
    }
    if let Some(address) = step.upgrades_to {
        let _ = writeln!(text, "    upgrades to {address}");
    }
    let _ = write!(text, "    source {}", deposit.source_hash);
    if let Some(rehearsed) = rehearsed {
        let used = grouped(rehearsed.gas_used);
        let _ = match &rehearsed.end {
            End::Done => write!(text, "\n    ✓ done with {used} gas"),
            End::AlreadyThere => write!(text, "\n    ✓ nothing to do: it is there already"),
            End::Failed { why } => write!(text, "\n    ✗ failed: {why}"),
        };
    }
    text
}

pub(super) fn data(
    plan: &Plan,
    heading: &Heading,
    rehearsal: Option<(&Rehearsal, bool)>,
    file: Option<(&FileReport, Format)>,
) -> Value {
    let steps: Vec<_> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| step_data(step, rehearsal.and_then(|(rehearsal, _)| rehearsal.steps.get(index))))
        .collect();
    json!({
        "form": heading.form,
        "chainId": heading.chain_id,
        "dependencySet": heading.dependency_set,
        "label": plan.label,
        "gas": plan.gas(),
        "gasMargin": plan.margin,
        "steps": steps,
        "rehearsal": rehearsal.map(|(rehearsal, kept)| json!({
            "client": rehearsal.client,
            "succeeded": rehearsal.succeeded(),
            "kept": kept,
        })),
        "file": file.map(|(file, format)| json!({
            "path": shown(file),
            "format": match format { Format::Json => "json", Format::Raw => "raw", Format::Nut => "nut", Format::State => "state" },
            "bytes": file.bytes,
            "keccak256": file.keccak256,
            "state": file.state.as_str(),
        })),
    })
}

fn step_data(step: &Step, rehearsed: Option<&Rehearsed>) -> Value {
    let deposit = &step.deposit;
    json!({
        "intent": step.intent,
        "contract": step.contract,
        "from": Checksummed(deposit.from),
        "to": deposit.to.to().copied().map(Checksummed),
        "calls": step.calls,
        "creates": step.creates.map(Checksummed),
        "upgradesTo": step.upgrades_to.map(Checksummed),
        "mint": decimal(U256::from(deposit.mint)),
        "value": decimal(deposit.value),
        "gas": deposit.gas_limit,
        "measuredGas": step.measured,
        "sourceHash": deposit.source_hash,
        "transactionHash": step.hash(),
        "rehearsed": rehearsed.map(|rehearsed| json!({
            "end": match &rehearsed.end {
                End::Done => "done",
                End::AlreadyThere => "already-there",
                End::Failed { .. } => "failed",
            },
            "gasUsed": rehearsed.gas_used,
            "why": match &rehearsed.end {
                End::Failed { why } => Some(why),
                _ => None,
            },
        })),
    })
}

/// The path as it was named.
fn shown(file: &FileReport) -> String {
    file.path.strip_prefix(".").unwrap_or(&file.path).display().to_string()
}

/// `1 step`, `2 steps`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
