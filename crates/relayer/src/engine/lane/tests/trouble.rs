//! Refusals, outages, reorgs, restarts, and others who use the account.

use super::*;

#[test]
fn refused_bytes_are_used_again_while_their_nonce_is_free() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    lane.handle(ok(&m));
    lane.handle(committed(0));
    let wait = Policy::default().first_wait;
    let not_yet = || sent(0, B::NotYet { reason: reason("future data") });
    assert_eq!(lane.handle(not_yet()), [Command::Wake { after: wait }]);
    assert_eq!(lane.handle(Event::Tick), [guard(&m)]);
    assert_eq!(lane.handle(ok(&m)), [broadcast(0)], "the same bytes");
    assert_eq!(lane.handle(not_yet()), [Command::Wake { after: wait * 2 }]);

    // Another message needs the nonce: now the bytes are void, and that is written down first.
    let other = message_at(2, 903, 1, 0);
    lane.handle(Event::Seen(other.clone()));
    let commands = lane.handle(ok(&other));
    assert_eq!(abandoned(&commands[..1]), [tx(0, 0).hash]);
    assert_eq!(commands[1..], [submit(&other, 0)]);
}

#[test]
fn definitely_invalid_message_frees_its_nonce() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    lane.handle(ok(&m));
    lane.handle(committed(0));
    let commands = lane.handle(sent(0, B::Invalid { reason: reason("conflicting data") }));
    assert!(matches!(
        &commands[..],
        [
            Command::Record { outcome: AttemptOutcome::Refused { .. }, .. },
            Command::Notify(Notice::Failed { retry_after_block: Some(2), .. })
        ]
    ));
    let other = message(2);
    assert_eq!(lane.handle(Event::Seen(other.clone())), [guard(&other)]);
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 0)]);
}

#[test]
fn lost_answer_sends_the_same_bytes_again() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    lane.handle(ok(&m));
    lane.handle(committed(0));
    let commands = lane.handle(sent(0, B::Transient { reason: reason("timeout") }));
    assert!(matches!(commands[..], [Command::Wake { .. }]));
    assert_eq!(lane.handle(Event::Tick), [broadcast(0)]);
    // It had arrived, and was mined meanwhile.
    let tx_hash = tx(0, 0).hash;
    assert_eq!(lane.handle(sent(0, B::NonceTooLow)), [receipt(0)]);
    let commands = lane.handle(included(0, true, 2));
    assert!(matches!(commands[..], [Command::Record { .. }]), "the log will come: {commands:?}");
    lane.handle(delivered(&m, tx_hash));
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn destination_reorg_sends_the_same_bytes_again() {
    let (mut lane, first, second) = (lane(), message(1), message(2));
    pooled(&mut lane, &first, 0);
    pooled(&mut lane, &second, 1);
    lane.handle(delivered(&first, tx(0, 0).hash));
    lane.handle(head(2));

    assert_eq!(lane.handle(Event::Reorged { ancestor: 1 }), [Command::Nonces { epoch: 2 }]);
    lane.handle(Event::Resumed { message: first.hash, nonce: 0, tx: tx(0, 0) });
    lane.handle(Event::Undelivered(first.clone()));
    let nonces = Event::Nonces { epoch: 2, nonces: Some((0, 0)) };
    assert_eq!(lane.handle(nonces), [broadcast(0)]);
    let commands = lane.handle(sent(0, B::Accepted));
    assert!(commands.contains(&broadcast(1)), "the pool lost it too: {commands:?}");
    lane.handle(sent(1, B::AlreadyKnown));

    let third = message(3);
    lane.handle(Event::Seen(third.clone()));
    assert_eq!(lane.handle(ok(&third)), [submit(&third, 2)]);
}

#[test]
fn gap_after_a_reorg_is_closed() {
    let (mut lane, first, second) = (lane(), message(1), message(2));
    pooled(&mut lane, &first, 0);
    pooled(&mut lane, &second, 1);
    // The first was mined and reverted, the second delivered; then both blocks vanish, and the first message too.
    lane.handle(head(2));
    lane.handle(nonces(2, 2));
    lane.handle(included(0, false, 2));
    lane.handle(delivered(&second, tx(1, 0).hash));
    lane.handle(Event::Orphaned(first.hash));
    lane.handle(Event::Reorged { ancestor: 1 });
    lane.handle(Event::Resumed { message: second.hash, nonce: 1, tx: tx(1, 0) });
    lane.handle(Event::Undelivered(second));
    lane.handle(Event::Nonces { epoch: 2, nonces: Some((0, 0)) });

    let commands = lane.handle(sent(1, B::Accepted));
    assert_eq!(
        commands.last(),
        Some(&Command::Fill { nonce: 0, replaces: None }),
        "nobody else needs the nonce"
    );
    assert_eq!(lane.handle(committed(0)), [broadcast(0)]);
    assert_eq!(lane.handle(sent(0, B::Accepted)), []);
}

