//! Ids of requests that jsonrpsee does not read: numbers other than 0 to 2^64 - 1, and strings with escapes.
//!
//! It takes a request with such an id for a notification, which gets no answer. So these ids travel as strings of our own, and
//! are put back into the answers as they were written. What it would take for a notification or a call and is neither (its id
//! is no id, or stands twice, or it is an array) travels as a request that nobody takes for one.

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{fmt, ops::Range};

/// What begins the strings.
const OWN: &str = "causeway:";
/// Ids and keys that are longer are looked at thoroughly.
const SHORT: usize = 64;
/// What is answered as an invalid request of no known id.
const INVALID: &str = r#"{"id":null}"#;

/// The ids that were replaced, each as it was written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Replaced(Vec<String>);

/// Replaces the ids that jsonrpsee does not read, and what is no request but read as one, if there is any, in a request of so
/// many calls at most.
///
/// Whatever else is no request is left to it.
pub(super) fn replace(body: &Bytes, most: u32) -> Option<(Bytes, Replaced)> {
    if is_usual(body) {
        return None;
    }
    let text = std::str::from_utf8(body).ok()?;
    let (mut written, mut places, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for call in calls(text, most)? {
        match Form::of(call) {
            Form::Read => continue,
            Form::Unread(id) => {
                others.push(format!("\"{OWN}{}\"", written.len()));
                places.push(place(text, id));
                written.push(id.to_owned());
            }
            Form::Invalid => {
                others.push(INVALID.to_owned());
                places.push(place(text, call));
            }
        }
    }
    if places.is_empty() {
        return None;
    }
    let replaced = splice(text, places, |index| others[index].clone());
    Some((replaced.into(), Replaced(written)))
}

/// Whether a message that was taken for a notification is none, for it has an id.
///
/// Of a usual one the second id is not seen beforehand.
pub(super) fn is_invalid(body: &Bytes) -> bool {
    // The calls of a batch were looked at one by one.
    let is_one = body.trim_ascii_start().starts_with(b"{");
    is_one && std::str::from_utf8(body).is_ok_and(|text| matches!(Form::of(text), Form::Invalid))
}

/// A call, by what jsonrpsee makes of its id.
enum Form<'a> {
    /// It reads what is there, or finds itself that it is no request.
    Read,
    /// It does not read this id.
    Unread(&'a str),
    /// It would read it as something that it is not.
    Invalid,
}

impl<'a> Form<'a> {
    fn of(call: &'a str) -> Self {
        match call.trim_ascii_start().as_bytes().first() {
            Some(b'{') => {}
            Some(b'[') => return Self::Invalid,
            _ => return Self::Read,
        }
        match serde_json::from_str::<Call<'_>>(call) {
            Ok(Call { ids }) => match ids[..] {
                [] => Self::Read,
                [id] if id.starts_with(['{', '[', 't', 'f']) => Self::Invalid,
                [id] if comes_back(id) => Self::Read,
                [id] => Self::Unread(id),
                _ => Self::Invalid,
            },
            Err(_) => Self::Read,
        }
    }
}

impl Replaced {
    /// Puts the ids back into the body of an answer.
    pub(super) fn restore(&self, body: &[u8]) -> Option<Bytes> {
        let text = std::str::from_utf8(body).ok()?;
        let (mut places, mut ids) = (Vec::new(), Vec::new());
        for answer in calls(text, u32::MAX)? {
            let Call { ids: own } = serde_json::from_str(answer).ok()?;
            let Some(id) = own.first() else { continue };
            let own =
                id.strip_prefix('"').and_then(|id| id.strip_suffix('"')?.strip_prefix(OWN)?.parse().ok());
            if let Some(written) = own.and_then(|index: usize| self.0.get(index)) {
                places.push(place(text, id));
                ids.push(written.as_str());
            }
        }
        Some(splice(text, places, |index| ids[index].to_owned()).into())
    }
}

/// The JSON of each call of a message, or of the one.
fn calls(text: &str, most: u32) -> Option<Vec<&str>> {
    struct Calls<'a>(Vec<&'a str>, usize);

    impl<'de> Visitor<'de> for Calls<'de> {
        type Value = Vec<&'de str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("calls")
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut access: A) -> Result<Self::Value, A::Error> {
            while let Some(call) = access.next_element::<&RawValue>()? {
                if self.0.len() == self.1 {
                    return Err(A::Error::custom("too many calls"));
                }
                self.0.push(call.get());
            }
            Ok(self.0)
        }
    }

    if !text.trim_ascii_start().starts_with('[') {
        return Some(vec![text]);
    }
    serde_json::Deserializer::from_str(text).deserialize_seq(Calls(Vec::new(), most as usize)).ok()
}

