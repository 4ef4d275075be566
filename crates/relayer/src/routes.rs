use causeway_interop::SafetyLevel;

use crate::engine::Weight;

/// How messages are served by where they come from and where they go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// How safe the block of a message has to be on its source before the message is delivered, where no rule says.
    pub safety: SafetyLevel,
    /// Whether messages that expired undelivered are sent again, where no rule says.
    pub auto_resend: bool,
    /// What is said of single routes: of each thing, the first rule counts that fits and says it.
    pub rules: Vec<Route>,
    /// Who has how many turns, when more waits than there is room for: of each message, the first weight counts that fits.
    /// Without any the oldest message goes first.
    pub weights: Vec<Weight>,
}

/// What is said of routes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The chain that messages come from; any, if none is named.
    pub source: Option<u64>,
    /// The chain that they go to; any, if none is named.
    pub destination: Option<u64>,
    /// How safe their blocks have to be.
    pub safety: Option<SafetyLevel>,
    /// Whether those that expired undelivered are sent again.
    pub auto_resend: Option<bool>,
    /// What the messages of each route may use in an hour, in gas.
    pub max_gas_per_hour: Option<u64>,
}

impl Routes {
    /// Returns how safe the block of a message has to be on its source.
    pub fn safety(&self, source: u64, destination: u64) -> SafetyLevel {
        let mut rules = self.rules.iter().filter(|rule| rule.fits(source, destination));
        rules.find_map(|rule| rule.safety).unwrap_or(self.safety)
    }

    /// Returns whether messages that expired undelivered are sent again.
    pub fn auto_resend(&self, source: u64, destination: u64) -> bool {
        let mut rules = self.rules.iter().filter(|rule| rule.fits(source, destination));
        rules.find_map(|rule| rule.auto_resend).unwrap_or(self.auto_resend)
    }

    /// Returns what messages may use in an hour, in gas; without a limit if no rule says.
    pub fn max_gas_per_hour(&self, source: u64, destination: u64) -> Option<u64> {
        let mut rules = self.rules.iter().filter(|rule| rule.fits(source, destination));
        rules.find_map(|rule| rule.max_gas_per_hour)
    }

    /// The weights that may fit a message to this chain.
    pub(crate) fn weights(&self, destination: u64) -> Vec<Weight> {
        let weights = self.weights.iter().copied();
        weights.filter(|weight| weight.destination.is_none_or(|named| named == destination)).collect()
    }
}

impl Route {
    fn fits(&self, source: u64, destination: u64) -> bool {
        let is_it = |named: Option<u64>, id| named.is_none_or(|named| named == id);
        is_it(self.source, source) && is_it(self.destination, destination)
    }
}

/// Whether a node by itself tells by its labels which blocks are so safe. Who verified what, only a verifier can tell.
pub(crate) const fn is_labelled(level: SafetyLevel) -> bool {
    matches!(level, SafetyLevel::Safe | SafetyLevel::Finalized)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_rule_that_fits_and_says_it_counts() {
        use SafetyLevel::{Finalized, Safe, Unsafe};
        let rule = |source, destination, safety| Route { source, destination, safety, ..Route::default() };
        let rules = vec![
            rule(Some(901), Some(902), None),
            rule(Some(901), None, Some(Finalized)),
            rule(None, Some(902), Some(Unsafe)),
        ];
        let routes = Routes { safety: Safe, rules, ..Routes::default() };
        assert_eq!(routes.safety(901, 902), Finalized);
        assert_eq!(routes.safety(903, 902), Unsafe);
        assert_eq!(routes.safety(902, 901), Safe);
        assert_eq!(Routes::default().safety(901, 902), Unsafe);
        let never = Route { source: Some(901), auto_resend: Some(false), ..Route::default() };
        let routes = Routes { auto_resend: true, rules: vec![never], ..Routes::default() };
        assert!(routes.auto_resend(902, 901) && !routes.auto_resend(901, 902));
        assert!(!Routes::default().auto_resend(901, 902));
    }

    #[test]
    fn each_route_that_a_rule_fits_has_the_cap_for_itself() {
        let rule = |source, max_gas_per_hour| Route { source, max_gas_per_hour, ..Route::default() };
        let rules = vec![rule(Some(901), None), rule(Some(901), Some(7)), rule(None, Some(9))];
        let routes = Routes { rules, ..Routes::default() };
        assert_eq!([901, 903].map(|source| routes.max_gas_per_hour(source, 902)), [Some(7), Some(9)]);
        assert_eq!(Routes::default().max_gas_per_hour(901, 902), None);
    }
}
