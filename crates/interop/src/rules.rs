//! The validity of an executing message, decided by pure functions.
//!
//! Admission, block verification and the devnet's gateway all ask [`check`], so they cannot disagree. Who admits to a
//! block that is yet to be built asks by [`admit`], for whom *too early* is no final answer. Specs: "Messaging", sections
//! "Messaging Invariants" and "Invalid messages". What no single message shows, cycles among messages of one timestamp,
//! is [`graph`](crate::graph)'s.

use crate::{
    Claim, ClaimedMessage, DependencySet, Facts, InvalidReason, LogFact, Missing, SafetyLevel, SameTimestamp,
    SourceBlock, Verdict,
};

/// Decides a claim.
///
/// A claim that breaks a rule by its own values is invalid whatever the facts; otherwise the facts prove it,
/// refute it, or leave it open.
pub fn check(claim: &Claim, set: &DependencySet, facts: &Facts) -> Verdict {
    match check_claim(claim, set).map_err(|reason| (awaited(&reason, set), reason)) {
        Ok(()) => check_source(claim, facts),
        Err((Some(missing), _)) => unless_valid(check_source(claim, facts), missing),
        Err((None, reason)) => Verdict::Invalid(reason),
    }
}

/// What is missing, unless something else is or the claim is refuted.
fn unless_valid(verdict: Verdict, missing: Missing) -> Verdict {
    if verdict.is_valid() { missing.into() } else { verdict }
}

/// The chain that has to be known, if a claim breaks a rule only because one is not in the set that may yet join it.
fn awaited(reason: &InvalidReason, set: &DependencySet) -> Option<Missing> {
    match reason {
        InvalidReason::UnknownChain { chain_id } if set.may_join(*chain_id) => {
            Some(Missing::Chain { chain_id: *chain_id })
        }
        _ => None,
    }
}

/// Decides a claim of a transaction that can wait for a later block.
///
/// It is [`check`], but what is merely too early at the executing timestamp is *not yet known* ([`Missing::Time`]), however
/// early. So *invalid* says: with these facts, at no timestamp from the executing one on. A transaction that is dropped for
/// it would not have come true a second later, when the chain that is to execute it has caught up with the message's.
pub fn admit(claim: &Claim, set: &DependencySet, facts: &Facts) -> Verdict {
    match admit_claim(claim, set) {
        Ok(Some(missing)) => unless_valid(check_source(claim, facts), missing),
        Ok(None) => check_source(claim, facts),
        Err(reason) => reason.into(),
    }
}

/// Checks what a claim shows by itself, as [`check_claim`] does, and returns what it has to wait for if it is too early, or if
/// it is about a chain that may be about to join the set.
///
/// It is the cheap half of [`admit`]. A claim that has to wait may still be refuted by its source: [`check_source`] is asked
/// before anybody is told to wait.
pub fn admit_claim(claim: &Claim, set: &DependencySet) -> Result<Option<Missing>, InvalidReason> {
    let Err(reason) = check_claim(claim, set) else { return Ok(None) };
    if let Some(missing) = awaited(&reason, set) {
        return Ok(Some(missing));
    }
    let Some(from) = admissible_from(claim, set, &reason) else { return Err(reason) };
    // What is still wrong then is why waiting does not help.
    check_claim(&Claim { executing_timestamp: from, ..*claim }, set)?;
    Ok(Some(Missing::Time { reason, from }))
}

/// The first timestamp that breaks none of the rules that time mends, if the claim breaks one of these.
fn admissible_from(claim: &Claim, set: &DependencySet, reason: &InvalidReason) -> Option<u64> {
    match reason {
        InvalidReason::FutureMessage { .. }
        | InvalidReason::SameTimestamp { .. }
        | InvalidReason::ExecutedTooEarly { .. } => {}
        _ => return None,
    }
    let initiated = claim.message.timestamp();
    let initiated = match claim.same_timestamp {
        SameTimestamp::Allowed => initiated,
        SameTimestamp::Forbidden => initiated.checked_add(1)?,
    };
    let active = set.member(claim.executing_chain)?.active_from()?;
    Some(claim.executing_timestamp.max(initiated).max(active))
}

/// Checks what a claim shows by itself: its chains and its times.
///
/// It is the cheap half of [`check`], and spares the look-up of facts for claims that cannot be valid.
pub fn check_claim(claim: &Claim, set: &DependencySet) -> Result<(), InvalidReason> {
    let executing_chain = claim.executing_chain;
    let initiating_chain = claim.message.chain_id();
    let Some(executing) = set.member(executing_chain) else {
        return Err(InvalidReason::UnknownChain { chain_id: executing_chain });
    };
    let Some(initiating) = set.member(initiating_chain) else {
        return Err(InvalidReason::UnknownChain { chain_id: initiating_chain });
    };
    if !set.can_execute(executing_chain, initiating_chain) {
        return Err(InvalidReason::NotADependency { executing_chain, initiating_chain });
    }

    let (initiated, executed) = (claim.message.timestamp(), claim.executing_timestamp);
    if !executing.is_active(executed) {
        return Err(InvalidReason::ExecutedTooEarly {
            chain_id: executing_chain,
            activation: executing.activation,
            timestamp: executed,
        });
    }
    if initiated > executed {
        return Err(InvalidReason::FutureMessage { initiated, executed });
    }
    if initiated == executed && claim.same_timestamp == SameTimestamp::Forbidden {
        return Err(InvalidReason::SameTimestamp { timestamp: executed });
    }
    if !initiating.is_active(initiated) {
        return Err(InvalidReason::InitiatedTooEarly {
            chain_id: initiating_chain,
            activation: initiating.activation,
            timestamp: initiated,
        });
    }
    check_expiry(claim, set.expiry_window())
}

