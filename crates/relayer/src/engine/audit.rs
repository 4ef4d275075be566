//! What must be true of a lane after every event, and chaos to try it with.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::engine::{
    BroadcastOutcome, Command, Event, GuardOutcome, Lane, Message, Policy, ReceiptOutcome,
    attempt::Stage,
    entry::Phase,
    lane::Pause,
    test_util::{message_at, tx},
};

/// Checks what holds between the parts of a lane, whatever the events were.
pub(super) fn check_consistency(lane: &Lane) {
    let mut messages = BTreeSet::new();
    for (nonce, attempt) in lane.attempts.iter() {
        assert!(!attempt.versions.is_empty() || attempt.stage == Stage::Signing);
        let Some(hash) = attempt.message else {
            assert!(attempt.moot, "nonce {nonce}: nobody's attempt is wanted");
            continue;
        };
        assert!(messages.insert(hash), "two attempts for {hash}");
        let entry = lane.roster.get(hash);
        assert_eq!(attempt.moot, entry.is_none(), "nonce {nonce}: moot is without a message");
        if attempt.void {
            assert!(matches!(attempt.stage, Stage::Pooled | Stage::Checking) && attempt.is_out());
        }
        if let Some(entry) = entry {
            assert_eq!(entry.phase == Phase::Attempted { nonce }, !attempt.void, "nonce {nonce}: {lane:#?}");
            assert!(entry.parked.is_none());
        }
    }
    for entry in lane.roster.iter() {
        if let Phase::Attempted { nonce } = entry.phase {
            let attempt = lane.attempts.get(nonce).expect("an attempt without an attempt");
            assert!(!attempt.void);
            assert_eq!(attempt.message, Some(entry.message.hash));
        }
    }
    assert!(lane.roster.guarded_len() <= lane.policy.max_guarded);
}

/// Checks that nothing waits for nothing. `outstanding` are the commands without an answer so far.
pub(super) fn check_wakefulness(lane: &Lane, outstanding: &[Command]) {
    if !lane.online {
        return;
    }
    let tick_comes = lane.wake_armed;
    assert!(lane.pause != Some(Pause::Tick) || tick_comes);
    let asks = outstanding.iter().any(|command| matches!(command, Command::Nonces { .. }));
    let free = lane.pause.is_none();
    let asks_later = lane.attempts.is_unanswered() && tick_comes;
    assert!(!free || lane.attempts.is_known() || asks || asks_later, "nobody asks for the nonces");
    let gap = lane.attempts.gap().is_some();
    let guarded = lane.roster.guarded_len();
    let full = lane.attempts.len() + guarded >= lane.policy.max_in_flight && !(gap && guarded == 0)
        || guarded >= lane.policy.max_guarded;

    for entry in lane.roster.iter() {
        let guards = || {
            outstanding.iter().any(
                |command| matches!(command, Command::Guard(message) if message.hash == entry.message.hash),
            )
        };
        let waits = match entry.phase {
            Phase::Queued => full || !free,
            Phase::Guarding => guards(),
            Phase::Ready { .. } => {
                let earlier = lane.roster.iter().any(|other| {
                    other.phase == Phase::Guarding && other.message.source == entry.message.source
                });
                let room = lane.attempts.len() < lane.policy.max_in_flight || gap;
                let strangers = lane.attempts.has_strangers() && tick_comes;
                let checking = lane
                    .attempts
                    .nonce_of_message(entry.message.hash)
                    .and_then(|nonce| lane.attempts.get(nonce))
                    .is_some_and(|attempt| attempt.stage == Stage::Checking);
                let waits_for_nonces = asks || asks_later || strangers;
                !free || lane.attempts.is_sending() || earlier || waits_for_nonces || !room || checking
            }
            Phase::Asleep { until } => until > lane.head,
            Phase::Napping => tick_comes,
            Phase::Attempted { .. } => true,
        };
        assert!(waits, "a message waits for nothing: {:?} {lane:#?} {outstanding:#?}", entry.phase);
    }
    for (nonce, attempt) in lane.attempts.iter() {
        let answers = outstanding.iter().any(|command| match command {
            Command::Submit { nonce: n, .. } | Command::Fill { nonce: n, .. } => {
                *n == nonce && attempt.stage == Stage::Signing
            }
            Command::Broadcast { nonce: n, .. } => *n == nonce && attempt.stage == Stage::Sending,
            Command::Receipt { nonce: n, .. } => *n == nonce && attempt.stage == Stage::Checking,
            _ => false,
        });
        let waits = match attempt.stage {
            Stage::Signing | Stage::Sending | Stage::Checking => answers,
            Stage::Unsent => !free || lane.attempts.is_sending() || asks || asks_later,
            Stage::Pooled => !attempt.suspect || tick_comes || asks,
            // Blocks have it looked at again.
            Stage::Mined => true,
        };
        assert!(waits, "{nonce} {:?} waits for nothing: {lane:#?} {outstanding:#?}", attempt.stage);
    }
}

