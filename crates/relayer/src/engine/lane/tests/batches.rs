//! Many messages in one transaction, several transactions at once, several accounts.

use super::*;
use crate::engine::{Limits, test_util::signer};

fn batcher() -> Lane {
    let mut lane = lane();
    lane.handle(Event::Batcher(true));
    lane
}

fn three() -> [Message; 3] {
    [message(1), message(2), message(3)]
}

#[test]
fn what_is_there_at_once_travels_together() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    let tx_hash = tx(0, 0).hash;
    let block = delivered_in(2, &[(&a, tx_hash), (&b, tx_hash), (&c, tx_hash)]);
    assert_eq!(lane.handle(block), []);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn without_the_batcher_each_goes_by_itself() {
    let (mut lane, [a, b, c]) = (lane(), three());
    lane.handle(Event::Seen(vec![a.clone(), b.clone(), c.clone()]));
    assert_eq!(lane.handle(ok_all(&[&a, &b, &c])), [submit(&a, 0), submit(&b, 1), submit(&c, 2)]);
}

/// One message each fills no block: more of them have to be on their way.
#[test]
fn without_the_batcher_more_are_on_their_way() {
    let policy = Policy { max_in_flight: 1, max_in_flight_alone: 2, ..Policy::default() };
    for (stands, in_flight) in [(true, 1), (false, 2)] {
        let (mut lane, [a, b, c]) = (lane_of(policy, vec![SIGNER]), three());
        lane.handle(Event::Batcher(stands));
        for message in [&a, &b, &c] {
            lane.handle(Event::Seen(vec![message.clone()]));
            lane.handle(ok(message));
        }
        assert_eq!(lane.in_flight(), in_flight);
    }
}

#[test]
fn batches_keep_within_their_limits() {
    let limits = |messages, gas, bytes| Limits { messages, gas, bytes };
    for (limits, block_gas, count) in [
        (limits(2, u64::MAX, 9), u64::MAX, 2),
        (limits(9, 70_000 + 2 * 11_101, 9), u64::MAX, 2),
        (limits(9, u64::MAX, 9), 2 * (70_000 + 11_101), 1),
        (limits(9, u64::MAX, 0), u64::MAX, 3),
        // One above all limits goes by itself.
        (limits(9, 1, 9), u64::MAX, 1),
    ] {
        let mut lane = lane_of(Policy { limits, max_sending: 1, ..Policy::default() }, vec![SIGNER]);
        lane.handle(Event::Batcher(true));
        lane.handle(Event::BlockGas(block_gas));
        let [a, b, c] = three();
        let all = [&a, &b, &c];
        lane.handle(Event::Seen(vec![a.clone(), b.clone(), c.clone()]));
        assert_eq!(lane.handle(ok_all(&all)), [submit_all(&all[..count], 0)], "{limits:?} {block_gas}");
    }
}

#[test]
fn item_that_fails_is_judged_by_itself() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    let tx_hash = tx(0, 0).hash;
    assert_eq!(lane.handle(delivered_in(2, &[(&a, tx_hash), (&c, tx_hash)])), [receipt(0)], "why?");
    assert_eq!((lane.pending(), lane.in_flight()), (1, 0));
    let failed = Notice::Failed {
        message: b.hash,
        reason: reason("paused"),
        tx_hash: Some(tx_hash),
        retry_after_block: Some(3),
    };
    let outcome = AttemptOutcome::ItemsFailed(vec![(b.hash, reason("paused"))]);
    assert_eq!(
        lane.handle(included_but(0, true, 2, &[(&b, "paused")])),
        [Command::Notify(failed), Command::Record { tx_hash, outcome }]
    );
    assert_eq!(lane.handle(head(3)), [guard(&b)]);
    assert_eq!(lane.handle(ok(&b)), [submit(&b, 1)]);
}

#[test]
fn without_a_receipt_the_logs_judge() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    let tx_hash = tx(0, 0).hash;
    lane.handle(delivered_in(2, &[(&a, tx_hash), (&b, tx_hash)]));
    for number in 3..5 {
        lane.handle(mined(0, R::Unavailable));
        assert_eq!(lane.handle(head(number)), [receipt(0)]);
    }
    let commands = lane.handle(mined(0, R::Missing));
    assert!(matches!(&commands[0], Command::Notify(Notice::Failed { message, .. }) if *message == c.hash));
    // It was paid for: three times of that are enough.
    assert_eq!(lane.spent.count(c.hash), 1);
}

