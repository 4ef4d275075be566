use std::{fmt, str::FromStr};

use alloy_primitives::{Address, U256};

use crate::{ChainType, InteroperableAddress, NameChecksum};

/// An address together with its chain, as people write it: `0x…@eip155:902#4CA88C9C` (ERC-7828).
///
/// The chain is named by its id, by a label (`0x…@OPChainB`), whose meaning [`Self::resolve`] is told, or not at all
/// (`0x…@eip155`). The checksum may be missing; one that is there has to be right. An address whose letters are of both
/// cases has to have the EIP-55 checksum. Names of ENS in place of an address, and chains of other kinds than the EVM's,
/// are refused by name.
///
/// Reading is strict, for money goes where it says: no spaces, capital digits in the checksum, no leading zeros in a
/// chain id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InteroperableName {
    address: Option<Address>,
    chain: NamedChain,
    checksum: Option<NameChecksum>,
}

/// The chain of an interoperable name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamedChain {
    /// `eip155:902`: a chain of the EVM, by its id.
    Id(U256),
    /// `eip155`: any chain of the EVM.
    Any,
    /// A label, which somebody else has to know: ERC-7828 asks a registry in ENS.
    Label(String),
}

/// Why a text is no interoperable name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InteroperableNameError {
    /// No `@` separates the address from the chain.
    #[error("no @ separates the address from its chain")]
    NoSeparator,
    /// There are several of a mark that separates.
    #[error("there is more than one {mark}")]
    SeveralSeparators {
        /// `@` or `#`.
        mark: char,
    },
    /// A character that has no place in that part: a space, a letter that only looks like a latin one.
    #[error("the {part} has the character {character:?}, which does not belong there")]
    UnexpectedCharacter {
        /// The part, in words.
        part: &'static str,
        /// The character.
        character: char,
    },
    /// The address is a name of ENS: it takes a registry to tell what that stands for.
    #[error("a name stands where the address should be, and names of ENS are not looked up")]
    EnsName,
    /// The address is not `0x` and 40 hex digits.
    #[error("the address is not 0x and 40 hexadecimal digits")]
    InvalidAddress,
    /// The letters of the address are of both cases, and not as its EIP-55 checksum has them.
    #[error("the address's checksum (the case of its letters) is wrong")]
    WrongCase,
    /// Nothing stands behind the `@`.
    #[error("no chain is named behind the @")]
    NoChain,
    /// The chain is of another kind than the EVM's.
    #[error("`{namespace}` is no kind of EVM chain: expected eip155")]
    UnsupportedNamespace {
        /// What stands before the `:`.
        namespace: String,
    },
    /// The chain id is no decimal number without leading zeros and of at most 256 bits.
    #[error("the chain id is no decimal number without leading zeros, of at most 256 bits")]
    InvalidChainId,
    /// The name has neither an address nor a chain.
    #[error("it names neither a chain nor an address")]
    Empty,
    /// What follows the `#` is not eight capital hex digits.
    #[error("the checksum is not eight hexadecimal digits in capitals")]
    InvalidChecksum,
    /// The checksum is that of another address or another chain. Which would be right is not told: whoever mends the
    /// checksum, and not the typo that it has found, would send to the wrong account with its blessing.
    #[error("the checksum #{checksum} is not that of this address on this chain")]
    WrongChecksum {
        /// The checksum that was given.
        checksum: NameChecksum,
    },
    /// Nobody knows a chain of that label.
    #[error("no chain is known as `{label}`")]
    UnknownLabel {
        /// The label.
        label: String,
    },
}

impl InteroperableName {
    /// Returns the address; none if only a chain is named.
    pub const fn address(&self) -> Option<Address> {
        self.address
    }

    /// Returns how the chain is named.
    pub const fn chain(&self) -> &NamedChain {
        &self.chain
    }

    /// Returns the checksum that was given.
    pub const fn checksum(&self) -> Option<NameChecksum> {
        self.checksum
    }

    /// Returns the address that it stands for. `chain_id_of` tells the chain that a label means; only then is the
    /// checksum of such a name compared.
    pub fn resolve(
        &self,
        chain_id_of: impl FnOnce(&str) -> Option<U256>,
    ) -> Result<InteroperableAddress, InteroperableNameError> {
        let chain_id = match &self.chain {
            NamedChain::Id(id) => Some(*id),
            NamedChain::Any => None,
            NamedChain::Label(label) => Some(
                chain_id_of(label)
                    .ok_or_else(|| InteroperableNameError::UnknownLabel { label: label.clone() })?,
            ),
        };
        // It fails for nothing but want of both.
        let resolved =
            InteroperableAddress::evm(chain_id, self.address).map_err(|_| InteroperableNameError::Empty)?;
        match self.checksum {
            Some(checksum) if checksum != resolved.checksum() => {
                Err(InteroperableNameError::WrongChecksum { checksum })
            }
            _ => Ok(resolved),
        }
    }
}

