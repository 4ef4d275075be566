//! What the relayer does next about a message, as far as that follows from what is known. What only a running relayer knows
//! (which block it waits for) is not made up: it is asked, if its API is named.

use causeway_client::status::RelayerNext;
use causeway_relayer::engine::Policy;
use causeway_store::{Attempt, AttemptState, MessageRecord, MessageStatus};

/// What the answer depends on.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) record: &'a MessageRecord,
    /// The oldest first.
    pub(super) attempts: &'a [Attempt],
    /// Transactions for it that were paid for in vain, and count.
    pub(super) in_vain: usize,
    /// The ends of its way that no relayer on this database has followed.
    pub(super) strangers: &'a [String],
    /// The rule of the configuration that keeps it, if one does.
    pub(super) filtered: Option<String>,
    /// What stands against it by what the chains say, in the names of obstacles, or why they cannot be asked; nothing if
    /// they were not.
    pub(super) obstacles: Option<Result<Vec<&'static str>, &'a str>>,
    /// Whether too little of its time is left for a new transaction, by the clock of its destination.
    pub(super) is_late: bool,
    /// Whether the configuration has what expired on its route sent again.
    pub(super) is_resent: bool,
    /// How safe the block of its source has to become first, in words.
    pub(super) unsettled: Option<String>,
    /// What the relayer's accounts have on its destination, in words, if none of them can pay there.
    pub(super) broke: Option<String>,
    pub(super) destination: &'a str,
    pub(super) has_relayer: bool,
    pub(super) policy: Policy,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Next {
    /// A stable name, for programs.
    pub(super) code: String,
    pub(super) text: String,
    /// What the relayer itself says, if it was asked and knows more.
    pub(super) told: Option<RelayerNext>,
    /// Why its answer is of no use, if it was asked.
    pub(super) note: Option<String>,
}

impl Next {
    fn new(code: &str, text: impl Into<String>) -> Self {
        Self { code: code.to_owned(), text: text.into(), told: None, note: None }
    }

    /// As the relayer itself says. It is somebody else's text: quoted.
    pub(super) fn told(told: RelayerNext) -> Self {
        let text = format!("the relayer says: {:?}", told.text);
        Self { told: Some(told.clone()), ..Self::new(&told.code, text) }
    }

    /// Whether the database alone decides it.
    pub(super) fn is_settled(&self) -> bool {
        matches!(self.code.as_str(), "delivered" | "gone" | "skipped" | "on-its-way")
    }
}

/// Says what happens next.
pub(super) fn next(known: &Known<'_>) -> Next {
    let next = settled(known).unwrap_or_else(|| waiting(known));
    let is_over = matches!(
        next.code.as_str(),
        "delivered" | "gone" | "skipped" | "not-followed" | "filtered" | "given-up"
    );
    if known.has_relayer || is_over {
        return next;
    }
    let text = format!("nothing, for no relayer works on this database; once one runs: {}", next.text);
    Next { text, ..next }
}

/// What the database alone decides.
fn settled(known: &Known<'_>) -> Option<Next> {
    let Known { record, destination, .. } = known;
    Some(match record.status {
        MessageStatus::Delivered => Next::new("delivered", delivered(known)),
        MessageStatus::Orphaned => Next::new(
            "gone",
            "nothing: a reorg took it from its source; it is taken up if a later block there has it again",
        ),
        MessageStatus::Skipped => {
            let reason = record.skip_reason.as_deref().unwrap_or("without a reason");
            let out = if open(known).is_some() {
                "; a transaction that was signed before may deliver it all the same"
            } else {
                ""
            };
            Next::new(
                "skipped",
                format!(
                    "nothing: it is skipped ({reason}){out}; `causeway relayer skip --undo {}` takes it up",
                    record.hash
                ),
            )
        }
        _ if !known.strangers.is_empty() => Next::new(
            "not-followed",
            format!(
                "nothing: {} is not followed by a relayer on this database",
                known.strangers.join(" and ")
            ),
        ),
        _ if known.filtered.is_some() && open(known).is_none() => Next::new(
            "filtered",
            format!(
                "nothing: {}; so says the configuration here, and a relayer that runs by another one may differ",
                known.filtered.as_deref().unwrap_or_default()
            ),
        ),
        _ => {
            let attempt = open(known)?;
            let what = match attempt.state {
                AttemptState::Signed => "was signed, and perhaps sent",
                _ => "was sent",
            };
            Next::new(
                "on-its-way",
                format!(
                    "transaction {} {what}: it waits for a block of {destination}, and goes out again, the same bytes, after {} blocks without it",
                    attempt.tx.tx_hash, known.policy.rebroadcast_after
                ),
            )
        }
    })
}

