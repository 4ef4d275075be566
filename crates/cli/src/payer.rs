//! The account that pays, whatever signs for it.

use alloy::{
    network::EthereumWallet,
    primitives::Address,
    signers::{Signer as _, ledger::LedgerSigner, local::PrivateKeySigner},
};

/// An account, and what signs for it.
#[derive(Clone, Debug)]
pub(crate) struct Payer {
    pub(crate) address: Address,
    pub(crate) wallet: EthereumWallet,
    /// Whether somebody has to press a button for each signature.
    pub(crate) is_asked: bool,
}

impl From<PrivateKeySigner> for Payer {
    fn from(signer: PrivateKeySigner) -> Self {
        Self { address: signer.address(), wallet: signer.into(), is_asked: false }
    }
}

impl From<LedgerSigner> for Payer {
    fn from(signer: LedgerSigner) -> Self {
        Self { address: signer.address(), wallet: signer.into(), is_asked: true }
    }
}
