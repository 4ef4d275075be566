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
    /// An OP Stack chain: the proxies of the predeploys, their ProxyAdmin, and every preinstall.
    L2 {
        /// Owner of the ProxyAdmin, who may upgrade the predeploys.
        proxy_admin_owner: Address,
        /// Whether interop is there from the start: the implementations of its predeploys, and the liquidity of ether.
        /// Without it, it is a chain as it stands before its upgrade.
        interop: bool,
        /// Whether the batcher and the ERC-7786 gateway are there, which anybody may also create later, at the same
        /// addresses.
        helpers: bool,
        /// Whether the open-mint token of devnets is there too. Not for a chain whose tokens are worth something.
        devnet_token: bool,
        /// What stands where no contract of ours does.
        namespace: Namespace,
    },
}

/// What stands at those of the 2,048 addresses 0x4200…0000 to 07FF that no contract of ours fills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Namespace {
    /// In the places of the OP Stack's other predeploys code that refuses every call and transfer with a reason, and
    /// nothing elsewhere. Small, and kind to whoever looks for L1Block on a devnet.
    #[default]
    Refusals,
    /// A proxy without implementation, which the ProxyAdmin administers, as on public chains: whoever has the OP Stack's
    /// contracts puts them behind it. And one wei at each of the addresses 0 to 0xff, likewise.
    Full,
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
        let (interop, helpers, devnet_token) = (true, true, true);
        let namespace = Namespace::Refusals;
        Self::new(chain_id, ChainKind::L2 { proxy_admin_owner, interop, helpers, devnet_token, namespace })
    }

    /// An L2 chain for other tools, as a public one starts: with the whole namespace and interop, without a token and
    /// funded accounts, at the epoch.
    pub const fn public_l2(chain_id: u64, proxy_admin_owner: Address) -> Self {
        let (interop, helpers, devnet_token) = (true, true, false);
        let namespace = Namespace::Full;
        Self::new(chain_id, ChainKind::L2 { proxy_admin_owner, interop, helpers, devnet_token, namespace })
    }

    /// The same chain before its upgrade to interop: neither the implementations of the interop predeploys nor anything
    /// that needs them, and no liquidity. An L1 stays what it is.
    #[must_use]
    pub const fn before_interop(mut self) -> Self {
        if let ChainKind::L2 { interop, helpers, devnet_token, .. } = &mut self.kind {
            (*interop, *helpers, *devnet_token) = (false, false, false);
        }
        self
    }

    /// What anvil needs on its command line besides `--init`, since it does not look for it in the genesis: the chain
    /// id that its unlocked accounts sign for, the network, which decides about deposit transactions, the fork, and a gas
    /// limit that is not the default.
    pub fn anvil_args(&self) -> Vec<String> {
        let fork: &[_] = match self.kind {
            ChainKind::L1 => &["--hardfork", "prague"],
            ChainKind::L2 { .. } => &["--network", "optimism", "--hardfork", "isthmus"],
        };
        let id = ["--chain-id".to_owned(), self.chain_id.to_string()];
        // It does not look for this one in the genesis either, and has the same default.
        let gas_limit = (self.gas_limit != Self::GAS_LIMIT)
            .then(|| ["--gas-limit".to_owned(), self.gas_limit.to_string()]);
        id.into_iter()
            .chain(fork.iter().copied().map(str::to_owned))
            .chain(gas_limit.into_iter().flatten())
            .collect()
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
