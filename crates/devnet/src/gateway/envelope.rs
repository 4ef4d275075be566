use super::{
    Fault,
    json::{self, Fields},
};
use serde::{
    Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use std::fmt;

/// How many calls a batch may have: as many as geth takes.
pub(super) const MAX_CALLS: usize = 1000;

/// How many values the JSON of a message may have, about: nodes take hundreds of bytes of memory for each, so that a few
/// megabytes of `1,1,1` would be a gigabyte. As many as the bytes of the largest transaction, which may come as numbers.
const MAX_VALUES: usize = 1 << 18;

/// What begins the ids that the gateway itself gives to calls, on sockets.
pub(super) const OWN_IDS: &str = "causeway:";

/// A JSON-RPC message: one call, or a batch of them.
#[derive(Debug)]
pub(super) enum Envelope<'a> {
    Single(Call<'a>),
    Batch(Vec<Result<Call<'a>, Malformed<'a>>>),
}

/// One call, not yet understood.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) id: Id<'a>,
    /// Whether it says that it is version 2.0; the node has its own words for calls that do not.
    pub(super) versioned: bool,
    pub(super) method: String,
    /// The JSON of the parameters, which the node can read.
    pub(super) params: Option<&'a str>,
    /// Whether the node reads the call as it is written as it was read here, and gives its id back as it is.
    pub(super) plain: bool,
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
#[derive(Debug, PartialEq)]
pub(super) struct Malformed<'a> {
    /// The JSON to answer with.
    pub(super) id: &'a str,
    pub(super) fault: Fault,
}

impl<'a> Malformed<'a> {
    fn request(id: Option<&'a str>, why: &str) -> Self {
        Self { id: id.unwrap_or("null"), fault: Fault::invalid_request(why) }
    }

    fn no_json(error: &serde_json::Error) -> Self {
        Self { id: "null", fault: Fault::parse_error(error) }
    }
}

/// Takes a message apart, strictly: whoever else reads the same bytes must not find other calls in them.
///
/// The node for one takes an array in place of an object, its fields in the order of the node's own source, for
/// a call. No client writes that, so here it is an error.
///
/// A batch is counted while it is read, so memory follows the bytes of the message and not the number of its commas.
pub(super) fn open(message: &[u8]) -> Result<Envelope<'_>, Malformed<'_>> {
    let message: &RawValue = serde_json::from_slice(message).map_err(|error| Malformed::no_json(&error))?;
    let text = message.get();
    if count_values(text) > MAX_VALUES {
        return Err(Malformed::request(None, &format!("a message has at most {MAX_VALUES} values")));
    }
    if !text.starts_with('[') {
        return open_call(text).map(Envelope::Single);
    }
    let mut items = serde_json::Deserializer::from_str(text);
    let items = items
        .deserialize_seq(BatchVisitor)
        .map_err(|_| Malformed::request(None, &format!("a batch has at most {MAX_CALLS} calls")))?;
    if items.is_empty() {
        return Err(Malformed::request(None, "the batch is empty"));
    }
    Ok(Envelope::Batch(items.into_iter().map(|item| open_call(item.get())).collect()))
}

/// How many values there are, or some more if there are such characters in strings; nothing is kept of them.
fn count_values(json: &str) -> usize {
    json.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count()
}

struct BatchVisitor;

impl<'de> Visitor<'de> for BatchVisitor {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a batch of calls")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            if items.len() == MAX_CALLS {
                return Err(A::Error::custom("too many calls"));
            }
            items.push(item);
        }
        Ok(items)
    }
}

