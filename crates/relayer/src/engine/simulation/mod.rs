//! A destination chain, its node, the source's follower and the store, in miniature: lanes live in it through faults,
//! reorgs and crashes, and have to come out with every message delivered once.

mod answers;
mod behind;
mod griefing;
mod node;
mod source;
mod store;
mod weather;
mod world;

use proptest::prelude::*;

use weather::Weather;
use world::{Step, World};

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(any::<Step>(), 0..250)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Lost answers, crashes, an unreachable node, a lagging gateway, evictions, nodes some blocks apart behind one
    /// address, fees above the ceiling. No reorgs, nobody else relays. Then every message is in one transaction, and with
    /// one account that sends one at a time no transaction does nothing.
    #[test]
    fn faults_and_crashes_cost_nothing(steps in steps(), weighted in any::<bool>(), wide in any::<bool>()) {
        let world = weathered(Weather { weighted, wide, ..Weather::default() }, steps);
        prop_assert_eq!(world.undelivered(), 0);
        let (in_vain, idle) = world.paid_in_vain();
        prop_assert_eq!(in_vain, 0);
        prop_assert!(wide || idle == 0);
    }

    /// All of that, and reorgs of both chains, whatever the destination's node makes of what it has and what became
    /// invalid. Then no message is paid for twice, delivered or not.
    #[test]
    fn reorgs_cost_no_message_a_second_transaction(
        steps in steps(), lax in any::<bool>(), wide in any::<bool>(),
    ) {
        let weather = Weather { destination: true, source: true, lax, wide, ..Weather::default() };
        let world = weathered(weather, steps);
        prop_assert_eq!(world.undelivered(), 0);
        for (message, paid) in world.paid() {
            prop_assert_eq!(paid.len(), 1, "{} was paid for {:?}", message, paid);
        }
    }

    /// Targets that revert when it counts, lost answers, crashes, reorgs of the destination. Then no more is paid in vain
    /// for a message than the policy allows.
    #[test]
    fn reverts_are_bounded(steps in steps(), wide in any::<bool>()) {
        let weather =
            Weather { destination: true, reverting: true, max_reverts: Some(2), wide, ..Weather::default() };
        let world = weathered(weather, steps);
        for (message, paid) in world.paid() {
            let reverts = paid.iter().filter(|success| !**success).count();
            prop_assert!(reverts <= 2, "{} was paid for {:?}", message, paid);
        }
    }

    /// Messages expire within some blocks, beside lost answers, crashes and reorgs of the destination. Then none gets its first
    /// transaction shortly before that, none is paid for twice, and in the end each was delivered or has expired.
    #[test]
    fn nothing_is_begun_shortly_before_it_expires(
        steps in steps(), weighted in any::<bool>(), wide in any::<bool>(),
    ) {
        let weather = Weather { destination: true, hasty: true, weighted, wide, ..Weather::default() };
        let world = weathered(weather, steps);
        prop_assert_eq!(world.pending(), 0);
        for (message, paid) in world.paid() {
            prop_assert_eq!(paid.len(), 1, "{} was paid for {:?}", message, paid);
        }
    }

    /// One source's blocks have to be safe first, and what is not may be taken away or moved by a reorg, beside lost answers and
    /// crashes. Then no transaction carries what is not safe, and such reorgs cost nothing at all.
    #[test]
    fn reorgs_of_what_is_not_safe_cost_nothing(steps in steps(), wide in any::<bool>()) {
        let world = weathered(Weather { source: true, cautious: true, wide, ..Weather::default() }, steps);
        prop_assert_eq!(world.undelivered(), 0);
        let (in_vain, idle) = world.paid_in_vain();
        prop_assert_eq!(in_vain, 0);
        prop_assert!(wide || idle == 0);
    }

    /// A third of a bridge's messages carries a token whose deliveries pass every trial and revert in the block, beside lost answers
    /// and crashes. Then the bridge's other tokens are delivered in the time in which their share of a budget comes back; no loss
    /// above the budget comes before as much has come back, and no more is paid in vain than the budget and what came back of it.
    #[test]
    fn a_griefing_token_has_its_price(steps in steps(), weighted in any::<bool>(), wide in any::<bool>()) {
        let world = weathered(Weather { griefing: true, weighted, wide, ..Weather::default() }, steps);
        prop_assert_eq!(world.undelivered_honest(), 0);
        let (took, within) = (world.calm_blocks(), world.honest_within());
        prop_assert!(took <= within, "{} blocks, in {} it should have been done", took, within);
        prop_assert_eq!(world.too_early(), Vec::<u64>::new());
        let (vain, most) = world.vain_gas();
        prop_assert!(vain <= most, "{} gas was paid in vain, {} at most should have been", vain, most);
    }

    /// The destination learns late of one source's blocks, or not at all for a while, another source's clock is ahead of its own, and
    /// some messages of a third one are refused for what they are, beside lost answers and crashes. Then nothing is paid in vain
    /// but a few transactions that do nothing, and all others are delivered soon after the destination can take them.
    #[test]
    fn what_comes_too_early_costs_little(steps in steps(), wide in any::<bool>()) {
        let world = weathered(Weather { behind: true, wide, ..Weather::default() }, steps);
        prop_assert_eq!(world.undelivered(), 0);
        prop_assert_eq!(world.paid_in_vain().0, 0);
        let flow = world.flowed();
        prop_assert!(flow.within(wide), "{:?}", flow);
    }

    /// Everything at once, with other relayers and other users of the accounts. Then every message that still exists is
    /// delivered.
    #[test]
    fn storms_pass(
        steps in steps(), lax in any::<bool>(), weighted in any::<bool>(), wide in any::<bool>(),
    ) {
        let weather = Weather {
            destination: true, source: true, others: true, reverting: true, lax, weighted, wide, ..Weather::default()
        };
        prop_assert_eq!(weathered(weather, steps).undelivered(), 0);
    }
}

/// The world after these steps, when all has calmed down.
fn weathered(weather: Weather, steps: Vec<Step>) -> World {
    let mut world = World::new(weather);
    for step in steps {
        world.step(step);
    }
    world.settle();
    world
}
