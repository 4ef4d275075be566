//! The types that contracts declare: structs, enums, and names for values. Where several contracts use one, it is one in Rust.

use super::word;
use alloy::json_abi::{EventParam, InternalType, Param};
use std::collections::BTreeMap;

/// So many parameters of a function, or fields of a struct, alloy's tuples hold.
pub(super) const MAX_FIELDS: usize = 24;

/// A type of the ABI.
#[derive(Clone, Debug)]
pub(super) struct Type {
    pub(super) base: Base,
    /// The arrays it is in, as in `[2][]`.
    pub(super) arrays: String,
}

#[derive(Clone, Debug)]
pub(super) enum Base {
    /// As Solidity writes it.
    Elementary(String),
    /// By its number in [`Types`].
    Declared(usize),
}

/// A type that a contract, a library or a file declares.
#[derive(Debug)]
pub(super) struct Declared {
    /// The contract or library that declares it; none of a file's.
    pub(super) container: Option<String>,
    /// The contract that has it because nobody named it: a tuple.
    pub(super) of_tuple: Option<usize>,
    /// Its name in Solidity.
    pub(super) name: String,
    pub(super) shape: Shape,
}

#[derive(Debug)]
pub(super) enum Shape {
    Struct(Vec<(String, Type)>),
    /// An enum, whose variants an ABI does not tell.
    Enum,
    /// A name for values of another type.
    Value(String),
}

/// All types that the contracts declare, each once.
#[derive(Debug, Default)]
pub(super) struct Types {
    declared: Vec<Declared>,
    numbers: BTreeMap<String, usize>,
}

/// A parameter, result or field, as the ABI has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) name: &'a str,
    pub(super) ty: &'a str,
    internal: Option<&'a InternalType>,
    components: &'a [Param],
    pub(super) is_indexed: bool,
}

impl<'a> From<&'a Param> for Part<'a> {
    fn from(param: &'a Param) -> Self {
        Self {
            name: &param.name,
            ty: &param.ty,
            internal: param.internal_type.as_ref(),
            components: &param.components,
            is_indexed: false,
        }
    }
}

impl<'a> From<&'a EventParam> for Part<'a> {
    fn from(param: &'a EventParam) -> Self {
        Self {
            name: &param.name,
            ty: &param.ty,
            internal: param.internal_type.as_ref(),
            components: &param.components,
            is_indexed: param.indexed,
        }
    }
}

impl Types {
    /// The types by their numbers.
    pub(super) fn all(&self) -> &[Declared] {
        &self.declared
    }

    /// One of them.
    pub(super) fn get(&self, number: usize) -> &Declared {
        &self.declared[number]
    }

    /// The type of a parameter of contract number `contract`. A tuple that has no name is called like `hint`. The error says why
    /// alloy cannot hold it.
    pub(super) fn read(&mut self, contract: usize, part: Part<'_>, hint: &str) -> Result<Type, String> {
        let (base, arrays) = split(part.ty);
        if arrays.contains("[0]") {
            return Err("an array of no elements".to_owned());
        }
        let base = if base == "tuple" {
            self.read_struct(contract, part, hint)?
        } else {
            match value_type(part.internal, base) {
                Some((container, name, shape)) => {
                    let key = format!("{container:?} {name} {shape:?}");
                    Base::Declared(self.number(key, || Declared { container, of_tuple: None, name, shape }))
                }
                None => Base::Elementary(base.to_owned()),
            }
        };
        Ok(Type { base, arrays: arrays.to_owned() })
    }

    fn read_struct(&mut self, contract: usize, part: Part<'_>, hint: &str) -> Result<Base, String> {
        if part.components.is_empty() {
            return Err("a struct without fields".to_owned());
        }
        if part.components.len() > MAX_FIELDS {
            return Err(format!("a struct of {} fields, more than {MAX_FIELDS}", part.components.len()));
        }
        let mut fields = Vec::new();
        for component in part.components {
            let hint = format!("{hint}{}", word::hint(&component.name));
            fields.push((component.name.clone(), self.read(contract, component.into(), &hint)?));
        }
        let named = match part.internal {
            Some(InternalType::Struct { contract, ty }) => Some((contract.clone(), split(ty).0.to_owned())),
            _ => None,
        };
        let of_tuple = named.is_none().then_some(contract);
        let (container, name) = named.unwrap_or_else(|| (None, String::new()));
        let key = format!("{of_tuple:?} {container:?} {name} {fields:?}");
        let name = if of_tuple.is_some() { hint.to_owned() } else { name };
        let shape = Shape::Struct(fields);
        Ok(Base::Declared(self.number(key, || Declared { container, of_tuple, name, shape })))
    }

