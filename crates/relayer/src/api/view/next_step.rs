use causeway_store::{MessageRecord, MessageStatus};
use serde::Serialize;

use super::standing::Standing;
use crate::api::observer::LastFailure;

/// What happens next to a message, or what it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(in crate::api) struct NextStep {
    /// A stable name.
    code: &'static str,
    /// In words.
    text: String,
}

/// What is known beside the record.
#[derive(Clone, Debug, Default)]
pub(in crate::api) struct Outlook {
    /// Whether this relayer follows both ends.
    pub(in crate::api) is_relayed: bool,
    /// Whether too little of its time is left for a new transaction.
    pub(in crate::api) is_late: bool,
    /// What is wrong with the destination.
    pub(in crate::api) trouble: Option<String>,
    /// How it failed last, since the start.
    pub(in crate::api) failure: Option<LastFailure>,
}

/// Says what happens next.
pub(in crate::api) fn next_step(record: &MessageRecord, standing: Standing, outlook: &Outlook) -> NextStep {
    let step = |code, text: String| NextStep { code, text };
    match standing {
        Standing::Delivered => step("delivered", "nothing: it is delivered".to_owned()),
        Standing::Reorged => step(
            "gone",
            "a reorg of its source took it away; it is delivered if a block there holds it again".to_owned(),
        ),
        Standing::Expired => {
            step("expired", "too old to be executed: resendMessage on its source makes it young again".to_owned())
        }
        Standing::InFlight => step(
            "on-its-way",
            "its transaction waits for a block; until then the same bytes are sent again where nodes lose them"
                .to_owned(),
        ),
        Standing::Failed | Standing::Pending => undelivered(record, outlook),
    }
}

fn undelivered(record: &MessageRecord, outlook: &Outlook) -> NextStep {
    let step = |code, text: String| NextStep { code, text };
    if record.status == MessageStatus::Skipped {
        let reason = record.skip_reason.as_deref().unwrap_or("no reason given");
        return step("skipped", format!("nothing: an operator took it out ({reason}); a retry puts it back"));
    }
    if !outlook.is_relayed {
        return step(
            "not-followed",
            "nothing: this relayer does not relay between its source and its destination".to_owned(),
        );
    }
    if outlook.is_late {
        return step(
            "expires-soon",
            "no new transaction takes it, since it is about to expire; resendMessage on its source makes it young again"
                .to_owned(),
        );
    }
    if let Some(trouble) = &outlook.trouble {
        return step(
            "wait-for-chain",
            format!("it is tried when its destination can be used again: {trouble}"),
        );
    }
    match &outlook.failure {
        Some(LastFailure { reason, retry_after_block: Some(block) }) => step(
            "tried-again",
            format!("tried again after block {block} of its destination; last time: {reason}"),
        ),
        Some(LastFailure { reason, retry_after_block: None }) => step(
            "given-up",
            format!("nothing: it was given up ({reason}); a retry, or sending it again, takes it up"),
        ),
        None if record.status == MessageStatus::Failed => step(
            "tried-again",
            "its transaction reverted; it is tried again, unless that happened too often".to_owned(),
        ),
        None => step("queued", "it is judged and sent when its turn comes".to_owned()),
    }
}
