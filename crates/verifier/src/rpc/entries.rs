use alloy_primitives::{B256, hex};
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};
use std::fmt;

/// A list of 32-byte words in hex, read straight into place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entries(pub(super) Vec<B256>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of 32-byte words in hex")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some(Word(word)) = words.next_element()? {
            entries.push(word);
        }
        Ok(Entries(entries))
    }
}

struct Word(B256);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(WordVisitor)
    }
}

struct WordVisitor;

impl Visitor<'_> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("32 bytes in hex: 0x and 64 digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
        let mut word = B256::ZERO;
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
        match digits {
            Some(digits) if digits.len() == 64 && hex::decode_to_slice(digits, &mut word.0).is_ok() => {
                Ok(Word(word))
            }
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_hex_of_32_bytes() {
        let word = B256::repeat_byte(0xab);
        let json = format!("[\"{word}\", \"0X{}\"]", "AB".repeat(32));
        assert_eq!(serde_json::from_str::<Entries>(&json).unwrap(), Entries(vec![word; 2]));
        assert_eq!(serde_json::from_str::<Entries>(" [ ] ").unwrap(), Entries(Vec::new()));
        let short = "\"0x12\"".to_owned();
        let bare = format!("\"{}\"", "ab".repeat(32));
        let twice = format!("\"0x0x{}\"", "ab".repeat(31));
        let wide = format!("\"0x{}\"", "é".repeat(32));
        for bad in [short, bare, twice, wide, "1".to_owned(), "null".to_owned(), "[]".to_owned()] {
            let error = serde_json::from_str::<Entries>(&format!("[{bad}]")).unwrap_err().to_string();
            assert!(error.contains("expected 32 bytes in hex"), "{error}");
        }
    }
}
