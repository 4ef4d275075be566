//! What the configuration says of what is delivered, and of what that may cost.

use crate::{
    chains::{ChainBook, KnownChain},
    config::{RelayerSection, Wei},
    context::Context,
    dependencies,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
};
use alloy::primitives::{U256, utils::format_units};
use causeway_devnet::Network;
use causeway_relayer::{
    RelayerConfig, Route,
    engine::Policy,
    filter::{Filter, Screening},
};
use std::{collections::BTreeSet, num::NonZeroU64};

/// What the relayer is to spend at most, how often it asks, and how long others wait for it.
pub(super) fn limit(config: &mut RelayerConfig, section: &RelayerSection) {
    config.poll_interval = section.poll_interval.get();
    config.lease = section.lease.get();
    config.probation = config.lease;
    config.max_fee_per_gas = section.max_fee_per_gas.map(|Wei(wei)| u128::try_from(wei).unwrap_or(u128::MAX));
    config.max_item_gas = section.max_gas_per_message.get();
    config.routes = section.routes();
    config.verifier = section.verifier().cloned();
    config.policy.expiry_margin = section.expiry_margin.get().as_secs();
    caps(&mut config.policy, section);
}

/// What a lane is to spend at most.
fn caps(policy: &mut Policy, section: &RelayerSection) {
    policy.max_gas_per_hour = section.max_gas_per_hour.map(NonZeroU64::get);
    policy.vain_gas_per_sender = section.vain_gas_per_sender.get();
    policy.vain_gas_per_route = section.vain_gas_per_route.get();
}

/// What may be spent, in words: what is not limited is said, too.
pub(super) fn in_words_of(section: &RelayerSection) -> String {
    let fee = section.max_fee_per_gas.map_or_else(
        || "a unit of gas may cost what it takes, and ten times that at most when it is offered again (no max-fee-per-gas)".to_owned(),
        |Wei(wei)| format!("a unit of gas may cost {} gwei", gwei(wei)),
    );
    let hour = section.max_gas_per_hour.map_or_else(
        || "an hour's gas on a chain is not limited (no max-gas-per-hour)".to_owned(),
        |gas| format!("an hour's gas on a chain is {gas} at most"),
    );
    let hour = section.routes().rules.iter().fold(hour, |hour, rule| match rule.max_gas_per_hour {
        Some(gas) => format!("{hour}, of messages {} {gas}", route_in_words(rule)),
        None => hour,
    });
    let (sender, route) = (section.vain_gas_per_sender, section.vain_gas_per_route);
    format!(
        "{fee}; {hour}; a message may take {} gas; a sender or target may cost {sender} gas in vain, a source {route}",
        section.max_gas_per_message
    )
}

fn route_in_words(route: &Route) -> String {
    let name = |id: Option<u64>| id.map_or_else(|| "any chain".to_owned(), |id| id.to_string());
    format!("from {} to {}", name(route.source), name(route.destination))
}

