//! What can be told of a relayer from its events alone: how its chains stand, and how long messages take.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use alloy::primitives::{B256, U256};

use super::{
    chain_state::{ChainState, News},
    payers::Payers,
    resends::Resends,
};
use crate::{RelayerEvent, recent::Recent};

/// How a message failed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LastFailure {
    pub(super) reason: String,
    /// The block after which it is tried again; `None` when it was given up.
    pub(super) retry_after_block: Option<u64>,
}

/// Something that took time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// From the log seen to the node's acceptance.
    Submission { destination: u64, took: Duration },
    /// From the log seen to the delivery seen.
    Delivery { destination: u64, took: Duration },
}

/// Listens. Pure: the clock is given.
#[derive(Debug, Default)]
pub(super) struct Observer {
    chains: BTreeMap<u64, ChainState>,
    accounts: Payers,
    resends: Resends,
    /// When messages were seen that are not delivered, and whether they were submitted.
    seen: Recent<B256, (Instant, bool)>,
    failures: Recent<B256, LastFailure>,
    /// Who works while this relayer stands by.
    standing_by: Option<String>,
    /// The screening list in its file cannot be read. That outlives the relayer, which is told once.
    has_stale_list: bool,
}

impl Observer {
    /// A relayer begins on these chains: of the one before nothing holds any more.
    pub(super) fn begin(&mut self, chains: impl IntoIterator<Item = u64>) {
        *self = Self {
            accounts: std::mem::take(&mut self.accounts).anew(),
            chains: chains.into_iter().map(|id| (id, ChainState::default())).collect(),
            has_stale_list: self.has_stale_list,
            ..Self::default()
        };
    }

    /// The same on a store that is shared: what this relayer works for it is told next.
    fn begin_elsewhere(&mut self) {
        self.begin(self.chains.keys().copied().collect::<Vec<_>>());
        self.chains.values_mut().for_each(|chain| *chain = ChainState::ELSEWHERE);
    }

    /// Takes an event in.
    pub(super) fn hear(&mut self, event: &RelayerEvent, now: Instant) -> Option<Measure> {
        self.accounts.hear(event);
        self.resends.hear(event);
        self.hear_of_chain(event);
        match event {
            RelayerEvent::Seen { message_hash, source, destination, .. } => {
                // What is read of history was not waited for.
                if self.is_live(*source) && u64::try_from(*destination).is_ok_and(|id| self.is_live(id)) {
                    self.seen.insert(*message_hash, (now, false));
                }
                None
            }
            RelayerEvent::Submitted { message_hash, destination, .. } => {
                self.failures.remove(message_hash);
                let (at, was_submitted) = self.seen.get_mut(message_hash)?;
                let took = now.saturating_duration_since(*at);
                (!std::mem::replace(was_submitted, true))
                    .then_some(Measure::Submission { destination: *destination, took })
            }
            RelayerEvent::Delivered { message_hash, destination, .. } => {
                self.failures.remove(message_hash);
                let (at, _) = self.seen.remove(message_hash)?;
                Some(Measure::Delivery { destination: *destination, took: now.saturating_duration_since(at) })
            }
            RelayerEvent::DeliveredEarlier { message_hash, .. }
            | RelayerEvent::Orphaned { message_hash, .. }
            | RelayerEvent::Expired { message_hash, .. } => {
                self.failures.remove(message_hash);
                self.seen.remove(message_hash);
                None
            }
            RelayerEvent::TakenUp { message_hash, .. } | RelayerEvent::Undelivered { message_hash, .. } => {
                self.failures.remove(message_hash);
                None
            }
            RelayerEvent::Postponed { message_hash, reason, retry_after_block, .. } => {
                let (reason, retry_after_block) = (reason.clone(), Some(*retry_after_block));
                self.failures.insert(*message_hash, LastFailure { reason, retry_after_block });
                None
            }
            RelayerEvent::Failed { message_hash, reason, retry_after_block, .. } => {
                let (reason, retry_after_block) = (reason.clone(), *retry_after_block);
                self.failures.insert(*message_hash, LastFailure { reason, retry_after_block });
                None
            }
            _ => None,
        }
    }

