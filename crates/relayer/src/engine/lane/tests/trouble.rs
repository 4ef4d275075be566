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
    assert_eq!(lane.handle(sent(0, B::NonceTooLow)), [Command::Receipt { nonce: 0, tx_hash }]);
    let commands = lane.handle(mined(0, R::Included { success: true, block_number: 2 }));
    assert!(matches!(commands[..], [Command::Record { .. }]), "the log will come: {commands:?}");
    lane.handle(Event::Delivered { message: m.hash, tx_hash });
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn destination_reorg_sends_the_same_bytes_again() {
    let (mut lane, first, second) = (lane(), message(1), message(2));
    pooled(&mut lane, &first, 0);
    pooled(&mut lane, &second, 1);
    lane.handle(Event::Delivered { message: first.hash, tx_hash: tx(0, 0).hash });
    lane.handle(head(2));

    let attempt = Some((0, tx(0, 0)));
    assert_eq!(lane.handle(Event::Undelivered { message: first.clone(), attempt }), [broadcast(0)]);
    assert_eq!(lane.handle(Event::Reorged { ancestor: 1 }), [Command::Nonces { epoch: 2 }]);
    lane.handle(Event::Nonces { epoch: 2, nonces: Some((0, 0)) });
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
    lane.handle(mined(0, R::Included { success: false, block_number: 2 }));
    lane.handle(Event::Delivered { message: second.hash, tx_hash: tx(1, 0).hash });
    lane.handle(Event::Orphaned(first.hash));
    lane.handle(Event::Undelivered { message: second, attempt: Some((1, tx(1, 0))) });
    lane.handle(Event::Reorged { ancestor: 1 });
    lane.handle(Event::Nonces { epoch: 2, nonces: Some((0, 0)) });

    let commands = lane.handle(sent(1, B::Accepted));
    assert_eq!(commands.last(), Some(&Command::Fill { nonce: 0 }), "nobody else needs the nonce");
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
    let commands = lane.handle(sent(0, B::Invalid { reason: reason("conflicting data") }));
    assert!(matches!(&commands[0], Command::Record { outcome: AttemptOutcome::Refused { .. }, .. }));
    assert_eq!(commands[1..], [guard(&moved)]);
    assert_eq!(lane.handle(ok(&moved)), [submit(&moved, 0)]);
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
    assert_eq!(commands, [Command::Receipt { nonce: 3, tx_hash: tx(3, 0).hash }, broadcast(4)]);
    let landed = AttemptOutcome::Landed { success: true, block_number: 8 };
    assert_eq!(
        lane.handle(mined(3, R::Included { success: true, block_number: 8 })),
        [Command::Record { tx_hash: tx(3, 0).hash, outcome: landed }]
    );
}

#[test]
fn nonce_used_by_somebody_else_is_left_to_him() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    lane.handle(ok(&m));
    lane.handle(committed(0));
    let commands = lane.handle(sent(0, B::NonceTaken));
    let replaced = Command::Record { tx_hash: tx(0, 0).hash, outcome: AttemptOutcome::Replaced };
    assert_eq!(commands[0], replaced);
    assert_eq!(commands[1..], [Command::Nonces { epoch: 1 }, guard(&m)]);
    lane.handle(ok(&m));
    assert_eq!(lane.handle(nonces(0, 3)), [submit(&m, 3)]);
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
