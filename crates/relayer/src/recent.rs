use std::{collections::VecDeque, hash::Hash};

use alloy::primitives::map::HashMap;

/// Of how many things, messages mostly, something is remembered.
const REMEMBERED: usize = 50_000;

/// A map that forgets what was put in first when it is full.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    values: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { values: HashMap::default(), order: VecDeque::new() }
    }
}

impl<K: Copy + Eq + Hash, V> Recent<K, V> {
    pub(crate) fn insert(&mut self, key: K, value: V) {
        if self.values.insert(key, value).is_none() {
            self.order.push_back(key);
        }
        // Those that were removed meanwhile still stand in the order.
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.values.remove(&oldest);
            }
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.values.get_mut(key)
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.values.remove(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded() {
        let mut recent = Recent::default();
        for number in 0..2 * REMEMBERED {
            recent.insert(number, ());
            recent.remove(&(number / 2));
        }
        assert!(recent.order.len() <= REMEMBERED && recent.values.len() <= REMEMBERED);
        assert!(recent.get(&(2 * REMEMBERED - 1)).is_some());
    }
}
