//! `causeway bindings`: what is found, what is written, and what is left alone.

mod found;
mod hostile;
mod written;

use crate::causeway::{Ran, World};
use alloy::primitives::keccak256;
use serde_json::{Value, json};
use std::{fs, path::Path};

const COUNTER: &str = "contract Counter {}";
const ADDRESS: &str = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

/// A file below the world's folder.
pub(super) fn put(world: &World, path: &str, content: &str) {
    let path = world.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// An artifact as forge makes it, and its source.
pub(super) fn forge(world: &World, project: &str, source: &str, name: &str, function: &str, content: &str) {
    let artifact = json!({
        "abi": [{"type": "function", "name": function, "inputs": [], "outputs": [], "stateMutability": "nonpayable"}],
        "bytecode": {"object": "0x6001"}, "deployedBytecode": {"object": "0x6002"},
        "metadata": {
            "compiler": {"version": "0.8.30+commit.73712a01"},
            "settings": {"compilationTarget": {source: name}},
            "sources": {source: {"keccak256": keccak256(content)}},
        },
    });
    let file = Path::new(source).file_name().unwrap().to_str().unwrap();
    put(world, &format!("{project}/{source}"), content);
    put(world, &format!("{project}/out/{file}/{name}.json"), &artifact.to_string());
}

/// A project of forge with one contract of its own.
pub(super) fn project(world: &World, project: &str) {
    put(world, &format!("{project}/foundry.toml"), "[profile.default]\n");
    forge(world, project, "src/Counter.sol", "Counter", "increment", COUNTER);
    forge(world, project, "test/Counter.t.sol", "CounterTest", "testA", "test");
    forge(world, project, "script/Deploy.s.sol", "Deploy", "run", "script");
    forge(world, project, "lib/dep/src/Dep.sol", "Dep", "dep", "dep");
    put(world, &format!("{project}/out/build-info/1.json"), "{}");
}

/// What contracts are called.
pub(super) fn names(data: &Value) -> Vec<&str> {
    data["contracts"].as_array().unwrap().iter().map(|one| one["identifier"].as_str().unwrap()).collect()
}

/// What `--json` prints.
pub(super) fn parsed(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}
