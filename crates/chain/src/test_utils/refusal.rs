use serde_json::{Value, json};

/// A refusal, as a handler of a [`FakeNode`](super::FakeNode) returns it.
pub fn refusal(code: i64, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}
