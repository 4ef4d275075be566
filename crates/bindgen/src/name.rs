//! Names in the writing of a language.

use heck::ToSnakeCase as _;

/// A name as an identifier: as it is if it is one, or else what of it may stand in one; `Unnamed` if that is nothing. A first letter
/// is made a capital.
pub fn pascal(name: &str) -> String {
    let mut ident = String::new();
    let mut is_start = true;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() && c != '_' {
            is_start = true;
        } else if ident.is_empty() && !c.is_ascii_alphabetic() {
            // An identifier begins with a letter; what is before the first is left out.
        } else if is_start {
            ident.push(c.to_ascii_uppercase());
            is_start = false;
        } else {
            ident.push(c);
        }
    }
    if ident.is_empty() { "Unnamed".to_owned() } else { ident }
}

/// `SuperchainETHBridge` as `superchainETHBridge`: only what is written large at its beginning becomes small.
pub fn camel(ident: &str) -> String {
    let mut parts = ident.split('_').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default();
    let (head, tail) = first.split_at(large(first));
    let mut name = head.to_ascii_lowercase() + tail;
    for part in parts {
        let mut rest = part.chars();
        name.extend(rest.next().map(|c| c.to_ascii_uppercase()));
        name += rest.as_str();
    }
    name
}

/// How much of a word's beginning is written large together: `ERC7786` of `ERC7786Gateway`, `C` of `Counter`, all of `WETH`.
fn large(word: &str) -> usize {
    let bytes = word.as_bytes();
    let run = bytes.iter().take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit()).count();
    match bytes.get(run) {
        // Its last letter begins the next word.
        Some(c) if c.is_ascii_lowercase() => {
            let letter = bytes[..run].iter().rposition(u8::is_ascii_uppercase).unwrap_or_default();
            if letter + 1 == run { letter.max(1) } else { run }
        }
        _ => run,
    }
}

/// `L2ToL2CrossDomainMessenger` as `l2_to_l2_cross_domain_messenger`.
pub fn snake(ident: &str) -> String {
    ident.to_snake_case()
}

/// What two names must not share that stand beside each other: they would collide in some writing, or as files where
/// systems do not tell capitals from small letters.
pub fn key(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether Windows takes a file of this name, whatever its extension, for a device.
pub fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    let numbered = |prefix: &str| {
        let digits = stem.strip_prefix(prefix);
        digits.is_some_and(|digits| digits.len() == 1 && digits.as_bytes()[0].is_ascii_digit())
    };
    matches!(&*stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_becomes_an_identifier() {
        for (name, pascal_, camel_, snake_) in [
            ("Counter", "Counter", "counter", "counter"),
            ("ERC7786Gateway", "ERC7786Gateway", "erc7786Gateway", "erc7786_gateway"),
            ("WETH", "WETH", "weth", "weth"),
            ("counter", "Counter", "counter", "counter"),
            ("Foo_Bar", "Foo_Bar", "fooBar", "foo_bar"),
            ("_Foo", "Foo", "foo", "foo"),
            ("SuperchainETHBridge", "SuperchainETHBridge", "superchainETHBridge", "superchain_eth_bridge"),
            ("L2ToL2Messenger", "L2ToL2Messenger", "l2ToL2Messenger", "l2_to_l2_messenger"),
            ("IERC7802", "IERC7802", "ierc7802", "ierc7802"),
            ("ABc", "ABc", "aBc", "a_bc"),
            ("$", "Unnamed", "unnamed", "unnamed"),
            ("", "Unnamed", "unnamed", "unnamed"),
            ("$a$b", "AB", "ab", "ab"),
            ("1inch", "Inch", "inch", "inch"),
            ("../../etc/passwd", "EtcPasswd", "etcPasswd", "etc_passwd"),
            ("Zähler \"#*/\n", "ZHler", "zHler", "z_hler"),
        ] {
            let ident = pascal(name);
            assert_eq!((&*ident, &*camel(&ident), &*snake(&ident)), (pascal_, camel_, snake_), "{name}");
        }
        assert_eq!(key("Foo_Bar"), key("fooBAR"));
    }
}
