use std::time::SystemTime;

use causeway_store::{MessageFilter, MessageStatus, NewNews, StoreError};

use super::notice::Notice;
use crate::api::state::State;

/// How many messages are read at once.
const PAGE: u32 = 500;
/// What can still be delivered.
const WAITING: [MessageStatus; 3] = [MessageStatus::Pending, MessageStatus::Submitted, MessageStatus::Failed];

/// The messages that will soon be too old. Looks only where the oldest one of a route is that old.
pub(super) async fn expiring(state: &State, now: SystemTime) -> Result<Vec<NewNews>, StoreError> {
    let (window, margin) = (state.config.expiry_window, state.config.expiry_margin);
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let is_due = |sent_at: u64| {
        let age = seconds.saturating_sub(sent_at);
        age > window.saturating_sub(margin) && age <= window
    };
    let is_old = |sent_at: u64| seconds.saturating_sub(sent_at) > window.saturating_sub(margin);
    let sample = state.sample().await?;
    let mut notices = Vec::new();
    for route in sample.routes.iter().filter(|route| route.oldest.is_some_and(is_old)) {
        for status in WAITING {
            let mut filter = MessageFilter {
                source: Some(route.source),
                destination: Some(route.destination),
                status: Some(status),
                limit: Some(PAGE),
                ..MessageFilter::default()
            };
            loop {
                let page = state.store.messages(&filter).await?;
                let Some(last) = page.last() else { break };
                filter.after = Some(last.seq);
                let due = page.iter().filter(|record| {
                    record.initiation.is_some_and(|initiation| is_due(initiation.identifier.timestamp))
                });
                notices.extend(due.filter_map(|record| Notice::expiring(record, window, now)));
            }
        }
    }
    Ok(notices)
}
