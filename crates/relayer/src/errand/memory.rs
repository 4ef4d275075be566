use std::collections::BTreeSet;

use alloy::primitives::Address;

use super::Pace;

/// What is remembered from one round of errands on a chain to the next. Nothing hangs on it.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) pace: Pace,
    /// What was told last of what cannot be given.
    pub(crate) held: Option<Held>,
    /// Signers of whom was told that they take nothing.
    pub(crate) refusing: BTreeSet<Address>,
}

/// Why a signer is not given what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Capped,
    Unfunded,
}
