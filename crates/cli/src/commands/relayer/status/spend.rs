//! What was paid lately, and how long what is left lasts.

use crate::failure::Outcome;
use alloy::primitives::{Address, U256};
use causeway_store::{CostBy, CostKey, CostTotal, Store};
use std::collections::BTreeMap;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// What was paid for the messages of a route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spend {
    pub(super) source: u64,
    pub(super) destination: U256,
    pub(super) hour: Paid,
    pub(super) day: Paid,
}

/// What an account paid for transactions that carry no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overhead {
    pub(super) chain_id: u64,
    pub(super) account: Address,
    pub(super) hour: Paid,
    pub(super) day: Paid,
}

/// What was paid in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Paid {
    pub(super) messages: u64,
    pub(super) gas: u64,
    /// In wei.
    pub(super) fee: U256,
    /// What of that delivered nothing, in wei.
    pub(super) in_vain: U256,
}

impl From<&CostTotal> for Paid {
    fn from(total: &CostTotal) -> Self {
        Self { messages: total.messages, gas: total.gas, fee: total.fee, in_vain: total.vain_fee }
    }
}

/// How long an account lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Runway {
    pub(super) hours: u64,
    pub(super) messages: u64,
}

/// What was paid in the hour and in the day before `now`.
pub(super) async fn spend(store: &Store, now: u64) -> Outcome<Vec<Spend>> {
    let mut routes: BTreeMap<(u64, U256), Spend> = BTreeMap::new();
    for (span, place) in [(HOUR, 0), (DAY, 1)] {
        for total in store.costs(CostBy::Route, Some(now.saturating_sub(span)), None).await? {
            let CostKey::Route { source, destination } = total.key else { continue };
            let new = Spend { source, destination, ..Spend::default() };
            let route = routes.entry((source, destination)).or_insert(new);
            *(if place == 0 { &mut route.hour } else { &mut route.day }) = Paid::from(&total);
        }
    }
    Ok(routes.into_values().collect())
}

/// What was paid for no message in the hour and in the day before `now`.
pub(super) async fn overheads(store: &Store, now: u64) -> Outcome<Vec<Overhead>> {
    let hour = store.overheads(Some(now.saturating_sub(HOUR)), None).await?;
    let of_day = store.overheads(Some(now.saturating_sub(DAY)), None).await?.into_iter();
    let overheads = of_day.filter_map(|total| {
        let CostKey::Account { chain_id, signer: account } = total.key else { return None };
        let hour = hour.iter().find(|hour| hour.key == total.key).map(Paid::from).unwrap_or_default();
        Some(Overhead { chain_id, account, hour, day: Paid::from(&total) })
    });
    Ok(overheads.collect())
}

/// How long a balance lasts on a chain whose spend is shared by so many accounts: at that of the last hour, or else of the
/// last day.
pub(super) fn runway(
    balance: U256,
    spend: &[Spend],
    overheads: &[Overhead],
    chain_id: u64,
    sharers: usize,
) -> Option<Runway> {
    let routes = spend.iter().filter(|route| route.destination == U256::from(chain_id));
    let routes = routes.map(|route| (route.hour, route.day));
    let beside = overheads.iter().filter(|of| of.chain_id == chain_id).map(|of| (of.hour, of.day));
    let of_chain: Vec<(Paid, Paid)> = routes.chain(beside).collect();
    let sum = |paid: fn(&(Paid, Paid)) -> Paid| {
        of_chain.iter().map(paid).fold((U256::ZERO, 0_u64), |(fee, messages), paid| {
            (fee.saturating_add(paid.fee), messages.saturating_add(paid.messages))
        })
    };
    let (hour, day) = (sum(|(hour, _)| *hour), sum(|(_, day)| *day));
    let ((fee, messages), hours) = if hour.0.is_zero() { (day, 24_u64) } else { (hour, 1) };
    let all = balance.saturating_mul(U256::from(sharers));
    let last = |factor: u64| {
        let lasts = all.saturating_mul(U256::from(factor)).checked_div(fee)?;
        Some(u64::try_from(lasts).unwrap_or(u64::MAX))
    };
    // Of the messages, each account delivers its share.
    let messages = last(messages)? / u64::try_from(sharers).unwrap_or(1).max(1);
    Some(Runway { hours: last(hours)?, messages })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(messages: u64, fee: u64) -> Paid {
        Paid { messages, fee: U256::from(fee), ..Paid::default() }
    }

    #[test]
    fn a_balance_lasts_as_long_as_the_last_hour_says() {
        let to = |destination: u64, hour, day| Spend {
            source: 901,
            destination: U256::from(destination),
            hour,
            day,
        };
        let spend = [to(902, paid(10, 100), paid(20, 150)), to(903, paid(0, 0), paid(48, 240))];
        let beside = |chain_id, fee| Overhead {
            chain_id,
            account: Address::ZERO,
            hour: paid(0, fee),
            day: paid(0, fee),
        };
        let lasts = |chain, sharers| runway(U256::from(1_000), &spend, &[], chain, sharers);
        assert_eq!(lasts(902, 1), Some(Runway { hours: 10, messages: 100 }));
        // Two have twice as much, and each of them pays for one half.
        assert_eq!(lasts(902, 2), Some(Runway { hours: 20, messages: 100 }));
        assert_eq!(lasts(903, 1), Some(Runway { hours: 100, messages: 200 }));
        assert_eq!(lasts(904, 1), None, "without a history nothing is known");
        // What no message is charged for is paid all the same.
        let beside = [beside(902, 150), beside(903, 7)];
        let lasts = runway(U256::from(1_000), &spend, &beside, 902, 1);
        assert_eq!(lasts, Some(Runway { hours: 4, messages: 40 }));
    }
}