    fn number(&mut self, key: String, declared: impl FnOnce() -> Declared) -> usize {
        *self.numbers.entry(key).or_insert_with(|| {
            self.declared.push(declared());
            self.declared.len() - 1
        })
    }

    /// The declared type that this one is made of, and those that its fields are made of.
    pub(super) fn uses(&self, ty: &Type, found: &mut Vec<usize>) {
        if let Base::Declared(number) = ty.base
            && !found.contains(&number)
        {
            found.push(number);
            for (_, ty) in self.get(number).fields() {
                self.uses(ty, found);
            }
        }
    }

    /// Whether a struct can have a default: arrays of more than 32 elements have none.
    pub(super) fn has_default(&self, number: usize) -> bool {
        let is_short = |size: &str| size.is_empty() || size.parse::<u64>().is_ok_and(|size| size <= 32);
        self.get(number).fields().iter().all(|(_, ty)| {
            // A list of whatever is empty by default.
            let arrays: Vec<_> = ty.sizes().collect();
            let (short, is_list) = match arrays.iter().rposition(|size| size.is_empty()) {
                Some(list) => (&arrays[list..], true),
                None => (&arrays[..], false),
            };
            let inner = match ty.base {
                Base::Declared(inner) => is_list || self.has_default(inner),
                Base::Elementary(_) => true,
            };
            inner && short.iter().all(|size| is_short(size))
        })
    }

    /// Whether an indexed parameter of this type is a hash in the topics.
    pub(super) fn is_hashed(&self, ty: &Type) -> bool {
        !ty.arrays.is_empty()
            || match &ty.base {
                Base::Elementary(name) => matches!(&**name, "bytes" | "string"),
                Base::Declared(number) => matches!(self.get(*number).shape, Shape::Struct(_)),
            }
    }
}

impl Declared {
    /// The fields, of a struct.
    pub(super) fn fields(&self) -> &[(String, Type)] {
        match &self.shape {
            Shape::Struct(fields) => fields,
            Shape::Enum | Shape::Value(_) => &[],
        }
    }
}

impl Type {
    /// The sizes of the arrays it is in, the innermost first; nothing for those of any size.
    pub(super) fn sizes(&self) -> impl Iterator<Item = &str> {
        self.arrays.split_terminator(']').map(|size| size.trim_start_matches('['))
    }
}

/// `tuple[2][]` as `tuple` and `[2][]`.
fn split(ty: &str) -> (&str, &str) {
    ty.split_at(ty.find('[').unwrap_or(ty.len()))
}

/// The name that functions as values get. `sol!` takes a name after `function()` for a modifier's, and so would not find the name of
/// a parameter.
const FUNCTION: &str = "Function";

/// Of a name for values, or an enum: who declares it, its name, and what it is.
fn value_type(internal: Option<&InternalType>, base: &str) -> Option<(Option<String>, String, Shape)> {
    if base == "function" {
        return Some((None, FUNCTION.to_owned(), Shape::Value(base.to_owned())));
    }
    let (contract, ty, shape) = match internal? {
        InternalType::Enum { contract, ty } if base == "uint8" => (contract, ty, Shape::Enum),
        // Everything that is not otherwise is here: `uint256`, too.
        InternalType::Other { contract, ty } if !matches!(base, "bytes" | "string") => {
            (contract, ty, Shape::Value(base.to_owned()))
        }
        _ => return None,
    };
    let name = split(ty).0;
    let is_declared =
        contract.is_some() || internal?.other_specifier().is_none_or(|it| it.try_basic_solidity().is_err());
    // What has another name than the ABI's type, and is none of the ABI's.
    (name != base && is_declared && word::is_identifier(name))
        .then(|| (contract.clone(), name.to_owned(), shape))
}
