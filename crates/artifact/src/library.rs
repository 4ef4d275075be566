use crate::address::checked_address;
use alloy::primitives::{Address, hex, keccak256};
use std::fmt;

/// A library as the compiler names it: `src/Math.sol:Math`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LibraryName {
    /// The source file, as the compiler was told it.
    pub path: String,
    /// Its name.
    pub name: String,
}

impl LibraryName {
    /// What the compiler puts in the place of its address.
    pub(crate) fn placeholder(&self) -> String {
        format!("__${}$__", &hex::encode(keccak256(self.to_string()))[..34])
    }
}

impl fmt::Display for LibraryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.name)
    }
}

/// A library and where it stands, as in `src/Math.sol:Math:0x…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// Which it is.
    pub name: LibraryName,
    /// Where it stands.
    pub address: Address,
}

impl std::str::FromStr for Library {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "expected PATH:NAME:ADDRESS, as in src/Math.sol:Math:0x…".to_owned();
        let (rest, address) = text.rsplit_once(':').ok_or_else(wrong)?;
        let (path, name) = rest.rsplit_once(':').ok_or_else(wrong)?;
        if path.is_empty() || name.is_empty() {
            return Err(wrong());
        }
        let address = checked_address(address)?;
        Ok(Self { name: LibraryName { path: path.to_owned(), name: name.to_owned() }, address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_no_library_is_refused() {
        for wrong in [
            "",
            "Math",
            "Math:0x01",
            "src/Math.sol:Math:0x01",
            ":Math:0x0000000000000000000000000000000000000009",
        ] {
            assert!(wrong.parse::<Library>().is_err(), "{wrong}");
        }
    }
}
