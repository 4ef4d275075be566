//! Events that make no sense at all.

use std::{collections::BTreeMap, num::NonZeroU32};

use alloy::primitives::Address;
use proptest::prelude::*;

use super::check_consistency;
use crate::engine::{
    BroadcastOutcome, Delivery, Event, GuardOutcome, Guarded, InVain, Lane, Limits, Message, NotCommitted,
    Policy, ReceiptOutcome, SignedTx, Weight,
    test_util::{message_at, signer, tx},
};

fn any_message() -> impl Strategy<Value = Message> {
    (0u64..6, 0u64..2, 0u64..4, 0u32..2)
        .prop_map(|(id, source, block, index)| message_at(id, 901 + source, block, index))
}

fn any_messages() -> impl Strategy<Value = Vec<Message>> {
    proptest::collection::vec(any_message(), 0..4)
}

/// Two accounts of the lane's, and one that is not.
fn any_signer() -> impl Strategy<Value = Address> {
    (0u8..3).prop_map(signer)
}

fn any_nonce() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..4, Just(u64::MAX - 1), Just(u64::MAX)]
}

fn any_number() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..30, Just(u64::MAX)]
}

fn any_signed() -> impl Strategy<Value = (Address, u64, SignedTx)> {
    (any_signer(), any_nonce(), 0u64..3).prop_map(|(signer, nonce, salt)| (signer, nonce, tx(nonce, salt)))
}

fn reason() -> Just<String> {
    Just("why".to_owned())
}

fn any_guard() -> impl Strategy<Value = GuardOutcome> {
    prop_oneof![
        4 => Just(GuardOutcome::Deliverable { gas: 1 }),
        1 => Just(GuardOutcome::AlreadyDelivered),
        1 => reason().prop_map(|reason| GuardOutcome::Reverts { reason }),
        1 => reason().prop_map(|reason| GuardOutcome::NotYet { reason }),
        1 => reason().prop_map(|reason| GuardOutcome::Unfunded { reason }),
        1 => reason().prop_map(|reason| GuardOutcome::Unavailable { reason }),
    ]
}

fn any_broadcast() -> impl Strategy<Value = BroadcastOutcome> {
    prop_oneof![
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
    ]
}

fn any_receipt() -> impl Strategy<Value = ReceiptOutcome> {
    let failures = proptest::collection::vec((any_message().prop_map(|m| m.hash), reason()), 0..3);
    prop_oneof![
        (any::<bool>(), 0u64..9, any_signed(), failures).prop_map(
            |(success, block_number, (.., tx), failures)| {
                let (tx_hash, timestamp, gas_used) = (tx.hash, block_number, 9);
                ReceiptOutcome::Included { tx_hash, success, block_number, timestamp, failures, gas_used }
            }
        ),
        (0u64..9).prop_map(|block_number| ReceiptOutcome::Replaced { block_number }),
        Just(ReceiptOutcome::Missing),
        Just(ReceiptOutcome::Unavailable),
    ]
}

fn any_not_committed() -> impl Strategy<Value = NotCommitted> {
    prop_oneof![
        Just(NotCommitted::Fault),
        Just(NotCommitted::Ceiling),
        reason().prop_map(|reason| NotCommitted::Unfunded { reason }),
        any_messages().prop_map(|messages| NotCommitted::Held {
            messages: messages.into_iter().map(|message| message.hash).collect()
        }),
    ]
}

fn any_delivery() -> impl Strategy<Value = Delivery> {
    (any_message(), any_signed())
        .prop_map(|(message, (.., tx))| Delivery { message: message.hash, tx_hash: tx.hash })
}

