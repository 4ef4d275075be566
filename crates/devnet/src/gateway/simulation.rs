//! Calls that are tried out and not sent, at no price.
//!
//! geth lets these run in a block whose base fee is zero when they name no gas price. The node runs them at the chain's base
//! fee, for a price of zero: a combination that only deposits have, so the inbox takes the caller for one and every relay
//! that is tried out fails. Here the block that the call runs in is given geth's base fee.

use super::{
    json,
    price::{is_free, set_base_fee, set_lowest_price},
    second::Second,
};
use serde_json::{Map, Value};

/// How a call is tried out.
#[derive(Debug)]
pub(super) struct Simulation {
    /// What the node is asked.
    pub(super) params: Value,
    /// What to do should it answer with an error.
    pub(super) second: Option<Second>,
}

/// Reads a call that is to be tried out; nothing if it can go to the node as it is.
pub(super) fn of(method: &str, params: &str) -> Option<Simulation> {
    let simulate = match method {
        "eth_call" => call,
        "eth_estimateGas" => estimate,
        "debug_traceCall" => trace,
        "eth_createAccessList" => access_list,
        _ => return None,
    };
    // The node has its own words for what is no request.
    let Value::Array(params) = json::parse(params).ok()? else { return None };
    if params.first()?.is_object() { simulate(params) } else { None }
}

fn call(params: Vec<Value>) -> Option<Simulation> {
    Some(Simulation { params: at_no_price(params, 3)?, second: None })
}

/// The gas of a transaction, which has a price: without one its contract may take another way. The lowest price is asked
/// for first; who cannot pay even that asks as for a call.
fn estimate(mut params: Vec<Value>) -> Option<Simulation> {
    let second = Second::Estimate(at_no_price(params.clone(), 3)?);
    set_lowest_price(params.first_mut()?.as_object_mut()?);
    set_base_fee(place(&mut params, 3)?, 1)?;
    Some(Simulation { params: params.into(), second: Some(second) })
}

fn trace(mut params: Vec<Value>) -> Option<Simulation> {
    if !is_free(params.first()?.as_object()?) {
        return None;
    }
    let options = place(&mut params, 2)?;
    if options.is_null() {
        *options = Value::Object(Map::new());
    }
    set_base_fee(options.as_object_mut()?.entry("blockOverrides").or_insert(Value::Null), 0)?;
    Some(Simulation { params: params.into(), second: None })
}

/// The node tries these out for a price of zero whatever the request says, and takes no overrides.
fn access_list(params: Vec<Value>) -> Option<Simulation> {
    if params.len() > 2 {
        return None;
    }
    let params = Value::Array(params);
    Some(Simulation { second: Some(Second::AccessList(params.clone())), params })
}

/// Gives a call without a price a block without a base fee, in the overrides at a place among the parameters.
fn at_no_price(mut params: Vec<Value>, overrides: usize) -> Option<Value> {
    if !is_free(params.first()?.as_object()?) {
        return None;
    }
    set_base_fee(place(&mut params, overrides)?, 0)?;
    Some(params.into())
}

/// The last parameter that a method takes.
fn place(params: &mut Vec<Value>, index: usize) -> Option<&mut Value> {
    while params.len() <= index {
        params.push(Value::Null);
    }
    if params.len() == index + 1 { params.last_mut() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn params(method: &str, params: &Value) -> Option<Value> {
        of(method, &params.to_string()).map(|simulation| simulation.params)
    }

    #[test]
    fn calls_without_a_price_run_in_a_block_without_a_base_fee() {
        for (given, simulated) in [
            (json!([{}]), json!([{}, null, null, {"baseFee": "0x0"}])),
            (json!([{}, "latest"]), json!([{}, "latest", null, {"baseFee": "0x0"}])),
            (json!([{}, "0x5", {"0x01": {}}]), json!([{}, "0x5", {"0x01": {}}, {"baseFee": "0x0"}])),
            (
                json!([{}, null, {}, {"time": "0x1"}]),
                json!([{}, null, {}, {"time": "0x1", "baseFee": "0x0"}]),
            ),
            (json!([{}, null, {}, {"baseFeePerGas": null}]), json!([{}, null, {}, {"baseFee": "0x0"}])),
            (json!([{"gasPrice": "0x0"}]), json!([{"gasPrice": "0x0"}, null, null, {"baseFee": "0x0"}])),
            (
                json!([{"maxFeePerGas": "0x0", "maxPriorityFeePerGas": null}]),
                json!([{"maxFeePerGas": "0x0", "maxPriorityFeePerGas": null}, null, null, {"baseFee": "0x0"}]),
            ),
        ] {
            assert_eq!(params("eth_call", &given), Some(simulated), "{given}");
        }
        let options = json!({"tracer": "callTracer", "blockOverrides": {"number": "0x1"}});
        let simulated =
            json!({"tracer": "callTracer", "blockOverrides": {"number": "0x1", "baseFee": "0x0"}});
        assert_eq!(
            params("debug_traceCall", &json!([{}, "latest", options])),
            Some(json!([{}, "latest", simulated]))
        );
        let simulated = json!([{}, null, {"blockOverrides": {"baseFee": "0x0"}}]);
        assert_eq!(params("debug_traceCall", &json!([{}])), Some(simulated));
    }

    #[test]
    fn gas_is_estimated_at_the_lowest_price() {
        let simulation = of("eth_estimateGas", r#"[{"to":"0x01","maxFeePerGas":"0x0"},"latest"]"#).unwrap();
        let request = json!({"to": "0x01", "gasPrice": "0x1"});
        assert_eq!(simulation.params, json!([request, "latest", null, {"baseFee": "0x1"}]));
        let Some(Second::Estimate(second)) = simulation.second else { panic!("no second") };
        let request = json!({"to": "0x01", "maxFeePerGas": "0x0"});
        assert_eq!(second, json!([request, "latest", null, {"baseFee": "0x0"}]));
    }

    #[test]
    fn what_the_caller_says_stays() {
        for method in ["eth_call", "eth_estimateGas", "debug_traceCall"] {
            for given in [
                json!([{"gasPrice": "0x1"}]),
                json!([{"maxFeePerGas": "0x1"}]),
                json!([{"maxPriorityFeePerGas": "0x1"}]),
                json!([{"gasPrice": "nonsense"}]),
                json!([{}, null, null, {"baseFee": "0x0"}, 5]),
                json!([{}, null, 5, 5]),
                json!([]),
                json!(["text"]),
                json!({"0": {}}),
            ] {
                assert_eq!(params(method, &given), None, "{method} {given}");
            }
        }
        for overrides in [json!({"baseFee": "0x5"}), json!({"baseFeePerGas": "0x5"})] {
            assert_eq!(params("eth_call", &json!([{}, null, null, overrides])), None);
            assert_eq!(params("eth_estimateGas", &json!([{}, null, null, overrides])), None);
            let options = json!({"blockOverrides": overrides});
            assert_eq!(params("debug_traceCall", &json!([{}, null, options])), None);
        }
        assert_eq!(params("eth_getBalance", &json!([{}])), None);
        assert!(of("eth_call", r#"[{"to":1,"to":2}]"#).is_none());
    }
}
