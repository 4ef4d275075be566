//! Why a constructor or a call reverted, in words.

use alloy::{
    dyn_abi::{DynSolValue, JsonAbiExt},
    json_abi::JsonAbi,
    primitives::hex,
    sol_types::{Panic, Revert, SolError},
};

/// Reads the data of a revert, with the errors that an ABI names.
///
/// The text comes from a contract, which chooses it: it is shortened, and what is not printable in it is escaped.
pub fn describe_revert(data: &[u8], abi: &JsonAbi) -> String {
    let Some((selector, arguments)) = data.split_first_chunk::<4>() else {
        return if data.is_empty() {
            "no reason given".to_owned()
        } else {
            shortened(&hex::encode_prefixed(data))
        };
    };
    if *selector == Revert::SELECTOR
        && let Ok(revert) = Revert::abi_decode(data)
    {
        return format!("{:?}", shortened(&revert.reason));
    }
    if *selector == Panic::SELECTOR
        && let Ok(panic) = Panic::abi_decode(data)
    {
        return shortened(&panic.to_string());
    }
    let named = abi.errors().find(|error| error.selector() == *selector);
    if let Some(error) = named
        && let Ok(values) = error.abi_decode_input(arguments)
    {
        let values: Vec<String> = values.iter().map(shown).collect();
        return format!("{}({})", error.name, values.join(", "));
    }
    shortened(&hex::encode_prefixed(data))
}

fn shown(value: &DynSolValue) -> String {
    let text = match value {
        DynSolValue::Address(address) => address.to_string(),
        DynSolValue::Bool(value) => value.to_string(),
        DynSolValue::Uint(number, _) => number.to_string(),
        DynSolValue::Int(number, _) => number.to_string(),
        DynSolValue::FixedBytes(word, size) => hex::encode_prefixed(&word[..*size]),
        DynSolValue::Bytes(bytes) => hex::encode_prefixed(bytes),
        DynSolValue::String(text) => format!("{text:?}"),
        other => format!("{other:?}"),
    };
    shortened(&text)
}

fn shortened(text: &str) -> String {
    /// More than this tells a reader nothing.
    const SHOWN: usize = 200;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::U256;

    #[test]
    fn errors_have_their_names() {
        let abi = JsonAbi::parse(["error TooLow(uint256 have, string why)", "error Never()"]).unwrap();
        let error = abi.errors().find(|error| error.name == "TooLow").unwrap();
        let values = [DynSolValue::Uint(U256::from(5), 256), DynSolValue::String("a\nb".to_owned())];
        let data = error.abi_encode_input(&values).unwrap();
        assert_eq!(describe_revert(&data, &abi), r#"TooLow(5, "a\nb")"#);
        assert_eq!(describe_revert(&Revert::from("not\nnow").abi_encode(), &abi), r#""not\nnow""#);
        assert_eq!(describe_revert(&[], &abi), "no reason given");
        assert_eq!(describe_revert(&[1, 2, 3, 4], &abi), "0x01020304");
        assert!(describe_revert(&[7; 10_000], &abi).chars().count() < 210);
        assert!(describe_revert(&Panic { code: U256::from(0x11) }.abi_encode(), &abi).contains("overflow"));
    }
}
