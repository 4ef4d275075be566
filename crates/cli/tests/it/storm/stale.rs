//! Answers as a node gives them that is some blocks behind.

use serde_json::{Value, json};

/// How many blocks.
const BEHIND: u64 = 3;

/// Answers a request, asking the node that is not behind.
pub(crate) async fn answer<F: Future<Output = Option<String>>>(
    request: &Value,
    ask: impl Fn(String) -> F,
) -> Option<String> {
    let head = json!({"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []});
    let head: Value = serde_json::from_str(&ask(head.to_string()).await?).ok()?;
    let head = number(&head["result"])?.saturating_sub(BEHIND);
    let mut asked = request.clone();
    turn_back(&mut asked, head);
    let mut answers: Value = serde_json::from_str(&ask(asked.to_string()).await?).ok()?;
    match (request.as_array(), answers.as_array_mut()) {
        (Some(requests), Some(answers)) => {
            requests.iter().zip(answers).for_each(|(request, answer)| forget(request, answer, head));
        }
        _ => forget(request, &mut answers, head),
    }
    Some(answers.to_string())
}

/// The newest block is an older one.
fn turn_back(value: &mut Value, head: u64) {
    match value {
        Value::String(tag) if ["latest", "pending"].contains(&tag.as_str()) => *tag = format!("{head:#x}"),
        Value::Array(values) => values.iter_mut().for_each(|value| turn_back(value, head)),
        Value::Object(fields) => fields.values_mut().for_each(|value| turn_back(value, head)),
        _ => {}
    }
}

/// What stands in newer blocks is not there.
fn forget(request: &Value, answer: &mut Value, head: u64) {
    let result = &mut answer["result"];
    match request["method"].as_str().unwrap_or_default() {
        "eth_blockNumber" => *result = json!(format!("{head:#x}")),
        "eth_getBlockByNumber" | "eth_getBlockByHash" | "eth_getHeaderByNumber"
            if number(&result["number"]).is_some_and(|number| number > head) =>
        {
            *result = Value::Null;
        }
        "eth_getTransactionReceipt" if number(&result["blockNumber"]).is_some_and(|number| number > head) => {
            *result = Value::Null;
        }
        "eth_getBlockReceipts" if number(&result[0]["blockNumber"]).is_some_and(|number| number > head) => {
            *result = Value::Null;
        }
        "eth_getLogs" => {
            if let Some(logs) = result.as_array_mut() {
                logs.retain(|log| number(&log["blockNumber"]).is_none_or(|number| number <= head));
            }
        }
        _ => {}
    }
}

fn number(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}
