use std::{fmt, ops::Deref};

use alloy::{
    network::EthereumWallet,
    providers::{Provider, ProviderBuilder},
    signers::local::PrivateKeySigner,
};
use causeway_chain::{ConnectError, ConnectOptions, Endpoints, connect};

use crate::ChainView;

/// A chain to work with by hand: a [`ChainView`] whose node's address is known, and perhaps the key of its account.
#[derive(Clone)]
pub struct ChainClient {
    view: ChainView,
    endpoints: Endpoints,
    wallet: Option<EthereumWallet>,
}

impl ChainClient {
    /// Reaches a node, or several of one chain, and asks which chain it serves.
    pub async fn connect<E>(endpoints: &E, options: &ConnectOptions) -> Result<Self, ConnectError>
    where
        for<'a> &'a E: Into<Endpoints>,
    {
        let endpoints = endpoints.into();
        let provider = connect::<Endpoints>(&endpoints, options)?;
        let chain_id = provider
            .get_chain_id()
            .await
            .map_err(|error| ConnectError::Unreachable { reason: error.to_string() })?;
        Ok(Self { view: ChainView::new(chain_id, provider), endpoints, wallet: None })
    }

    /// Adds an account: its transactions get their nonce, gas limit and fees from the node.
    #[must_use]
    pub fn with_signer(self, signer: PrivateKeySigner) -> Self {
        let account = signer.address();
        let wallet = EthereumWallet::from(signer);
        let provider = self.view.provider().clone();
        let provider = ProviderBuilder::new().wallet(wallet.clone()).connect_provider(provider).erased();
        let view = ChainView::new(self.view.chain_id(), provider).with_account(account);
        Self { view, wallet: Some(wallet), ..self }
    }

    /// Returns where the node is, or the nodes are.
    pub const fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Returns what signs for the account.
    pub(crate) const fn wallet(&self) -> Option<&EthereumWallet> {
        self.wallet.as_ref()
    }
}

/// What can be asked of the chain. Its provider signs for the account if there is one.
impl Deref for ChainClient {
    type Target = ChainView;

    fn deref(&self) -> &ChainView {
        &self.view
    }
}

impl fmt::Debug for ChainClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainClient")
            .field("chain_id", &self.chain_id())
            .field("endpoints", &self.endpoints)
            .field("account", &self.account())
            .finish_non_exhaustive()
    }
}
