//! Access lists by chance, and what has to be answered.

use super::{
    known::Known,
    node::Sealed,
    rng::Rng,
    rules::{self, Claimed, Executing, Opinion, is_there},
    world::World,
};
use alloy_primitives::{B256, U256};
use causeway_interop::{Access, Checksum, SafetyLevel};
use causeway_verifier::{ExecutingDescriptor, SourceState};
use std::sync::Arc;

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) accesses: Vec<Access>,
    /// What ends the list in disorder, and the name of the error.
    disorder: Option<(Vec<B256>, &'static str)>,
    pub(super) level: SafetyLevel,
    pub(super) executing: ExecutingDescriptor,
}

/// What has to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Admitted,
    /// With this code, and one of these names.
    Refused(i32, Vec<&'static str>),
    /// What was found before it was pruned may still count, or may not.
    Either,
}

const RETRY: i32 = -320400;
const FUTURE: i32 = -321401;

impl Query {
    pub(super) fn entries(&self) -> Vec<B256> {
        let entries = self.accesses.iter().flat_map(Access::entries);
        entries.chain(self.disorder.iter().flat_map(|(entries, _)| entries.iter().copied())).collect()
    }

    /// A request that means the blocks of `world` and `known`, and those that went away of late.
    pub(super) fn random(
        world: &World,
        known: &[Known],
        lost: &[(U256, Arc<Sealed>)],
        rng: &mut Rng,
    ) -> Self {
        let mut accesses = Vec::new();
        for _ in 0..rng.between(1, 5) {
            if let Some(access) = access(world, known, lost, rng) {
                accesses.push(access);
                if rng.percent(3) {
                    accesses.push(twin(&access, world, rng));
                }
                if !rng.percent(40) {
                    break;
                }
            }
        }
        let newest = accesses.iter().map(|access| access.timestamp).max().unwrap_or(world.now);
        let timestamp = match rng.below(10) {
            0 => newest,
            1 => newest.saturating_sub(1),
            2 => newest.saturating_add(world.window),
            3 => newest.saturating_add(world.window + 1),
            4 => world.now,
            5 => world.now + 2,
            6 if rng.percent(10) => u64::MAX,
            _ => newest.saturating_add(rng.between(1, world.window)),
        };
        let timeout = match rng.below(12) {
            0 => rng.between(1, 5),
            1 => rng.between(1, world.window),
            2 if rng.percent(20) => u64::MAX,
            _ => 0,
        };
        let chain_id = match rng.pick(&world.nodes) {
            Some(node) if !rng.percent(2) => node.id,
            _ => U256::from(778),
        };
        let executing = ExecutingDescriptor { chain_id, timestamp, timeout };
        let level = if rng.percent(60) {
            SafetyLevel::Unsafe
        } else {
            *rng.pick(&SafetyLevel::ALL).expect("there are levels")
        };
        Self { accesses, disorder: rng.percent(4).then(|| disorder(rng)), level, executing }
    }

    /// What the model answers.
    pub(super) fn expected(
        &self,
        world: &World,
        known: &[Known],
        forbids_same_time: bool,
        failsafe: bool,
    ) -> Expected {
        if failsafe {
            return Expected::Refused(-320602, vec!["failsafe"]);
        }
        let ExecutingDescriptor { chain_id, timestamp, timeout } = self.executing;
        let executing = Executing { chain_id, timestamp, timeout, forbids_same_time };
        if let Some((_, name)) = &self.disorder {
            return Expected::Refused(-32602, vec![name]);
        }
        let answers: Vec<_> =
            self.accesses.iter().map(|access| self.expected_of(world, known, &executing, access)).collect();
        let is_hopeless = |answer: &&Expected| matches!(answer, Expected::Refused(code, _) if ![RETRY, FUTURE].contains(code));
        let hopeless = answers.iter().find(is_hopeless);
        let first = hopeless.or_else(|| answers.iter().find(|answer| **answer != Expected::Admitted));
        first.cloned().unwrap_or(Expected::Admitted)
    }

    fn expected_of(
        &self,
        world: &World,
        known: &[Known],
        executing: &Executing,
        access: &Access,
    ) -> Expected {
        let at = |timestamp| {
            let executing = Executing { timestamp, ..*executing };
            rules::opinion(world, known, &executing, Claimed::Declared(access))
        };
        let mut opinion = at(executing.timestamp);
        let mut early = None;
        if let Opinion::Invalid(broken) = &mut opinion {
            // From when on no rule is broken but those that no later time mends.
            let begin = rules::active_from(world, executing.chain_id).max(executing.timestamp);
            let after = access.timestamp.saturating_add(executing.forbids_same_time.into());
            match at(begin.max(after)) {
                Opinion::Invalid(then) => broken.extend(then),
                then => {
                    early = Some(std::mem::take(broken));
                    opinion = then;
                }
            }
        }
        match opinion {
            Opinion::Valid => {}
            Opinion::Invalid(broken) => {
                let begin = rules::active_from(world, executing.chain_id).max(executing.timestamp);
                let after = access.timestamp.saturating_add(executing.forbids_same_time.into());
                let executing = Executing { timestamp: begin.max(after), ..*executing };
                let by_itself = rules::claims(world, &executing, Claimed::Declared(access));
                let doubt = world.place(access.chain_id).map(|place| in_doubt(&known[place], access));
                if let Some(doubt) = doubt.filter(|doubt| by_itself.is_empty() && !doubt.is_empty()) {
                    return Expected::Refused(RETRY, doubt);
                }
                let of_chains = ["unknown-chain", "not-a-dependency"];
                let code = if broken.iter().any(|rule| of_chains.contains(rule)) { -320501 } else { -320600 };
                return Expected::Refused(code, broken);
            }
            Opinion::Unknown("history-not-known") => {
                let place = world.place(access.chain_id).expect("a chain");
                return if is_there(&known[place], Claimed::Declared(access), true) {
                    Expected::Either
                } else {
                    Expected::Refused(RETRY, vec!["history-not-known"])
                };
            }
            Opinion::Unknown("block-not-known") => return Expected::Refused(FUTURE, vec!["block-not-known"]),
            Opinion::Unknown(missing) => return Expected::Refused(RETRY, vec![missing]),
        }
        let place = world.place(access.chain_id).expect("it is valid");
        let known = &known[place];
        let head = match self.level {
            SafetyLevel::Unsafe => known.tip().map(|tip| tip.number()),
            SafetyLevel::CrossUnsafe => known.heads.cross_unsafe,
            SafetyLevel::LocalSafe => known.local_safe,
            SafetyLevel::Safe => known.heads.safe,
            SafetyLevel::Finalized => known.finalized,
        };
        if Some(access.block_number) > head {
            return Expected::Refused(FUTURE, vec!["not-safe-enough"]);
        }
        if let Some(early) = early {
            return Expected::Refused(FUTURE, early);
        }
        match in_doubt(known, access) {
            doubt if doubt.is_empty() => Expected::Admitted,
            doubt => Expected::Refused(RETRY, doubt),
        }
    }
}

