//! What the database and the nodes say.

use super::{
    super::{
        database::{Share, shares},
        nodes::Nodes,
        place::Place,
    },
    spend::{self, Overhead, Runway, Spend},
};
use crate::{failure::Outcome, patience};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, U256},
    providers::Provider,
};
use causeway_chain::BlockRef;
use causeway_store::{Backlog, Lease, MessageStatus, StatusCount};
use futures::future::join_all;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{SystemTime, UNIX_EPOCH},
};

/// How it stands with a relayer.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) lanes: Vec<Lane>,
    pub(super) chains: Vec<ChainState>,
    pub(super) signers: Vec<Signer>,
    /// By route: what was paid in the last hour, and in the last day.
    pub(super) spend: Vec<Spend>,
    pub(super) overheads: Vec<Overhead>,
    /// Who works for what, where several relayers may share the database.
    pub(super) crew: Vec<Share>,
    /// Who has which part of the work there.
    pub(super) leases: Vec<Lease>,
}

/// What is on its way to a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) destination: U256,
    /// Whether the relayer follows it: what goes elsewhere, it does not deliver.
    pub(super) is_followed: bool,
    pub(super) queued: u64,
    pub(super) in_flight: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
    /// Too old to be executed.
    pub(super) expired: u64,
    pub(super) delivered: u64,
    /// Seconds since the oldest message was sent that is queued, in flight or failed.
    pub(super) oldest: Option<u64>,
}

/// How far a chain is taken in.
#[derive(Debug)]
pub(super) struct ChainState {
    pub(super) id: U256,
    /// The last block taken in.
    pub(super) taken_in: Option<TakenIn>,
    /// The node's newest block, or why it is not known.
    pub(super) head: Result<u64, String>,
}

/// The last block of a chain that was taken in.
#[derive(Clone, Copy, Debug)]
pub(super) struct TakenIn {
    pub(super) number: u64,
    /// In seconds since 1970.
    pub(super) timestamp: u64,
    /// Seconds since then by this machine's clock.
    pub(super) age: u64,
}

impl TakenIn {
    fn new(head: &BlockRef, here: u64) -> Self {
        let (number, timestamp) = (head.number, head.timestamp);
        Self { number, timestamp, age: here.saturating_sub(timestamp) }
    }
}

impl ChainState {
    /// How many blocks are still to be taken in.
    pub(super) fn behind(&self) -> Option<u64> {
        let (taken_in, head) = (self.taken_in?, self.head.as_ref().ok()?);
        Some(head.saturating_sub(taken_in.number))
    }
}

/// An account that pays, on one chain.
#[derive(Debug)]
pub(super) struct Signer {
    pub(super) account: Address,
    pub(super) chain_id: u64,
    /// What it has, in wei, or why that is not known.
    pub(super) balance: Result<U256, String>,
    /// How long that lasts at the recent spend; unknown where nothing was spent.
    pub(super) runway: Option<Runway>,
}

pub(super) async fn gather(place: &Place, nodes: &Nodes, expiry_window: u64) -> Outcome<Report> {
    let counts = place.store.counts().await?;
    let ends = counts.iter().flat_map(|count| [U256::from(count.source), count.destination]);
    let ids: BTreeSet<U256> = ends.chain(nodes.ids()).collect();
    let mut chains = Vec::new();
    for id in ids {
        let taken_in = match u64::try_from(id) {
            Ok(id) => place.store.heads(&[id]).await?.get(&id).map(|head| TakenIn::new(head, here())),
            Err(_) => None,
        };
        chains.push(ChainState { id, taken_in, head: Err(String::new()) });
    }
    let heads = join_all(chains.iter().map(|chain| head(nodes, chain.id))).await;
    chains.iter_mut().zip(heads).for_each(|(chain, head)| chain.head = head);
    let expired_before = chains.iter().filter_map(|chain| {
        let id = u64::try_from(chain.id).ok()?;
        Some((id, chain.taken_in?.timestamp.saturating_sub(expiry_window)))
    });
    let backlog = place.store.backlog(&expired_before.collect()).await?;
    let mut lanes = lanes(&counts, &backlog);
    for lane in &mut lanes {
        lane.is_followed =
            chains.iter().any(|chain| chain.id == lane.destination && chain.taken_in.is_some());
        lane.oldest = oldest(&backlog, lane.destination).map(|sent| now(&chains).saturating_sub(sent));
    }
    let spend = spend::spend(&place.store, now(&chains)).await?;
    let overheads = spend::overheads(&place.store, now(&chains)).await?;
    let signers = signers(place, nodes, &spend, &overheads).await?;
    let leases = place.store.leases().await?;
    let crew = shares(&leases);
    // That somebody is there is no work.
    let leases = leases.into_iter().filter(|lease| lease.role.is_work()).collect();
    Ok(Report { lanes, chains, signers, spend, overheads, crew, leases })
}

/// Messages by destination.
fn lanes(counts: &[StatusCount], backlog: &[Backlog]) -> Vec<Lane> {
    let mut lanes: BTreeMap<U256, Lane> = BTreeMap::new();
    for StatusCount { destination, status, count, .. } in counts {
        let lane = lanes.entry(*destination).or_insert(Lane { destination: *destination, ..Lane::default() });
        if *status == MessageStatus::Delivered {
            lane.delivered += count;
        }
    }
    for Backlog { destination, status, is_expired, count, .. } in backlog {
        let lane = lanes.entry(*destination).or_insert(Lane { destination: *destination, ..Lane::default() });
        match status {
            _ if *is_expired => lane.expired += count,
            MessageStatus::Pending => lane.queued += count,
            MessageStatus::Submitted => lane.in_flight += count,
            MessageStatus::Failed => lane.failed += count,
            MessageStatus::Skipped => lane.skipped += count,
            // No block has them any more.
            MessageStatus::Orphaned | MessageStatus::Delivered => {}
        }
    }
    lanes.into_values().collect()
}

