//! Names as Rust, and `sol!` within it, take them.

use heck::ToSnakeCase as _;
use std::collections::BTreeSet;

/// Words that are no identifiers by themselves, in any edition. With `r#` before them they are.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that are no identifiers, whatever stands before them.
const NEVER: &[&str] = &["_", "self", "Self", "super", "crate"];

/// Words that `sol!` takes for something else where a parameter's name may stand.
const SOLIDITY: &[&str] = &[
    "anonymous",
    "calldata",
    "constant",
    "external",
    "immutable",
    "indexed",
    "internal",
    "memory",
    "payable",
    "private",
    "public",
    "pure",
    "returns",
    "storage",
    "transient",
    "view",
    "virtual",
];

/// What the code that `sol!` makes takes for granted in its scope: a type or constant of this name would take its place.
const IN_SCOPE: &[&str] = &[
    "BYTECODE",
    "DEPLOYED_BYTECODE",
    "Err",
    "From",
    "N",
    "None",
    "Ok",
    "Option",
    "P",
    "Some",
    "UnderlyingRustTuple",
    "UnderlyingSolTuple",
    "alloc",
    "alloy",
    "alloy_contract",
    "alloy_sol_types",
    "bool",
    "char",
    "core",
    "deploy",
    "deploy_builder",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "new",
    "std",
    "str",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// Whether a name is an identifier of Solidity's.
pub(super) fn is_identifier(name: &str) -> bool {
    is_plain(&name.replace('$', "_"))
}

/// Whether a name is an identifier of Solidity's without `$`. It may be a keyword of Rust's.
pub(super) fn is_plain(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(rest)
}

/// Whether a name can stand in Rust, perhaps with `r#` before it.
pub(super) fn is_writable(name: &str) -> bool {
    is_plain(name) && !NEVER.contains(&name)
}

/// Variables of the code that `sol!` makes: nothing that is a value may be called so.
const LOCALS: &[&str] = &[
    "_network",
    "_t",
    "address",
    "bits",
    "c",
    "call",
    "call_builder",
    "components",
    "config",
    "contract_address",
    "cow",
    "data",
    "e",
    "err",
    "f",
    "i",
    "idx",
    "inner",
    "len",
    "log",
    "name",
    "out",
    "r",
    "res",
    "resource_error",
    "result",
    "ret",
    "rust",
    "s",
    "selector",
    "sig",
    "state",
    "this",
    "token",
    "topics",
    "tuple",
    "ty",
    "v",
    "value",
];

/// Whether code that `sol!` makes has a variable of this name.
pub(super) fn is_local(name: &str) -> bool {
    LOCALS.contains(&name)
}

/// Words that begin a type or an item in `sol!`, of which no type can be called.
const TYPE_WORDS: &[&str] = &[
    "abstract",
    "address",
    "bool",
    "bytes",
    "byte",
    "constructor",
    "contract",
    "enum",
    "error",
    "event",
    "fallback",
    "function",
    "import",
    "interface",
    "is",
    "library",
    "mapping",
    "modifier",
    "pragma",
    "receive",
    "string",
    "struct",
    "tuple",
    "type",
    "unicode",
    "using",
];

/// Whether `sol!` would take a type's name for something else.
pub(super) fn is_type_word(name: &str) -> bool {
    let sized =
        ["uint", "int", "bytes", "ufixed", "fixed"].iter().filter_map(|start| name.strip_prefix(start));
    let is_sized = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || c == 'x');
    TYPE_WORDS.contains(&name) || SOLIDITY.contains(&name) || sized.into_iter().any(is_sized)
}

/// Whether something of this name would hide what generated code needs.
pub(super) fn is_in_scope(name: &str) -> bool {
    IN_SCOPE.contains(&name)
}

