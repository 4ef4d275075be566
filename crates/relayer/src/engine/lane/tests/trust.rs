//! What was paid in vain is remembered, and bounds what is risked; what may be spent is bounded too.

use super::*;
use crate::engine::{Experience, InVain, Prospect, origin::Origin, test_util::signer};

const BUDGET: u64 = 2_000_000;

/// The `id`-th message, of a sender that all of these have.
fn from_one(id: u64) -> Message {
    Message { sender: Address::repeat_byte(7), ..message(id) }
}

/// Has a message sent by itself, and revert in a block with that much gas.
fn burn(lane: &mut Lane, message: &Message, nonce: u64, number: u64, gas_used: u64) -> Vec<Command> {
    lane.handle(seen(message));
    lane.handle(taking(message, 100));
    lane.handle(committed(nonce));
    lane.handle(sent(nonce, B::Accepted));
    lane.handle(head(number));
    lane.handle(nonces(nonce + 1, nonce + 1));
    let tx_hash = tx(nonce, 0).hash;
    let (success, block_number, timestamp, failures) = (false, number, 1_000 + number, Vec::new());
    lane.handle(mined(nonce, R::Included { tx_hash, success, block_number, timestamp, failures, gas_used }))
}

#[test]
fn who_was_sent_again_is_not_new() {
    let mut lane = lane();
    let first = from_one(1);
    burn(&mut lane, &first, 0, 2, BUDGET / 2);
    // The same message again, from another place.
    let again = Message { identifier: message(50).identifier, ..first.clone() };
    let commands = burn(&mut lane, &again, 1, 3, BUDGET / 2);
    let told = commands.iter().find_map(|command| match command {
        Command::Notify(Notice::Failed { retry_after_block, .. }) => *retry_after_block,
        _ => None,
    });
    assert_eq!(told, Some(3 + 63), "each 64th of the budget is a block more");
    // Another message of this sender goes after all others; one more loss, and nothing of it goes.
    let (third, honest) = (from_one(3), message(4));
    lane.handle(Event::Offline);
    lane.handle(Event::Seen(vec![third.clone(), honest.clone()]));
    let commands = lane.handle(Event::CaughtUp);
    assert_eq!(commands[1..], [guard(&honest), guard(&third)]);
    lane.handle(nonces_in(2, 2, 2));
    lane.handle(taking(&honest, 100));
    lane.handle(taking(&third, 100));
    let commands = burn(&mut lane, &from_one(5), 2, 4, BUDGET);
    assert!(submitted(&commands).is_empty());
}

#[test]
fn who_used_the_budget_up_waits_for_as_much_to_come_back() {
    let mut lane = lane();
    burn(&mut lane, &from_one(1), 0, 2, 8 * BUDGET);
    lane.handle(Event::Skipped(from_one(1).hash));
    // Of the same sender, and of nobody that deliveries speak for. Half the budget comes back in an hour for those that lost us nothing.
    let next = from_one(2);
    assert_eq!(lane.handle(seen(&next)), [guard(&next)]);
    let commands = lane.handle(taking(&next, BUDGET / 2));
    let [Command::Notify(Notice::Withheld { message: withheld, retry_after_block, reason })] = &commands[..]
    else {
        panic!("{commands:?}");
    };
    assert_eq!((*withheld, *retry_after_block), (next.hash, 66));
    assert_eq!(reason, "its sender made the relayer pay too much in vain");
    let foreseen =
        |block| Prospect::Withheld { party: "its sender".to_owned(), block, not_before: 1_002 + 3_600 };
    assert_eq!(lane.prospect(next.hash), foreseen(66));
    let at = |number, timestamp| Event::Block { number, timestamp, deliveries: Vec::new() };
    assert_eq!(lane.handle(at(66, 1_002 + 3_599)), [guard(&next)]);
    assert!(lane.handle(taking(&next, BUDGET / 2)).is_empty(), "it is not told twice, and not sent");
    assert_eq!(lane.prospect(next.hash), foreseen(130), "it sleeps on, to another block");
    assert_eq!(lane.handle(at(130, 1_002 + 3_600)), [guard(&next)]);
    assert_eq!(submitted(&lane.handle(taking(&next, BUDGET / 2))), [next.hash]);
    assert!(matches!(lane.prospect(next.hash), Prospect::Signing { .. }));
    lane.handle(committed(1));
    assert_eq!(lane.prospect(next.hash), Prospect::Carried);
    lane.handle(sent(1, B::Accepted));
    // While it is on its way no other of that sender goes; others do.
    let (third, honest) = (from_one(3), message(9));
    assert_eq!(lane.handle(seen(&third)), [guard(&third)]);
    assert!(submitted(&lane.handle(taking(&third, 100))).is_empty());
    lane.handle(seen(&honest));
    assert_eq!(submitted(&lane.handle(taking(&honest, 100))), [honest.hash]);
}

