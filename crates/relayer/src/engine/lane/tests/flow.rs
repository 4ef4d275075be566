//! What happens to messages when nodes behave.

use std::time::Duration;

use super::*;

#[test]
fn message_is_guarded_signed_sent_and_done() {
    let (mut lane, m) = (lane(), message(1));
    assert_eq!(lane.handle(seen(&m)), [guard(&m)]);
    assert_eq!(lane.handle(seen(&m)), [], "seen twice is seen once");
    assert_eq!(lane.handle(ok(&m)), [submit(&m, 0)]);
    assert_eq!(lane.prospect(m.hash), Prospect::Signing { signer: SIGNER });
    assert_eq!(lane.handle(committed(0)), [broadcast(0)]);
    assert_eq!(lane.prospect(m.hash), Prospect::Carried);
    let tx_hash = tx(0, 0).hash;
    assert_eq!(
        lane.handle(sent(0, B::Accepted)),
        [
            Command::Record { tx_hash, outcome: AttemptOutcome::Broadcast },
            Command::Notify(Notice::Submitted { messages: vec![m.hash], tx_hash, signer: SIGNER, nonce: 0 }),
        ]
    );
    assert_eq!(lane.handle(delivered(&m, tx_hash)), []);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn nothing_happens_before_all_blocks_are_known() {
    let (mut lane, m) = (Lane::new(Policy::default(), vec![SIGNER]), message(1));
    assert_eq!(lane.handle(seen(&m)), []);
    assert_eq!(lane.handle(head(1)), []);
    assert_eq!(lane.handle(Event::CaughtUp), [ask(1), guard(&m)]);
    assert_eq!(lane.handle(ok(&m)), [], "the nonce is not known");
    assert_eq!(lane.handle(nonces(8, 8)), [submit(&m, 8)]);
}

/// How long [`patient`] waits for those that are being judged: longer than after a fault.
const PATIENCE: Duration = Duration::from_millis(70);

fn patient() -> Lane {
    lane_of(Policy { guard_patience: PATIENCE, ..Policy::default() }, vec![SIGNER])
}

#[test]
fn messages_of_a_source_keep_their_order_and_other_sources_do_not_wait() {
    let mut lane = patient();
    let (first, second) = (message_at(1, 901, 5, 0), message_at(2, 901, 5, 1));
    let other = message_at(3, 903, 6, 0);
    for message in [&second, &first, &other] {
        lane.handle(seen(message));
    }
    let wake = Command::Wake { after: PATIENCE };
    assert_eq!(lane.handle(ok(&second)), [wake], "the first is not judged yet");
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 0)]);
    assert_eq!(lane.handle(ok(&first)), [submit(&first, 1), submit(&second, 2)]);
}

#[test]
fn judgement_that_takes_long_holds_nobody_up() {
    let mut lane = patient();
    let (slow, second) = (message_at(1, 901, 5, 0), message_at(2, 901, 5, 1));
    lane.handle(seen(&slow));
    lane.handle(seen(&second));
    let wake = Command::Wake { after: PATIENCE };
    assert_eq!(lane.handle(ok(&second)), [wake]);
    assert_eq!(lane.handle(Event::Tick), [submit(&second, 0)]);
    assert_eq!(lane.handle(ok(&slow)), [submit(&slow, 1)]);
}

#[test]
fn old_answers_are_not_believed() {
    let (m, lasts) = (message(1), Policy::default().guard_lasts);
    let mut lane =
        lane_of(Policy { max_in_flight: 1, max_in_flight_alone: 1, ..Policy::default() }, vec![SIGNER]);
    let other = message(2);
    lane.handle(Event::Seen(vec![m.clone(), other.clone()]));
    lane.handle(ok_all(&[&m, &other]));
    lane.handle(head(1 + lasts));
    assert!(matches!(lane.roster.phase(other.hash), Some(Phase::Ready { .. })));
    lane.handle(head(2 + lasts));
    assert_eq!(lane.roster.phase(other.hash), Some(Phase::Queued), "when there is room");
}

#[test]
fn those_that_failed_are_guarded_apart_and_after_the_others() {
    let mut lane = lane();
    let (bad, good, more) = (message(1), message(2), message(3));
    lane.handle(seen(&bad));
    lane.handle(guarded(&bad, GuardOutcome::Reverts { reason: reason("no") }));
    lane.handle(Event::Offline);
    lane.handle(Event::Seen(vec![good.clone(), more.clone()]));
    lane.handle(head(2));
    let commands = lane.handle(Event::CaughtUp);
    assert_eq!(commands, [ask(2), guard_all(&[&good, &more]), guard(&bad)]);
}

#[test]
fn failing_message_waits_longer_each_time_and_blocks_nobody() {
    let mut lane = lane();
    let (bad, good) = (message(1), message(2));
    lane.handle(seen(&bad));
    lane.handle(seen(&good));
    let reverts = || guarded(&bad, GuardOutcome::Reverts { reason: reason("no") });
    let commands = lane.handle(reverts());
    let failed =
        Notice::Failed { message: bad.hash, reason: reason("no"), tx_hash: None, retry_after_block: Some(2) };
    assert_eq!(commands, [Command::Notify(failed)]);
    assert_eq!(lane.handle(ok(&good)), [submit(&good, 0)]);

    let mut tries = Vec::new();
    for number in 2..40 {
        if lane.handle(head(number)).contains(&guard(&bad)) {
            tries.push(number);
            lane.handle(reverts());
        }
    }
    assert_eq!(tries, [2, 4, 8, 16, 32]);
}

