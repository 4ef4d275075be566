//! What comes from elsewhere.

use super::{names, put};
use crate::causeway::World;
use serde_json::json;
use std::fs;

#[test]
fn a_file_without_end_is_not_read() {
    let world = World::new();
    let file = fs::File::create(world.path().join("huge.json")).unwrap();
    file.set_len(1 << 40).unwrap();
    let ran = world.run(&["bindings", "json", "--out", "b.json", "--artifacts", "huge.json"]);
    assert!(ran.code == 2 && ran.stderr.contains("less than 64 MB"), "{ran:?}");
    // Nested deeper than anything that a compiler writes.
    put(&world, "deep.json", &"[".repeat(100_000));
    let ran = world.run(&["bindings", "json", "--out", "b.json", "--artifacts", "deep.json"]);
    assert!(ran.code == 2 && ran.stderr.contains("recursion limit"), "{ran:?}");
}

/// What comes from outside is text, whatever stands in it.
#[test]
fn hostile_names_lead_nowhere() {
    let world = World::new();
    let hostile = "../../evil\"; */ // \u{2028} #{x}";
    let artifact = json!({
        "contractName": hostile, "sourceName": "../../../etc/passwd.sol",
        "abi": [
            {"type": "function", "name": "f", "inputs": [{"name": "a", "type": "uint256", "internalType": hostile}], "outputs": [], "stateMutability": "view"},
            {"type": "function", "name": hostile, "inputs": [], "outputs": [], "stateMutability": "view"},
            {"type": "function", "name": "g", "inputs": [{"name": "a", "type": hostile}], "outputs": [], "stateMutability": "view"},
        ],
        "devdoc": {"title": hostile, "details": hostile, "methods": {"f(uint256)": {"details": format!("a {hostile}\nb"), "params": {"a": hostile}}}},
        "metadata": {"compiler": {"version": hostile}},
        "bytecode": "0x60`${evil}`",
    });
    put(&world, "in/x.json", &artifact.to_string());
    let data = world.json(&[
        "bindings",
        "typescript",
        "--out",
        "gen",
        "--artifacts",
        "in/x.json",
        "--runtime",
        "none",
        "--bytecode",
    ]);
    assert_eq!(names(&data), ["EvilX"]);
    let text = fs::read_to_string(world.path().join("gen/evilX.ts")).unwrap();
    // Whatever is outside of comments and texts is ours.
    let mut code = text.clone();
    while let Some((before, rest)) = code.split_once("/*") {
        let (_, after) = rest.split_once("*/").unwrap();
        code = format!("{before}{after}");
    }
    let code: Vec<_> = code.lines().filter(|line| !line.starts_with("//")).collect();
    let code = code.join("\n");
    assert!(!code.contains("evil\"") && !code.contains("${evil}") && !code.contains('\u{2028}'), "{code}");
    assert!(!text.contains('\u{2028}'), "{text}");
    assert_eq!(fs::read_dir(world.path().join("gen")).unwrap().count(), 2);
    let data = world.json(&["bindings", "json", "--out", "b.json", "--artifacts", "in/x.json", "--bytecode"]);
    assert_eq!(names(&data), ["EvilX"]);
}
