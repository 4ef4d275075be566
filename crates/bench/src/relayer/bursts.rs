//! Many messages at once, one way: the relayer beside batches that are blasted by hand on the same chains.

use super::{Route, by_hand, traffic, used};
use crate::{
    devnet::{Devnet, stop},
    latencies::median,
};
use alloy::{
    primitives::{Address, B256},
    providers::Provider,
};
use causeway_bindings::RELAY_BATCHER;
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use eyre::ContextCompat;
use std::{collections::BTreeSet, path::Path, time::Instant};

/// Messages of a burst that goes in batches, and of one that goes one by one.
const MANY: u64 = 10_000;
const FEW: u64 = 1_000;
/// Messages of a batch that is made by hand.
const BATCH: usize = 50;

/// What came of a burst.
#[derive(Debug, Default)]
struct Burst {
    /// From the first hand on it to the last delivery.
    seconds: Vec<f64>,
    /// Gas of all transactions that delivered, for each message.
    gas: Vec<f64>,
    transactions: Vec<f64>,
    cpu: Vec<f64>,
}

/// How a burst is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    ByHand,
    Relayer,
    OneByOne,
}

impl Way {
    const ALL: [Self; 3] = [Self::ByHand, Self::Relayer, Self::OneByOne];

    const fn count(self) -> u64 {
        match self {
            Self::ByHand | Self::Relayer => MANY,
            Self::OneByOne => FEW,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::ByHand => "batches of 50, signed before and blasted by hand",
            Self::Relayer => "the relayer",
            Self::OneByOne => "the relayer without a batcher, one message a transaction",
        }
    }
}

/// Prints all of it, from so many rounds, each on a devnet of its own.
pub(super) async fn measure(causeway: &Path, rounds: usize) -> eyre::Result<()> {
    let mut bursts = Way::ALL.map(|_| Burst::default());
    for _ in 0..rounds {
        let devnet = Devnet::start(causeway, &["--block-time", "1", "--same-timestamp"]).await?;
        let route = Route::between(devnet.chains().await?).await?;
        for (way, burst) in Way::ALL.into_iter().zip(&mut bursts) {
            route.burst(&devnet, way, burst).await?;
        }
        drop(route);
        devnet.stop().await?;
    }
    println!(
        "| a burst, one way | messages | seconds | messages/s | to those by hand | transactions | gas of a message | to one alone | processor time of one |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let rate_of = |way: Way, burst: &Burst| way.count() as f64 / median(burst.seconds.clone());
    let gas_of = |burst: &Burst| median(burst.gas.clone());
    let [by_hand, _, alone] = &bursts;
    let (rate_by_hand, gas_alone) = (rate_of(Way::ByHand, by_hand), gas_of(alone));
    for (way, burst) in Way::ALL.into_iter().zip(&bursts) {
        let (count, seconds) = (way.count(), median(burst.seconds.clone()));
        let (transactions, gas) = (median(burst.transactions.clone()), gas_of(burst));
        let cpu = match way {
            Way::ByHand => String::new(),
            _ => format!("{:.2} ms", median(burst.cpu.clone())),
        };
        let rate = rate_of(way, burst);
        let (rate_share, gas_share) = (100.0 * rate / rate_by_hand, 100.0 * gas / gas_alone);
        println!(
            "| {} | {count} | {seconds:.2} | {rate:.0} | {rate_share:.0} % | {transactions:.0} | {gas:.0} | {gas_share:.0} % | {cpu} |",
            way.name()
        );
    }
    println!();
    Ok(())
}

impl Route {
    /// Sends a burst, and has it delivered.
    async fn burst(&self, devnet: &Devnet<'_>, way: Way, burst: &mut Burst) -> eyre::Result<()> {
        let ([source, destination], count) = (&self.chronicles, way.count());
        let (before, delivered) = (source.sent(), destination.relayed());
        let (first_source, first) = (source.height().await? + 1, destination.height().await? + 1);
        traffic::send_many(source, self.ends[1].id, count).await?;
        source.when(|events| events.sent.len() as u64 >= before + count, |_| ()).await?;
        let all_there = destination.when(|events| events.relayed.len() as u64 >= delivered + count, |_| ());
        let seconds = match way {
            Way::ByHand => {
                let items = by_hand::items(&source.provider, self.ends[0].id, first_source).await?;
                let batches = by_hand::sign(&destination.provider, self.ends[1].id, &items, BATCH).await?;
                let started = Instant::now();
                by_hand::blast(&destination.provider, &batches).await?;
                all_there.await?;
                started.elapsed()
            }
            Way::Relayer | Way::OneByOne => {
                let block = first_source.to_string();
                if way == Way::OneByOne {
                    // Where there is no batcher, every message has a transaction of its own.
                    let nothing = (RELAY_BATCHER, "0x");
                    destination.provider.raw_request::<_, ()>("anvil_setCode".into(), nothing).await?;
                }
                let started = Instant::now();
                let relayer = devnet.join(&["relayer", "run", "--quiet", "--from-block", &block])?;
                all_there.await?;
                let seconds = started.elapsed();
                burst.cpu.push(used(&relayer)?.as_secs_f64() * 1e3 / count as f64);
                stop(relayer).await?;
                seconds
            }
        };
        burst.seconds.push(seconds.as_secs_f64());
        let (transactions, gas) = self.spent(first).await?;
        burst.transactions.push(transactions as f64);
        burst.gas.push(gas as f64 / count as f64);
        Ok(())
    }

    /// How many transactions delivered something since that block, and their gas.
    async fn spent(&self, first: u64) -> eyre::Result<(usize, u64)> {
        let destination = &self.chronicles[1];
        let (mut hashes, mut gas) = (BTreeSet::<B256>::new(), 0);
        for number in first..=destination.height().await? {
            let receipts = destination.provider.get_block_receipts(number.into()).await?;
            for receipt in receipts.wrap_err("a block without receipts")? {
                let is_delivery = |to: Address| to == RELAY_BATCHER || to == L2_TO_L2_CROSS_DOMAIN_MESSENGER;
                if receipt.to.is_some_and(is_delivery) && hashes.insert(receipt.transaction_hash) {
                    gas += receipt.gas_used;
                }
            }
        }
        Ok((hashes.len(), gas))
    }
}
