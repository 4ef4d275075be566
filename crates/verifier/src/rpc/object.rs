use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::{fmt, marker::PhantomData};

/// What is read from a JSON object and from nothing else.
///
/// Serde takes an array for a struct as well, field by field: who sends one means something else, or has mistaken the order.
#[derive(Debug)]
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_are_read() {
        #[derive(Deserialize)]
        struct Pair<'a> {
            first: &'a str,
            second: Option<u8>,
        }

        let Object(Pair { first, second }) =
            serde_json::from_str(r#"{"first": "a", "more": [], "second": 2}"#).unwrap();
        assert_eq!((first, second), ("a", Some(2)));
        for text in [r#"["a", 2]"#, "[]", "null", "1", r#""a""#, r#"{"first": "a", "first": "b"}"#] {
            assert!(serde_json::from_str::<Object<Pair<'_>>>(text).is_err(), "{text}");
        }
    }
}
