use alloy::primitives::{B256, keccak256};
use std::{fmt, str::FromStr};

/// A salt, as users name it: 32 bytes in hexadecimal, or any text, of which keccak-256 is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salt {
    bytes: B256,
    text: Option<String>,
}

/// Why a text is no salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaltTextError {
    /// It begins as 32 bytes would, and is not.
    #[error("expected 32 bytes, 0x and 64 hexadecimal digits, or a text that does not begin with 0x")]
    Digits,
    /// There is nothing.
    #[error("the salt is empty")]
    Empty,
}

impl Salt {
    /// The 32 bytes.
    pub const fn bytes(&self) -> B256 {
        self.bytes
    }

    /// The text that they are the hash of, if they are one.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl FromStr for Salt {
    type Err = SaltTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(SaltTextError::Empty);
        }
        // A digit too few must not become a text.
        if text.starts_with("0x") || text.starts_with("0X") {
            let bytes = text[2..].parse().ok().filter(|_| text.len() == 66).ok_or(SaltTextError::Digits)?;
            return Ok(Self { bytes, text: None });
        }
        Ok(Self { bytes: keccak256(text), text: Some(text.to_owned()) })
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => write!(f, "{} (keccak-256 of {text:?})", self.bytes),
            None if self.bytes.is_zero() => f.write_str("zero"),
            None => self.bytes.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_or_a_text() {
        let salt: Salt = "gold".parse().unwrap();
        assert_eq!((salt.bytes(), salt.text()), (keccak256("gold"), Some("gold")));
        let hex = format!("0x{}", "0a".repeat(32));
        assert_eq!(hex.parse::<Salt>().unwrap().bytes(), B256::repeat_byte(10));
        for wrong in ["0x", "0x01", &hex[..65], &format!("{hex}0"), &hex.replace('a', "g")] {
            assert_eq!(wrong.parse::<Salt>(), Err(SaltTextError::Digits), "{wrong}");
        }
        assert_eq!("".parse::<Salt>(), Err(SaltTextError::Empty));
        assert_eq!(Salt::default().to_string(), "zero");
    }
}
