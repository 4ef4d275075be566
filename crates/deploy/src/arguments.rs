use alloy::{
    dyn_abi::{DynSolType, DynSolValue, Specifier},
    json_abi::{JsonAbi, Param},
};
use causeway_artifact::checked_address;

/// Why arguments do not fit a constructor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// Too few or too many.
    #[error("the constructor takes {}, and {found} were given", expected_words(expected))]
    Count {
        /// What it takes, each as in Solidity.
        expected: Vec<String>,
        /// How many there are.
        found: usize,
    },
    /// One is not of its type.
    #[error("argument {index} of the constructor, {expected}, cannot be {:?}: {reason}", beginning(given))]
    Wrong {
        /// Which, counted from 1.
        index: usize,
        /// Its type and name, as in Solidity.
        expected: String,
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The ABI names a type that is none.
    #[error("the ABI's type of argument {index} is none: {reason}")]
    Type {
        /// Which, counted from 1.
        index: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// What fits on a screen.
fn beginning(text: &str) -> String {
    const LONGEST: usize = 100;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn expected_words(expected: &[String]) -> String {
    match expected {
        [] => "no arguments".to_owned(),
        [one] => format!("1 argument ({one})"),
        many => format!("{} arguments ({})", many.len(), many.join(", ")),
    }
}

/// Reads and encodes the arguments of a constructor: one text for each.
///
/// Texts for `string` are taken as they are. Others are written as in Solidity: `(1,"a, b")` for a structure, `[1,2]` for a
/// list, `-5`, `1 ether`, `0x…`. An address in mixed case needs a right checksum, at any depth.
pub fn encode_arguments(abi: &JsonAbi, given: &[String]) -> Result<Vec<u8>, ArgumentError> {
    let inputs =
        abi.constructor.as_ref().map(|constructor| constructor.inputs.as_slice()).unwrap_or_default();
    if inputs.len() != given.len() {
        let expected = inputs.iter().map(shown).collect();
        return Err(ArgumentError::Count { expected, found: given.len() });
    }
    let mut values = Vec::new();
    for (index, (input, text)) in (1..).zip(inputs.iter().zip(given)) {
        let kind =
            input.resolve().map_err(|error| ArgumentError::Type { index, reason: error.to_string() })?;
        let value = read(&kind, text).map_err(|reason| ArgumentError::Wrong {
            index,
            expected: shown(input),
            given: text.clone(),
            reason,
        })?;
        values.push(value);
    }
    Ok(DynSolValue::Tuple(values).abi_encode_params())
}

/// `address owner`, `(uint256,string) config`.
fn shown(input: &Param) -> String {
    format!("{} {}", input.selector_type(), input.name).trim_end().to_owned()
}

fn read(kind: &DynSolType, text: &str) -> Result<DynSolValue, String> {
    // As it is: with its quotes, commas and spaces.
    if matches!(kind, DynSolType::String) {
        return Ok(DynSolValue::String(text.to_owned()));
    }
    let value = kind.coerce_str(text).map_err(|error| {
        // It repeats the text above what it says.
        let said = error.to_string();
        // It shows the text with a mark below the place, and perhaps what it expected.
        let expected = said.lines().skip_while(|line| line.trim() != "^").skip(1);
        let is_marked = said.lines().any(|line| line.trim() == "^");
        let said = if is_marked { expected.last() } else { said.lines().last() };
        match said.map(str::trim).filter(|said| !said.is_empty()) {
            Some(said) => format!("{}; {}", beginning(said), example(kind)),
            None => example(kind),
        }
    })?;
    let is_word = |c: char| !c.is_ascii_alphanumeric();
    if has_addresses(kind) {
        // A word of 40 digits that is an address: a typo in it would send money astray.
        let is_address = |word: &&str| word.strip_prefix("0x").unwrap_or(word).len() == 40;
        for word in text.split(is_word).filter(is_address) {
            checked_address(word)?;
        }
    }
    Ok(value)
}

fn has_addresses(kind: &DynSolType) -> bool {
    match kind {
        DynSolType::Address => true,
        DynSolType::Array(inner) | DynSolType::FixedArray(inner, _) => has_addresses(inner),
        DynSolType::Tuple(parts) => parts.iter().any(has_addresses),
        _ => false,
    }
}

/// What would be right.
fn example(kind: &DynSolType) -> String {
    let example = match kind {
        DynSolType::Bool => "true or false".to_owned(),
        DynSolType::Int(_) => "a whole number such as -5".to_owned(),
        DynSolType::Uint(_) => "a whole number such as 5, 0x05 or \"1 ether\"".to_owned(),
        DynSolType::FixedBytes(size) => format!("0x and {} hexadecimal digits", 2 * size),
        DynSolType::Address => "0x and 40 hexadecimal digits".to_owned(),
        DynSolType::Bytes => "0x and hexadecimal digits".to_owned(),
        DynSolType::Array(_) | DynSolType::FixedArray(..) => "a list such as '[1,2]'".to_owned(),
        DynSolType::Tuple(_) => "a structure such as '(1,\"a, b\")'".to_owned(),
        _ => kind.to_string(),
    };
    format!("write {example}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{
        primitives::{Address, I256, U256},
        sol_types::SolValue,
    };

    fn encode(signature: &str, given: &[&str]) -> Result<Vec<u8>, ArgumentError> {
        let abi = JsonAbi::parse([signature]).unwrap();
        encode_arguments(&abi, &given.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn every_kind_is_read_as_written() {
        let number = U256::from(1_500_000_000_000_000_000_u64);
        assert_eq!(
            encode("constructor(string a, int256 b, uint256 c)", &["a, \"b\" ", "-5", "1.5 ether"]).unwrap(),
            ("a, \"b\" ".to_owned(), I256::try_from(-5).unwrap(), number).abi_encode_params()
        );
        let nested = "constructor((uint256,string)[] a, bytes b, bytes4 c, address[2] d, bool e)";
        let (one, two) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let list = format!("[{one}, {two}]");
        assert_eq!(
            encode(nested, &["[(1,\"a, b\"),(2,c)]", "0x", "0x01020304", &list, "true"]).unwrap(),
            (
                vec![(U256::from(1), "a, b".to_owned()), (U256::from(2), "c".to_owned())],
                alloy::primitives::Bytes::new(),
                alloy::primitives::FixedBytes::<4>::from([1, 2, 3, 4]),
                [one, two],
                true
            )
                .abi_encode_params()
        );
        assert!(encode("constructor()", &[]).unwrap().is_empty());
        assert!(encode("function f()", &[]).unwrap().is_empty());
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let typo = "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
        let lists = format!("[(1,{typo})]");
        for (signature, given, words) in [
            ("constructor(uint256 a)", &[][..], "takes 1 argument (uint256 a), and 0 were given"),
            ("constructor()", &["1"], "takes no arguments, and 1 were given"),
            ("constructor(uint256 a)", &["x"], "argument 1 of the constructor, uint256 a, cannot be \"x\""),
            (
                "constructor(bool, uint8 small)",
                &["true", "256"],
                "argument 2 of the constructor, uint8 small",
            ),
            ("constructor(uint256 a)", &["-1"], "argument 1"),
            ("constructor(address a)", &["0x01"], "0x and 40 hexadecimal digits"),
            ("constructor(address a)", &[typo], "is there a typo in it"),
            ("constructor((uint256,address)[] a)", &[&lists], "is there a typo in it"),
            ("constructor(bytes4 a)", &["0x0102030405"], "argument 1"),
            ("constructor(uint256[2] a)", &["[1,2,3]"], "argument 1"),
            ("constructor((uint256,string) a)", &["(1)"], "argument 1"),
            ("constructor(bool a)", &["yes"], "write true or false"),
            ("constructor(uint256 a)", &["1_000"], "cannot be \"1_000\": write a whole number"),
            ("constructor(address a)", &[&typo[2..]], "is there a typo in it"),
            ("constructor(address[] a)", &[&format!("[{}]", &typo[2..])], "is there a typo in it"),
            ("constructor(uint256 a)", &[&"[".repeat(5000)], "[…\": "),
        ] {
            let error = encode(signature, given).unwrap_err().to_string();
            assert!(error.contains(words), "{signature} {given:?}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }
}
