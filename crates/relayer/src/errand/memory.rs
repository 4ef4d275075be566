use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::Address;

use super::{Gaps, Pace, Strangers};

/// What is remembered from one round of errands on a chain to the next. Nothing hangs on it.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) pace: Pace,
    pub(crate) gaps: Gaps,
    pub(crate) strangers: Strangers,
    /// The nonces of accounts that are none any more of which was told that something is open.
    pub(crate) left: BTreeSet<(Address, u64)>,
    /// What was told last of what cannot be given.
    pub(crate) held: Option<Held>,
    /// Signers of whom was told that they take nothing.
    pub(crate) refusing: BTreeSet<Address>,
    pub(crate) resending: ResendMemory,
}

/// The same of what is sent again.
#[derive(Debug, Default)]
pub(crate) struct ResendMemory {
    /// The last message of each route that was looked at, by its place.
    pub(crate) cursors: BTreeMap<u64, u64>,
    /// Up to this block nothing is looked at.
    pub(crate) rest_until: u64,
    /// What was told last of what is not sent again.
    pub(crate) held: Option<ResendHeld>,
}

/// Why nothing is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResendHeld {
    Capped,
    Unfunded,
    Impossible,
}

/// Why a signer is not given what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Capped,
    Unfunded,
    /// Nobody is there who signs for the funding account.
    Unsigned,
}
