use alloy::primitives::Address;
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use super::{Reason, parties::Parties};

/// Addresses whose messages are not delivered, or the only ones whose are.
///
/// One a line: `0x…` or `deny 0x…` for those that are not, `allow 0x…` for the only ones that are; what stands behind a `#` is a
/// note. Everybody who takes part counts: sender, target, who uses a bridge and who is paid by it, and the token. One who is
/// denied is enough; where anybody is allowed, one of them has to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreeningList {
    allow: BTreeSet<Address>,
    deny: BTreeMap<Address, Option<String>>,
}

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct ScreeningError {
    /// Its number, from 1 on.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl ScreeningList {
    /// How many are denied.
    pub fn denied(&self) -> usize {
        self.deny.len()
    }

    /// How many are allowed; nobody: everybody who is not denied.
    pub fn allowed(&self) -> usize {
        self.allow.len()
    }

    /// Whether somebody may pass whom the other list stops.
    pub(super) fn lets_through(&self, other: &Self) -> bool {
        let is_open =
            self.allow.is_empty() || self.allow.iter().any(|address| !other.allow.contains(address));
        let is_less_denied = other.deny.keys().any(|address| !self.deny.contains_key(address));
        is_less_denied || (!other.allow.is_empty() && is_open)
    }

    pub(super) fn admit(&self, parties: &Parties) -> Result<(), Reason> {
        let denied = parties.all().find_map(|address| Some((address, self.deny.get(&address)?)));
        if let Some((address, note)) = denied {
            return Err(Reason::Screened { address, note: note.clone() });
        }
        if self.allow.is_empty() || parties.all().any(|address| self.allow.contains(&address)) {
            Ok(())
        } else {
            Err(Reason::NotListed)
        }
    }
}

impl FromStr for ScreeningList {
    type Err = ScreeningError;

    fn from_str(text: &str) -> Result<Self, ScreeningError> {
        let mut list = Self::default();
        for (index, line) in text.lines().enumerate() {
            let wrong = |why: &str| ScreeningError { line: index + 1, why: why.to_owned() };
            let (entry, note) =
                line.split_once('#').map_or((line, None), |(entry, note)| (entry, Some(note.trim())));
            let mut words = entry.split_whitespace();
            let Some(first) = words.next() else { continue };
            let (is_denied, address) = match first {
                "deny" => (true, words.next()),
                "allow" => (false, words.next()),
                address => (true, Some(address)),
            };
            let address = address.and_then(read).ok_or_else(|| {
                wrong("expected an address, `deny` or `allow` before it or nothing, and notes behind a #")
            })?;
            if words.next().is_some() {
                return Err(wrong("there is more on the line than an address: notes stand behind a #"));
            }
            if is_denied {
                let note = note.filter(|note| !note.is_empty());
                list.deny.insert(address, note.map(str::to_owned));
            } else {
                list.allow.insert(address);
            }
        }
        Ok(list)
    }
}

/// An address. In mixed case its checksum has to be right: a typo would let somebody through.
fn read(text: &str) -> Option<Address> {
    let digits = text.strip_prefix("0x")?;
    let address: Address = text.parse().ok()?;
    let is_mixed =
        digits.bytes().any(|c| c.is_ascii_uppercase()) && digits.bytes().any(|c| c.is_ascii_lowercase());
    (!is_mixed || address.to_checksum(None) == text).then_some(address)
}
