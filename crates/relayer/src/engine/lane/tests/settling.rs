//! Messages whose source blocks have to be safe.

use super::*;

const fn settled(up_to: Option<u64>) -> Event {
    Event::Settled { source: SOURCE, up_to }
}

/// A lane that takes of [`SOURCE`] only what is safe.
fn cautious() -> Lane {
    let mut lane = lane();
    assert_eq!(lane.handle(settled(None)), []);
    lane
}

#[test]
fn nothing_is_asked_about_before_its_block_is_safe() {
    let (mut lane, m, later) = (cautious(), message(1), message(2));
    assert_eq!(lane.handle(Event::Seen(vec![m.clone(), later.clone()])), []);
    assert_eq!(lane.handle(head(2)), []);
    assert_eq!(lane.handle(settled(Some(1))), [guard(&m)]);
    assert_eq!(lane.handle(ok(&m)), [submit(&m, 0)]);
    assert_eq!(lane.roster.phase(later.hash), Some(Phase::Unsettled));
    assert_eq!(lane.handle(settled(Some(2))), [guard(&later)]);
}

#[test]
fn other_sources_do_not_wait() {
    let (mut lane, other) = (cautious(), message_at(1, 903, 5, 0));
    assert_eq!(lane.handle(seen(&other)), [guard(&other)]);
}

#[test]
fn source_reorg_before_that_costs_nothing() {
    let (mut lane, lost, moved) = (cautious(), message_at(1, SOURCE, 5, 0), message_at(2, SOURCE, 5, 1));
    lane.handle(settled(Some(4)));
    assert_eq!(lane.handle(Event::Seen(vec![lost.clone(), moved])), []);
    assert_eq!(lane.handle(Event::Orphaned(lost.hash)), []);
    let moved = message_at(2, SOURCE, 7, 0);
    assert_eq!(lane.handle(seen(&moved)), []);
    assert_eq!(lane.handle(settled(Some(6))), [], "where it was is safe, where it is is not");
    assert_eq!(lane.handle(settled(Some(7))), [guard(&moved)]);
}

#[test]
fn what_is_not_safe_any_more_is_not_signed() {
    let (mut lane, m) = (cautious(), message(1));
    lane.handle(settled(Some(1)));
    assert_eq!(lane.handle(seen(&m)), [guard(&m)]);
    assert_eq!(lane.handle(settled(Some(0))), []);
    assert_eq!(lane.handle(ok(&m)), [], "while it was asked about");

    let policy = Policy { max_in_flight_alone: 1, ..Policy::default() };
    let mut lane = lane_of(policy, vec![SIGNER]);
    let (first, ready) = (message(1), message(2));
    pooled(&mut lane, &first, 0);
    lane.handle(settled(Some(2)));
    lane.handle(Event::Offline);
    lane.handle(seen(&ready));
    lane.handle(settled(Some(1)));
    assert_eq!(lane.handle(Event::CaughtUp), [ask(2)]);
    assert_eq!(lane.roster.phase(ready.hash), Some(Phase::Unsettled), "while it waited for its turn");
    // What is out stays out.
    assert_eq!(lane.handle(nonces_in(2, 0, 0)), [broadcast(0)]);
}

#[test]
fn next_version_does_not_carry_what_is_not_safe() {
    let (mut lane, stays, moves) = (cautious(), message_at(1, SOURCE, 1, 0), message_at(2, SOURCE, 1, 1));
    lane.handle(settled(Some(1)));
    pooled_together(&mut lane, &[&stays, &moves], 0);
    let moved = message_at(2, SOURCE, 9, 0);
    lane.handle(seen(&moved));
    let invalid = B::Invalid { reason: reason("conflicting data") };
    assert_eq!(lane.handle(sent(0, invalid)), [guard(&stays)]);
    assert_eq!(lane.handle(ok(&stays)), [submit_again(&[&stays], 0)]);
}
