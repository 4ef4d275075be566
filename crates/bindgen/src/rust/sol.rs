//! What `sol!` is given: the contracts and types of a file as Solidity.

use super::{
    item::{Field, Item, Kind},
    names::{Named, Names},
    plan::{Place, Plan},
    text::{Text, code},
    types::Shape,
    word,
};
use crate::contract::Contract;
use alloy::json_abi::StateMutability;

/// A module of types only.
pub(super) fn space(plan: &Plan<'_>, number: usize) -> String {
    let place = Place::Space(number);
    let mut text = Text::default();
    match &plan.spaces[number].container {
        Some(name) => text.markdown(format!("What {} declares.", code(name))),
        None => text.markdown("What is declared outside of contracts."),
    }
    let body = types(plan, place);
    format!("{}{DERIVES}    library {} {{\n{body}    }}\n", text.write("    ", "///"), plan.inner(place))
}

/// A contract: its types, and those of its items that `sol!` can hold.
pub(super) fn contract(
    plan: &Plan<'_>,
    number: usize,
    contract: &Contract,
    names: &Names,
    docs: &str,
) -> String {
    let place = Place::Contract(number);
    let items = &plan.items[number];
    let mut body = types(plan, place);
    if let Some(fields) = &items.constructor {
        let mut text = Text::default();
        text.docs(&contract.docs.constructor);
        let parameters = parameters(plan, place, fields, &names.fields(fields));
        let payable = contract.abi.constructor.as_ref().map(|constructor| constructor.state_mutability);
        body.push_str(&text.write(INDENT, "///"));
        body.push_str(&format!("{INDENT}constructor({parameters}){};\n", payable.map_or("", mutability)));
    }
    if contract.abi.fallback.is_some() {
        body.push_str(&format!("{INDENT}fallback() external payable;\n"));
    }
    if contract.abi.receive.is_some() {
        body.push_str(&format!("{INDENT}receive() external payable;\n"));
    }
    for named in &names.by_sol {
        body.push_str(&item(plan, place, &items.all[named.item], names));
    }
    format!("{docs}    #[sol(rpc)]\n{DERIVES}    interface {} {{\n{body}    }}\n", plan.inner(place))
}

const INDENT: &str = "        ";

/// For everything in a module. `sol!` has a shorter form, which leaves out constructors, and results of nothing.
const DERIVES: &str = "    #[derive(Debug, PartialEq, Eq, Hash)]\n";

fn types(plan: &Plan<'_>, place: Place) -> String {
    plan.types_of(place).map(|number| declared(plan, place, number)).collect()
}

fn declared(plan: &Plan<'_>, place: Place, number: usize) -> String {
    let declared = plan.types.get(number);
    let name = plan.type_name(number);
    let mut text = Text::default();
    if name != declared.name && declared.of_tuple.is_none() {
        let given = code(&declared.name);
        text.markdown(format!(
            "{given} in Solidity. What hashes it by its name (EIP-712) has the name that it has here."
        ));
    }
    let name = word::raw(name);
    let lines = match &declared.shape {
        Shape::Struct(fields) => {
            let given: Vec<_> = fields.iter().map(|(name, _)| &**name).collect();
            let names = word::fields(&given, |_| false);
            let field = |(((_, ty), name), i): (((&String, &_), &Option<String>), usize)| {
                let name = name.clone().unwrap_or_else(|| format!("_{i}"));
                format!("{} {};", plan.solidity(ty, place), word::raw(&name))
            };
            let fields = fields.iter().map(|(name, ty)| (name, ty)).zip(&names).zip(0..);
            let fields = fields.map(field).collect::<Vec<_>>().join(" ");
            let default = if plan.types.has_default(number) { "#[derive(Default)] " } else { "" };
            format!("{INDENT}{default}struct {name} {{ {fields} }}\n")
        }
        Shape::Enum => {
            text.markdown("An enum, as the number of the variant: ABIs do not name them.");
            format!("{INDENT}type {name} is uint8;\n")
        }
        Shape::Value(ty) => {
            text.markdown(format!("A name for values of {}.", code(ty)));
            let ty = if ty == "function" { "function() external" } else { ty };
            format!("{INDENT}type {name} is {ty};\n")
        }
    };
    format!("{}{lines}", text.write(INDENT, "///"))
}

fn item(plan: &Plan<'_>, place: Place, item: &Item<'_>, names: &Names) -> String {
    let mut text = Text::default();
    item.docs.iter().for_each(|docs| text.docs(docs));
    let docs = text.write(INDENT, "///");
    let inputs = parameters(plan, place, &item.inputs, &names.fields(&item.inputs));
    let name = word::raw(item.name);
    let line = match item.kind {
        Kind::Function => {
            let outputs = parameters(plan, place, &item.outputs, &names.fields(&item.outputs));
            let returns = if outputs.is_empty() { String::new() } else { format!(" returns ({outputs})") };
            format!("function {name}({inputs}) external{}{returns};", mutability(item.mutability))
        }
        Kind::Event if item.is_anonymous => format!("event {name}({inputs}) anonymous;"),
        Kind::Event => format!("event {name}({inputs});"),
        Kind::Error => format!("error {name}({inputs});"),
    };
    format!("{docs}{INDENT}{line}\n")
}

fn parameters(plan: &Plan<'_>, place: Place, fields: &[Field], names: &[Option<String>]) -> String {
    let parameter = |(field, name): (&Field, &Option<String>)| {
        let indexed = if field.is_indexed { " indexed" } else { "" };
        let name = name.as_ref().map(|name| format!(" {}", word::raw(name))).unwrap_or_default();
        format!("{}{indexed}{name}", plan.solidity(&field.ty, place))
    };
    fields.iter().zip(names).map(parameter).collect::<Vec<_>>().join(", ")
}

const fn mutability(mutability: StateMutability) -> &'static str {
    match mutability {
        StateMutability::Pure => " pure",
        StateMutability::View => " view",
        StateMutability::NonPayable => "",
        StateMutability::Payable => " payable",
    }
}

/// The documentation of a contract's module.
pub(super) fn docs(plan: &Plan<'_>, number: usize, contract: &Contract, names: &Names) -> Text {
    let items = &plan.items[number];
    let mut text = Text::default();
    match &contract.docs.title {
        Some(title) => text.paragraph(title),
        None => text.markdown(format!("{}.", code(&contract.name))),
    }
    text.docs(&contract.docs.contract);
    if let Some(source) = &contract.source {
        text.markdown(format!("Source: {}, in {}.", code(&contract.name), code(source)));
    }
    if !names.by_hand.is_empty() {
        let listed = |named: &Named| {
            let item = &items.all[named.item];
            let made = match item.kind {
                Kind::Function => format!("{}Call", named.name),
                Kind::Event | Kind::Error => named.name.clone(),
            };
            format!("{} {} as {}", item.kind.word(), code(&item.signature), code(&made))
        };
        let listed: Vec<_> = names.by_hand.iter().map(listed).collect();
        text.markdown(format!(
            "With names of their own, and not in the enums of all: {}.",
            listed.join(", ")
        ));
    }
    if !items.left_out.is_empty() {
        let listed =
            items.left_out.iter().map(|(item, reason)| format!("{} ({})", code(item), plain(reason)));
        text.markdown(format!("Left out: {}.", listed.collect::<Vec<_>>().join(", ")));
    }
    text
}

/// Reasons may quote what is in an artifact.
fn plain(reason: &str) -> String {
    reason.chars().filter(|c| c.is_ascii_alphanumeric() || " .,:()_-".contains(*c)).collect()
}
