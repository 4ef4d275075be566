use alloy::primitives::{Address, U256};
use causeway_interop::SafetyLevel;
use causeway_store::{MessageRecord, MessageStatus};
use serde::Serialize;

use super::{
    forms::{Checksummed, rfc3339, rfc3339_ms},
    resending::Resending,
    standing::Standing,
};
use crate::{
    api::{observer::LastFailure, payers::SignerTrouble},
    engine::Prospect,
    event::ether,
};

/// What happens next to a message, or what it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct NextStep {
    /// A stable name.
    code: &'static str,
    /// In words.
    text: String,
    /// Why it was not delivered so far.
    reason: Option<String>,
    /// The block of its destination at which it is looked at again.
    block: Option<u64>,
    /// Whose budget for what is paid in vain is used up.
    withheld: Option<String>,
    /// Before this time of its destination it is not sent, in seconds since 1970.
    not_before: Option<u64>,
    /// The account that does not sign.
    account: Option<Checksummed>,
    /// Since when that is so, RFC 3339 in UTC.
    since: Option<String>,
}

/// What is known beside the record.
#[derive(Clone, Debug, Default)]
pub(in crate::api) struct Outlook {
    /// Whether this relayer follows both ends.
    pub(in crate::api) is_relayed: bool,
    /// Whether too little of its time is left for a new transaction.
    pub(in crate::api) is_late: bool,
    /// Who works while this relayer stands by.
    pub(in crate::api) standing_by: Option<String>,
    /// How safe the block of its source has to become first.
    pub(in crate::api) unsettled: Option<Unsettled>,
    /// The relayer's accounts on the destination with what they have, in wei, if none of them could pay when it was tried last.
    pub(in crate::api) broke: Vec<(Address, Option<U256>)>,
    /// Which of them do not sign there.
    pub(in crate::api) signers: Signers,
    /// What is wrong with the destination.
    pub(in crate::api) trouble: Option<String>,
    /// How it failed last, since the start.
    pub(in crate::api) failure: Option<LastFailure>,
    /// What it waits for, as its lane says.
    pub(in crate::api) prospect: Option<Prospect>,
    /// Of one that expired, whether it is sent again.
    pub(in crate::api) resending: Resending,
}

/// That the block of a message is not as safe as its route wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) struct Unsettled {
    /// How safe it has to become.
    pub(in crate::api) level: SafetyLevel,
    /// The block's number.
    pub(in crate::api) number: u64,
    /// Why nobody knows how safe it is.
    pub(in crate::api) doubt: Option<String>,
}

/// The relayer's accounts, as far as they do not sign on the destination.
#[derive(Clone, Debug, Default)]
pub(in crate::api) struct Signers {
    /// Those that do not.
    pub(in crate::api) unwell: Vec<(Address, SignerTrouble)>,
    /// Whether another one signs and can pay.
    pub(in crate::api) has_other: bool,
}

impl NextStep {
    fn new(code: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { code, text, ..Self::default() }
    }

    fn because(self, reason: Option<&str>) -> Self {
        Self { reason: reason.map(str::to_owned), ..self }
    }

    fn at(self, block: u64) -> Self {
        Self { block: Some(block), ..self }
    }
}

/// Says what happens next.
pub(in crate::api) fn next_step(record: &MessageRecord, standing: Standing, outlook: &Outlook) -> NextStep {
    match standing {
        Standing::Delivered => NextStep::new("delivered", "nothing: it is delivered"),
        Standing::Reorged => NextStep::new(
            "gone",
            "a reorg of its source took it away; it is delivered if a block there holds it again",
        ),
        Standing::Expired => {
            let (text, reason) = outlook.resending.in_words();
            NextStep::new("expired", text).because(reason)
        }
        Standing::InFlight => on_its_way(),
        Standing::Failed | Standing::Pending => undelivered(record, outlook),
    }
}

fn expires_soon() -> NextStep {
    NextStep::new(
        "expires-soon",
        "no new transaction takes it, since it is about to expire; resendMessage on its source makes it young again",
    )
}