fn delivered(known: &Known<'_>) -> String {
    let Some(delivery) = known.record.delivery else { return "nothing: it was delivered".to_owned() };
    let whose = if known.attempts.iter().any(|attempt| attempt.tx.tx_hash == delivery.tx_hash) {
        "the relayer's own"
    } else {
        "somebody else's"
    };
    format!(
        "nothing: it was delivered in block {} of {}, by {whose} transaction {}; a reorg of that block would bring it back",
        delivery.block_number, known.destination, delivery.tx_hash
    )
}

/// The newest transaction whose fate is open.
fn open<'a>(known: &Known<'a>) -> Option<&'a Attempt> {
    known.attempts.iter().rev().find(|attempt| attempt.state.is_open())
}

/// What is to be said of a message that no transaction carries now.
fn waiting(known: &Known<'_>) -> Next {
    let Known { record, destination, policy, .. } = known;
    if known.in_vain >= usize::try_from(policy.max_reverts).unwrap_or(usize::MAX) {
        return Next::new(
            "given-up",
            format!(
                "nothing: {} for it were paid for in vain, after which it is given up, until it is sent again or `causeway relayer retry {}`",
                super::super::words::counted(known.in_vain as u64, "transaction"),
                record.hash
            ),
        );
    }
    let codes = match &known.obstacles {
        Some(Ok(codes)) => codes.as_slice(),
        Some(Err(why)) => return Next::new("unknown", format!("not known: {why}")),
        None => &[],
    };
    let has = |code: &str| codes.contains(&code);
    if has("expired") {
        let by_itself = if known.is_resent {
            "the configuration here has that done by itself, if it would be delivered then"
        } else {
            "the configuration here has nothing of its route sent again by itself"
        };
        let text = format!("it is dropped as expired: sent again, it is tried again; {by_itself}");
        return Next::new("expired", text);
    }
    if known.is_late {
        return Next::new(
            "expires-soon",
            "no new transaction takes it, since it is about to expire: sent again, it is tried again",
        );
    }
    if let Some(what) = &known.unsettled {
        return Next::new("waits-for-safety", what.clone());
    }
    if has("not-a-dependency") {
        return Next::new(
            "no-route",
            format!("nothing while {destination} does not accept messages of its source"),
        );
    }
    if has("source-gone") {
        return Next::new("gone", "nothing while its source does not have it");
    }
    if has("destination-unreachable") || has("not-tried") {
        return Next::new("unknown", format!("it is tried when the node of {destination} answers"));
    }
    if has("already-delivered") {
        return Next::new("delivered-unseen", "nothing, once the block that delivered it is taken in");
    }
    if has("future-message") || has("executed-too-early") {
        return Next::new("early", format!("it is tried when the clock of {destination} is there"));
    }
    if let (Some(accounts), []) = (&known.broke, codes) {
        return Next::new(
            "no-funds",
            format!("no account can pay for it on {destination} ({accounts}): it goes when one has ether"),
        );
    }
    match codes {
        [] => Next::new("queued", format!("it goes with one of the next transactions to {destination}")),
        _ => Next::new("tried-again", tried_again(known)),
    }
}

fn tried_again(known: &Known<'_>) -> String {
    let paid = match known.in_vain {
        0 => "nothing was paid for it in vain so far".to_owned(),
        count => {
            format!("{count} of {} transactions that may be paid for in vain are", known.policy.max_reverts)
        }
    };
    format!(
        "it is tried out again after 1, 2, 4 … up to {} blocks of {}, which costs nothing as long as it would fail ({paid})",
        known.policy.max_delay_blocks, known.destination
    )
}
