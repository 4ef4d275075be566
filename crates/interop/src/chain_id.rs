use alloy_primitives::U256;

/// Why a text is no chain id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainIdError {
    /// The text has no digits.
    #[error("invalid chain id: no digits")]
    Empty,
    /// A character is not a digit of the base: decimal, or hex after `0x`.
    #[error("invalid chain id: unexpected character {character:?} in a {base} number")]
    InvalidDigit {
        /// The character.
        character: char,
        /// The base, in words.
        base: &'static str,
    },
    /// The number exceeds 256 bits.
    #[error("invalid chain id: the number exceeds 256 bits")]
    TooLarge,
}

/// Reads a chain id as admission JSON-RPC writes it: decimal text, or hex after `0x`.
///
/// Go clients emit decimal, Rust clients hex; both are accepted everywhere. Leading zeros are allowed,
/// signs, spaces and digit separators are not.
pub fn parse_chain_id(text: &str) -> Result<U256, ChainIdError> {
    let (digits, radix, base) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16, "hex"),
        None => (text, 10, "decimal"),
    };
    if digits.is_empty() {
        return Err(ChainIdError::Empty);
    }
    let mut chain_id = U256::ZERO;
    for character in digits.chars() {
        let digit = character.to_digit(radix).ok_or(ChainIdError::InvalidDigit { character, base })?;
        chain_id = chain_id
            .checked_mul(U256::from(radix))
            .and_then(|shifted| shifted.checked_add(U256::from(digit)))
            .ok_or(ChainIdError::TooLarge)?;
    }
    Ok(chain_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_and_hex_mean_the_same() {
        for text in ["1000", "0x3e8", "0X3E8", "0001000", "0x0003e8"] {
            assert_eq!(parse_chain_id(text), Ok(U256::from(1000)), "{text}");
        }
        assert_eq!(parse_chain_id(&U256::MAX.to_string()), Ok(U256::MAX));
        assert_eq!(parse_chain_id(&format!("{:#x}", U256::MAX)), Ok(U256::MAX));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(parse_chain_id(""), Err(ChainIdError::Empty));
        assert_eq!(parse_chain_id("0x"), Err(ChainIdError::Empty));
        for text in ["+1", "-1", " 1", "1 ", "1_000", "3e8", "0xg", "é", "1.0"] {
            assert!(matches!(parse_chain_id(text), Err(ChainIdError::InvalidDigit { .. })), "{text}");
        }
        let over = format!("{}0", U256::MAX);
        assert_eq!(parse_chain_id(&over), Err(ChainIdError::TooLarge));
        assert_eq!(parse_chain_id(&format!("0x1{}", "0".repeat(64))), Err(ChainIdError::TooLarge));
        assert_eq!(
            parse_chain_id("1_0").unwrap_err().to_string(),
            "invalid chain id: unexpected character '_' in a decimal number"
        );
    }
}
