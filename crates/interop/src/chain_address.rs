use std::fmt;

use alloy_primitives::{Address, Bytes, U256};

use crate::{ChainType, InteroperableAddress};

/// An account on a chain of the EVM.
///
/// It is displayed as people should pass it on: `0x…@eip155:902#4CA88C9C`, the address with its EIP-55 checksum, the
/// chain by its id, and the checksum of both (ERC-7828).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainAddress {
    /// The chain.
    pub chain_id: U256,
    /// The account.
    pub address: Address,
}

/// Why an interoperable address is no account on a chain of the EVM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainAddressError {
    /// It is for a chain of another kind.
    #[error("its chain is of type {chain_type}, and no EVM chain")]
    NotEvm {
        /// Of which kind.
        chain_type: ChainType,
    },
    /// It is an address without a chain.
    #[error("it names no chain")]
    NoChain,
    /// It is a chain without an address.
    #[error("it names a chain, and no address there")]
    NoAddress,
}

impl ChainAddress {
    /// Returns the binary form (ERC-7930).
    pub fn encode(&self) -> Bytes {
        InteroperableAddress::from(*self).encode()
    }
}

impl fmt::Display for ChainAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checksum = InteroperableAddress::from(*self).checksum();
        write!(f, "{}@eip155:{}#{checksum}", self.address, self.chain_id)
    }
}

impl From<ChainAddress> for InteroperableAddress {
    fn from(account: ChainAddress) -> Self {
        Self::of_account(account.chain_id, account.address)
    }
}

impl TryFrom<&InteroperableAddress> for ChainAddress {
    type Error = ChainAddressError;

    fn try_from(address: &InteroperableAddress) -> Result<Self, ChainAddressError> {
        if address.chain_type() != ChainType::EIP155 {
            return Err(ChainAddressError::NotEvm { chain_type: address.chain_type() });
        }
        let chain_id = address.chain_id().ok_or(ChainAddressError::NoChain)?;
        let address = address.evm_address().ok_or(ChainAddressError::NoAddress)?;
        Ok(Self { chain_id, address })
    }
}
