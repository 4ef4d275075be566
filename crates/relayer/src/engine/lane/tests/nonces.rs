//! What may still be mined is never forgotten, and whose a nonce is only blocks decide.

use super::*;

#[test]
fn bytes_that_the_node_held_keep_their_nonce_whatever_it_says() {
    let refusals = [
        B::Invalid { reason: reason("conflicting data") },
        B::Underpriced { reason: reason("underpriced") },
        B::Unfunded { reason: reason("0 wei") },
        B::NotYet { reason: reason("future data") },
        B::Closed { reason: reason("failsafe") },
        B::NonceTaken,
        B::Transient { reason: reason("internal error") },
    ];
    for refusal in refusals {
        let (mut lane, m, other) = (lane(), message(1), message(2));
        pooled(&mut lane, &m, 0);
        lane.handle(head(5));
        assert_eq!(lane.handle(nonces(0, 0)), [broadcast(0)], "it is overdue");
        let commands = lane.handle(sent(0, refusal.clone()));
        assert_eq!(lane.in_flight(), 1, "{refusal:?}: {commands:?}");
        assert!(!commands.iter().any(|command| matches!(command, Command::Record { .. })), "{commands:?}");
        // Nobody gets the nonce.
        lane.handle(seen(&other));
        lane.handle(head(6));
        let commands = lane.handle(ok(&other));
        let taken = commands.iter().any(|command| matches!(command, Command::Submit { nonce: 0, .. }));
        assert!(!taken, "{refusal:?}: {commands:?}");
    }
}

/// A failsafe may have emptied the pool.
#[test]
fn when_the_chain_takes_messages_again_all_goes_out_again_at_once() {
    let (mut lane, first, second, third) = (lane(), message(1), message(2), message(3));
    pooled(&mut lane, &first, 0);
    pooled(&mut lane, &second, 1);
    lane.handle(seen(&third));
    assert_eq!(lane.handle(ok(&third)), [submit(&third, 2)]);
    assert_eq!(lane.handle(committed(2)), [broadcast(2)]);
    lane.handle(sent(2, B::Closed { reason: reason("failsafe") }));
    assert_eq!(lane.handle(Event::Tick), [guard(&third)]);
    assert_eq!(lane.handle(ok(&third)), [submit(&third, 2)]);
    assert_eq!(lane.handle(committed(2)), [broadcast(2)]);
    let broadcasts = |commands: Vec<Command>| -> Vec<Command> {
        commands.into_iter().filter(|command| matches!(command, Command::Broadcast { .. })).collect()
    };
    assert_eq!(broadcasts(lane.handle(sent(2, B::Accepted))), [broadcast(0), broadcast(1)], "the same bytes");
    lane.handle(sent(0, B::Accepted));
    assert_eq!(broadcasts(lane.handle(sent(1, B::AlreadyKnown))), [], "once");
}

#[test]
fn missing_receipts_prove_nothing() {
    let (mut lane, m) = (lane(), message(1));
    pooled(&mut lane, &m, 0);
    for number in 2..12 {
        lane.handle(head(number));
        let commands = lane.handle(nonces(1, 1));
        assert!(commands.contains(&receipt(0)), "{commands:?}");
        let commands = lane.handle(mined(0, R::Missing));
        assert_eq!(commands, [], "the block that uses the nonce will come");
        assert_eq!((lane.pending(), lane.in_flight()), (1, 1));
    }
    lane.handle(head(12));
    lane.handle(nonces(1, 1));
    let commands = lane.handle(mined(0, R::Replaced { block_number: 12 }));
    let tx_hash = tx(0, 0).hash;
    assert_eq!(
        commands[..2],
        [
            Command::Record { tx_hash, outcome: AttemptOutcome::Replaced { block_number: 12 } },
            Command::Notify(Notice::Replaced {
                messages: vec![m.hash],
                tx_hash,
                signer: SIGNER,
                nonce: 0,
                block_number: 12
            }),
        ]
    );
    assert!(commands.contains(&guard(&m)), "{commands:?}");
}

