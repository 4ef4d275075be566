//! The file of a contract.

use super::{abi, bytecode, comment};
use crate::contract::{Addresses, Contract};
use std::fmt::Write as _;

pub(super) fn render(contract: &Contract, name: &str, with_bytecode: bool) -> String {
    let title = comment_text(&contract.name);
    let docs = &contract.docs;
    let mut lines = comment::lines(Some(format!("ABI of {title}.")), Some(&docs.contract));
    if let Some(text) = &docs.title {
        lines.splice(1..1, [String::new(), text.lines().collect::<Vec<_>>().join(" ")]);
    }
    for omitted in &contract.omitted {
        lines.push(String::new());
        lines.push(format!("Left out: {}: {}", omitted.item.trim(), omitted.reason));
    }
    let mut text = comment::block(&lines, "");
    let _ = writeln!(text, "export const {name}Abi = {};", abi::render(contract));
    text += &addresses(&contract.addresses, name, &title);
    text += &helpers(&contract.addresses, name, &title);
    if with_bytecode {
        if let Some(code) = &contract.creation {
            text += &bytecode::render(&format!("{name}Bytecode"), "Creation bytecode", &title, code);
        }
        if let Some(code) = &contract.runtime {
            text += &bytecode::render(&format!("{name}DeployedBytecode"), "Runtime bytecode", &title, code);
        }
    }
    text
}

/// A contract's name in a comment of one line.
fn comment_text(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-' | ' ');
    name.chars().filter(|c| is_plain(*c)).take(200).collect()
}

fn addresses(addresses: &Addresses, name: &str, title: &str) -> String {
    match (addresses.everywhere, addresses.chains.is_empty()) {
        (None, true) => String::new(),
        (Some(address), true) => format!(
            "\n/** Address of {title}, the same on every chain. */\nexport const {name}Address = \"{address}\" as const;\n"
        ),
        (everywhere, false) => {
            let mut text = format!("\n/** Addresses of {title} by the ids of chains");
            if let Some(address) = everywhere {
                let _ = write!(text, "; on all others it is {address}");
            }
            let _ = write!(text, ". */\nexport const {name}Address = {{\n");
            for (chain, address) in &addresses.chains {
                let _ = writeln!(text, "  {chain}: \"{address}\",");
            }
            text + "} as const;\n"
        }
    }
}

/// What is spread into viem's actions and into `sendCrossChainCall`.
fn helpers(addresses: &Addresses, name: &str, title: &str) -> String {
    let shape = |address: &str| {
        format!(
            "{{ readonly abi: typeof {name}Abi; readonly address: {address}; readonly target: {address} }}"
        )
    };
    let any = shape("`0x${string}`");
    let mut text = String::new();
    if addresses.chains.is_empty() && addresses.everywhere.is_some() {
        let shape = shape(&format!("typeof {name}Address"));
        let _ = write!(
            text,
            "\n/** {title}, to spread into viem's actions, and into `sendCrossChainCall` for a call from another chain. */\n\
             export const {name}: {shape} = {{\n  abi: {name}Abi,\n  address: {name}Address,\n  target: {name}Address,\n}};\n"
        );
    }
    if !addresses.chains.is_empty() {
        let (key, otherwise) = match addresses.everywhere {
            None => (format!("keyof typeof {name}Address"), String::new()),
            Some(address) => ("number".to_owned(), format!(" ?? \"{address}\"")),
        };
        let looked_up = match addresses.everywhere {
            None => format!("{name}Address[chainId]"),
            Some(_) => format!("({name}Address as Record<number, `0x${{string}}`>)[chainId]{otherwise}"),
        };
        let _ = write!(
            text,
            "\n/** {title} on one chain, to spread into viem's actions, and into `sendCrossChainCall` for a call from another. */\n\
             export function {name}On(chainId: {key}): {any} {{\n  return {name}At({looked_up});\n}}\n"
        );
    }
    let _ = write!(
        text,
        "\n/** {title} at an address, to spread into viem's actions, and into `sendCrossChainCall` for a call from another chain. */\n\
         export function {name}At(address: `0x${{string}}`): {any} {{\n  return {{ abi: {name}Abi, address, target: address }};\n}}\n"
    );
    text
}
