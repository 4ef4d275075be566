use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::Address;
use causeway_service::Register;
use causeway_store::CostKey;

use super::{chain, names};
use crate::api::{accounts::Account, chain_state::ChainState, sample::Sample};

/// How it stands: set when somebody looks.
#[derive(Clone, Debug, Default)]
pub(in crate::api) struct Levels {
    /// What the store says; `None` when it did not answer.
    pub(in crate::api) sample: Option<Sample>,
    pub(in crate::api) chains: BTreeMap<u64, ChainState>,
    /// Whether this relayer works, rather than another one on the same store.
    pub(in crate::api) is_active: bool,
    /// The chains that no relayer works for.
    pub(in crate::api) nobodys: BTreeSet<u64>,
    /// Whether an older screening list counts than the one that stands in its file.
    pub(in crate::api) has_stale_list: bool,
    pub(in crate::api) accounts: Vec<Account>,
    /// The accounts that did not sign once, those that fill others too, by chain, and whether they do.
    pub(in crate::api) other_signers: Vec<(u64, Address, bool)>,
    pub(in crate::api) expiry_window: u64,
    pub(in crate::api) streams: usize,
    /// In seconds since the epoch.
    pub(in crate::api) now: u64,
}

impl Levels {
    pub(super) fn set(&self, register: &Register<'_>) {
        register.gauge(names::EXPIRY, []).set(self.expiry_window as f64);
        register.gauge(names::STREAMS, []).set(self.streams as f64);
        register.gauge(names::ACTIVE, []).set(one_if(self.is_active));
        register.gauge(names::STALE_LIST, []).set(one_if(self.has_stale_list));
        let is_writable = self.sample.as_ref().is_some_and(|sample| sample.is_writable);
        register.gauge(names::STORE_WRITABLE, []).set(one_if(is_writable));
        for (id, state) in &self.chains {
            for name in names::STATES {
                let gauge = register.gauge(names::STATE, [chain(*id), ("state", name.to_owned())]);
                gauge.set(one_if(state.code() == name));
            }
            register.gauge(names::UNHELD, [chain(*id)]).set(one_if(self.nobodys.contains(id)));
        }
        for account in &self.accounts {
            let labels = || [chain(account.chain_id), ("signer", account.address.to_string())];
            register.gauge(names::FUNDED, labels()).set(one_if(account.is_funded));
            register.gauge(names::SIGNER_WELL, labels()).set(one_if(account.trouble.is_none()));
            if let Some(balance) = account.balance {
                register.gauge(names::BALANCE, labels()).set(f64::from(balance));
            }
            register.gauge(names::IN_FLIGHT, labels()).set(account.in_flight as f64);
            // Who pays nothing has enough for ever.
            let runway = account.runway.map_or(f64::INFINITY, |seconds| seconds as f64);
            register.gauge(names::RUNWAY, labels()).set(runway);
        }
        for (id, account, is_well) in &self.other_signers {
            let labels = [chain(*id), ("signer", account.to_string())];
            register.gauge(names::SIGNER_WELL, labels).set(one_if(*is_well));
        }
        if let Some(sample) = &self.sample {
            for (id, head) in &sample.heads {
                register.gauge(names::HEAD, [chain(*id)]).set(head.number as f64);
                let age = self.now.saturating_sub(head.timestamp);
                register.gauge(names::HEAD_AGE, [chain(*id)]).set(age as f64);
            }
            self.set_queues(register, sample);
        }
    }

    fn set_queues(&self, register: &Register<'_>, sample: &Sample) {
        for total in &sample.costs {
            if let CostKey::Account { chain_id, signer } = &total.key {
                let labels = [chain(*chain_id), ("signer", signer.to_string())];
                register.gauge(names::OVERHEAD_FEES, labels).set(f64::from(total.fee));
            }
            let CostKey::Route { source, destination } = &total.key else { continue };
            let labels = || [("source", source.to_string()), ("destination", destination.to_string())];
            register.gauge(names::GAS, labels()).set(total.gas as f64);
            register.gauge(names::FEES, labels()).set(f64::from(total.fee));
            register.gauge(names::VAIN_FEES, labels()).set(f64::from(total.vain_fee));
        }
        for route in &sample.routes {
            let labels =
                || [("source", route.source.to_string()), ("destination", route.destination.to_string())];
            for (state, count) in &route.undelivered {
                let [source, destination] = labels();
                let labels = [source, destination, ("state", (*state).to_owned())];
                register.gauge(names::QUEUE, labels).set(*count as f64);
            }
            let age = route.oldest.map_or(0, |oldest| self.now.saturating_sub(oldest));
            register.gauge(names::OLDEST, labels()).set(age as f64);
        }
    }
}

fn one_if(is: bool) -> f64 {
    f64::from(u8::from(is))
}
