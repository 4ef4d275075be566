//! Nothing waits for nothing.

use crate::engine::{
    Command, Lane,
    account::Account,
    attempt::{Attempt, Stage},
    attempts::Question,
    entry::{Entry, Phase},
};

/// Checks that nothing waits for nothing. `outstanding` are the commands without an answer so far.
pub(in crate::engine) fn check_wakefulness(lane: &Lane, outstanding: &[Command]) {
    if !lane.online {
        return;
    }
    assert!(!lane.paused || lane.clock.is_armed());
    let guards = outstanding.iter().filter(|command| matches!(command, Command::Guard { .. })).count();
    assert_eq!(guards, lane.guards.len(), "{lane:#?} {outstanding:#?}");
    for (_, account) in lane.fleet.iter() {
        check_account(lane, account, outstanding);
    }
    for entry in lane.roster.iter() {
        assert!(
            waits(lane, entry, outstanding),
            "a message waits for nothing: {:?} {lane:#?} {outstanding:#?}",
            entry.phase
        );
    }
}

/// Whether somebody will tell the account's nonces.
fn is_asked(lane: &Lane, account: &Account, outstanding: &[Command]) -> bool {
    let asks = outstanding
        .iter()
        .any(|command| matches!(command, Command::Nonces { signer, .. } if *signer == account.signer));
    asks || account.attempts.is_unanswered() && lane.clock.is_armed()
}

fn check_account(lane: &Lane, account: &Account, outstanding: &[Command]) {
    let free = !lane.paused;
    let asked = is_asked(lane, account, outstanding);
    assert!(!free || account.attempts.is_known() || asked, "nobody asks for the nonces");
    let is_receipt = |command: &Command, of: u64| matches!(command, Command::Receipt { signer, nonce, .. } if *signer == account.signer && *nonce == of);
    for (nonce, attempt) in account.attempts.iter() {
        let answers = outstanding.iter().any(|command| match command {
            Command::Submit { signer, nonce: n, .. } | Command::Fill { signer, nonce: n, .. } => {
                *signer == account.signer && *n == nonce && attempt.stage == Stage::Signing
            }
            Command::Broadcast { signer, nonce: n, .. } => {
                *signer == account.signer && *n == nonce && attempt.stage == Stage::Sending
            }
            command => is_receipt(command, nonce) && attempt.stage == Stage::Checking,
        });
        let lower_is_new = || {
            let mut lower = account.attempts.iter().take_while(|(lower, _)| *lower < nonce);
            lower.any(|(_, lower)| lower.stage == Stage::Signing && !lower.is_out())
        };
        let waits = match attempt.stage {
            Stage::Signing | Stage::Sending | Stage::Checking => answers,
            Stage::Unsent => !free || !lane.can_send(account) || lower_is_new(),
            Stage::Pooled => !attempt.suspect || lane.clock.is_armed() || asked,
        };
        assert!(waits, "{nonce} {:?} waits for nothing: {lane:#?} {outstanding:#?}", attempt.stage);
    }
    for (nonce, inquest) in &account.inquests {
        let waits = match inquest.question {
            Question::Due => !free,
            Question::Asked => outstanding.iter().any(|command| is_receipt(command, *nonce)),
            Question::Failed => lane.clock.is_armed(),
            Question::Answered => false,
        };
        assert!(waits, "the inquest at {nonce} waits for nothing: {lane:#?}");
    }
}

fn waits(lane: &Lane, entry: &Entry, outstanding: &[Command]) -> bool {
    match entry.phase {
        _ if lane.paused && !matches!(entry.phase, Phase::Guarding { .. }) => true,
        Phase::Queued => {
            let held = lane.fleet.slot_of_message(entry.message.hash).is_some();
            lane.guards.len() >= lane.policy.max_guards
                || !held && !lane.fleet.has_room(lane.window())
                || !held && lane.roster.guarded_len() >= lane.policy.max_guarded
                || !held && entry.doubtful && lane.guards.doubtful() > 0
                || !held && entry.doubtful && !lane.has_room_for_doubtful()
        }
        Phase::Guarding { .. } => outstanding.iter().any(|command| {
            matches!(command, Command::Guard { messages } if messages.iter().any(|m| m.hash == entry.message.hash))
        }),
        Phase::Ready { .. } => match lane.fleet.slot_of_message(entry.message.hash) {
            Some(slot) => {
                let attempt = lane.fleet.get(slot).expect("an attempt");
                let account = lane.fleet.account(slot.account).expect("an account");
                !lane.can_send(account) || lane.dear || waits_for_others(lane, attempt)
            }
            None => waits_to_go(lane, entry, outstanding),
        },
        Phase::Asleep { until } => until > lane.head,
        Phase::Napping | Phase::Early => lane.clock.is_armed(),
        Phase::Unsettled => lane.is_unsettled(entry.message.hash),
        Phase::Capped => lane.is_full(entry.message.source),
        Phase::Late => lane.is_late(entry.message.hash),
        Phase::Attempted { .. } => true,
    }
}

fn waits_for_others(lane: &Lane, attempt: &Attempt) -> bool {
    attempt.stage == Stage::Checking || lane.is_being_judged(attempt.members.iter().copied())
}

/// Whether a ready message has a reason to wait.
fn waits_to_go(lane: &Lane, entry: &Entry, outstanding: &[Command]) -> bool {
    if lane.dear || lane.is_capped() {
        return true;
    }
    if let Some(&account) = lane.next_accounts().first() {
        let earlier = lane.roster.guarded().any(|other| {
            matches!(other.phase, Phase::Guarding { group } if lane.guards.is_in_time(group))
                && other.message.source == entry.message.source
        });
        let doubtful = entry.doubtful && !lane.may_send_doubtful(account);
        assert!(lane.next_new().is_none(), "a batch could go: {lane:#?}");
        let Phase::Ready { gas, .. } = entry.phase else { return true };
        let risky = !lane.may_risk(entry, gas, &lane.stakes()) && lane.fleet.in_flight() > 0;
        let tried = (entry.early > 0 || lane.holds.has(entry.message.source))
            && (lane.fleet.attempts().next().is_some() || lane.is_trying(entry.message.source));
        return earlier && lane.clock.is_armed() || doubtful || risky || tried;
    }
    // Each account has something that will make it free.
    lane.fleet.iter().all(|(_, account)| {
        let strangers = account.attempts.has_strangers() && lane.clock.is_armed();
        account.broke
            || account.attempts.sending() > 0
            || account.attempts.is_trying()
            || account.attempts.len() >= lane.window()
            || is_asked(lane, account, outstanding)
            || strangers
            || lane.is_unsure()
    })
}
