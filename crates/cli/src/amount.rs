//! Amounts of money as users write them, and as they are shown.
//!
//! A bare whole number is base units (wei), as in cast. A number with a unit is scaled: `1.5ether`, `20gwei`, `7wei`
//! for ETH; `1.5token` or `1.5SYMBOL` for an ERC-20, by the token's own decimals. A fraction without a unit is
//! refused: guessing the unit of money is not a convenience. So is the unit of another money, ETH for a token of
//! another name above all, and nothing at all: whoever writes it means something else.

use alloy::primitives::{
    U256,
    utils::{ParseUnits, Unit, format_units, parse_units},
};

/// The unit system an amount is read in and shown with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Currency {
    /// What follows the number when it is shown, e.g. `ETH` or the token's symbol.
    pub(crate) symbol: String,
    /// Decimals of one whole unit.
    pub(crate) decimals: u8,
    /// Whether it is the chain's own, for which `ether` and `gwei` are units.
    native: bool,
}

/// The names of units: no token may take one for its symbol, or `5wei` would be five of it.
const UNITS: [&str; 5] = ["wei", "gwei", "ether", "token", "tokens"];

impl Currency {
    /// ETH: 18 decimals, `ether`, `gwei`, `wei`.
    pub(crate) fn eth() -> Self {
        Self { symbol: "ETH".to_owned(), decimals: 18, native: true }
    }

    /// A token with its own symbol and decimals. A symbol is anybody's text: one that is not harmless on a terminal, or that
    /// is the name of a unit, is shown as `token`.
    pub(crate) fn token(symbol: String, decimals: u8) -> Self {
        let is_plain =
            !symbol.is_empty() && symbol.len() <= 16 && symbol.chars().all(|c| c.is_ascii_alphanumeric());
        let is_unit = UNITS.contains(&symbol.to_ascii_lowercase().as_str());
        let symbol = if is_plain && !is_unit { symbol } else { "token".to_owned() };
        Self { symbol, decimals, native: false }
    }

    /// Reads an amount into base units; the error says what is wrong and what would be right.
    pub(crate) fn parse(&self, text: &str) -> Result<U256, String> {
        let text = text.trim();
        let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let (number, unit) = (&text[..split], text[split..].trim());
        if !number.bytes().any(|b| b.is_ascii_digit()) || number.matches('.').count() > 1 {
            return Err(format!("`{text}` is no amount: {}", self.examples()));
        }
        let decimals =
            self.decimals_of(unit).ok_or_else(|| format!("`{unit}` is no unit here: {}", self.examples()))?;
        if let Some((_, fraction)) = number.split_once('.') {
            if unit.is_empty() {
                return Err(format!("`{text}` has a fraction and no unit: {}", self.examples()));
            }
            if fraction.trim_end_matches('0').len() > usize::from(decimals) {
                return Err(format!("`{text}` is finer than one base unit ({decimals} decimals)"));
            }
        }
        let number = match number.split_once('.') {
            Some((whole, fraction)) => format!("{whole}.{}", fraction.trim_end_matches('0')),
            None => number.to_owned(),
        };
        match scaled(&number, decimals) {
            Some(U256::ZERO) => Err(format!("`{text}` is nothing: {}", self.examples())),
            Some(amount) => Ok(amount),
            None => Err(format!("`{text}` is too large for 256 bits")),
        }
    }

    /// `1.5 MOCK`: whole units without trailing zeros.
    pub(crate) fn show(&self, amount: U256) -> String {
        let Ok(text) = format_units(amount, self.decimals) else { return format!("{amount} base units") };
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        format!("{text} {}", self.symbol)
    }

    /// `1000MOCK`: how so many whole units are written.
    pub(crate) fn whole(&self, number: &str) -> String {
        format!("{}{}", number.trim(), self.symbol)
    }

    fn decimals_of(&self, unit: &str) -> Option<u8> {
        match unit.to_ascii_lowercase().as_str() {
            "" | "wei" => Some(0),
            "gwei" if self.native => Some(Unit::GWEI.get()),
            "ether" | "eth" if self.native => Some(Unit::ETHER.get()),
            "token" | "tokens" if !self.native => Some(self.decimals),
            other if other == self.symbol.to_ascii_lowercase() => Some(self.decimals),
            _ => None,
        }
    }

