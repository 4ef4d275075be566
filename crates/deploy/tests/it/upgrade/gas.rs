//! Gas limits are measured, not guessed.

use super::chain::Chain;
use causeway_deploy::upgrade::{Artifacts, Form, Manifest, PlanOptions, limit_for, plan};
use std::path::Path;

/// More than any step takes.
const ENOUGH: u64 = 16_000_000;

/// What each step of a form takes on a chain without interop.
async fn measure(form: Form) -> Vec<u64> {
    let mut manifest = form_without_gas(form);
    for step in &mut manifest.steps {
        (step.gas, step.measured) = (ENOUGH, None);
    }
    let plan = plan(&manifest, &Artifacts::ours(), &PlanOptions::default()).unwrap();
    let chain = Chain::before_interop().await;
    let mut measured = Vec::new();
    for step in &plan.steps {
        let receipt = chain.run(step).await;
        assert!(receipt.succeeded, "{}", step.intent);
        if let (alloy::primitives::TxKind::Create, created) = (step.deposit.to, receipt.created) {
            assert_eq!(created, step.creates, "{}", step.intent);
        }
        measured.push(receipt.gas_used);
    }
    chain.node.stop().await;
    measured
}

fn form_without_gas(form: Form) -> Manifest {
    form.manifest().unwrap()
}

/// The manifest's text with other figures. Fixed limits stay.
fn with_gas(form: Form, manifest: &Manifest, measured: &[u64]) -> String {
    let mut index = 0;
    let line = |line: &str| {
        if line.starts_with("measured = ") {
            return format!("measured = {}\n", grouped(measured[index]));
        }
        if line.starts_with("gas = ") {
            let fixed = manifest.steps[index].fixed;
            let limit = limit_for(measured[index], manifest.margin);
            index += 1;
            if !fixed {
                return format!("gas = {}\n", grouped(limit));
            }
        }
        format!("{line}\n")
    };
    form.text().lines().map(line).collect()
}

/// As people write numbers in TOML: 1_234_567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

/// `make upgrade-gas` sets CAUSEWAY_RENEW: then the figures are written, not compared.
async fn check(form: Form) {
    let measured = measure(form).await;
    let manifest = form_without_gas(form);
    let text = with_gas(form, &manifest, &measured);
    if std::env::vars_os().any(|(name, _)| name == "CAUSEWAY_RENEW") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("upgrades/{}.toml", form.name()));
        std::fs::write(path, &text).unwrap();
        return;
    }
    for (line, (is, was)) in text.lines().zip(form.text().lines()).enumerate() {
        assert_eq!(was, is, "{}.toml, line {}: run `make upgrade-gas`", form.name(), line + 1);
    }
}

#[tokio::test]
async fn limits_of_the_bundle_are_measured() {
    check(Form::Bundle).await;
}

#[tokio::test]
async fn limits_of_the_creations_are_measured() {
    check(Form::Create).await;
}