/// The JSON of each id of a call.
struct Call<'a> {
    ids: Vec<&'a str>,
}

impl<'de> Deserialize<'de> for Call<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CallVisitor;

        impl<'de> Visitor<'de> for CallVisitor {
            type Value = Call<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a call")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Call<'de>, A::Error> {
                let mut ids = Vec::new();
                while let Some(key) = access.next_key::<String>()? {
                    if key == "id" {
                        ids.push(access.next_value::<&RawValue>()?.get());
                    } else {
                        access.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Call { ids })
            }
        }

        deserializer.deserialize_map(CallVisitor)
    }
}

/// Whether jsonrpsee gives an id back as it is written, or has its own word for it.
fn comes_back(id: &str) -> bool {
    match id.as_bytes() {
        [b'"', ..] => !id.contains('\\') && !id[1..].starts_with(OWN),
        [b'-' | b'0'..=b'9', ..] => id.parse::<u64>().is_ok_and(|number| number.to_string() == id),
        _ => id == "null",
    }
}

/// Where a part of a text is.
fn place(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + part.len()
}

/// Puts other texts into the places, which are in order.
fn splice(text: &str, places: Vec<Range<usize>>, other: impl Fn(usize) -> String) -> String {
    let mut spliced = String::with_capacity(text.len());
    let mut end = 0;
    for (index, place) in places.into_iter().enumerate() {
        spliced.push_str(&text[end..place.start]);
        spliced.push_str(&other(index));
        end = place.end;
    }
    spliced.push_str(&text[end..]);
    spliced
}

/// Whether a message is one call whose id is certainly among those that come back: it stands before the parameters or at the
/// very end, and is a plain number or string. Nearly all are, and parameters may be long.
fn is_usual(body: &[u8]) -> bool {
    let Some(mut rest) = body.trim_ascii().strip_prefix(b"{") else { return false };
    loop {
        let Some((key, after)) = string(rest) else { return false };
        let Some(value) = after.trim_ascii_start().strip_prefix(b":") else { return false };
        match key {
            b"id" => return token(value).is_some_and(is_usual_id),
            b"params" => return ends_with_usual_id(body),
            _ => {}
        }
        let Some((_, after)) = string(value) else { return false };
        let Some(next) = after.trim_ascii_start().strip_prefix(b",") else { return false };
        rest = next;
    }
}

/// A short string without escapes, and what follows it.
fn string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start().strip_prefix(b"\"")?;
    let end = text.iter().take(SHORT).position(|byte| matches!(byte, b'"' | b'\\'))?;
    if text[end] == b'"' { Some((&text[..end], &text[end + 1..])) } else { None }
}