/// Why what is known of the block proves nothing and refutes nothing.
fn in_doubt(known: &Known, access: &Access) -> Vec<&'static str> {
    let mut why = Vec::new();
    match known.state {
        SourceState::Suspended { .. } => why.push("suspended"),
        SourceState::Stale { .. } if Some(access.block_number) > known.finalized => why.push("stale"),
        _ => {}
    }
    if falls(known, access) {
        why.push("falling");
    }
    why
}

/// Whether the declared log is in a block that falls, or above one, and not one of those that remain.
fn falls(known: &Known, access: &Access) -> bool {
    let Some(block) = known.heads.fallen.and_then(|number| known.block(number)) else { return false };
    let survives = access.block_number == block.number() && access.log_index < block.deposit_logs;
    access.block_number >= block.number() && !survives
}

fn access(world: &World, known: &[Known], lost: &[(U256, Arc<Sealed>)], rng: &mut Rng) -> Option<Access> {
    let place = rng.below(world.nodes.len() as u64) as usize;
    let (mut id, block) = match rng.below(10) {
        0 => {
            let (id, block) = rng.pick(lost)?;
            (*id, Arc::clone(block))
        }
        1 => (world.nodes[place].id, Arc::clone(rng.pick(&world.nodes[place].blocks)?)),
        2..7 => {
            let blocks = &known[place].blocks;
            let newest = &blocks[blocks.len().saturating_sub(12)..];
            (world.nodes[place].id, Arc::clone(rng.pick(newest)?))
        }
        // At the ends of levels.
        7 => {
            let known = &known[place];
            let heads = [known.finalized, known.local_safe, known.heads.safe, known.heads.fallen];
            let number = (*rng.pick(&heads)?)? + rng.below(2);
            (world.nodes[place].id, Arc::clone(known.block(number)?))
        }
        _ => (world.nodes[place].id, Arc::clone(rng.pick(&known[place].blocks)?)),
    };
    if rng.percent(1) {
        id = U256::from(777);
    }
    let log_index = rng.below(block.logs.len().max(1) as u64) as u32;
    let mut access = *block.access(log_index)?;
    access.chain_id = id;
    if rng.percent(20) {
        match rng.below(8) {
            0 => access.timestamp += rng.between(1, 3),
            1 => access.timestamp -= rng.between(1, 3),
            2 => access.log_index += rng.between(1, 35) as u32,
            3 => access.checksum = Checksum(B256::repeat_byte(3)),
            4 => access.block_number += rng.between(1, 50),
            5 => access.block_number = access.block_number.saturating_sub(rng.between(1, 50)),
            6 => access.chain_id = rng.pick(&world.nodes)?.id,
            _ => access.timestamp = u64::MAX - rng.below(world.window * 2),
        }
    }
    Some(access)
}

/// A declaration that has another one's checksum, and names another place.
fn twin(access: &Access, world: &World, rng: &mut Rng) -> Access {
    let mut twin = *access;
    match rng.below(4) {
        0 => twin.log_index = if twin.log_index > 0 { twin.log_index - 1 } else { 1 },
        1 => twin.block_number = twin.block_number.saturating_sub(1),
        2 => twin.timestamp -= 1,
        _ => twin.chain_id = rng.pick(&world.nodes).expect("there are chains").id,
    }
    twin
}

fn disorder(rng: &mut Rng) -> (Vec<B256>, &'static str) {
    let starting = |bytes: &[u8]| {
        let mut entry = B256::ZERO;
        entry[..bytes.len()].copy_from_slice(bytes);
        entry
    };
    let lookup = starting(&[1]);
    match rng.below(5) {
        0 => (vec![lookup], "expected-entry"),
        1 => (vec![starting(&[9])], "unexpected-entry-type"),
        2 => (vec![starting(&[1, 0, 0, 1])], "malformed-entry"),
        3 => (vec![lookup, starting(&[2, 0, 0, 0, 0, 0, 0, 1])], "malformed-entry"),
        _ => (vec![lookup, lookup], "unexpected-entry-type"),
    }
}