#[test]
fn what_nobody_needs_gives_its_nonce_to_nothing() {
    let (mut lane, m) = (lane(), message(1));
    pooled(&mut lane, &m, 0);
    lane.handle(Event::Orphaned(m.hash));
    let mut number = 2;
    let commands = loop {
        lane.handle(head(number));
        let commands = lane.handle(nonces(0, 1));
        if !commands.is_empty() {
            break commands;
        }
        number += 1;
    };
    assert_eq!(number, 4, "it may come back for some blocks");
    let cancelled = Notice::Cancelled { messages: vec![m.hash], signer: SIGNER, nonce: 0 };
    assert_eq!(commands, [fill(0, Some(tx(0, 0))), Command::Notify(cancelled)]);
    let nothing = tx(0, 1);
    lane.handle(Event::Committed { signer: SIGNER, nonce: 0, tx: nothing.clone() });
    lane.handle(Event::Broadcast { signer: SIGNER, nonce: 0, tx_hash: nothing.hash, outcome: B::Accepted });
    lane.handle(head(5));
    lane.handle(nonces(1, 1));
    let outcome = R::Included {
        tx_hash: nothing.hash,
        success: true,
        block_number: 5,
        timestamp: 1_005,
        failures: Vec::new(),
        gas_used: 21_000,
    };
    let commands = lane.handle(Event::Receipt { signer: SIGNER, nonce: 0, tx_hash: nothing.hash, outcome });
    let outcome = AttemptOutcome::Replaced { block_number: 5 };
    assert_eq!(commands, [Command::Record { tx_hash: tx(0, 0).hash, outcome }]);
    assert_eq!(lane.in_flight(), 0);
}

#[test]
fn strangers_are_let_land_before_anything_is_signed() {
    let (mut lane, m) = (Lane::new(Policy::default(), vec![SIGNER]), message(1));
    lane.handle(head(1));
    lane.handle(seen(&m));
    lane.handle(Event::CaughtUp);
    let waiting =
        |blocks| Command::Notify(Notice::Waiting { signer: SIGNER, first_nonce: 3, next_nonce: 5, blocks });
    assert_eq!(lane.handle(nonces(3, 5))[0], waiting(0));
    lane.handle(ok(&m));
    let mut told = Vec::new();
    for number in 2..40 {
        if lane.handle(head(number)).contains(&guard(&m)) {
            lane.handle(ok(&m));
        }
        let commands = lane.handle(nonces(3, 5));
        assert!(!commands.iter().any(|command| matches!(command, Command::Submit { .. })), "{commands:?}");
        told.extend(commands.contains(&waiting(number - 1)).then_some(number - 1));
    }
    assert_eq!(told, [8, 16, 32], "more and more rarely");
    lane.handle(head(40));
    assert_eq!(lane.handle(nonces(5, 5)), [submit(&m, 5)]);
}

#[test]
fn what_is_refused_for_now_gives_way_when_others_wait_for_its_nonce() {
    let (mut lane, m, other) =
        (Lane::new(Policy::default(), vec![SIGNER]), message(1), message_at(2, 903, 1, 0));
    lane.handle(seen(&m));
    lane.handle(resumed(&m, 0));
    lane.handle(head(1));
    lane.handle(Event::CaughtUp);
    let not_yet = || sent(0, B::NotYet { reason: reason("future data") });
    let filled =
        |commands: &[Command]| commands.iter().any(|command| matches!(command, Command::Fill { .. }));
    assert_eq!(lane.handle(nonces(0, 0)), [broadcast(0)]);
    for number in 2..10 {
        lane.handle(not_yet());
        lane.handle(head(number));
        assert_eq!(lane.handle(nonces(0, 0)), [broadcast(0)], "nobody waits for it");
    }
    // From now on somebody does.
    lane.handle(seen(&other));
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 1)]);
    lane.handle(committed(1));
    lane.handle(sent(1, B::Accepted));
    lane.handle(not_yet());
    lane.handle(head(10));
    let commands = lane.handle(nonces(0, 0));
    assert_eq!(commands[0], fill(0, Some(tx(0, 0))), "{commands:?}");
    assert!(filled(&commands) && lane.in_flight() == 2);
}
