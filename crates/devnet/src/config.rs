use crate::AnvilBinary;
use alloy::primitives::U256;
use causeway_deploy::Namespace;
use causeway_interop::{DependencySet, DependencySetError, MESSAGE_EXPIRY_WINDOW, Member, SameTimestamp};
use causeway_verifier::BuildInfo;
use serde::{Deserialize, Serialize};
use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

/// The id of the L1 chain.
pub const L1_CHAIN_ID: u64 = 900;
/// The id of the first L2 chain; the others follow.
pub const FIRST_L2_CHAIN_ID: u64 = 901;

/// Which layer a chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChainKind {
    /// The chain that the others settle on. It has no interop.
    L1,
    /// An OP Stack chain with interop.
    L2,
}

/// What a devnet is made of.
#[derive(Clone, Debug)]
pub struct DevnetConfig {
    /// The program that runs each chain, see [`find_anvil`](crate::find_anvil).
    pub anvil: AnvilBinary,
    /// How many L2 chains there are, at least one: 901, 902, ...
    pub l2_count: u16,
    /// Seconds between L2 blocks; 0 mines a block for each transaction.
    pub block_time: u64,
    /// Seconds between L1 blocks; 0 mines a block for each transaction.
    pub l1_block_time: u64,
    /// Whether every address that an OP Stack chain keeps for predeploys has a proxy, as on public chains, in place of the code
    /// that refuses with a reason where a predeploy is not there.
    pub full_namespace: bool,
    /// The address that all ports are on.
    pub host: IpAddr,
    /// The port of the L1; 0 takes a free one.
    pub l1_port: u16,
    /// The port of the first L2, the others follow; 0 takes free ones.
    pub l2_starting_port: u16,
    /// The port of the admin API; 0 takes a free one.
    pub admin_port: u16,
    /// The L2 chains that accept each other's messages; all of them when not given. A chain that is left out accepts
    /// its own only.
    pub dependency_set: Option<Vec<u64>>,
    /// Seconds after which a message can no longer be executed, at most the protocol's seven days.
    pub expiry_window: u64,
    /// Whether transactions may execute messages of the very second of their block. The protocol allows it, the filter that
    /// others run does not: it stops at a block with one.
    pub same_timestamp: SameTimestamp,
    /// Whether a relayer delivers every message.
    pub autorelay: bool,
    /// The port on which a verifier answers whether messages are valid and blocks safe, if one runs; 0 takes a free one.
    pub verifier_port: Option<u16>,
    /// What that verifier's metrics call the program that it runs in.
    pub build: BuildInfo,
    /// The directory that keeps the chains' state from one run to the next; without one every run starts anew.
    pub state_dir: Option<PathBuf>,
    /// The directory that the network file goes into while the devnet runs; without one there is no such file.
    pub network_dir: Option<PathBuf>,
}

impl DevnetConfig {
    /// The defaults that OP Stack users know: an L1 at 8545, two L2 chains from 9545 on, the admin API at 8420.
    pub fn new(anvil: AnvilBinary) -> Self {
        Self {
            anvil,
            l2_count: 2,
            block_time: 2,
            l1_block_time: 12,
            full_namespace: false,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            l1_port: 8545,
            l2_starting_port: 9545,
            admin_port: 8420,
            dependency_set: None,
            expiry_window: MESSAGE_EXPIRY_WINDOW,
            same_timestamp: SameTimestamp::Forbidden,
            autorelay: false,
            verifier_port: None,
            build: BuildInfo::default(),
            state_dir: None,
            network_dir: None,
        }
    }

    /// Takes free ports everywhere, for tests and for devnets next to each other.
    #[must_use]
    pub const fn with_free_ports(mut self) -> Self {
        (self.l1_port, self.l2_starting_port, self.admin_port) = (0, 0, 0);
        if self.verifier_port.is_some() {
            self.verifier_port = Some(0);
        }
        self
    }

    /// What stands where no contract does.
    pub(crate) const fn namespace(&self) -> Namespace {
        if self.full_namespace { Namespace::Full } else { Namespace::Refusals }
    }

    /// The ids of the L2 chains.
    pub(crate) fn l2_chain_ids(&self) -> impl Iterator<Item = u64> + Clone + use<> {
        (FIRST_L2_CHAIN_ID..).take(self.l2_count.into())
    }

    /// Who accepts whose messages, as the rules want to know it.
    pub(crate) fn dependencies(&self) -> Result<DependencySet, DependencySetError> {
        let member = Member { activation: 0, block_time: self.block_time };
        let mut builder = DependencySet::builder().expiry_window(self.expiry_window);
        for chain_id in self.l2_chain_ids() {
            builder = builder.chain(U256::from(chain_id), member);
            if let Some(set) = &self.dependency_set {
                let sources = if set.contains(&chain_id) { set.as_slice() } else { &[] };
                builder = builder.restrict(U256::from(chain_id), sources.iter().copied().map(U256::from));
            }
        }
        // Chains of the list that do not run are found even when nobody accepts them.
        if let Some(unknown) =
            self.dependency_set.iter().flatten().find(|id| !self.l2_chain_ids().any(|l2| l2 == **id))
        {
            return Err(DependencySetError::UnknownChain { chain_id: U256::from(*unknown) });
        }
        builder.build()
    }
}

/// The name of a chain: `l1`, then `OPChainA` to `OPChainZ`, `OPChainAA` and so on.
pub(crate) fn chain_name(chain_id: u64) -> String {
    let Some(mut index) = chain_id.checked_sub(FIRST_L2_CHAIN_ID) else { return "l1".to_owned() };
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(index % 26).unwrap_or_default()));
        match index / 26 {
            0 => break,
            rest => index = rest - 1,
        }
    }
    let letters: String = letters.iter().rev().collect();
    format!("OPChain{letters}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn names_never_run_out() {
        let names = [900, 901, 902, 926, 927, 952, 953, 1000].map(chain_name);
        assert_eq!(
            names,
            ["l1", "OPChainA", "OPChainB", "OPChainZ", "OPChainAA", "OPChainAZ", "OPChainBA", "OPChainCV"]
        );
    }

    #[test]
    fn dependency_set_is_a_mesh_or_the_list() {
        let mut config = DevnetConfig::new(AnvilBinary::new(Path::new("anvil")));
        config.l2_count = 3;
        let [a, b, c] = [901, 902, 903].map(U256::from);
        let set = config.dependencies().unwrap();
        assert!(set.can_execute(a, b) && set.can_execute(c, a) && set.can_execute(b, b));

        config.dependency_set = Some(vec![901, 902]);
        let set = config.dependencies().unwrap();
        assert!(set.can_execute(a, b) && set.can_execute(b, a) && set.can_execute(c, c));
        assert!(!set.can_execute(a, c) && !set.can_execute(c, a));

        config.dependency_set = Some(vec![]);
        assert!(!config.dependencies().unwrap().can_execute(a, b));
        config.dependency_set = Some(vec![901, 999]);
        let unknown = DependencySetError::UnknownChain { chain_id: U256::from(999) };
        assert_eq!(config.dependencies(), Err(unknown));
    }
}
