//! What the store says of the whole, as of a moment ago: asked for once, however many want to know.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant, SystemTime},
};

use alloy::primitives::{Address, U256};
use causeway_chain::BlockRef;
use causeway_store::{Backlog, CostBy, CostKey, CostTotal, MessageStatus, Store, StoreError};
use tokio::sync::Mutex;

/// What messages can wait for, in the store's words; orphans wait for nothing that is ours.
const WAITING: [MessageStatus; 4] =
    [MessageStatus::Pending, MessageStatus::Submitted, MessageStatus::Failed, MessageStatus::Skipped];

/// What those are called that are too old to be executed.
const EXPIRED: &str = "expired";

/// By how much longer than other numbers those of costs are kept.
const COSTS_AGE: u32 = 6;
/// In seconds.
const HOUR: u64 = 3_600;

/// What the store says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sample {
    /// Whether it takes writes.
    pub(super) is_writable: bool,
    /// The newest block of each chain that was taken in, by whichever relayer reads it.
    pub(super) heads: BTreeMap<u64, BlockRef>,
    /// Every route between the relayer's chains, and those that have undelivered messages, or had.
    pub(super) routes: Vec<RouteLevel>,
    /// What was paid in the last hour, by route, and for no message, by account.
    pub(super) costs: Vec<CostTotal>,
    /// Transactions whose fate is open.
    pub(super) open: BTreeMap<(u64, Address), usize>,
}

