use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use alloy::primitives::{Address, U256};
use causeway_interop::SafetyLevel;
use causeway_store::{ErrandKind, ErrandState, MessageRecord, MessageStatus, Store, StoreError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    ApiConfig, Control,
    accounts::Account,
    balances::Balances,
    journal::Journal,
    metrics::{Levels, Metrics},
    observer::Observer,
    sample::{Sample, Sampler},
    streams::Streams,
    view::{Outlook, Resending, Signers, Standing, Unsettled, news, status_of},
};
use crate::RelayerEvent;
use crate::engine::{Policy, Prospect};

/// How long what the newest block of a chain says of the time is good for.
const CLOCK_AGE: Duration = Duration::from_secs(1);

/// A chain, as it is shown.
#[derive(Clone, Debug)]
pub(super) struct ApiChain {
    pub(super) chain_id: u64,
    pub(super) name: String,
    /// Without what is secret of it.
    pub(super) rpc_url: String,
}

/// What all requests share.
pub(super) struct State {
    pub(super) store: Store,
    pub(super) config: ApiConfig,
    pub(super) journal: Journal,
    pub(super) metrics: Metrics,
    pub(super) sampler: Sampler,
    pub(super) balances: Balances,
    pub(super) streams: Arc<Streams>,
    pub(super) stop: CancellationToken,
    /// Whether the relayer works, rather than only others on the same store.
    active: watch::Sender<bool>,
    /// Whether it is the one of them that tells webhooks: who works for the first chain does.
    telling: watch::Sender<bool>,
    observer: Mutex<Observer>,
    present: Mutex<Present>,
    /// The time on each chain, in seconds, and when that was read.
    clocks: Mutex<BTreeMap<u64, (Instant, Option<u64>)>>,
}

/// The relayer that runs now.
#[derive(Clone, Default)]
pub(super) struct Present {
    pub(super) chains: Vec<ApiChain>,
    pub(super) control: Option<Arc<dyn Control>>,
    pub(super) accounts: Vec<Address>,
}

impl State {
    pub(super) fn new(store: Store, config: ApiConfig, metrics: Metrics, stop: CancellationToken) -> Self {
        let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self {
            journal: Journal::new(format!("{:x}", started.as_micros()), config.remembered_events),
            metrics,
            sampler: Sampler::new(store.clone(), config.max_age, config.expiry_window),
            balances: Balances::default(),
            streams: Arc::new(Streams::new(config.max_streams, config.stream_stay)),
            observer: Mutex::default(),
            present: Mutex::default(),
            clocks: Mutex::default(),
            active: watch::Sender::new(!store.is_shared()),
            telling: watch::Sender::new(!store.is_shared()),
            stop,
            store,
            config,
        }
    }

    /// Another relayer runs from now on.
    pub(super) fn begin(&self, present: Present) {
        let ids: Vec<_> = present.chains.iter().map(|chain| chain.chain_id).collect();
        self.metrics.begin(ids.iter().copied());
        self.observer().begin(ids);
        self.rest();
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = present;
    }

    /// Takes an event in.
    pub(super) fn hear(&self, event: &RelayerEvent) {
        match event {
            RelayerEvent::Active => drop(self.active.send_replace(true)),
            RelayerEvent::ChainTaken { chain_id } if self.is_first(*chain_id) => {
                self.telling.send_replace(true);
            }
            RelayerEvent::ChainLeft { chain_id, .. } if self.is_first(*chain_id) => {
                self.telling.send_replace(false);
            }
            // By the time that it is back, another one may work.
            RelayerEvent::StandingBy { .. } | RelayerEvent::StoreUnwell { .. } => self.rest(),
            _ => {}
        }
        self.learn(event);
        let measure = self.observer().hear(event, Instant::now());
        self.metrics.count(event, measure);
        let (name, value) = news(event, SystemTime::now());
        self.journal.push(name, value.to_string());
    }

    /// Of a message that another relayer saw, when that was.
    fn learn(&self, event: &RelayerEvent) {
        if let RelayerEvent::Submitted { message_hash, destination, .. }
        | RelayerEvent::Delivered { message_hash, destination, .. } = event
            && let Some(at) = self.present().control.and_then(|control| control.learned(*message_hash))
        {
            self.observer().learn(*message_hash, *destination, at);
        }
    }

    /// Nothing is done here, if there may be others who do it.
    fn rest(&self) {
        self.active.send_replace(!self.store.is_shared());
        self.telling.send_replace(!self.store.is_shared());
    }

