use crate::{
    abi::{self, Omitted},
    code::{self, Code},
    kind::Kind,
    library::Library,
    natspec::Natspec,
};
use alloy::{json_abi::JsonAbi, primitives::Bytes};
use serde_json::Value;
use std::{borrow::Cow, ops::Range};

/// A contract that was compiled, or an ABI alone.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// Its name, where the artifact tells. From the file, unchecked.
    pub name: Option<String>,
    /// The source file, as the compiler was told it, where the artifact tells. From the file, unchecked.
    pub source: Option<String>,
    /// The compiler's version, such as `0.8.30+commit.73712a01`, where the artifact tells. From the file, unchecked.
    pub compiler: Option<String>,
    /// What it offers, and its constructor.
    pub abi: JsonAbi,
    /// What of the ABI was left out.
    pub omitted: Vec<Omitted>,
    /// What its authors wrote about it.
    pub docs: Natspec,
    /// Creation bytecode. Interfaces and abstract contracts have none.
    pub creation: Option<Code>,
    /// Runtime bytecode.
    pub runtime: Option<Code>,
    /// Where values that the constructor sets stand in its runtime bytecode.
    pub immutables: Vec<Range<usize>>,
    /// The source files that it was compiled from, and their keccak256 as hexadecimal with `0x`, where the artifact tells.
    pub sources: Vec<(String, String)>,
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

impl Artifact {
    /// Reads an artifact of forge (`bytecode.object`), of hardhat (`bytecode`), of solc (`evm.bytecode.object`), or an ABI: a list,
    /// or an object with `abi`.
    pub fn parse(text: &str) -> Result<Self, ArtifactError> {
        let json: Value = serde_json::from_str(text)
            .map_err(|error| ArtifactError::NotJson { reason: error.to_string() })?;
        Self::read(&json)
    }

    /// Reads an artifact from JSON, as [`parse`](Self::parse) does.
    pub fn read(json: &Value) -> Result<Self, ArtifactError> {
        let foreign = |reason: &str| ArtifactError::Foreign { reason: reason.to_owned() };
        let (abi, omitted) = match json.as_array().or_else(|| json["abi"].as_array()) {
            Some(items) => abi::read(items),
            None => return Err(foreign("it has no `abi`")),
        };
        let part = |name: &str| [&json[name], &json["evm"][name]].into_iter().find(|part| !part.is_null());
        let (creation, runtime) = (part("bytecode"), part("deployedBytecode").unwrap_or(&Value::Null));
        if creation.is_some_and(|code| !code.is_string() && !code["object"].is_string()) {
            return Err(foreign("its `bytecode` is no text"));
        }
        let creation = creation.and_then(|code| Code::read(code, &json["linkReferences"]));
        let places = [&runtime["immutableReferences"], &json["immutableReferences"]];
        let places = places.into_iter().find(|places| !places.is_null()).unwrap_or(&Value::Null);
        let runtime = Code::read(runtime, &json["deployedLinkReferences"]);
        let metadata = metadata(json);
        let target =
            metadata["settings"]["compilationTarget"].as_object().and_then(|target| target.iter().next());
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let output = |name: &str| match &json[name] {
            Value::Null => &metadata["output"][name],
            given => given,
        };
        Ok(Self {
            name: text(&json["contractName"]).or_else(|| target.and_then(|(_, name)| text(name))),
            source: text(&json["sourceName"])
                .or_else(|| target.map(|(source, _)| source.clone()))
                .or_else(|| text(&json["ast"]["absolutePath"])),
            compiler: text(&metadata["compiler"]["version"]),
            abi,
            omitted,
            docs: Natspec::read(output("devdoc"), output("userdoc")),
            immutables: code::immutables(places, runtime.as_ref()),
            creation,
            runtime,
            sources: sources(&metadata["sources"]),
        })
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        // The first thing that a library does is to ask whether it is called or run for another: PUSH20 of its own address.
        const LIBRARY: &str = "73000000000000000000000000000000000000000030146080604052";
        match &self.runtime {
            _ if self.creation.is_none() => Kind::Codeless,
            Some(code) if code.digits().starts_with(LIBRARY) => Kind::Library,
            _ => Kind::Contract,
        }
    }