/// The name with `r#` before it where Rust asks for that.
pub(super) fn raw(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// A name that can stand in Rust, made from any text.
pub(super) fn writable(name: &str) -> String {
    // Nothing but `$` and `_`: nothing would be left to tell names apart.
    if name.contains('$') && !name.chars().any(|c| c.is_ascii_alphanumeric()) {
        return vec!["dollar"; name.matches('$').count()].join("_");
    }
    let mut word: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        word.insert(0, '_');
    }
    if word.is_empty() || NEVER.contains(&&*word) { format!("{word}_value") } else { word }
}

/// The name, or the name with as many `_` as make it free.
pub(super) fn free(name: String, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = name;
    while is_taken(&name) {
        name.push('_');
    }
    name
}

/// What `sol!` makes of the name of an event or error, and of their parameters, for a function that builds one.
pub(super) fn builder(name: &str) -> String {
    // As alloy does it: leading underscores stay, and each number begins a word.
    let body = name.trim_start_matches('_');
    let mut snake = "_".repeat(name.len() - body.len());
    snake.push_str(&body.to_snake_case());
    let mut spaced = String::new();
    let mut before: Option<char> = None;
    for c in snake.chars() {
        if c.is_ascii_digit() && before.is_some_and(|b| !b.is_ascii_digit() && !b.is_ascii_punctuation()) {
            spaced.push('_');
        }
        spaced.push(c);
        before = Some(c);
    }
    spaced
}

/// The part that a parameter's name has in the name of a type; nothing if it has none.
pub(super) fn hint(name: &str) -> String {
    if name.chars().any(|c| c.is_ascii_alphabetic()) { crate::pascal(name) } else { String::new() }
}

/// Names for parameters or fields, one for each of `given`: `None` where there is none. They differ from each other, in the writing
/// of [`builder`] too, and from what is taken.
pub(super) fn fields(given: &[&str], is_taken: impl Fn(&str) -> bool) -> Vec<Option<String>> {
    // What has no name is called by its number.
    let nameless = |name: &str| name.is_empty() || name == "_";
    let numbered = given.iter().enumerate().filter(|(_, name)| nameless(name)).map(|(i, _)| format!("_{i}"));
    let mut used: BTreeSet<String> = numbered.map(|name| builder(&name)).collect();
    let name = |given: &&str| {
        if nameless(given) {
            return None;
        }
        let mut name = writable(given);
        if SOLIDITY.contains(&&*name) || is_in_scope(&name) {
            name.push('_');
        }
        // Underscores at the end are nothing to `builder`: a number is something.
        let (base, mut n) = (name.clone(), 2);
        while is_taken(&name)
            || is_taken(&builder(&name))
            || used.contains(&builder(&name))
            || !is_writable(&builder(&name))
        {
            name = format!("{base}_{n}");
            n += 1;
        }
        used.insert(builder(&name));
        Some(name)
    };
    given.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parameters() {
        for (given, expected) in [
            (vec!["a", "a"], vec![Some("a"), Some("a_2")]),
            (vec!["self", "Self"], vec![Some("self_value"), Some("Self_value_2")]),
            (vec!["", "_0", "_", "_2"], vec![None, Some("_0_2"), None, Some("_2_2")]),
            (vec!["fooBar", "foo_bar"], vec![Some("fooBar"), Some("foo_bar_2")]),
            (vec!["$", "a$", "memory"], vec![Some("dollar"), Some("a_"), Some("memory_")]),
            (vec!["type", "Some", "crate"], vec![Some("type"), Some("Some_"), Some("crate_value")]),
            (vec!["__", "___"], vec![Some("__"), Some("___")]),
            (vec!["self_"], vec![Some("self__2")]),
        ] {
            let named = fields(&given, |_| false);
            let named: Vec<_> = named.iter().map(Option::as_deref).collect();
            assert_eq!(named, expected, "{given:?}");
        }
    }

    #[test]
    fn builders_are_called_as_alloy_calls_them() {
        for (name, expected) in [
            ("FooBar", "foo_bar"),
            ("__Foo", "__foo"),
            ("Foo2Bar", "foo_2_bar"),
            ("A1", "a_1"),
            ("X_0", "x_0"),
            ("_", "_"),
        ] {
            assert_eq!(builder(name), expected);
        }
    }
}
