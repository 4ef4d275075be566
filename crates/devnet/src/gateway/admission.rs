use super::{
    Fault, Refusal,
    clock::ChainClock,
    source::{BlockFact, FactError, Source},
    terms::When,
    transaction::Declared,
};
use alloy::primitives::U256;
use causeway_interop::{
    Access, BlockPosition, Claim, DependencySet, Facts, LogFact, Missing, SameTimestamp, SourceBlock,
    Verdict, decode_access_list, rules,
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
pub(crate) struct Admission {
    chain_id: u64,
    rules: Rules,
    sources: Arc<HashMap<u64, Arc<Source>>>,
    clock: Arc<ChainClock>,
}

/// What a chain accepts.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Whose messages, and for how long.
    pub(crate) set: Arc<DependencySet>,
    /// Whether messages of the very second in which they are executed.
    pub(crate) same_timestamp: SameTimestamp,
}

/// Where in time, and on which blocks, transactions will execute.
#[derive(Clone, Copy, Debug)]
struct Moment {
    timestamp: u64,
    /// The newest block of this chain that will still be there, when not all of them will.
    last_block: Option<BlockPosition>,
}

impl Admission {
    pub(crate) const fn new(
        chain_id: u64,
        rules: Rules,
        sources: Arc<HashMap<u64, Arc<Source>>>,
        clock: Arc<ChainClock>,
    ) -> Self {
        Self { chain_id, rules, sources, clock }
    }

    /// Checks calls, each with the block that its transactions go into and what they declare. A call's first untruth is
    /// its answer.
    ///
    /// Where blocks come at intervals, what comes true with the next second is waited for until no block can come any more that
    /// is earlier: it goes into the same block then.
    pub(super) async fn check(&self, calls: &[(When, &[Declared])]) -> Vec<Result<(), Fault>> {
        let Checked { answers, comes_true } = self.check_from(0, calls).await;
        match comes_true {
            Some(second) if self.clock.has_intervals().await => match self.clock.reach(second).await {
                Ok(from) => self.check_from(from, calls).await.answers,
                Err(_) => answers,
            },
            _ => answers,
        }
    }

    /// Checks calls whose next block is known not to be earlier than this. Every block that is named is read once.
    async fn check_from(&self, from: u64, calls: &[(When, &[Declared])]) -> Checked {
        let calls: Vec<_> = calls.iter().map(|(when, declared)| (*when, decode(declared))).collect();
        let (next, blocks) = tokio::join!(self.next(from, &calls), read(self.named(&calls)));
        let mut checked = Checked { answers: Vec::with_capacity(calls.len()), comes_true: None };
        for (when, decoded) in calls {
            let moment = match when {
                When::Next => next.clone(),
                When::Reorg { depth } => self.moment_of_reorg(depth).await.map_err(cannot_verify),
            };
            let answer = decoded.and_then(|transactions| {
                let moment = moment?;
                self.check_call(&transactions, &blocks, moment).map_err(|untruth| match untruth {
                    Untruth::Never(fault) | Untruth::NotNow(fault) => fault,
                    Untruth::Early { fault, from } => {
                        // Longer than that nobody waits for an answer.
                        if when == When::Next && from == moment.timestamp.saturating_add(1) {
                            checked.comes_true = Some(from);
                        }
                        fault
                    }
                })
            });
            checked.answers.push(answer);
        }
        checked
    }

