//! Whether a message is valid, by the words of the protocol.

use super::{known::Known, node::Sealed, world::World};
use alloy_primitives::U256;
use causeway_interop::{Access, ExecutingMessage};

/// Who executes, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Executing {
    pub(super) chain_id: U256,
    pub(super) timestamp: u64,
    pub(super) timeout: u64,
    /// Whether messages of the second in which they are executed are forbidden.
    pub(super) forbids_same_time: bool,
}

/// What the rules say of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Opinion {
    Valid,
    /// Every rule that it breaks.
    Invalid(Vec<&'static str>),
    Unknown(&'static str),
}

/// A message that somebody speaks of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Claimed<'a> {
    Declared(&'a Access),
    Executed(&'a ExecutingMessage),
}

impl Claimed<'_> {
    /// Chain, block and timestamp.
    const fn position(&self) -> (U256, u64, u64) {
        match self {
            Self::Declared(access) => (access.chain_id, access.block_number, access.timestamp),
            Self::Executed(ExecutingMessage { identifier: id, .. }) => {
                (id.chain_id, id.block_number, id.timestamp)
            }
        }
    }

    const fn log_index(&self) -> u32 {
        match self {
            Self::Declared(access) => access.log_index,
            Self::Executed(message) => message.identifier.log_index,
        }
    }

    /// Whether a block has this very log in its place.
    fn is_in(&self, block: &Sealed) -> bool {
        self.log_index() < block.logs.len() as u32
            && match self {
                Self::Declared(access) => block.access(access.log_index) == Some(access),
                Self::Executed(message) => block.message(message.identifier.log_index) == **message,
            }
    }
}

/// The opinion on a message.
pub(super) fn opinion(
    world: &World,
    known: &[Known],
    executing: &Executing,
    claimed: Claimed<'_>,
) -> Opinion {
    let mut broken = claims(world, executing, claimed);
    let missing = match world.place(claimed.position().0) {
        Some(place) => source(&known[place], claimed, &mut broken),
        None => None,
    };
    match missing {
        _ if !broken.is_empty() => Opinion::Invalid(broken),
        Some(missing) => Opinion::Unknown(missing),
        None => Opinion::Valid,
    }
}

/// The opinion on a message that a block executes.
pub(super) fn opinion_of_executed(
    world: &World,
    known: &[Known],
    chain_id: U256,
    timestamp: u64,
    message: &ExecutingMessage,
) -> Opinion {
    let executing = Executing { chain_id, timestamp, timeout: 0, forbids_same_time: false };
    opinion(world, known, &executing, Claimed::Executed(message))
}

/// When a chain begins to execute messages.
pub(super) fn active_from(world: &World, chain_id: U256) -> u64 {
    let member = world.place(chain_id).map(|place| &world.nodes[place].member);
    member.filter(|member| member.activation > 0).map_or(0, |member| member.activation + member.block_time)
}

/// What is wrong whatever the chains say.
pub(super) fn claims(world: &World, executing: &Executing, claimed: Claimed<'_>) -> Vec<&'static str> {
    let mut broken = Vec::new();
    let (source, _, initiated) = claimed.position();
    let at = executing.timestamp;
    let places = (world.place(executing.chain_id), world.place(source));
    match places {
        (Some(here), Some(there)) if !world.accepts(here, there) => broken.push("not-a-dependency"),
        (Some(_), Some(_)) => {}
        _ => broken.push("unknown-chain"),
    }
    if places.0.is_some_and(|here| !world.is_active(here, at)) {
        broken.push("executed-too-early");
    }
    if places.1.is_some_and(|there| !world.is_active(there, initiated)) {
        broken.push("initiated-too-early");
    }
    if initiated > at {
        broken.push("future-message");
    }
    if initiated == at && executing.forbids_same_time {
        broken.push("same-timestamp");
    }
    // In 128 bits nothing overflows.
    let [at, initiated, timeout, window] = [at, initiated, executing.timeout, world.window].map(u128::from);
    let max = u128::from(u64::MAX);
    if initiated + window > max || at + timeout > max {
        broken.push("timestamp-overflow");
    }
    if at > initiated + window {
        broken.push("expired");
    }
    if at + timeout > initiated + window {
        broken.push("expires-before-timeout");
    }
    broken
}

/// What the source chain says: what is missing, or what is wrong.
fn source(known: &Known, claimed: Claimed<'_>, broken: &mut Vec<&'static str>) -> Option<&'static str> {
    let (Some(tip), Some(first)) = (known.tip(), known.block(known.first)) else {
        return Some("chain-not-known");
    };
    let (_, number, timestamp) = claimed.position();
    if number > tip.number() {
        if tip.timestamp() > timestamp {
            broken.push("block-conflict");
        }
        return Some("block-not-known");
    }
    if number < first.number() {
        if first.timestamp() < timestamp {
            broken.push("block-conflict");
        }
        return Some("history-not-known");
    }
    let block = known.block(number)?;
    if block.timestamp() != timestamp {
        broken.push("timestamp-mismatch");
    }
    if claimed.log_index() as usize >= block.logs.len() {
        broken.push("log-not-found");
    } else if block.timestamp() == timestamp && !claimed.is_in(block) {
        broken.push("checksum-mismatch");
    }
    None
}

/// Whether the log is on its chain, or, where that is asked, was before it was pruned.
pub(super) fn is_there(known: &Known, claimed: Claimed<'_>, with_pruned: bool) -> bool {
    let (_, number, _) = claimed.position();
    let block = if with_pruned { known.ever(number) } else { known.block(number) };
    block.is_some_and(|block| claimed.is_in(block))
}