/// Takes a call apart. Keys that JSON-RPC does not know mean nothing, to nodes as here, and are left out of what the
/// node gets.
fn open_call(raw: &str) -> Result<Call<'_>, Malformed<'_>> {
    if !raw.starts_with('{') {
        return Err(Malformed::request(None, "a call is an object"));
    }
    let Fields(fields) = serde_json::from_str(raw).map_err(|error| Malformed::no_json(&error))?;
    let (mut id, mut method, mut params, mut version) = (None, None, None, None);
    let mut plain = true;
    for (key, value) in fields {
        let slot = match key.as_str() {
            "id" => &mut id,
            "method" => &mut method,
            "params" => &mut params,
            "jsonrpc" => &mut version,
            _ => {
                plain = false;
                continue;
            }
        };
        if slot.replace(value.get()).is_some() {
            return Err(Malformed::request(None, "a key is there twice"));
        }
    }
    if id.is_some_and(|id| !is_id(id)) {
        return Err(Malformed::request(None, "an id is a string, a number or null"));
    }
    let malformed = |why: &str| Malformed::request(id, why);
    if let Some(version) = version
        && serde_json::from_str::<&str>(version).ok() != Some("2.0")
    {
        return Err(malformed("the version is \"2.0\""));
    }
    let method = method.and_then(|method| serde_json::from_str(method).ok());
    let Some(method) = method else { return Err(malformed("the method is not a string")) };
    if let Some(params) = params {
        // What the node cannot read would cost the other calls of the batch their answers.
        if let Err(error) = json::read(params) {
            return Err(Malformed { id: id.unwrap_or("null"), fault: Fault::invalid_params(error) });
        }
        if !matches!(params.as_bytes().first(), Some(b'[' | b'{' | b'n')) {
            return Err(malformed("params is an array or an object"));
        }
    }
    plain &= id.is_none_or(comes_back);
    let id = id.map_or(Id::Absent, Id::Json);
    Ok(Call { id, versioned: version.is_some(), method, params, plain })
}

/// Whether it is an id: a number of any kind, a string, or null.
fn is_id(json: &str) -> bool {
    json == "null" || matches!(json.as_bytes().first(), Some(b'"' | b'-' | b'0'..=b'9'))
}

