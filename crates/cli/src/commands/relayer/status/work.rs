//! Who works on a shared database, and who has which lease: relayers say much of themselves, so each has a number.

use super::super::{database::Share, nodes::Nodes, words};
use alloy::primitives::U256;
use causeway_store::{Lease, Role};

/// The relayers by their numbers, which begin with 1: those that are there, and those whose leases have expired.
#[derive(Debug)]
pub(super) struct Crew<'a> {
    there: &'a [Share],
    gone: Vec<&'a str>,
}

impl<'a> Crew<'a> {
    pub(super) fn new(there: &'a [Share], leases: &'a [Lease]) -> Self {
        let mut gone: Vec<&str> = Vec::new();
        for lease in leases {
            let holder = lease.holder.as_str();
            if !there.iter().any(|share| share.holder == holder) && !gone.contains(&holder) {
                gone.push(holder);
            }
        }
        Self { there, gone }
    }

    /// `2 work on the database`, and a line for each.
    pub(super) fn text(&self) -> Option<String> {
        let count = match self.there.len() {
            0 => return None,
            1 => "1 works on the database".to_owned(),
            count => format!("{count} work on the database"),
        };
        let there = self.there.iter().map(ToString::to_string);
        let gone = self.gone.iter().map(|holder| format!("{holder}: works no more"));
        let lines = there.chain(gone).enumerate().map(|(index, text)| format!("  {}  {text}", index + 1));
        Some([vec![count], lines.collect()].concat().join("\n"))
    }

    fn number(&self, holder: &str) -> Option<usize> {
        let holders = self.there.iter().map(|share| share.holder.as_str()).chain(self.gone.iter().copied());
        holders.into_iter().position(|other| other == holder).map(|index| index + 1)
    }

    /// The leases, by chain.
    pub(super) fn leases(&self, leases: &[Lease], nodes: &Nodes) -> String {
        let mut lines = Vec::new();
        let (mut rows, mut chain) = (Vec::new(), None);
        for lease in leases {
            if chain.replace(lease.chain_id) != Some(lease.chain_id) {
                lines.append(&mut of_chain(&mut rows));
                lines.push(format!("leases of {}", nodes.label(U256::from(lease.chain_id))));
            }
            rows.push([format!("  {}", what(lease.role)), self.held(lease)]);
        }
        lines.append(&mut of_chain(&mut rows));
        lines.join("\n")
    }

    /// What nobody renews is anybody's: where a relayer runs, it takes it within some seconds.
    fn held(&self, lease: &Lease) -> String {
        let who =
            self.number(&lease.holder).map_or_else(|| lease.holder.clone(), |number| number.to_string());
        match lease.expires_in.as_secs() {
            _ if lease.expires_in.is_zero() => format!("nobody; before, {who}"),
            seconds => format!("{who}, for {} more", words::span(seconds)),
        }
    }
}

fn of_chain(rows: &mut Vec<[String; 2]>) -> Vec<String> {
    let rows = std::mem::take(rows);
    if rows.is_empty() { Vec::new() } else { vec![words::table(&rows)] }
}

fn what(role: Role) -> String {
    match role {
        Role::Signer(account) => account.to_string(),
        role => role.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::Address;
    use std::time::Duration;

    const LONG: &str = "relayer 0x08a8f95a9bAF24f61Ab102c55bf1B0E669C16946, process 24572 (f6fd65ba) on a-machine-with-a-name, \
                        between OPChainA (901), OPChainB (902)";

    #[test]
    fn a_relayer_says_who_it_is_once_and_leases_fit_a_terminal() {
        let lease = |chain_id, role, holder: &str, seconds| Lease {
            chain_id,
            role,
            holder: holder.to_owned(),
            epoch: 1,
            expires_in: Duration::from_secs(seconds),
            is_given_back: false,
            is_ours: false,
        };
        let role = Role::Signer(Address::repeat_byte(7));
        let leases = [
            lease(901, role, LONG, 12),
            lease(901, Role::Index, LONG, 12),
            lease(902, role, "relayer B", 0),
            lease(902, Role::Index, LONG, 9),
        ];
        let there = [Share { holder: LONG.to_owned(), chains: [901, 902].into() }];
        let crew = Crew::new(&there, &leases);
        let text = crew.text().unwrap();
        assert_eq!(
            text,
            format!(
                "1 works on the database\n  1  {LONG}: works for 901, 902\n  2  relayer B: works no more"
            )
        );
        let shown = crew.leases(&leases, &Nodes::default());
        let account = Address::repeat_byte(7);
        assert_eq!(
            shown,
            format!(
                "leases of 901\n  {account}  1, for 12 s more\n  taking blocks in{}  1, for 12 s more\n\
                 leases of 902\n  {account}  nobody; before, 2\n  taking blocks in{}  1, for 9 s more",
                " ".repeat(26),
                " ".repeat(26)
            )
        );
        assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
        assert!(Crew::new(&[], &leases).text().is_none());
    }
}
