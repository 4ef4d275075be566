//! What there is to say of messages.

use std::sync::Arc;

use axum::{Json, extract::State as Shared};
use causeway_store::{MessageFilter, MessageRecord, MessageStatus};
use serde::{Deserialize, Serialize};

use super::query::{Asked, MessageHash, address, chain, hash, number, source};
use crate::api::{
    error::ApiError,
    state::State,
    view::{MessageView, Standing, TimelineView, next_step},
};

/// How many messages a page has unless another number is asked for.
const PAGE: u32 = 50;

/// Which messages are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MessagesQuery {
    source: Option<String>,
    destination: Option<String>,
    status: Option<String>,
    sender: Option<String>,
    target: Option<String>,
    transaction: Option<String>,
    order: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct MessagesPage {
    messages: Vec<MessageView>,
    /// What to ask with for those that come behind; `null` at the end.
    next: Option<String>,
}

/// A status that is asked for: what the store is asked, and what of its answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    recorded: &'static [MessageStatus],
    standing: Option<Standing>,
}

impl Wanted {
    const ALL: Self = Self { recorded: &[], standing: None };

    fn new(name: &str) -> Option<Self> {
        use MessageStatus as R;
        let of = |recorded, standing| Some(Self { recorded, standing: Some(standing) });
        match name {
            "delivered" => of(&[R::Delivered], Standing::Delivered),
            "reorged" => of(&[R::Orphaned], Standing::Reorged),
            "in-flight" => of(&[R::Submitted], Standing::InFlight),
            "failed" => of(&[R::Failed], Standing::Failed),
            "pending" => of(&[R::Pending, R::Skipped], Standing::Pending),
            "expired" => of(&[R::Pending, R::Skipped, R::Failed, R::Submitted], Standing::Expired),
            "skipped" => Some(Self { recorded: &[R::Skipped], standing: None }),
            _ => None,
        }
    }
}

pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Asked(asked): Asked<MessagesQuery>,
) -> Result<Json<MessagesPage>, ApiError> {
    let wanted = match asked.status.as_deref() {
        None => Wanted::ALL,
        Some(name) => Wanted::new(name).ok_or_else(|| {
            ApiError::bad_request(format!("{name:?} is no status to ask for")).with_hint(
                "one of pending, in-flight, delivered, failed, expired, reorged, skipped; whether a message is ready, \
                 nobody records",
            )
        })?,
    };
    let filter = filter(&asked, state.config.max_page)?;
    let (records, next) = records(&state, &filter, wanted).await?;
    let mut messages = Vec::with_capacity(records.len());
    for record in records {
        let standing = state.standing(&record).await;
        if wanted.standing.is_none_or(|wanted| wanted == standing) {
            messages.push(MessageView::new(record, standing));
        }
    }
    Ok(Json(MessagesPage { messages, next: next.map(|seq| seq.to_string()) }))
}

pub(super) async fn one(
    Shared(state): Shared<Arc<State>>,
    MessageHash(hash): MessageHash,
) -> Result<Json<TimelineView>, ApiError> {
    let record = state.store.message(hash).await.map_err(|error| ApiError::store(&error))?;
    let record = record.ok_or_else(|| {
        ApiError::not_found(format!("message {hash} was never seen here"))
            .with_hint("it is seen when a block of its source that this relayer follows holds it")
    })?;
    let attempts = state.store.attempts_of(hash).await.map_err(|error| ApiError::store(&error))?;
    let costs = state.store.costs_of(hash).await.map_err(|error| ApiError::store(&error))?;
    let standing = state.standing(&record).await;
    let next = next_step(&record, standing, &state.outlook(&record, standing).await);
    Ok(Json(TimelineView::new(record, standing, attempts, &costs, next)))
}

