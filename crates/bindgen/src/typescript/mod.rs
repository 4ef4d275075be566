//! TypeScript for viem: ABIs `as const`, addresses, errors, and what makes calls of other chains.

mod abi;
mod bytecode;
mod comment;
mod contract;
mod errors;
mod names;
mod runtime;
mod text;

use crate::{
    contract::{Bindings, Files},
    header::header,
};
use std::path::PathBuf;

/// What is called `typescript` on the command line.
const LANGUAGE: &str = "typescript";

/// What to write.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// With bytecode, to deploy from.
    pub bytecode: bool,
    /// What sends, follows and decodes messages.
    pub runtime: Runtime,
    /// What the list of all errors is called: `errorsAbi`, or `interopErrorsAbi` for those of interop's own contracts.
    pub of_interop: bool,
}

/// Where the library is from that sends, follows and decodes messages. It is in `interop/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Runtime {
    /// Its sources are written beside the bindings, which then need nothing but viem.
    #[default]
    Embedded,
    /// A package that is installed, such as `@causeway-interop/viem`.
    Package(String),
    /// There is none.
    Without,
}

/// Makes a file for each contract, one of all errors, and an index.
pub fn emit(bindings: &Bindings, options: &Options) -> Files {
    let mut files = Files::new();
    let mut modules = Vec::new();
    let names = names::assign(&bindings.contracts);
    for (contract, name) in bindings.contracts.iter().zip(names) {
        let head = header(bindings, LANGUAGE, "//", [contract]);
        let body = contract::render(contract, &name, options.bytecode);
        files.insert(PathBuf::from(format!("{name}.ts")), format!("{head}\n{body}"));
        modules.push(name);
    }
    let all = &bindings.contracts;
    if let Some(body) = errors::render(all, options.of_interop) {
        let head = header(bindings, LANGUAGE, "//", all);
        files.insert(PathBuf::from("errors.ts"), format!("{head}\n{body}"));
        modules.push("errors".to_owned());
    }
    modules.sort();
    let exports: String = modules.iter().map(|name| format!("export * from \"./{name}.js\";\n")).collect();
    // A module without exports is a script.
    let exports = if exports.is_empty() { "export {};\n".to_owned() } else { exports };
    files.insert(PathBuf::from("index.ts"), format!("{}\n{exports}", header(bindings, LANGUAGE, "//", [])));
    files.extend(runtime::files(&options.runtime, &header(bindings, LANGUAGE, "//", [])));
    files
}