/// What happens to messages.
fn any_news() -> impl Strategy<Value = Event> {
    let in_vain = (any_signed(), 0u64..9).prop_map(|((.., tx), gas)| InVain { tx_hash: tx.hash, gas });
    let deliveries = proptest::collection::vec(any_delivery(), 0..3);
    prop_oneof![
        4 => any_messages().prop_map(Event::Seen),
        1 => (any_message(), proptest::collection::vec(in_vain, 0..4))
            .prop_map(|(message, in_vain)| Event::Restored { message, in_vain }),
        1 => any_message().prop_map(|message| Event::Orphaned(message.hash)),
        1 => any_message().prop_map(Event::Undelivered),
        1 => any_message().prop_map(Event::Retry),
        1 => any_message().prop_map(|message| Event::Skipped(message.hash)),
        2 => (any_messages(), any_signed()).prop_map(|(messages, (signer, nonce, tx))| {
            let messages = messages.into_iter().map(|message| message.hash).collect();
            Event::Resumed { signer, nonce, messages, tx }
        }),
        4 => (any_number(), prop_oneof![0u64..5_000, any_number()], deliveries)
            .prop_map(|(number, timestamp, deliveries)| Event::Block { number, timestamp, deliveries }),
    ]
}

/// What becomes of the destination, and what the lane did not ask for.
fn any_event() -> impl Strategy<Value = Event> {
    let outcomes = proptest::collection::vec((any_message(), any_guard()), 0..4).prop_map(|outcomes| {
        let outcomes = outcomes.into_iter().map(|(message, outcome)| Guarded {
            message: message.hash,
            identifier: message.identifier,
            outcome,
        });
        outcomes.collect()
    });
    prop_oneof![
        16 => any_news(),
        1 => any_number().prop_map(|ancestor| Event::Reorged { ancestor }),
        1 => Just(Event::Reset),
        2 => (0u64..2, proptest::option::of(0u64..4))
            .prop_map(|(source, up_to)| Event::Settled { source: 901 + source, up_to }),
        1 => any::<bool>().prop_map(Event::Batcher),
        1 => any_number().prop_map(Event::BlockGas),
        3 => Just(Event::CaughtUp),
        1 => Just(Event::Offline),
        8 => outcomes.prop_map(|outcomes| Event::Guarded { outcomes }),
        4 => (any_signer(), 0u64..4, proptest::option::of((any_nonce(), any_nonce())))
            .prop_map(|(signer, epoch, nonces)| Event::Nonces { signer, epoch, nonces }),
        6 => any_signed().prop_map(|(signer, nonce, tx)| Event::Committed { signer, nonce, tx }),
        2 => (any_signer(), any_nonce(), any_not_committed())
            .prop_map(|(signer, nonce, reason)| Event::NotCommitted { signer, nonce, reason }),
        8 => (any_signed(), any_broadcast()).prop_map(|((signer, nonce, tx), outcome)| {
            Event::Broadcast { signer, nonce, tx_hash: tx.hash, outcome }
        }),
        3 => (any_signed(), any_receipt()).prop_map(|((signer, nonce, tx), outcome)| {
            Event::Receipt { signer, nonce, tx_hash: tx.hash, outcome }
        }),
        2 => Just(Event::Tick),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Events that make no sense at all, answers to what was never asked.
    #[test]
    fn lane_is_total_and_consistent(
        events in proptest::collection::vec(any_event(), 0..150), weighted in any::<bool>(), capped in any::<bool>(),
    ) {
        let limits = Limits { messages: 3, ..Limits::default() };
        let policy = Policy {
            limits, max_in_flight: 3, max_in_flight_alone: 3, max_sending: 2, max_guarded: 4, guard_group: 2, max_guards: 2,
            ..Policy::default()
        };
        let weight = Weight { source: Some(902), destination: None, sender: None, target: None, turns: NonZeroU32::MIN };
        let weights = if weighted { vec![weight] } else { Vec::new() };
        let mut lane = Lane::new(policy, vec![signer(0), signer(1), signer(0)]).with_weights(weights);
        if capped {
            lane = lane.with_caps(BTreeMap::from([(902, 300_000)]));
        }
        for event in events {
            lane.handle(event);
            check_consistency(&lane);
        }
    }
}
