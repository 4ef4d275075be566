//! What a transaction may cost when its sender does not say.

use super::{
    quantity,
    upstream::{Upstream, UpstreamError},
};
use alloy::primitives::U256;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The types of transactions that have one price instead of two.
const ONE_PRICE: [U256; 2] = [U256::ZERO, U256::ONE];

/// What the next block costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quote {
    base_fee: U256,
    tip: U256,
}

impl Quote {
    /// Asks the node.
    pub(super) async fn ask(node: &Upstream) -> Result<Self, UpstreamError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct History {
            /// Of the newest block, and of the next one.
            base_fee_per_gas: Vec<U256>,
        }

        let (history, tip) = tokio::try_join!(
            node.call::<History>("eth_feeHistory", json!(["0x1", "latest", []])),
            node.call("eth_maxPriorityFeePerGas", json!([])),
        )?;
        let base_fee = history.base_fee_per_gas.into_iter().max().unwrap_or_default();
        Ok(Self { base_fee, tip })
    }

    /// The most to pay for gas: it lasts for as long as the base fee has not doubled, which takes six full blocks.
    ///
    /// This is what geth and wallets do. The node itself takes the price of the next block, and silently drops what
    /// turns out to be too cheap for the one after it.
    fn most(&self, tip: U256) -> U256 {
        self.base_fee.saturating_mul(U256::from(2)).saturating_add(tip)
    }

    /// Fills the prices that are missing into the requests among a call's parameters.
    pub(super) fn fill(&self, params: &mut Value) {
        for request in requests(params) {
            match missing(request) {
                Some(Missing::Price) => {
                    request.insert("gasPrice".into(), quantity::hex(self.most(self.tip)));
                }
                Some(Missing::Fees { tip }) => {
                    request.insert("maxFeePerGas".into(), quantity::hex(self.most(tip.unwrap_or(self.tip))));
                    request.insert("maxPriorityFeePerGas".into(), quantity::hex(tip.unwrap_or(self.tip)));
                }
                None => {}
            }
        }
    }
}

/// Whether any of the requests among a call's parameters leaves its price to others.
pub(super) fn are_missing(params: &mut Value) -> bool {
    requests(params).into_iter().any(|request| missing(request).is_some())
}

/// What a request does not say.
#[derive(Debug, PartialEq, Eq)]
enum Missing {
    /// The price of a transaction that has one.
    Price,
    /// The most to pay, and perhaps the tip.
    Fees { tip: Option<U256> },
}

fn missing(request: &Map<String, Value>) -> Option<Missing> {
    let given = |key: &str| request.get(key).filter(|value| !value.is_null());
    if given("gasPrice").is_some() || given("maxFeePerGas").is_some() {
        return None;
    }
    let tip = match given("maxPriorityFeePerGas") {
        Some(tip) => Some(quantity::of(tip)?),
        None => None,
    };
    let one_price = given("type").and_then(quantity::of).is_some_and(|kind| ONE_PRICE.contains(&kind));
    Some(if one_price && tip.is_none() { Missing::Price } else { Missing::Fees { tip } })
}

/// The requests for transactions among the parameters of a call: the first one, or those of an `anvil_reorg`.
fn requests(params: &mut Value) -> Vec<&mut Map<String, Value>> {
    let pairs = match params {
        Value::Array(items) => match items.as_mut_slice() {
            [Value::Object(request), ..] => return vec![request],
            [_, Value::Array(pairs)] => pairs,
            _ => return Vec::new(),
        },
        Value::Object(options) => match options.get_mut("tx_block_pairs") {
            Some(Value::Array(pairs)) => pairs,
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    pairs.iter_mut().filter_map(|pair| pair.get_mut(0)?.as_object_mut()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(mut params: Value) -> Value {
        let quote = Quote { base_fee: U256::from(100), tip: U256::from(7) };
        let before = params.clone();
        let missing = are_missing(&mut params);
        quote.fill(&mut params);
        assert_eq!(missing, params != before, "{before}");
        params
    }

    #[test]
    fn there_is_room_for_the_base_fee_to_double() {
        let fees = json!({"maxFeePerGas": "0xcf", "maxPriorityFeePerGas": "0x7"});
        assert_eq!(filled(json!([{}])), json!([fees]));
        assert_eq!(
            filled(json!([{"gasPrice": null, "maxFeePerGas": null, "type": "0x2"}]))[0]["maxFeePerGas"],
            "0xcf"
        );
        let own = json!([{"maxFeePerGas": "0xda", "maxPriorityFeePerGas": "0x12"}]);
        assert_eq!(filled(json!([{"maxPriorityFeePerGas": "0x12"}])), own);
        for kind in [json!("0x0"), json!("0x1"), json!(0)] {
            assert_eq!(filled(json!([{"type": kind}])), json!([{"type": kind, "gasPrice": "0xcf"}]));
        }
        assert_eq!(filled(json!([1, [[{}, 0], ["0x02", 1]]])), json!([1, [[fees, 0], ["0x02", 1]]]));
        assert_eq!(filled(json!({"tx_block_pairs": [[{}, 0]]})), json!({"tx_block_pairs": [[fees, 0]]}));
    }

    #[test]
    fn what_the_sender_says_stays() {
        for params in [
            json!([{"gasPrice": "0x1"}]),
            json!([{"gasPrice": "0x0"}]),
            json!([{"maxFeePerGas": "0x5"}]),
            json!([{"maxFeePerGas": "0x5", "maxPriorityFeePerGas": "0x1"}]),
            json!([{"maxPriorityFeePerGas": "nonsense"}]),
            json!([]),
            json!(["0x02"]),
            json!({}),
            json!(null),
        ] {
            assert_eq!(filled(params.clone()), params);
        }
    }
}
