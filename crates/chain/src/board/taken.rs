use alloy::primitives::B256;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// So many transactions are remembered.
const MEMORY: usize = 4_096;

/// Which nodes may hold which transactions.
#[derive(Debug, Default)]
pub(super) struct Taken {
    holders: HashMap<B256, BTreeSet<usize>>,
    order: VecDeque<B256>,
}

impl Taken {
    /// The newest word of a node about a transaction.
    pub(super) fn note(&mut self, transaction: B256, node: usize, may_hold: bool) {
        if !may_hold {
            if let Some(holders) = self.holders.get_mut(&transaction) {
                holders.remove(&node);
            }
            return;
        }
        if !self.holders.contains_key(&transaction) {
            self.order.push_back(transaction);
            if self.order.len() > MEMORY
                && let Some(oldest) = self.order.pop_front()
            {
                self.holders.remove(&oldest);
            }
        }
        self.holders.entry(transaction).or_default().insert(node);
    }

    /// Whether the node may hold the transaction.
    pub(super) fn by(&self, transaction: B256, node: usize) -> bool {
        self.holders.get(&transaction).is_some_and(|holders| holders.contains(&node))
    }

    /// A node, other than these, that may hold the transaction.
    pub(super) fn by_another(&self, transaction: B256, nodes: &[usize]) -> Option<usize> {
        self.holders.get(&transaction)?.iter().copied().find(|node| !nodes.contains(node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_word_of_a_node_counts() {
        let (mut taken, tx) = (Taken::default(), B256::repeat_byte(1));
        taken.note(tx, 0, true);
        taken.note(tx, 2, true);
        assert_eq!(taken.by_another(tx, &[0, 1]), Some(2));
        assert!(taken.by(tx, 0) && !taken.by(tx, 1));
        taken.note(tx, 2, false);
        assert_eq!(taken.by_another(tx, &[0, 1]), None);
        assert_eq!(taken.by_another(tx, &[1, 2]), Some(0));
        assert_eq!(taken.by_another(B256::ZERO, &[]), None);
        for number in 0..MEMORY as u64 {
            taken.note(B256::left_padding_from(&number.to_be_bytes()), 0, true);
        }
        assert_eq!((taken.holders.len(), taken.by_another(tx, &[])), (MEMORY, None));
    }
}