    fn hear_of_chain(&mut self, event: &RelayerEvent) {
        match event {
            RelayerEvent::StoreUnwell { .. } => self.chains.values_mut().for_each(ChainState::lose_store),
            RelayerEvent::StoreWell => self.chains.values_mut().for_each(ChainState::regain_store),
            // What is the others' business is not known here.
            RelayerEvent::StandingBy { holder } => {
                self.begin_elsewhere();
                self.standing_by = Some(holder.clone());
            }
            RelayerEvent::ScreeningUnread { .. } => self.has_stale_list = true,
            RelayerEvent::ScreeningRead { .. } => self.has_stale_list = false,
            RelayerEvent::Active => self.begin_elsewhere(),
            event => {
                if let Some((chain_id, news)) = News::of(event) {
                    self.chains.entry(chain_id).or_default().hear(news);
                }
            }
        }
    }

    /// How the chains stand.
    pub(super) const fn chains(&self) -> &BTreeMap<u64, ChainState> {
        &self.chains
    }

    /// Who works while this relayer stands by.
    pub(super) fn standing_by(&self) -> Option<&str> {
        self.standing_by.as_deref()
    }

    /// Whether an older screening list counts than the one that stands in its file.
    pub(super) const fn has_stale_list(&self) -> bool {
        self.has_stale_list
    }

    /// What was heard of the accounts.
    pub(super) const fn accounts(&self) -> &Payers {
        &self.accounts
    }

    /// What was heard of messages that are to be sent again.
    pub(super) const fn resends(&self) -> &Resends {
        &self.resends
    }

    /// How a message failed last.
    pub(super) fn failure(&self, message: B256) -> Option<&LastFailure> {
        self.failures.get(&message)
    }

    /// Whether messages go between these chains here.
    pub(super) fn is_relayed(&self, source: u64, destination: U256) -> bool {
        let destination = u64::try_from(destination).ok();
        self.chains.contains_key(&source) && destination.is_some_and(|id| self.chains.contains_key(&id))
    }

    /// A message was seen then by another relayer, which reads its source. What was seen here is known better.
    pub(super) fn learn(&mut self, message: B256, destination: u64, at: Instant) {
        if self.is_live(destination) && self.seen.get(&message).is_none() {
            self.seen.insert(message, (at, false));
        }
    }

