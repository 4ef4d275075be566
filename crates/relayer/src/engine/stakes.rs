use std::collections::BTreeMap;

use alloy::primitives::Address;

use crate::engine::origin::{Origin, Party};

/// What is on its way and may be paid for in vain, by those who answer for it: added up once, so that nobody who waits for
/// his turn has to look at all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stakes {
    by_party: BTreeMap<Party, Stake>,
    /// By sender and target together.
    by_pair: BTreeMap<(Party, Address), Stake>,
}

/// So many messages, and their gas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stake {
    pub(crate) count: usize,
    pub(crate) gas: u128,
}

impl Stakes {
    pub(crate) fn add(&mut self, origin: Origin, gas: u64) {
        let pair = self.by_pair.entry(origin.pair()).or_default();
        let parties = origin.parties();
        pair.add(gas);
        for party in parties {
            self.by_party.entry(party).or_default().add(gas);
        }
    }

    /// What this party answers for.
    pub(crate) fn of(&self, party: Party) -> Stake {
        self.by_party.get(&party).copied().unwrap_or_default()
    }

    /// What has the sender of the message or its target, once each.
    pub(crate) fn of_either(&self, origin: Origin) -> Stake {
        let [_, sender, target, _] = origin.parties().map(|party| self.of(party));
        let both = self.by_pair.get(&origin.pair()).copied().unwrap_or_default();
        Stake {
            count: (sender.count + target.count).saturating_sub(both.count),
            gas: (sender.gas + target.gas).saturating_sub(both.gas),
        }
    }
}

impl Stake {
    fn add(&mut self, gas: u64) {
        self.count += 1;
        self.gas += u128::from(gas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::test_util::message;

    #[test]
    fn what_has_both_in_common_counts_once() {
        let mut stakes = Stakes::default();
        let with = |sender: u8, target: u8| {
            let mut message = message(0);
            (message.sender, message.target) = (Address::repeat_byte(sender), Address::repeat_byte(target));
            Origin::of(&message)
        };
        for (sender, target, gas) in [(1, 1, 1), (1, 1, 2), (1, 2, 4), (2, 1, 8), (2, 2, 16)] {
            stakes.add(with(sender, target), gas);
        }
        assert_eq!(stakes.of_either(with(1, 1)), Stake { count: 4, gas: 15 });
        assert_eq!(stakes.of_either(with(3, 2)), Stake { count: 2, gas: 20 });
        assert_eq!(stakes.of_either(with(3, 3)), Stake::default());
        let [application, sender, _, route] = with(1, 1).parties().map(|party| stakes.of(party));
        assert_eq!(application, Stake { count: 2, gas: 3 });
        assert_eq!(sender, Stake { count: 3, gas: 7 });
        assert_eq!(route, Stake { count: 5, gas: 31 });
    }
}
