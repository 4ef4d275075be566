//! Who has how many turns, when more waits than there is room for.

use super::finding::Finding;
use causeway_relayer::engine::Weight;

/// Says the weights, and which of them are of no route that would be delivered.
pub(super) fn look(weights: &[Weight], routes: &[(u64, u64)]) -> Vec<Finding> {
    let (used, idle): (Vec<&Weight>, Vec<&Weight>) =
        weights.iter().partition(|weight| routes.iter().any(|route| is_of(weight, *route)));
    let idle = idle.into_iter().map(|weight| {
        let text = format!("a weight is of no route that is delivered: {}", words(weight));
        Finding::warning("weights", text, "look at the ids of [[relayer.routes]]")
    });
    let turns: Vec<String> = used.into_iter().map(words).collect();
    let said = (!turns.is_empty()).then(|| {
        let text = format!(
            "when more waits than there is room for, in each round so many messages go: {}, all others 1",
            turns.join(", ")
        );
        Finding::ok("weights", text)
    });
    said.into_iter().chain(idle).collect()
}

fn is_of(weight: &Weight, (source, destination): (u64, u64)) -> bool {
    weight.source.is_none_or(|id| id == source) && weight.destination.is_none_or(|id| id == destination)
}

fn words(weight: &Weight) -> String {
    let chain = |id: Option<u64>| id.map_or_else(|| "*".to_owned(), |id| id.to_string());
    let sender = weight.sender.map(|sender| format!(" of {sender}")).unwrap_or_default();
    let target = weight.target.map(|target| format!(" to {target}")).unwrap_or_default();
    format!("{} -> {}{sender}{target} {}", chain(weight.source), chain(weight.destination), weight.turns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::relayer::check::finding::{Level, text};
    use alloy::primitives::Address;
    use std::num::NonZeroU32;

    #[test]
    fn weights_are_said_and_those_of_nothing_are_warned_of() {
        let turns = NonZeroU32::new(3).unwrap();
        let weight = Weight { source: Some(901), destination: None, sender: None, target: None, turns };
        let other = Weight { source: Some(77), target: Some(Address::ZERO), ..weight };
        assert!(look(&[], &[(901, 902)]).is_empty());
        let found = look(&[weight, other], &[(901, 902)]);
        assert_eq!(found.iter().map(|found| found.level).collect::<Vec<_>>(), [Level::Ok, Level::Warning]);
        let text = text(&found);
        assert!(text.contains("901 -> * 3, all others 1"), "{text}");
        assert!(text.contains(&format!("77 -> * to {} 3", Address::ZERO)), "{text}");
    }
}