fn gwei(wei: U256) -> String {
    let text = format_units(wei, "gwei").unwrap_or_default();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a relayer with this configuration decides by, as far as it matters to whoever asks about a message.
pub(super) fn policy(context: &Context<'_>, network: Option<&Network>) -> Policy {
    let default = Policy::default();
    let set = network.and_then(|network| dependencies::of_devnet(network, std::iter::empty()));
    Policy {
        expiry_window: set.map_or(default.expiry_window, |set| set.expiry_window()),
        expiry_margin: context.loaded.config.relayer.expiry_margin.get().as_secs(),
        ..default
    }
}

/// A margin that is longer than it can be where messages expire sooner than elsewhere: what counts in its place.
pub(super) fn shorter_margin(context: &Context<'_>, network: Option<&Network>) -> Option<String> {
    let margin = context.loaded.config.relayer.expiry_margin;
    let quarter = policy(context, network).expiry_window / 4;
    // Nobody has named the default.
    let is_named = margin != RelayerSection::default().expiry_margin;
    (is_named && margin.get().as_secs() > quarter).then(|| {
        format!(
            "relayer.expiry-margin is {margin}: {quarter}s count, a quarter of the time in which a message can be executed here"
        )
    })
}

/// What is said of routes of chains that nobody knows: with a typo in an id, messages would go out before their blocks are as
/// safe as they should be.
pub(super) fn unknown_routes(
    context: &Context<'_>,
    book: &ChainBook,
    chains: &[KnownChain],
) -> Option<Failure> {
    let unknown = unknown(context.loaded.config.relayer.chains_of_routes(), book, chains);
    let text = format!("`relayer.routes` names chains that are not known: {}", in_words(&unknown));
    (!unknown.is_empty())
        .then(|| Failure::usage(text).with_code(ErrorCode::InvalidConfig).with_hint(book.known()))
}

/// What is said of chains that nobody knows elsewhere: nothing of them is delivered, whoever they are.
pub(super) fn unknown_ends(context: &Context<'_>, book: &ChainBook, chains: &[KnownChain]) -> Vec<String> {
    let section = &context.loaded.config.relayer;
    let keys =
        [("allow-sources", &section.allow_sources), ("allow-destinations", &section.allow_destinations)];
    let said = keys.into_iter().filter_map(|(key, ids)| {
        let unknown = unknown(ids.iter().copied().collect(), book, chains);
        (!unknown.is_empty())
            .then(|| format!("`relayer.{key}` names chains that are not known: {}", in_words(&unknown)))
    });
    said.collect()
}

fn unknown(mut ids: BTreeSet<u64>, book: &ChainBook, chains: &[KnownChain]) -> BTreeSet<u64> {
    ids.retain(|id| !book.has(*id) && !chains.iter().any(|chain| chain.id == *id));
    ids
}

fn in_words(ids: &BTreeSet<u64>) -> String {
    ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// What is delivered, by the configuration.
pub(super) fn filter(context: &Context<'_>) -> Outcome<Filter> {
    let section = &context.loaded.config.relayer;
    let screening = section.screening_list.as_deref().map(Screening::open).transpose();
    let screening = screening.code(ErrorCode::InvalidConfig).hint(
        "one address a line, `allow` or `deny` before it or nothing, and notes behind a #; see docs/relayer.md",
    )?;
    Ok(Filter { rules: section.rules(), screening })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_are_those_of_the_configuration() {
        let policy = |text: &str| {
            let mut policy = Policy::default();
            caps(&mut policy, &toml::from_str(text).unwrap());
            policy
        };
        assert_eq!(policy(""), Policy::default());
        let named = policy("max-gas-per-hour = 7\nvain-gas-per-sender = 8\nvain-gas-per-route = 9");
        let expected = Policy {
            max_gas_per_hour: Some(7),
            vain_gas_per_sender: 8,
            vain_gas_per_route: 9,
            ..Policy::default()
        };
        assert_eq!(named, expected);
    }

    #[test]
    fn what_is_not_limited_is_said() {
        let said = |text: &str| in_words_of(&toml::from_str(text).unwrap());
        assert_eq!(
            said("max-fee-per-gas = \"50gwei\"\nmax-gas-per-hour = 7\nvain-gas-per-route = 9"),
            "a unit of gas may cost 50 gwei; an hour's gas on a chain is 7 at most; a message may take 5000000 gas; \
             a sender or target may cost 2000000 gas in vain, a source 9"
        );
        let route = said("[[routes]]\nsource = 901\nmax-gas-per-hour = 8");
        assert!(
            route.contains("no max-gas-per-hour), of messages from 901 to any chain 8; a message"),
            "{route}"
        );
        let nothing = said("");
        assert!(
            nothing.contains("no max-fee-per-gas") && nothing.contains("no max-gas-per-hour"),
            "{nothing}"
        );
    }
}
