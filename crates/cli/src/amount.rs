//! Amounts of money as users write them, and as they are shown.
//!
//! A bare whole number is base units (wei), as in cast. A number with a unit is scaled: `1.5ether`, `20gwei`, `7wei`
//! for ETH; `1.5token` or `1.5SYMBOL` for an ERC-20, by the token's own decimals. A fraction without a unit is
//! refused: guessing the unit of money is not a convenience.

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
    /// Whether the wei names (`ether`, `gwei`, `wei`) may be used.
    pub(crate) ether: bool,
}

impl Currency {
    /// ETH: 18 decimals, `ether`, `gwei`, `wei`.
    pub(crate) fn eth() -> Self {
        Self { symbol: "ETH".to_owned(), decimals: 18, ether: true }
    }

    /// A token with its own symbol and decimals. Tokens of 18 decimals may be written in `ether`, as cast users do.
    pub(crate) fn token(symbol: String, decimals: u8) -> Self {
        Self { symbol, ether: decimals == 18, decimals }
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

    fn decimals_of(&self, unit: &str) -> Option<u8> {
        match unit.to_ascii_lowercase().as_str() {
            "" | "wei" => Some(0),
            "gwei" if self.ether => Some(Unit::GWEI.get()),
            "ether" | "eth" if self.ether => Some(Unit::ETHER.get()),
            "token" | "tokens" if self.symbol != "ETH" => Some(self.decimals),
            other if other == self.symbol.to_ascii_lowercase() => Some(self.decimals),
            _ => None,
        }
    }

    fn examples(&self) -> String {
        if self.symbol == "ETH" {
            "write 1.5ether, 20gwei, or a whole number of wei".to_owned()
        } else {
            format!("write 1.5{} (or 1.5token), or a whole number of base units", self.symbol)
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
    fn doubtful_amounts_are_refused() {
        let usdx = Currency::token("USDX".into(), 6);
        for bad in ["", "1.5", "1.2.3token", "-1", "1ether", "1e18", "0x10", "1.0000001token", "ten", "1 000"]
        {
            assert!(usdx.parse(bad).is_err(), "{bad} was taken");
        }
        let huge = "9".repeat(78);
        assert!(usdx.parse(&huge).is_err());
        assert!(Currency::eth().parse(&format!("{huge}ether")).is_err());
    }

    #[test]
    fn shown_without_trailing_zeros() {
        assert_eq!(Currency::eth().show(wei("1500000000000000000")), "1.5 ETH");
        assert_eq!(Currency::eth().show(wei("1")), "0.000000000000000001 ETH");
        assert_eq!(Currency::token("T".into(), 0).show(wei("10")), "10 T");
    }
}
