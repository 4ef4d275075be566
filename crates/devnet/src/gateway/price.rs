//! What requests say of prices, and blocks of base fees.

use super::quantity;
use serde_json::{Map, Value};

/// The fields of a request that name a price.
const PRICES: [&str; 3] = ["gasPrice", "maxFeePerGas", "maxPriorityFeePerGas"];
/// The names of the base fee among the overrides of a block.
const BASE_FEES: [&str; 2] = ["baseFee", "baseFeePerGas"];

/// Whether a request names no price but zero.
pub(super) fn is_free(request: &Map<String, Value>) -> bool {
    PRICES.iter().all(|price| match request.get(*price) {
        None | Some(Value::Null) => true,
        Some(price) => quantity::of(price).is_some_and(|price| price.is_zero()),
    })
}

/// Gives a request the lowest price there is.
pub(super) fn set_lowest_price(request: &mut Map<String, Value>) {
    for price in PRICES {
        request.remove(price);
    }
    request.insert("gasPrice".into(), quantity::hex(1));
}

/// Sets the base fee among the overrides of a block, unless the caller has set it.
pub(super) fn set_base_fee(overrides: &mut Value, base_fee: u8) -> Option<()> {
    if overrides.is_null() {
        *overrides = Value::Object(Map::new());
    }
    let overrides = overrides.as_object_mut()?;
    for name in BASE_FEES {
        if overrides.get(name).is_some_and(|own| !own.is_null()) {
            return None;
        }
        overrides.remove(name);
    }
    overrides.insert(BASE_FEES[0].into(), quantity::hex(base_fee));
    Some(())
}
