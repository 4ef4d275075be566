//! Whether blocks fall for the reasons that are given.

use super::{
    cycles::{self, Together},
    known::Known,
    node::Sealed,
    rules::{Opinion, opinion_of_executed},
    world::World,
};
use causeway_verifier::{Cause, FallenBlock, View};
use std::{collections::BTreeSet, sync::Arc};

/// Checks the cause of every block that falls. `news` are those that fall since the last step.
pub(super) fn check(world: &World, known: &[Known], view: &View, news: &[FallenBlock]) {
    let mut justified = BTreeSet::new();
    loop {
        let before = justified.len();
        for fallen in view.fallen() {
            if is_justified(world, known, view, fallen, news.contains(fallen), &justified) {
                justified.insert(fallen.chain_id);
            }
        }
        if justified.len() == before {
            break;
        }
    }
    let unjust: Vec<_> =
        view.fallen().iter().filter(|fallen| !justified.contains(&fallen.chain_id)).collect();
    assert!(unjust.is_empty(), "these blocks fall without their cause: {unjust:?}");
}

fn is_justified(
    world: &World,
    known: &[Known],
    view: &View,
    fallen: &FallenBlock,
    is_news: bool,
    justified: &BTreeSet<alloy_primitives::U256>,
) -> bool {
    let place = world.place(fallen.chain_id).expect("a chain");
    let block = known[place].block(fallen.header.number).expect("it is known");
    assert_eq!(block.deposit_logs, fallen.deposit_logs, "what deposits emitted");
    match &fallen.cause {
        Cause::Message { log_index, message, reason } => {
            assert!(block.executing.contains(&(*log_index, *message)), "the block executes the message");
            match opinion_of_executed(world, known, fallen.chain_id, block.timestamp(), message) {
                Opinion::Invalid(broken) => !is_news || broken.contains(&reason.code()),
                // What it was found by may be pruned or forgotten since.
                Opinion::Unknown(_) => !is_news,
                Opinion::Valid => false,
            }
        }
        Cause::DependsOn { log_index, chain_id, block_number } => {
            let message =
                block.executing.iter().find(|(at, _)| at == log_index).map(|found| found.1.identifier);
            let is_so = message.is_some_and(|id| {
                let source = view.fallen().iter().find(|source| source.chain_id == id.chain_id);
                id.chain_id == *chain_id
                    && id.block_number == *block_number
                    && source.is_some_and(|source| source.takes(id.block_number, id.log_index))
            });
            is_so && justified.contains(chain_id)
        }
        Cause::Cycle => {
            let found = cycles::search(&same_time(world, known, block));
            found.in_cycle.contains(&fallen.chain_id) || found.below_cycle.contains(&fallen.chain_id)
        }
    }
}

fn same_time(world: &World, known: &[Known], block: &Sealed) -> Together {
    let at =
        |known: &Known| known.blocks.iter().find(|other| other.timestamp() == block.timestamp()).cloned();
    let blocks = world.nodes.iter().zip(known);
    blocks.filter_map(|(node, known)| Some((node.id, at(known)? as Arc<Sealed>))).collect()
}
