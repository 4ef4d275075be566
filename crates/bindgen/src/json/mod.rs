//! JSON for everybody else: one file with ABIs, selectors, topics, errors, addresses, documentation. `docs/bindings.schema.json`
//! describes it.

mod wire;

use crate::{
    contract::{Bindings, Contract, Files},
    header::generator,
};
use std::path::PathBuf;
use wire::{Abi, Addresses, Bytecode, Docs, Document, Entry, Error, Event, Function, Natspec};

/// What is called `json` on the command line.
const LANGUAGE: &str = "json";

/// The name of the file in a folder.
pub const FILE: &str = "bindings.json";

/// What to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// With bytecode.
    pub bytecode: bool,
}

/// Makes one file, called [`FILE`].
pub fn emit(bindings: &Bindings, options: &Options) -> Files {
    let document = Document {
        generator: generator(bindings, LANGUAGE),
        schema_version: 1,
        contracts: bindings
            .contracts
            .iter()
            .map(|contract| (contract.ident.as_str(), entry(contract, options.bytecode)))
            .collect(),
    };
    // Nothing in it can fail to become JSON: keys are texts, and there are no floating-point numbers.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    [(PathBuf::from(FILE), text)].into()
}

fn entry(contract: &Contract, with_bytecode: bool) -> Entry<'_> {
    let (abi, docs) = (&contract.abi, &contract.docs);
    Entry {
        name: &contract.name,
        source: contract.source.as_deref(),
        kind: contract.kind.as_str(),
        compiler: contract.compiler.as_deref(),
        docs: Natspec::of(docs),
        addresses: Addresses::of(&contract.addresses),
        functions: abi
            .functions()
            .map(|function| Function {
                name: &function.name,
                signature: function.signature(),
                selector: function.selector(),
                docs: docs.function(function).and_then(Docs::of),
            })
            .collect(),
        events: abi
            .events()
            .map(|event| Event {
                name: &event.name,
                signature: event.signature(),
                topic: (!event.anonymous).then(|| event.selector()),
                docs: docs.event(event).and_then(Docs::of),
            })
            .collect(),
        errors: abi
            .errors()
            .map(|error| Error {
                name: &error.name,
                signature: error.signature(),
                selector: error.selector(),
                docs: docs.error(error).and_then(Docs::of),
            })
            .collect(),
        omitted: contract.omitted.iter().map(wire::Omitted::of).collect(),
        abi: Abi(abi),
        bytecode: contract.creation.as_ref().filter(|_| with_bytecode).map(Bytecode::of),
        deployed_bytecode: contract.runtime.as_ref().filter(|_| with_bytecode).map(Bytecode::of),
    }
}
