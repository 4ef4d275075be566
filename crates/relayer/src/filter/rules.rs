use alloy::primitives::{Address, FixedBytes, U256};
use causeway_interop::SentMessage;
use std::collections::BTreeSet;

use super::{Reason, Selection, parties::Parties};

/// What is delivered by what it is. The default is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Chains that messages come from. Nothing named: all.
    pub sources: BTreeSet<u64>,
    /// Chains that they go to. Nothing named: all.
    pub destinations: BTreeSet<u64>,
    /// Who sends: whoever called the messenger, and whoever used the bridge that did.
    pub senders: Selection<Address>,
    /// Whom it is for: the target, and the recipient of what a bridge pays out.
    pub targets: Selection<Address>,
    /// Tokens that are bridged. What carries none is not judged by it.
    pub tokens: Selection<Address>,
    /// The first four bytes of the calldata.
    pub selectors: Selection<FixedBytes<4>>,
    /// The least ether, in wei, that a message carries that carries some.
    pub min_value: Option<U256>,
    /// The most ether, in wei, that a message carries.
    pub max_value: Option<U256>,
}

impl Rules {
    /// Whether messages between these chains are delivered, whatever else is said of them.
    pub fn admit_route(&self, source: u64, destination: u64) -> bool {
        let names = |chains: &BTreeSet<u64>, id| chains.is_empty() || chains.contains(&id);
        names(&self.sources, source) && names(&self.destinations, destination)
    }

    pub(super) fn admit(&self, message: &SentMessage, source: u64, parties: &Parties) -> Result<(), Reason> {
        if !self.sources.is_empty() && !self.sources.contains(&source) {
            return Err(Reason::Source { chain_id: source });
        }
        let is_wanted = |id: u64| self.destinations.contains(&id);
        if !self.destinations.is_empty() && !u64::try_from(message.destination).is_ok_and(is_wanted) {
            return Err(Reason::Destination { chain_id: message.destination });
        }
        // Of a message there is always a sender and a target.
        self.senders
            .check(&parties.senders)
            .map_err(|sender| Reason::Sender { address: sender.unwrap_or(message.sender) })?;
        self.targets
            .check(&parties.targets)
            .map_err(|target| Reason::Target { address: target.unwrap_or(message.target) })?;
        if let Some(token) = parties.token {
            self.tokens.check(&[token]).map_err(|_| Reason::Token { address: token })?;
        }
        let selector = message.message.first_chunk::<4>().map(FixedBytes::from);
        self.selectors.check(selector.as_slice()).map_err(|selector| Reason::Selector { selector })?;
        self.admit_value(parties.value)
    }

    fn admit_value(&self, value: Option<U256>) -> Result<(), Reason> {
        let Some(value) = value else { return Ok(()) };
        if self.min_value.is_some_and(|least| value < least)
            || self.max_value.is_some_and(|most| value > most)
        {
            return Err(Reason::Value { value });
        }
        Ok(())
    }
}
