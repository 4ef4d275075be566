use alloy::primitives::B256;

use super::*;
use crate::engine::{
    BroadcastOutcome as B, GuardOutcome, ReceiptOutcome as R,
    test_util::{foreign, message, message_at, tx},
};

/// A lane at block 1 whose account has used no nonce.
fn lane() -> Lane {
    let mut lane = Lane::new(Policy::default());
    lane.handle(head(1));
    lane.handle(Event::CaughtUp);
    assert_eq!(lane.handle(nonces(0, 0)), []);
    lane
}

const fn head(number: u64) -> Event {
    Event::Head { number, timestamp: 1_000 + number }
}

/// The answer to the first question for nonces after `CaughtUp`.
const fn nonces(latest: u64, pending: u64) -> Event {
    Event::Nonces { epoch: 1, nonces: Some((latest, pending)) }
}

const fn guarded(message: &Message, outcome: GuardOutcome) -> Event {
    Event::Guarded { message: message.hash, identifier: message.identifier, outcome }
}

const fn ok(message: &Message) -> Event {
    guarded(message, GuardOutcome::Deliverable { gas: 100 })
}

fn sent(nonce: u64, outcome: B) -> Event {
    Event::Broadcast { nonce, tx_hash: tx(nonce, 0).hash, outcome }
}

fn mined(nonce: u64, outcome: R) -> Event {
    Event::Receipt { nonce, tx_hash: tx(nonce, 0).hash, outcome }
}

fn committed(nonce: u64) -> Event {
    Event::Committed { nonce, tx: tx(nonce, 0) }
}

fn submit(message: &Message, nonce: u64) -> Command {
    Command::Submit { message: message.clone(), nonce, gas: 100 }
}

fn broadcast(nonce: u64) -> Command {
    Command::Broadcast { nonce, tx: tx(nonce, 0) }
}

fn guard(message: &Message) -> Command {
    Command::Guard(message.clone())
}

fn reason(text: &str) -> String {
    text.to_owned()
}

/// Brings a message to where the node has accepted its transaction.
fn pooled(lane: &mut Lane, message: &Message, nonce: u64) {
    assert_eq!(lane.handle(Event::Seen(message.clone())), [guard(message)]);
    assert_eq!(lane.handle(ok(message)), [submit(message, nonce)]);
    assert_eq!(lane.handle(committed(nonce)), [broadcast(nonce)]);
    lane.handle(sent(nonce, B::Accepted));
}

fn abandoned(commands: &[Command]) -> Vec<B256> {
    let abandoned = commands.iter().filter_map(|command| match command {
        Command::Record { tx_hash, outcome: AttemptOutcome::Abandoned { .. } } => Some(*tx_hash),
        _ => None,
    });
    abandoned.collect()
}

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
    assert_eq!(lane.handle(Event::Delivered { message: m.hash, tx_hash }), []);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn nothing_happens_before_all_blocks_are_known() {
    let (mut lane, m) = (Lane::new(Policy::default()), message(1));
    assert_eq!(lane.handle(Event::Seen(m.clone())), []);
    assert_eq!(lane.handle(head(1)), []);
    assert_eq!(lane.handle(Event::CaughtUp), [Command::Nonces { epoch: 1 }, guard(&m)]);
    assert_eq!(lane.handle(ok(&m)), [], "the nonce is not known");
    assert_eq!(lane.handle(nonces(7, 8)), [submit(&m, 8)]);
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
fn delivery_by_somebody_else_costs_at_most_what_was_sent() {
    let (mut lane, m) = (lane(), message(1));
    pooled(&mut lane, &m, 0);
    assert_eq!(lane.handle(Event::Delivered { message: m.hash, tx_hash: foreign() }), []);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 1), "its nonce is still taken");

    // The nonce is used: ours is in a block, and reverted.
    assert_eq!(lane.handle(head(2)), [Command::Nonces { epoch: 1 }]);
    let tx_hash = tx(0, 0).hash;
    assert_eq!(lane.handle(nonces(1, 1)), [Command::Receipt { nonce: 0, tx_hash }]);
    let outcome = AttemptOutcome::Landed { success: false, block_number: 2 };
    let reverted = Command::Record { tx_hash, outcome };
    assert_eq!(lane.handle(mined(0, R::Included { success: false, block_number: 2 })), [reverted]);
    assert_eq!(lane.in_flight(), 0);
}

#[test]
fn delivery_before_the_broadcast_costs_nothing() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    lane.handle(ok(&m));
    lane.handle(Event::Delivered { message: m.hash, tx_hash: foreign() });
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
        let reverted = R::Included { success: false, block_number: number };
        let commands = lane.handle(mined(nonce, reverted));
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
fn account_without_funds_waits_for_a_block() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(Event::Seen(m.clone()));
    let unfunded = || guarded(&m, GuardOutcome::Unfunded { reason: reason("0 wei") });
    assert_eq!(lane.handle(unfunded()), [Command::Notify(Notice::Unfunded { reason: reason("0 wei") })]);
    assert_eq!(lane.handle(Event::Tick), []);
    assert_eq!(lane.handle(head(2)), [guard(&m)]);
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
    note(lane.handle(Event::Delivered { message: message(0).hash, tx_hash: tx(0, 0).hash }), &mut guards);
    assert_eq!(guards, [message(3)]);
}