    fn is_live(&self, chain_id: u64) -> bool {
        self.chains.get(&chain_id).is_some_and(ChainState::is_followed)
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::Address;

    use super::*;
    use crate::Left;

    const SECOND: Duration = Duration::from_secs(1);

    fn seen(byte: u8) -> RelayerEvent {
        let (message_hash, tx_hash) = (B256::repeat_byte(byte), B256::ZERO);
        RelayerEvent::Seen { message_hash, source: 901, destination: U256::from(902), tx_hash }
    }

    fn submitted(byte: u8) -> RelayerEvent {
        let (message_hash, tx_hash) = (B256::repeat_byte(byte), B256::ZERO);
        RelayerEvent::Submitted { message_hash, destination: 902, tx_hash, signer: Address::ZERO, nonce: 0 }
    }

    fn delivered(byte: u8) -> RelayerEvent {
        let (message_hash, tx_hash) = (B256::repeat_byte(byte), B256::ZERO);
        RelayerEvent::Delivered { message_hash, destination: 902, tx_hash, block_number: 1 }
    }

    fn live() -> Observer {
        let mut observer = Observer::default();
        observer.begin([901, 902]);
        for chain_id in [901, 902] {
            observer.hear(&RelayerEvent::CaughtUp { chain_id, block_number: 7 }, Instant::now());
        }
        observer
    }

    #[test]
    fn a_message_is_timed_from_its_log() {
        let (mut observer, start) = (live(), Instant::now());
        assert_eq!(observer.hear(&seen(1), start), None);
        let took = Some(Measure::Submission { destination: 902, took: SECOND });
        assert_eq!(observer.hear(&submitted(1), start + SECOND), took);
        assert_eq!(observer.hear(&submitted(1), start + 2 * SECOND), None, "a second version");
        let took = Some(Measure::Delivery { destination: 902, took: 3 * SECOND });
        assert_eq!(observer.hear(&delivered(1), start + 3 * SECOND), took);
        assert_eq!(observer.hear(&delivered(1), start + 4 * SECOND), None);
    }

    #[test]
    fn a_message_that_another_relayer_saw_is_timed_from_there() {
        let (mut observer, start) = (live(), Instant::now());
        let message = B256::repeat_byte(1);
        observer.learn(message, 902, start);
        let took = Some(Measure::Submission { destination: 902, took: SECOND });
        assert_eq!(observer.hear(&submitted(1), start + SECOND), took);
        observer.learn(message, 902, start + SECOND);
        let took = Some(Measure::Delivery { destination: 902, took: 2 * SECOND });
        assert_eq!(observer.hear(&delivered(1), start + 2 * SECOND), took);
        observer.learn(message, 903, start);
        assert_eq!(observer.hear(&submitted(1), start), None, "not a chain that is followed");
    }

    #[test]
    fn history_is_not_timed() {
        let mut observer = Observer::default();
        observer.begin([901, 902]);
        let now = Instant::now();
        assert_eq!([seen(1), submitted(1), delivered(1)].map(|event| observer.hear(&event, now)), [None; 3]);
    }

    #[test]
    fn a_chain_is_what_was_heard_of_it_last() {
        let (mut observer, now) = (live(), Instant::now());
        let code = |observer: &Observer| observer.chains()[&902].code();
        let (chain_id, reason) = (902, "no".to_owned());
        assert_eq!(code(&observer), "following");
        observer.hear(&RelayerEvent::Closed { chain_id, reason: reason.clone() }, now);
        assert_eq!(code(&observer), "closed");
        observer.hear(&submitted(1), now);
        assert_eq!(code(&observer), "following");
        observer.hear(&RelayerEvent::ChainOffline { chain_id, reason: reason.clone() }, now);
        assert_eq!((code(&observer), observer.chains()[&902].reason()), ("offline", Some("no")));
        observer.hear(&RelayerEvent::ChainOnline { chain_id }, now);
        assert_eq!(code(&observer), "following");
        observer.hear(&RelayerEvent::ChainHalted { chain_id, reason }, now);
        assert_eq!(code(&observer), "halted");
        observer.begin([902]);
        assert_eq!(code(&observer), "starting");
    }

    #[test]
    fn a_chain_of_another_relayer_is_its_business() {
        let (mut observer, now) = (live(), Instant::now());
        let code = |observer: &Observer, id| observer.chains()[&id].code();
        observer.hear(&RelayerEvent::Active, now);
        observer.hear(&RelayerEvent::ChainTaken { chain_id: 901 }, now);
        assert_eq!((code(&observer, 901), code(&observer, 902)), ("starting", "elsewhere"));
        observer.hear(&RelayerEvent::CaughtUp { chain_id: 901, block_number: 7 }, now);
        assert_eq!(code(&observer, 901), "following");
        observer.hear(&RelayerEvent::ChainLeft { chain_id: 901, why: Left::ToAnother }, now);
        assert_eq!(code(&observer, 901), "elsewhere");
    }

    #[test]
    fn while_the_store_is_away_nobody_says_that_others_work() {
        let (mut observer, now) = (live(), Instant::now());
        let codes = |observer: &Observer| [901, 902].map(|id| observer.chains()[&id].code());
        observer.hear(&RelayerEvent::Active, now);
        observer.hear(&RelayerEvent::ChainTaken { chain_id: 901 }, now);
        observer.hear(&RelayerEvent::CaughtUp { chain_id: 901, block_number: 7 }, now);
        // Its lease could not be renewed; then the whole is waited out.
        observer.hear(&RelayerEvent::ChainLeft { chain_id: 901, why: Left::StoreAway }, now);
        assert_eq!(codes(&observer), ["database-away", "elsewhere"]);
        assert_eq!(observer.chains()[&901].reason(), Some("the database is away"));
        assert!(!observer.chains()[&901].is_followed());
        observer.hear(&RelayerEvent::StoreUnwell { reason: "no answer".to_owned() }, now);
        assert_eq!(codes(&observer), ["database-away"; 2]);
        observer.hear(&RelayerEvent::StoreWell, now);
        assert_eq!(codes(&observer), ["starting", "elsewhere"]);
        observer.hear(&RelayerEvent::ChainLeft { chain_id: 901, why: Left::ToAnother }, now);
        assert_eq!(codes(&observer), ["elsewhere"; 2]);
    }
}
