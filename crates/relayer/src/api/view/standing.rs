use causeway_store::{MessageRecord, MessageStatus};

/// What is said of a message, in the words of `causeway_client::Status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Standing {
    Pending,
    InFlight,
    Delivered,
    Failed,
    Expired,
    Reorged,
}

impl Standing {
    /// Whether it waits to be delivered, and no transaction carries it.
    pub(in crate::api) const fn is_waiting(self) -> bool {
        matches!(self, Self::Pending | Self::Failed)
    }

    pub(in crate::api) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InFlight => "in-flight",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Reorged => "reorged",
        }
    }
}

/// What is said of a recorded message, by the clock of its destination, in seconds, if that is known. In the order of
/// `causeway_client::status::judge`: what is too old comes before what is on its way.
pub(in crate::api) fn status_of(record: &MessageRecord, now: Option<u64>, expiry_window: u64) -> Standing {
    let sent_at = record.initiation.map(|initiation| initiation.identifier.timestamp);
    let is_old = matches!((now, sent_at), (Some(now), Some(at)) if now.saturating_sub(at) > expiry_window);
    match record.status {
        MessageStatus::Delivered => Standing::Delivered,
        MessageStatus::Orphaned => Standing::Reorged,
        _ if is_old => Standing::Expired,
        MessageStatus::Submitted => Standing::InFlight,
        MessageStatus::Failed => Standing::Failed,
        MessageStatus::Skipped | MessageStatus::Pending => Standing::Pending,
    }
}
