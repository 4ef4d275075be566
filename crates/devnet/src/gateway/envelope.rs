use super::Fault;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::fmt;

/// A JSON-RPC message: one call, or a batch of them.
#[derive(Debug)]
pub(super) enum Envelope<'a> {
    Single(Call<'a>),
    Batch(Vec<Result<Call<'a>, Malformed<'a>>>),
}

/// One call, not yet understood.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// The JSON of the whole call.
    pub(super) raw: &'a str,
    pub(super) id: Id<'a>,
    pub(super) method: String,
    /// The JSON of the parameters.
    pub(super) params: Option<&'a str>,
}

/// The id of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Id<'a> {
    /// There is none: a notification, which gets no answer.
    Absent,
    /// The JSON of the id.
    Json(&'a str),
}

impl<'a> Id<'a> {
    /// The JSON to answer with, for calls that get an answer.
    pub(super) const fn json(self) -> Option<&'a str> {
        match self {
            Self::Absent => None,
            Self::Json(id) => Some(id),
        }
    }
}

/// A call that is none.
#[derive(Debug)]
pub(super) struct Malformed<'a> {
    /// The JSON to answer with.
    pub(super) id: &'a str,
    pub(super) why: &'static str,
}

impl Malformed<'_> {
    pub(super) fn fault(&self) -> Fault {
        Fault::invalid_request(self.why)
    }
}

const NO_JSON: Malformed<'_> = Malformed { id: "null", why: "it is not JSON" };
const NO_OBJECT: Malformed<'_> = Malformed { id: "null", why: "a call is an object" };

/// Takes a message apart, strictly: whoever else reads the same bytes must not find other calls in them.
///
/// The node for one takes an array in place of an object, its fields in the order of the node's own source, for
/// a call. No client writes that, so here it is an error.
pub(super) fn open(message: &[u8]) -> Result<Envelope<'_>, Malformed<'_>> {
    let message: &RawValue = serde_json::from_slice(message).map_err(|_| NO_JSON)?;
    let text = message.get();
    if !text.starts_with('[') {
        return open_call(text).map(Envelope::Single);
    }
    let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| NO_JSON)?;
    let calls: Vec<_> = items.into_iter().map(|item| open_call(item.get())).collect();
    if calls.is_empty() {
        return Err(Malformed { id: "null", why: "the batch is empty" });
    }
    Ok(Envelope::Batch(calls))
}

fn open_call(raw: &str) -> Result<Call<'_>, Malformed<'_>> {
    if !raw.starts_with('{') {
        return Err(NO_OBJECT);
    }
    let Fields(fields) = serde_json::from_str(raw).map_err(|_| NO_JSON)?;
    let (mut id, mut method, mut params) = (None, None, None);
    let (mut version, mut wrong) = (None, None);
    for (key, value) in fields {
        let slot = match key.as_str() {
            "id" => &mut id,
            "method" => &mut method,
            "params" => &mut params,
            "jsonrpc" => &mut version,
            _ => {
                wrong = Some("a call has no other keys than jsonrpc, id, method and params");
                continue;
            }
        };
        if slot.replace(value.get()).is_some() {
            return Err(Malformed { id: "null", why: "a key is there twice" });
        }
    }
    let id = match id {
        None => Id::Absent,
        Some(id) if is_id(id) => Id::Json(id),
        Some(_) => return Err(Malformed { id: "null", why: "an id is a string, a 64-bit integer or null" }),
    };
    if let Some(why) = wrong {
        return Err(Malformed { id: id.json().unwrap_or("null"), why });
    }
    let method = method.and_then(|method| serde_json::from_str(method).ok());
    let Some(method) = method else {
        return Err(Malformed { id: id.json().unwrap_or("null"), why: "the method is not a string" });
    };
    Ok(Call { raw, id, method, params })
}

/// Whether it is an id that the node accepts and gives back as it is.
fn is_id(json: &str) -> bool {
    json == "null"
        || serde_json::from_str::<i64>(json).is_ok()
        || serde_json::from_str::<String>(json).is_ok()
}

/// The fields of an object, in order, keys that are there twice included.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::with_capacity(4);
                while let Some(field) = access.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(text: &str) -> Result<(String, Option<&str>, Option<&str>), &'static str> {
        match open(text.as_bytes()).map_err(|malformed| malformed.why)? {
            Envelope::Single(call) => Ok((call.method, call.id.json(), call.params)),
            Envelope::Batch(_) => Err("batch"),
        }
    }

    #[test]
    fn calls_are_taken_apart() {
        let text = "\n\t {\"jsonrpc\":\"2.0\", \"id\": \"a\\u0062\", \"m\\u0065thod\":\"eth_\\u0063all\",\"params\" : [ 1 ]} ";
        assert_eq!(single(text), Ok(("eth_call".to_owned(), Some("\"a\\u0062\""), Some("[ 1 ]"))));
        assert_eq!(single(r#"{"method":"x"}"#), Ok(("x".to_owned(), None, None)));
        assert_eq!(single(r#"{"method":"x","id":null}"#), Ok(("x".to_owned(), Some("null"), None)));
        assert_eq!(single(r#"{"method":"x","id":-7}"#), Ok(("x".to_owned(), Some("-7"), None)));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for text in [
            "",
            "3",
            "x",
            "null",
            "\"eth_call\"",
            "{",
            "[]",
            "{}",
            "\u{feff}{\"method\":\"x\"}",
            "{\"method\":\"x\"}{\"method\":\"y\"}",
            "{\"method\":\"x\"},",
            r#"{"method":"x","method":"y"}"#,
            r#"{"method":"x","m\u0065thod":"x"}"#,
            r#"{"method":"x","params":[],"params":[]}"#,
            r#"{"method":"x","id":1,"id":1}"#,
            r#"{"method":["x"]}"#,
            r#"{"method":{"$serde_json::private::RawValue":"\"x\""}}"#,
            r#"{"method":"x","id":1.5}"#,
            r#"{"method":"x","id":{}}"#,
            r#"{"method":"x","id":18446744073709551615}"#,
            r#"{"method":"x","more":1}"#,
            r#"{"Method":"x"}"#,
            r#"{"method":"\ud800"}"#,
        ] {
            assert!(open(text.as_bytes()).is_err(), "{text}");
        }
        assert!(open(b"{\"method\":\"x\xff\"}").is_err());
        assert!(open(b"\xfe\xff{\"method\":\"x\"}").is_err());
    }

    #[test]
    fn batch_items_stand_for_themselves() {
        let text = r#"[{"method":"a","id":1},["2.0","eth_chainId",[],1],{"id":7},4,[]]"#;
        let Envelope::Batch(items) = open(text.as_bytes()).unwrap() else { panic!("single") };
        assert_eq!(items[0].as_ref().unwrap().raw, r#"{"method":"a","id":1}"#);
        let ids: Vec<_> = items[1..].iter().map(|item| item.as_ref().unwrap_err().id).collect();
        assert_eq!(ids, ["null", "7", "null", "null"]);
    }
}