#[test]
fn batch_that_delivers_nothing_is_known_by_its_receipt() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    lane.handle(head(2));
    assert_eq!(lane.handle(nonces(1, 1)), [receipt(0)]);
    let commands = lane.handle(included_but(0, true, 2, &[(&a, "no"), (&b, "no"), (&c, "no")]));
    let tx_hash = tx(0, 0).hash;
    let landed = AttemptOutcome::Landed { success: true, block_number: 2 };
    assert_eq!(commands[0], Command::Record { tx_hash, outcome: landed });
    assert_eq!([&a, &b, &c].map(|message| lane.spent.count(message.hash)), [1; 3]);
    assert_eq!((lane.pending(), lane.in_flight()), (3, 0));
}

#[test]
fn those_delivered_by_others_just_leave() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    lane.handle(delivered(&a, foreign()));
    assert_eq!((lane.pending(), lane.in_flight()), (2, 1));
    let tx_hash = tx(0, 0).hash;
    assert_eq!(lane.handle(delivered_in(3, &[(&b, tx_hash), (&c, tx_hash)])), []);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn next_version_has_what_is_left_and_nothing_else() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    lane.handle(delivered(&a, foreign()));
    // Another message comes while the batch waits for a block.
    let other = message(4);
    lane.handle(seen(&other));
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 1)]);
    lane.handle(committed(1));
    lane.handle(sent(1, B::Accepted));
    // It is overdue, and not worth to be sent again as it is.
    lane.handle(head(4));
    let commands = lane.handle(nonces(0, 2));
    assert_eq!(commands[0], guard_all(&[&b, &c]));
    assert_eq!(lane.handle(ok_all(&[&b, &c])), [submit_again(&[&b, &c], 0)]);
}

#[test]
fn lost_source_block_takes_its_message_out_at_once() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    assert_eq!(lane.handle(Event::Orphaned(b.hash)), [guard_all(&[&a, &c])]);
    assert_eq!(lane.handle(ok_all(&[&a, &c])), [submit_again(&[&a, &c], 0)]);
    // The first version may be faster.
    lane.handle(Event::Committed { signer: SIGNER, nonce: 0, tx: tx(0, 1) });
    let tx_hash = tx(0, 0).hash;
    let commands = lane.handle(delivered_in(2, &[(&a, tx_hash), (&b, tx_hash), (&c, tx_hash)]));
    let outcome = AttemptOutcome::Replaced { block_number: 2 };
    assert_eq!(commands, [Command::Record { tx_hash: tx(0, 1).hash, outcome }]);
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn message_that_comes_back_waits_with_the_others_for_the_next_version() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    lane.handle(Event::Orphaned(b.hash));
    lane.handle(head(2));
    assert_eq!(lane.handle(nonces(1, 1)), [receipt(0)], "its nonce is used, somewhere");
    lane.handle(seen(&b));
    assert_eq!(lane.roster.phase(b.hash), Some(Phase::Guarding { group: 2 }));
    lane.handle(mined(0, R::Missing));
    lane.handle(ok_all(&[&a, &c]));
    assert_eq!(lane.handle(ok(&b)), [submit_again(&[&a, &b, &c], 0)]);
}

#[test]
fn message_of_an_older_version_waits_for_the_nonce() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    lane.handle(Event::Orphaned(b.hash));
    let no = || GuardOutcome::Reverts { reason: reason("no") };
    let yes = || GuardOutcome::Deliverable { gas: 100 };
    let commands = lane.handle(Event::Guarded { outcomes: vec![judged(&a, no()), judged(&c, yes())] });
    assert_eq!(commands.last(), Some(&submit_again(&[&c], 0)));
    let next = tx(0, 1);
    lane.handle(Event::Committed { signer: SIGNER, nonce: 0, tx: next.clone() });
    lane.handle(Event::Broadcast { signer: SIGNER, nonce: 0, tx_hash: next.hash, outcome: B::Accepted });
    // Its time to be tried again has come, but the first version may still deliver it.
    assert!(!lane.handle(head(2)).contains(&guard(&a)));
    let commands = lane.handle(delivered_in(3, &[(&c, next.hash)]));
    assert!(commands.contains(&guard(&a)), "{commands:?}");
}