    async fn next<T>(&self, from: u64, calls: &[(When, T)]) -> Result<Moment, Fault> {
        if calls.iter().all(|(when, _)| *when != When::Next) {
            return Ok(Moment { timestamp: 0, last_block: None });
        }
        let timestamp = self.clock.next_timestamp().await.map_err(cannot_verify)?;
        Ok(Moment { timestamp: timestamp.max(from), last_block: None })
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

    /// Checks the transactions of a call. What cannot come true decides, however much else has to be waited for.
    fn check_call(
        &self,
        transactions: &[Vec<Access>],
        blocks: &Blocks,
        moment: Moment,
    ) -> Result<(), Untruth> {
        let mut found = Ok(());
        for (index, access) in transactions.iter().flat_map(|accesses| accesses.iter().enumerate()) {
            // Without a fact the claim shows by itself that it cannot be valid: its chain is not followed.
            let checked = match key(access).and_then(|key| blocks.get(&key)).map(Result::as_ref).transpose() {
                Ok(fact) => Untruth::of(index, access, self.check_access(access, fact, moment)),
                Err(fault) => Err(Untruth::NotNow(fault.clone())),
            };
            match checked {
                Err(never @ Untruth::Never(_)) => return Err(never),
                untruth if found.is_ok() => found = untruth,
                _ => {}
            }
        }
        found
    }

    /// Applies the rules. The executing timestamp is known by its lower bound only, so what is too early for it is not yet
    /// known.
    fn check_access(&self, access: &Access, fact: Option<&BlockFact>, moment: Moment) -> Verdict {
        let claim = Claim::declared(U256::from(self.chain_id), moment.timestamp, *access)
            .with_same_timestamp(self.rules.same_timestamp);
        let block = fact.map_or(SourceBlock::Uninitialized, |fact| self.source_block(fact, access, moment));
        rules::admit(&claim, &self.rules.set, &Facts::new(block))
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
    fn named(&self, calls: &[(When, Decoded)]) -> BTreeMap<BlockKey, Arc<Source>> {
        let accesses = calls.iter().filter_map(|(_, decoded)| decoded.as_ref().ok()).flatten().flatten();
        let known = |key: BlockKey| Some((key, self.sources.get(&key.0)?.clone()));
        accesses.filter_map(key).filter_map(known).collect()
    }
}

/// What came of a check.
struct Checked {
    answers: Vec<Result<(), Fault>>,
    /// The second with which something in it comes true, if that is the next one.
    comes_true: Option<u64>,
}

/// What is wrong with a transaction.
enum Untruth {
    /// It will not come true.
    Never(Fault),
    /// It is not known to be true.
    NotNow(Fault),
    /// It may be executed from this timestamp on.
    Early { fault: Fault, from: u64 },
}

impl Untruth {
    fn of(index: usize, access: &Access, verdict: Verdict) -> Result<(), Self> {
        let fault = || Refusal::new(index, access, verdict).fault();
        match verdict {
            Verdict::Valid => Ok(()),
            Verdict::Invalid(_) => Err(Self::Never(fault())),
            Verdict::Unknown(Missing::Time { from, .. }) => Err(Self::Early { fault: fault(), from }),
            Verdict::Unknown(_) => Err(Self::NotNow(fault())),
        }
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

/// What each transaction of a call declares, or why one declares nothing that can be checked.
type Decoded = Result<Vec<Vec<Access>>, Fault>;

fn decode(declared: &[Declared]) -> Decoded {
    let decode =
        |keys: &Declared| decode_access_list(keys).map_err(|error| Refusal::malformed(&error, keys).fault());
    declared.iter().map(decode).collect()
}

/// A fault while reading facts says nothing about the message.
fn cannot_verify(error: impl std::fmt::Display) -> Fault {
    Fault::internal(format!("interop: cannot verify the access list: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{Upstream, client};
    use alloy::primitives::{Address, B256};
    use axum::{Router, routing::post};
    use causeway_interop::{Identifier, encode_access_list, msg_hash};
    use serde_json::{Value, json};
    use tokio::net::{TcpListener, TcpSocket};

    /// A node that answers each method with what `answer` says.
    async fn node(
        chain_id: u64,
        answer: impl Fn(&str) -> String + Clone + Send + Sync + 'static,
    ) -> Upstream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().route(
            "/",
            post(async move |body: String| {
                let request: Value = serde_json::from_str(&body).unwrap();
                answer(request["method"].as_str().unwrap())
            }),
        );
        tokio::spawn(async move { axum::serve(listener, router).await });
        Upstream::new(client().unwrap(), chain_id, port).unwrap()
    }

    fn result(value: &Value) -> String {
        json!({"jsonrpc": "2.0", "id": 1, "result": value}).to_string()
    }

    fn healthy(method: &str) -> String {
        match method {
            "eth_getBlockByNumber" => {
                result(&json!({"hash": B256::repeat_byte(1), "number": "0x5", "timestamp": "0x64"}))
            }
            "eth_getLogs" => result(&json!([log("0x0")])),
            _ => result(&json!(0)),
        }
    }

    fn log(index: &str) -> Value {
        json!({"address": Address::ZERO, "topics": [], "data": "0x", "logIndex": index})
    }

    async fn check(source: Upstream, destination: Upstream, keys: Declared) -> Result<(), Fault> {
        let set = DependencySet::mesh([901, 902].map(U256::from)).unwrap();
        let sources = HashMap::from([(901, Arc::new(Source::new(source)))]);
        let clock = Arc::new(ChainClock::new(destination, crate::ChainKind::L2));
        let rules = Rules { set: Arc::new(set), same_timestamp: SameTimestamp::Forbidden };
        let admission = Admission::new(902, rules, Arc::new(sources), clock);
        admission.check(&[(When::Next, &[keys])]).await.remove(0)
    }

    /// The keys of the one message that the healthy node knows.
    fn keys() -> Declared {
        let identifier = Identifier {
            origin: Address::ZERO,
            block_number: 5,
            log_index: 0,
            // The destination's clock is this machine's, and messages expire.
            timestamp: 0x64,
            chain_id: U256::from(901),
        };
        encode_access_list([(&identifier, msg_hash(&[], &[]))])
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_no_verdict() {
        // Held, so that nobody else listens there meanwhile.
        let held = TcpSocket::new_v4().unwrap();
        held.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let gone = held.local_addr().unwrap().port();
        let gone = |chain_id| Upstream::new(client().unwrap(), chain_id, gone).unwrap();
        let error = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}"#;
        let mut sources = vec![gone(901)];
        for answer in ["", "[]", "null", "<html>", error, r#"{"result":{}}"#, r#"{"result":7}"#] {
            sources.push(node(901, move |_| answer.to_owned()).await);
        }
        // Half healthy: logs that do not come, or not in order.
        for logs in [error.to_owned(), result(&json!([log("0x1")])), result(&json!([log("0x0"), log("0x0")]))]
        {
            let answer =
                move |method: &str| if method == "eth_getLogs" { logs.clone() } else { healthy(method) };
            sources.push(node(901, answer).await);
        }
        for source in sources {
            let fault = check(source, node(902, healthy).await, keys()).await.unwrap_err();
            assert_eq!(fault.code, -32603, "{fault:?}");
            assert!(fault.message.starts_with("interop: cannot verify the access list: "), "{fault:?}");
        }
        let fault = check(node(901, healthy).await, gone(902), keys()).await.unwrap_err();
        assert_eq!(fault.code, -32603, "{fault:?}");
    }

    #[tokio::test]
    async fn facts_reach_the_rules() {
        // Everything about the message is right but its age.
        let fault = check(node(901, healthy).await, node(902, healthy).await, keys()).await.unwrap_err();
        assert_eq!(fault.data.unwrap()["rule"], "expired");
    }
}
