//! Whatever an ABI lists, and whatever documentation says: what is written is Rust, and what is in it is `sol!`.

use causeway_artifact::Artifact;
use causeway_bindgen::{Bindings, Contract, Files, Rust, key};
use proc_macro2::TokenStream;
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use syn::{Fields, FnArg, ImplItem, Item, Pat, Type};

/// Names that are awkward, and few, so that they collide.
const NAMES: &[&str] = &[
    "",
    "_",
    "__",
    "a",
    "A",
    "b",
    "foo",
    "Foo",
    "foo_bar",
    "fooBar",
    "foo_0",
    "fooCall",
    "new",
    "self",
    "Self",
    "crate",
    "super",
    "type",
    "async",
    "gen",
    "match",
    "function",
    "event",
    "error",
    "constructor",
    "memory",
    "indexed",
    "payable",
    "returns",
    "$",
    "a$",
    "Some",
    "Option",
    "u8",
    "Result",
    "deploy",
    "provider",
    "at",
    "at_call",
    "BYTECODE",
    "C",
    "D",
    "CCalls",
    "CInstance",
    "CEvents",
    "selector",
    "abi_decode",
    "types",
    "struct",
    "contract",
    "interface",
    "uint256",
    "address",
    "mapping",
    "unchecked",
    "fallback",
    "receive",
    "library",
    "external",
    "is",
    "anonymous",
    "Δ",
];

const TYPES: &[&str] =
    &["uint256", "uint8", "int24", "bool", "address", "bytes", "string", "bytes32", "bytes4", "function"];

const ARRAYS: &[&str] = &["", "", "", "[]", "[2]", "[33]", "[][3]", "[2][]", "[0]"];

/// What declares a type.
const CONTAINERS: &[&str] = &["", "C.", "D.", "E.", "self."];

fn parameter(depth: u32) -> BoxedStrategy<Value> {
    let named = (select(NAMES), select(ARRAYS), select(CONTAINERS), select(NAMES));
    let plain = (named.clone(), select(TYPES), 0_u8..4).prop_map(
        |((name, arrays, container, declared), ty, kind)| {
            let internal = match kind {
                0 => Some(format!("{container}{declared}{arrays}")),
                1 => Some(format!("enum {container}{declared}{arrays}")),
                2 => Some(format!("{ty}{arrays}")),
                _ => None,
            };
            let mut parameter = json!({"name": name, "type": format!("{ty}{arrays}")});
            if let Some(internal) = internal {
                parameter["internalType"] = internal.into();
            }
            parameter
        },
    );
    if depth == 0 {
        return plain.boxed();
    }
    let tuple = (named, vec(parameter(depth - 1), 0..4), any::<bool>()).prop_map(
        |((name, arrays, container, declared), components, is_named)| {
            let mut parameter =
                json!({"name": name, "type": format!("tuple{arrays}"), "components": components});
            if is_named {
                parameter["internalType"] = format!("struct {container}{declared}{arrays}").into();
            }
            parameter
        },
    );
    prop_oneof![3 => plain, 1 => tuple].boxed()
}

fn item() -> impl Strategy<Value = Value> {
    let parts = (select(NAMES), vec(parameter(2), 0..4), vec(parameter(2), 0..3), 0_u8..10, any::<u8>());
    parts.prop_map(|(name, inputs, outputs, kind, flags)| match kind {
        0..=4 => json!({
            "type": "function", "name": name, "inputs": inputs, "outputs": outputs,
            "stateMutability": (["pure", "view", "nonpayable", "payable"][usize::from(flags % 4)]),
        }),
        5..=6 => {
            let indexed = |(i, mut input): (usize, Value)| {
                input["indexed"] = (flags >> i & 1 == 1).into();
                input
            };
            let inputs: Vec<_> = inputs.into_iter().enumerate().map(indexed).collect();
            json!({"type": "event", "name": name, "inputs": inputs, "anonymous": flags > 200})
        }
        7..=8 => json!({"type": "error", "name": name, "inputs": inputs}),
        _ => json!({"type": "constructor", "inputs": inputs, "stateMutability": "payable"}),
    })
}

