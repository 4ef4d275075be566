//! Which expired messages are sent again.

/// What is spent on sending messages again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResendLimits {
    /// The gas that all of them may use on a source within 24 hours.
    pub max_gas_per_day: u64,
}

/// What can be done about expiry where a message comes from, by what its messenger says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// It has `resendMessage`.
    Resends,
    /// It has not: who sent the message proves over L1 that it expired, and has what it carried refunded.
    OverL1,
    /// It has neither, or nobody knows.
    Neither,
}

impl Line {
    /// Reads what `version()` answers: `1.3.0` and all of that line behind it send again.
    pub(crate) fn of(version: &str) -> Self {
        let mut numbers = version.trim().split(['.', '-', '+']).map(|part| part.parse::<u64>().ok());
        match (numbers.next().flatten(), numbers.next().flatten()) {
            (Some(1), Some(minor)) if minor >= 3 => Self::Resends,
            (Some(2), Some(_)) => Self::OverL1,
            _ => Self::Neither,
        }
    }
}

/// What there is to know about a message that was not delivered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    /// When it was sent, in seconds.
    pub(crate) sent_at: u64,
    /// What is sent before this has expired: by the clock of the source and by that of the destination.
    pub(crate) expired_before: [u64; 2],
    /// It was sent again by this relayer, or is being, within an expiry window.
    pub(crate) was_resent: bool,
}

impl Case {
    /// Whether it is worth a trial. Where the clocks of both chains differ, the one counts that is behind: it may be executed
    /// there still.
    pub(crate) fn is_due(&self) -> bool {
        let is_expired = self.expired_before.iter().all(|before| self.sent_at < *before);
        is_expired && !self.was_resent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_that_can_sends_again() {
        for version in ["1.3.0", "1.3.2", " 1.10.0 ", "1.4.0-beta.1", "1.3"] {
            assert_eq!(Line::of(version), Line::Resends, "{version}");
        }
        for version in ["2.0.0", "2.1.7-rc.1"] {
            assert_eq!(Line::of(version), Line::OverL1, "{version}");
        }
        for version in ["", "1", "1.2.9", "0.3.0", "3.0.0", "1.x", "v1.3.0", "12.0.0", "-1.3.0", "1..3"] {
            assert_eq!(Line::of(version), Line::Neither, "{version}");
        }
    }

    #[test]
    fn everything_has_to_speak_for_it() {
        let due = Case { sent_at: 99, expired_before: [100, 100], was_resent: false };
        assert!(due.is_due());
        assert!(!Case { sent_at: 100, ..due }.is_due(), "it is young enough");
        assert!(!Case { expired_before: [100, 99], ..due }.is_due(), "by the clock of the destination");
        assert!(!Case { expired_before: [99, 100], ..due }.is_due(), "by the clock of the source");
        assert!(!Case { was_resent: true, ..due }.is_due());
    }
}
