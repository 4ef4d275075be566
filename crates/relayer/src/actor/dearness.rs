//! Whether gas costs more than may be paid: told when that begins, and when it is over.

use std::sync::{Mutex, PoisonError};

/// For how many blocks gas has to be cheap enough until it is told that it is: the price goes up and down.
const CALM: u64 = 8;

/// `None` while it is not. Otherwise the last block with which it was, 0 before one has shown it.
#[derive(Debug, Default)]
pub(super) struct Dearness(Mutex<Option<u64>>);

impl Dearness {
    /// Nothing was signed for that reason. Returns whether that is news.
    pub(super) fn begin(&self) -> bool {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = since.is_none();
        since.get_or_insert(0);
        is_news
    }

    /// With this block gas is too expensive, or is not. Returns whether it is over.
    pub(super) fn take_in(&self, head: u64, is_dear: bool) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = *known else { return false };
        // A chain that went back begins anew.
        if is_dear || last == 0 || head < last {
            *known = Some(head);
            return false;
        }
        let is_over = head >= last.saturating_add(CALM);
        if is_over {
            *known = None;
        }
        is_over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_that_goes_up_and_down_is_told_once() {
        let dearness = Dearness::default();
        assert!(!dearness.take_in(1, true), "nothing was to be signed");
        assert!(dearness.begin() && !dearness.begin());
        let over: Vec<u64> =
            (10..60).filter(|head| dearness.take_in(*head, head % 4 == 0 && *head < 30)).collect();
        assert_eq!(over, [36], "the last one that was too expensive is 28");
        assert!(dearness.begin());
        assert!(!dearness.take_in(70, false) && !dearness.take_in(5, false), "the chain went back");
        assert!(!dearness.take_in(12, false) && dearness.take_in(13, false));
    }
}