#[test]
fn source_reorg_before_the_relay_cancels_it() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    lane.handle(Event::Orphaned(m.hash));
    assert_eq!(lane.handle(ok(&m)), [], "the answer comes too late");
    assert_eq!(lane.pending(), 0);

    // It comes back in another block and is judged anew.
    let moved = message_at(1, 901, 9, 0);
    assert_eq!(lane.handle(Event::Seen(moved.clone())), [guard(&moved)]);
    assert_eq!(lane.handle(guarded(&m, GuardOutcome::Deliverable { gas: 1 })), [guard(&moved)]);
    assert_eq!(lane.handle(ok(&moved)), [submit(&moved, 0)]);
}

#[test]
fn message_that_moves_while_in_flight_has_one_attempt_at_a_time() {
    let (mut lane, m) = (lane(), message(1));
    pooled(&mut lane, &m, 0);
    lane.handle(Event::Orphaned(m.hash));
    let moved = message_at(1, 901, 9, 0);
    assert_eq!(
        lane.handle(Event::Seen(moved.clone())),
        [broadcast(0)],
        "what does the node think of it now?"
    );
    // It says so of bytes that it holds, too: they may still get into a block. The next version takes their nonce.
    let commands = lane.handle(sent(0, B::Invalid { reason: reason("conflicting data") }));
    assert_eq!(commands, [guard(&moved)]);
    assert_eq!(lane.handle(ok(&moved)), [submit_again(&moved, 0)]);
    let next = tx(0, 1);
    let commands = lane.handle(Event::Committed { nonce: 0, tx: next.clone() });
    assert_eq!(commands, [Command::Broadcast { nonce: 0, tx: next.clone() }]);
    lane.handle(Event::Broadcast { nonce: 0, tx_hash: next.hash, outcome: B::Accepted });

    // The old one was faster. That is one delivery, and the end of both.
    let outcome = AttemptOutcome::Replaced { block_number: 2 };
    let commands = lane.handle(delivered(&m, tx(0, 0).hash));
    assert_eq!(commands, [Command::Record { tx_hash: next.hash, outcome }]);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn outage_is_not_held_against_messages() {
    let (mut lane, first, second) = (lane(), message(1), message(2));
    lane.handle(Event::Seen(first.clone()));
    lane.handle(Event::Seen(second.clone()));
    let down = || GuardOutcome::Unavailable { reason: reason("internal error") };
    let mut notices = Vec::new();
    let mut note = |commands: Vec<Command>| {
        notices.extend(commands.into_iter().filter_map(|command| match command {
            Command::Notify(notice) => Some(notice),
            _ => None,
        }));
    };
    for number in 2..200 {
        note(lane.handle(guarded(&first, down())));
        note(lane.handle(guarded(&second, down())));
        let commands = lane.handle(head(number));
        assert_eq!(commands, [guard(&first), guard(&second)], "block {number}");
    }
    // The node is well again: everything goes out at once.
    note(lane.handle(guarded(&first, down())));
    let commands = lane.handle(ok(&second));
    assert!(commands.contains(&guard(&first)), "{commands:?}");
    note(commands);
    assert_eq!(notices, [Notice::Unwell { reason: reason("internal error") }, Notice::Well]);
}

#[test]
fn message_that_alone_goes_unanswered_is_the_cause() {
    let (mut lane, bad) = (lane(), message(1));
    lane.handle(Event::Seen(bad.clone()));
    let mut number = 1;
    let failed = loop {
        let commands = lane.handle(guarded(&bad, GuardOutcome::Unavailable { reason: reason("timeout") }));
        if let Some(Command::Notify(notice @ Notice::Failed { .. })) = commands.first() {
            break notice.clone();
        }
        // Others are answered.
        number += 1;
        let good = message(number);
        lane.handle(Event::Seen(good.clone()));
        lane.handle(guarded(&good, GuardOutcome::Reverts { reason: reason("no") }));
        lane.handle(head(number));
    };
    assert!(matches!(failed, Notice::Failed { retry_after_block: Some(_), .. }));
    assert_eq!(number, u64::from(Policy::default().max_unavailable));
}

#[test]
fn transaction_that_alone_goes_unanswered_gives_way() {
    let (mut lane, bad) = (lane(), message(1));
    lane.handle(Event::Seen(bad.clone()));
    lane.handle(ok(&bad));
    lane.handle(committed(0));
    let lost = || sent(0, B::Transient { reason: reason("timeout") });
    let limit = Policy::default().max_unavailable;
    for _ in 1..limit {
        lane.handle(lost());
        assert_eq!(lane.handle(Event::Tick), [broadcast(0)]);
    }
    lane.handle(lost());
    // With nobody else to try it goes on like that, for as long as it takes.
    assert_eq!(lane.handle(Event::Tick), [broadcast(0)]);
    let good = message(2);
    lane.handle(Event::Seen(good.clone()));
    lane.handle(lost());
    lane.handle(Event::Tick);
    lane.handle(lost());
    lane.handle(Event::Tick);
    lane.handle(lost());
    let commands = [lane.handle(ok(&good)), lane.handle(Event::Tick)].concat();
    assert!(commands.contains(&submit(&good, 1)), "somebody else is tried: {commands:?}");
    lane.handle(committed(1));
    let commands = lane.handle(sent(1, B::Accepted));
    assert!(commands.contains(&broadcast(0)), "once more: {commands:?}");
    lane.handle(lost());
    let commands = lane.handle(Event::Tick);
    let cancelled = Notice::Cancelled { message: Some(bad.hash), nonce: 0 };
    assert!(commands.contains(&Command::Notify(cancelled)), "{commands:?}");
}

#[test]
fn verdicts_of_blocks_are_taken_back_with_them() {
    let (mut lane, m) = (lane(), message(1));
    let last = m.identifier.timestamp + Policy::default().expiry_window;
    lane.handle(Event::Seen(m.clone()));
    lane.handle(Event::Head { number: 7, timestamp: last + 1 });
    assert!(!lane.has(m.hash));
    assert!(lane.has_judged_after(6) && !lane.has_judged_after(7));
    lane.handle(Event::Reorged { ancestor: 6 });
    lane.handle(Event::Restored { message: m.clone(), reverted: Vec::new() });
    lane.handle(Event::Head { number: 7, timestamp: last });
    assert!(lane.has(m.hash));
}

#[test]
fn start_resumes_what_was_signed() {
    let (mut lane, pending, done) = (Lane::new(Policy::default()), message(1), message(2));
    lane.handle(Event::Seen(pending.clone()));
    lane.handle(Event::Resumed { message: pending.hash, nonce: 4, tx: tx(4, 0) });
    // The log of this one's delivery is in the store already, but the relayer died before it wrote that down.
    lane.handle(Event::Resumed { message: done.hash, nonce: 3, tx: tx(3, 0) });
    lane.handle(head(9));
    assert_eq!(lane.handle(Event::CaughtUp)[0], Command::Nonces { epoch: 1 });
    let commands = lane.handle(nonces(4, 4));
    assert_eq!(commands, [receipt(3), broadcast(4)]);
    let landed = AttemptOutcome::Landed { success: true, block_number: 8 };
    assert_eq!(
        lane.handle(included(3, true, 8)),
        [Command::Record { tx_hash: tx(3, 0).hash, outcome: landed }]
    );
}

#[test]
fn nonce_used_by_somebody_else_is_left_to_him() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    lane.handle(ok(&m));
    lane.handle(committed(0));
    // Whose transaction it will be, a block decides.
    assert_eq!(lane.handle(sent(0, B::NonceTaken)), []);
    assert_eq!(lane.handle(head(2)), [Command::Nonces { epoch: 1 }]);
    assert_eq!(lane.handle(nonces(1, 1)), [receipt(0)]);
    let commands = lane.handle(mined(0, R::Replaced { block_number: 2 }));
    assert!(commands.contains(&guard(&m)), "{commands:?}");
    lane.handle(nonces(1, 1));
    assert_eq!(lane.handle(ok(&m)), [submit(&m, 1)]);
}

#[test]
fn outage_holds_everything_and_sends_again_afterwards() {
    let (mut lane, first, second) = (lane(), message(1), message(2));
    pooled(&mut lane, &first, 0);
    assert_eq!(lane.handle(Event::Offline), []);
    assert_eq!(lane.handle(Event::Seen(second.clone())), []);
    assert_eq!(lane.handle(head(2)), []);
    assert_eq!(lane.handle(Event::CaughtUp), [Command::Nonces { epoch: 2 }, guard(&second)]);
    let nonces = Event::Nonces { epoch: 2, nonces: Some((0, 0)) };
    assert_eq!(lane.handle(nonces), [broadcast(0)], "the node may have lost its pool");
}

#[test]
fn dropped_transaction_is_sent_again() {
    let (mut lane, m) = (lane(), message(1));
    pooled(&mut lane, &m, 0);
    let mut sent_again = Vec::new();
    for number in 2..10 {
        assert_eq!(lane.handle(head(number)), [Command::Nonces { epoch: 1 }]);
        if lane.handle(nonces(0, 0)) == [broadcast(0)] {
            sent_again.push(number);
            lane.handle(sent(0, B::Accepted));
        }
    }
    assert_eq!(sent_again, [4, 7]);
}
