use alloy::primitives::Address;

/// Reads an address; one in mixed case must carry a right checksum. The error is in words.
pub fn checked_address(text: &str) -> Result<Address, String> {
    let address: Address =
        text.parse().map_err(|_| "expected an address: 0x and 40 hexadecimal digits".to_owned())?;
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let is_mixed =
        digits.bytes().any(|c| c.is_ascii_uppercase()) && digits.bytes().any(|c| c.is_ascii_lowercase());
    if is_mixed && address.to_checksum(None)[2..] != *digits {
        return Err(format!(
            "the checksum of {text} (the case of its letters) is wrong: is there a typo in it?"
        ));
    }
    Ok(address)
}
