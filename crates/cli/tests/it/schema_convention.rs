//! What docs/json.schema.json keeps to.

use serde_json::{Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str = include_str!("../../../../docs/json.schema.json");

/// The schema leaves no room: what is not named is a fault, and nothing that is named may be missing.
#[test]
fn the_schema_keeps_the_convention() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for (name, part) in schema["$defs"].as_object().unwrap() {
        objects(part, name);
    }
    let listed = |part: &Value| {
        let names = part["anyOf"].as_array().unwrap().iter().map(|entry| entry["$ref"].as_str().unwrap());
        names.map(|name| name.trim_start_matches("#/$defs/").to_owned()).collect::<BTreeSet<_>>()
    };
    let events = schema["$defs"].as_object().unwrap().keys().filter(|name| name.starts_with("event-"));
    assert_eq!(listed(&schema["$defs"]["event"]), events.cloned().collect());
}

/// Accounts of a devnet or a relayer, which are on no chain more than on another, and the inbox of an access list, which is
/// for any chain. What is deployed has one address on all, and an upgrade's senders are those of every chain.
fn is_on_every_chain(place: &str) -> bool {
    const PLACES: [&str; 10] = [
        "network",
        "undelivered",
        "causeway-access-list-encode",
        "deployment",
        "upgradeStep",
        "event-signer",
        "event-low-balance",
        "event-topped-up",
        "event-foreign",
        "event-top-up",
    ];
    PLACES.iter().any(|name| place.starts_with(name))
}

fn objects(part: &Value, place: &str) {
    if let (Some(properties), Some(required)) = (part["properties"].as_object(), part["required"].as_array())
    {
        let required: BTreeSet<_> = required.iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(required, properties.keys().map(String::as_str).collect(), "{place}");
        for (name, form) in properties {
            assert!(
                name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "{place}: `{name}` is no camelCase"
            );
            if form == &json!({ "$ref": "#/$defs/address" }) && !is_on_every_chain(place) {
                let beside = &properties[&format!("{name}Interoperable")];
                assert_eq!(beside, &json!({ "$ref": "#/$defs/interoperable" }), "{place}: {name}");
            }
            if name == "chainId" || name.ends_with("ChainId") || name == "source" || name == "destination" {
                assert_eq!(form, &json!({ "$ref": "#/$defs/chainId" }), "{place}: {name}");
            }
        }
    }
    match part {
        Value::Object(map) => map.iter().for_each(|(key, value)| objects(value, &format!("{place}/{key}"))),
        Value::Array(items) => items.iter().for_each(|item| objects(item, place)),
        _ => {}
    }
}
