//! Values as users write them on the command line.

use crate::environment;
use alloy::primitives::{Address, B256, Bytes, U256};
use causeway_interop::{InteroperableNameError, NamedChain};
use clap::builder::{PathBufValueParser, TypedValueParser};
use std::{path::PathBuf, str::FromStr, time::Duration};

/// A path, which may begin with `~/` where no shell has replaced that.
pub(crate) fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| environment::expand(&path))
}

/// A whole number of up to 64 bits, decimal or `0x` hexadecimal.
pub(crate) fn number(text: &str) -> Result<u64, String> {
    let value = big_number(text)?;
    value.try_into().map_err(|_| "the number does not fit 64 bits".to_owned())
}

/// A whole number of up to 32 bits, decimal or `0x` hexadecimal.
pub(crate) fn small_number(text: &str) -> Result<u32, String> {
    let value = number(text)?;
    value.try_into().map_err(|_| "the number does not fit 32 bits".to_owned())
}

/// A whole number of up to 256 bits, decimal or `0x` hexadecimal.
pub(crate) fn big_number(text: &str) -> Result<U256, String> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None => (text, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err("expected a decimal number or 0x hexadecimal".to_owned());
    }
    U256::from_str_radix(digits, u64::from(radix)).map_err(|_| "the number does not fit 256 bits".to_owned())
}

/// The id of a chain: a whole number of up to 256 bits, or `eip155:901`, as it stands behind an address.
pub(crate) fn chain_id(text: &str) -> Result<U256, String> {
    match text.parse() {
        Ok(NamedChain::Id(id)) => Ok(id),
        Err(error @ InteroperableNameError::InvalidChainId) => Err(error.to_string()),
        _ => big_number(text),
    }
}

/// An address; one in mixed case must carry a correct EIP-55 checksum, since a typo would send money astray.
pub(crate) fn address(text: &str) -> Result<Address, String> {
    let parsed = Address::from_str(text)
        .map_err(|_| "expected an address: 0x and 40 hexadecimal digits".to_owned())?;
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mixed =
        digits.chars().any(|c| c.is_ascii_uppercase()) && digits.chars().any(|c| c.is_ascii_lowercase());
    if mixed && parsed.to_checksum(None)[2..] != *digits {
        return Err(
            "the address's checksum (the case of its letters) is wrong: is there a typo in it?".to_owned()
        );
    }
    Ok(parsed)
}

/// A 32-byte hash or storage key.
pub(crate) fn hash(text: &str) -> Result<B256, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let found = match digits.len() {
        // Then it is not their number.
        64 => String::new(),
        _ if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => String::new(),
        count => format!(", found {count} digits"),
    };
    B256::from_str(text).map_err(|_| format!("expected 32 bytes: 0x and 64 hexadecimal digits{found}"))
}

/// Bytes in hexadecimal; `0x` alone is no bytes.
pub(crate) fn bytes(text: &str) -> Result<Bytes, String> {
    let Some(digits) = text.strip_prefix("0x") else {
        return Err("expected hexadecimal bytes that begin with 0x".to_owned());
    };
    if digits.len() % 2 == 1 {
        return Err("an odd number of hexadecimal digits is no whole number of bytes".to_owned());
    }
    Bytes::from_str(text).map_err(|_| "expected hexadecimal digits after 0x".to_owned())
}

/// A time span: seconds, or a number with `ms`, `s`, `m`, `h` or `d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (value, unit) = text.split_at(split);
    let factor = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err("expected a time such as 30s, 5m or 500ms".to_owned()),
    };
    let seconds =
        value.parse::<f64>().map_err(|_| "expected a time such as 30s, 5m or 500ms".to_owned())? * factor;
    Duration::try_from_secs_f64(seconds).map_err(|_| "expected a time such as 30s, 5m or 500ms".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_radices() {
        assert_eq!(number("901"), Ok(901));
        assert_eq!(number("0x385"), Ok(901));
        for bad in ["", "0x", "-1", "1_000", "+5", "18446744073709551616", "9e3"] {
            assert!(number(bad).is_err(), "{bad} was taken");
        }
        assert!(small_number("4294967296").is_err());
    }

    #[test]
    fn chain_ids_as_numbers_and_as_in_addresses() {
        for text in ["901", "0x385", "0901", "eip155:901"] {
            assert_eq!(chain_id(text), Ok(U256::from(901)), "{text}");
        }
        assert_eq!(chain_id(&format!("eip155:{}", U256::MAX)), Ok(U256::MAX));
        for bad in ["", "eip155", "eip155:", "eip155:0x385", "eip155:0901", "EIP155:901", "solana:1", "A"] {
            assert!(chain_id(bad).is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn mixed_case_address_needs_its_checksum() {
        assert!(address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266").is_ok());
        assert!(address("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266").is_ok());
        assert!(address("0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266").is_err());
        assert!(address("0xf39f").is_err());
    }

    #[test]
    fn a_hash_with_a_digit_too_few_is_told_so() {
        let hash = |digits: usize| hash(&format!("0x{}", "a".repeat(digits)));
        assert!(hash(64).is_ok());
        for count in [1, 63, 65, 128] {
            assert!(hash(count).unwrap_err().ends_with(&format!("found {count} digits")), "{count}");
        }
        for text in ["", "0x", "latest", &"g".repeat(64)] {
            assert!(super::hash(text).unwrap_err().ends_with("64 hexadecimal digits"), "{text}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration("2"), Ok(Duration::from_secs(2)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("8d"), Ok(Duration::from_secs(691_200)));
        for bad in ["", "s", "5w", "-1s", "NaN", "inf", "1e400"] {
            assert!(duration(bad).is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn bytes_need_their_prefix_and_whole_pairs() {
        assert_eq!(bytes("0x"), Ok(Bytes::new()));
        assert!(bytes("abcd").is_err());
        assert!(bytes("0xabc").is_err());
        assert!(bytes("0xzz").is_err());
    }
}