#[test]
fn budgets_of_a_sender_and_of_a_route_are_those_of_the_policy() {
    let policy = Policy { vain_gas_per_sender: 1_000, vain_gas_per_route: 2_500, ..Policy::default() };
    let mut lane = lane_of(policy, vec![SIGNER]);
    // Each of another sender, to another target, and within its budget.
    burn(&mut lane, &message(1), 0, 2, 1_000);
    burn(&mut lane, &message(2), 1, 3, 1_000);
    let withheld = |commands: &[Command]| {
        let mut reasons = commands.iter().filter_map(|command| match command {
            Command::Notify(Notice::Withheld { reason, .. }) => Some(reason.clone()),
            _ => None,
        });
        reasons.next()
    };
    assert_eq!(withheld(&burn(&mut lane, &message(3), 2, 4, 600)), None);
    lane.handle(seen(&message(4)));
    let commands = lane.handle(taking(&message(4), 500));
    assert_eq!(withheld(&commands), Some("its source made the relayer pay too much in vain".to_owned()));
    // Of another source nothing is known, until somebody there uses a budget up.
    let other = |id| Message { source: SOURCE + 1, sender: Address::repeat_byte(9), ..message(id) };
    burn(&mut lane, &other(6), 3, 5, 1_100);
    lane.handle(seen(&other(7)));
    let commands = lane.handle(taking(&other(7), 500));
    assert_eq!(withheld(&commands), Some("its sender made the relayer pay too much in vain".to_owned()));
}

#[test]
fn one_token_of_a_bridge_stops_no_other() {
    let mut lane = lane();
    let bridge = Address::repeat_byte(7);
    let of = |id: u64, token: u8| Message {
        sender: bridge,
        target: bridge,
        token: Some(Address::repeat_byte(token)),
        ..message(id)
    };
    // A token of which something was delivered, and one that burns what it gets.
    let good = of(1, 1);
    lane.handle(seen(&good));
    lane.handle(taking(&good, 60_000));
    lane.handle(committed(0));
    lane.handle(sent(0, B::Accepted));
    lane.handle(delivered(&good, tx(0, 0).hash));
    burn(&mut lane, &of(2, 2), 1, 3, 50 * BUDGET);
    let next = of(3, 1);
    assert_eq!(lane.handle(seen(&next)), [guard(&next)]);
    assert_eq!(submitted(&lane.handle(taking(&next, 60_000))), [next.hash], "it goes at once");
    // One that nothing speaks for waits for what it would take to come back: 60,000 of 1,000,000 an hour.
    lane.handle(committed(2));
    lane.handle(sent(2, B::Accepted));
    let new = of(4, 3);
    lane.handle(seen(&new));
    assert!(matches!(lane.handle(taking(&new, 60_000))[..], [Command::Notify(Notice::Withheld { .. })]));
    lane.handle(Event::Block { number: 67, timestamp: 1_003 + 216, deliveries: Vec::new() });
    let commands = lane.handle(guarded(&new, GuardOutcome::Deliverable { gas: 60_000 }));
    assert!(submitted(&commands).is_empty(), "one of the sender is on its way");
    let delivery = Delivery { message: next.hash, tx_hash: tx(2, 0).hash };
    let commands =
        lane.handle(Event::Block { number: 68, timestamp: 1_003 + 218, deliveries: vec![delivery] });
    assert_eq!(submitted(&commands), [new.hash]);
}

