//! Lines of JSON on stderr.

use serde_json::{Map, Value, json};
use tracing_subscriber::fmt::{
    format::Writer,
    time::{FormatTime as _, SystemTime},
};

/// A line of JSON, of the shape that the logs have.
pub(crate) fn line(level: &str, message: &str, mut fields: Map<String, Value>) -> String {
    fields.insert("message".to_owned(), message.into());
    json!({ "timestamp": now(), "level": level, "fields": fields }).to_string()
}

/// The time as RFC 3339 has it, in UTC with microseconds.
pub(crate) fn now() -> String {
    let mut text = String::new();
    // Writing into a text cannot fail.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}

/// The same of a point of time.
pub(crate) fn at(time: std::time::SystemTime) -> String {
    format!("{:.6}", jiff::Timestamp::try_from(time).unwrap_or_default())
}
