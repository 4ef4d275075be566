//! Parameters of calls: refused in words of bounded length, or the same in whatever form they are given.

#![no_main]

use alloy::primitives::U256;
use causeway_interop::{SafetyLevel, parse_chain_id};
use causeway_verifier::fuzzing::{Check, Failure, check, checks, scalars};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json, value::RawValue};

fuzz_target!(|params: &str| {
    match check(params) {
        Ok(request) => is_the_same_in_every_form(request),
        Err(failure) => is_polite(&failure),
    }
    match checks(params) {
        Ok(requests) => {
            let lists: Vec<Value> = requests.iter().map(listed).collect();
            assert_eq!(checks(&json!([lists]).to_string()), Ok(requests));
        }
        Err(failure) => is_polite(&failure),
    }
    one(params);
});

fn is_polite((code, message): &Failure) {
    assert_eq!(*code, -32602, "{message}");
    assert!(message.starts_with("invalid parameter ") && message.len() <= 403, "{message}");
}

fn listed((entries, level, executing): &Check) -> Value {
    let (chain_id, timestamp, timeout) = (executing.chain_id, executing.timestamp, executing.timeout);
    let executing =
        json!({"chainID": chain_id.to_string(), "timestamp": timestamp, "timeout": format!("{timeout:#x}")});
    json!({"inboxEntries": entries, "minSafety": level.as_str(), "executingDescriptor": executing})
}

fn is_the_same_in_every_form(request: Check) {
    let by_name = listed(&request);
    let by_position = json!([by_name["inboxEntries"], by_name["minSafety"], by_name["executingDescriptor"]]);
    assert_eq!(checks(&json!([[by_name]]).to_string()), Ok(vec![request.clone()]));
    assert_eq!(check(&by_name.to_string()), Ok(request.clone()));
    assert_eq!(check(&by_position.to_string()), Ok(request));
}

/// A single parameter against what its JSON says.
fn one(params: &str) {
    let Ok(it) = scalars(params).inspect_err(is_polite) else { return };
    let text = match serde_json::from_str::<Vec<&RawValue>>(params) {
        Ok(items) => items.first().map(|item| item.get()),
        // By name: what was read is compared with itself only.
        Err(_) => return,
    };
    let value: Option<Value> = text.map(|text| serde_json::from_str(text).unwrap_or(Value::Null));
    let string = value.as_ref().and_then(Value::as_str);
    let digits = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number: Option<U256> = string.or(digits).and_then(|text| parse_chain_id(text).ok());
    assert_eq!(it.chain_id.ok(), number, "{params}");
    assert_eq!(it.quantity.ok(), number.and_then(|number| u64::try_from(number).ok()), "{params}");
    assert_eq!(it.text.ok().as_deref(), string, "{params}");
    assert_eq!(it.safety_level.ok(), string.and_then(|text| text.parse::<SafetyLevel>().ok()), "{params}");
    assert_eq!(it.boolean.ok(), value.as_ref().and_then(Value::as_bool), "{params}");
}