#[test]
fn refused_batch_is_halved_until_the_cause_stands_alone() {
    let mut lane = lane_of(Policy { max_sending: 1, ..Policy::default() }, vec![SIGNER]);
    lane.handle(Event::Batcher(true));
    let messages: Vec<Message> = (1..=8).map(message).collect();
    let mut commands = lane.handle(Event::Seen(messages.clone()));
    let bad = messages[5].hash;
    let (mut salt, mut sizes, mut pool) = (0, Vec::new(), Vec::new());
    while let Some(command) = commands.pop() {
        let event = match command {
            Command::Guard { messages } => ok_all(&messages.iter().collect::<Vec<_>>()),
            Command::Submit { signer, nonce, items, .. } => {
                salt += 1;
                sizes.push(items.len());
                pool.push(items);
                Event::Committed { signer, nonce, tx: tx(nonce, salt) }
            }
            Command::Broadcast { signer, nonce, tx } => {
                let is_bad = pool.last().unwrap().iter().any(|item| item.message.hash == bad);
                let outcome = if is_bad { B::Invalid { reason: reason("conflict") } } else { B::Accepted };
                Event::Broadcast { signer, nonce, tx_hash: tx.hash, outcome }
            }
            Command::Notify(Notice::Failed { message, .. }) => {
                assert_eq!(message, bad);
                continue;
            }
            _ => continue,
        };
        commands.extend(lane.handle(event));
    }
    assert_eq!(sizes, [8, 4, 4, 2, 2, 1, 1]);
    assert_eq!(lane.in_flight(), 3, "all others are on their way: {sizes:?}");
}

#[test]
fn several_are_signed_and_sent_at_once_in_the_order_of_their_nonces() {
    let mut lane = lane_of(Policy { max_sending: 2, ..Policy::default() }, vec![SIGNER]);
    let [a, b, c] = three();
    lane.handle(Event::Seen(vec![a.clone(), b.clone(), c.clone()]));
    assert_eq!(lane.handle(ok_all(&[&a, &b, &c])), [submit(&a, 0), submit(&b, 1)]);
    assert_eq!(lane.handle(committed(1)), [submit(&c, 2)], "the first may not come to be");
    assert_eq!(lane.handle(committed(0)), [broadcast(0)]);
    let commands = lane.handle(sent(0, B::Accepted));
    assert_eq!(commands.last(), Some(&broadcast(1)));
    assert_eq!(lane.handle(committed(2)), [broadcast(2)]);
}

#[test]
fn refusal_in_the_middle_leaves_no_gap() {
    let (mut lane, [a, b, c]) = (lane(), three());
    lane.handle(Event::Seen(vec![a.clone(), b.clone(), c.clone()]));
    lane.handle(ok_all(&[&a, &b, &c]));
    for nonce in 0..3 {
        assert_eq!(lane.handle(committed(nonce)), [broadcast(nonce)]);
    }
    lane.handle(sent(2, B::Accepted));
    lane.handle(sent(0, B::Accepted));
    let commands = lane.handle(sent(1, B::Underpriced { reason: reason("low") }));
    assert_eq!(abandoned(&commands), [tx(1, 0).hash]);
    assert_eq!(lane.handle(Event::Tick), [ask(1), guard(&b)]);
    assert_eq!(lane.handle(nonces(0, 1)), [], "a message is there to use the nonce");
    assert_eq!(lane.handle(ok(&b)), [submit(&b, 1)]);
}

#[test]
fn accounts_share_the_work() {
    let policy = Policy { max_in_flight: 2, max_in_flight_alone: 2, ..Policy::default() };
    let mut lane = lane_of(policy, vec![signer(0), signer(1)]);
    let messages: Vec<Message> = (1..=6).map(message).collect();
    lane.handle(Event::Seen(messages.clone()));
    let commands = lane.handle(ok_all(&messages.iter().collect::<Vec<_>>()));
    let submitted: Vec<(Address, u64)> = commands
        .iter()
        .filter_map(|command| match command {
            Command::Submit { signer, nonce, .. } => Some((*signer, *nonce)),
            _ => None,
        })
        .collect();
    assert_eq!(submitted, [(signer(0), 0), (signer(1), 0), (signer(0), 1), (signer(1), 1)]);
}

#[test]
fn account_that_cannot_pay_holds_only_itself() {
    let mut lane = lane_of(Policy::default(), vec![signer(0), signer(1)]);
    let (a, b) = (message(1), message(2));
    lane.handle(seen(&a));
    assert_eq!(lane.handle(ok(&a)), [submit(&a, 0)]);
    lane.handle(committed(0));
    let commands = lane.handle(sent(0, B::Unfunded { reason: reason("0 wei") }));
    assert_eq!(commands.last(), Some(&guard(&a)));
    let other = |message| match submit(message, 0) {
        Command::Submit { nonce, items, replaces, .. } => {
            Command::Submit { signer: signer(1), nonce, items, replaces }
        }
        command => command,
    };
    assert_eq!(lane.handle(ok(&a)), [other(&a)]);
    lane.handle(head(2));
    lane.handle(seen(&b));
    assert_eq!(lane.handle(ok(&b)), [submit(&b, 0)], "perhaps it can now");
}

