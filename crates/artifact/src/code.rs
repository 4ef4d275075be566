use crate::library::{Library, LibraryName};
use alloy::primitives::{Bytes, hex};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// As many characters as the digits of an address.
const PLACEHOLDER: usize = 40;

/// Bytecode, perhaps with placeholders for the addresses of libraries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// Hexadecimal digits and placeholders, without `0x`.
    digits: String,
    /// The libraries that it calls and that have no addresses yet, as the compiler lists them, and where in the code, in bytes,
    /// their addresses go.
    listed: BTreeMap<LibraryName, Vec<Range<usize>>>,
}

impl Code {
    /// Reads bytecode from JSON: a text, or an object with an `object`. An empty one is none.
    pub(crate) fn read(part: &Value, references: &Value) -> Option<Self> {
        let text = part.as_str().or_else(|| part["object"].as_str())?;
        let digits = text.strip_prefix("0x").unwrap_or(text).to_owned();
        let mut listed = references_in(&part["linkReferences"]);
        listed.extend(references_in(references));
        (!digits.is_empty()).then_some(Self { digits, listed })
    }

    /// Hexadecimal digits and placeholders, without `0x`.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The bytecode, if it is complete.
    pub fn bytes(&self) -> Option<Bytes> {
        hex::decode(&self.digits).ok().map(Bytes::from)
    }

    /// The libraries that the compiler lists, and the bytes where their addresses go.
    pub const fn libraries(&self) -> &BTreeMap<LibraryName, Vec<Range<usize>>> {
        &self.listed
    }

    /// Whether it has this library's placeholder.
    pub fn calls(&self, library: &LibraryName) -> bool {
        self.digits.contains(&self.placeholder(library))
    }

    /// What stands for a library's address: where the compiler lists its places, what is there (hardhat 3 lists libraries by other
    /// names than it gave to the compiler, and compilers before 0.5 wrote the name itself); else what is made of its name.
    fn placeholder(&self, library: &LibraryName) -> String {
        let places = self.listed.get(library).into_iter().flatten();
        let texts = places
            .filter_map(|place| self.digits.get(place.start.checked_mul(2)?..place.end.checked_mul(2)?));
        let is_one = |text: &&str| text.len() == PLACEHOLDER && text.starts_with("__");
        texts.into_iter().find(is_one).map_or_else(|| library.placeholder(), str::to_owned)
    }

    /// Puts the address of a library in its places.
    #[must_use]
    pub fn link(&self, library: &Library) -> Self {
        let address = hex::encode(library.address);
        let digits = self.digits.replace(&self.placeholder(&library.name), &address);
        let mut listed = self.listed.clone();
        listed.remove(&library.name);
        Self { digits, listed }
    }

    /// The libraries that have no address yet: their names, or the placeholders where nothing lists them.
    pub fn unlinked(&self) -> Vec<String> {
        self.placeholders().into_iter().map(|(name, _)| name).collect()
    }

    /// The libraries that have no address yet, and what stands for 20 bytes in their places, among the digits: 40 characters.
    pub fn placeholders(&self) -> Vec<(String, String)> {
        let listed = self.listed.keys().filter(|name| self.calls(name));
        let listed: Vec<_> = listed.map(|name| (name.to_string(), self.placeholder(name))).collect();
        if !listed.is_empty() {
            return listed;
        }
        let placeholders = self.digits.split("__").filter(|part| part.starts_with('$'));
        let placeholders: BTreeSet<_> = placeholders.map(|part| format!("__{part}__")).collect();
        placeholders.into_iter().map(|placeholder| (placeholder.clone(), placeholder)).collect()
    }
}

fn references_in(json: &Value) -> BTreeMap<LibraryName, Vec<Range<usize>>> {
    let files = json.as_object().into_iter().flatten();
    let libraries = files.flat_map(|(path, names)| {
        let names = names.as_object().into_iter().flatten();
        names.map(|(name, places)| {
            let name = LibraryName { path: path.clone(), name: name.clone() };
            (name, places.as_array().into_iter().flatten().filter_map(place).collect())
        })
    });
    libraries.collect()
}

/// `{"start": 1, "length": 20}`, in bytes.
fn place(json: &Value) -> Option<Range<usize>> {
    let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let start = number(&json["start"])?;
    Some(start..start.checked_add(number(&json["length"])?)?)
}

/// Where the constructor sets values in runtime bytecode: as listed, or found where the tool lists nothing (hardhat 2).
pub(crate) fn immutables(listed: &Value, runtime: Option<&Code>) -> Vec<Range<usize>> {
    match listed {
        Value::Null => runtime.map(|code| places_of_zeros(&code.digits)).unwrap_or_default(),
        listed => {
            let lists = listed.as_object().into_iter().flatten();
            lists.filter_map(|(_, places)| places.as_array()).flatten().filter_map(place).collect()
        }
    }
}

/// The compiler leaves `PUSH32` of zero where a value is set, and writes zero otherwise in fewer bytes.
fn places_of_zeros(runtime: &str) -> Vec<Range<usize>> {
    const PUSH1: u8 = 0x60;
    const PUSH32: u8 = 0x7f;
    // Placeholders of libraries are no digits; they are data of a PUSH20, which is passed over.
    let digits = runtime.as_bytes().chunks_exact(2);
    let code: Vec<u8> = digits
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .map(Option::unwrap_or_default)
        .collect();
    let (mut places, mut at) = (Vec::new(), 0);
    while let Some(&instruction) = code.get(at) {
        at += 1;
        if (PUSH1..=PUSH32).contains(&instruction) {
            let data = at..at + usize::from(instruction - PUSH1) + 1;
            at = data.end;
            if instruction == PUSH32 && code.get(data.clone()).is_some_and(|data| data == [0; 32]) {
                places.push(data);
            }
        }
    }
    places
}
