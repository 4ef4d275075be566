//! Refusals, outages, reorgs, restarts, and others who use the account.

use super::*;

#[test]
fn definitely_invalid_message_frees_its_nonce() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
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
    assert_eq!(lane.handle(seen(&other)), [guard(&other)]);
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 0)]);
}

#[test]
fn lost_answer_sends_the_same_bytes_again() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
    lane.handle(ok(&m));
    lane.handle(committed(0));
    let commands = lane.handle(sent(0, B::Transient { reason: reason("timeout") }));
    assert!(matches!(commands[..], [Command::Wake { .. }]));
    assert_eq!(lane.handle(Event::Tick), [broadcast(0)]);
    // It had arrived, and was mined meanwhile.
    let tx_hash = tx(0, 0).hash;
    assert_eq!(lane.handle(sent(0, B::NonceTooLow)), [receipt(0)]);
    assert_eq!(lane.handle(included(0, true, 2)), [], "that block was not read so far");
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

    assert_eq!(lane.handle(Event::Reorged { ancestor: 1 }), [ask(2)]);
    lane.handle(resumed(&first, 0));
    lane.handle(Event::Undelivered(first.clone()));
    let nonces = nonces_in(2, 0, 0);
    assert_eq!(lane.handle(nonces), [broadcast(0), broadcast(1)], "the pool lost both");
    lane.handle(sent(0, B::Accepted));
    lane.handle(sent(1, B::AlreadyKnown));

    let third = message(3);
    lane.handle(seen(&third));
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
    lane.handle(resumed(&second, 1));
    lane.handle(Event::Undelivered(second));
    let commands = lane.handle(nonces_in(2, 0, 0));
    assert_eq!(commands, [broadcast(1), fill(0, None)], "nobody else needs the nonce");
    assert_eq!(lane.handle(committed(0)), [broadcast(0)]);
    assert_eq!(lane.handle(sent(0, B::Accepted)), []);
}

#[test]
fn what_is_being_signed_gives_way_to_what_may_be_out_there() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
    assert_eq!(lane.handle(ok(&m)), [submit(&m, 0)]);
    lane.handle(Event::Reorged { ancestor: 0 });
    lane.handle(resumed(&m, 5));
    assert_eq!(abandoned(&lane.handle(committed(0))), [tx(0, 0).hash]);
    assert_eq!(lane.handle(nonces_in(2, 5, 5)), [broadcast(5)]);
}

#[test]
fn message_of_two_attempts_of_earlier_waits_for_both() {
    let (mut lane, a, b) = (lane(), message(1), message(2));
    lane.handle(Event::Batcher(true));
    lane.handle(Event::Seen(vec![a.clone(), b.clone()]));
    lane.handle(Event::Reorged { ancestor: 1 });
    lane.handle(resumed(&a, 1));
    lane.handle(Event::Resumed { signer: SIGNER, nonce: 0, messages: vec![a.hash, b.hash], tx: tx(0, 0) });
    assert_eq!(lane.handle(nonces_in(2, 0, 0)), [broadcast(0), broadcast(1)]);
    lane.handle(sent(0, B::Accepted));
    lane.handle(sent(1, B::NonceTooLow));
    // Somebody else had that nonce. The other transaction may deliver the message still.
    let commands = lane.handle(mined(1, R::Replaced { block_number: 1 }));
    assert!(!commands.contains(&guard(&a)), "{commands:?}");
    let slot = crate::engine::attempt::Slot { account: 0, nonce: 0 };
    assert_eq!(lane.roster.phase(a.hash), Some(Phase::Attempted { slot }));
}

#[test]
fn source_reorg_before_the_relay_cancels_it() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
    lane.handle(Event::Orphaned(m.hash));
    assert_eq!(lane.handle(ok(&m)), [], "the answer comes too late");
    assert_eq!(lane.pending(), 0);

    // It comes back in another block and is judged anew.
    let moved = message_at(1, 901, 9, 0);
    assert_eq!(lane.handle(seen(&moved)), [guard(&moved)]);
    assert_eq!(lane.handle(guarded(&m, GuardOutcome::Deliverable { gas: 1 })), [guard(&moved)]);
    assert_eq!(lane.handle(ok(&moved)), [submit(&moved, 0)]);
}

