use crate::causeway::{Ran, World, anvil};
use serde_json::Value;

#[test]
fn the_demo_proves_what_it_claims() {
    let world = World::new();
    let output = world.command(&["demo", "--json"]).env("CAUSEWAY_ANVIL", anvil()).output().unwrap();
    let ran = Ran::from(output);
    assert_eq!(ran.code, 0, "{ran:?}");
    let envelope: Value = serde_json::from_str(&ran.stdout).unwrap();
    let data = &envelope["data"];
    assert_eq!(data["transfers"].as_array().unwrap().len(), 3, "{data:#}");
    let checks = data["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 5, "{data:#}");
    assert!(checks.iter().all(|check| check["held"] == true), "{data:#}");
}
