//! Lists of things that are written as text: in the file one by one or with commas between them, in a variable with commas.

use super::{KmsAccount, RemoteAccount};
use crate::{environment, parse};
use alloy::primitives::{Address, FixedBytes};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};
use std::{fmt, marker::PhantomData, path::Path, path::PathBuf};

/// A list in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> List<T> {
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

/// What a list may have.
pub(crate) trait Item: Sized {
    /// In words, for what is wrong: what stands there is not repeated.
    const EXPECTED: &'static str;

    fn read(text: &str) -> Option<Self>;
    fn shown(&self) -> String;

    /// What more is to be said of a text that is none.
    fn hint(_text: &str) -> Option<&'static str> {
        None
    }

    /// Reads one, or says in words what is wrong.
    fn read_or_tell(text: &str, place: &str) -> Result<Self, String> {
        let text = text.trim();
        Self::read(text).ok_or_else(|| {
            let hint = Self::hint(text).map(|hint| format!("; {hint}")).unwrap_or_default();
            format!("expected {}, {place}{hint}", Self::EXPECTED)
        })
    }
}

impl Item for Address {
    const EXPECTED: &'static str = "addresses";

    fn read(text: &str) -> Option<Self> {
        parse::address(text).ok()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// The first four bytes of calldata.
impl Item for FixedBytes<4> {
    const EXPECTED: &'static str = "selectors, 0x and 8 hexadecimal digits each";

    fn read(text: &str) -> Option<Self> {
        text.starts_with("0x").then(|| text.parse().ok()).flatten()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// A name.
impl Item for String {
    const EXPECTED: &'static str = "texts without spaces";

    fn read(text: &str) -> Option<Self> {
        // `~/` is for paths, and would not be replaced here.
        let is_name = !text.is_empty() && !text.contains(char::is_whitespace) && !text.starts_with('~');
        is_name.then(|| text.to_owned())
    }

    fn shown(&self) -> String {
        self.clone()
    }
}

/// A path may begin with `~/`.
impl Item for PathBuf {
    const EXPECTED: &'static str = "paths";

    fn read(text: &str) -> Option<Self> {
        environment::expand(Path::new(text)).ok()
    }

    fn shown(&self) -> String {
        self.display().to_string()
    }
}

/// Without what its URL may hold of secrets.
impl Item for RemoteAccount {
    const EXPECTED: &'static str = "accounts and where they are signed for, ACCOUNT=URL or ACCOUNT=@FILE";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn hint(text: &str) -> Option<&'static str> {
        Self::forgotten(text)
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Item for KmsAccount {
    const EXPECTED: &'static str = "accounts and their keys, ACCOUNT=aws:KEY or ACCOUNT=gcp:VERSION";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl<T: Item> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Item::shown))
    }
}

impl<'de, T: Item> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);

        fn one<T: Item, E: Error>(text: &str) -> Result<T, E> {
            T::read_or_tell(text, "with commas between them").map_err(E::custom)
        }

        /// What is wrong with it is told of this entry, and not of the list.
        struct Entry<T>(T);

        impl<'de, T: Item> Deserialize<'de> for Entry<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                T::read_or_tell(&text, "one in each entry").map(Self).map_err(D::Error::custom)
            }
        }

        impl<'de, T: Item> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<List<T>, E> {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                parts.map(one).collect::<Result<_, E>>().map(List)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(Entry(item)) = items.next_element()? {
                    list.push(item);
                }
                Ok(List(list))
            }
        }

        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// One of them by itself, written as in a list.
macro_rules! alone {
    ($($item:ty),*) => {$(
        impl Serialize for $item {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.shown())
            }
        }

        impl<'de> Deserialize<'de> for $item {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::read(text.trim()).ok_or_else(|| D::Error::custom(format!("expected one of {}", Self::EXPECTED)))
            }
        }
    )*};
}

alone!(KmsAccount, RemoteAccount);

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read<T: Item>(value: serde_json::Value) -> Result<List<T>, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_is_read_as_it_is_written() {
        let [one, two] = [0x11, 0x22].map(Address::repeat_byte);
        let both = List(vec![one, two]);
        assert_eq!(read(json!(format!("{one}, {two},"))), Ok(both.clone()));
        assert_eq!(read(json!([one.to_string(), two.to_string()])), Ok(both.clone()));
        assert_eq!(read(serde_json::to_value(&both).unwrap()), Ok(both));
        assert_eq!(read::<Address>(json!("")), Ok(List::default()));
        assert_eq!(
            read::<FixedBytes<4>>(json!("0x12345678")),
            Ok(List(vec![FixedBytes([0x12, 0x34, 0x56, 0x78])]))
        );
    }

    #[test]
    fn what_is_wrong_is_not_repeated() {
        for bad in [json!("s3cret"), json!(["s3cret"]), json!("0x12345678 s3cret")] {
            let said = read::<FixedBytes<4>>(bad).unwrap_err();
            assert!(said.contains("expected selectors") && !said.contains("s3cret"), "{said}");
        }
        for bad in ["s3cret", "0x00000000000000000000000000000000000000AA=ftp://s3cret"] {
            let said = serde_json::from_value::<RemoteAccount>(json!(bad)).unwrap_err().to_string();
            assert!(said.contains("ACCOUNT=URL") && !said.contains("s3cret"), "{said}");
        }
        assert!(read::<Address>(json!(["0x11"])).is_err());
        assert!(read::<Address>(json!([7])).is_err());
    }
}
