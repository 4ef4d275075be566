//! Who of several relayers works for which chains. Pure: all who see the same come to the same end.

use std::collections::{BTreeMap, BTreeSet};

/// One of those who are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Member {
    /// The chains that it is configured for.
    pub(crate) knows: BTreeSet<u64>,
    /// Those of them that it could work for now: their nodes answer it.
    pub(crate) able: BTreeSet<u64>,
    /// Those that it works for.
    pub(crate) has: BTreeSet<u64>,
}

/// Who is there, by what they say of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Crowd {
    pub(crate) members: BTreeMap<String, Member>,
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
    /// Free chains go, one after the other, to who has the fewest of those who are fit for it. When there is none, who has the
    /// most leaves one if somebody who is fit for it has fewer by two or more: what it leaves then makes no other one the
    /// richest, so that nothing moves twice.
    pub(crate) fn step(&self, me: &str) -> Step {
        let free = self.free();
        if free.is_empty() {
            return Step { take: Vec::new(), give: self.surplus(me) };
        }
        let mut counts: BTreeMap<&str, usize> =
            self.members.iter().map(|(name, member)| (name.as_str(), member.has.len())).collect();
        let mut take = Vec::new();
        for chain in free {
            let fit = counts.iter_mut().filter(|(name, _)| self.is_fit(&self.members[**name], chain));
            let Some((poorest, count)) = fit.min_by_key(|(name, count)| (**count, **name)) else { continue };
            *count += 1;
            if *poorest == me {
                take.push(chain);
            }
        }
        Step { take, give: None }
    }

    /// Whether this one should work for the chain, as far as it is about itself. As long as somebody else could who knows all
    /// its chains and more, it should not: it would deliver nothing that those send.
    fn is_fit(&self, one: &Member, chain: u64) -> bool {
        let knows_more = |other: &Member| {
            other.able.contains(&chain)
                && other.knows.len() > one.knows.len()
                && other.knows.is_superset(&one.knows)
        };
        one.able.contains(&chain) && !self.members.values().any(knows_more)
    }

    /// The chains that somebody could work for and nobody does.
    fn free(&self) -> BTreeSet<u64> {
        let of = |chains: fn(&Member) -> &BTreeSet<u64>| self.members.values().flat_map(chains).copied();
        let taken: BTreeSet<u64> = of(|member| &member.has).collect();
        of(|member| &member.able).filter(|chain| !taken.contains(chain)).collect()
    }

    /// A chain that this one has too much, if it is the richest that has one.
    fn surplus(&self, me: &str) -> Option<u64> {
        let givers = self.members.iter().filter(|(_, member)| self.excess(member).is_some());
        let (richest, member) = givers.max_by_key(|(name, member)| (member.has.len(), *name))?;
        if richest == me { self.excess(member) } else { None }
    }

    /// The last chain of this one that somebody should have instead: who is fit where this one is not, or has fewer by two or
    /// more.
    fn excess(&self, of: &Member) -> Option<u64> {
        let is_anothers = |chain: &&u64| {
            let is_misplaced = !self.is_fit(of, **chain);
            self.members.values().any(|other| {
                (is_misplaced || other.has.len() + 2 <= of.has.len()) && self.is_fit(other, **chain)
            })
        };
        of.has.iter().rev().find(is_anothers).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those with these chains, and chains that are free; all can work for all.
    fn crowd(members: &[(&str, &[u64])], free: &[u64]) -> Crowd {
        let able: BTreeSet<u64> = members.iter().flat_map(|(_, has)| *has).chain(free).copied().collect();
        let member = |has: &[u64]| Member {
            knows: able.clone(),
            able: able.clone(),
            has: has.iter().copied().collect(),
        };
        Crowd { members: members.iter().map(|(name, has)| ((*name).to_owned(), member(has))).collect() }
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
                    assert!(crowd.free().contains(&chain), "two take {chain}");
                    let member = crowd.members.get_mut(&name).unwrap();
                    assert!(member.able.contains(&chain), "{name} cannot work for {chain}");
                    member.has.insert(chain);
                }
                if let Some(chain) = step.give {
                    assert!(crowd.members.get_mut(&name).unwrap().has.remove(&chain), "{name} has it");
                }
            }
        }
        panic!("it does not come to rest: {crowd:?}");
    }

    fn spread(crowd: &Crowd) -> Vec<usize> {
        crowd.members.values().map(|member| member.has.len()).collect()
    }

    #[test]
    fn who_is_alone_takes_all_at_once() {
        let step = crowd(&[("A", &[])], &[1, 2, 3]).step("A");
        assert_eq!(step, Step { take: vec![1, 2, 3], give: None });
        assert_eq!(crowd(&[("A", &[1, 2, 3])], &[]).step("A"), Step::default());
    }

    #[test]
    fn who_comes_later_gets_a_share() {
        let mut crowd = crowd(&[("A", &[1, 2, 3]), ("B", &[]), ("C", &[])], &[]);
        assert_eq!(crowd.step("A").give, Some(3));
        assert_eq!((crowd.step("B"), crowd.step("C")), (Step::default(), Step::default()));
        settle(&mut crowd);
        assert_eq!(spread(&crowd), [1, 1, 1]);
        assert_eq!(crowd.members["A"].has, [1].into(), "what it had longest");
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
                    let able: BTreeSet<u64> = (0..u64::from(chains)).collect();
                    let mut crowd = Crowd::default();
                    for member in 0..members {
                        let member_of_all =
                            Member { knows: able.clone(), able: able.clone(), has: BTreeSet::new() };
                        crowd.members.insert(format!("R{member}"), member_of_all);
                    }
                    let mut rest = seed;
                    for chain in able {
                        let owner = rest % (members + 1);
                        rest /= members + 1;
                        if let Some(of) = crowd.members.get_mut(&format!("R{owner}")) {
                            of.has.insert(chain);
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

    /// A chain was added to the configuration of one so far. The other one would deliver nothing that comes from there.
    #[test]
    fn who_knows_fewer_chains_stands_by() {
        let mut crowd = crowd(&[("A", &[1]), ("B", &[2])], &[]);
        crowd.members.get_mut("A").unwrap().knows.insert(3);
        crowd.members.get_mut("A").unwrap().able.insert(3);
        assert_eq!(crowd.step("A").take, [3]);
        settle(&mut crowd);
        assert_eq!(spread(&crowd), [3, 0]);
        // As long as A can: when its node of one is away, B is better than nobody.
        crowd.members.get_mut("A").unwrap().able.remove(&2);
        assert_eq!(crowd.step("A").give, Some(2));
        settle(&mut crowd);
        assert_eq!((&crowd.members["A"].has, &crowd.members["B"].has), (&[1, 3].into(), &[2].into()));
        // B learns of it, too.
        crowd.members.get_mut("A").unwrap().able.insert(2);
        crowd.members.get_mut("B").unwrap().knows.insert(3);
        settle(&mut crowd);
        assert_eq!(spread(&crowd), [2, 1]);
    }

    /// The same from anywhere with chains that some do not know, or cannot have: it comes to rest, everything is worked for
    /// that can be, by who is fit, and no two differ by more than one in what the one could leave to the other.
    #[test]
    fn it_comes_to_rest_whoever_can_work_for_what() {
        let mut draw = 1_u64;
        let mut next = |below: u64| {
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (draw >> 33) % below
        };
        for _ in 0..3_000 {
            let mut crowd = Crowd::default();
            for member in 0..=next(4) {
                let knows: BTreeSet<u64> = (0..7).filter(|_| next(3) > 0).collect();
                let able = knows.iter().copied().filter(|_| next(4) > 0).collect();
                crowd.members.insert(format!("R{member}"), Member { knows, able, has: BTreeSet::new() });
            }
            for chain in 0..7 {
                let able: Vec<String> = crowd
                    .members
                    .iter()
                    .filter(|(_, of)| of.able.contains(&chain))
                    .map(|(name, _)| name.clone())
                    .collect();
                let owner = next(able.len() as u64 + 1) as usize;
                if let Some(name) = able.get(owner) {
                    crowd.members.get_mut(name).unwrap().has.insert(chain);
                }
            }
            settle(&mut crowd);
            assert!(crowd.free().is_empty(), "{crowd:?}");
            for rich in crowd.members.values() {
                assert!(rich.has.iter().all(|chain| crowd.is_fit(rich, *chain)), "{crowd:?}");
                for poor in crowd.members.values().filter(|poor| poor.has.len() + 2 <= rich.has.len()) {
                    assert!(!rich.has.iter().any(|chain| crowd.is_fit(poor, *chain)), "{crowd:?}");
                }
            }
        }
    }
}
