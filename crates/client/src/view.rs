use std::fmt;

use alloy::{
    primitives::Address,
    providers::{DynProvider, Provider},
};

use crate::NodeFault;

/// A chain as its node shows it, and perhaps an account that acts on it.
///
/// It can be made of any alloy provider. Whether the provider signs for the account, or the node does, is not looked at here.
#[derive(Clone)]
pub struct ChainView {
    chain_id: u64,
    provider: DynProvider,
    account: Option<Address>,
}

impl ChainView {
    /// Makes a view of the chain with this id.
    pub const fn new(chain_id: u64, provider: DynProvider) -> Self {
        Self { chain_id, provider, account: None }
    }

    /// Asks the node which chain it serves.
    pub async fn of(provider: DynProvider) -> Result<Self, NodeFault> {
        Ok(Self::new(provider.get_chain_id().await?, provider))
    }

    /// Has this account act.
    #[must_use]
    pub fn with_account(self, account: Address) -> Self {
        Self { account: Some(account), ..self }
    }

    /// Returns the chain's id.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Returns the provider.
    pub const fn provider(&self) -> &DynProvider {
        &self.provider
    }

    /// Returns the account's address.
    pub const fn account(&self) -> Option<Address> {
        self.account
    }
}

impl fmt::Debug for ChainView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainView")
            .field("chain_id", &self.chain_id)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
