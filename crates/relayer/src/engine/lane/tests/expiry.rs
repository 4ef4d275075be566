//! Messages that are too old, and those that are nearly so.

use super::*;

/// The last time at which the message may be executed.
fn last_time(m: &Message) -> u64 {
    m.identifier.timestamp + Policy::default().expiry_window
}

/// The last time at which a new transaction takes the message.
fn last_call(m: &Message) -> u64 {
    last_time(m) - Policy::default().expiry_margin
}

const fn block_at(number: u64, timestamp: u64) -> Event {
    Event::Block { number, timestamp, deliveries: Vec::new() }
}

const fn expired(m: &Message) -> Command {
    Command::Notify(Notice::Expired { message: m.hash })
}

#[test]
fn expired_messages_are_dropped() {
    let (mut lane, m) = (lane(), message(1));
    let last = m.identifier.timestamp + Policy::default().expiry_window;
    lane.handle(Event::Offline);
    lane.handle(seen(&m));
    assert_eq!(lane.handle(Event::Block { number: 2, timestamp: last, deliveries: Vec::new() }), []);
    assert_eq!(
        lane.handle(Event::Block { number: 3, timestamp: last + 1, deliveries: Vec::new() }),
        [Command::Notify(Notice::Expired { message: m.hash })]
    );
    assert_eq!(lane.pending(), 0);
    // A clock that is right again, or a reorg, takes it back.
    assert!(lane.has_expired_after(last) && lane.has_judged_after(2));
    assert!(!lane.has_expired_after(last + 1));
}

#[test]
fn what_expires_first_goes_first_whatever_its_source() {
    let mut lane = lane();
    lane.handle(Event::Offline);
    let (young, old) = (message_at(1, 901, 60, 0), message_at(2, 905, 5, 0));
    lane.handle(seen(&young));
    lane.handle(seen(&old));
    let commands = lane.handle(Event::CaughtUp);
    assert_eq!(commands, [ask(2), guard_all(&[&old, &young])]);
    lane.handle(nonces_in(2, 0, 0));
    let commands = lane.handle(ok_all(&[&old, &young]));
    assert_eq!(commands, [submit(&old, 0), submit(&young, 1)]);
}

#[test]
fn what_nearly_expired_gets_no_new_transaction_and_is_not_expired_yet() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(block_at(2, last_call(&m) + 1));
    assert_eq!(lane.handle(seen(&m)), [], "nobody is even asked about it");
    assert_eq!(lane.handle(block_at(3, last_time(&m))), []);
    assert_eq!((lane.pending(), lane.roster.phase(m.hash)), (1, Some(Phase::Late)));
    assert_eq!(lane.handle(block_at(4, last_time(&m) + 1)), [expired(&m)]);
    assert_eq!(lane.pending(), 0);
}

#[test]
fn what_can_just_be_sent_is_sent() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(block_at(2, last_call(&m)));
    assert_eq!(lane.handle(seen(&m)), [guard(&m)]);
    assert_eq!(lane.handle(ok(&m)), [submit(&m, 0)]);
}

#[test]
fn answers_that_come_too_late_sign_nothing() {
    let (mut lane, m, young) = (lane(), message(1), message(2_000));
    assert_eq!(lane.handle(seen(&m)), [guard(&m)]);
    assert_eq!(lane.handle(block_at(2, last_call(&m) + 1)), []);
    assert_eq!(lane.handle(ok(&m)), []);
    // Others go on.
    assert_eq!(lane.handle(seen(&young)), [guard(&young)]);
    assert_eq!(lane.handle(ok(&young)), [submit(&young, 0)]);
}

#[test]
fn what_waits_for_room_until_it_is_too_late_holds_nobody_up() {
    let policy = Policy { max_in_flight_alone: 1, guard_lasts: u64::MAX, ..Policy::default() };
    let mut lane = lane_of(policy, vec![SIGNER]);
    let first = message_at(1, SOURCE, 900, 0);
    pooled(&mut lane, &first, 0);
    let (ready, queued, young) = (message(2), message(3), message(2_000));
    assert_eq!(lane.handle(seen(&ready)), []);
    lane.handle(delivered_in(2, &[(&first, tx(0, 0).hash)]));
    lane.handle(Event::Offline);
    lane.handle(Event::Seen(vec![queued.clone(), young.clone()]));
    lane.handle(ok(&ready));
    assert!(matches!(lane.roster.phase(ready.hash), Some(Phase::Ready { .. })));
    lane.handle(block_at(3, last_call(&queued) + 1));
    for message in [&ready, &queued] {
        assert_eq!(lane.roster.phase(message.hash), Some(Phase::Late));
    }
    assert_eq!(lane.handle(Event::CaughtUp), [ask(2), guard(&young)]);
}

#[test]
fn what_is_out_stays_out_and_goes_out_again() {
    let (mut lane, m) = (lane(), message(1));
    pooled(&mut lane, &m, 0);
    lane.handle(block_at(2, last_call(&m) + 1));
    lane.handle(Event::Offline);
    // The same bytes.
    let commands = lane.handle(Event::CaughtUp);
    assert_eq!(commands, [ask(2)]);
    assert_eq!(lane.handle(nonces_in(2, 0, 0)), [broadcast(0)]);
    assert_eq!(lane.handle(sent(0, B::Accepted))[1..], []);
    // Nor does it expire as long as a block may take it.
    assert_eq!(lane.handle(block_at(3, last_time(&m) + 1)), [ask(2)]);
    assert!(lane.has(m.hash));
}

#[test]
fn what_a_node_refused_is_too_late_for_another_transaction() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
    lane.handle(ok(&m));
    lane.handle(block_at(2, last_call(&m) + 1));
    assert_eq!(lane.handle(committed(0)), [broadcast(0)], "it was signed in time");
    lane.handle(sent(0, B::Underpriced { reason: reason("too low") }));
    lane.handle(block_at(3, last_time(&m)));
    assert_eq!((lane.in_flight(), lane.roster.phase(m.hash)), (0, Some(Phase::Late)));
}

#[test]
fn reorg_to_an_earlier_time_and_sending_again_give_it_time() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(block_at(2, last_call(&m) + 1));
    lane.handle(seen(&m));
    lane.handle(Event::Reorged { ancestor: 1 });
    assert_eq!(lane.roster.phase(m.hash), Some(Phase::Late), "until a block says what time it is");
    lane.handle(block_at(2, last_call(&m)));
    lane.handle(nonces_in(2, 0, 0));
    assert!(matches!(lane.roster.phase(m.hash), Some(Phase::Guarding { .. })));

    let (mut lane, m) = (self::lane(), message(1));
    lane.handle(block_at(2, last_call(&m) + 1));
    lane.handle(seen(&m));
    let again = message_at(1, SOURCE, 2_000, 0);
    assert_eq!(lane.handle(seen(&again)), [guard(&again)]);
}
