use alloy::{
    json_abi::JsonAbi,
    primitives::{Address, Bytes, hex, keccak256},
};
use serde_json::Value;
use std::{collections::BTreeSet, ops::Range};

/// A contract that was compiled.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// What it offers, and its constructor.
    pub abi: JsonAbi,
    /// Creation bytecode in hexadecimal, with placeholders for libraries.
    creation: String,
    /// Runtime bytecode, likewise.
    runtime: String,
    /// The libraries that it calls and that have no addresses yet: file, name, and the placeholder.
    unlinked: BTreeSet<(String, String)>,
    /// Where values that the constructor sets stand in its runtime bytecode.
    pub immutables: Vec<Range<usize>>,
}

/// A library and where it stands, as in `src/Math.sol:Math:0x…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// The source file, as the compiler was told it.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub address: Address,
}

/// Why an artifact gives no contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// It is no JSON.
    #[error("it is no JSON: {reason}")]
    NotJson {
        /// What the parser says.
        reason: String,
    },
    /// It is JSON of something else.
    #[error("it is no artifact of forge or hardhat: {reason}")]
    Foreign {
        /// What is missing.
        reason: String,
    },
    /// There is nothing to deploy.
    #[error("it has no bytecode: an interface or an abstract contract cannot be deployed")]
    NoBytecode,
    /// Libraries have no addresses.
    #[error("it calls libraries that have no address yet: {}", names.join(", "))]
    Unlinked {
        /// Their files and names.
        names: Vec<String>,
    },
    /// A library was named that it does not call.
    #[error("it does not call the library {name}")]
    NoSuchLibrary {
        /// What was named.
        name: String,
    },
}

impl std::str::FromStr for Library {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "expected PATH:NAME:ADDRESS, as in src/Math.sol:Math:0x…".to_owned();
        let (rest, address) = text.rsplit_once(':').ok_or_else(wrong)?;
        let (path, name) = rest.rsplit_once(':').ok_or_else(wrong)?;
        if path.is_empty() || name.is_empty() {
            return Err(wrong());
        }
        let address = super::arguments::address(address)?;
        Ok(Self { path: path.to_owned(), name: name.to_owned(), address })
    }
}

impl Artifact {
    /// Reads an artifact of forge (`bytecode.object`), of hardhat (`bytecode`), or of solc (`evm.bytecode.object`).
    pub fn parse(text: &str) -> Result<Self, ArtifactError> {
        let json: Value = serde_json::from_str(text)
            .map_err(|error| ArtifactError::NotJson { reason: error.to_string() })?;
        let foreign = |reason: &str| ArtifactError::Foreign { reason: reason.to_owned() };
        let abi = json.get("abi").filter(|abi| abi.is_array()).ok_or_else(|| foreign("it has no `abi`"))?;
        let abi =
            serde_json::from_value(abi.clone()).map_err(|error| foreign(&format!("its `abi`: {error}")))?;
        let part =
            |name: &str| [&json[name], &json["evm"][name]].into_iter().find(|part| !part.is_null()).cloned();
        let code = part("bytecode").ok_or_else(|| foreign("it has no `bytecode`"))?;
        let runtime = part("deployedBytecode").unwrap_or_default();
        let creation = object(&code).ok_or_else(|| foreign("its `bytecode` is no text"))?;
        if creation.is_empty() {
            return Err(ArtifactError::NoBytecode);
        }
        let runtime_code = object(&runtime).unwrap_or_default();
        let immutables = match &runtime["immutableReferences"] {
            Value::Null => places_of_zeros(&runtime_code),
            listed => immutables(listed),
        };
        let mut unlinked = references(&code["linkReferences"]);
        unlinked.extend(references(&json["linkReferences"]));
        Ok(Self { abi, creation, runtime: runtime_code, unlinked, immutables })
    }

    /// Puts the addresses of libraries into the bytecode. Returns the creation and the runtime bytecode.
    pub fn link(&self, libraries: &[Library]) -> Result<(Bytes, Bytes), ArtifactError> {
        let (mut creation, mut runtime) = (self.creation.clone(), self.runtime.clone());
        for library in libraries {
            let name = format!("{}:{}", library.path, library.name);
            let placeholder = placeholder(&name);
            if !creation.contains(&placeholder) {
                return Err(ArtifactError::NoSuchLibrary { name });
            }
            let address = hex::encode(library.address);
            creation = creation.replace(&placeholder, &address);
            runtime = runtime.replace(&placeholder, &address);
        }
        let bytes = |text: &str| text.parse::<Bytes>().ok();
        match bytes(&creation) {
            Some(creation) => Ok((creation, bytes(&runtime).unwrap_or_default())),
            None => Err(self.left(&creation)),
        }
    }

    /// Why bytecode is none yet.
    fn left(&self, creation: &str) -> ArtifactError {
        let mut names: Vec<String> = Vec::new();
        for (path, name) in &self.unlinked {
            let name = format!("{path}:{name}");
            if creation.contains(&placeholder(&name)) {
                names.push(name);
            }
        }
        if names.is_empty() {
            // Without a list of them there are the placeholders.
            let found =
                creation.split("__").filter(|part| part.starts_with('$')).map(|part| format!("__{part}__"));
            names.extend(found.collect::<BTreeSet<_>>());
        }
        match names.is_empty() {
            true => ArtifactError::Foreign { reason: "its bytecode is not hexadecimal".to_owned() },
            false => ArtifactError::Unlinked { names },
        }
    }
}