fn bindings() -> impl Strategy<Value = Bindings> {
    let contract =
        (select(&["C", "D", "E", "Foo", "self", "types", "Option"][..]), vec(item(), 0..10), ".{0,40}");
    vec(contract, 1..4).prop_map(|contracts| {
        let mut taken = BTreeSet::new();
        let contract = |(name, abi, docs): (&str, Vec<Value>, String)| {
            let docs = json!({"title": docs, "details": docs, "methods": {"foo()": {"details": docs}}});
            let json = json!({"contractName": name, "abi": abi, "bytecode": "0x6001", "devdoc": docs});
            let mut contract = Contract::new(Artifact::read(&json).unwrap(), name);
            while !taken.insert(key(&contract.ident)) {
                contract.ident.push('2');
            }
            contract
        };
        let mut contracts: Vec<_> = contracts.into_iter().map(contract).collect();
        contracts.sort_by(|one, other| one.ident.cmp(&other.ident));
        Bindings { version: "0".to_owned(), contracts }
    })
}

/// What the compiler, and `sol!` in it, would say of the files: that they can be parsed, that `sol!` takes what it is given, and that
/// nothing is there twice in what it makes.
fn check(files: &Files) -> Result<(), TestCaseError> {
    for (path, text) in
        files.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"))
    {
        let fail = |what: &str| TestCaseError::fail(format!("{}: {what}\n{text}", path.display()));
        let file = syn::parse_file(text).map_err(|error| fail(&error.to_string()))?;
        for tokens in given_to_sol(&file.items) {
            let sol = syn_solidity::parse2(tokens).map_err(|error| fail(&error.to_string()))?;
            let contracts = sol.items.len();
            let made =
                alloy_sol_macro_expander::expand::expand(sol).map_err(|error| fail(&error.to_string()))?;
            if made.to_string().contains("compile_error") {
                return Err(fail(&made.to_string()));
            }
            let made = syn::parse2::<syn::File>(made).map_err(|error| fail(&error.to_string()))?;
            // Where `sol!` refuses something, it makes nothing.
            prop_assert_eq!(made.items.iter().filter(|item| matches!(item, Item::Mod(_))).count(), contracts);
            twice(&made.items).map_err(|twice| fail(&twice))?;
        }
        twice(&file.items).map_err(|twice| fail(&twice))?;
    }
    Ok(())
}

fn given_to_sol(items: &[Item]) -> Vec<TokenStream> {
    let given = |item: &Item| match item {
        Item::Macro(item) => vec![item.mac.tokens.clone()],
        Item::Mod(item) => item.content.iter().flat_map(|(_, items)| given_to_sol(items)).collect(),
        _ => Vec::new(),
    };
    items.iter().flat_map(given).collect()
}

/// What of a module, and of those in it, is defined more than once, or hidden by a parameter's name.
fn twice(items: &[Item]) -> Result<(), String> {
    let (mut types, mut values, mut methods) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for item in items {
        if let Item::Struct(item) = item
            && !matches!(item.fields, Fields::Named(_))
        {
            values.insert(item.ident.to_string());
        }
    }
    let mut signatures = Vec::new();
    for item in items {
        let name = match item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Mod(item) => {
                item.content.iter().try_for_each(|(_, items)| twice(items))?;
                &item.ident
            }
            Item::Fn(item) => {
                signatures.push(&item.sig);
                if !values.insert(item.sig.ident.to_string()) {
                    return Err(format!("{} is there twice", item.sig.ident));
                }
                continue;
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let ty = match &*item.self_ty {
                    Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
                    _ => String::new(),
                };
                for method in &item.items {
                    if let ImplItem::Fn(method) = method {
                        signatures.push(&method.sig);
                        if !methods.insert((ty.clone(), method.sig.ident.to_string())) {
                            return Err(format!("{} of {ty} is there twice", method.sig.ident));
                        }
                    }
                }
                continue;
            }
            _ => continue,
        };
        if !types.insert(name.to_string()) {
            return Err(format!("{name} is there twice"));
        }
    }
    for signature in signatures {
        let mut names = BTreeSet::new();
        for input in &signature.inputs {
            if let FnArg::Typed(input) = input
                && let Pat::Ident(name) = &*input.pat
            {
                let name = name.ident.to_string();
                if values.contains(&name) && types.contains(&name) || !names.insert(name.clone()) {
                    return Err(format!(
                        "the parameter {name} of {} is something else, too",
                        signature.ident
                    ));
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_an_abi_lists_it_becomes_rust(bindings in bindings(), is_crate: bool) {
        let crate_name = is_crate.then(|| "contracts".to_owned());
        let files = Rust { crate_name, bytecode: true, client: None }.emit(&bindings);
        check(&files)?;
    }
}
