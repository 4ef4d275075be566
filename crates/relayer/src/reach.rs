//! Which chains one of several relayers cannot work for at present, for their nodes are away here.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use alloy::providers::Provider;
use causeway_chain::{ConnectOptions, connect, verify_chain_id};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::RelayChain;

/// What keeps a chain from being worked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) since: Instant,
    /// Its node answers, but nothing can be made of what it says.
    pub(crate) is_halted: bool,
}

/// The chains that are left to others until their nodes answer here.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    out: BTreeSet<u64>,
    probes: JoinSet<u64>,
}

impl Reach {
    /// From now on the chain is others', until its node answers.
    pub(crate) fn lose(&mut self, chain: &RelayChain, options: &ConnectOptions, pause: Duration) {
        if self.out.insert(chain.chain_id) {
            self.probes.spawn(until_it_answers(chain.clone(), options.clone(), pause));
        }
    }

    /// The chains that this relayer cannot work for.
    pub(crate) const fn out(&self) -> &BTreeSet<u64> {
        &self.out
    }

    /// Waits for a chain whose node answers again. Never comes back when there is none. May be dropped at any time.
    pub(crate) async fn regained(&mut self) -> u64 {
        match self.probes.join_next().await {
            Some(Ok(chain)) => {
                self.out.remove(&chain);
                chain
            }
            // A probe neither ends otherwise nor is aborted.
            Some(Err(_)) | None => std::future::pending().await,
        }
    }
}

/// Of those chains that have been in trouble for so long, one that another relayer could work for.
pub(crate) fn hopeless(
    troubled: &BTreeMap<u64, Trouble>,
    rivals: &BTreeSet<u64>,
    patience: Duration,
    now: Instant,
) -> Option<(u64, Trouble)> {
    let is_hopeless = |(chain, trouble): &(&u64, &Trouble)| {
        rivals.contains(chain) && now.duration_since(trouble.since) >= patience
    };
    troubled.iter().find(is_hopeless).map(|(chain, trouble)| (*chain, *trouble))
}

async fn until_it_answers(chain: RelayChain, options: ConnectOptions, pause: Duration) -> u64 {
    loop {
        sleep(pause).await;
        let Ok(provider) = connect(&chain.endpoints, &options) else { continue };
        let is_its_own = verify_chain_id(&provider, chain.chain_id).await.is_ok();
        if is_its_own && provider.get_block_number().await.is_ok() {
            return chain.chain_id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_left_when_its_node_is_away_for_long_and_another_one_is_there() {
        let (start, patience) = (Instant::now(), Duration::from_secs(30));
        let trouble = Trouble { since: start, is_halted: false };
        let (later, troubled) = (start + patience, [(1, trouble), (2, trouble)].into());
        assert_eq!(hopeless(&troubled, &[2, 3].into(), patience, later), Some((2, trouble)));
        assert_eq!(hopeless(&troubled, &[].into(), patience, later), None, "nobody else could");
        assert_eq!(hopeless(&troubled, &[2].into(), patience, later - Duration::from_secs(1)), None);
        assert_eq!(hopeless(&BTreeMap::new(), &[2].into(), patience, later), None);
    }
}
