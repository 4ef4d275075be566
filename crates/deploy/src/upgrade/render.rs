use super::{plan::Plan, step::Step};
use crate::IMPLEMENTATION_SLOT;
use alloy::primitives::TxKind;
use serde_json::{Map, Value, json};

/// What an output says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Name of the form, or of the manifest's file.
    pub form: String,
    /// The chain that it is for, in decimal. No transaction holds it: they are the same on every chain of a set.
    pub chain_id: String,
    /// The dependency set, if it was named.
    pub dependency_set: Option<Vec<String>>,
}

/// Why a plan has not that output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// No step has an intent that op-node would number.
    #[error("op-node puts a label and a number before every intent of a bundle file, and this form has none")]
    NotNumbered,
    /// A step between those that go into the file does not.
    #[error("a step that op-node's bundle file cannot hold stands between those that it holds")]
    Scattered,
}

/// Everything, as JSON: each transaction as `eth_getTransactionByHash` shows it, with its bytes and what it is for.
pub fn to_json(plan: &Plan, heading: &Heading) -> Value {
    json!({
        "form": heading.form,
        "chainId": heading.chain_id,
        "dependencySet": heading.dependency_set,
        "label": plan.label,
        "gasMargin": plan.margin,
        "gas": plan.gas(),
        "transactions": plan.steps.iter().map(transaction).collect::<Vec<_>>(),
    })
}

fn transaction(step: &Step) -> Value {
    let deposit = &step.deposit;
    let to = match deposit.to {
        TxKind::Call(to) => Some(to.to_checksum(None)),
        TxKind::Create => None,
    };
    json!({
        "intent": step.intent,
        "contract": step.contract,
        "creates": step.creates.map(|address| address.to_checksum(None)),
        "measuredGas": step.measured,
        "hash": step.hash(),
        "type": "0x7e",
        "sourceHash": deposit.source_hash,
        "from": deposit.from.to_checksum(None),
        "to": to,
        "mint": format!("{:#x}", deposit.mint),
        "value": format!("{:#x}", deposit.value),
        "gas": format!("{:#x}", deposit.gas_limit),
        "isSystemTx": deposit.is_system_transaction,
        "input": deposit.input,
        "raw": step.raw(),
    })
}

/// What a chain has afterwards, as allocations: the code that was created, and which implementation each proxy has. Accounts
/// whose code cannot be told are not in it.
pub fn to_state(plan: &Plan) -> Value {
    let mut accounts = Map::new();
    for step in &plan.steps {
        if let (Some(address), Some(code)) = (step.creates, &step.leaves) {
            accounts.insert(address.to_checksum(None), json!({ "nonce": "0x1", "code": code }));
        }
        if let (Some(implementation), TxKind::Call(proxy)) = (step.upgrades_to, step.deposit.to) {
            let storage =
                Map::from_iter([(IMPLEMENTATION_SLOT.to_string(), json!(implementation.into_word()))]);
            accounts.insert(proxy.to_checksum(None), json!({ "storage": storage }));
        }
    }
    accounts.into()
}

/// The bytes alone, one transaction a line.
pub fn to_raw(plan: &Plan) -> String {
    plan.steps.iter().map(|step| format!("{}\n", step.raw())).collect()
}

/// The bundle file that op-node and kona embed. They put label and number before each intent themselves, and have
/// `setFeature` and the funding in their own code: those are not in it.
///
/// # Errors
///
/// If the plan is of another form.
pub fn to_bundle(plan: &Plan) -> Result<Value, RenderError> {
    let inside = |step: &Step| step.numbered_intent.is_some();
    let first = plan.steps.iter().position(inside).ok_or(RenderError::NotNumbered)?;
    let last = plan.steps.iter().rposition(inside).ok_or(RenderError::NotNumbered)?;
    let transactions: Option<Vec<Value>> = plan.steps[first..=last].iter().map(in_bundle).collect();
    let transactions = transactions.ok_or(RenderError::Scattered)?;
    Ok(json!({ "metadata": { "version": "1.0.0" }, "transactions": transactions }))
}

fn in_bundle(step: &Step) -> Option<Value> {
    let intent = step.numbered_intent.as_ref()?;
    let deposit = &step.deposit;
    let TxKind::Call(to) = deposit.to else { return None };
    if deposit.mint != 0 || !deposit.value.is_zero() {
        return None;
    }
    Some(json!({
        "data": deposit.input,
        "from": deposit.from.to_checksum(None),
        "gasLimit": deposit.gas_limit,
        "intent": intent,
        "to": to.to_checksum(None),
    }))
}