/// None of these accounts could pay.
fn no_funds(record: &MessageRecord, accounts: &[(Address, Option<U256>)]) -> NextStep {
    let accounts = accounts.iter().map(|(account, balance)| match balance {
        Some(wei) => format!("{account} has {}", ether(*wei)),
        None => format!("what {account} has is not known"),
    });
    let (accounts, chain) = (accounts.collect::<Vec<_>>().join(", "), record.sent.destination);
    let text = format!("no account can pay for it on chain {chain} ({accounts}): it goes when one has ether");
    NextStep::new("no-funds", text)
}

fn waits_for_safety(Unsettled { level, number, doubt }: &Unsettled) -> NextStep {
    let why = doubt.as_ref().map(|why| format!(", and that is not known now: {why}")).unwrap_or_default();
    let text = format!("it waits until its source block {number} is {level}{why}");
    NextStep::new("waits-for-safety", text).because(doubt.as_deref())
}

/// This account does not sign, and no other one takes it.
fn wait_for_signer((account, trouble): &(Address, SignerTrouble)) -> NextStep {
    let SignerTrouble { since, reason } = trouble;
    let since = rfc3339(*since);
    let text = format!("it goes when {account} signs again, which it does not since {since}: {reason}");
    let step = NextStep::new("wait-for-signer", text).because(Some(reason));
    NextStep { account: Some(Checksummed(*account)), since: Some(since), ..step }
}

fn on_its_way() -> NextStep {
    NextStep::new(
        "on-its-way",
        "its transaction waits for a block; until then the same bytes are sent again where nodes lose them",
    )
}

fn undelivered(record: &MessageRecord, outlook: &Outlook) -> NextStep {
    if record.status == MessageStatus::Skipped {
        let reason = record.skip_reason.as_deref();
        let words = reason.unwrap_or("no reason given");
        let text = format!("nothing: an operator took it out ({words}); a retry puts it back");
        return NextStep::new("skipped", text).because(reason);
    }
    if !outlook.is_relayed {
        return NextStep::new(
            "not-followed",
            "nothing: this relayer does not relay between its source and its destination",
        );
    }
    if outlook.is_late {
        return expires_soon();
    }
    if let Some(holder) = &outlook.standing_by {
        let text =
            format!("this relayer stands by, and knows no more: the one that works says it ({holder})");
        return NextStep::new("queued", text);
    }
    if let Some(unsettled) = &outlook.unsettled {
        return waits_for_safety(unsettled);
    }
    if let Some(trouble) = &outlook.trouble {
        let text = format!("it is tried when its destination can be used again: {trouble}");
        return NextStep::new("wait-for-chain", text).because(Some(trouble));
    }
    // With each block it is its turn again, until the accounts have been asked about.
    let is_its_turn = outlook.prospect.as_ref().map_or(outlook.failure.is_none(), |it| *it == Prospect::Turn);
    if is_its_turn && !outlook.broke.is_empty() {
        return no_funds(record, &outlook.broke);
    }
    if let Some(step) = unsigned(outlook, is_its_turn) {
        return step;
    }
    outlook
        .prospect
        .as_ref()
        .and_then(|prospect| foreseen(prospect, outlook.failure.as_ref()))
        .unwrap_or_else(|| remembered(record, outlook))
}

/// Whose signature it waits for, if that does not come.
fn unsigned(outlook: &Outlook, is_its_turn: bool) -> Option<NextStep> {
    let Signers { unwell, has_other } = &outlook.signers;
    let found = match outlook.prospect {
        Some(Prospect::Signing { signer }) => unwell.iter().find(|(account, _)| *account == signer),
        // Others go first for a while.
        _ if *has_other || !is_its_turn => None,
        _ => unwell.iter().min_by_key(|(_, trouble)| trouble.since),
    };
    found.map(wait_for_signer)
}