/// How a route stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RouteLevel {
    pub(super) source: u64,
    pub(super) destination: U256,
    /// How many messages have each status that is none of the ends; and how many are too old to be executed, which have no
    /// other one.
    pub(super) undelivered: [(&'static str, u64); WAITING.len() + 1],
    /// When the oldest of those was sent that nobody skipped and that is not too old, in seconds as on its chain.
    pub(super) oldest: Option<u64>,
}

/// Asks, at most so often.
#[derive(Debug)]
pub(super) struct Sampler {
    store: Store,
    max_age: Duration,
    /// How long messages can be executed, in seconds.
    expiry_window: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: Option<(Instant, Sample)>,
    /// Routes that had something once: their numbers go to zero, and do not stay as they were.
    known: BTreeSet<(u64, U256)>,
    /// Kept for longer, since each cost is read.
    costs: Option<(Instant, Vec<CostTotal>)>,
}

impl State {
    async fn costs(&mut self, store: &Store, max_age: Duration) -> Result<Vec<CostTotal>, StoreError> {
        if let Some((at, costs)) = &self.costs
            && at.elapsed() < max_age
        {
            return Ok(costs.clone());
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let since = Some(now.saturating_sub(HOUR));
        let mut costs = store.costs(CostBy::Route, since, None).await?;
        costs.extend(store.overheads(since, None).await?);
        // A route that paid nothing for an hour goes to zero, and does not stay as it was.
        for old in self.costs.iter().flat_map(|(_, costs)| costs) {
            if !costs.iter().any(|cost| cost.key == old.key) {
                let (gas, fee) = (0, U256::ZERO);
                let key = old.key.clone();
                costs.push(CostTotal {
                    key,
                    messages: 0,
                    transactions: 0,
                    gas,
                    fee,
                    vain_gas: gas,
                    vain_fee: fee,
                });
            }
        }
        self.costs = Some((Instant::now(), costs.clone()));
        Ok(costs)
    }
}

impl Sample {
    /// What is paid an hour on a chain, in wei.
    pub(super) fn hourly_fee(&self, chain_id: u64) -> U256 {
        let of_chain = |total: &&CostTotal| match total.key {
            CostKey::Route { destination, .. } => destination == U256::from(chain_id),
            CostKey::Account { chain_id: of, .. } => of == chain_id,
            _ => false,
        };
        self.costs.iter().filter(of_chain).map(|total| total.fee).sum()
    }

    pub(super) fn in_flight(&self, chain_id: u64, account: Address) -> usize {
        self.open.get(&(chain_id, account)).copied().unwrap_or_default()
    }
}

impl Sampler {
    pub(super) fn new(store: Store, max_age: Duration, expiry_window: u64) -> Self {
        Self { store, max_age, expiry_window, state: Mutex::default() }
    }

    /// What is known that is not too old; those who ask while it is asked for wait for the same answer.
    pub(super) async fn sample(&self, chains: &[u64]) -> Result<Sample, StoreError> {
        let mut state = self.state.lock().await;
        if let Some((at, sample)) = &state.last
            && at.elapsed() < self.max_age
        {
            return Ok(sample.clone());
        }
        state.last = None;
        let heads = self.store.heads(chains).await?;
        let expired_before =
            heads.iter().map(|(id, head)| (*id, head.timestamp.saturating_sub(self.expiry_window)));
        let backlog = self.store.backlog(&expired_before.collect()).await?;
        let pairs = chains.iter().flat_map(|from| chains.iter().map(move |to| (*from, U256::from(*to))));
        state.known.extend(pairs.filter(|(from, to)| U256::from(*from) != *to));
        state.known.extend(backlog.iter().map(|backlog| (backlog.source, backlog.destination)));
        let sample = Sample {
            is_writable: self.is_writable().await,
            heads,
            routes: state.known.iter().map(|(from, to)| RouteLevel::new(*from, *to, &backlog)).collect(),
            costs: state.costs(&self.store, self.max_age * COSTS_AGE).await?,
            open: self.open(chains).await?,
        };
        state.last = Some((Instant::now(), sample.clone()));
        Ok(sample)
    }

    async fn is_writable(&self) -> bool {
        let checked = self.store.check_writable().await;
        if let Err(error) = &checked {
            tracing::warn!(%error, "the database takes no writes");
        }
        checked.is_ok()
    }

    async fn open(&self, chains: &[u64]) -> Result<BTreeMap<(u64, Address), usize>, StoreError> {
        let mut open = BTreeMap::new();
        for chain_id in chains {
            for attempt in self.store.open_attempts(*chain_id).await? {
                // Versions of one nonce are one transaction.
                let nonces: &mut BTreeSet<u64> = open.entry((*chain_id, attempt.tx.signer)).or_default();
                nonces.insert(attempt.tx.nonce);
            }
        }
        Ok(open.into_iter().map(|(account, nonces)| (account, nonces.len())).collect())
    }
}

impl RouteLevel {
    fn new(source: u64, destination: U256, backlog: &[Backlog]) -> Self {
        let of_route = || backlog.iter().filter(|it| it.source == source && it.destination == destination);
        let sum = |fits: &dyn Fn(&Backlog) -> bool| of_route().filter(|it| fits(it)).map(|it| it.count).sum();
        let mut undelivered = [(EXPIRED, sum(&|it| it.is_expired)); WAITING.len() + 1];
        for (place, status) in undelivered.iter_mut().zip(WAITING) {
            *place = (status.as_str(), sum(&|it| it.status == status && !it.is_expired));
        }
        let counts = |it: &&Backlog| {
            WAITING.contains(&it.status) && it.status != MessageStatus::Skipped && !it.is_expired
        };
        Self {
            source,
            destination,
            undelivered,
            oldest: of_route().filter(counts).filter_map(|it| it.oldest).min(),
        }
    }

    /// How many messages of the route are not delivered.
    pub(super) fn total(&self) -> u64 {
        self.undelivered.iter().map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_or_has_expired_makes_no_route_old() {
        let destination = U256::from(902);
        let of = |status, count, oldest| Backlog {
            source: 901,
            destination,
            status,
            is_expired: false,
            count,
            oldest,
        };
        let backlog = [
            of(MessageStatus::Pending, 2, Some(20)),
            of(MessageStatus::Skipped, 1, Some(10)),
            of(MessageStatus::Orphaned, 5, None),
            Backlog { is_expired: true, ..of(MessageStatus::Pending, 3, Some(1)) },
            Backlog { is_expired: true, ..of(MessageStatus::Failed, 1, Some(2)) },
            Backlog { source: 903, ..of(MessageStatus::Pending, 7, Some(1)) },
        ];
        let level = RouteLevel::new(901, destination, &backlog);
        assert_eq!((level.total(), level.oldest), (7, Some(20)));
        let counts = [("pending", 2), ("submitted", 0), ("failed", 0), ("skipped", 1), ("expired", 4)];
        assert_eq!(level.undelivered, counts);
    }

    #[tokio::test]
    async fn quiet_routes_are_there_with_zeros() {
        let sampler = Sampler::new(Store::in_memory().await.unwrap(), Duration::ZERO, 0);
        let sample = sampler.sample(&[901, 902]).await.unwrap();
        assert!(sample.is_writable);
        let routes: Vec<_> = sample.routes.iter().map(|it| (it.source, it.destination.to::<u64>())).collect();
        assert_eq!(routes, [(901, 902), (902, 901)]);
    }
}
