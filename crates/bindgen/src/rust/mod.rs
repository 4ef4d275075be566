//! Rust: `sol!` types for alloy, as a module or a crate.

mod addresses;
mod code;
mod dependency;
mod item;
mod manual;
mod names;
mod package;
mod plan;
mod sol;
mod text;
mod types;
mod word;

use crate::{
    contract::{Bindings, Files},
    header,
};
pub use dependency::{Dependency, DependencyError};
use names::Names;
use plan::{File, Place, Plan};
use std::path::PathBuf;

/// How Rust bindings are made.
#[derive(Clone, Debug, Default)]
pub struct Rust {
    /// A crate of this name; without one, a module for a crate that there is.
    pub crate_name: Option<String>,
    /// Bytecode, and functions that deploy it. A crate has them behind a feature, whatever is said here.
    pub bytecode: bool,
    /// A dependency on `causeway-client`: a crate gets a feature `interop` with it.
    pub client: Option<Dependency>,
}

impl Rust {
    /// Makes the bindings: `mod.rs` and its modules, or `Cargo.toml` and `src/`.
    pub fn emit(&self, bindings: &Bindings) -> Files {
        let plan = Plan::new(bindings);
        let mut files = Files::new();
        let folder = if self.crate_name.is_some() { "src" } else { "" };
        let at = |module: &str| PathBuf::from(folder).join(format!("{module}.rs"));
        for file in &plan.files {
            files.insert(at(&file.module), self.file(bindings, &plan, file));
        }
        if addresses::are_known(bindings) {
            let head = header(bindings, "rust", "//", []);
            let items = addresses::items(bindings, &plan);
            files.insert(at("addresses"), format!("{head}\n//! Where the contracts stand.\n\n{items}"));
        }
        match &self.crate_name {
            Some(name) => {
                files.insert(
                    PathBuf::from("Cargo.toml"),
                    package::manifest(bindings, name, self.client.as_ref()),
                );
                files.insert(at("lib"), package::root(bindings, &plan, Some(name), self.client.is_some()));
            }
            None => {
                files.insert(at("mod"), package::root(bindings, &plan, None, false));
            }
        }
        files
    }

    /// A file of contracts, and of modules of types that they share.
    fn file(&self, bindings: &Bindings, plan: &Plan<'_>, file: &File) -> String {
        let modules: Vec<_> = plan.modules(file).collect();
        let (mut spaces, mut contracts, mut beside) = (String::new(), String::new(), String::new());
        let (mut listed, mut only_in_sol) = (Vec::new(), Vec::new());
        for place in &file.places {
            match *place {
                Place::Space(number) => {
                    spaces.push_str(&sol::space(plan, number));
                    only_in_sol.push(plan.inner(*place));
                }
                Place::Contract(number) => {
                    let contract = &bindings.contracts[number];
                    let names = Names::new(plan, number, &modules);
                    let docs = sol::docs(plan, number, contract, &names);
                    let inner_docs = match self.beside(plan, number, contract, &names, &docs) {
                        Some(module) => {
                            beside.push_str(&module);
                            String::new()
                        }
                        None => {
                            only_in_sol.push(plan.inner(*place));
                            docs.write("    ", "///")
                        }
                    };
                    contracts.push_str(&sol::contract(plan, number, contract, &names, &inner_docs));
                    listed.push(contract);
                }
            }
        }
        let head = header(bindings, "rust", "//", listed.iter().copied());
        let names: Vec<_> = listed.iter().map(|contract| text::code(&contract.name)).collect();
        let head = format!("{head}\n//! {}.\n\n", names.join(", "));
        let sol = format!("alloy::sol! {{\n{spaces}{contracts}}}\n");
        if beside.is_empty() {
            return format!("{head}{sol}");
        }
        let inner =
            sol.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") });
        let inner: String = inner.collect();
        let uses: String = only_in_sol.iter().map(|name| format!("pub use sol::{name};\n")).collect();
        let uses = if uses.is_empty() { uses } else { format!("{uses}\n") };
        format!("{head}{uses}mod sol {{\n{inner}}}\n\n{}\n", beside.trim_end())
    }

    /// What of a contract is not in `sol!`: a module around the one that `sol!` makes.
    fn beside(
        &self,
        plan: &Plan<'_>,
        number: usize,
        contract: &crate::Contract,
        names: &Names,
        docs: &text::Text,
    ) -> Option<String> {
        let inner = plan.inner(Place::Contract(number));
        // What others declare and this one uses is at hand in it, too.
        let foreign = plan.foreign_types(number, |name| names.has(name));
        let mut items: String = foreign.iter().map(|path| format!("pub use super::sol::{path};\n")).collect();
        if !items.is_empty() {
            items.push('\n');
        }
        if self.bytecode || self.crate_name.is_some() {
            items.push_str(&code::items(plan, number, contract, names, self.crate_name.is_some()));
        }
        items.push_str(&manual::items(plan, &plan.items[number], names, &format!("{inner}Instance")));
        if items.is_empty() {
            return None;
        }
        if foreign.is_empty() {
            items.insert(0, '\n');
        }
        let lines = items.trim_end().lines();
        let lines: String = lines
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") })
            .collect();
        let docs = docs.write("", "///");
        Some(format!("{docs}pub mod {inner} {{\n    pub use super::sol::{inner}::*;\n{lines}}}\n\n"))
    }
}
