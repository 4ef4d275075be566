//! What happens to messages when nodes behave.

use super::*;

#[test]
fn message_is_guarded_signed_sent_and_done() {
    let (mut lane, m) = (lane(), message(1));
    assert_eq!(lane.handle(Event::Seen(m.clone())), [guard(&m)]);
    assert_eq!(lane.handle(Event::Seen(m.clone())), [], "seen twice is seen once");
    assert_eq!(lane.handle(ok(&m)), [submit(&m, 0)]);
    assert_eq!(lane.handle(committed(0)), [broadcast(0)]);
    let tx_hash = tx(0, 0).hash;
    assert_eq!(
        lane.handle(sent(0, B::Accepted)),
        [
            Command::Record { tx_hash, outcome: AttemptOutcome::Broadcast },
            Command::Notify(Notice::Submitted { message: m.hash, tx_hash, nonce: 0 }),
        ]
    );
    assert_eq!(lane.handle(delivered(&m, tx_hash)), []);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn nothing_happens_before_all_blocks_are_known() {
    let (mut lane, m) = (Lane::new(Policy::default()), message(1));
    assert_eq!(lane.handle(Event::Seen(m.clone())), []);
    assert_eq!(lane.handle(head(1)), []);
    assert_eq!(lane.handle(Event::CaughtUp), [Command::Nonces { epoch: 1 }, guard(&m)]);
    assert_eq!(lane.handle(ok(&m)), [], "the nonce is not known");
    assert_eq!(lane.handle(nonces(8, 8)), [submit(&m, 8)]);
}

#[test]
fn messages_of_a_source_keep_their_order_and_other_sources_do_not_wait() {
    let mut lane = lane();
    let (first, second) = (message_at(1, 901, 5, 0), message_at(2, 901, 5, 1));
    let other = message_at(3, 903, 6, 0);
    for message in [&second, &first, &other] {
        lane.handle(Event::Seen(message.clone()));
    }
    assert_eq!(lane.handle(ok(&second)), [], "the first is not judged yet");
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 0)]);
    assert_eq!(lane.handle(ok(&first)), [], "one is being signed");
    lane.handle(committed(0));
    let next = lane.handle(sent(0, B::Accepted));
    assert!(next.contains(&submit(&first, 1)), "{next:?}");
}

#[test]
fn failing_message_waits_longer_each_time_and_blocks_nobody() {
    let mut lane = lane();
    let (bad, good) = (message(1), message(2));
    lane.handle(Event::Seen(bad.clone()));
    lane.handle(Event::Seen(good.clone()));
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
    assert_eq!(lane.handle(head(2)), [Command::Nonces { epoch: 1 }]);
    let tx_hash = tx(0, 0).hash;
    assert_eq!(lane.handle(nonces(1, 1)), [receipt(0)]);
    let outcome = AttemptOutcome::Landed { success: false, block_number: 2 };
    let reverted = Command::Record { tx_hash, outcome };
    assert_eq!(lane.handle(included(0, false, 2)), [reverted]);
    assert_eq!(lane.in_flight(), 0);
}

#[test]
fn delivery_before_the_broadcast_costs_nothing() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    lane.handle(ok(&m));
    lane.handle(delivered(&m, foreign()));
    assert_eq!(abandoned(&lane.handle(committed(0))), [tx(0, 0).hash]);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn message_delivered_earlier_is_believed_after_some_blocks() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
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
            lane.handle(Event::Seen(m.clone()));
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
    assert_eq!(lane.handle(Event::Seen(again.clone())), [guard(&again)]);
}

#[test]
fn account_without_funds_waits_for_a_block() {
    let (mut lane, m, other) = (lane(), message(1), message(2));
    lane.handle(Event::Seen(m.clone()));
    let notice = [Command::Notify(Notice::Unfunded { reason: reason("0 wei") })];
    assert_eq!(lane.handle(guarded(&m, GuardOutcome::Unfunded { reason: reason("0 wei") })), notice);
    // One that takes less is not held up by it ...
    lane.handle(Event::Seen(other.clone()));
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 0)]);
    lane.handle(committed(0));
    // ... until the node says that the account is empty.
    let commands = lane.handle(sent(0, B::Unfunded { reason: reason("0 wei") }));
    assert_eq!(abandoned(&commands), [tx(0, 0).hash]);
    assert_eq!(commands[1..], notice);
    assert_eq!(lane.handle(Event::Tick), []);
    assert_eq!(lane.handle(head(2)), [guard(&m), guard(&other)]);
}

#[test]
fn expired_messages_are_dropped() {
    let (mut lane, m) = (lane(), message(1));
    let last = m.identifier.timestamp + Policy::default().expiry_window;
    lane.handle(Event::Offline);
    lane.handle(Event::Seen(m.clone()));
    assert_eq!(lane.handle(Event::Head { number: 2, timestamp: last }), []);
    assert_eq!(
        lane.handle(Event::Head { number: 3, timestamp: last + 1 }),
        [Command::Notify(Notice::Expired { message: m.hash })]
    );
    assert_eq!(lane.pending(), 0);
}

#[test]
fn work_in_flight_is_bounded() {
    let policy = Policy { max_in_flight: 3, max_guarded: 2, ..Policy::default() };
    let mut lane = Lane::new(policy);
    lane.handle(head(1));
    lane.handle(Event::CaughtUp);
    lane.handle(nonces(0, 0));
    let mut guards: Vec<Message> = Vec::new();
    let note = |commands: Vec<Command>, guards: &mut Vec<Message>| {
        guards.extend(commands.into_iter().filter_map(|command| match command {
            Command::Guard(message) => Some(message),
            _ => None,
        }));
    };
    for id in 0..10 {
        note(lane.handle(Event::Seen(message(id))), &mut guards);
    }
    assert_eq!(guards.len(), 2);
    for nonce in 0..3 {
        let first = guards.remove(0);
        note(lane.handle(ok(&first)), &mut guards);
        note(lane.handle(committed(nonce)), &mut guards);
        note(lane.handle(sent(nonce, B::Accepted)), &mut guards);
    }
    assert_eq!((lane.in_flight(), guards.len()), (3, 0));
    note(lane.handle(delivered(&message(0), tx(0, 0).hash)), &mut guards);
    assert_eq!(guards, [message(3)]);
}
