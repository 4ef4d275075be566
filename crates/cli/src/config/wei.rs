//! An amount of ether in the configuration: `0.5ether`, `50gwei`, or a whole number of wei.

use crate::amount::Currency;
use alloy::primitives::U256;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Wei.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wei(pub(crate) U256);

impl Serialize for Wei {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}wei", self.0))
    }
}

/// What stands there is not repeated.
impl<'de> Deserialize<'de> for Wei {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let amount = Currency::eth().parse(&text).map(Self);
        amount.map_err(|_| D::Error::custom("expected an amount such as 0.5ether, 50gwei or 1000000wei"))
    }
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
        for bad in ["", "1.5", "1.5MOCK", "0"] {
            assert!(read(bad).unwrap_err().to_string().contains("expected an amount"), "{bad}");
        }
    }
}