    fn examples(&self) -> String {
        if self.native {
            "write 1.5ether, 20gwei, or a whole number of wei".to_owned()
        } else {
            // Which stands in the place of a symbol that is no unit.
            let or = if self.symbol == "token" { "" } else { " (or 1.5token)" };
            format!("write 1.5{}{or}, or a whole number of base units", self.symbol)
        }
    }
}

fn scaled(number: &str, decimals: u8) -> Option<U256> {
    match parse_units(number, decimals).ok()? {
        ParseUnits::U256(amount) => Some(amount),
        ParseUnits::I256(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wei(text: &str) -> U256 {
        text.parse().unwrap()
    }

    #[test]
    fn bare_numbers_are_base_units() {
        assert_eq!(Currency::eth().parse("1000"), Ok(wei("1000")));
        assert_eq!(Currency::token("USDX".into(), 6).parse("1000"), Ok(wei("1000")));
    }

    #[test]
    fn units_scale() {
        let eth = Currency::eth();
        assert_eq!(eth.parse("1.5ether"), Ok(wei("1500000000000000000")));
        assert_eq!(eth.parse(".5 eth"), Ok(wei("500000000000000000")));
        assert_eq!(eth.parse("20gwei"), Ok(wei("20000000000")));
        let usdx = Currency::token("USDX".into(), 6);
        assert_eq!(usdx.parse("1.25usdx"), Ok(wei("1250000")));
        assert_eq!(usdx.parse("2token"), Ok(wei("2000000")));
        assert_eq!(usdx.parse("1.2500000000token"), Ok(wei("1250000")));
    }

    #[test]
    fn a_refusal_names_each_unit_once() {
        let refused = |symbol: &str| Currency::token(symbol.into(), 6).parse("5x").unwrap_err();
        assert!(refused("USDX").contains("write 1.5USDX (or 1.5token), or a whole"), "{}", refused("USDX"));
        assert!(refused("two words").contains("write 1.5token, or a whole"), "{}", refused("two words"));
    }

    #[test]
    fn doubtful_amounts_are_refused() {
        let usdx = Currency::token("USDX".into(), 6);
        for bad in [
            "",
            "1.5",
            "1.2.3token",
            "-1",
            "-1token",
            "+1",
            "1ether",
            "1e18",
            "0x10",
            "1.0000001token",
            "ten",
            "1 000",
            "1_000",
            "1,5token",
            ".",
            ".token",
            "token",
            "NaN",
            "inf",
            "١token",
        ] {
            assert!(usdx.parse(bad).is_err(), "{bad} was taken");
        }
        let huge = "9".repeat(78);
        assert!(usdx.parse(&huge).is_err());
        assert!(Currency::eth().parse(&format!("{huge}ether")).is_err());
    }

    #[test]
    fn nothing_is_no_amount() {
        for nothing in ["0", "00", "0wei", "0.0ether", "0ether", "0gwei", ".0 eth"] {
            assert!(Currency::eth().parse(nothing).unwrap_err().contains("is nothing"), "{nothing}");
        }
        for nothing in ["0", "0token", "0.000mock"] {
            assert!(Currency::token("MOCK".into(), 18).parse(nothing).is_err(), "{nothing}");
        }
    }

    #[test]
    fn the_unit_of_another_money_is_refused() {
        let mock = Currency::token("MOCK".into(), 18);
        for other in ["1.5ETH", "1.5eth", "1.5ether", "20gwei", "1USDX"] {
            assert!(mock.parse(other).unwrap_err().contains("write 1.5MOCK"), "{other}");
        }
        assert_eq!(mock.parse("1.5mock"), Ok(wei("1500000000000000000")));
        assert!(Currency::eth().parse("1MOCK").is_err() && Currency::eth().parse("1token").is_err());
        // A token may be named so, and then it is its own decimals that count.
        assert_eq!(Currency::token("ETH".into(), 6).parse("1.5ETH"), Ok(wei("1500000")));
        // None is named like a unit.
        for unit in UNITS {
            assert_eq!(Currency::token(unit.to_uppercase(), 18).parse("5wei"), Ok(wei("5")), "{unit}");
        }
    }

    #[test]
    fn shown_without_trailing_zeros() {
        assert_eq!(Currency::eth().show(wei("1500000000000000000")), "1.5 ETH");
        assert_eq!(Currency::eth().show(wei("1")), "0.000000000000000001 ETH");
        assert_eq!(Currency::token("T".into(), 0).show(wei("10")), "10 T");
    }
}
