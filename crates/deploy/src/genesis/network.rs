use crate::{ChainKind, GenesisConfig, dependency_set::ChainSet};
use alloy::primitives::{Address, U256};
use causeway_interop::MESSAGE_EXPIRY_WINDOW;

/// The largest chain id: ⌊2⁶⁴ / 2⌋ - 36, as EIP-2294 has it. It is a TOML integer, too.
pub const MAX_CHAIN_ID: u64 = u64::MAX / 2 - 36;

/// The least gas limit that a block may have.
pub const MIN_GAS_LIMIT: u64 = 5_000;

/// Chains that start together: an L1 perhaps, and L2 chains that accept messages of one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenesisSet {
    l1: Option<GenesisConfig>,
    l2: Vec<GenesisConfig>,
    expiry_window: Option<u64>,
}

/// Why chains cannot start so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisSetError {
    /// No L2 chain.
    #[error("no chain is named")]
    NoChain,
    /// Two chains of one id.
    #[error("chain {chain_id} is named twice")]
    Twice {
        /// The id.
        chain_id: u64,
    },
    /// An id that no chain may have.
    #[error("{chain_id} is no chain id: they go from 1 to {MAX_CHAIN_ID} (EIP-2294)")]
    ChainId {
        /// The id.
        chain_id: u64,
    },
    /// A gas limit that clients refuse.
    #[error("a gas limit of {gas_limit} is too low: a block needs {MIN_GAS_LIMIT} at least")]
    GasLimit {
        /// The gas limit.
        gas_limit: u64,
    },
    /// A base fee of zero.
    #[error(
        "a base fee of 0 is none: CrossL2Inbox tells deposits from other transactions by their gas price of 0"
    )]
    BaseFee,
    /// Nobody could ever put an implementation behind a proxy.
    #[error(
        "the zero address cannot own the ProxyAdmin: nobody could upgrade a predeploy, or put one behind a proxy"
    )]
    Owner,
    /// An account that is given something twice.
    #[error("account {account} is funded twice")]
    FundedTwice {
        /// The account.
        account: Address,
    },
    /// An expiry window that the protocol does not allow.
    #[error(
        "an expiry window of {seconds} seconds is none: it goes from 1 to the protocol's {MESSAGE_EXPIRY_WINDOW}"
    )]
    ExpiryWindow {
        /// The window.
        seconds: u64,
    },
}

impl GenesisSet {
    /// Checks chains that are to start together. `expiry_window` shortens that of the protocol, in seconds.
    pub fn new(
        l1: Option<GenesisConfig>,
        mut l2: Vec<GenesisConfig>,
        expiry_window: Option<u64>,
    ) -> Result<Self, GenesisSetError> {
        l2.sort_by_key(|chain| chain.chain_id);
        if l2.is_empty() {
            return Err(GenesisSetError::NoChain);
        }
        let mut seen = Vec::new();
        for chain in l1.iter().chain(&l2) {
            check(chain)?;
            if seen.contains(&chain.chain_id) {
                return Err(GenesisSetError::Twice { chain_id: chain.chain_id });
            }
            seen.push(chain.chain_id);
        }
        match expiry_window {
            Some(seconds) if !(1..=MESSAGE_EXPIRY_WINDOW).contains(&seconds) => {
                Err(GenesisSetError::ExpiryWindow { seconds })
            }
            _ => Ok(Self { l1, l2, expiry_window }),
        }
    }

    /// The chains in ascending order of their ids, the L1 first.
    pub fn chains(&self) -> impl Iterator<Item = &GenesisConfig> {
        self.l1.iter().chain(&self.l2)
    }

    /// The L2 chains, as a dependency set.
    pub fn dependency_set(&self) -> ChainSet {
        let chain_ids = self.l2.iter().map(|chain| U256::from(chain.chain_id)).collect();
        ChainSet { chain_ids, expiry_window: self.expiry_window }
    }
}

fn check(chain: &GenesisConfig) -> Result<(), GenesisSetError> {
    let GenesisConfig { chain_id, gas_limit, .. } = *chain;
    if !(1..=MAX_CHAIN_ID).contains(&chain_id) {
        return Err(GenesisSetError::ChainId { chain_id });
    }
    if gas_limit < MIN_GAS_LIMIT {
        return Err(GenesisSetError::GasLimit { gas_limit });
    }
    if chain.base_fee == 0 {
        return Err(GenesisSetError::BaseFee);
    }
    if matches!(chain.kind, ChainKind::L2 { proxy_admin_owner: Address::ZERO, .. }) {
        return Err(GenesisSetError::Owner);
    }
    let mut accounts: Vec<_> = chain.accounts.iter().map(|(account, _)| *account).collect();
    accounts.sort_unstable();
    match accounts.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(&[account, _]) => Err(GenesisSetError::FundedTwice { account }),
        _ => Ok(()),
    }
}