    /// Puts the addresses of libraries into the bytecode. Returns the creation and the runtime bytecode.
    pub fn link(&self, libraries: &[Library]) -> Result<(Bytes, Bytes), ArtifactError> {
        let mut creation = self.creation.clone().ok_or(ArtifactError::NoBytecode)?;
        // Without what its constructor takes, nobody can tell what would be created.
        if let Some(constructor) = self.omitted.iter().find(|one| one.item.starts_with("constructor")) {
            let reason = format!("its constructor cannot be read: {}", constructor.reason);
            return Err(ArtifactError::Foreign { reason });
        }
        let mut runtime = self.runtime.clone().unwrap_or_default();
        for library in libraries {
            if !creation.calls(&library.name) {
                return Err(ArtifactError::NoSuchLibrary { name: library.name.to_string() });
            }
            (creation, runtime) = (creation.link(library), runtime.link(library));
        }
        match creation.bytes() {
            Some(creation) => Ok((creation, runtime.bytes().unwrap_or_default())),
            None => Err(match creation.unlinked() {
                names if names.is_empty() => {
                    ArtifactError::Foreign { reason: "its bytecode is not hexadecimal".to_owned() }
                }
                names => ArtifactError::Unlinked { names },
            }),
        }
    }
}

/// As a text, which has all that the compiler wrote, or as an object, from which forge leaves out some of the documentation.
fn metadata(json: &Value) -> Cow<'_, Value> {
    let texts = [&json["rawMetadata"], &json["metadata"]].into_iter().filter_map(Value::as_str);
    let read = texts.filter_map(|text| serde_json::from_str::<Value>(text).ok()).find(Value::is_object);
    match read {
        Some(metadata) => Cow::Owned(metadata),
        None => Cow::Borrowed(&json["metadata"]),
    }
}

