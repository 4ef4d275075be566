//! An amount of ether in the configuration: `0.5ether`, `50gwei`, or a whole number of wei.

use crate::amount::Currency;
use alloy::primitives::U256;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use std::fmt;

/// Wei.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wei(pub(crate) U256);

impl Serialize for Wei {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}wei", self.0))
    }
}

/// What is said of an amount that is none.
pub(super) const NOTHING: &str = "expected more than 0";

/// What stands there is not repeated.
impl<'de> Deserialize<'de> for Wei {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Amount;

        impl Visitor<'_> for Amount {
            type Value = Wei;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount in quotes, such as \"0.5ether\", \"50gwei\" or \"1000000wei\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Wei, E> {
                Currency::eth().parse(text).map(Wei).map_err(|_| match is_zero(text) {
                    true => E::custom(NOTHING),
                    false => E::custom("expected an amount such as 0.5ether, 50gwei or 1000000wei"),
                })
            }
        }

        deserializer.deserialize_any(Amount)
    }
}

/// Whether the text is 0 of something.
fn is_zero(text: &str) -> bool {
    let number = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c.is_whitespace());
    number.contains('0') && number.chars().all(|c| matches!(c, '0' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_they_are_read() {
        let read = |text: &str| serde_json::from_value::<Wei>(text.into());
        let wei = read("50gwei").unwrap();
        assert_eq!(wei, Wei(U256::from(50_000_000_000_u64)));
        assert_eq!(read(serde_json::to_value(wei).unwrap().as_str().unwrap()).unwrap(), wei);
        for bad in ["", "1.5", "1.5MOCK", ".", "00x0"] {
            assert!(read(bad).unwrap_err().to_string().contains("expected an amount"), "{bad}");
        }
        for nothing in ["0", "0gwei", "0.00 ether"] {
            assert!(read(nothing).unwrap_err().to_string().contains(NOTHING), "{nothing}");
        }
        let number = serde_json::from_value::<Wei>(50.into()).unwrap_err();
        assert!(number.to_string().contains("in quotes"), "{number}");
    }
}
