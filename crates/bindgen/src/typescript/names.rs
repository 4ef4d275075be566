use crate::{
    contract::Contract,
    name::{camel, is_device},
};
use std::collections::BTreeSet;

/// What is exported for a contract, after its name.
const SUFFIXES: [&str; 7] = ["", "Abi", "Address", "At", "On", "Bytecode", "DeployedBytecode"];

/// Files and names that are others'.
const TAKEN: [&str; 5] = ["index", "errors", "interop", "errorsAbi", "interopErrorsAbi"];

/// What no variable of a module can be called, or better is not.
const WORDS: [&str; 61] = [
    "abstract",
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "constructor",
    "continue",
    "debugger",
    "declare",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "globalThis",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "module",
    "new",
    "null",
    "of",
    "package",
    "private",
    "protected",
    "public",
    "require",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// A name for each contract: that of its file, and what its exports begin with. No two files differ only in case, and no two
/// exports are the same. The first of two that would collide keeps its name: in the order of identifiers, the shorter one.
pub(super) fn assign(contracts: &[Contract]) -> Vec<String> {
    let mut taken: BTreeSet<String> = TAKEN.iter().map(|name| name.to_ascii_lowercase()).collect();
    let names = contracts.iter().map(|contract| {
        let plain_name = camel(&contract.ident);
        let exports = |name: &str| SUFFIXES.map(|suffix| format!("{name}{suffix}").to_ascii_lowercase());
        let is_free = |name: &str| {
            !WORDS.contains(&name)
                && !is_device(name)
                && exports(name).iter().all(|export| !taken.contains(export))
        };
        let candidates = std::iter::once(plain_name.clone())
            .chain(std::iter::once(format!("{plain_name}Contract")))
            .chain((2_u64..).map(|number| format!("{plain_name}Contract{number}")));
        let name = candidates.into_iter().find(|name| is_free(name)).unwrap_or_else(|| plain_name.clone());
        taken.extend(exports(&name));
        name
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_artifact::Artifact;

    #[test]
    fn no_name_is_a_word_of_the_language_or_anothers() {
        let names = |names: &[&str]| {
            let artifact = Artifact::parse("[]").unwrap();
            let contracts: Vec<_> = names.iter().map(|name| Contract::new(artifact.clone(), name)).collect();
            assign(&contracts)
        };
        assert_eq!(
            names(&["Counter", "Delete", "Con", "Index"]),
            ["counter", "deleteContract", "conContract", "indexContract"]
        );
        // `counterAbi` is the ABI of one and the other itself.
        assert_eq!(names(&["Counter", "CounterAbi"]), ["counter", "counterAbiContract"]);
        assert_eq!(
            names(&["COM1", "Errors", "Interop"]),
            ["com1Contract", "errorsContract", "interopContract"]
        );
    }
}