#[test]
fn what_was_lost_before_the_start_is_known() {
    let (mut lane, next) = (lane(), from_one(2));
    let Message { source, sender, target, .. } = next;
    let loss = |vain_gas, at| Experience { source, sender, target, token: None, gas: 0, vain_gas, at };
    // Half of the first is forgotten by the time of the second.
    lane.handle(Event::Remembered(vec![loss(BUDGET, 1_000), loss(BUDGET, 1_000 + 3_600)]));
    // What a message has cost of that is not lost once more.
    let in_vain = vec![InVain { tx_hash: tx(0, 0).hash, gas: BUDGET }];
    lane.handle(Event::Restored { message: from_one(1), in_vain });
    let at = |timestamp| Event::Block { number: 2, timestamp, deliveries: Vec::new() };
    lane.handle(at(1_000 + 3_600));
    lane.handle(taking(&from_one(1), BUDGET));
    lane.handle(seen(&next));
    assert!(matches!(lane.handle(taking(&next, 100_000))[..], [Command::Notify(Notice::Withheld { .. })]));
    assert_eq!(lane.trust.distance(Origin::of(&next), 1_000 + 3_600, &lane.policy), 96);
}

#[test]
fn reverts_of_before_the_start_count() {
    let in_vain = |count| (0..count).map(|nonce| InVain { tx_hash: tx(nonce, 0).hash, gas: 100 }).collect();
    let limit = u64::from(Policy::default().max_reverts);
    let (mut lane, given_up, tried) = (lane(), message(1), message(2));
    assert_eq!(lane.handle(Event::Restored { message: given_up.clone(), in_vain: in_vain(limit) }), []);
    assert_eq!(lane.handle(seen(&given_up)), [], "it stands where it stood");
    let again = Message { identifier: message(50).identifier, ..given_up };
    assert_eq!(lane.handle(seen(&again)), [guard(&again)], "whoever sends it again has another try");
    lane.handle(Event::Restored { message: tried.clone(), in_vain: in_vain(limit - 1) });
    assert_eq!(lane.spent.count(tried.hash), 2);
}

#[test]
fn somebody_in_charge_can_have_it_tried() {
    let mut lane = lane();
    burn(&mut lane, &from_one(1), 0, 2, 100);
    assert!(matches!(lane.roster.phase(from_one(1).hash), Some(Phase::Asleep { .. })));
    assert_eq!(lane.handle(Event::Retry(from_one(1))), [guard(&from_one(1))]);
    lane.handle(Event::Skipped(from_one(1).hash));
    assert_eq!(lane.pending(), 0);
    assert_eq!(lane.handle(seen(&from_one(1))), [], "it stays so");
}

#[test]
fn reorg_gives_back_what_its_blocks_cost() {
    let mut lane = lane();
    burn(&mut lane, &from_one(1), 0, 2, BUDGET + 1);
    lane.handle(Event::Reorged { ancestor: 1 });
    lane.handle(resumed(&from_one(1), 0));
    lane.handle(nonces_in(2, 0, 0));
    assert_eq!(lane.handle(seen(&from_one(2))), [guard(&from_one(2))]);
}

#[test]
fn expensive_ones_of_an_unknown_sender_go_one_by_one() {
    let mut lane = lane();
    lane.handle(Event::Batcher(true));
    let all: Vec<Message> = (1..=4).map(from_one).collect();
    lane.handle(Event::Seen(all.clone()));
    let outcomes = all.iter().map(|message| judged(message, GuardOutcome::Deliverable { gas: BUDGET }));
    let commands = lane.handle(Event::Guarded { outcomes: outcomes.collect() });
    assert_eq!(submitted(&commands), [all[0].hash], "another may be as bad");
    lane.handle(committed(0));
    assert!(submitted(&lane.handle(sent(0, B::Accepted))).is_empty());
    let commands = lane.handle(delivered(&all[0], tx(0, 0).hash));
    assert_eq!(submitted(&commands), [all[1].hash]);
}

