//! The network file: what runs, for every other program on the machine.

mod discover;
mod file;

pub use discover::DiscoverError;
pub(crate) use file::NetworkFile;
pub use file::{NetworkFileError, ReadNetworkError};

use crate::{ChainKind, SecretKey};
use alloy::primitives::Address;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A running devnet, as its network file and `GET /network` describe it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// The version of this format.
    pub schema_version: u32,
    /// The name of this run of a devnet, which no other run has.
    pub instance: String,
    /// The process that runs it.
    pub pid: u32,
    /// When it was started, in seconds since the epoch.
    pub started_at: u64,
    /// Where its admin API is.
    pub admin_url: String,
    /// The L1 chain.
    pub l1: NetworkChain,
    /// The L2 chains, by ascending id.
    pub chains: Vec<NetworkChain>,
    /// For each L2 chain, the chains whose messages it accepts.
    pub dependency_sets: BTreeMap<u64, Vec<u64>>,
    /// Seconds after which a message can no longer be executed.
    pub expiry_window: u64,
    /// The contracts that every L2 chain has, by name.
    pub contracts: BTreeMap<String, Address>,
    /// The account that commands use when no key is given.
    pub funded_account: FundedAccount,
    /// All accounts that have ether from the start; the nodes sign for them.
    pub dev_accounts: Vec<Address>,
    /// The account of the devnet's own relayer, if it has one.
    pub relayer: Option<Address>,
    /// Where the devnet's own verifier answers JSON-RPC, if it has one.
    #[serde(default)]
    pub verifier_url: Option<String>,
}

/// A chain of a devnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkChain {
    /// Its id.
    pub chain_id: u64,
    /// Its name.
    pub name: String,
    /// Which layer it is.
    pub kind: ChainKind,
    /// Where it answers JSON-RPC over HTTP.
    pub rpc_url: String,
    /// Where it answers JSON-RPC over a WebSocket.
    pub ws_url: String,
    /// Seconds between its blocks; 0 when each transaction gets a block.
    pub block_time: u64,
    /// What runs it, as `web3_clientVersion` tells.
    pub client: String,
}

/// An account with a key that everybody knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundedAccount {
    /// Its address.
    pub address: Address,
    /// Its key.
    pub private_key: SecretKey,
}

impl Network {
    /// The version of the format that this library writes and reads.
    pub const SCHEMA_VERSION: u32 = 1;

    /// The private key of the account that commands use when no key is given.
    pub fn funded_key(&self) -> &str {
        self.funded_account.private_key.expose()
    }

    /// Finds a chain, the L1 included, by its id.
    pub fn chain(&self, chain_id: u64) -> Option<&NetworkChain> {
        std::iter::once(&self.l1).chain(&self.chains).find(|chain| chain.chain_id == chain_id)
    }
}
