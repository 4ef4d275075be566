use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, Bytes, TxKind, hex},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
};
use causeway_interop::{DependencySet, SafetyLevel};
use futures::future::join_all;

use super::{InteropError, trust::Trust};
use crate::{ChainView, NodeFault, preflight::Terms, status::RelayerApi};

/// `CALLER PUSH1 0 MSTORE PUSH1 32 PUSH1 0 RETURN`: what a creation by an account leaves is who that is.
const WHO: [u8; 9] = hex!("33600052" "60206000" "f3");

/// Interop as seen from one chain: see [`InteropExt`](super::InteropExt).
///
/// The chain alone can send, and judge what is sent as far as its own contracts tell. What becomes of a message only its
/// destination knows: [`with_chain`](Interop::with_chain) adds providers of other chains. With the destination's, tokens and
/// ether leave only when both ends have been looked at and the delivery has been tried out there (see
/// [`preflight`](crate::preflight)), and messages can be waited for.
#[derive(Clone, Debug)]
pub struct Interop {
    pub(super) provider: DynProvider,
    others: Vec<DynProvider>,
    account: Option<Address>,
    pub(super) trust: Trust,
    pub(super) min_safety: SafetyLevel,
    pub(super) relayer: Option<RelayerApi>,
}

impl Interop {
    /// Makes it of a provider.
    pub fn new(provider: impl Provider + 'static) -> Self {
        Self {
            provider: provider.erased(),
            others: Vec::new(),
            account: None,
            trust: Trust::default(),
            min_safety: SafetyLevel::Unsafe,
            relayer: None,
        }
    }

    /// Adds another chain by a provider of it: a destination of what is sent, or the source of what is asked for.
    #[must_use]
    pub fn with_chain(mut self, provider: impl Provider + 'static) -> Self {
        self.others.push(provider.erased());
        self
    }

    /// Has this account send, in place of the one that the provider signs for by default: one whose key the node has, or
    /// another of the wallet's.
    #[must_use]
    pub const fn from(mut self, account: Address) -> Self {
        self.account = Some(account);
        self
    }

    /// Asks this verifier (or whatever else answers `interop_checkAccessList`) which messages chains accept. Without one, the
    /// destination's own node is asked.
    #[must_use]
    pub fn with_verifier(mut self, verifier: impl Provider + 'static) -> Self {
        self.trust = Trust::Verifier(verifier.erased());
        self
    }

    /// Asks this relayer, too, which transactions of its own are on their way to deliver a message: nodes do not tell of what
    /// waits elsewhere. It is believed in nothing that a chain decides, and one that does not answer is done without.
    #[must_use]
    pub fn with_relayer(mut self, relayer: RelayerApi) -> Self {
        self.relayer = Some(relayer);
        self
    }

    /// Takes from a dependency set which messages chains accept, from when on, and after how long they expire.
    #[must_use]
    pub fn with_dependency_set(mut self, set: DependencySet) -> Self {
        self.trust = Trust::Set(set);
        self
    }

    /// Takes it on the caller's word that every chain accepts the messages of every other.
    #[must_use]
    pub fn assume_accepted(mut self) -> Self {
        self.trust = Trust::Caller;
        self
    }

    /// Holds a message for ready only when its block has this safety; [`SafetyLevel::Unsafe`] without.
    #[must_use]
    pub const fn with_min_safety(mut self, level: SafetyLevel) -> Self {
        self.min_safety = level;
        self
    }

    /// The provider's own chain.
    pub(super) async fn here(&self) -> Result<ChainView, NodeFault> {
        ChainView::of(self.provider.clone()).await
    }

    /// The chain with this id, if there is a provider of it. One that does not answer might be one of it: that is a fault.
    pub(super) async fn find(&self, chain_id: u64) -> Result<Option<ChainView>, NodeFault> {
        let mut silent = None;
        for chain in self.chains().await {
            match chain {
                Ok(chain) if chain.chain_id() == chain_id => return Ok(Some(chain)),
                Ok(_) => {}
                Err(fault) => silent = Some(fault),
            }
        }
        silent.map_or(Ok(None), Err)
    }

    /// All chains, the provider's own first.
    pub(super) async fn chains(&self) -> Vec<Result<ChainView, NodeFault>> {
        let providers = std::iter::once(&self.provider).chain(&self.others).cloned();
        join_all(providers.map(ChainView::of)).await
    }

    /// Whether there are providers of other chains, or of what was meant to be one.
    pub(super) const fn knows_others(&self) -> bool {
        !self.others.is_empty()
    }

    /// The chain with this id, which has to be asked.
    pub(super) async fn chain(&self, chain_id: u64) -> Result<ChainView, InteropError> {
        self.find(chain_id).await?.ok_or(InteropError::NoProvider { chain_id })
    }

    /// Adds the account that a chain's provider sends from.
    pub(super) async fn with_sender(&self, chain: ChainView) -> Result<ChainView, InteropError> {
        if let Some(account) = self.account {
            return Ok(chain.with_account(account));
        }
        let input = Bytes::from_static(&WHO);
        let who = TransactionRequest { to: Some(TxKind::Create), input: input.into(), ..Default::default() };
        let answer = chain.provider().call(who).await.map_err(NodeFault::from)?;
        match answer.as_ref().try_into().map(|word: [u8; 32]| Address::from_word(word.into())) {
            Ok(account) if !account.is_zero() => Ok(chain.with_account(account)),
            _ => Err(InteropError::NoAccount),
        }
    }

    /// What holds between two chains, by the destination's clock.
    pub(super) async fn terms(&self, source_id: u64, destination: &ChainView) -> Result<Terms, NodeFault> {
        let latest = destination.provider().get_block_by_number(BlockNumberOrTag::Latest).await?;
        let head = latest.ok_or_else(|| NodeFault::refused("the node has no newest block"))?.header;
        let there = (destination.chain_id(), destination.provider());
        Ok(self.trust.terms(source_id, there, head.timestamp).await)
    }
}
