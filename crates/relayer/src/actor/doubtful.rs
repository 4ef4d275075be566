use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use alloy::primitives::B256;

/// How many messages are remembered that failed in a block though their trial had succeeded.
const MAX_DOUBTFUL: usize = 10_000;

/// Messages that failed in a block though their trial had succeeded: what they take may depend on how much they get, which
/// one trial does not tell.
#[derive(Debug, Default)]
pub(super) struct Doubtful(Mutex<BTreeSet<B256>>);

impl Doubtful {
    pub(super) fn add(&self, messages: impl IntoIterator<Item = B256>) {
        let mut doubtful = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        doubtful.extend(messages);
        while doubtful.len() > MAX_DOUBTFUL {
            doubtful.pop_first();
        }
    }

    pub(super) fn has(&self, message: B256) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&message)
    }
}
