use alloy::primitives::{Address, U256};

/// What a chain is when it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenesisConfig {
    /// Chain id.
    pub chain_id: u64,
    /// Which contracts the chain holds.
    pub kind: ChainKind,
    /// Time of the genesis block, in seconds since the epoch.
    pub timestamp: u64,
    /// Accounts and the balance, in wei, that each is given on top of what a contract at that address holds.
    pub accounts: Vec<(Address, U256)>,
    /// Gas limit of a block.
    pub gas_limit: u64,
    /// Base fee of the genesis block, in wei.
    pub base_fee: u128,
}

/// The contracts that a chain holds from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainKind {
    /// A chain that others settle on: Multicall3 and the deterministic deployment proxy.
    L1,
    /// An OP Stack chain with interop: the predeploys and every preinstall.
    L2 {
        /// Owner of the ProxyAdmin, who may upgrade the predeploys.
        proxy_admin_owner: Address,
        /// Whether the open-mint token of devnets is there too. Not for a chain whose tokens are worth something.
        devnet_token: bool,
    },
}

impl GenesisConfig {
    /// Gas limit of a block unless set otherwise.
    pub const GAS_LIMIT: u64 = 30_000_000;

    /// Base fee of the genesis block unless set otherwise: 1 gwei.
    ///
    /// More than zero, since `CrossL2Inbox` tells deposits from user transactions by their gas price of zero, which
    /// a positive base fee forbids to users.
    pub const BASE_FEE: u128 = 1_000_000_000;

    /// An L1 chain that starts at the epoch, without funded accounts.
    pub const fn l1(chain_id: u64) -> Self {
        Self::new(chain_id, ChainKind::L1)
    }

    /// An L2 chain of a devnet (the token included) that starts at the epoch, without funded accounts.
    pub const fn l2(chain_id: u64, proxy_admin_owner: Address) -> Self {
        Self::new(chain_id, ChainKind::L2 { proxy_admin_owner, devnet_token: true })
    }

    /// What anvil needs on its command line besides `--init`, since it does not look for it in the genesis: the chain
    /// id that its unlocked accounts sign for, the network, which decides about deposit transactions, and the fork.
    pub fn anvil_args(&self) -> Vec<String> {
        let fork: &[_] = match self.kind {
            ChainKind::L1 => &["--hardfork", "prague"],
            ChainKind::L2 { .. } => &["--network", "optimism", "--hardfork", "isthmus"],
        };
        let id = ["--chain-id".to_owned(), self.chain_id.to_string()];
        id.into_iter().chain(fork.iter().copied().map(str::to_owned)).collect()
    }

    const fn new(chain_id: u64, kind: ChainKind) -> Self {
        Self {
            chain_id,
            kind,
            timestamp: 0,
            accounts: Vec::new(),
            gas_limit: Self::GAS_LIMIT,
            base_fee: Self::BASE_FEE,
        }
    }
}
