//! Who of several relayers works for which chains. Pure: all who see the same come to the same end.

use std::collections::{BTreeMap, BTreeSet};

/// Who is there, and who works for what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Crowd {
    /// By what they say of themselves, those who are there, with the chains that they work for.
    pub(crate) members: BTreeMap<String, BTreeSet<u64>>,
    /// The chains that nobody works for.
    pub(crate) free: BTreeSet<u64>,
}

/// What one of them does next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// It begins to work for these, in this order.
    pub(crate) take: Vec<u64>,
    /// It leaves this one to others.
    pub(crate) give: Option<u64>,
}

impl Crowd {
    /// What this one does next.
    ///
    /// Free chains go, one after the other, to who has the fewest. When there is none, who has the most leaves one if
    /// somebody has fewer by two or more: what it leaves then makes no other one the richest, so that nothing moves twice.
    pub(crate) fn step(&self, me: &str) -> Step {
        let mut counts: BTreeMap<&str, usize> =
            self.members.iter().map(|(name, chains)| (name.as_str(), chains.len())).collect();
        counts.entry(me).or_default();
        if self.free.is_empty() {
            return Step { take: Vec::new(), give: self.surplus(me, &counts) };
        }
        let mut take = Vec::new();
        for chain in &self.free {
            let Some((poorest, count)) = counts.iter_mut().min_by_key(|(name, count)| (**count, **name))
            else {
                break;
            };
            *count += 1;
            if *poorest == me {
                take.push(*chain);
            }
        }
        Step { take, give: None }
    }

    /// A chain that this one has too much.
    fn surplus(&self, me: &str, counts: &BTreeMap<&str, usize>) -> Option<u64> {
        let fewest = counts.values().min()?;
        let (richest, most) = counts.iter().max_by_key(|(name, count)| (**count, **name))?;
        let is_too_much = *richest == me && *most >= fewest + 2;
        is_too_much.then(|| self.members.get(me)?.last().copied()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(members: &[(&str, &[u64])], free: &[u64]) -> Crowd {
        let members =
            members.iter().map(|(name, chains)| ((*name).to_owned(), chains.iter().copied().collect()));
        Crowd { members: members.collect(), free: free.iter().copied().collect() }
    }

    /// Everybody sees the same and does what it means, one look after the other. Returns how many chains have changed hands.
    fn settle(crowd: &mut Crowd) -> usize {
        for moved in 0..1_000 {
            let names: Vec<String> = crowd.members.keys().cloned().collect();
            let steps: Vec<_> = names.iter().map(|name| (name.clone(), crowd.step(name))).collect();
            if steps.iter().all(|(_, step)| *step == Step::default()) {
                return moved;
            }
            for (name, step) in steps {
                for chain in step.take {
                    assert!(crowd.free.remove(&chain), "two take {chain}");
                    crowd.members.get_mut(&name).unwrap().insert(chain);
                }
                if let Some(chain) = step.give {
                    assert!(crowd.members.get_mut(&name).unwrap().remove(&chain), "{name} has it");
                    crowd.free.insert(chain);
                }
            }
        }
        panic!("it does not come to rest: {crowd:?}");
    }

    fn spread(crowd: &Crowd) -> Vec<usize> {
        crowd.members.values().map(BTreeSet::len).collect()
    }

    #[test]
    fn who_is_alone_takes_all_at_once() {
        let step = crowd(&[("A", &[])], &[1, 2, 3]).step("A");
        assert_eq!(step, Step { take: vec![1, 2, 3], give: None });
        assert_eq!(crowd(&[], &[1]).step("A").take, [1], "not even seen by itself");
        assert_eq!(crowd(&[("A", &[1, 2, 3])], &[]).step("A"), Step::default());
    }

    #[test]
    fn who_comes_later_gets_a_share() {
        let mut crowd = crowd(&[("A", &[1, 2, 3]), ("B", &[]), ("C", &[])], &[]);
        assert_eq!(crowd.step("A").give, Some(3));
        assert_eq!((crowd.step("B"), crowd.step("C")), (Step::default(), Step::default()));
        settle(&mut crowd);
        assert_eq!(spread(&crowd), [1, 1, 1]);
        assert_eq!(crowd.members["A"], [1].into(), "what it had longest");
    }

    #[test]
    fn nothing_moves_that_would_make_it_no_better() {
        for crowd in [
            crowd(&[("A", &[1, 2]), ("B", &[3])], &[]),
            crowd(&[("A", &[1]), ("B", &[]), ("C", &[2])], &[]),
            crowd(&[("A", &[1]), ("B", &[]), ("C", &[])], &[]),
        ] {
            for name in ["A", "B", "C"] {
                assert_eq!(crowd.step(name), Step::default(), "{crowd:?}");
            }
        }
    }

    #[test]
    fn one_leaves_at_a_time_and_only_while_nothing_is_free() {
        let rich = crowd(&[("A", &[1, 2]), ("B", &[3, 4]), ("C", &[])], &[]);
        assert_eq!((rich.step("A").give, rich.step("B").give), (None, Some(4)));
        let free = crowd(&[("A", &[1, 2, 3]), ("B", &[])], &[4]);
        assert_eq!(free.step("A"), Step::default());
        assert_eq!(free.step("B").take, [4]);
    }

    /// From anywhere it comes to rest with as little moved as can be, and no two differ by more than one.
    #[test]
    fn it_comes_to_rest_from_anywhere() {
        for members in 1..=5_u32 {
            for chains in 0..=7_u32 {
                for seed in 0..(members + 1).pow(chains.min(4)) {
                    let mut crowd = Crowd::default();
                    for member in 0..members {
                        crowd.members.insert(format!("R{member}"), BTreeSet::new());
                    }
                    let mut rest = seed;
                    for chain in 0..u64::from(chains) {
                        let owner = rest % (members + 1);
                        rest /= members + 1;
                        match crowd.members.get_mut(&format!("R{owner}")) {
                            Some(of) => drop(of.insert(chain)),
                            None => drop(crowd.free.insert(chain)),
                        }
                    }
                    let too_much: usize = spread(&crowd)
                        .iter()
                        .map(|count| count.saturating_sub(chains as usize / members as usize))
                        .sum();
                    let looks = settle(&mut crowd);
                    let counts = spread(&crowd);
                    assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{crowd:?}");
                    assert!(looks <= 2 * too_much + 1, "{looks} looks for {too_much}: {crowd:?}");
                }
            }
        }
    }
}
