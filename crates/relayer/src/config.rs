use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use alloy::{
    network::TxSigner,
    primitives::{Address, Signature},
    signers::local::PrivateKeySigner,
};
use causeway_chain::{ConnectOptions, Endpoint, Endpoints, HeadSource, Start};
use causeway_interop::DependencySet;
use causeway_store::Store;

use crate::{
    engine::Policy,
    errand::{ResendLimits, TopUpLimits},
    filter::Filter,
    routes::Routes,
};

/// A chain that messages come from and go to.
#[derive(Clone, Debug)]
pub struct RelayChain {
    /// The chain's id.
    pub chain_id: u64,
    /// What people call it.
    pub name: String,
    /// Its node, or the gateway before it; or several nodes, of which one is followed and all are sent to.
    pub endpoints: Endpoints,
    /// Where to begin when the store knows nothing of the chain yet; otherwise it goes on where it ended.
    pub start: Start,
    /// How to hear of new blocks.
    pub heads: HeadSource,
    /// What to do when the node's chain has nothing in common with what the store knows.
    pub on_reset: OnReset,
}

/// What to do when a chain turns out to be another one under the same id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnReset {
    /// Do nothing on this chain any more, and say so. Other chains go on.
    #[default]
    Halt,
    /// Forget what the chain had said and begin anew. For development chains only.
    Forget,
}

impl RelayChain {
    /// A chain that is followed from its first block on.
    pub fn new(chain_id: u64, name: impl Into<String>, endpoints: impl Into<Endpoints>) -> Self {
        Self {
            chain_id,
            name: name.into(),
            endpoints: endpoints.into().of_chain(chain_id),
            start: Start::Genesis,
            heads: HeadSource::Auto,
            on_reset: OnReset::Halt,
        }
    }
}

/// An account that signs: by a key in memory, or by whatever holds the key.
pub type RelaySigner = Arc<dyn TxSigner<Signature> + Send + Sync>;

/// Who gives ether to signers that have too little, and how much.
#[derive(Clone)]
pub struct TopUp {
    /// The funding account, on every chain. It is no signer of deliveries, and nobody else should use it.
    pub signer: RelaySigner,
    /// When it gives, and how much.
    pub limits: TopUpLimits,
}

impl fmt::Debug for TopUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopUp")
            .field("account", &self.signer.address())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Who sends messages again that expired undelivered, where [`Routes`] want it, and how much of that.
#[derive(Clone)]
pub struct Resend {
    /// The account that sends them, on every source. It does nothing else, and nobody else should use it.
    pub signer: RelaySigner,
    /// How much of it.
    pub limits: ResendLimits,
}

impl fmt::Debug for Resend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resend")
            .field("account", &self.signer.address())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What a relayer works with.
