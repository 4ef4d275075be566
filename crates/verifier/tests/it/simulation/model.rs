//! The model of the verifier: what it was told, and what has to follow.

use super::{
    heads::Climb,
    known::{Known, News},
    world::World,
};
use causeway_verifier::{Header, Step, View};

/// What is known of a chain before a step.
#[derive(Clone, Copy, Debug)]
struct Before {
    first: u64,
    first_at: u64,
    tip_at: u64,
    verified_at: Option<u64>,
}

/// All chains, in the order of the world's.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) known: Vec<Known>,
    /// What is known as of the last step, for what a step may prune.
    before: Vec<Option<Before>>,
    has_changes: bool,
    /// Questions that the verifier had to answer itself.
    pub(super) asked: u64,
    pub(super) pruned: u64,
}

impl Model {
    pub(super) fn new(chains: usize) -> Self {
        let before = vec![None; chains];
        Self { known: vec![Known::default(); chains], before, has_changes: false, asked: 0, pruned: 0 }
    }

    pub(super) fn take(&mut self, place: usize, news: &News) {
        self.has_changes |= self.known[place].take(news);
    }

    /// Ends a step: works out what must follow, and compares.
    pub(super) fn end_step(&mut self, world: &World, step: &Step) {
        if self.has_changes {
            for known in &mut self.known {
                known.written = (known.local_safe, known.finalized);
            }
        }
        self.check_pruning(world, &step.view);
        for (place, known) in self.known.iter().enumerate() {
            let id = world.nodes[place].id;
            assert_eq!(step.adrift.contains_key(&id), known.is_adrift, "whether the news of chain {id} fit");
            let removed = step.removed.iter().find(|(chain, _)| *chain == id).map(|(_, from)| *from);
            assert_eq!(removed, known.removed_from, "the removed blocks of chain {id}");
        }
        self.work_out(world, &step.view);
        for fallen in &step.fallen {
            assert!(step.view.fallen().contains(fallen), "what was found to fall does");
        }
        (self.has_changes, self.before) = (false, self.known.iter().map(before).collect());
        for known in &mut self.known {
            (known.is_adrift, known.removed_from) = (false, None);
        }
    }

    /// The verifier goes on from what it has written.
    pub(super) fn restart(&mut self, world: &World, view: &View) {
        self.known.iter_mut().for_each(Known::restart);
        self.work_out(world, view);
        self.before = self.known.iter().map(before).collect();
    }

    fn work_out(&mut self, world: &World, view: &View) {
        for known in &mut self.known {
            // Whatever the node says now, what was final is on L1.
            known.local_safe = known.confirmed(known.labels.0, known.local_safe).max(known.finalized);
        }
        let climb = Climb { world, known: &self.known, view, heads: Vec::new(), asked: 0 };
        let (heads, asked) = climb.work_out();
        self.asked += asked;
        for (known, heads) in self.known.iter_mut().zip(heads) {
            known.heads = heads;
            let finalized = known.confirmed(known.labels.1, known.finalized);
            known.finalized = finalized.max(known.finalized).min(heads.safe);
        }
        self.compare(world, view);
    }

    fn compare(&self, world: &World, view: &View) {
        for (node, known) in world.nodes.iter().zip(&self.known) {
            let (id, status) = (node.id, view.chain(node.id).expect("a member"));
            let header = |number| -> Option<Header> { known.header(number) };
            let heads = &status.heads;
            assert_eq!(heads.local_unsafe, known.tip().map(|tip| *tip.header()), "unsafe head of {id}");
            assert_eq!(heads.cross_unsafe, header(known.heads.cross_unsafe), "cross-unsafe head of {id}");
            assert_eq!(heads.local_safe, header(known.local_safe), "local-safe head of {id}");
            assert_eq!(heads.safe, header(known.heads.safe), "safe head of {id}");
            assert_eq!(heads.finalized, header(known.finalized), "finalized head of {id}");
            let fallen: Vec<Header> =
                view.fallen().iter().filter(|block| block.chain_id == id).map(|block| block.header).collect();
            let expected: Vec<Header> = header(known.heads.fallen).into_iter().collect();
            assert_eq!(fallen, expected, "fallen block of {id}, of {:?}", view.fallen());
            assert_eq!(status.state, known.state, "state of {id}");
            assert_eq!(status.history_complete, known.history_complete, "history of {id}");
            assert_eq!(status.first, known.tip().and(header(Some(known.first))), "oldest block of {id}");
        }
    }

    /// Takes over what was pruned, if it was too old to be of use, and nothing else was.
    fn check_pruning(&mut self, world: &World, view: &View) {
        let is_forgotten = |known: &Known| known.removed_from == Some(0);
        let of_known = self.known.iter().zip(&self.before).filter(|(known, _)| !is_forgotten(known));
        let verified = of_known.filter_map(|(_, before)| before.as_ref()?.verified_at).min();
        let is_quiet = self.known.iter().all(|known| known.removed_from.is_none());
        for (place, known) in self.known.iter_mut().enumerate() {
            let first = view.chain(world.nodes[place].id).and_then(|status| status.first);
            let (Some(first), Some(_)) = (first, known.tip()) else { continue };
            let window = 2 * world.window;
            let bound = |before: Before| Some(before.tip_at.min(verified?).saturating_sub(window));
            let bound = self.before[place].and_then(bound).unwrap_or(0);
            let pruned: Vec<_> = known
                .blocks
                .iter()
                .filter(|block| (known.first..first.number).contains(&block.number()))
                .collect();
            self.pruned += pruned.len() as u64;
            assert!(pruned.iter().all(|block| block.timestamp() < bound), "a block was pruned too early");
            let expected = match self.before[place] {
                Some(before) if self.has_changes && before.first_at < bound => known
                    .blocks
                    .iter()
                    .filter(|block| block.number() >= before.first)
                    .find(|block| block.timestamp() >= bound)
                    .map_or(known.first, |block| block.number()),
                _ => known.first,
            };
            if is_quiet {
                assert_eq!(first.number, expected, "what is left after pruning");
            }
            known.first = known.first.max(first.number);
        }
    }
}

fn before(known: &Known) -> Option<Before> {
    let first_at = known.block(known.first)?.timestamp();
    let tip_at = known.tip()?.timestamp();
    let verified_at = known.header(known.heads.cross_unsafe).map(|header| header.timestamp);
    Some(Before { first: known.first, first_at, tip_at, verified_at })
}
