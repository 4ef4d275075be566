//! An account as users name it: by its address, or together with its chain.

use crate::{
    chains::{ChainBook, unknown_chain},
    failure::{Failure, Outcome},
    parse,
};
use alloy::primitives::{Address, U256, hex};
use causeway_interop::{
    ChainAddressError, ChainType, InteroperableAddress, InteroperableName, InteroperableNameError, NamedChain,
};

/// The value of a flag that takes an address: `0x…`, `0x…@eip155:902#4CA88C9C` or `0x…@NAME` (ERC-7828), or the bytes of
/// such an address in hex (ERC-7930).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) address: Address,
    chain: Option<AccountChain>,
}

/// The chain that came with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AccountChain {
    Id(U256),
    /// Whoever knows the chains has to say which it is; only then is the checksum compared.
    Label(InteroperableName),
}

impl Account {
    /// Reads one. Whatever can be wrong without knowing any chain is refused here.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.contains(['@', '#']) {
            return Self::of_name(text);
        }
        let digits = text.strip_prefix("0x").filter(|digits| digits.len() > 40);
        if let Some(digits) = digits {
            return Self::of_bytes(digits);
        }
        parse::address(text).map(|address| Self { address, chain: None })
    }

    fn of_name(text: &str) -> Result<Self, String> {
        let name: InteroperableName = text.parse().map_err(|error: InteroperableNameError| match error {
            InteroperableNameError::WrongCase | InteroperableNameError::WrongChecksum { .. } => {
                format!("{error}: is there a typo in it?")
            }
            InteroperableNameError::NoSeparator => format!("{error}: expected 0x…@eip155:ID#CHECKSUM"),
            error => error.to_string(),
        })?;
        let address = name.address().ok_or_else(|| ChainAddressError::NoAddress.to_string())?;
        let chain = match name.chain() {
            NamedChain::Id(id) => Some(AccountChain::Id(*id)),
            NamedChain::Any => None,
            NamedChain::Label(_) => Some(AccountChain::Label(name)),
        };
        Ok(Self { address, chain })
    }

    fn of_bytes(digits: &str) -> Result<Self, String> {
        let bytes = hex::decode(digits).map_err(|_| {
            "expected an address, 0x and 40 hexadecimal digits, or the bytes of an interoperable address"
                .to_owned()
        })?;
        let named = InteroperableAddress::decode(&bytes).map_err(|error| {
            format!("more digits than an address has, and no interoperable address: {error}")
        })?;
        let chain_type = named.chain_type();
        if chain_type != ChainType::EIP155 {
            return Err(ChainAddressError::NotEvm { chain_type }.to_string());
        }
        let address = named.evm_address().ok_or_else(|| ChainAddressError::NoAddress.to_string())?;
        Ok(Self { address, chain: named.chain_id().map(AccountChain::Id) })
    }

    /// The id of the chain that it was named with, if it was. A chain by name has to be known, and the checksum right.
    pub(crate) fn chain_id(&self, book: &ChainBook) -> Outcome<Option<U256>> {
        let name = match &self.chain {
            None => return Ok(None),
            Some(AccountChain::Id(id)) => return Ok(Some(*id)),
            Some(AccountChain::Label(name)) => name,
        };
        let NamedChain::Label(label) = name.chain() else { return Ok(None) };
        // In such a name a number would be a name, too.
        if let Ok(id) = parse::number(label) {
            return Err(
                unknown_chain(label).with_hint(format!("the id of a chain is written eip155:{id} there"))
            );
        }
        let id = U256::from(book.look_up(label)?.id);
        match name.resolve(|_| Some(id)) {
            Ok(_) => Ok(Some(id)),
            Err(error) => {
                Err(Failure::usage(format!("{error}, {label} ({id})")).with_hint("is there a typo in it?"))
            }
        }
    }

    /// Whether its chain is known by the configuration or a devnet only.
    pub(crate) const fn needs_chains(&self) -> bool {
        matches!(self.chain, Some(AccountChain::Label(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
    const BINARY: &str = "0x00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045";

    #[test]
    fn an_address_in_each_of_its_forms() {
        let plain = Account::parse(A).unwrap();
        assert_eq!(plain.chain, None);
        assert_eq!(Account::parse(&format!("{A}@eip155#B26DB7CB")), Ok(plain));
        let on_mainnet = Account::parse(BINARY).unwrap();
        assert_eq!(on_mainnet.chain, Some(AccountChain::Id(U256::from(1))));
        for text in [format!("{A}@eip155:1"), format!("{A}@eip155:1#4CA88C9C"), BINARY.to_uppercase()] {
            assert_eq!(Account::parse(&text.replace("0X", "0x")).as_ref(), Ok(&on_mainnet), "{text}");
        }
        assert!(Account::parse(&format!("{A}@OPChainB")).unwrap().needs_chains());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, why) in [
            ("", "expected an address"),
            ("0x", "expected an address"),
            ("@", "no chain is named"),
            ("@eip155:1", "no address there"),
            ("#4CA88C9C", "no @ separates"),
            ("A#4CA88C9C", "expected 0x…@eip155:ID#CHECKSUM"),
            ("A@eip155:1#4CA88C9D", "is there a typo"),
            ("A@eip155:1 ", "does not belong there"),
            ("alice.eth@eip155:1", "not looked up"),
            ("A@solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d", "no kind of EVM chain"),
            ("A00", "more digits than an address has"),
            ("A0", "expected an address"),
            ("0x00010000010100", "expected an address"),
            (
                "0x000100022045296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef02005333498d5aea4ae009585c43f7b8c30df8e70187d4a713d134f977fc8dfe0b5",
                "solana (0x0002), and no EVM chain",
            ),
            (&format!("0x0001000014{}00", "01".repeat(20)), "no address there"),
        ] {
            let text = text.strip_prefix('A').map_or_else(|| text.to_owned(), |rest| format!("{A}{rest}"));
            let said = Account::parse(&text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
