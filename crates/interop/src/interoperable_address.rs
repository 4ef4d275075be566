use std::fmt;

use alloy_primitives::{Address, Bytes, U256, hex, keccak256};

use crate::ChainType;

/// An address together with its chain, as contracts pass it to each other: ERC-7930, version 1.
///
/// Either part may be missing, but not both. What is made of it is canonical: two of them are equal, and so are their
/// bytes, exactly if they name the same account. For chains of the EVM the CAIP-350 profile of `eip155` is kept to (a
/// chain id without leading zeros, an address of 20 bytes); of chains of other kinds the bytes are kept as they are.
///
/// The text for people is an [`InteroperableName`](crate::InteroperableName).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InteroperableAddress {
    chain_type: ChainType,
    chain_reference: Bytes,
    address: Bytes,
}

/// Why bytes are no interoperable address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InteroperableAddressError {
    /// There are fewer bytes than the lengths before them promise.
    #[error("the interoperable address ends within its {field}")]
    Truncated {
        /// What is cut off, in words.
        field: &'static str,
    },
    /// The version is another one than 1.
    #[error("version {version} of interoperable addresses is not known: expected 1")]
    UnsupportedVersion {
        /// The version.
        version: u16,
    },
    /// Something follows that belongs to nothing.
    #[error("{count} bytes too many follow the interoperable address")]
    TrailingBytes {
        /// How many bytes.
        count: usize,
    },
    /// It names neither a chain nor an address.
    #[error("the interoperable address names neither a chain nor an address")]
    Empty,
    /// A part has more bytes than its length can say.
    #[error("a {field} of {length} bytes exceeds the 255 that an interoperable address has room for")]
    TooLong {
        /// Which part, in words.
        field: &'static str,
        /// How many bytes it has.
        length: usize,
    },
    /// The id of a chain of the EVM has more than 256 bits.
    #[error("a chain id of {length} bytes exceeds 256 bits")]
    ChainIdTooLarge {
        /// How many bytes it has.
        length: usize,
    },
    /// The id of a chain of the EVM begins with a zero byte: the same chain would have two names.
    #[error("the chain id begins with a zero byte")]
    LeadingZero,
    /// An address on a chain of the EVM has other than 20 bytes.
    #[error("an address of {length} bytes is none of an EVM chain, where they have 20")]
    AddressLength {
        /// How many bytes it has.
        length: usize,
    },
}

impl InteroperableAddress {
    const VERSION: u16 = 1;

    /// Joins the parts, if they are such as the kind of chain has.
    pub fn new(
        chain_type: ChainType,
        chain_reference: Bytes,
        address: Bytes,
    ) -> Result<Self, InteroperableAddressError> {
        for (field, bytes) in [("chain reference", &chain_reference), ("address", &address)] {
            if bytes.len() > usize::from(u8::MAX) {
                return Err(InteroperableAddressError::TooLong { field, length: bytes.len() });
            }
        }
        if chain_reference.is_empty() && address.is_empty() {
            return Err(InteroperableAddressError::Empty);
        }
        if chain_type == ChainType::EIP155 {
            match (chain_reference.len(), chain_reference.first()) {
                (length @ 33.., _) => return Err(InteroperableAddressError::ChainIdTooLarge { length }),
                // A single zero byte is chain 0.
                (2.., Some(0)) => return Err(InteroperableAddressError::LeadingZero),
                _ => {}
            }
            if !matches!(address.len(), 0 | 20) {
                return Err(InteroperableAddressError::AddressLength { length: address.len() });
            }
        }
        Ok(Self { chain_type, chain_reference, address })
    }

    /// Names an account on a chain of the EVM.
    pub fn of_account(chain_id: U256, address: Address) -> Self {
        Self {
            chain_type: ChainType::EIP155,
            chain_reference: reference(chain_id),
            address: Bytes::copy_from_slice(address.as_slice()),
        }
    }