fn sources(json: &Value) -> Vec<(String, String)> {
    let sources = json.as_object().into_iter().flatten();
    let hashed =
        sources.filter_map(|(path, source)| Some((path.clone(), source["keccak256"].as_str()?.to_owned())));
    hashed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::LibraryName;
    use alloy::primitives::Address;
    use serde_json::json;

    fn placeholder(name: &str) -> String {
        let (path, name) = name.rsplit_once(':').unwrap();
        LibraryName { path: path.to_owned(), name: name.to_owned() }.placeholder()
    }

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

    /// forge's object has no documentation of events and errors, and no notice of the whole; its text has.
    #[test]
    fn documentation_is_read_where_it_is_whole() {
        let lossy = json!({"output": {"devdoc": {"methods": {}}, "userdoc": {"methods": {}}}});
        let raw = json!({"compiler": {"version": "0.8.30"}, "output": {
            "devdoc": {
                "title": "T", "methods": {"f()": {"returns": {"_0": "r"}}, "constructor": {"params": {"a": "b"}}},
                "errors": {"E()": [{"details": "d"}]}, "stateVariables": {"v": {"details": "var", "return": "x"}},
                "custom:security": "s"
            },
            "userdoc": {"notice": "n", "events": {"L(uint256)": {"notice": "l"}}, "errors": {"E()": [{"notice": "e"}]}}
        }});
        let abi = json!([
            {"type": "function", "name": "f", "inputs": [], "outputs": [], "stateMutability": "view"},
            {"type": "function", "name": "v", "inputs": [], "outputs": [], "stateMutability": "view"},
            {"type": "event", "name": "L", "inputs": [{"name": "a", "type": "uint256", "indexed": true}], "anonymous": false},
            {"type": "error", "name": "E", "inputs": []},
        ]);
        let Artifact { abi, docs, compiler, .. } =
            parse(json!({"abi": abi, "metadata": lossy, "rawMetadata": raw.to_string()})).unwrap();
        assert_eq!(compiler.as_deref(), Some("0.8.30"));
        assert_eq!((docs.title.as_deref(), docs.contract.notice.as_deref()), (Some("T"), Some("n")));
        assert_eq!(docs.contract.custom["security"], "s");
        assert_eq!(docs.constructor.params["a"], "b");
        let function = |name: &str| docs.function(&abi.functions[name][0]).unwrap();
        assert_eq!((&*function("f").returns["_0"], function("v").details.as_deref()), ("r", Some("var")));
        assert_eq!(docs.event(&abi.events["L"][0]).unwrap().notice.as_deref(), Some("l"));
        let error = docs.error(&abi.errors["E"][0]).unwrap();
        assert_eq!((error.notice.as_deref(), error.details.as_deref()), (Some("e"), Some("d")));
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
        for json in [json!({}), json!("abi"), json!({"abi": {}}), json!({"abi": [], "bytecode": 5})] {
            assert!(matches!(parse(json.clone()), Err(ArtifactError::Foreign { .. })), "{json}");
        }
        for none in
            [json!({"abi": [], "bytecode": {"object": "0x"}}), json!({"abi": [], "bytecode": ""}), json!([])]
        {
            let artifact = parse(none).unwrap();
            assert_eq!(artifact.kind(), Kind::Codeless);
            assert_eq!(artifact.link(&[]).unwrap_err(), ArtifactError::NoBytecode);
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
        // Listed by another name than the placeholder is made of, or with the name itself in its place.
        for text in
            [placeholder("project/src/Math.sol:Math"), format!("__src/Math.sol:Math{}", "_".repeat(21))]
        {
            let code = format!("0x73{text}63");
            let artifact = parse(json!({"abi": [], "bytecode": code, "linkReferences": listed})).unwrap();
            assert_eq!(artifact.link(&[]).unwrap_err(), unlinked, "{text}");
            let library: Library = format!("src/Math.sol:Math:{}", Address::repeat_byte(9)).parse().unwrap();
            assert_eq!(artifact.link(&[library]).unwrap().0[1..21], [9; 20], "{text}");
        }
        // Without a list, there is the placeholder.
        let artifact = parse(json!({"abi": [], "bytecode": code})).unwrap();
        let error = artifact.link(&[]).unwrap_err();
        assert_eq!(error, ArtifactError::Unlinked { names: vec![placeholder("src/Math.sol:Math")] });
    }

    #[test]
    fn what_is_no_abi_is_left_out_and_named() {
        let function = |name: &str, kind: &str, internal: &str| {
            json!({"type": "function", "name": name, "stateMutability": "view", "outputs": [],
                "inputs": [{"name": "a", "type": kind, "internalType": internal}]})
        };
        let artifact = parse(json!([
            function("good", "uint256", "uint256"),
            function("pointer", "Math.Data storage", "struct Math.Data"),
            function("list", "uint256[2][]", "evil\"; */ //"),
            function("a;b", "uint256", "uint256"),
            function("tuple", "tuple\"]}", "struct A"),
            {"type": "constructor", "inputs": [], "stateMutability": "payable"},
            {"type": "constructor", "inputs": [], "stateMutability": "payable"},
            {"type": "event", "name": "E", "inputs": []},
            {"type": "event", "name": "E", "inputs": [], "anonymous": false},
            5,
        ]))
        .unwrap();
        let names: Vec<_> = artifact.abi.functions.keys().collect();
        assert_eq!(names, ["good", "list"]);
        assert_eq!(artifact.abi.functions["list"][0].inputs[0].internal_type, None);
        assert_eq!(artifact.abi.events["E"].len(), 1);
        let omitted: Vec<_> = artifact.omitted.iter().map(|one| one.item.as_str()).collect();
        assert_eq!(omitted, ["function pointer", "function a;b", "function tuple", "constructor", "item 9"]);
        let unread = json!({"type": "constructor", "stateMutability": "payable", "inputs": [{"name": "a", "type": "b"}]});
        let artifact = parse(json!({"abi": [unread], "bytecode": "0x6001"})).unwrap();
        let error = artifact.link(&[]).unwrap_err().to_string();
        assert!(error.contains("its constructor cannot be read: \"b\" is no type"), "{error}");
    }
}