/// What follows from what its lane says.
fn foreseen(prospect: &Prospect, failure: Option<&LastFailure>) -> Option<NextStep> {
    let reason = failure.map(|failure| failure.reason.as_str());
    let last = reason.map(|reason| format!("; last time: {reason}")).unwrap_or_default();
    let step = match prospect {
        Prospect::Turn => NextStep::new("queued", format!("it is judged and sent when its turn comes{last}")),
        Prospect::Signing { signer } => {
            NextStep::new("queued", format!("its transaction is being signed by {signer}{last}"))
        }
        Prospect::Carried => on_its_way(),
        Prospect::Pause => NextStep::new(
            "queued",
            format!(
                "its destination does not judge it now: it is asked again in some seconds, or with the next block{last}"
            ),
        ),
        Prospect::Dear => NextStep::new(
            "fee-cap",
            "gas costs more than may be paid: that is looked at again with every block of its destination",
        ),
        Prospect::Capped => NextStep::new(
            "gas-cap",
            "the transactions to its destination have used the gas that they may in an hour: it goes when the hour is over",
        ),
        Prospect::RouteCapped => NextStep::new(
            "gas-cap",
            "the messages of its source have used the gas that they may on its destination in an hour: it goes when the hour is over",
        ),
        Prospect::Refused { block } => {
            let text = format!(
                "tried again at block {block} of its destination, or when something of its sender or target is delivered before{last}"
            );
            NextStep::new("tried-again", text).at(*block)
        }
        Prospect::Block { block } => {
            let text = format!("tried again at block {block} of its destination{last}");
            NextStep::new("tried-again", text).at(*block)
        }
        Prospect::Withheld { party, block, not_before } => {
            let time = rfc3339_ms(not_before.saturating_mul(1_000));
            let text = format!(
                "waits for the budget of {party}, which made the relayer pay too much in vain: looked at again at \
                 block {block} of its destination, and sent not before {time} by its clock"
            );
            let step = NextStep::new("withheld", text).at(*block);
            NextStep { withheld: Some(party.clone()), not_before: Some(*not_before), ..step }
        }
        Prospect::Filtered { reason } => {
            return Some(NextStep::new("filtered", format!("nothing: {reason}")).because(Some(reason)));
        }
        Prospect::Safety => NextStep::new(
            "waits-for-safety",
            "it waits until the block of its source is as safe as its route wants it",
        ),
        Prospect::Early => NextStep::new(
            "wait-for-source",
            format!(
                "it waits until its destination knows the newest blocks of its source, or its clock is there: messages as young as \
                 it were refused for now, and one at a time is tried{last}"
            ),
        ),
        Prospect::Late => expires_soon(),
        Prospect::Dropped => return None,
    };
    Some(step.because(reason))
}