fn any_message() -> impl Strategy<Value = Message> {
    (0u64..4, 0u64..2, 0u64..4, 0u32..2)
        .prop_map(|(id, source, block, index)| message_at(id, 901 + source, block, index))
}

fn any_event() -> impl Strategy<Value = Event> {
    let nonce = || prop_oneof![0u64..4, Just(u64::MAX - 1), Just(u64::MAX)];
    let reason = || Just("why".to_owned());
    let signed = move || (nonce(), 0u64..3).prop_map(|(nonce, salt)| (nonce, tx(nonce, salt)));
    let guard = prop_oneof![
        Just(GuardOutcome::Deliverable { gas: 1 }),
        Just(GuardOutcome::AlreadyDelivered),
        reason().prop_map(|reason| GuardOutcome::Reverts { reason }),
        reason().prop_map(|reason| GuardOutcome::NotYet { reason }),
        reason().prop_map(|reason| GuardOutcome::Unfunded { reason }),
        reason().prop_map(|reason| GuardOutcome::Unavailable { reason }),
    ];
    let broadcast = prop_oneof![
        Just(BroadcastOutcome::Accepted),
        Just(BroadcastOutcome::AlreadyKnown),
        Just(BroadcastOutcome::NonceTooLow),
        Just(BroadcastOutcome::NonceTaken),
        reason().prop_map(|reason| BroadcastOutcome::Underpriced { reason }),
        reason().prop_map(|reason| BroadcastOutcome::Unfunded { reason }),
        reason().prop_map(|reason| BroadcastOutcome::NotYet { reason }),
        reason().prop_map(|reason| BroadcastOutcome::Closed { reason }),
        reason().prop_map(|reason| BroadcastOutcome::Invalid { reason }),
        reason().prop_map(|reason| BroadcastOutcome::Transient { reason }),
    ];
    let receipt = prop_oneof![
        (any::<bool>(), 0u64..9, signed()).prop_map(|(success, block_number, (_, tx))| {
            ReceiptOutcome::Included { tx_hash: tx.hash, success, block_number }
        }),
        (0u64..9).prop_map(|block_number| ReceiptOutcome::Replaced { block_number }),
        Just(ReceiptOutcome::Missing),
        Just(ReceiptOutcome::Unavailable),
    ];
    let number = || prop_oneof![0u64..30, Just(u64::MAX)];
    prop_oneof![
        4 => any_message().prop_map(Event::Seen),
        1 => (any_message(), proptest::collection::vec(signed(), 0..4)).prop_map(|(message, txs)| {
            let reverted = txs.into_iter().map(|(_, tx)| tx.hash).collect();
            Event::Restored { message, reverted }
        }),
        1 => any_message().prop_map(|message| Event::Orphaned(message.hash)),
        2 => (any_message(), signed())
            .prop_map(|(message, (block_number, tx))| {
                Event::Delivered { message: message.hash, tx_hash: tx.hash, block_number }
            }),
        1 => any_message().prop_map(Event::Undelivered),
        1 => (any_message(), signed())
            .prop_map(|(message, (nonce, tx))| Event::Resumed { message: message.hash, nonce, tx }),
        4 => (number(), prop_oneof![0u64..5_000, number()])
            .prop_map(|(number, timestamp)| Event::Head { number, timestamp }),
        1 => number().prop_map(|ancestor| Event::Reorged { ancestor }),
        1 => Just(Event::Reset),
        3 => Just(Event::CaughtUp),
        1 => Just(Event::Offline),
        6 => (any_message(), guard).prop_map(|(message, outcome)| Event::Guarded {
            message: message.hash,
            identifier: message.identifier,
            outcome
        }),
        4 => (0u64..4, proptest::option::of((nonce(), nonce())))
            .prop_map(|(epoch, nonces)| Event::Nonces { epoch, nonces }),
        6 => signed().prop_map(|(nonce, tx)| Event::Committed { nonce, tx }),
        1 => nonce().prop_map(|nonce| Event::NotCommitted { nonce }),
        8 => (signed(), broadcast)
            .prop_map(|((nonce, tx), outcome)| Event::Broadcast { nonce, tx_hash: tx.hash, outcome }),
        3 => (signed(), receipt)
            .prop_map(|((nonce, tx), outcome)| Event::Receipt { nonce, tx_hash: tx.hash, outcome }),
        2 => Just(Event::Tick),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Events that make no sense at all, answers to what was never asked.
    #[test]
    fn lane_is_total_and_consistent(events in proptest::collection::vec(any_event(), 0..150)) {
        let policy = Policy { max_in_flight: 3, max_guarded: 2, ..Policy::default() };
        let mut lane = Lane::new(policy);
        for event in events {
            lane.handle(event);
            check_consistency(&lane);
        }
    }
}
