//! Who is trusted how far.

use alloy::primitives::Address;

use super::*;
use crate::engine::test_util::{SOURCE, message};

const BUDGET: u64 = 2_000_000;
const HOUR: u64 = 3_600;

fn origin(id: u64) -> Origin {
    Origin::of(&message(id))
}

fn on_its_way(origin: Origin) -> Stakes {
    let mut stakes = Stakes::default();
    stakes.add(origin, 1);
    stakes
}

/// A token of a bridge.
fn of_bridge(token: u64) -> Origin {
    let (bridge, token) = (Address::repeat_byte(7), Address::left_padding_from(&token.to_be_bytes()));
    Origin { source: SOURCE, sender: bridge, target: bridge, token: Some(token) }
}

#[test]
fn half_is_forgotten_every_half_life() {
    let fading = Fading { amount: 1_000, at: 50 };
    for (now, left) in [
        (0, 1_000),
        (50, 1_000),
        (50 + HOUR / 2, 750),
        (50 + HOUR, 500),
        (50 + 2 * HOUR, 250),
        (50 + 100 * HOUR, 0),
    ] {
        assert_eq!(fading.at(now, HOUR), left, "{now}");
    }
    assert_eq!(fading.at(u64::MAX, 0), 0);
}

#[test]
fn what_was_lost_makes_doubtful_then_uses_the_budget_up_then_fades() {
    let (mut trust, policy, of) = (Trust::default(), Policy::default(), origin(1));
    assert_eq!(trust.credit(of, 0, &policy), Credit::Good);
    trust.lost(of, BUDGET, 0, &policy);
    assert_eq!(trust.credit(of, 0, &policy), Credit::Doubtful);
    trust.lost(of, 1, 0, &policy);
    assert_eq!(
        trust.credit(of, 0, &policy),
        Credit::Used(Party::Application(SOURCE, of.sender, of.target, None))
    );
    assert_eq!(trust.room(of, 0, &policy), 0);
    assert_eq!(trust.credit(of, HOUR, &policy), Credit::Doubtful);
    assert_eq!(trust.distance(of, HOUR, &policy), 32);
    assert_eq!(trust.credit(of, 100 * HOUR, &policy), Credit::Good);
    assert_eq!(trust.credit(origin(2), 0, &policy), Credit::Good, "others have their own");
}

#[test]
fn deliveries_speak_for_a_sender() {
    let (mut trust, policy, of) = (Trust::default(), Policy::default(), origin(1));
    trust.earned(of, 8 * BUDGET, 0, &policy);
    trust.lost(of, 2 * BUDGET, 0, &policy);
    assert_eq!(trust.credit(of, 0, &policy), Credit::Good);
    trust.lost(of, BUDGET, 0, &policy);
    assert_eq!(trust.credit(of, 0, &policy), Credit::Doubtful);
    trust.regained(of, BUDGET, 0, &policy);
    assert_eq!(trust.credit(of, 0, &policy), Credit::Good);
}

#[test]
fn strangers_of_a_route_share_its_budget_and_the_proven_do_not() {
    let (mut trust, policy) = (Trust::default(), Policy::default());
    trust.earned(origin(0), 1_000, 0, &policy);
    for id in 1..=11 {
        trust.lost(origin(id), BUDGET, 0, &policy);
    }
    assert_eq!(trust.credit(origin(99), 0, &policy), Credit::Used(Party::Route(SOURCE)));
    assert_eq!(trust.credit(origin(0), 0, &policy), Credit::Good);
}

#[test]
fn no_more_is_lost_in_a_time_than_comes_back_in_it() {
    let (policy, bad) = (Policy::default(), of_bridge(0));
    for (gas, most) in
        [(21_000, 4 * BUDGET), (100_000, 4 * BUDGET), (BUDGET / 2, 4 * BUDGET), (5_000_000, 8 * 5_000_000)]
    {
        let mut trust = Trust::default();
        // So much that the budget stays used up.
        trust.lost(bad, 100_000 * BUDGET, 0, &policy);
        let (mut lost, mut tokens) = (0, 0);
        for now in 0..=4 * HOUR {
            // The known one, and new ones each time.
            for of in [bad, of_bridge(tokens + 1)] {
                if trust.may_try(of, gas, &Stakes::default(), now, &policy) {
                    trust.lost(of, gas, now, &policy);
                    lost += gas;
                    tokens += u64::from(of != bad);
                }
            }
        }
        assert!(lost <= most, "{gas}: {lost}");
        assert!(lost + lost / 50 + 2 * gas >= most, "{gas}: nothing is shut out, {lost}");
        let forever = Policy { vain_half_life: u64::MAX / 4, ..policy };
        assert!(!trust.may_try(bad, gas, &on_its_way(bad), 100 * HOUR, &forever));
    }
}