#[test]
fn cap_holds_back_what_is_new_and_only_that() {
    let policy = Policy { max_gas_per_hour: Some(200_000), ..Policy::default() };
    let mut lane = lane_of(policy, vec![signer(0)]);
    let (first, second, third) = (message(1), message(2), message(3));
    for (nonce, message) in [(0, &first), (1, &second)] {
        lane.handle(seen(message));
        assert_eq!(submitted(&lane.handle(taking(message, 50_000))), [message.hash]);
        lane.handle(committed(nonce));
        lane.handle(sent(nonce, B::Accepted));
    }
    lane.handle(seen(&third));
    assert!(submitted(&lane.handle(taking(&third, 50_000))).is_empty(), "what is on its way counts");
    lane.handle(delivered_in(2, &[(&first, tx(0, 0).hash), (&second, tx(1, 0).hash)]));
    assert_eq!(lane.in_flight(), 0);
    assert!(submitted(&lane.handle(head(3))).is_empty());
    let later = Event::Block { number: 4, timestamp: 1_002 + 3_600, deliveries: Vec::new() };
    assert_eq!(submitted(&lane.handle(later)), [third.hash]);
}

#[test]
fn what_was_used_counts_instead_of_what_was_planned() {
    let policy = Policy { max_gas_per_hour: Some(200_000), ..Policy::default() };
    let mut lane = lane_of(policy, vec![SIGNER]);
    let (first, second) = (message(1), message(2));
    lane.handle(seen(&first));
    lane.handle(taking(&first, 210_000));
    lane.handle(committed(0));
    lane.handle(sent(0, B::Accepted));
    let tx_hash = tx(0, 0).hash;
    lane.handle(delivered_in(2, &[(&first, tx_hash)]));
    lane.handle(seen(&second));
    assert!(submitted(&lane.handle(taking(&second, 50_000))).is_empty(), "it may have used it all");
    let used = |block_number| Event::Used {
        tx_hash,
        block_number,
        timestamp: 1_002,
        gas: 120_000,
        shares: Vec::new(),
    };
    assert!(submitted(&lane.handle(used(3))).is_empty(), "of a block that is not there");
    assert!(lane.is_capped());
    assert_eq!(submitted(&lane.handle(used(2))), [second.hash]);
}

#[test]
fn a_late_receipt_counts_from_its_block_on() {
    let policy = Policy { max_gas_per_hour: Some(200_000), ..Policy::default() };
    let mut lane = lane_of(policy, vec![SIGNER]);
    let (first, second) = (message(1), message(2));
    lane.handle(seen(&first));
    lane.handle(taking(&first, 150_000));
    lane.handle(committed(0));
    lane.handle(sent(0, B::Accepted));
    // The node says nothing for most of an hour.
    lane.handle(Event::Block { number: 9, timestamp: 1_000 + 3_590, deliveries: Vec::new() });
    lane.handle(nonces(1, 1));
    let (tx_hash, failures) = (tx(0, 0).hash, Vec::new());
    let (success, block_number, timestamp, gas_used) = (false, 2, 1_002, 200_000);
    lane.handle(mined(0, R::Included { tx_hash, success, block_number, timestamp, failures, gas_used }));
    lane.handle(seen(&second));
    assert!(submitted(&lane.handle(taking(&second, 100))).is_empty(), "the hour is not over");
    assert!(lane.is_capped());
    lane.handle(Event::Block { number: 10, timestamp: 1_002 + 3_600, deliveries: Vec::new() });
    assert!(!lane.is_capped(), "an hour after its block");
}

#[test]
fn what_landed_before_the_start_counts_for_the_cap() {
    let policy = Policy { max_gas_per_hour: Some(200_000), ..Policy::default() };
    let mut lane = lane_of(policy, vec![signer(0)]);
    let tx_hash = B256::repeat_byte(9);
    let spent = Event::Used { tx_hash, block_number: 1, timestamp: 1_000, gas: 200_000, shares: Vec::new() };
    let capped = Notice::Capped { source: None, gas: 200_000, cap: 200_000 };
    assert_eq!(lane.handle(spent), [Command::Notify(capped)]);
    lane.handle(seen(&message(1)));
    assert_eq!(lane.handle(ok(&message(1))), []);
}