impl FromStr for InteroperableName {
    type Err = InteroperableNameError;

    fn from_str(text: &str) -> Result<Self, InteroperableNameError> {
        let (address, rest) = text.split_once('@').ok_or(InteroperableNameError::NoSeparator)?;
        if rest.contains('@') {
            return Err(InteroperableNameError::SeveralSeparators { mark: '@' });
        }
        let (chain, checksum) = match rest.split_once('#') {
            Some((chain, checksum)) => (chain, Some(checksum)),
            None => (rest, None),
        };
        let address = if address.is_empty() { None } else { Some(parse_address(address)?) };
        let name =
            Self { address, chain: chain.parse()?, checksum: checksum.map(parse_checksum).transpose()? };
        if !matches!(name.chain, NamedChain::Label(_)) {
            name.resolve(|_| None)?;
        }
        Ok(name)
    }
}

impl fmt::Display for InteroperableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(address) = self.address {
            fmt::Display::fmt(&address, f)?;
        }
        write!(f, "@{}", self.chain)?;
        self.checksum.map_or(Ok(()), |checksum| write!(f, "#{checksum}"))
    }
}

impl FromStr for NamedChain {
    type Err = InteroperableNameError;

    /// Reads what stands between the `@` and the `#`.
    fn from_str(text: &str) -> Result<Self, InteroperableNameError> {
        const OTHERS: [ChainType; 3] = [ChainType::BIP122, ChainType::SOLANA, ChainType::STARKNET];
        let belongs = |character: char| character.is_ascii_alphanumeric() || ".-:_".contains(character);
        if let Some(character) = text.chars().find(|character| !belongs(*character)) {
            return Err(InteroperableNameError::UnexpectedCharacter { part: "chain", character });
        }
        let eip155 = ChainType::EIP155.namespace();
        match text.split_once(':') {
            None if text.is_empty() => Err(InteroperableNameError::NoChain),
            None if Some(text) == eip155 => Ok(Self::Any),
            // Any chain of that kind, and no label.
            None if OTHERS.iter().any(|other| other.namespace() == Some(text)) => {
                Err(InteroperableNameError::UnsupportedNamespace { namespace: text.to_owned() })
            }
            None => Ok(Self::Label(text.to_owned())),
            Some((namespace, id)) if Some(namespace) == eip155 => parse_chain_id(id).map(Self::Id),
            Some((namespace, _)) => {
                Err(InteroperableNameError::UnsupportedNamespace { namespace: namespace.to_owned() })
            }
        }
    }
}

impl fmt::Display for NamedChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "eip155:{id}"),
            Self::Any => f.write_str("eip155"),
            Self::Label(label) => f.write_str(label),
        }
    }
}

fn parse_address(text: &str) -> Result<Address, InteroperableNameError> {
    let belongs = |character: char| character.is_ascii_alphanumeric() || ".-:_%".contains(character);
    if let Some(character) = text.chars().find(|character| !belongs(*character)) {
        return Err(InteroperableNameError::UnexpectedCharacter { part: "address", character });
    }
    if text.contains('.') {
        return Err(InteroperableNameError::EnsName);
    }
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 40);
    let digits = digits.ok_or(InteroperableNameError::InvalidAddress)?;
    let address = digits.parse::<Address>().map_err(|_| InteroperableNameError::InvalidAddress)?;
    let has = |is_case: fn(&u8) -> bool| digits.as_bytes().iter().any(is_case);
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    if is_mixed && address.to_checksum(None)[2..] != *digits {
        return Err(InteroperableNameError::WrongCase);
    }
    Ok(address)
}

/// Decimal, since the profile of the EVM's chains has no other form, and of one form for each number.
fn parse_chain_id(digits: &str) -> Result<U256, InteroperableNameError> {
    let is_canonical = matches!(digits.as_bytes(), [b'0'] | [b'1'..=b'9', ..]);
    let is_decimal = digits.bytes().all(|digit| digit.is_ascii_digit());
    let id = (is_canonical && is_decimal).then(|| U256::from_str_radix(digits, 10).ok()).flatten();
    id.ok_or(InteroperableNameError::InvalidChainId)
}

fn parse_checksum(text: &str) -> Result<NameChecksum, InteroperableNameError> {
    if text.contains('#') {
        return Err(InteroperableNameError::SeveralSeparators { mark: '#' });
    }
    let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'A'..=b'F');
    if text.len() != 8 || !text.bytes().all(is_digit) {
        return Err(InteroperableNameError::InvalidChecksum);
    }
    let value = u32::from_str_radix(text, 16).map_err(|_| InteroperableNameError::InvalidChecksum)?;
    Ok(NameChecksum(value.to_be_bytes()))
}