#[test]
fn delivery_by_somebody_else_costs_at_most_what_was_sent() {
    let (mut lane, m) = (lane(), message(1));
    pooled(&mut lane, &m, 0);
    assert_eq!(lane.handle(delivered(&m, foreign())), []);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 1), "its nonce is still taken");

    // The nonce is used: ours is in a block, and reverted.
    assert_eq!(lane.handle(head(3)), [ask(1)]);
    let tx_hash = tx(0, 0).hash;
    assert_eq!(lane.handle(nonces(1, 1)), [receipt(0)]);
    let outcome = AttemptOutcome::Landed { success: false, block_number: 3 };
    let reverted = Command::Record { tx_hash, outcome };
    assert_eq!(lane.handle(included(0, false, 3)), [reverted]);
    assert_eq!(lane.in_flight(), 0);
}

#[test]
fn delivery_before_the_broadcast_costs_nothing() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
    lane.handle(ok(&m));
    lane.handle(delivered(&m, foreign()));
    assert_eq!(abandoned(&lane.handle(committed(0))), [tx(0, 0).hash]);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn message_delivered_earlier_is_believed_after_some_blocks() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
    let mut number = 1;
    let notice = loop {
        let commands = lane.handle(guarded(&m, GuardOutcome::AlreadyDelivered));
        if let [Command::Notify(notice)] = &commands[..] {
            break notice.clone();
        }
        while !lane.handle(head(number + 1)).contains(&guard(&m)) {
            number += 1;
        }
        number += 1;
    };
    assert_eq!(notice, Notice::DeliveredEarlier { message: m.hash });
    assert_eq!((number, lane.pending()), (8, 0), "asked in blocks 1, 2, 4 and 8");
}

#[test]
fn paid_reverts_are_limited() {
    let (mut lane, m) = (lane(), message(1));
    let mut number = 1;
    for nonce in 0..Policy::default().max_reverts.into() {
        if nonce == 0 {
            lane.handle(seen(&m));
        }
        assert_eq!(lane.handle(ok(&m)), [submit(&m, nonce)]);
        lane.handle(committed(nonce));
        lane.handle(sent(nonce, B::Accepted));
        number += 1;
        lane.handle(head(number));
        lane.handle(nonces(nonce + 1, nonce + 1));
        let commands = lane.handle(included(nonce, false, number));
        let [.., Command::Notify(Notice::Failed { retry_after_block, tx_hash, .. })] = &commands[..] else {
            panic!("{commands:?}");
        };
        assert_eq!(*tx_hash, Some(tx(nonce, 0).hash));
        if let Some(block) = retry_after_block {
            number = *block;
            assert_eq!(lane.handle(head(number)), [guard(&m)]);
        }
    }
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0), "given up");
    // Whoever sends it again has another try.
    let again = message_at(1, 901, 50, 0);
    assert_eq!(lane.handle(seen(&again)), [guard(&again)]);
}

#[test]
fn account_without_funds_waits_for_a_block() {
    let (mut lane, m, other) = (lane(), message(1), message(2));
    lane.handle(seen(&m));
    let unfunded = |signer| Command::Notify(Notice::Unfunded { signer, reason: reason("0 wei") });
    assert_eq!(
        lane.handle(guarded(&m, GuardOutcome::Unfunded { reason: reason("0 wei") })),
        [unfunded(None)]
    );
    // One that takes less is not held up by it ...
    lane.handle(seen(&other));
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 0)]);
    lane.handle(committed(0));
    // ... until the node says that the account is empty.
    let commands = lane.handle(sent(0, B::Unfunded { reason: reason("0 wei") }));
    assert_eq!(abandoned(&commands), [tx(0, 0).hash]);
    assert_eq!(commands[1..], [unfunded(Some(SIGNER))]);
    assert_eq!(lane.handle(Event::Tick), []);
    assert_eq!(lane.handle(head(2)), [guard_all(&[&m, &other])]);
}

#[test]
fn work_in_flight_is_bounded() {
    let policy = Policy {
        max_in_flight: 3,
        max_in_flight_alone: 3,
        max_guarded: 2,
        guard_group: 1,
        ..Policy::default()
    };
    let mut lane = lane_of(policy, vec![SIGNER]);
    let mut guards: Vec<Message> = Vec::new();
    let note = |commands: Vec<Command>, guards: &mut Vec<Message>| {
        guards.extend(commands.into_iter().flat_map(|command| match command {
            Command::Guard { messages } => messages,
            _ => Vec::new(),
        }));
    };
    for id in 0..10 {
        note(lane.handle(seen(&message(id))), &mut guards);
    }
    assert_eq!(guards.len(), 2);
    for nonce in 0..3 {
        let first = guards.remove(0);
        note(lane.handle(ok(&first)), &mut guards);
        note(lane.handle(committed(nonce)), &mut guards);
        note(lane.handle(sent(nonce, B::Accepted)), &mut guards);
    }
    assert_eq!(lane.in_flight(), 3);
    assert_eq!(guards, [message(3)], "it is judged by the time there is room");
    note(lane.handle(ok(&message(3))), &mut guards);
    assert_eq!((lane.in_flight(), guards.len()), (3, 1));
    let commands = lane.handle(delivered(&message(0), tx(0, 0).hash));
    assert!(commands.contains(&submit(&message(3), 3)), "{commands:?}");
}
