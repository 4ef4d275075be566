//! One sender's transactions, one after the other.

use super::upstream::{Upstream, UpstreamError};
use crate::accounts::DEV_ACCOUNTS;
use alloy::primitives::Address;
use serde_json::json;
use std::{pin::pin, time::Duration};
use tokio::{sync::Mutex, time::sleep};

/// How many senders can be told apart; others wait for each other for nothing.
const SENDERS: usize = 64;
/// How often the pool is looked at for a transaction whose answer comes with its block.
const LOOK: Duration = Duration::from_millis(5);

/// A transaction that gets its nonce from the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unnumbered {
    pub(super) from: Address,
    /// Whether the answer waits for the block.
    pub(super) sync: bool,
}

impl Unnumbered {
    pub(super) fn new(from: Option<Address>, sync: bool) -> Self {
        // As the node does.
        Self { from: from.unwrap_or(DEV_ACCOUNTS[0]), sync }
    }
}

/// Sees to it that no two transactions of a sender get the same nonce.
///
/// geth lets one in after the other. The node gives out a nonce and takes the transaction in later: of two that come at once
/// the second replaces the first, or is refused.
#[derive(Debug)]
pub(super) struct Turns([Mutex<()>; SENDERS]);

impl Turns {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| Mutex::new(())))
    }

    /// Lets the node have a transaction when the one before it is in the pool.
    pub(super) async fn take<T>(
        &self,
        node: &Upstream,
        transaction: Unnumbered,
        exchange: impl Future<Output = T>,
    ) -> T {
        let Unnumbered { from, sync } = transaction;
        let turn = self.0[usize::from(from[19]) % SENDERS].lock().await;
        if !sync {
            return exchange.await;
        }
        let before = count(node, from).await.ok();
        let pooled = async {
            while count(node, from).await.ok() == before {
                sleep(LOOK).await;
            }
        };
        let mut exchange = pin!(exchange);
        tokio::select! {
            biased;
            answer = exchange.as_mut() => return answer,
            () = pooled => drop(turn),
        }
        exchange.await
    }
}

async fn count(node: &Upstream, from: Address) -> Result<String, UpstreamError> {
    node.call("eth_getTransactionCount", json!([from, "pending"])).await
}
