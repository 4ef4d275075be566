use std::collections::{BTreeMap, btree_map::Entry};

use crate::engine::weight::{Flow, Weights};

/// In how many parts room is shared of which what has waited for long gets one.
const AGED_PART: usize = 4;

/// Who has the next turn, when more waits than there is room for: in each round a flow has as many turns as its weight says, one
/// after the other, and nobody is left out of a round (a deficit round robin, by messages).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Turns {
    /// Whose turn it was last, and how many more it has in this round.
    last: Option<(Flow, u64)>,
    /// The room since what has waited for long got its part of it.
    unaged: usize,
}

impl Turns {
    /// Returns how much of the room goes to what has waited for long, of which there is so much. Who does not wait saves
    /// nothing up.
    pub(crate) fn age(&mut self, waiting: usize, room: usize) -> usize {
        let since = self.unaged.saturating_add(room);
        let taken = waiting.min(since / AGED_PART).min(room);
        self.unaged =
            if taken < waiting { since.saturating_sub(taken * AGED_PART).min(room * AGED_PART) } else { 0 };
        taken
    }

    /// Shares room out between flows, of which so many messages wait. Returns how many of each have a turn now.
    pub(crate) fn share(
        &mut self,
        mut waiting: BTreeMap<Flow, usize>,
        room: usize,
        weights: &Weights,
    ) -> BTreeMap<Flow, usize> {
        let mut turns: BTreeMap<Flow, usize> = BTreeMap::new();
        let mut left = room;
        waiting.retain(|_, count| *count > 0);
        while left > 0
            && let Some((flow, credit)) = self.next(&waiting, weights)
            && let Entry::Occupied(mut waits) = waiting.entry(flow)
        {
            let taken = usize::try_from(credit).unwrap_or(usize::MAX).min(*waits.get()).min(left);
            left -= taken;
            *turns.entry(flow).or_default() += taken;
            *waits.get_mut() -= taken;
            let mut credit = credit.saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
            if *waits.get() == 0 {
                waits.remove();
                credit = 0;
            }
            self.last = Some((flow, credit));
        }
        turns
    }

    /// Who goes on, and with how many turns: who has some left, else the flow that comes next.
    fn next(&self, waiting: &BTreeMap<Flow, usize>, weights: &Weights) -> Option<(Flow, u64)> {
        let flow = match self.last {
            Some((flow, credit)) if credit > 0 && waiting.contains_key(&flow) => return Some((flow, credit)),
            Some((last, _)) => waiting.keys().find(|flow| **flow > last).or_else(|| waiting.keys().next()),
            None => waiting.keys().next(),
        };
        flow.map(|flow| (*flow, weights.turns(*flow).max(1)))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::engine::{Weight, test_util::message_at};

    fn weights(weights: &[(u64, u32)]) -> Weights {
        let weight = |(source, turns): &(u64, u32)| Weight {
            source: Some(*source),
            destination: None,
            sender: None,
            target: None,
            turns: NonZeroU32::new(*turns).unwrap(),
        };
        Weights::new(weights.iter().map(weight).collect())
    }

    fn waiting(weights: &Weights, sources: &[(u64, usize)]) -> BTreeMap<Flow, usize> {
        sources.iter().map(|(source, count)| (weights.flow(&message_at(1, *source, 1, 0)), *count)).collect()
    }

    /// How much each of these gets in so many rooms of this size, while all have more than enough.
    fn total(weights: &Weights, sources: &[u64], room: usize, times: usize) -> Vec<usize> {
        let sources: Vec<_> = sources.iter().map(|source| (*source, 1_000)).collect();
        let (mut sums, mut turns) = (BTreeMap::<Flow, usize>::new(), Turns::default());
        for _ in 0..times {
            for (flow, count) in turns.share(waiting(weights, &sources), room, weights) {
                *sums.entry(flow).or_default() += count;
            }
        }
        sums.into_values().collect()
    }

    #[test]
    fn room_goes_by_weight_whatever_its_size() {
        for room in [1, 2, 3, 7, 50] {
            let sums = total(&weights(&[(1, 3), (2, 1), (3, 6)]), &[1, 2, 3], room, 1_000 / room);
            let all: usize = sums.iter().sum();
            for (sum, weight) in sums.iter().zip([3, 1, 6]) {
                assert!(sum.abs_diff(all * weight / 10) <= 6, "{sums:?} of {room}");
            }
        }
    }

    #[test]
    fn without_a_weight_all_have_the_same() {
        assert_eq!(total(&Weights::default(), &[5, 6, 7], 10, 3), [10, 10, 10]);
    }

    #[test]
    fn what_one_does_not_need_the_others_get() {
        let (weights, mut turns) = (weights(&[(1, 100)]), Turns::default());
        let counts = |turns: BTreeMap<Flow, usize>| turns.into_values().collect::<Vec<_>>();
        let some = waiting(&weights, &[(1, 2), (2, 50), (3, 0)]);
        assert_eq!(counts(turns.share(some, 10, &weights)), [2, 8]);
        // Nothing was saved up, and nothing is owed.
        let many = waiting(&weights, &[(1, 300), (2, 300)]);
        assert_eq!(counts(turns.share(many, 202, &weights)), [200, 2]);
    }

    #[test]
    fn nobody_is_left_out_of_a_round() {
        let weights = weights(&[(1, 1_000)]);
        assert_eq!(total(&weights, &[1, 2], 10, 201), [2_008, 2]);
        assert!(Turns::default().share(BTreeMap::new(), 5, &weights).is_empty());
    }

    #[test]
    fn what_has_waited_gets_a_part_whatever_the_room() {
        for room in [1, 2, 3, 7, 50] {
            let mut turns = Turns::default();
            let aged: usize = (0..400).map(|_| turns.age(1_000, room)).sum();
            assert!(aged.abs_diff(400 * room / AGED_PART) <= room, "{aged} of {room}");
        }
        let mut turns = Turns::default();
        assert_eq!((0..100).map(|_| turns.age(0, 3)).sum::<usize>(), 0);
        assert_eq!(turns.age(1_000, 3), 0, "nothing was saved up");
    }
}