#[test]
fn cheap_messages_of_a_bad_token_do_not_hold_a_new_one_up() {
    let (mut trust, policy) = (Trust::default(), Policy::default());
    let (bad, new) = (of_bridge(1), of_bridge(2));
    trust.lost(bad, 100 * BUDGET, 0, &policy);
    for now in 0..396 {
        assert!(
            !trust.may_try(new, 110_000, &Stakes::default(), now, &policy),
            "half of the budget is for it, {now}"
        );
        if trust.may_try(bad, 55_000, &Stakes::default(), now, &policy) {
            trust.lost(bad, 55_000, now, &policy);
        }
    }
    assert!(trust.may_try(new, 110_000, &Stakes::default(), 396, &policy));
    assert!(!trust.may_try(bad, 110_000, &Stakes::default(), 396, &policy), "it has used its own half");
}

#[test]
fn what_is_delivered_needs_no_wait() {
    let (mut trust, policy, of) = (Trust::default(), Policy::default(), origin(1));
    trust.lost(of, 100 * BUDGET, 0, &policy);
    for _ in 0..10 {
        assert!(trust.may_try(of, 100_000, &Stakes::default(), 360, &policy));
        trust.earned(of, 100_000, 360, &policy);
    }
    assert!(!trust.may_try(of, 100_000, &Stakes::default(), 359, &policy));
}

#[test]
fn a_party_for_which_deliveries_speak_answers_for_itself_alone() {
    let (mut trust, policy) = (Trust::default(), Policy::default());
    let with = |token: u8| Origin { token: Some(Address::repeat_byte(token)), ..origin(1) };
    trust.earned(with(1), 60_000, 0, &policy);
    trust.lost(with(2), 3 * BUDGET, 0, &policy);
    assert_eq!(trust.credit(with(1), 0, &policy), Credit::Good);
    assert_eq!(trust.distance(with(1), 0, &policy), 0);
    let Credit::Used(party) = trust.credit(with(2), 0, &policy) else { panic!("it lost us more") };
    assert_eq!(party.to_string(), "its token");
    let Credit::Used(party) = trust.credit(with(3), 0, &policy) else { panic!("nothing speaks for it") };
    assert_eq!(party.to_string(), "its sender");
    assert_eq!(trust.room(with(1), 0, &policy), BUDGET + 15_000);
    assert_eq!(trust.room(with(3), 0, &policy), 0);
}

#[test]
fn what_only_speaks_for_somebody_is_forgotten_first() {
    let (mut trust, policy) = (Trust::default(), Policy::default());
    trust.lost(origin(0), 1, 0, &policy);
    for id in 1..=MAX_RECORDS as u64 {
        trust.earned(origin(id), 1_000, 0, &policy);
        assert!(trust.records.len() <= MAX_RECORDS + 4);
    }
    assert_eq!(trust.balance(Party::Sender(SOURCE, origin(0).sender), 0, &policy).0, 1);
}

#[test]
fn a_start_brings_back_what_speaks_for_an_application_with_what_its_sender_lost() {
    let policy = Policy::default();
    let past = |token: u64, gas, vain_gas| {
        let Origin { source, sender, target, token } = of_bridge(token);
        Experience { source, sender, target, token, gas, vain_gas, at: 1_000 }
    };
    let losses = [past(2, 0, 8 * BUDGET)];
    let mut trust = Trust::default();
    trust.restore(&losses, &policy);
    assert!(matches!(trust.credit(of_bridge(1), 1_000, &policy), Credit::Used(_)), "a stranger");
    let mut trust = Trust::default();
    trust.restore(&[&[past(1, 60_000, 0)][..], &losses].concat(), &policy);
    assert_eq!(trust.credit(of_bridge(1), 1_000, &policy), Credit::Good);
    assert!(matches!(trust.credit(of_bridge(2), 1_000, &policy), Credit::Used(_)), "who lost it");
    assert!(trust.is_restored());
}
