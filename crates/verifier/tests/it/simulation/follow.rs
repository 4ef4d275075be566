//! What is told of a chain: late, in pieces, and now and then wrong.

use super::{
    known::{Known, News},
    node::Node,
    rng::Rng,
};
use alloy_primitives::B256;
use causeway_verifier::{Header, SourceEvent, View};
use std::sync::Arc;

/// The next piece of news of a chain, of what its node has and what was told of it.
pub(super) fn next(node: &mut Node, known: &Known, window: u64, view: &View, rng: &mut Rng) -> Vec<News> {
    match rng.below(100) {
        0..70 => blocks(node, known, rng),
        70..82 => labels(node, view, rng).into_iter().collect(),
        82..92 => older(node, known, window, rng).into_iter().collect(),
        92..98 => vec![News::Other(state(rng))],
        _ => garbage(node, known, rng).into_iter().collect(),
    }
}

/// Catches up with the node, by a few blocks.
pub(super) fn blocks(node: &Node, known: &Known, rng: &mut Rng) -> Vec<News> {
    let mut news = Vec::new();
    let next = match known.tip() {
        None => start(node, rng),
        Some(tip) if node.has(tip.header()) => tip.number() + 1,
        // The reorg is overlooked: the next block stands on another one.
        Some(tip) if rng.percent(8) => tip.number() + 1,
        Some(_) => {
            let common = known
                .blocks
                .iter()
                .rev()
                .find(|block| block.number() >= known.first && node.has(block.header()));
            let event =
                common.map_or(SourceEvent::Forget, |block| SourceEvent::Reorg { ancestor: *block.header() });
            news.push(News::Other(event));
            if rng.percent(20) {
                return news;
            }
            common.map_or_else(|| start(node, rng), |block| block.number() + 1)
        }
    };
    let following = (next..).map_while(|number| node.block(number)).take(rng.between(1, 6) as usize);
    news.extend(following.map(|block| News::Block(Arc::clone(block))));
    news
}

/// Where a chain is begun: seldom at its genesis.
fn start(node: &Node, rng: &mut Rng) -> u64 {
    node.tip().number().saturating_sub(rng.between(2, 12)).max(node.genesis())
}

fn older(node: &Node, known: &Known, window: u64, rng: &mut Rng) -> Option<News> {
    let (first, tip) = (known.block(known.first)?, known.tip()?);
    if !node.has(first.header()) {
        return None;
    }
    let is_enough = first.number() == node.genesis() || first.timestamp() + window < tip.timestamp();
    if is_enough {
        return Some(News::Other(SourceEvent::HistoryComplete));
    }
    let blocks = (node.genesis()..first.number()).rev().take(rng.between(1, 4) as usize);
    Some(News::Older(blocks.filter_map(|number| node.block(number).cloned()).collect()))
}

fn labels(node: &mut Node, view: &View, rng: &mut Rng) -> Option<News> {
    let tip = node.tip().number();
    // L1 takes data back now and then, but nothing final.
    node.safe = if rng.percent(15) {
        node.safe.saturating_sub(rng.between(1, 6)).max(node.finalized)
    } else if rng.percent(25) {
        // A batch brings nearly all that is there.
        tip.saturating_sub(rng.below(6)).max(node.safe)
    } else {
        (node.safe + rng.below(8)).min(tip)
    };
    let verified = view.chain(node.id)?.heads.cross_unsafe.filter(|head| node.has(head));
    if let Some(verified) = verified.filter(|_| rng.percent(40)) {
        let most = verified.number.min(node.safe).saturating_sub(rng.between(0, 4));
        node.finalized = node.finalized.max(most);
    }
    let hash = |number| node.block(number).map(|block| (number, block.header().hash));
    let (mut safe, mut finalized) = (hash(node.safe), hash(node.finalized));
    match rng.below(20) {
        0 => safe = None,
        1 => finalized = None,
        2 => safe = safe.map(|(number, _)| (number, B256::repeat_byte(9))),
        // Another node answers, which is behind.
        3 => finalized = hash(node.finalized.saturating_sub(rng.between(1, 5)).max(node.genesis())),
        4 => safe = hash(node.finalized.saturating_sub(rng.between(1, 5)).max(node.genesis())),
        _ => {}
    }
    Some(News::Other(SourceEvent::Labels { safe, finalized }))
}

fn state(rng: &mut Rng) -> SourceEvent {
    match rng.below(20) {
        0..5 => SourceEvent::Offline { reason: Arc::from("it is away") },
        5..10 => SourceEvent::Stale,
        10 => SourceEvent::Suspended { reason: Arc::from("it is not to be followed") },
        11..13 => SourceEvent::Forget,
        _ => SourceEvent::Online,
    }
}

/// News that do not fit.
fn garbage(node: &Node, known: &Known, rng: &mut Rng) -> Option<News> {
    let tip = known.tip()?;
    match rng.below(4) {
        0 => node.block(tip.number() + 2).map(|block| News::Block(Arc::clone(block))),
        1 => Some(News::Block(Arc::clone(tip))),
        2 => Some(News::Older(vec![Arc::clone(tip)])),
        _ => {
            let ancestor = Header { hash: B256::repeat_byte(5), ..*tip.header() };
            Some(News::Other(SourceEvent::Reorg { ancestor }))
        }
    }
}
