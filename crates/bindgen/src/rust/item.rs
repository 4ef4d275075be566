//! What a contract's ABI lists: functions, events, errors, and its constructor.

use super::{
    types::{MAX_FIELDS, Part, Type, Types},
    word,
};
use crate::contract::Contract;
use alloy::{
    json_abi::StateMutability,
    primitives::{B256, keccak256},
};
use causeway_artifact::Docs;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Function,
    Event,
    Error,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Event => "event",
            Self::Error => "error",
        }
    }
}

/// A function, event or error.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) kind: Kind,
    /// Its name in Solidity.
    pub(super) name: &'a str,
    pub(super) signature: String,
    pub(super) inputs: Vec<Field>,
    pub(super) outputs: Vec<Field>,
    pub(super) mutability: StateMutability,
    pub(super) is_anonymous: bool,
    pub(super) docs: Option<&'a Docs>,
}

impl Item<'_> {
    /// The first four bytes are the selector of functions and errors, all of it an event's topic.
    pub(super) fn hash(&self) -> B256 {
        keccak256(&self.signature)
    }
}

/// A parameter or result.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name in Solidity; empty if it has none.
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) is_indexed: bool,
}

/// What a contract's ABI lists.
#[derive(Debug, Default)]
pub(super) struct Items<'a> {
    /// Functions, events, errors; each by name, overloads by signature.
    pub(super) all: Vec<Item<'a>>,
    /// The constructor's parameters, if it has a constructor.
    pub(super) constructor: Option<Vec<Field>>,
    /// Why the constructor cannot be called from Rust.
    pub(super) no_constructor: bool,
    /// What cannot be written in Rust, and why.
    pub(super) left_out: Vec<(String, String)>,
}

impl<'a> Items<'a> {
    /// Reads the ABI of contract number `number`.
    pub(super) fn read(contract: &'a Contract, number: usize, types: &mut Types) -> Self {
        let mut items = Self::default();
        for omitted in &contract.omitted {
            items.left_out.push((omitted.item.clone(), omitted.reason.clone()));
            items.no_constructor |= omitted.item.starts_with("constructor");
        }
        items.read_constructor(contract, number, types);
        let abi = &contract.abi;
        for function in abi.functions() {
            let hint = crate::pascal(&function.name);
            let item = fields(&function.inputs, number, types, &hint).and_then(|inputs| {
                let outputs = fields(&function.outputs, number, types, &format!("{hint}Result"))?;
                Ok(Item {
                    kind: Kind::Function,
                    name: &function.name,
                    signature: function.signature(),
                    inputs,
                    outputs,
                    mutability: function.state_mutability,
                    is_anonymous: false,
                    docs: contract.docs.function(function),
                })
            });
            items.add(item, Kind::Function, function.signature());
        }
        for event in abi.events() {
            let topics = event.inputs.iter().filter(|input| input.indexed).count();
            let item = fields(&event.inputs, number, types, &crate::pascal(&event.name)).and_then(|inputs| {
                if topics > if event.anonymous { 4 } else { 3 } {
                    return Err(format!("{topics} indexed parameters"));
                }
                Ok(Item {
                    kind: Kind::Event,
                    name: &event.name,
                    signature: event.signature(),
                    inputs,
                    outputs: Vec::new(),
                    mutability: StateMutability::NonPayable,
                    is_anonymous: event.anonymous,
                    docs: contract.docs.event(event),
                })
            });
            items.add(item, Kind::Event, event.signature());
        }
        for error in abi.errors() {
            let item = fields(&error.inputs, number, types, &crate::pascal(&error.name)).and_then(|inputs| {
                if matches!(error.selector().0, [0, 0, 0, 0] | [0xff, 0xff, 0xff, 0xff]) {
                    return Err("a selector that is reserved".to_owned());
                }
                Ok(Item {
                    kind: Kind::Error,
                    name: &error.name,
                    signature: error.signature(),
                    inputs,
                    outputs: Vec::new(),
                    mutability: StateMutability::NonPayable,
                    is_anonymous: false,
                    docs: contract.docs.error(error),
                })
            });
            items.add(item, Kind::Error, error.signature());
        }
        items
    }

    fn read_constructor(&mut self, contract: &Contract, number: usize, types: &mut Types) {
        let Some(constructor) = &contract.abi.constructor else { return };
        match fields(&constructor.inputs, number, types, "Constructor") {
            Ok(fields) => self.constructor = Some(fields),
            Err(reason) => {
                self.no_constructor = true;
                self.left_out.push(("constructor".to_owned(), reason));
            }
        }
    }

    /// Selectors are four bytes: two functions of one selector cannot be told apart.
    fn add(&mut self, item: Result<Item<'a>, String>, kind: Kind, signature: String) {
        let reason = match item {
            Ok(item) => {
                let same = |other: &&Item<'_>| {
                    other.kind == kind && kind != Kind::Event && other.hash()[..4] == item.hash()[..4]
                };
                match self.all.iter().find(same) {
                    None => return self.all.push(item),
                    Some(other) => format!("the selector of {}", other.signature),
                }
            }
            Err(reason) => reason,
        };
        self.left_out.push((format!("{} {signature}", kind.word()), reason));
    }

    /// The types of everything listed.
    pub(super) fn types(&self) -> impl Iterator<Item = &Type> {
        let fields = self.all.iter().flat_map(|item| item.inputs.iter().chain(&item.outputs));
        fields.chain(self.constructor.iter().flatten()).map(|field| &field.ty)
    }
}

fn fields<'p, P>(params: &'p [P], number: usize, types: &mut Types, hint: &str) -> Result<Vec<Field>, String>
where
    Part<'p>: From<&'p P>,
{
    if params.len() > MAX_FIELDS {
        return Err(format!("{} parameters, more than {MAX_FIELDS}", params.len()));
    }
    let read = |param: &'p P| {
        let part = Part::from(param);
        let ty = types.read(number, part, &format!("{hint}{}", word::hint(part.name)))?;
        Ok(Field { name: part.name.to_owned(), ty, is_indexed: part.is_indexed })
    };
    params.iter().map(read).collect()
}