    /// Names a chain of the EVM, an address on any of them, or both.
    pub fn evm(chain_id: Option<U256>, address: Option<Address>) -> Result<Self, InteroperableAddressError> {
        let chain_reference = chain_id.map(reference).unwrap_or_default();
        let address = address.map(|address| Bytes::copy_from_slice(address.as_slice())).unwrap_or_default();
        Self::new(ChainType::EIP155, chain_reference, address)
    }

    /// Reads the binary form, to its last byte.
    pub fn decode(bytes: &[u8]) -> Result<Self, InteroperableAddressError> {
        let mut rest = bytes;
        let version = take(&mut rest, 2, "version")?;
        let version = u16::from_be_bytes([version[0], version[1]]);
        if version != Self::VERSION {
            return Err(InteroperableAddressError::UnsupportedVersion { version });
        }
        let chain_type = take(&mut rest, 2, "chain type")?;
        let chain_type = ChainType(u16::from_be_bytes([chain_type[0], chain_type[1]]));
        let length = take(&mut rest, 1, "chain reference")?[0];
        let chain_reference = take(&mut rest, length.into(), "chain reference")?;
        let length = take(&mut rest, 1, "address")?[0];
        let address = take(&mut rest, length.into(), "address")?;
        if !rest.is_empty() {
            return Err(InteroperableAddressError::TrailingBytes { count: rest.len() });
        }
        Self::new(chain_type, Bytes::copy_from_slice(chain_reference), Bytes::copy_from_slice(address))
    }

    /// Returns the binary form.
    pub fn encode(&self) -> Bytes {
        let mut bytes = Self::VERSION.to_be_bytes().to_vec();
        bytes.extend(self.hashed());
        bytes.into()
    }

    /// Returns the kind of chain.
    pub const fn chain_type(&self) -> ChainType {
        self.chain_type
    }

    /// Returns the bytes that tell the chain from others of its kind; none if it names no chain.
    pub const fn chain_reference(&self) -> &Bytes {
        &self.chain_reference
    }

    /// Returns the bytes of the address; none if it names no address.
    pub const fn address(&self) -> &Bytes {
        &self.address
    }

    /// Returns the EIP-155 chain id, if it names a chain, and one of the EVM.
    pub fn chain_id(&self) -> Option<U256> {
        let is_there = self.chain_type == ChainType::EIP155 && !self.chain_reference.is_empty();
        is_there.then(|| U256::from_be_slice(&self.chain_reference))
    }

    /// Returns the address, if it names one, and on a chain of the EVM.
    pub fn evm_address(&self) -> Option<Address> {
        let is_there = self.chain_type == ChainType::EIP155 && !self.address.is_empty();
        is_there.then(|| Address::from_slice(&self.address))
    }

    /// Returns the checksum that stands behind the `#` of its text.
    pub fn checksum(&self) -> NameChecksum {
        let [a, b, c, d, ..] = keccak256(self.hashed()).0;
        NameChecksum([a, b, c, d])
    }

    /// Returns the bytes that the checksum is of: all but the version.
    fn hashed(&self) -> Vec<u8> {
        let mut bytes = self.chain_type.0.to_be_bytes().to_vec();
        for part in [&self.chain_reference, &self.address] {
            // `new` has seen to it that the length fits.
            bytes.push(part.len() as u8);
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// A chain id in as few bytes as it takes; one, for chain 0, since none at all names no chain.
fn reference(chain_id: U256) -> Bytes {
    match chain_id.to_be_bytes_trimmed_vec() {
        none if none.is_empty() => vec![0].into(),
        bytes => bytes.into(),
    }
}

/// Splits off the next bytes.
fn take<'a>(
    rest: &mut &'a [u8],
    length: usize,
    field: &'static str,
) -> Result<&'a [u8], InteroperableAddressError> {
    let (bytes, after) =
        rest.split_at_checked(length).ok_or(InteroperableAddressError::Truncated { field })?;
    *rest = after;
    Ok(bytes)
}

/// The four bytes that guard the text of an interoperable address against typos: eight capital hex digits after the `#`.
///
/// They cover the address and the chain. Who makes addresses up can make one with any checksum: it shows mistakes, and no
/// malice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameChecksum(pub [u8; 4]);

impl fmt::Display for NameChecksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(self.0))
    }
}
