//! For how long a chain could not be followed, and when that is too long. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::time::Instant;

/// What keeps a chain from being worked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) since: Instant,
    /// Its node answers, but nothing can be made of what it says.
    pub(crate) is_halted: bool,
}

/// Of those chains that have been in trouble for so long, one that another relayer could work for.
pub(crate) fn hopeless(
    troubled: &BTreeMap<u64, Trouble>,
    rivals: &BTreeSet<u64>,
    patience: Duration,
    now: Instant,
) -> Option<(u64, Trouble)> {
    let is_hopeless = |(chain, trouble): &(&u64, &Trouble)| {
        rivals.contains(chain) && now.duration_since(trouble.since) >= patience
    };
    troubled.iter().find(is_hopeless).map(|(chain, trouble)| (*chain, *trouble))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_left_when_its_node_is_away_for_long_and_another_one_is_there() {
        let (start, patience) = (Instant::now(), Duration::from_secs(30));
        let trouble = Trouble { since: start, is_halted: false };
        let (later, troubled) = (start + patience, [(1, trouble), (2, trouble)].into());
        assert_eq!(hopeless(&troubled, &[2, 3].into(), patience, later), Some((2, trouble)));
        assert_eq!(hopeless(&troubled, &[].into(), patience, later), None, "nobody else could");
        assert_eq!(hopeless(&troubled, &[2].into(), patience, later - Duration::from_secs(1)), None);
        assert_eq!(hopeless(&BTreeMap::new(), &[2].into(), patience, later), None);
    }
}
