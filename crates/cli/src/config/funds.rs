//! Accounts that have ether from the start.

use crate::{amount::Currency, parse};
use alloy::primitives::{Address, U256};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Accounts and what each has, in wei; written as `ADDRESS=AMOUNT` with commas between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Funds(pub(crate) Vec<(Address, U256)>);

/// Reads `0x…=1.5ether`.
pub(crate) fn fund(text: &str) -> Result<(Address, U256), String> {
    let (account, amount) =
        text.split_once('=').ok_or("there is no `=` between account and amount, as in 0x…=1.5ether")?;
    Ok((parse::address(account.trim())?, Currency::eth().parse(amount)?))
}

/// What stands there is not repeated.
impl<'de> Deserialize<'de> for Funds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let funds: Result<_, String> = parts.map(fund).collect();
        funds.map(Self).map_err(|_| {
            D::Error::custom("expected accounts with amounts, as in 0x…=1.5ether, with commas between them")
        })
    }
}

impl Serialize for Funds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = self.0.iter().map(|(account, amount)| format!("{account}={amount}"));
        serializer.serialize_str(&parts.collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Funds, serde_json::Error> {
        serde_json::from_value(text.into())
    }

    #[test]
    fn accounts_and_amounts() {
        let [one, two] = [0x11, 0x22].map(Address::repeat_byte);
        let funds = read(&format!("{one}=1.5ether, {two}=7,")).unwrap();
        let expected = vec![(one, U256::from(15) * U256::from(10).pow(U256::from(17))), (two, U256::from(7))];
        assert_eq!(funds, Funds(expected));
        let written = serde_json::to_value(&funds).unwrap();
        assert_eq!(read(written.as_str().unwrap()).unwrap(), funds);
        assert_eq!(read("").unwrap(), Funds::default());
    }

    #[test]
    fn what_is_none_is_refused() {
        let one = Address::repeat_byte(0x11);
        for (bad, why) in [
            ("0x11=1ether", "expected an address"),
            (&format!("{one}"), "no `=`"),
            (&format!("{one}=1.5"), "has a fraction and no unit"),
            (&format!("{one}=0"), "is nothing"),
            (&format!("{one}=1.5ether {one}=7"), "is no unit"),
        ] {
            let message = fund(bad).unwrap_err();
            assert!(message.contains(why), "{bad}: {message}");
            assert!(read(bad).unwrap_err().to_string().contains("expected accounts with amounts"), "{bad}");
        }
    }
}
