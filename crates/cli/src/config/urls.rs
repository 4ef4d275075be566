//! URLs of nodes are read from a text or a list of texts, and shown redacted.

use causeway_chain::{Endpoint, EndpointError};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
    ser::SerializeSeq,
};
use std::fmt;

/// One is shown as the text that most have written, several as a list.
pub(super) fn serialize<S: Serializer>(
    urls: &Option<Vec<Endpoint>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match urls.as_deref() {
        None | Some([]) => serializer.serialize_none(),
        Some([one]) => serializer.collect_str(one),
        Some(several) => {
            let mut list = serializer.serialize_seq(Some(several.len()))?;
            several.iter().try_for_each(|url| list.serialize_element(&url.to_string()))?;
            list.end()
        }
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<Endpoint>>, D::Error> {
    deserializer.deserialize_any(Urls).map(Some)
}

/// The URLs in a text, with blanks or line ends between them: no URL holds any.
pub(super) fn split(text: &str) -> Result<Vec<Endpoint>, EndpointError> {
    let urls = text.split_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>()?;
    // What is wrong with nothing, it says itself.
    if urls.is_empty() { text.parse().map(|url| vec![url]) } else { Ok(urls) }
}

/// One URL, shown redacted.
#[derive(Clone, Debug)]
pub(crate) struct Url(pub(crate) Endpoint);

impl Serialize for Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The parse error never quotes the text: it may hold a password.
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

struct Urls;

impl<'de> Visitor<'de> for Urls {
    type Value = Vec<Endpoint>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a URL, or a list of URLs")
    }

    // The parse error never quotes the text: it may hold a password.
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        split(text).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut urls = Vec::new();
        while let Some(Url(endpoint)) = list.next_element()? {
            urls.push(endpoint);
        }
        if urls.is_empty() {
            return Err(A::Error::custom("the list is empty"));
        }
        Ok(urls)
    }
}
