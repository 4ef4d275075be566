use std::time::Duration;

/// How a node of a pool stands at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) is_stranger: bool,
    /// It has failed, and is not asked for so long.
    pub(super) back_in: Option<Duration>,
    pub(super) is_behind: bool,
}

impl Standing {
    /// Whether it may be asked for anything.
    pub(super) const fn is_fit(&self) -> bool {
        !self.is_stranger && self.back_in.is_none() && !self.is_behind
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// What changes: the head, logs and blocks by number, nonces, calls.
    Newest,
    /// What belongs to the hash of a block, and is the same wherever it is to be had.
    Block,
}

/// Whom to ask, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) nodes: Vec<usize>,
    /// How many of the first have not failed.
    pub(crate) healthy: usize,
}

/// Whom to ask: the primary first, then the others as they are listed, last those that have failed, soonest back first.
pub(super) fn order(standings: &[Standing], primary: usize, need: Need) -> Order {
    let mut nodes: Vec<usize> = (0..standings.len())
        .filter(|node| {
            let standing = &standings[*node];
            !standing.is_stranger && (need == Need::Block || !standing.is_behind)
        })
        .collect();
    nodes.sort_by_key(|node| {
        let Standing { back_in, is_behind, .. } = standings[*node];
        (back_in.is_some(), is_behind, back_in, *node != primary, *node)
    });
    let healthy = nodes.iter().filter(|node| standings[**node].back_in.is_none()).count();
    Order { nodes, healthy }
}

/// Who is asked first from now on: the same as before for as long as that is fit.
pub(super) fn primary(standings: &[Standing], before: usize) -> usize {
    if standings.get(before).is_some_and(Standing::is_fit) {
        return before;
    }
    standings.iter().position(Standing::is_fit).unwrap_or(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn standing() -> impl Strategy<Value = Standing> {
        let back_in = proptest::option::of((0_u64..5).prop_map(Duration::from_secs));
        (any::<bool>(), back_in, any::<bool>()).prop_map(|(is_stranger, back_in, is_behind)| Standing {
            is_stranger,
            back_in,
            is_behind,
        })
    }

    proptest! {
        #[test]
        fn whom_to_ask(standings in vec(standing(), 1..7), before in 0_usize..7, for_block in any::<bool>()) {
            let need = if for_block { Need::Block } else { Need::Newest };
            let primary = primary(&standings, before % standings.len());
            let Order { nodes, healthy } = order(&standings, primary, need);

            // Everybody once who may be asked, and nobody else: a stranger never, one that is behind for no news.
            let mut sorted = nodes.clone();
            sorted.sort_unstable();
            let expected: Vec<_> = (0..standings.len())
                .filter(|node| !standings[*node].is_stranger && (for_block || !standings[*node].is_behind))
                .collect();
            prop_assert_eq!(sorted, expected);

            // Who failed comes after all who did not.
            let has_failed = |node: &usize| standings[*node].back_in.is_some();
            prop_assert!(!nodes[..healthy].iter().any(has_failed));
            prop_assert!(nodes[healthy..].iter().all(has_failed));
            let soonest = |node: &usize| (standings[*node].is_behind, standings[*node].back_in);
            let is_sorted = nodes[healthy..].is_sorted_by_key(soonest);
            prop_assert!(is_sorted);

            // A fit primary stays, and is asked first.
            if standings[before % standings.len()].is_fit() {
                prop_assert_eq!(primary, before % standings.len());
            }
            if standings.iter().any(Standing::is_fit) {
                prop_assert!(standings[primary].is_fit());
                prop_assert_eq!(nodes[0], primary);
            }
        }
    }
}
