//! What the messages of a route may use in an hour.

use std::collections::BTreeMap;

use super::*;
use crate::engine::test_util::signer;

const OTHER: u64 = 903;

/// A lane in which the messages of [`SOURCE`] may use so much.
fn capped(policy: Policy, cap: u64) -> Lane {
    let mut lane = Lane::new(policy, vec![SIGNER]).with_caps(BTreeMap::from([(SOURCE, cap)]));
    lane.handle(head(1));
    lane.handle(Event::CaughtUp);
    lane.handle(nonces(0, 0));
    lane
}

fn other(id: u64) -> Message {
    message_at(id, OTHER, id, 0)
}

fn told(commands: &[Command]) -> Vec<(Option<u64>, u64, u64)> {
    let told = commands.iter().filter_map(|command| match command {
        Command::Notify(Notice::Capped { source, gas, cap }) => Some((*source, *gas, *cap)),
        _ => None,
    });
    told.collect()
}

fn used(byte: u8, block_number: u64, shares: Vec<(u64, u64)>) -> Event {
    let tx_hash = B256::repeat_byte(byte);
    Event::Used { tx_hash, block_number, timestamp: 1_000 + block_number, gas: 200_000, shares }
}

#[test]
fn what_is_over_the_cap_of_a_route_waits_and_others_go() {
    let mut lane = capped(Policy::default(), 200_000);
    let (first, second, third) = (message(1), message(2), message(3));
    for (nonce, message) in [(0, &first), (1, &second)] {
        lane.handle(seen(message));
        let commands = lane.handle(taking(message, 50_000));
        assert_eq!(submitted(&commands), [message.hash]);
        assert_eq!(told(&commands), if nonce == 0 { vec![] } else { vec![(Some(SOURCE), 0, 200_000)] });
        lane.handle(committed(nonce));
        lane.handle(sent(nonce, B::Accepted));
    }
    assert_eq!(lane.handle(seen(&third)), [], "what is on its way counts, and nothing is asked");
    assert_eq!(lane.prospect(third.hash), Prospect::RouteCapped);
    assert_eq!(lane.handle(seen(&other(4))), [guard(&other(4))]);
    assert_eq!(submitted(&lane.handle(taking(&other(4), 50_000))), [other(4).hash]);
    let commands = lane.handle(delivered_in(2, &[(&first, tx(0, 0).hash), (&second, tx(1, 0).hash)]));
    assert_eq!(told(&commands), [], "it is said once");
    let later = |timestamp| Event::Block { number: 4, timestamp, deliveries: Vec::new() };
    assert!(
        lane.handle(later(1_002 + 3_599)).iter().all(|command| !matches!(command, Command::Guard { .. }))
    );
    let commands = lane.handle(later(1_002 + 3_600));
    assert!(commands.contains(&guard(&third)), "{commands:?}");
    assert_eq!(submitted(&lane.handle(taking(&third, 50_000))), [third.hash]);
}

#[test]
fn what_was_used_before_the_start_counts_for_its_source_until_a_reorg_takes_it_away() {
    let mut lane = capped(Policy::default(), 100_000);
    lane.handle(head(2));
    assert_eq!(told(&lane.handle(used(1, 2, vec![(OTHER, 200_000)]))), []);
    assert_eq!(told(&lane.handle(used(2, 2, vec![(OTHER, 100_001), (SOURCE, 99_999)]))), []);
    assert_eq!(lane.handle(seen(&message(1))), [guard(&message(1))]);
    assert_eq!(told(&lane.handle(used(3, 2, vec![(SOURCE, 1)]))), [(Some(SOURCE), 100_000, 100_000)]);
    assert_eq!(lane.handle(taking(&message(1), 100)), []);
    assert_eq!(lane.prospect(message(1).hash), Prospect::RouteCapped);
    let commands = lane.handle(Event::Reorged { ancestor: 1 });
    assert!(commands.contains(&guard(&message(1))), "{commands:?}");
}

#[test]
fn a_batch_has_no_more_of_a_route_than_that_has_left() {
    let mut lane = capped(Policy::default(), 200_000);
    lane.handle(Event::Batcher(true));
    let all = [message(1), message(2), message(3), message(4), other(5)];
    lane.handle(Event::Seen(all.to_vec()));
    let outcomes = all.iter().map(|message| judged(message, GuardOutcome::Deliverable { gas: 50_000 }));
    let commands = lane.handle(Event::Guarded { outcomes: outcomes.collect() });
    // With the first goes what the batch itself takes; one message more than fits is begun, as of the cap of a chain.
    assert_eq!(submitted(&commands), [0, 1, 2, 4].map(|index: usize| all[index].hash));
    assert_eq!(lane.prospect(all[3].hash), Prospect::RouteCapped);
    // Three of four parts of what it took in the end were theirs.
    lane.handle(committed(0));
    lane.handle(sent(0, B::Accepted));
    let tx_hash = tx(0, 0).hash;
    lane.handle(delivered_in(2, &[0, 1, 2, 4].map(|index: usize| (&all[index], tx_hash))));
    let used = |gas| Event::Used { tx_hash, block_number: 2, timestamp: 1_002, gas, shares: Vec::new() };
    assert_eq!(lane.handle(used(280_000)), []);
    let commands = lane.handle(used(260_000));
    assert!(commands.contains(&guard(&all[3])), "{commands:?}");
}

#[test]
fn what_waits_for_the_hour_takes_no_room_from_others() {
    let policy = Policy { max_guarded: 2, guard_group: 2, max_guards: 2, ..Policy::default() };
    let mut lane = capped(policy, 100_000);
    lane.handle(Event::Seen((1..=4).map(message).collect()));
    lane.handle(ok_all(&[&message(1), &message(2)]));
    lane.handle(head(2));
    lane.handle(used(1, 2, vec![(SOURCE, 100_000)]));
    let commands = lane.handle(seen(&other(9)));
    assert!(commands.contains(&guard(&other(9))), "{commands:?}");
}

#[test]
fn what_is_out_gets_its_next_version_whatever_its_route_has_left() {
    let mut lane = capped(Policy::default(), 100_000);
    let m = message(1);
    pooled(&mut lane, &m, 0);
    lane.handle(head(2));
    lane.handle(used(1, 2, vec![(SOURCE, 100_000)]));
    let moved = message_at(1, SOURCE, 7, 0);
    assert_eq!(lane.handle(seen(&moved)), [broadcast(0)]);
    let commands = lane.handle(sent(0, B::Invalid { reason: reason("no such log") }));
    assert!(commands.contains(&guard(&moved)), "{commands:?}");
    assert_eq!(lane.handle(ok(&moved)), [submit_again(&[&moved], 0)]);
}

#[test]
fn each_source_has_its_own() {
    let caps = BTreeMap::from([(SOURCE, 100_000), (OTHER, 300_000)]);
    let mut lane = Lane::new(Policy::default(), vec![signer(0)]).with_caps(caps);
    lane.handle(head(2));
    let commands = lane.handle(used(1, 2, vec![(SOURCE, 100_000), (OTHER, 299_999)]));
    assert_eq!(told(&commands), [(Some(SOURCE), 100_000, 100_000)]);
    let commands = lane.handle(used(2, 2, vec![(OTHER, 1)]));
    assert_eq!(told(&commands), [(Some(OTHER), 300_000, 300_000)]);
}