#[test]
fn strangers_of_one_account_may_deliver_what_another_would() {
    let policy = Policy { strangers_patience: 4, ..Policy::default() };
    let mut lane = Lane::new(policy, vec![signer(0), signer(1)]);
    lane.handle(head(1));
    lane.handle(Event::CaughtUp);
    let told = |index, pending| Event::Nonces { signer: signer(index), epoch: 1, nonces: Some((0, pending)) };
    lane.handle(told(0, 2));
    lane.handle(told(1, 0));
    let m = message(1);
    lane.handle(seen(&m));
    lane.handle(ok(&m));
    let is_submitted = |commands: &[Command], by| {
        let mut submitted = commands.iter();
        submitted.any(|command| matches!(command, Command::Submit { signer: who, .. } if *who == signer(by)))
    };
    for number in 2..5 {
        lane.handle(head(number));
        let commands = lane.handle(told(0, 2));
        assert!(!is_submitted(&commands, 1), "block {number}: {commands:?}");
    }
    let commands = lane.handle(head(5));
    assert!(is_submitted(&commands, 1), "they do not land: {commands:?}");
}

#[test]
fn what_others_hold_sleeps_and_the_rest_goes() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    lane.handle(Event::Seen(vec![a.clone(), b.clone(), c.clone()]));
    lane.handle(ok_all(&[&a, &b, &c]));
    let held = NotCommitted::Held { messages: vec![b.hash] };
    let commands = lane.handle(Event::NotCommitted { signer: SIGNER, nonce: 0, reason: held });
    assert_eq!(commands, [guard_all(&[&a, &c])]);
    assert_eq!(lane.handle(ok_all(&[&a, &c])), [submit_all(&[&a, &c], 0)]);
    let until = 1 + Policy::default().held_blocks;
    for number in 2..=until {
        assert_eq!(lane.handle(head(number)).contains(&guard(&b)), number == until, "block {number}");
    }
}

#[test]
fn transaction_that_waits_too_long_offers_more() {
    let (mut lane, [a, b, c]) = (batcher(), three());
    pooled_together(&mut lane, &[&a, &b, &c], 0);
    let mut again = None;
    for number in 2..10 {
        lane.handle(head(number));
        let commands = lane.handle(nonces(0, 1));
        if commands == [broadcast(0)] {
            lane.handle(sent(0, B::AlreadyKnown));
        } else if commands == [guard_all(&[&a, &b, &c])] {
            again = Some(number);
            break;
        }
    }
    assert_eq!(again, Some(1 + Policy::default().escalate_after));
    assert_eq!(lane.handle(ok_all(&[&a, &b, &c])), [submit_again(&[&a, &b, &c], 0)]);
    // Above the ceiling it stays as it is, for as long again.
    let reason = NotCommitted::Ceiling;
    assert_eq!(lane.handle(Event::NotCommitted { signer: SIGNER, nonce: 0, reason }), []);
    assert_eq!(lane.in_flight(), 1);
    let tx_hash = tx(0, 0).hash;
    lane.handle(delivered_in(6, &[(&a, tx_hash), (&b, tx_hash), (&c, tx_hash)]));
    assert_eq!((lane.pending(), lane.in_flight()), (0, 0));
}

#[test]
fn nothing_is_signed_above_the_ceiling() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
    lane.handle(ok(&m));
    let reason = NotCommitted::Ceiling;
    assert_eq!(lane.handle(Event::NotCommitted { signer: SIGNER, nonce: 0, reason }), [guard(&m)]);
    assert_eq!(lane.handle(ok(&m)), [], "not in this block");
    assert_eq!(lane.handle(head(2)), [submit(&m, 0)]);
}

/// It could not pay, and its balance was looked at before anything more was signed: as if the node had said so, with nothing recorded.
#[test]
fn an_account_that_cannot_pay_still_waits_for_the_next_block() {
    let (mut lane, m) = (lane(), message(1));
    lane.handle(seen(&m));
    lane.handle(ok(&m));
    let unfunded = NotCommitted::Unfunded { reason: "0 wei".to_owned() };
    let told = Command::Notify(Notice::Unfunded { signer: Some(SIGNER), reason: "0 wei".to_owned() });
    let commands = lane.handle(Event::NotCommitted { signer: SIGNER, nonce: 0, reason: unfunded });
    assert_eq!(commands, [told], "not in this block");
    assert_eq!(lane.handle(head(2)), [guard(&m)]);
    assert_eq!(lane.handle(ok(&m)), [submit(&m, 0)]);
}