/// A short value up to what ends it.
fn token(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start();
    if text.first() == Some(&b'"') {
        return string(text).map(|(string, _)| &text[..string.len() + 2]);
    }
    let end = text
        .iter()
        .take(SHORT)
        .position(|byte| matches!(byte, b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t'))?;
    Some(&text[..end])
}

fn is_usual_id(id: &[u8]) -> bool {
    std::str::from_utf8(id).is_ok_and(|id| comes_back(id) && !id.is_empty())
}

/// Whether what stands before the last brace is an id. In valid JSON that is a key of the outermost object.
fn ends_with_usual_id(body: &[u8]) -> bool {
    let Some(text) = body.trim_ascii().strip_suffix(b"}") else { return false };
    let text = text.trim_ascii_end();
    let inner = text.strip_suffix(b"\"");
    let wanted = |byte: &u8| if inner.is_some() { *byte == b'"' } else { !byte.is_ascii_digit() };
    let inner = inner.unwrap_or(text);
    let tail = &inner[inner.len().saturating_sub(SHORT)..];
    let Some(start) = tail.iter().rposition(wanted) else { return false };
    let start = inner.len() - tail.len() + start + usize::from(inner.len() == text.len());
    let (before, id) = text.split_at(start);
    let key = before.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
    let key = key.and_then(|before| before.strip_suffix(b"\"id\"")).map(<[u8]>::trim_ascii_end);
    key.is_some_and(|before| before.ends_with(b",")) && is_usual_id(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> Option<(String, Vec<String>)> {
        let (body, Replaced(ids)) = replace(&Bytes::copy_from_slice(text.as_bytes()), 3)?;
        Some((String::from_utf8(body.to_vec()).unwrap(), ids))
    }

    /// The forms of a call with an id.
    fn forms(id: &str) -> [String; 5] {
        [
            format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"m","params":[{{"id":7}}]}}"#),
            format!(r#" {{"jsonrpc":"2.0","method":"m","params":[{{"id":7}}],"id":{id}}} "#),
            format!("{{\n \"jsonrpc\" : \"2.0\" ,\n \"method\":\"m\", \"params\" : [] ,\t\"id\" : {id}\n}}"),
            format!(r#"{{"method":"m","params":{{"a":"}},\"id\":1}}"}},"id":{id},"more":{{"id":5}}}}"#),
            format!(r#"{{"i\u0064":{id},"method":"m"}}"#),
        ]
    }

    #[test]
    fn ids_that_are_not_read_are_replaced_and_put_back() {
        for id in [
            "-1",
            "1.50",
            "-0",
            "1e3",
            "18446744073709551616",
            r#""a\u0062""#,
            r#""\ud800""#,
            r#""causeway:0""#,
        ] {
            for form in forms(id) {
                let (body, ids) = replaced(&form).unwrap_or_else(|| panic!("{form}"));
                assert_eq!(ids, [id]);
                assert_eq!(body, form.replace(id, "\"causeway:0\""), "{form}");
            }
            let answer = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"id":"causeway:0"}}}}"#);
            let own = answer.replacen(id, "\"causeway:0\"", 1);
            let restored = Replaced(vec![id.to_owned()]).restore(own.as_bytes()).unwrap();
            assert_eq!(restored, answer.as_bytes());
        }
    }

    #[test]
    fn ids_that_are_read_stay() {
        for id in ["0", "1", "18446744073709551615", "\"\"", "\"text\"", "\"é\"", "null"] {
            for form in forms(id) {
                assert_eq!(replaced(&form), None, "{form}");
            }
        }
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "4",
            "[1,1,1,1]",
            r#"{"method":"m"}"#,
            r#"[{"method":"m"},4,null]"#,
            r#"{"params":[],"id":-1"#,
            "\"id\"}",
        ] {
            assert_eq!(replaced(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_request_is_not_read_as_one() {
        for id in ["{}", "[1.5]", "true", "false", "[]", r#"{"a":1}"#] {
            for form in forms(id) {
                assert_eq!(replaced(&form).unwrap(), (INVALID.to_owned(), vec![]), "{form}");
                assert!(is_invalid(&form.into()));
            }
        }
        assert_eq!(replaced(r#"{"id":-1,"id":-1}"#).unwrap().0, INVALID);
        let twice = r#"{"id":1,"method":"m","id":1}"#;
        assert!(is_usual(twice.as_bytes()) && is_invalid(&twice.into()));
        for usual in
            [r#"{"id":1,"method":"m"}"#, r#"{"method":"m","params":[{"id":1}]}"#, r#"[{"method":"m"}]"#]
        {
            assert!(!is_invalid(&usual.into()), "{usual}");
        }
        let batch = r#"[{"id":true}, ["2.0",1,"m",[]], {"id":1.5}, {"id":1,"id":2}]"#;
        let (body, Replaced(ids)) = replace(&batch.into(), 9).unwrap();
        assert_eq!(ids, ["1.5"]);
        assert_eq!(body, format!(r#"[{INVALID}, {INVALID}, {{"id":"causeway:0"}}, {INVALID}]"#));
    }

    #[test]
    fn the_calls_of_a_batch_have_ids_of_their_own() {
        let batch = r#"[{"id":1.5,"method":"a"}, 4, {"id":-2}]"#;
        let (body, ids) = replaced(batch).unwrap();
        assert_eq!(body, r#"[{"id":"causeway:0","method":"a"}, 4, {"id":"causeway:1"}]"#);
        let answer = br#"[{"id":"causeway:1","result":1},{"id":null},{"id":"causeway:0"}]"#;
        let restored = Replaced(ids).restore(answer).unwrap();
        assert_eq!(restored, &br#"[{"id":-2,"result":1},{"id":null},{"id":1.5}]"#[..]);
        assert_eq!(replaced(r#"[{"id":1},{"id":2},{"id":3},{"id":-4}]"#), None);
    }

    #[test]
    fn usual_requests_are_told_at_a_glance() {
        for id in ["0", "12", "\"text\""] {
            let [first, last, spaced, ..] = forms(id);
            for form in [first, last, spaced] {
                assert!(is_usual(form.as_bytes()), "{form}");
            }
        }
        for id in ["-1", "1.5", "01", "18446744073709551616", r#""\n""#] {
            for form in forms(id) {
                assert!(!is_usual(form.as_bytes()), "{form}");
            }
        }
    }
}