/// Whether the node, which reads an id into 64 bits or a string, gives it back byte by byte.
fn comes_back(json: &str) -> bool {
    match json.strip_prefix('"') {
        Some(rest) => !rest.contains('\\') && !rest.starts_with(OWN_IDS),
        None => json == "null" || json.parse::<i64>().is_ok_and(|id| id.to_string() == json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(text: &str) -> Result<Call<'_>, (&str, i64)> {
        match open(text.as_bytes()).map_err(|malformed| (malformed.id, malformed.fault.code))? {
            Envelope::Single(call) => Ok(call),
            Envelope::Batch(_) => Err(("batch", 0)),
        }
    }

    #[test]
    fn calls_are_taken_apart() {
        let text = "\n\t {\"jsonrpc\":\"2.0\", \"id\": \"a\u{62}\", \"m\\u0065thod\":\"eth_\\u0063all\",\"params\" : [ 1 ]} ";
        let call = single(text).unwrap();
        assert_eq!(
            (call.method.as_str(), call.id.json(), call.params),
            ("eth_call", Some("\"ab\""), Some("[ 1 ]"))
        );
        assert!(call.plain && call.versioned);
        let call = single(r#"{"method":"x"}"#).unwrap();
        assert_eq!((call.method.as_str(), call.id, call.params), ("x", Id::Absent, None));
        assert!(!call.versioned);
        let call = single(r#"{"method":"x","id":null,"more":{"id":1},"params":null}"#).unwrap();
        assert_eq!((call.id, call.params, call.plain), (Id::Json("null"), Some("null"), false));
    }

    #[test]
    fn every_number_and_string_is_an_id() {
        for (id, plain) in [
            ("1", true),
            ("-7", true),
            ("9223372036854775807", true),
            ("\"text é\"", true),
            ("\"\"", true),
            ("null", true),
            ("-0", false),
            ("1.50", false),
            ("1e400", false),
            ("18446744073709551616", false),
            (r#""a\u0062""#, false),
            (r#""\ud800""#, false),
            (r#""causeway:1:0""#, false),
        ] {
            let text = format!(r#"{{"method":"x","id":{id}}}"#);
            let call = single(&text).unwrap();
            assert_eq!((call.id, call.plain), (Id::Json(id), plain), "{id}");
        }
        for id in ["{}", "[]", "true"] {
            assert_eq!(
                single(&format!(r#"{{"method":"x","id":{id}}}"#)).unwrap_err(),
                ("null", -32600),
                "{id}"
            );
        }
    }

    #[test]
    fn what_is_no_json_is_a_parse_error() {
        for text in [
            "",
            " ",
            "x",
            "{",
            r#"{"jsonrpc":"2.0","id":1,"#,
            "[1,",
            "\u{feff}{\"method\":\"x\"}",
            "{\"method\":\"x\"}{\"method\":\"y\"}",
            "{\"method\":\"x\"},",
            "[]]",
        ] {
            assert_eq!(single(text).unwrap_err(), ("null", -32700), "{text}");
        }
        for bytes in [&b"{\"method\":\"x\xff\"}"[..], b"\xfe\xff{\"method\":\"x\"}", b"{\"method\":\"x\"}\0"]
        {
            assert_eq!(open(bytes).unwrap_err().fault.code, -32700);
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for text in [
            "3",
            "null",
            "\"eth_call\"",
            "[]",
            "{}",
            r#"{"method":"x","method":"y"}"#,
            r#"{"method":"x","m\u0065thod":"x"}"#,
            r#"{"method":"x","params":[],"params":[]}"#,
            r#"{"method":"x","id":1,"id":1}"#,
            r#"{"method":["x"]}"#,
            r#"{"method":{"$serde_json::private::RawValue":"\"x\""}}"#,
            r#"{"Method":"x"}"#,
            r#"{"method":"\ud800"}"#,
            r#"{"method":"x","jsonrpc":"1.0"}"#,
            r#"{"method":"x","jsonrpc":{"2.0":null}}"#,
            r#"{"method":"x","params":"text"}"#,
        ] {
            assert_eq!(single(text).unwrap_err().1, -32600, "{text}");
        }
        assert_eq!(single(r#"{"method":"x","id":7,"params":["\ud800"]}"#).unwrap_err(), ("7", -32602));
        let deep = format!(r#"{{"method":"x","id":7,"params":{}{}}}"#, "[".repeat(200), "]".repeat(200));
        assert_eq!(single(&deep).unwrap_err(), ("7", -32602));
    }

    #[test]
    fn batch_items_stand_for_themselves() {
        let text = r#"[{"method":"a","id":1},["2.0","eth_chainId",[],1],{"id":7},4,[]]"#;
        let Envelope::Batch(items) = open(text.as_bytes()).unwrap() else { panic!("single") };
        assert_eq!(items[0].as_ref().unwrap().method, "a");
        let ids: Vec<_> = items[1..].iter().map(|item| item.as_ref().unwrap_err().id).collect();
        assert_eq!(ids, ["null", "7", "null", "null"]);
    }

    #[test]
    fn a_batch_has_so_many_calls_and_no_more() {
        let batch = |calls: usize| format!("[{}]", vec!["1"; calls].join(","));
        assert!(matches!(open(batch(MAX_CALLS).as_bytes()), Ok(Envelope::Batch(_))));
        assert_eq!(open(batch(MAX_CALLS + 1).as_bytes()).unwrap_err().fault.code, -32600);
        assert_eq!(open(b"[1,1,1").unwrap_err().fault.code, -32700);
    }

    #[test]
    fn a_message_has_so_many_values_and_no_more() {
        let call = |params: &str| format!(r#"{{"method":"x","id":1,"params":[{params}]}}"#);
        let numbers = |count: usize| call(&vec!["1"; count].join(","));
        assert!(matches!(open(numbers(MAX_VALUES / 2).as_bytes()), Ok(Envelope::Single(_))));
        for many in [
            numbers(MAX_VALUES + 1),
            call(&vec!["[]"; MAX_VALUES].join(",")),
            call(&format!("{{{}}}", vec![r#""":1"#; MAX_VALUES + 1].join(","))),
            format!("[{},{}]", numbers(MAX_VALUES / 2), numbers(MAX_VALUES / 2)),
            format!("{{{}}}", vec![r#""":1"#; MAX_VALUES + 1].join(",")),
        ] {
            assert_eq!(open(many.as_bytes()).unwrap_err().fault.code, -32600);
        }
        let long = call(&format!(r#""0x{}""#, "00".repeat(MAX_VALUES)));
        assert!(matches!(open(long.as_bytes()), Ok(Envelope::Single(_))));
    }
}
