use std::num::NonZeroU32;

use alloy::primitives::Address;

use crate::engine::Message;

/// Of which messages how many have their turn in a round, when more wait for a destination than there is room for.
///
/// Messages of which no weight speaks have one, and so each source has its share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The chain that they come from; any, each with so many turns of its own, if none is named.
    pub source: Option<u64>,
    /// The chain that they go to; any, if none is named.
    pub destination: Option<u64>,
    /// Who sends them; anybody, if nobody is named.
    pub sender: Option<Address>,
    /// What they call; anything, if nothing is named.
    pub target: Option<Address>,
    /// So many have their turn, one after the other.
    pub turns: NonZeroU32,
}

impl Weight {
    fn fits(&self, message: &Message) -> bool {
        fn is_it<T: PartialEq>(named: Option<T>, it: T) -> bool {
            named.is_none_or(|named| named == it)
        }
        is_it(self.source, message.source)
            && is_it(self.destination, message.destination)
            && is_it(self.sender, message.sender)
            && is_it(self.target, message.target)
    }
}

/// Messages that have their turns together: those of a source of which the same weight speaks, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flow {
    source: u64,
    weight: Option<usize>,
}

/// The weights that a lane goes by: of those that fit a message, the first one counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights(Vec<Weight>);

impl Weights {
    pub(crate) const fn new(weights: Vec<Weight>) -> Self {
        Self(weights)
    }

    /// Whether the oldest message goes first, whatever it is.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn flow(&self, message: &Message) -> Flow {
        let weight = self.0.iter().position(|weight| weight.fits(message));
        Flow { source: message.source, weight }
    }

    /// How many turns it has in a round.
    pub(crate) fn turns(&self, flow: Flow) -> u64 {
        let weight = flow.weight.and_then(|index| self.0.get(index));
        weight.map_or(1, |weight| u64::from(weight.turns.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::test_util::message_at;

    #[test]
    fn first_weight_that_fits_counts_for_each_source_by_itself() {
        let (one, other) = (message_at(1, 901, 1, 0), message_at(2, 903, 1, 0));
        let turns = |turns| NonZeroU32::new(turns).unwrap();
        let any = Weight { source: None, destination: None, sender: None, target: None, turns: turns(2) };
        let weights = Weights::new(vec![
            Weight { target: Some(one.target), turns: turns(7), ..any },
            Weight { source: Some(901), sender: Some(other.sender), turns: turns(9), ..any },
            Weight { destination: Some(7), turns: turns(8), ..any },
            any,
        ]);
        let flow = |message: &Message| weights.flow(message);
        assert_eq!((weights.turns(flow(&one)), weights.turns(flow(&other))), (7, 2));
        let same = Message { sender: other.sender, ..other.clone() };
        assert_eq!(flow(&same), flow(&other));
        let elsewhere = Message { source: 905, ..other.clone() };
        assert_ne!(flow(&elsewhere), flow(&other), "a share of its own");
        let both = Message { source: 901, ..other };
        assert_eq!(weights.turns(flow(&both)), 9);
        let none = Weights::default();
        assert_eq!(none.turns(none.flow(&both)), 1);
    }
}
