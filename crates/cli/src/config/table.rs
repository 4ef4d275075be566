//! Sections are tables. Serde would read a list as one, too: value by value, in an order that nobody means.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::{collections::BTreeMap, fmt, marker::PhantomData};

/// Reads a section.
pub(super) fn section<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Table::deserialize(deserializer).map(|Table(section)| section)
}

/// Reads sections by name.
pub(super) fn sections<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, T>, D::Error> {
    let sections = BTreeMap::<String, Table<T>>::deserialize(deserializer)?;
    Ok(sections.into_iter().map(|(name, Table(section))| (name, section)).collect())
}

struct Table<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TableVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for TableVisitor<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, keys: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(keys))
            }
        }

        deserializer.deserialize_map(TableVisitor(PhantomData)).map(Self)
    }
}
