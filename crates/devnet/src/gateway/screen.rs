use super::{
    Fault, Refusal,
    clock::ChainClock,
    decision::When,
    source::{BlockFact, FactError, Source},
    transaction::Declared,
};
use alloy::primitives::U256;
use causeway_interop::{
    Access, BlockPosition, Claim, DependencySet, Facts, InvalidReason, LogFact, SourceBlock, Verdict,
    decode_access_list, rules,
};
use futures::{StreamExt, stream};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// How many blocks of other chains are read at a time for one transaction.
const CONCURRENT_READS: usize = 16;

/// Checks the executing messages of transactions for one chain.
#[derive(Debug)]
pub(crate) struct Screen {
    chain_id: u64,
    set: Arc<DependencySet>,
    sources: Arc<HashMap<u64, Arc<Source>>>,
    clock: Arc<ChainClock>,
}

/// Where in time, and on which blocks, transactions will execute.
#[derive(Clone, Copy, Debug)]
struct Moment {
    timestamp: u64,
    /// The newest block of this chain that will still be there, when not all of them will.
    last_block: Option<BlockPosition>,
}

impl Screen {
    pub(crate) const fn new(
        chain_id: u64,
        set: Arc<DependencySet>,
        sources: Arc<HashMap<u64, Arc<Source>>>,
        clock: Arc<ChainClock>,
    ) -> Self {
        Self { chain_id, set, sources, clock }
    }

    /// Checks calls, each with the block that its transactions go into and what they declare.
    ///
    /// Every block that is named is read once. A call's first untruth is its answer.
    pub(super) async fn check(&self, calls: &[(When, &[Declared])]) -> Vec<Result<(), Fault>> {
        let calls: Vec<_> = calls.iter().map(|(when, declared)| (*when, decode(declared))).collect();
        let (next, blocks) = tokio::join!(self.next(&calls), read(self.named(&calls)));
        let mut answers = Vec::with_capacity(calls.len());
        for (when, decoded) in calls {
            let moment = match when {
                When::Next => next.clone(),
                When::Reorg { depth } => self.moment_of_reorg(depth).await.map_err(cannot_verify),
            };
            answers.push(decoded.and_then(|transactions| {
                let moment = moment?;
                transactions.iter().try_for_each(|accesses| self.check_transaction(accesses, &blocks, moment))
            }));
        }
        answers
    }

    async fn next<T>(&self, calls: &[(When, T)]) -> Result<Moment, Fault> {
        if calls.iter().all(|(when, _)| *when != When::Next) {
            return Ok(Moment { timestamp: 0, last_block: None });
        }
        let timestamp = self.clock.next_timestamp().await.map_err(cannot_verify)?;
        Ok(Moment { timestamp, last_block: None })
    }

    /// Replaced blocks start at the timestamp of the last one that stays.
    async fn moment_of_reorg(&self, depth: u64) -> Result<Moment, FactError> {
        let nothing = BlockPosition::default();
        let Some(source) = self.sources.get(&self.chain_id) else {
            return Ok(Moment { timestamp: 0, last_block: Some(nothing) });
        };
        let number = source.head().await?.number.saturating_sub(depth);
        let last = source.position(number).await?.unwrap_or(nothing);
        Ok(Moment { timestamp: last.timestamp, last_block: Some(last) })
    }

    fn check_transaction(&self, accesses: &[Access], blocks: &Blocks, moment: Moment) -> Result<(), Fault> {
        for (index, access) in accesses.iter().enumerate() {
            // Without a fact the claim shows by itself that it cannot be valid: its chain is not followed.
            let fact = key(access).and_then(|key| blocks.get(&key)).map(Result::as_ref).transpose();
            self.check_access(access, fact.map_err(Fault::clone)?, moment)
                .map_err(|verdict| Refusal::new(index, access, verdict).fault())?;
        }
        Ok(())
    }

    /// Applies the rules.
    ///
    /// The executing timestamp is known by its lower bound only. A message that is newer is therefore judged as of its
    /// own timestamp, and if nothing else is wrong with it the answer is *not yet*.
    fn check_access(&self, access: &Access, fact: Option<&BlockFact>, moment: Moment) -> Result<(), Verdict> {
        let executed = moment.timestamp.max(access.timestamp);
        let claim = Claim::declared(U256::from(self.chain_id), executed, *access);
        let block = fact.map_or(SourceBlock::Uninitialized, |fact| self.source_block(fact, access, moment));
        match rules::check(&claim, &self.set, &Facts::new(block)) {
            Verdict::Valid if executed > moment.timestamp => {
                let (initiated, executed) = (access.timestamp, moment.timestamp);
                Err(InvalidReason::FutureMessage { initiated, executed }.into())
            }
            Verdict::Valid => Ok(()),
            other => Err(other),
        }
    }

    fn source_block(&self, fact: &BlockFact, access: &Access, moment: Moment) -> SourceBlock {
        match (fact, moment.last_block) {
            (_, Some(head))
                if access.chain_id == U256::from(self.chain_id) && access.block_number > head.number =>
            {
                SourceBlock::Future { head }
            }
            (BlockFact::Future { head }, _) => SourceBlock::Future { head: *head },
            (BlockFact::Known { timestamp, logs }, _) => {
                let log = usize::try_from(access.log_index).ok().and_then(|index| logs.get(index));
                SourceBlock::Known { timestamp: *timestamp, log: log.copied().map(LogFact::Hash) }
            }
        }
    }

    /// The blocks that are named, and who knows them.
    fn named(&self, calls: &[(When, Result<Vec<Vec<Access>>, Fault>)]) -> BTreeMap<BlockKey, Arc<Source>> {
        let accesses = calls.iter().filter_map(|(_, decoded)| decoded.as_ref().ok()).flatten().flatten();
        let known = |key: BlockKey| Some((key, self.sources.get(&key.0)?.clone()));
        accesses.filter_map(key).filter_map(known).collect()
    }
}

/// Reads every block that is named, each once.
async fn read(named: BTreeMap<BlockKey, Arc<Source>>) -> Blocks {
    let reads = named.into_iter().map(|(key, source)| async move {
        let fact = source.block(key.1).await;
        (key, fact.map_err(cannot_verify))
    });
    stream::iter(reads).buffer_unordered(CONCURRENT_READS).collect().await
}

/// A chain and the number of a block.
type BlockKey = (u64, u64);

/// What the sources know of the blocks that are named, by chain and number.
type Blocks = BTreeMap<BlockKey, Result<BlockFact, Fault>>;

fn key(access: &Access) -> Option<BlockKey> {
    Some((u64::try_from(access.chain_id).ok()?, access.block_number))
}

/// Decodes what each transaction of a call declares.
fn decode(declared: &[Declared]) -> Result<Vec<Vec<Access>>, Fault> {
    let decode =
        |keys: &Declared| decode_access_list(keys).map_err(|error| Refusal::malformed(&error, keys).fault());
    declared.iter().map(decode).collect()
}

/// A fault while reading facts says nothing about the message.
fn cannot_verify(error: impl std::fmt::Display) -> Fault {
    Fault::internal(format!("interop: cannot verify the access list: {error}"))
}
