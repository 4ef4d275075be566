//! An ABI, item by item: what is none is left out and named, and does not spoil the rest.

use alloy::{
    dyn_abi::Specifier,
    json_abi::{AbiItem, EventParam, InternalType, JsonAbi, Param},
};
use serde_json::Value;

/// An item of an ABI that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omitted {
    /// What it is called, such as `function insert`. From the file, unchecked.
    pub item: String,
    /// Why it is left out.
    pub reason: String,
}

/// Reads the items of an ABI.
pub(crate) fn read(items: &[Value]) -> (JsonAbi, Vec<Omitted>) {
    let (mut abi, mut omitted) = (JsonAbi::new(), Vec::new());
    for (number, json) in items.iter().enumerate() {
        if let Err(reason) = item(json).and_then(|item| insert(&mut abi, item)) {
            let text = |key: &str| json[key].as_str().unwrap_or_default();
            let named = format!("{} {}", text("type"), text("name")).trim().to_owned();
            // What says nothing of itself is told by its place.
            let item = if named.is_empty() { format!("item {number}") } else { named };
            omitted.push(Omitted { item, reason });
        }
    }
    for overloads in abi.functions.values_mut() {
        overloads.sort_by_cached_key(|function| function.signature());
    }
    for overloads in abi.events.values_mut() {
        overloads.sort_by_cached_key(|event| event.signature());
    }
    for overloads in abi.errors.values_mut() {
        overloads.sort_by_cached_key(|error| error.signature());
    }
    (abi, omitted)
}

fn item(json: &Value) -> Result<AbiItem<'static>, String> {
    let mut json = json.clone();
    // Before Solidity 0.4 items could leave out what they have none of.
    if let Some(fields) = json.as_object_mut() {
        let kind = fields.entry("type").or_insert_with(|| "function".into()).clone();
        let missing: &[&str] = match kind.as_str() {
            Some("function") => &["inputs", "outputs"],
            Some("constructor" | "event" | "error") => &["inputs"],
            _ => &[],
        };
        for name in missing {
            fields.entry(*name).or_insert_with(|| Value::Array(Vec::new()));
        }
        if kind == "event" {
            fields.entry("anonymous").or_insert(Value::Bool(false));
        }
    }
    serde_json::from_value(json).map_err(|error| error.to_string())
}

fn insert(abi: &mut JsonAbi, item: AbiItem<'static>) -> Result<(), String> {
    match item {
        AbiItem::Constructor(item) => {
            let mut item = item.into_owned();
            params(&mut item.inputs)?;
            only(&mut abi.constructor, item)
        }
        AbiItem::Fallback(item) => only(&mut abi.fallback, item.into_owned()),
        AbiItem::Receive(item) => only(&mut abi.receive, item.into_owned()),
        AbiItem::Function(item) => {
            let mut item = item.into_owned();
            params(&mut item.inputs)?;
            params(&mut item.outputs)?;
            let signature = item.signature();
            push(abi.functions.entry(item.name.clone()).or_default(), item, |item| {
                item.signature() == signature
            });
            Ok(())
        }
        AbiItem::Event(item) => {
            let mut item = item.into_owned();
            item.inputs.iter_mut().try_for_each(event_param)?;
            let signature = item.signature();
            push(abi.events.entry(item.name.clone()).or_default(), item, |item| {
                item.signature() == signature
            });
            Ok(())
        }
        AbiItem::Error(item) => {
            let mut item = item.into_owned();
            params(&mut item.inputs)?;
            let signature = item.signature();
            push(abi.errors.entry(item.name.clone()).or_default(), item, |item| {
                item.signature() == signature
            });
            Ok(())
        }
    }
}

fn only<T>(place: &mut Option<T>, item: T) -> Result<(), String> {
    if place.is_some() {
        return Err("there are two of them".to_owned());
    }
    *place = Some(item);
    Ok(())
}

/// Compilers list an event or error of a library once for each contract that it comes from.
fn push<T>(overloads: &mut Vec<T>, item: T, is_same: impl Fn(&T) -> bool) {
    if !overloads.iter().any(is_same) {
        overloads.push(item);
    }
}

fn params(params: &mut [Param]) -> Result<(), String> {
    params.iter_mut().try_for_each(param)
}

fn param(param: &mut Param) -> Result<(), String> {
    param.resolve().map_err(|error| not_a_type(&param.ty, &error))?;
    checked(&mut param.internal_type);
    components(&mut param.components);
    Ok(())
}

fn event_param(param: &mut EventParam) -> Result<(), String> {
    param.resolve().map_err(|error| not_a_type(&param.ty, &error))?;
    checked(&mut param.internal_type);
    components(&mut param.components);
    Ok(())
}

/// Their types were resolved with the whole.
fn components(params: &mut [Param]) {
    for param in params {
        checked(&mut param.internal_type);
        components(&mut param.components);
    }
}

fn not_a_type(kind: &str, error: &impl std::fmt::Display) -> String {
    format!("{kind:?} is no type of the ABI: {error}")
}

/// An internal type is a hint, and may be any text: one that is no name of a type is dropped.
fn checked(internal: &mut Option<InternalType>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.' | '[' | ']');
    let is_name = |text: &str| !text.is_empty() && text.chars().all(is_part);
    let is_right = match &*internal {
        None => true,
        Some(InternalType::AddressPayable(text)) => {
            text.strip_prefix("address payable").is_some_and(|rest| rest.chars().all(is_part))
        }
        Some(InternalType::Contract(text)) => is_name(text),
        Some(
            InternalType::Enum { contract, ty }
            | InternalType::Struct { contract, ty }
            | InternalType::Other { contract, ty },
        ) => {
            // A function type has spaces: `function (uint256) external`.
            is_name(ty) && contract.as_deref().is_none_or(is_name)
        }
    };
    if !is_right {
        *internal = None;
    }
}
