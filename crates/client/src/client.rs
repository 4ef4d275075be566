use std::fmt;

use alloy::{
    network::EthereumWallet,
    primitives::Address,
    providers::{DynProvider, Provider, ProviderBuilder},
    signers::local::PrivateKeySigner,
};
use causeway_chain::{ConnectError, ConnectOptions, Endpoint, connect};

/// A chain to work with by hand: its node, and perhaps an account on it.
#[derive(Clone)]
pub struct ChainClient {
    chain_id: u64,
    endpoint: Endpoint,
    provider: DynProvider,
    account: Option<Address>,
    wallet: Option<EthereumWallet>,
}

impl ChainClient {
    /// Reaches a node and asks which chain it serves.
    pub async fn connect(endpoint: &Endpoint, options: &ConnectOptions) -> Result<Self, ConnectError> {
        let provider = connect(endpoint, options)?;
        let chain_id = provider
            .get_chain_id()
            .await
            .map_err(|error| ConnectError::Unreachable { reason: error.to_string() })?;
        Ok(Self { chain_id, endpoint: endpoint.clone(), provider, account: None, wallet: None })
    }

    /// Adds an account: its transactions get their nonce, gas limit and fees from the node.
    #[must_use]
    pub fn with_signer(self, signer: PrivateKeySigner) -> Self {
        let account = Some(signer.address());
        let wallet = EthereumWallet::from(signer);
        let provider = ProviderBuilder::new().wallet(wallet.clone()).connect_provider(self.provider).erased();
        Self { provider, account, wallet: Some(wallet), ..self }
    }

    /// Returns the chain's id.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Returns where the node is.
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns the provider, which signs for the account if there is one.
    pub const fn provider(&self) -> &DynProvider {
        &self.provider
    }

    /// Returns the account's address.
    pub const fn account(&self) -> Option<Address> {
        self.account
    }

    /// Returns what signs for the account.
    pub(crate) const fn wallet(&self) -> Option<&EthereumWallet> {
        self.wallet.as_ref()
    }
}

impl fmt::Debug for ChainClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainClient")
            .field("chain_id", &self.chain_id)
            .field("endpoint", &self.endpoint)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
