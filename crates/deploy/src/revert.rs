//! Why a constructor or a call reverted, in words.

use alloy::{
    dyn_abi::{DynSolValue, JsonAbiExt},
    json_abi::JsonAbi,
    primitives::hex,
};
use causeway_bindings::{RevertReason, excerpt};

/// Reads the data of a revert, with the errors that an ABI names, else those that are known of many contracts.
///
/// The text comes from a contract, which chooses it: it is shortened, and what is not printable in it is escaped.
pub fn describe_revert(data: &[u8], abi: &JsonAbi) -> String {
    named(data, abi).unwrap_or_else(|| RevertReason::decode(data).to_string())
}

fn named(data: &[u8], abi: &JsonAbi) -> Option<String> {
    let (selector, arguments) = data.split_first_chunk::<4>()?;
    let error = abi.errors().find(|error| error.selector() == *selector)?;
    let values: Vec<String> = error.abi_decode_input(arguments).ok()?.iter().map(shown).collect();
    Some(format!("{}({})", error.name, values.join(", ")))
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
    excerpt(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{
        primitives::U256,
        sol_types::{Panic, Revert, SolError},
    };

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