/// Bytecode as text without `0x`, which may be the value itself or its `object`.
fn object(part: &Value) -> Option<String> {
    let text = part.as_str().or_else(|| part["object"].as_str())?;
    Some(text.strip_prefix("0x").unwrap_or(text).to_owned())
}

/// What the compiler puts in the place of a library's address.
fn placeholder(name: &str) -> String {
    format!("__${}$__", &hex::encode(keccak256(name))[..34])
}

fn references(json: &Value) -> BTreeSet<(String, String)> {
    let files = json.as_object().into_iter().flatten();
    let names = files.flat_map(|(file, names)| {
        names.as_object().into_iter().flatten().map(|(name, _)| (file.clone(), name.clone()))
    });
    names.collect()
}

/// Where the constructor sets values, in the runtime bytecode of a tool that does not list them (hardhat 2): the compiler leaves
/// `PUSH32` of zero there, and writes zero otherwise in fewer bytes.
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

fn immutables(json: &Value) -> Vec<Range<usize>> {
    let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let places = json.as_object().into_iter().flatten().filter_map(|(_, places)| places.as_array()).flatten();
    places
        .filter_map(|place| {
            let start = number(&place["start"])?;
            Some(start..start.checked_add(number(&place["length"])?)?)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(json: Value) -> Result<Artifact, ArtifactError> {
        Artifact::parse(&json.to_string())
    }

    #[test]
    fn the_forms_of_forge_hardhat_and_solc() {
        let references = json!({"12": [{"start": 3, "length": 32}]});
        for json in [
            json!({"abi": [], "bytecode": {"object": "0x6001"}, "deployedBytecode": {"object": "0x02", "immutableReferences": references}}),
            json!({"abi": [], "bytecode": "0x6001", "deployedBytecode": "0x02", "linkReferences": {}}),
            json!({"abi": [], "evm": {"bytecode": {"object": "6001"}, "deployedBytecode": {"object": "02"}}}),
        ] {
            let artifact = parse(json.clone()).unwrap();
            let (creation, runtime) = artifact.link(&[]).unwrap();
            assert_eq!((&creation[..], &runtime[..]), (&[0x60, 1][..], &[2][..]), "{json}");
            if json["bytecode"].is_object() {
                assert_eq!(artifact.immutables, vec![Range { start: 3, end: 35 }]);
            }
        }
    }

    #[test]
    fn what_the_constructor_sets_is_found_where_nothing_lists_it() {
        // PUSH2 7f00, PUSH20 of a library, PUSH32 zero, PUSH32 one.
        let (zero, library) = ("00".repeat(32), placeholder("src/Math.sol:Math"));
        let code = format!("0x617f0073{library}7f{zero}7f{}01", "00".repeat(31));
        let parsed = |runtime: Value| {
            parse(json!({"abi": [], "bytecode": "0x6001", "deployedBytecode": runtime})).unwrap().immutables
        };
        assert_eq!(parsed(json!(code)), vec![Range { start: 25, end: 57 }]);
        assert_eq!(parsed(json!({"object": code, "immutableReferences": {}})), vec![]);
        assert_eq!(parsed(json!("0x7f0000")), vec![]);
    }

    #[test]
    fn what_is_no_contract_is_told_apart() {
        assert!(matches!(Artifact::parse("{"), Err(ArtifactError::NotJson { .. })));
        for json in [json!([]), json!({}), json!({"abi": []}), json!({"abi": [], "bytecode": 5})] {
            assert!(matches!(parse(json.clone()), Err(ArtifactError::Foreign { .. })), "{json}");
        }
        for none in ["0x", ""] {
            let error = parse(json!({"abi": [], "bytecode": {"object": none}})).unwrap_err();
            assert_eq!(error, ArtifactError::NoBytecode);
        }
        let odd = parse(json!({"abi": [], "bytecode": "0x60z1"})).unwrap();
        assert!(matches!(odd.link(&[]), Err(ArtifactError::Foreign { .. })));
    }

    #[test]
    fn libraries_get_their_addresses() {
        let code = format!("0x73{}63", placeholder("src/Math.sol:Math"));
        let listed = json!({"src/Math.sol": {"Math": [{"start": 1, "length": 20}]}});
        let artifact =
            parse(json!({"abi": [], "bytecode": {"object": code, "linkReferences": listed}})).unwrap();
        let unlinked = ArtifactError::Unlinked { names: vec!["src/Math.sol:Math".to_owned()] };
        assert_eq!(artifact.link(&[]).unwrap_err(), unlinked);
        let library: Library = format!("src/Math.sol:Math:{}", Address::repeat_byte(9)).parse().unwrap();
        let (creation, _) = artifact.link(&[library]).unwrap();
        assert_eq!(creation[1..21], [9; 20]);
        let other: Library = format!("src/Other.sol:Math:{}", Address::repeat_byte(9)).parse().unwrap();
        assert!(matches!(artifact.link(&[other]), Err(ArtifactError::NoSuchLibrary { .. })));
        // Without a list, there is the placeholder.
        let artifact = parse(json!({"abi": [], "bytecode": code})).unwrap();
        let error = artifact.link(&[]).unwrap_err();
        assert_eq!(error, ArtifactError::Unlinked { names: vec![placeholder("src/Math.sol:Math")] });
        for wrong in [
            "",
            "Math",
            "Math:0x01",
            "src/Math.sol:Math:0x01",
            ":Math:0x0000000000000000000000000000000000000009",
        ] {
            assert!(wrong.parse::<Library>().is_err(), "{wrong}");
        }
    }
}