fn filter(asked: &MessagesQuery, max_page: u32) -> Result<MessageFilter, ApiError> {
    let text = |text: &Option<String>| text.clone();
    let newest_first = match asked.order.as_deref() {
        None | Some("newest") => true,
        Some("oldest") => false,
        Some(other) => {
            return Err(ApiError::bad_request(format!("order is not newest or oldest: {other:?}")));
        }
    };
    let limit = match asked.limit.as_deref() {
        None => PAGE.min(max_page),
        Some(limit) => {
            limit.parse().ok().filter(|limit| (1..=max_page).contains(limit)).ok_or_else(|| {
                ApiError::bad_request(format!("limit is not a number from 1 to {max_page}: {limit:?}"))
            })?
        }
    };
    let behind = |error: ApiError| error.with_hint("take it from the `next` of the page before");
    let after = asked.cursor.as_deref().map(|it| number("cursor", it).map_err(behind)).transpose()?;
    Ok(MessageFilter {
        source: text(&asked.source).map(|it| source("source", &it)).transpose()?,
        destination: text(&asked.destination).map(|it| chain("destination", &it)).transpose()?,
        sender: text(&asked.sender).map(|it| address("sender", &it)).transpose()?,
        target: text(&asked.target).map(|it| address("target", &it)).transpose()?,
        tx_hash: text(&asked.transaction).map(|it| hash("transaction", &it)).transpose()?,
        newest_first,
        after,
        limit: Some(limit),
        status: None,
    })
}

/// One page of what the store has, and where the next one begins.
async fn records(
    state: &State,
    filter: &MessageFilter,
    wanted: Wanted,
) -> Result<(Vec<MessageRecord>, Option<u64>), ApiError> {
    let ask = async |status| {
        let filter = MessageFilter { status, ..filter.clone() };
        state.store.messages(&filter).await.map_err(|error| ApiError::store(&error))
    };
    let mut found = Vec::new();
    if wanted.recorded.is_empty() {
        found = ask(None).await?;
    }
    for status in wanted.recorded {
        found.extend(ask(Some(*status)).await?);
    }
    found.sort_unstable_by_key(|record| record.seq);
    if filter.newest_first {
        found.reverse();
    }
    let limit = filter.limit.unwrap_or(PAGE) as usize;
    let is_full = found.len() >= limit;
    found.truncate(limit);
    let next = found.last().map(|record| record.seq).filter(|_| is_full);
    Ok((found, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_but_ready_can_be_asked_for() {
        for name in ["pending", "in-flight", "delivered", "failed", "expired", "reorged"] {
            let wanted = Wanted::new(name).unwrap();
            assert_eq!(wanted.standing.map(Standing::as_str), Some(name));
        }
        assert_eq!(Wanted::new("skipped").unwrap().recorded, [MessageStatus::Skipped]);
        assert_eq!(Wanted::new("ready"), None);
    }

    #[test]
    fn what_does_not_read_is_refused() {
        let of = |set: fn(&mut MessagesQuery)| {
            let mut asked = MessagesQuery::default();
            set(&mut asked);
            filter(&asked, 500)
        };
        assert!(of(|_| {}).unwrap().newest_first);
        assert_eq!(of(|asked| asked.limit = Some("500".to_owned())).unwrap().limit, Some(500));
        for set in [
            |asked: &mut MessagesQuery| asked.limit = Some("0".to_owned()),
            |asked: &mut MessagesQuery| asked.limit = Some("501".to_owned()),
            |asked: &mut MessagesQuery| asked.cursor = Some("-1".to_owned()),
            |asked: &mut MessagesQuery| asked.cursor = Some("9223372036854775808".to_owned()),
            |asked: &mut MessagesQuery| asked.order = Some("random".to_owned()),
            |asked: &mut MessagesQuery| asked.source = Some("x".to_owned()),
            |asked: &mut MessagesQuery| asked.sender = Some("0x12".to_owned()),
            |asked: &mut MessagesQuery| asked.transaction = Some("12".to_owned()),
        ] {
            let mut asked = MessagesQuery::default();
            set(&mut asked);
            assert!(filter(&asked, 500).is_err(), "{asked:?}");
        }
    }
}
