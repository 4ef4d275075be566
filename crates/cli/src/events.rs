//! What services print on stdout with `--json`, one object a line. docs/events.md says what each means; a test below
//! holds it to this.

use crate::{
    json::{ChainId, Checksummed},
    log_line,
};
use alloy::primitives::B256;
use serde::Serialize;
use serde_json::Value;

/// An event of a service.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum ServiceEvent {
    // Of every service.
    Started {
        service: Service,
        version: &'static str,
        chains: Vec<ChainEntry>,
        account: Option<Checksummed>,
        path: String,
        accounts: Vec<Checksummed>,
    },
    Waiting {
        rpc_url: String,
        reason: String,
    },
    Missed {
        lines: u64,
    },
    // Of the devnet.
    Ready {
        seconds: f64,
        network: Value,
    },
    // Of the relayer.
    Delivered {
        message_hash: B256,
        destination: ChainId,
        transaction_hash: B256,
        block_number: u64,
    },
    Postponed {
        message_hash: B256,
        destination: ChainId,
        reason: String,
        retry_after_block: u64,
    },
    Failed {
        message_hash: B256,
        destination: ChainId,
        reason: String,
        transaction_hash: Option<B256>,
        retry_after_block: Option<u64>,
    },
    Expired(MessageNews),
    Orphaned {
        message_hash: B256,
        source: ChainId,
    },
    Undelivered(MessageNews),
    Withheld {
        message_hash: B256,
        destination: ChainId,
        reason: String,
        retry_after_block: u64,
    },
    Oversized {
        message_hash: B256,
        destination: ChainId,
        max_gas: u64,
    },
    Capped(ChainNews),
    LowBalance {
        chain_id: ChainId,
        reason: String,
        account: Checksummed,
        balance: Option<Value>,
    },
    ToppedUp {
        chain_id: ChainId,
        reason: String,
        signer: Checksummed,
        account: Checksummed,
        amount: Value,
        transaction_hash: B256,
        block_number: u64,
    },
    TopUpCapped {
        chain_id: ChainId,
        reason: String,
        signer: Checksummed,
        spent: Value,
        cap: Value,
    },
    TopUpUnfunded {
        chain_id: ChainId,
        reason: String,
        signer: Checksummed,
        account: Checksummed,
        balance: Value,
    },
    SignerUnwell {
        chain_id: ChainId,
        account: Checksummed,
        since: String,
        reason: String,
    },
    SignerWell {
        chain_id: ChainId,
        account: Checksummed,
    },
    Resent {
        message_hash: B256,
        source: ChainId,
        transaction_hash: B256,
        block_number: u64,
    },
    Foreign {
        chain_id: ChainId,
        reason: String,
        account: Checksummed,
        nonce: u64,
        block_number: u64,
    },
    GasDear(ChainNews),
    GasFair(ChainNews),
    SourceNotReady {
        chain_id: ChainId,
        source: ChainId,
        reason: String,
    },
    SourceReady {
        chain_id: ChainId,
        source: ChainId,
        reason: String,
    },
    ResendCapped(ChainNews),
    ResendUnfunded(ChainNews),
    ResendImpossible(ChainNews),
    Closed(ChainNews),
    Opened(ChainNews),
    TakenUp(MessageNews),
    Replaced {
        message_hash: B256,
        destination: ChainId,
        transaction_hash: B256,
        nonce: u64,
        block_number: u64,
    },
    Cancelled {
        message_hash: Option<B256>,
        destination: ChainId,
        nonce: u64,
    },
    AccountBusy(ChainNews),
    Unwell(ChainNews),
    Well(ChainNews),
    Offline(ChainNews),
    Online(ChainNews),
    Halted(ChainNews),
    SafetyUnknown(ChainNews),
    SafetyKnown(ChainNews),
    /// Messages of a chain are missing.
    NonceGap {
        chain_id: ChainId,
        from: String,
        to: String,
    },
    StandingBy {
        holder: String,
    },
    Active {},
    Taken(ChainNews),
    Left(ChainNews),
    StoreUnwell {
        reason: String,
    },
    StoreWell {},
    /// The screening list cannot be read: the one from before counts.
    ScreeningUnread {
        reason: String,
    },
    /// The screening list changed, and counts as it is now.
    ScreeningRead {
        denied: usize,
        allowed: usize,
    },
    // Of the verifier.
    Listening {
        url: String,
    },
    Failsafe {
        enabled: bool,
    },
    State {
        chain_id: ChainId,
        state: &'static str,
        reason: Option<String>,
        head: Option<u64>,
    },
    HistoryComplete {
        chain_id: ChainId,
        first: Option<u64>,
    },
    HistoryEnds {
        chain_id: ChainId,
        first: Option<u64>,
        reason: String,
    },
    Reorg {
        chain_id: ChainId,
        head: Option<u64>,
    },
    InvalidBlock {
        chain_id: ChainId,
        number: u64,
        hash: B256,
        rule: &'static str,
        cause: String,
    },
    Mended {
        chain_id: ChainId,
    },
}

/// What there is to say of a chain.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChainNews {
    pub(crate) chain_id: ChainId,
    pub(crate) reason: String,
}

/// A message, and where it goes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageNews {
    pub(crate) message_hash: B256,
    pub(crate) destination: ChainId,
}

/// Which service.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Service {
    Relayer,
    Verifier,
}

/// A chain that a service works on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChainEntry {
    pub(crate) chain_id: ChainId,
    /// Empty for a chain that was named by its URL.
    pub(crate) name: String,
    /// Without what is secret of it.
    pub(crate) rpc_url: String,
}

impl ServiceEvent {
    /// The event as a line of JSON, with the time.
    pub(crate) fn line(&self) -> String {
        #[derive(Serialize)]
        struct Timed<'a> {
            #[serde(flatten)]
            event: &'a ServiceEvent,
            time: String,
        }
        serde_json::to_string(&Timed { event: self, time: log_line::now() }).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