#[derive(Clone)]
pub struct RelayerConfig {
    /// The chains. Messages between any two of them are relayed.
    pub chains: Vec<RelayChain>,
    /// The accounts that pay, on every chain: they share the work. Nobody else should use them.
    pub signers: Vec<RelaySigner>,
    /// The durable record.
    pub store: Store,
    /// Who accepts messages of whom, and for how long; without it everybody of everybody, for seven days.
    pub dependency_set: Option<DependencySet>,
    /// The numbers that decisions are made by. The expiry window is the dependency set's, if there is one.
    pub policy: Policy,
    /// Deadlines and retries of requests to nodes.
    pub connect: ConnectOptions,
    /// How often to ask for new blocks where nobody tells.
    pub poll_interval: Duration,
    /// How many blocks of each chain are remembered: the deepest reorg that can be followed.
    pub window: usize,
    /// The gas that the delivery of one message may use, its target's share included. A message that takes more fails.
    pub max_item_gas: u64,
    /// The most to pay for a unit of gas, in wei, the share of the sequencer included: while it takes more, nothing is signed.
    /// Without it a new transaction offers what it takes, and one that is signed again at most ten times as much: as its first
    /// version did, or as a new one would now, whichever is more.
    pub max_fee_per_gas: Option<u128>,
    /// Which messages are delivered.
    pub filter: Filter,
    /// How messages are served by where they come from and where they go.
    pub routes: Routes,
    /// The verifier that is asked how safe the blocks of sources are (`supervisor_syncStatus`), where [`Self::routes`] want
    /// them safe; without one, each source's node is, by its labels `safe` and `finalized`.
    pub verifier: Option<Endpoint>,
    /// Who gives ether to signers that have too little; by default nobody does.
    pub top_up: Option<TopUp>,
    /// Who sends messages again that expired; by default nobody does.
    pub resend: Option<Resend>,
    /// Who this relayer is, in one line, for whoever finds the store in use. Where several share the store, each has a line of
    /// its own.
    pub holder: String,
    /// Where several relayers share the store: for how long after it was last heard of one is waited for, before another one
    /// takes its chains over.
    pub lease: Duration,
    /// Where several relayers share the store: how long one has to be there until others leave chains to it. Of one that ends again
    /// and again the others would have to wait for its leases each time. Who is alone begins at once.
    pub probation: Duration,
}

impl RelayerConfig {
    /// A configuration with the defaults, and one account.
    pub fn new(chains: Vec<RelayChain>, signer: PrivateKeySigner, store: Store) -> Self {
        Self::of(chains, vec![Arc::new(signer)], store)
    }

    /// The same with whatever signs, for one account or several.
    pub fn of(chains: Vec<RelayChain>, signers: Vec<RelaySigner>, store: Store) -> Self {
        let holder = holder(&signers);
        Self {
            chains,
            signers,
            store,
            dependency_set: None,
            policy: Policy::default(),
            connect: ConnectOptions {
                request_timeout: Duration::from_secs(5),
                read_retries: 1,
                ..Default::default()
            },
            poll_interval: Duration::from_secs(1),
            window: 1_024,
            max_item_gas: 5_000_000,
            max_fee_per_gas: None,
            filter: Filter::default(),
            routes: Routes::default(),
            verifier: None,
            top_up: None,
            resend: None,
            holder,
            lease: Duration::from_secs(15),
            probation: Duration::from_secs(15),
        }
    }

    /// Has these accounts do the work.
    #[must_use]
    pub fn with_signers(self, signers: Vec<RelaySigner>) -> Self {
        let holder = holder(&signers);
        Self { signers, holder, ..self }
    }

    /// What the messages of which source may use in an hour on this chain, in gas.
    pub(crate) fn caps(&self, destination: u64) -> BTreeMap<u64, u64> {
        let sources = self.chains.iter().map(|chain| chain.chain_id);
        let cap = |source| Some((source, self.routes.max_gas_per_hour(source, destination)?));
        sources.filter_map(cap).collect()
    }

    /// Whether there is anything to do beside delivering.
    pub(crate) const fn has_errands(&self) -> bool {
        self.top_up.is_some() || self.resend.is_some()
    }

    /// The accounts that sign what delivers nothing.
    pub(crate) fn errand_signers(&self) -> Vec<&RelaySigner> {
        let funding = self.top_up.iter().map(|top_up| &top_up.signer);
        funding.chain(self.resend.iter().map(|resend| &resend.signer)).collect()
    }

    /// Returns the addresses of the accounts.
    pub fn accounts(&self) -> Vec<Address> {
        self.signers.iter().map(|signer| signer.address()).collect()
    }
}

fn holder(signers: &[RelaySigner]) -> String {
    let accounts: Vec<_> = signers.iter().map(|signer| signer.address().to_string()).collect();
    format!("relayer {}", accounts.join(", "))
}

impl fmt::Debug for RelayerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayerConfig")
            .field("chains", &self.chains)
            .field("accounts", &self.accounts())
            .field("dependency_set", &self.dependency_set)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
