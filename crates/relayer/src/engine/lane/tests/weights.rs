//! Whose turn it is when more waits than there is room for.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
};

use proptest::prelude::*;

use super::{poison::Chain, *};
use crate::engine::{Experience, Limits, Weight};

fn weight(source: Option<u64>, turns: u32) -> Weight {
    let turns = NonZeroU32::new(turns).unwrap();
    Weight { source, destination: None, sender: None, target: None, turns }
}

/// Less is on its way, so that it tells sooner who goes first.
fn narrow() -> Policy {
    let limits = Limits { messages: 20, ..Limits::default() };
    Policy { max_guarded: 60, guard_group: 20, max_in_flight: 4, limits, ..Policy::default() }
}

/// By how much shares may differ from what is due: by what has had its turn and was not delivered yet.
const SLACK: usize = 60 + 4 * 20;

/// So many messages of a source, all sent before any that begin with a later number.
fn of(source: u64, from: u64, count: u64) -> impl Iterator<Item = Message> {
    (from..from + count).map(move |id| message_at(id, source, from / 10_000, u32::try_from(id).unwrap()))
}

/// The chain, when so many of these were delivered.
fn work_for(weights: Vec<Weight>, policy: Policy, messages: &[Message], count: usize) -> Chain {
    let mut chain = Chain::of(Lane::new(policy, vec![SIGNER]).with_weights(weights));
    chain.handle(Event::Seen(messages.to_vec()));
    chain.work_for(count);
    chain
}

/// What was delivered of each source, in this order.
fn shares(chain: &Chain, messages: &[Message]) -> BTreeMap<u64, Vec<B256>> {
    let sources: BTreeMap<B256, u64> = messages.iter().map(|m| (m.hash, m.source)).collect();
    let mut shares = BTreeMap::<u64, Vec<B256>>::new();
    for (message, _) in &chain.landed {
        shares.entry(sources[message]).or_default().push(*message);
    }
    shares
}

#[test]
fn without_weights_the_oldest_goes_first_whatever_its_source() {
    let mut messages: Vec<Message> = of(901, 0, 1_500).chain(of(903, 10_000, 1_500)).collect();
    messages.extend(of(901, 20_000, 500));
    let chain = work_for(Vec::new(), Policy::default(), &messages, messages.len());
    messages.sort_by_key(Message::place);
    assert!(chain.landed.iter().map(|(message, _)| *message).eq(messages.iter().map(|m| m.hash)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    /// While both wait, the room goes by weight, as exactly as what is guarded at a time allows, and each keeps its order:
    /// whichever is the older.
    #[test]
    fn sources_share_the_room_by_weight(light in 1u32..3, heavy in 3u32..6, heavy_is_older in any::<bool>()) {
        let (first, second) = if heavy_is_older { (903, 901) } else { (901, 903) };
        let messages: Vec<Message> = of(first, 0, 900).chain(of(second, 10_000, 900)).collect();
        let weights = vec![weight(Some(901), light), weight(Some(903), heavy)];
        let chain = work_for(weights, narrow(), &messages, 900);
        let shares = shares(&chain, &messages);
        let (light, heavy) = (light as usize, heavy as usize);
        let (got, due) = (shares[&903].len(), chain.landed.len() * heavy / (light + heavy));
        prop_assert!(got.abs_diff(due) <= SLACK, "{} of {}, {} are due", got, chain.landed.len(), due);
        for (source, delivered) in shares {
            let of_it = messages.iter().filter(|message| message.source == source);
            prop_assert!(of_it.zip(&delivered).all(|(message, hash)| message.hash == *hash), "out of order");
        }
    }
}

/// An application goes before the rest of its own source.
#[test]
fn applications_have_weights_of_their_own() {
    let mut messages: Vec<Message> = of(901, 0, 1_500).chain(of(901, 10_000, 1_500)).collect();
    let target = Address::repeat_byte(0xdd);
    messages[1_500..].iter_mut().for_each(|message| message.target = target);
    let weights = vec![Weight { target: Some(target), ..weight(None, 3) }];
    let chain = work_for(weights, narrow(), &messages, 1_500);
    let its: BTreeSet<B256> = messages[1_500..].iter().map(|message| message.hash).collect();
    let got = chain.landed.iter().filter(|(message, _)| its.contains(message)).count();
    let due = chain.landed.len() * 3 / 4;
    assert!(got.abs_diff(due) <= SLACK, "{got}, {due} are due");
}

/// Whatever the weights, a quarter of the room goes to what has waited for long.
#[test]
fn what_waits_for_long_is_not_starved() {
    let messages: Vec<Message> = of(901, 0, 500).chain(of(903, 70_000_000, 3_000)).collect();
    let old = |aged_after| {
        let lane = Lane::new(Policy { aged_after, ..narrow() }, vec![SIGNER]);
        let mut chain = Chain::of(lane.with_weights(vec![weight(Some(903), 1_000)]));
        // A little after the young ones were sent.
        chain.block = 4_000;
        chain.mine();
        chain.handle(Event::Seen(messages.clone()));
        chain.work_for(1_500);
        shares(&chain, &messages).get(&901).map_or(0, Vec::len)
    };
    assert!(old(3_600) >= 1_500 / 4 - SLACK, "{}", old(3_600));
    assert!(old(u64::MAX) < 50, "{}", old(u64::MAX));
}

#[test]
fn what_expires_within_a_seventh_of_its_time_goes_before_all_weights() {
    let policy = Policy { max_guarded: 2, guard_group: 2, ..Policy::default() };
    let mut lane = Lane::new(policy, vec![SIGNER]).with_weights(vec![weight(Some(901), 9)]);
    let timestamp = 1_000 + policy.expiry_window / 7 * 6 + 50;
    lane.handle(Event::Block { number: 2, timestamp, deliveries: Vec::new() });
    let urgent = [10, 20].map(|block| message_at(block, 905, block, 0));
    let young = [1_000, 1_001].map(|block| message_at(block, 901, block, 0));
    lane.handle(Event::Seen(young.to_vec()));
    lane.handle(Event::Seen(urgent.to_vec()));
    assert_eq!(lane.handle(Event::CaughtUp), [ask(1), guard_all(&[&urgent[0], &urgent[1]])]);
}

/// What is held against somebody is known before his messages' turn comes, in every flow.
#[test]
fn doubtful_messages_of_any_flow_go_after_all_others() {
    let policy = Policy { guard_group: 4, ..Policy::default() };
    let mut lane = Lane::new(policy, vec![SIGNER]).with_weights(vec![weight(Some(903), 3)]);
    lane.handle(head(1));
    let doubtful = message_at(7, 903, 1, 0);
    let past = Experience {
        source: 903,
        sender: doubtful.sender,
        target: doubtful.target,
        token: None,
        gas: 0,
        vain_gas: 100_000,
        at: 1_001,
    };
    lane.handle(Event::Remembered(vec![past]));
    let good: Vec<Message> = of(901, 10_000, 4).collect();
    lane.handle(Event::Seen(good.iter().cloned().chain([doubtful.clone()]).collect()));
    let good: Vec<&Message> = good.iter().collect();
    assert_eq!(lane.handle(Event::CaughtUp), [ask(1), guard_all(&good), guard(&doubtful)]);
}