/// When the oldest message was sent that waits for its delivery, and can still be delivered.
fn oldest(backlog: &[Backlog], destination: U256) -> Option<u64> {
    let waits = |it: &&Backlog| {
        let is_over = matches!(it.status, MessageStatus::Skipped | MessageStatus::Orphaned);
        it.destination == destination && !it.is_expired && !is_over
    };
    backlog.iter().filter(waits).filter_map(|it| it.oldest).min()
}

/// Chains may be ahead of this machine: a devnet's clock can be set.
fn now(chains: &[ChainState]) -> u64 {
    let there = chains.iter().filter_map(|chain| chain.taken_in).map(|head| head.timestamp);
    there.fold(here(), u64::max)
}

/// This machine's time, in seconds since 1970.
fn here() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

async fn head(nodes: &Nodes, id: U256) -> Result<u64, String> {
    let chain = nodes.chain(id)?;
    let asked = chain.client.provider().get_block_by_number(BlockNumberOrTag::Latest);
    match patience::within(patience::SHORT, async { asked.await }).await {
        Ok(Ok(Some(block))) => Ok(block.header.number),
        Ok(Ok(None)) => Err("its node has no newest block".to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(failure) => Err(failure.message()),
    }
}

/// The accounts that sign, by chain. What earlier ones were paid for stands with the costs.
async fn accounts(place: &Place) -> Outcome<Vec<(u64, Address)>> {
    let mut accounts = place.store.noted_signers().await?;
    let noted: BTreeSet<u64> = accounts.iter().map(|(chain_id, _)| *chain_id).collect();
    // Of a database on which no relayer has worked that notes them.
    let ever = place.store.signers().await?.into_iter().filter(|it| !noted.contains(&it.chain_id));
    accounts.extend(ever.map(|it| (it.chain_id, it.account)));
    accounts.sort_unstable();
    Ok(accounts)
}

/// How they stand.
async fn signers(
    place: &Place,
    nodes: &Nodes,
    spend: &[Spend],
    overheads: &[Overhead],
) -> Outcome<Vec<Signer>> {
    let known = accounts(place).await?;
    let signers = known.iter().map(async |(chain_id, account)| {
        let (chain_id, account) = (*chain_id, *account);
        let balance = balance(nodes, chain_id, account).await;
        // What is spent on a chain they share.
        let sharers = known.iter().filter(|(id, _)| *id == chain_id).count();
        let has = balance.as_ref().ok();
        let runway = has.and_then(|has| spend::runway(*has, spend, overheads, chain_id, sharers));
        Signer { account, chain_id, balance, runway }
    });
    Ok(join_all(signers).await)
}

async fn balance(nodes: &Nodes, chain_id: u64, account: Address) -> Result<U256, String> {
    let chain = nodes.chain(U256::from(chain_id))?;
    let asked = chain.client.provider().get_balance(account);
    match patience::within(patience::SHORT, async { asked.await }).await {
        Ok(Ok(balance)) => Ok(balance),
        Ok(Err(error)) => Err(error.to_string()),
        Err(failure) => Err(failure.message()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::B256;

    #[test]
    fn a_lane_counts_what_goes_there_from_everywhere() {
        let destination = U256::from(902);
        let waits = |source, status, count| Backlog {
            source,
            destination,
            status,
            is_expired: false,
            count,
            oldest: Some(7),
        };
        let expired =
            |status, count| Backlog { is_expired: true, oldest: Some(1), ..waits(901, status, count) };
        let backlog = [
            waits(901, MessageStatus::Pending, 2),
            waits(903, MessageStatus::Pending, 3),
            waits(901, MessageStatus::Submitted, 1),
            waits(901, MessageStatus::Failed, 4),
            waits(901, MessageStatus::Skipped, 5),
            waits(901, MessageStatus::Orphaned, 7),
            expired(MessageStatus::Pending, 8),
            expired(MessageStatus::Failed, 1),
        ];
        let counts = [StatusCount { source: 901, destination, status: MessageStatus::Delivered, count: 6 }];
        let [lane] = &lanes(&counts, &backlog)[..] else { panic!("one lane") };
        assert_eq!((lane.expired, oldest(&backlog, destination)), (9, Some(7)));
        assert_eq!((lane.queued, lane.in_flight, lane.failed, lane.skipped, lane.delivered), (5, 1, 4, 5, 6));
    }

    #[test]
    fn behind_is_told_only_where_both_are_known() {
        let at = |number| Some(TakenIn { number, timestamp: 0, age: 0 });
        let state = |taken_in, head| ChainState { id: U256::from(1), taken_in, head };
        assert_eq!(state(at(5), Ok(9)).behind(), Some(4));
        // The node's answer may be older than what was taken in meanwhile.
        assert_eq!(state(at(9), Ok(8)).behind(), Some(0));
        assert_eq!(state(None, Ok(9)).behind(), None);
        assert_eq!(state(at(5), Err("away".to_owned())).behind(), None);
    }

    #[test]
    fn a_block_is_as_old_as_this_machine_says() {
        let (hash, parent_hash) = (B256::ZERO, B256::ZERO);
        let head = BlockRef { number: 5, hash, parent_hash, timestamp: 1_000 };
        assert_eq!(TakenIn::new(&head, 1_150).age, 150);
        assert_eq!(TakenIn::new(&head, 900).age, 0, "a chain may be ahead");
    }
}
