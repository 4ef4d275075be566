//! An ABI as a constant: types are inferred from it.

use super::{comment, text::literal};
use crate::contract::Contract;
use alloy::json_abi::{Constructor, Error, Event, EventParam, Function, Param, StateMutability};
use causeway_artifact::Docs;
use std::fmt::Write as _;

/// `[ … ] as const`, each item with what its authors wrote.
pub(super) fn render(contract: &Contract) -> String {
    let (abi, docs) = (&contract.abi, &contract.docs);
    let mut items = String::new();
    if let Some(constructor) = &abi.constructor {
        items += &item(Some(&docs.constructor), &constructor_fields(constructor));
    }
    let mutability = |state| format!("stateMutability: {}", literal(word(state)));
    if let Some(fallback) = &abi.fallback {
        let _ = writeln!(items, "  {{ type: \"fallback\", {} }},", mutability(fallback.state_mutability));
    }
    if let Some(receive) = &abi.receive {
        let _ = writeln!(items, "  {{ type: \"receive\", {} }},", mutability(receive.state_mutability));
    }
    for function in abi.functions() {
        items += &item(docs.function(function), &function_fields(function));
    }
    for event in abi.events() {
        items += &item(docs.event(event), &event_fields(event));
    }
    for error in abi.errors() {
        items += &item(docs.error(error), &error_fields(error));
    }
    list(&items)
}

/// `[ … ] as const` of errors.
pub(super) fn render_errors<'a>(errors: impl IntoIterator<Item = (&'a Error, Option<&'a Docs>)>) -> String {
    list(&errors.into_iter().map(|(error, docs)| item(docs, &error_fields(error))).collect::<String>())
}

fn list(items: &str) -> String {
    if items.is_empty() { "[] as const".to_owned() } else { format!("[\n{items}] as const") }
}

fn item(docs: Option<&Docs>, fields: &[String]) -> String {
    let mut text = comment::block(&comment::lines(None, docs), "  ");
    text += "  {\n";
    for field in fields {
        let _ = writeln!(text, "    {field},");
    }
    text + "  },\n"
}

fn constructor_fields(constructor: &Constructor) -> [String; 3] {
    [
        "type: \"constructor\"".to_owned(),
        format!("inputs: {}", params(&constructor.inputs, "    ")),
        format!("stateMutability: {}", literal(word(constructor.state_mutability))),
    ]
}

fn function_fields(function: &Function) -> [String; 5] {
    [
        "type: \"function\"".to_owned(),
        format!("name: {}", literal(&function.name)),
        format!("inputs: {}", params(&function.inputs, "    ")),
        format!("outputs: {}", params(&function.outputs, "    ")),
        format!("stateMutability: {}", literal(word(function.state_mutability))),
    ]
}

fn event_fields(event: &Event) -> Vec<String> {
    let inputs: Vec<_> = event.inputs.iter().map(|input| event_param(input, "      ")).collect();
    let mut fields = vec![
        "type: \"event\"".to_owned(),
        format!("name: {}", literal(&event.name)),
        format!("inputs: {}", array(&inputs, "    ")),
    ];
    if event.anonymous {
        fields.push("anonymous: true".to_owned());
    }
    fields
}

fn error_fields(error: &Error) -> [String; 3] {
    [
        "type: \"error\"".to_owned(),
        format!("name: {}", literal(&error.name)),
        format!("inputs: {}", params(&error.inputs, "    ")),
    ]
}

fn params(params: &[Param], indent: &str) -> String {
    let deeper = format!("{indent}  ");
    let rendered: Vec<_> =
        params.iter().map(|param| one(&param.name, &param.ty, &param.components, None, &deeper)).collect();
    array(&rendered, indent)
}

fn event_param(param: &EventParam, indent: &str) -> String {
    one(&param.name, &param.ty, &param.components, Some(param.indexed), indent)
}

fn one(name: &str, kind: &str, components: &[Param], indexed: Option<bool>, indent: &str) -> String {
    let head = format!("name: {}, type: {}", literal(name), literal(kind));
    let indexed = indexed.map(|indexed| format!(", indexed: {indexed}")).unwrap_or_default();
    if components.is_empty() && !kind.starts_with("tuple") {
        return format!("{{ {head}{indexed} }}");
    }
    format!("{{ {head}{indexed}, components: {} }}", params(components, indent))
}

fn array(items: &[String], indent: &str) -> String {
    if items.is_empty() {
        return "[]".to_owned();
    }
    let items: String = items.iter().map(|item| format!("{indent}  {item},\n")).collect();
    format!("[\n{items}{indent}]")
}

const fn word(state: StateMutability) -> &'static str {
    match state {
        StateMutability::Pure => "pure",
        StateMutability::View => "view",
        StateMutability::NonPayable => "nonpayable",
        StateMutability::Payable => "payable",
    }
}
