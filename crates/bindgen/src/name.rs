//! Names in the writing of a language.

use heck::{ToLowerCamelCase as _, ToSnakeCase as _};

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

/// `L2ToL2CrossDomainMessenger` as `l2ToL2CrossDomainMessenger`.
pub fn camel(ident: &str) -> String {
    ident.to_lower_camel_case()
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