/// What follows from what was heard and is recorded, where its lane does not say, or does not have it.
fn remembered(record: &MessageRecord, outlook: &Outlook) -> NextStep {
    let is_dropped = outlook.prospect == Some(Prospect::Dropped);
    match &outlook.failure {
        Some(LastFailure { reason, retry_after_block: Some(block) }) => {
            let text = format!("tried again at block {block} of its destination; last time: {reason}");
            NextStep::new("tried-again", text).at(*block).because(Some(reason))
        }
        Some(LastFailure { reason, retry_after_block: None }) => {
            let text =
                format!("nothing: it was given up ({reason}); a retry, or sending it again, takes it up");
            NextStep::new("given-up", text).because(Some(reason))
        }
        None if record.status == MessageStatus::Failed && is_dropped => NextStep::new(
            "given-up",
            "nothing: its transactions reverted too often; a retry, or sending it again, takes it up",
        ),
        None if record.status == MessageStatus::Failed => NextStep::new(
            "tried-again",
            "its transaction reverted; it is tried again, unless that happened too often",
        ),
        None => NextStep::new("queued", "it is judged and sent when its turn comes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(prospect: Prospect, failure: Option<(&str, Option<u64>)>) -> NextStep {
        let failure = failure
            .map(|(reason, retry_after_block)| LastFailure { reason: reason.to_owned(), retry_after_block });
        foreseen(&prospect, failure.as_ref()).unwrap()
    }

    #[test]
    fn the_block_that_a_message_waits_for_is_told_with_why() {
        let refused = step(Prospect::Refused { block: 1_234 }, Some(("Refused(7)", Some(9))));
        // As its lane says: what was told when it failed is older.
        assert_eq!((refused.code, refused.block), ("tried-again", Some(1_234)));
        assert_eq!(refused.reason.as_deref(), Some("Refused(7)"));
        assert_eq!(
            refused.text,
            "tried again at block 1234 of its destination, or when something of its sender or target is delivered \
             before; last time: Refused(7)"
        );
        let filtered = step(Prospect::Filtered { reason: "its token is denied".to_owned() }, None);
        assert_eq!((filtered.code, filtered.text.as_str()), ("filtered", "nothing: its token is denied"));
    }

    #[test]
    fn what_waits_for_a_word_that_nobody_says_tells_so() {
        let waits = |doubt: Option<&str>| {
            let doubt = doubt.map(str::to_owned);
            waits_for_safety(&Unsettled { level: SafetyLevel::Safe, number: 7, doubt })
        };
        let step = waits(None);
        assert_eq!((step.code, step.reason), ("waits-for-safety", None));
        assert_eq!(step.text, "it waits until its source block 7 is safe");
        let why = "the node names no block that is safe";
        let step = waits(Some(why));
        assert_eq!((step.code, step.reason.as_deref()), ("waits-for-safety", Some(why)));
        assert!(step.text.ends_with(why), "{}", step.text);
    }

    #[test]
    fn what_caps_hold_back_is_not_said_to_be_sent_next() {
        let codes = [Prospect::Dear, Prospect::Capped, Prospect::RouteCapped].map(|it| step(it, None).code);
        assert_eq!(codes, ["fee-cap", "gas-cap", "gas-cap"]);
    }

    #[test]
    fn what_does_not_sign_is_told_for_what_waits_for_it() {
        let [one, two] = [1, 2].map(Address::repeat_byte);
        let trouble = |seconds, reason: &str| SignerTrouble {
            since: std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds),
            reason: reason.to_owned(),
        };
        let of = |prospect, unwell: &[(Address, SignerTrouble)], has_other| {
            let signers = Signers { unwell: unwell.to_vec(), has_other };
            let outlook = Outlook { prospect: Some(prospect), signers, ..Outlook::default() };
            let is_its_turn = outlook.prospect == Some(Prospect::Turn);
            unsigned(&outlook, is_its_turn)
        };
        let (both, first) = ([(one, trouble(9, "no")), (two, trouble(5, "away"))], [(one, trouble(9, "no"))]);
        let step = of(Prospect::Signing { signer: one }, &first, true).unwrap();
        assert_eq!((step.code, step.account), ("wait-for-signer", Some(Checksummed(one))));
        let since = "1970-01-01T00:00:09.000000Z";
        assert_eq!((step.since.as_deref(), step.reason.as_deref()), (Some(since), Some("no")));
        assert_eq!(step.text, format!("it goes when {one} signs again, which it does not since {since}: no"));
        let step = of(Prospect::Turn, &both, false).unwrap();
        assert_eq!(step.account, Some(Checksummed(two)), "the one that is away the longest");
        assert_eq!(of(Prospect::Signing { signer: two }, &first, true), None, "it signs");
        assert_eq!(of(Prospect::Turn, &first, true), None, "the other one does its work");
        assert_eq!(of(Prospect::Carried, &both, false), None, "signed before");
        assert_eq!(of(Prospect::Capped, &both, false), None);
    }

    #[test]
    fn a_message_that_is_being_signed_for_is_not_on_its_way() {
        assert_eq!(step(Prospect::Signing { signer: Address::ZERO }, None).code, "queued");
    }

    #[test]
    fn whose_budget_is_used_up_is_told_with_the_time() {
        let party = "its token".to_owned();
        let step = step(Prospect::Withheld { party, block: 66, not_before: 1_700_000_000 }, None);
        assert_eq!((step.code, step.block, step.not_before), ("withheld", Some(66), Some(1_700_000_000)));
        assert_eq!(step.withheld.as_deref(), Some("its token"));
        assert!(step.text.contains("not before 2023-11-14T22:13:20"), "{}", step.text);
    }
}