/// Checks that the message is not expired, at the executing timestamp and until the timeout ends.
///
/// The age decides, so a block's messages are judged exactly even where their expiry exceeds 64 bits. A
/// *declared* message of that kind is refused, as the reference does: no honest sequencer declares one.
fn check_expiry(claim: &Claim, window: u64) -> Result<(), InvalidReason> {
    let (initiated, executed, timeout) =
        (claim.message.timestamp(), claim.executing_timestamp, claim.timeout);
    if matches!(claim.message, ClaimedMessage::Declared(_)) && initiated.checked_add(window).is_none() {
        return Err(InvalidReason::TimestampOverflow { timestamp: initiated, added: window });
    }
    if executed.saturating_sub(initiated) > window {
        return Err(InvalidReason::Expired { initiated, executed, window });
    }
    let Some(deadline) = executed.checked_add(timeout) else {
        return Err(InvalidReason::TimestampOverflow { timestamp: executed, added: timeout });
    };
    if deadline.saturating_sub(initiated) > window {
        return Err(InvalidReason::ExpiresBeforeTimeout { initiated, executed, timeout, window });
    }
    Ok(())
}

/// Checks what the source chain shows: the block, its timestamp, the log, and how safe they are.
///
/// It is the other half of [`check`], for claims that [`check_claim`] let pass.
pub fn check_source(claim: &Claim, facts: &Facts) -> Verdict {
    let message = &claim.message;
    let (chain_id, block_number) = (message.chain_id(), message.block_number());
    match facts.block {
        SourceBlock::Uninitialized => Missing::Chain { chain_id }.into(),
        // Timestamps do not fall with growing block numbers, so a neighbour's can refute the claim. One that is equal cannot:
        // blocks of a chain may share a timestamp.
        SourceBlock::Future { head }
            if head.number < block_number && head.timestamp > message.timestamp() =>
        {
            block_conflict(message, head.number, head.timestamp).into()
        }
        SourceBlock::Future { head } => Missing::Block {
            chain_id,
            block_number,
            head_number: head.number,
            head_timestamp: head.timestamp,
        }
        .into(),
        SourceBlock::Pruned { first }
            if first.number > block_number && first.timestamp < message.timestamp() =>
        {
            block_conflict(message, first.number, first.timestamp).into()
        }
        SourceBlock::Pruned { first } => Missing::History {
            chain_id,
            block_number,
            first_number: first.number,
            first_timestamp: first.timestamp,
        }
        .into(),
        SourceBlock::Known { timestamp, log } => match check_log(message, timestamp, log) {
            Ok(()) => check_safety(claim, facts.safety_head),
            Err(reason) => reason.into(),
        },
    }
}

const fn block_conflict(message: &ClaimedMessage, known_number: u64, known_timestamp: u64) -> InvalidReason {
    InvalidReason::BlockConflict {
        block_number: message.block_number(),
        timestamp: message.timestamp(),
        known_number,
        known_timestamp,
    }
}

/// Checks that the block has that timestamp and the log makes the same checksum.
///
/// For an executed message it compares what goes into the checksum instead of computing it twice.
fn check_log(message: &ClaimedMessage, actual: u64, log: Option<LogFact>) -> Result<(), InvalidReason> {
    let (block_number, expected) = (message.block_number(), message.timestamp());
    if expected != actual {
        return Err(InvalidReason::TimestampMismatch { block_number, expected, actual });
    }
    let Some(log) = log else {
        return Err(InvalidReason::LogNotFound { block_number, log_index: message.log_index() });
    };
    match (message, log) {
        (ClaimedMessage::Declared(access), log) => {
            let actual = access.checksum_of(log.log_hash());
            if access.checksum != actual {
                return Err(InvalidReason::ChecksumMismatch { expected: access.checksum, actual });
            }
        }
        (ClaimedMessage::Executed(message), LogFact::Full { origin, msg_hash }) => {
            let expected = message.identifier.origin;
            if expected != origin {
                return Err(InvalidReason::OriginMismatch { expected, actual: origin });
            }
            if message.msg_hash != msg_hash {
                return Err(InvalidReason::PayloadMismatch { expected: message.msg_hash, actual: msg_hash });
            }
        }
        (ClaimedMessage::Executed(message), LogFact::Hash(log_hash)) => {
            if crate::log_hash(message.identifier.origin, message.msg_hash) != log_hash {
                let access = message.access();
                let actual = access.checksum_of(log_hash);
                return Err(InvalidReason::ChecksumMismatch { expected: access.checksum, actual });
            }
        }
    }
    Ok(())
}

/// Checks that the block is as safe as the claim demands; a block that is known is at least unsafe.
///
/// It is the last part of [`check`], for callers who know already that the log is there: `head` is the number of the newest
/// block that has the claim's `min_safety`, if there is one.
pub fn check_safety(claim: &Claim, head: Option<u64>) -> Verdict {
    let block_number = claim.message.block_number();
    let required = claim.min_safety;
    if required == SafetyLevel::Unsafe || head.is_some_and(|head| head >= block_number) {
        return Verdict::Valid;
    }
    Missing::Safety { chain_id: claim.message.chain_id(), block_number, required, head }.into()
}
