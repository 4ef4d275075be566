//! What the accounts have: asked of the nodes now and then, beside everything else.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use alloy::{
    primitives::{Address, U256},
    providers::{DynProvider, Provider},
};
use causeway_chain::{ConnectOptions, Endpoints, connect};
use futures::{StreamExt, stream};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

/// How often nodes are asked.
const PERIOD: Duration = Duration::from_secs(30);
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many are asked at once.
const AT_ONCE: usize = 4;

/// The balances that nodes told last; one that does not answer any more keeps its last word for nobody.
#[derive(Debug, Default)]
pub(super) struct Balances(Mutex<BTreeMap<(u64, Address), U256>>);

impl Balances {
    pub(super) fn get(&self, chain_id: u64, account: Address) -> Option<U256> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(chain_id, account)).copied()
    }

    /// Asks until told to stop.
    pub(super) async fn watch(
        &self,
        chains: Vec<(u64, Endpoints)>,
        accounts: Vec<Address>,
        stop: CancellationToken,
    ) {
        let options = ConnectOptions { request_timeout: PATIENCE, read_retries: 0, ..Default::default() };
        let providers: Vec<_> = chains
            .iter()
            .filter_map(|(id, endpoints)| Some((*id, connect(endpoints, &options).ok()?)))
            .collect();
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => self.ask(&providers, &accounts).await,
            }
        }
    }

    async fn ask(&self, providers: &[(u64, DynProvider)], accounts: &[Address]) {
        let mut questions = Vec::new();
        for (chain_id, provider) in providers {
            questions.extend(accounts.iter().map(|account| balance(*chain_id, provider.clone(), *account)));
        }
        let known =
            stream::iter(questions).buffer_unordered(AT_ONCE).filter_map(std::future::ready).collect().await;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

async fn balance(chain_id: u64, provider: DynProvider, account: Address) -> Option<((u64, Address), U256)> {
    let balance = timeout(PATIENCE, async { provider.get_balance(account).await }).await;
    Some(((chain_id, account), balance.ok()?.ok()?))
}