    fn is_first(&self, chain_id: u64) -> bool {
        self.chain_ids().into_iter().min() == Some(chain_id)
    }

    /// So many events were too fast.
    pub(super) fn missed(&self, count: u64) {
        self.metrics.dropped(count);
        self.journal.skip(count);
    }

    /// The relayer that this controls has ended; another one may run already.
    pub(super) fn end(&self, control: &Arc<dyn Control>) {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        if present.control.as_ref().is_some_and(|current| Arc::ptr_eq(current, control)) {
            present.control = None;
            self.rest();
        }
    }

    /// Whether the relayer works now, and when that changes.
    pub(super) fn active(&self) -> watch::Receiver<bool> {
        self.active.subscribe()
    }

    /// Whether it is the one of several that does what has to be done once, and when that changes.
    pub(super) fn telling(&self) -> watch::Receiver<bool> {
        self.telling.subscribe()
    }

    pub(super) fn observer(&self) -> MutexGuard<'_, Observer> {
        self.observer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn present(&self) -> Present {
        self.present.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn chain_ids(&self) -> Vec<u64> {
        self.present().chains.iter().map(|chain| chain.chain_id).collect()
    }

    /// What is said of a message.
    pub(super) async fn standing(&self, record: &MessageRecord) -> Standing {
        status_of(record, self.clock_of_destination(record).await, self.config.expiry_window)
    }

    /// What is known of a message beside its record.
    pub(super) async fn outlook(&self, record: &MessageRecord, standing: Standing) -> Outlook {
        let ApiConfig { expiry_window, signing_margin: expiry_margin, .. } = self.config;
        let policy = Policy { expiry_window, expiry_margin, ..Policy::default() };
        let now = self.clock_of_destination(record).await;
        let sent_at = record.initiation.map(|initiation| initiation.identifier.timestamp);
        let is_late = now.zip(sent_at).is_some_and(|(now, sent_at)| sent_at < policy.late_before(now));
        // What is delivered, or on its way, waits for nothing that a lane could tell.
        let present = self.present();
        let control = present.control.as_ref().filter(|_| standing.is_waiting());
        let prospect = match control {
            Some(control) => control.prospect(record).await,
            None => None,
        };
        let unsettled = self.unsettled(record);
        let resending =
            if standing == Standing::Expired { self.resending(record).await } else { Resending::Unknown };
        let observer = self.observer();
        let doubt = observer.chains().get(&record.source).and_then(|source| source.unlabelled.clone());
        let destination = u64::try_from(record.sent.destination).ok();
        let state = destination.and_then(|id| observer.chains().get(&id));
        Outlook {
            is_relayed: observer.is_relayed(record.source, record.sent.destination),
            is_late,
            unsettled: unsettled.map(|(level, number)| Unsettled { level, number, doubt }),
            broke: destination.map(|id| self.broke(id, &present, &observer)).unwrap_or_default(),
            signers: destination.map(|id| self.signers(id, &present, &observer)).unwrap_or_default(),
            trouble: state.and_then(|state| state.reason()).map(str::to_owned),
            failure: observer.failure(record.hash).cloned(),
            standing_by: observer.standing_by().map(str::to_owned),
            prospect,
            resending,
        }
    }

    /// Whether a message that expired is sent again by itself.
    async fn resending(&self, record: &MessageRecord) -> Resending {
        let (present, source) = (self.present(), record.source);
        let Some(control) = present.control else { return Resending::Unknown };
        let destination = u64::try_from(record.sent.destination).ok();
        let is_wanted = destination.is_some_and(|id| control.resends(source, id));
        if !is_wanted || record.status == MessageStatus::Skipped {
            return Resending::Never;
        }
        if let Some(Prospect::Filtered { reason }) = control.prospect(record).await {
            return Resending::Filtered { reason };
        }
        let Ok(past) = self.store.errands_for(source, ErrandKind::Resend, record.hash).await else {
            return Resending::Unknown;
        };
        if past.iter().any(|errand| errand.state == ErrandState::Open) {
            return Resending::OnItsWay;
        }
        let window = Duration::from_secs(self.config.expiry_window);
        match self.store.has_errand_within(source, ErrandKind::Resend, record.hash, window).await {
            Ok(true) => Resending::Once,
            Ok(false) => match self.observer().resends().held(source) {
                Some(reason) => Resending::Held { reason: reason.to_owned() },
                None => Resending::Due,
            },
            Err(_) => Resending::Unknown,
        }
    }

    /// The accounts with what they have, if none of them can pay on this chain.
    fn broke(&self, chain_id: u64, present: &Present, observer: &Observer) -> Vec<(Address, Option<U256>)> {
        let accounts = present.accounts.iter();
        if accounts.clone().any(|account| self.is_funded(chain_id, *account, present, observer)) {
            return Vec::new();
        }
        accounts.map(|account| (*account, self.balances.get(chain_id, *account))).collect()
    }

    /// Whether an account can pay on a chain, as far as is known. Where nothing is delivered it pays nothing.
    fn is_funded(&self, chain_id: u64, account: Address, present: &Present, observer: &Observer) -> bool {
        let pays = present.control.as_ref().is_none_or(|control| control.is_destination(chain_id));
        let is_empty = pays && self.balances.get(chain_id, account) == Some(U256::ZERO);
        observer.accounts().is_funded(chain_id, account, is_empty)
    }

    /// Which accounts do not sign on this chain.
    fn signers(&self, chain_id: u64, present: &Present, observer: &Observer) -> Signers {
        let trouble = |account: &Address| observer.accounts().trouble(chain_id, *account);
        let accounts = present.accounts.iter();
        let unwell = accounts.clone().filter_map(|account| Some((*account, trouble(account)?.clone())));
        let can = |account: &Address| {
            trouble(account).is_none() && self.is_funded(chain_id, *account, present, observer)
        };
        Signers { unwell: unwell.collect(), has_other: accounts.clone().any(can) }
    }

    /// How safe the message's block has to become, and its number, if it is not so safe.
    fn unsettled(&self, record: &MessageRecord) -> Option<(SafetyLevel, u64)> {
        let number = record.initiation?.identifier.block_number;
        let destination = u64::try_from(record.sent.destination).ok()?;
        let (level, up_to) = self.present().control?.safety(record.source, destination);
        let is_settled = level == SafetyLevel::Unsafe || up_to.is_some_and(|up_to| number <= up_to);
        (!is_settled).then_some((level, number))
    }

    async fn clock_of_destination(&self, record: &MessageRecord) -> Option<u64> {
        self.clock(u64::try_from(record.sent.destination).ok()?).await
    }

    /// The time on a chain as its newest known block has it.
    async fn clock(&self, chain_id: u64) -> Option<u64> {
        let clocks = || self.clocks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, time)) = clocks().get(&chain_id)
            && at.elapsed() < CLOCK_AGE
        {
            return *time;
        }
        let heads = self.store.heads(&[chain_id]).await.ok()?;
        let time = heads.get(&chain_id).map(|head| head.timestamp);
        clocks().insert(chain_id, (Instant::now(), time));
        time
    }

    /// What the store says of the whole.
    pub(super) async fn sample(&self) -> Result<Sample, StoreError> {
        self.sampler.sample(&self.chain_ids()).await
    }

    /// How it all stands, for the metrics.
    pub(super) async fn levels(&self) -> Levels {
        let sample = self.sample().await;
        let sample =
            sample.inspect_err(|error| tracing::warn!(%error, "the store does not tell how it stands"));
        let sample = sample.ok();
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let (chains, has_stale_list, other_signers) = {
            let observer = self.observer();
            (observer.chains().clone(), observer.has_stale_list(), observer.accounts().signers().collect())
        };
        let nobodys = self.present().control.map(|control| control.nobodys()).unwrap_or_default();
        Levels {
            is_active: *self.active.borrow(),
            nobodys,
            has_stale_list,
            chains,
            other_signers,
            accounts: self.accounts(&sample.clone().unwrap_or_default()),
            sample,
            expiry_window: self.config.expiry_window,
            streams: self.streams.count(),
            now: now.as_secs(),
        }
    }

    /// How the accounts stand on the chains.
    pub(super) fn accounts(&self, sample: &Sample) -> Vec<Account> {
        let present = self.present();
        let observer = self.observer();
        let mut accounts = Vec::new();
        for chain in &present.chains {
            for address in present.accounts.iter().copied() {
                let chain_id = chain.chain_id;
                let balance = self.balances.get(chain_id, address);
                let is_funded = self.is_funded(chain_id, address, &present, &observer);
                let trouble = observer.accounts().trouble(chain_id, address).cloned();
                let account =
                    Account { chain_id, address, balance, is_funded, trouble, in_flight: 0, runway: None };
                accounts.push(account.with(sample, present.accounts.len()));
            }
        }
        accounts
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("config", &self.config).finish_non_exhaustive()
    }
}