#[test]
fn message_that_moves_while_in_flight_has_one_attempt_at_a_time() {
    let (mut lane, m) = (lane(), message(1));
    pooled(&mut lane, &m, 0);
    lane.handle(Event::Orphaned(m.hash));
    let moved = message_at(1, 901, 9, 0);
    assert_eq!(lane.handle(seen(&moved)), [broadcast(0)], "what does the node think of it now?");
    // It says so of bytes that it holds, too: they may still get into a block. The next version takes their nonce.
    let commands = lane.handle(sent(0, B::Invalid { reason: reason("conflicting data") }));
    assert_eq!(commands, [guard(&moved)]);
    assert_eq!(lane.handle(ok(&moved)), [submit_again(&[&moved], 0)]);
    let next = tx(0, 1);
    let commands = lane.handle(Event::Committed { signer: SIGNER, nonce: 0, tx: next.clone() });
    assert_eq!(commands, [Command::Broadcast { signer: SIGNER, nonce: 0, tx: next.clone() }]);
    lane.handle(Event::Broadcast { signer: SIGNER, nonce: 0, tx_hash: next.hash, outcome: B::Accepted });

    // The old one was faster. That is one delivery, and the end of both.
    let outcome = AttemptOutcome::Replaced { block_number: 2 };
    let commands = lane.handle(delivered(&m, tx(0, 0).hash));
    assert_eq!(commands, [Command::Record { tx_hash: next.hash, outcome }]);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn outage_is_not_held_against_messages() {
    let (mut lane, first, second) = (lane(), message(1), message(2));
    lane.handle(Event::Seen(vec![first.clone(), second.clone()]));
    let both = |one, two| Event::Guarded { outcomes: vec![judged(&first, one), judged(&second, two)] };
    let down = || GuardOutcome::Unavailable { reason: reason("internal error") };
    let mut notices = Vec::new();
    let mut note = |commands: Vec<Command>| {
        notices.extend(commands.into_iter().filter_map(|command| match command {
            Command::Notify(notice) => Some(notice),
            _ => None,
        }));
    };
    for number in 2..200 {
        note(lane.handle(both(down(), down())));
        let commands = lane.handle(head(number));
        assert_eq!(commands, [guard_all(&[&first, &second])], "block {number}");
    }
    // The node is well again: everything goes out at once.
    let commands = lane.handle(both(down(), GuardOutcome::Deliverable { gas: 100 }));
    assert!(commands.contains(&guard(&first)), "{commands:?}");
    note(commands);
    assert_eq!(notices, [Notice::Unwell { reason: reason("internal error") }, Notice::Well]);
}

#[test]
fn message_that_alone_goes_unanswered_is_the_cause() {
    let (mut lane, bad) = (lane(), message(1));
    lane.handle(seen(&bad));
    let mut number = 1;
    let failed = loop {
        let commands = lane.handle(guarded(&bad, GuardOutcome::Unavailable { reason: reason("timeout") }));
        if let Some(Command::Notify(notice @ Notice::Failed { .. })) = commands.first() {
            break notice.clone();
        }
        // Others are answered.
        number += 1;
        let good = message(number);
        lane.handle(seen(&good));
        lane.handle(guarded(&good, GuardOutcome::Reverts { reason: reason("no") }));
        lane.handle(head(number));
    };
    assert!(matches!(failed, Notice::Failed { retry_after_block: Some(_), .. }));
    assert_eq!(number, u64::from(Policy::default().max_unavailable));
}

#[test]
fn transaction_that_alone_goes_unanswered_gives_way() {
    let mut lane = lane_of(Policy { max_sending: 1, ..Policy::default() }, vec![SIGNER]);
    let bad = message(1);
    lane.handle(seen(&bad));
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
    lane.handle(seen(&good));
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
    let cancelled = Notice::Cancelled { messages: vec![bad.hash], signer: SIGNER, nonce: 0 };
    assert!(commands.contains(&Command::Notify(cancelled)), "{commands:?}");
}

#[test]
fn verdicts_of_blocks_are_taken_back_with_them() {
    let (mut lane, m) = (lane(), message(1));
    let last = m.identifier.timestamp + Policy::default().expiry_window;
    lane.handle(seen(&m));
    lane.handle(Event::Block { number: 7, timestamp: last + 1, deliveries: Vec::new() });
    assert!(!lane.has(m.hash));
    assert!(lane.has_judged_after(6) && !lane.has_judged_after(7));
    lane.handle(Event::Reorged { ancestor: 6 });
    lane.handle(restored(&m));
    lane.handle(Event::Block { number: 7, timestamp: last, deliveries: Vec::new() });
    assert!(lane.has(m.hash));
}

#[test]
fn start_resumes_what_was_signed() {
    let (mut lane, pending, done) = (Lane::new(Policy::default(), vec![SIGNER]), message(1), message(2));
    lane.handle(seen(&pending));
    lane.handle(resumed(&pending, 4));
    // The log of this one's delivery is in the store already, but the relayer died before it wrote that down.
    lane.handle(resumed(&done, 3));
    lane.handle(head(9));
    assert_eq!(lane.handle(Event::CaughtUp)[0], ask(1));
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
    lane.handle(seen(&m));
    lane.handle(ok(&m));
    lane.handle(committed(0));
    // Whose transaction it will be, a block decides.
    assert_eq!(lane.handle(sent(0, B::NonceTaken)), []);
    assert_eq!(lane.handle(head(2)), [ask(1)]);
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
    assert_eq!(lane.handle(seen(&second)), []);
    assert_eq!(lane.handle(head(2)), []);
    assert_eq!(lane.handle(Event::CaughtUp), [ask(2), guard(&second)]);
    let nonces = nonces_in(2, 0, 0);
    assert_eq!(lane.handle(nonces), [broadcast(0)], "the node may have lost its pool");
}

#[test]
fn dropped_transaction_is_sent_again() {
    let mut lane = lane_of(Policy { escalate_after: 100, ..Policy::default() }, vec![SIGNER]);
    let m = message(1);
    pooled(&mut lane, &m, 0);
    let mut sent_again = Vec::new();
    for number in 2..10 {
        assert_eq!(lane.handle(head(number)), [ask(1)]);
        if lane.handle(nonces(0, 0)) == [broadcast(0)] {
            sent_again.push(number);
            lane.handle(sent(0, B::Accepted));
        }
    }
    assert_eq!(sent_again, [4, 7]);
}
