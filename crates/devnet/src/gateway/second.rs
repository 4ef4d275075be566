//! What is asked when the node's first answer to a simulation is an error.

use super::{
    fees::{self, Quote},
    price::{is_free, set_base_fee, set_lowest_price},
    quantity,
    upstream::{Answer, Upstream},
};
use alloy::primitives::{Address, B256, U256};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How often a list is tried out until it stays as it is.
const ROUNDS: usize = 8;
/// The last of the precompiles whose addresses are their numbers.
const LAST_PRECOMPILE: u64 = 0x11;
/// By how much an estimate that was made without a price is raised, in thousandths: as far as geth's own may be above the truth.
const SLACK: u64 = 15;

/// Another way to ask.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Second {
    /// The gas of a transaction whose sender cannot pay even the lowest price, by these parameters of `eth_estimateGas`.
    Estimate(Value),
    /// The access list of a transaction, by the parameters of `eth_createAccessList`.
    AccessList(Value),
}

impl Second {
    /// Asks; nothing if the first answer stands.
    pub(super) async fn ask(self, node: &Upstream) -> Option<Answer> {
        match self {
            Self::Estimate(params) => estimate(node, params).await,
            Self::AccessList(params) => access_list(node, params).await,
        }
    }
}

async fn estimate(node: &Upstream, params: Value) -> Option<Answer> {
    let limit = params.pointer("/0/gas").and_then(quantity::of).unwrap_or(U256::MAX);
    match node.ask("eth_estimateGas", params).await.ok()? {
        Answer::Result(gas) => {
            let gas: U256 = serde_json::from_str(&gas).ok()?;
            let raised = gas + gas * U256::from(SLACK) / U256::from(1000);
            Some(Answer::Result(quantity::hex(raised.min(limit).max(gas)).to_string()))
        }
        error @ Answer::Error(_) => Some(error),
    }
}

/// What a trace by the name `callTracer` tells.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallTrace {
    gas_used: U256,
    error: Option<String>,
    output: Option<String>,
    revert_reason: Option<String>,
}

/// What a trace by the name `prestateTracer` tells of an account.
#[derive(Debug, Deserialize)]
struct Touched {
    #[serde(default)]
    storage: BTreeMap<B256, B256>,
}

/// Addresses, and the slots of each.
type List = BTreeMap<Address, BTreeSet<B256>>;

/// As geth does it: the transaction runs again with what it touched, until it touches nothing else. The node's own way fails
/// where a contract asks for the price, and with the inbox, which lets pass what is declared only.
async fn access_list(node: &Upstream, mut params: Value) -> Option<Answer> {
    // Who names a tip only, leaves the rest to the node. What names nothing is tried out at the lowest price.
    if !is_free(params.get(0)?.as_object()?) && fees::are_missing(&mut params) {
        Quote::ask(node).await.ok()?.fill(&mut params);
    }
    let mut tracer = Tracer::of(node, &params)?;
    let address = |key: &str| Address::deserialize(tracer.request.get(key)?).ok();
    let (from, to) = (address("from"), address("to"));
    let mut list = listed(&tracer.request)?;
    for _ in 0..ROUNDS {
        tracer.request["accessList"] = json_list(&list);
        let touched: BTreeMap<Address, Touched> = tracer.trace("prestateTracer").await?;
        let mut next = list.clone();
        for (address, Touched { storage }) in touched {
            if !storage.is_empty() || !is_warm(address, from, to) {
                next.entry(address).or_default().extend(storage.into_keys());
            }
        }
        if next == list {
            break;
        }
        list = next;
    }
    tracer.request["accessList"] = json_list(&list);
    let trace: CallTrace = tracer.trace("callTracer").await?;
    Some(match trace.error {
        None => {
            let result = json!({"accessList": json_list(&list), "gasUsed": trace.gas_used});
            Answer::Result(result.to_string())
        }
        Some(error) if error != "execution reverted" => return None,
        Some(error) => {
            let message = trace.revert_reason.map_or_else(|| error.clone(), |why| format!("{error}: {why}"));
            let data = trace.output.unwrap_or_else(|| "0x".to_owned());
            Answer::Error(json!({"code": 3, "message": message, "data": data}).to_string())
        }
    })
}

/// Whether an address costs nothing to touch in any transaction, so that a list need not have it.
fn is_warm(address: Address, from: Option<Address>, to: Option<Address>) -> bool {
    let number = U256::from_be_slice(address.as_slice());
    // Zero is the node's coinbase, and who sends when nobody is named.
    Some(address) == from || Some(address) == to || number <= U256::from(LAST_PRECOMPILE)
}

fn listed(request: &Value) -> Option<List> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        address: Address,
        storage_keys: Vec<B256>,
    }

    let items: Option<Vec<Item>> = match request.get("accessList") {
        Some(list) => serde_json::from_value(list.clone()).ok()?,
        None => None,
    };
    let mut list = List::new();
    for Item { address, storage_keys } in items.unwrap_or_default() {
        list.entry(address).or_default().extend(storage_keys);
    }
    Some(list)
}

fn json_list(list: &List) -> Value {
    list.iter().map(|(address, keys)| json!({"address": address, "storageKeys": keys})).collect()
}

/// Tries a transaction out and looks on.
struct Tracer<'a> {
    node: &'a Upstream,
    request: Value,
    block: Value,
}

impl<'a> Tracer<'a> {
    fn of(node: &'a Upstream, params: &Value) -> Option<Self> {
        let request = params.get(0)?.clone();
        let block = params.get(1).cloned().unwrap_or(Value::Null);
        Some(Self { node, request, block })
    }

    /// Traces it, at the lowest price if it names none, or at none if the sender cannot pay that.
    async fn trace<T: DeserializeOwned>(&self, tracer: &str) -> Option<T> {
        let request = self.request.as_object()?;
        let prices: &[u8] = if is_free(request) { &[1, 0] } else { &[u8::MAX] };
        for price in prices {
            let (mut request, mut overrides) = (request.clone(), Value::Null);
            match price {
                0 => set_base_fee(&mut overrides, 0)?,
                1 => {
                    set_lowest_price(&mut request);
                    set_base_fee(&mut overrides, 1)?;
                }
                _ => {}
            }
            let options = json!({"tracer": tracer, "blockOverrides": overrides});
            let params = json!([request, self.block, options]);
            if let Answer::Result(trace) = self.node.ask("debug_traceCall", params).await.ok()? {
                return serde_json::from_str(&trace).ok();
            }
        }
        None
    }
}
