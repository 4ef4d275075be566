//! What a killed verifier leaves behind. The process is this test binary, running the ignored test below in a directory of
//! its own; the nodes that it follows are in this one.

use super::world::{A, B, Running, World, config, executing, extend, id, push_executing, status};
use alloy_primitives::B256;
use causeway_chain::{
    HeadSource,
    test_utils::{FakeChain, PATIENCE},
};
use causeway_verifier::{
    Core, Header, IndexedBlock, LogIndex, Marks, SourceConfig, SourceEvent, VerifierConfig,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Stdio,
    sync::Arc,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

const INDEX: &str = "verifier.db";
/// What the process has to know, and by which it knows that it may work here: the endpoints.
const NODES: &str = "nodes";
/// What it says at every view that differs from the one before.
const VIEW: &str = "a view;";
/// What it says when it has everything.
const READY: &str = "ready;";
/// What it says when its index failed, and everything is refused.
const FAILED: &str = "failed;";
const CHAINS: [u64; 2] = [A, B];

struct Process {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(directory: &Path) -> Self {
        Self::start_by("exec \"$0\" \"$@\"", directory)
    }

    /// Has the shell start it.
    fn start_by(script: &str, directory: &Path) -> Self {
        let mut child = Command::new("sh")
            .args(["-c", script])
            .arg(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "service::kill::child_verifies",
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, output }
    }

    /// Waits until it says one of these words, and returns which.
    async fn wait_for(&mut self, words: &[&'static str]) -> &'static str {
        let found = async {
            while let Some(line) = self.output.next_line().await.unwrap() {
                if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                    return *word;
                }
            }
            panic!("the process ended before any of {words:?}");
        };
        timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("it never said any of {words:?}"))
    }

    /// Kills it without warning (SIGKILL where there are signals).
    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "the other process of a_verifier_that_is_killed_leaves_a_sound_index"]
async fn child_verifies() {
    let Ok(nodes) = std::fs::read_to_string(NODES) else { return };
    let source = |(chain, endpoint): (u64, &str)| SourceConfig {
        heads: HeadSource::Poll,
        ..SourceConfig::new(chain, endpoint.parse::<causeway_chain::Endpoint>().unwrap())
    };
    let sources = CHAINS.into_iter().zip(nodes.lines()).map(source).collect();
    // Small batches: many moments to be killed at.
    let config = VerifierConfig { index: Some(INDEX.into()), batch: 3, concurrency: 2, ..config(sources, 0) };
    let running = Running::start(config);
    let mut views = running.verifier.views();
    loop {
        println!("{VIEW}");
        let view = Arc::clone(&views.borrow_and_update());
        if CHAINS.iter().all(|chain| status(&view, *chain).is_ready()) {
            println!("{READY}");
        }
        let failed = "suspended: the verifier's index failed";
        if CHAINS.iter().all(|chain| status(&view, *chain).state.to_string() == failed) {
            println!("{FAILED}");
        }
        views.changed().await.unwrap();
    }
}

/// The chains grow and are reorganised, and their blocks execute messages of each other.
fn live(world: &World, round: u64) {
    for (chain, other) in [(A, B), (B, A)] {
        let source = world[other].chain();
        world[chain].change(|chain| {
            if round % 3 == 1 {
                chain.branch += 1;
                let depth = 1 + round % 5;
                // Nothing that was executed goes: the messages are of final blocks.
                chain.rewind(chain.head().number - depth);
            }
            extend(chain, 4);
            let finalized = source.finalized.unwrap();
            push_executing(chain, vec![executing(&source, finalized - round % 7, 0)]);
            extend(chain, 4);
            chain.safe = Some(chain.head().number - 6);
            chain.finalized = Some(chain.head().number - 12);
        });
    }
}

#[tokio::test]
async fn a_verifier_that_is_killed_leaves_a_sound_index() {
    let kills = deep_kills().unwrap_or(12);
    let directory = tempfile::tempdir().unwrap();
    let world = World::of(CHAINS.map(|id| super::world::chain(id, 150, 120))).await;
    let nodes: Vec<_> =
        CHAINS.iter().map(|chain| world[*chain].node.endpoint().expose().to_owned()).collect();
    std::fs::write(directory.path().join(NODES), nodes.join("\n")).unwrap();

    let mut all = Seen::default();
    let mut dice = 901_902_u64;
    let mut unfinished = 0;
    for round in 0..kills {
        all.note(&world);
        let mut process = Process::start(directory.path());
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for view in 0..=(dice >> 33) % 24 {
            // In the midst of it the nodes' chains may change, and there is always more to come.
            if process.wait_for(&[VIEW, READY]).await == READY || view == 7 {
                live(&world, round);
                all.note(&world);
            }
        }
        process.kill().await;
        unfinished += u64::from(!all.check(&directory.path().join(INDEX), &world));
        live(&world, round + 100);
    }
    assert!(unfinished > kills / 3, "only {unfinished} of {kills} kills came in the midst of it");

    all.note(&world);
    let mut process = Process::start(directory.path());
    process.wait_for(&[READY]).await;
    process.kill().await;
    // The labels come a moment after the blocks, and are written with the next ones.
    assert!(all.check(&directory.path().join(INDEX), &world), "it does not have all");
    let mut running = world.start_on(&directory.path().join(INDEX));
    for chain in CHAINS {
        running.until_whole(&world[chain]).await;
        let truth = world[chain].chain();
        let what = "everything is as safe as the node says";
        let view = running
            .until(what, |view| {
                let number = |header: Option<Header>| header.map(|header| header.number);
                let heads = status(view, chain).heads;
                number(heads.cross_unsafe) == Some(truth.head().number)
                    && number(heads.safe) == truth.safe
                    && number(heads.finalized) == truth.finalized
            })
            .await;
        assert_eq!(view.fallen(), []);
    }
    running.shutdown().await;
}

/// The disk is full, as far as the process can tell.
#[tokio::test]
async fn a_verifier_whose_disk_is_full_answers_nothing_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::of(CHAINS.map(|id| super::world::chain(id, 150, 120))).await;
    let nodes: Vec<_> =
        CHAINS.iter().map(|chain| world[*chain].node.endpoint().expose().to_owned()).collect();
    std::fs::write(directory.path().join(NODES), nodes.join("\n")).unwrap();
    let path = directory.path().join(INDEX);
    // Empty it takes 72 KiB, and in the end 276. The unit is 512 or 1024 bytes, as the shell likes.
    let mut process = Process::start_by("trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"", directory.path());
    process.wait_for(&[FAILED]).await;
    process.kill().await;
    let mut all = Seen::default();
    all.note(&world);
    assert!(!all.check(&path, &world), "it was not full");

    let mut running = world.start_on(&path);
    for chain in CHAINS {
        running.until_whole(&world[chain]).await;
    }
    running.shutdown().await;
}

/// More kills than every day.
fn deep_kills() -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "a test has nobody else to ask")]
    let kills = std::env::var("CAUSEWAY_DEEP_KILLS").ok()?;
    Some(kills.parse().unwrap())
}

/// All blocks that were ever on a chain, by chain and hash: blocks of two chains may be the same.
#[derive(Default)]
struct Seen {
    blocks: BTreeMap<(u64, B256), Block>,
}

struct Block {
    header: Header,
    indexed: IndexedBlock,
}

impl Seen {
    fn note(&mut self, world: &World) {
        for chain in CHAINS {
            for block in world[chain].chain().blocks() {
                let found = block.block();
                let (number, hash, parent_hash, timestamp) =
                    (found.number, found.hash, found.parent_hash, found.timestamp);
                let header = Header { number, hash, parent_hash, timestamp };
                let entries = block.entries();
                let mut indexed = IndexedBlock::new(header).with_deposit_logs(deposits(&entries));
                for entry in &entries {
                    indexed.push_log(entry.address, &entry.topics, &entry.data).unwrap();
                }
                self.blocks.insert((chain, hash), Block { header, indexed });
            }
        }
    }

    /// Checks the index, and says whether it has everything.
    fn check(&self, path: &Path, world: &World) -> bool {
        if !path.exists() {
            return false;
        }
        let index = LogIndex::open(path).unwrap();
        let snapshot = index.snapshot();
        let mut fresh = Core::resume(LogIndex::in_memory().unwrap(), world.config().dependency_set).unwrap();
        let mut whole = BTreeSet::new();
        for chain in CHAINS {
            let Some(known) = snapshot.chain(id(chain)) else { continue };
            let row: Vec<_> = (known.first.number..=known.tip.number)
                .map(|number| snapshot.header(id(chain), number).unwrap().expect("a row without gaps"))
                .collect();
            assert!(row.windows(2).all(|pair| pair[1].is_child_of(&pair[0])), "the row is broken");
            for header in &row {
                let Some(block) = self.blocks.get(&(chain, header.hash)) else {
                    panic!("{header:?} never was")
                };
                assert_eq!(block.header, *header);
                assert_eq!(snapshot.executing(id(chain), header.number).unwrap(), block.indexed.executing());
                for (log_index, hash) in (0..).zip(block.indexed.log_hashes()) {
                    let source = snapshot.source(id(chain), header.number, log_index).unwrap();
                    let fact = causeway_interop::LogFact::Hash(*hash);
                    assert_eq!(
                        source,
                        causeway_interop::SourceBlock::Known { timestamp: header.timestamp, log: Some(fact) }
                    );
                }
            }
            let truth: FakeChain = world[chain].chain();
            if known.first.number == 0 && known.tip.hash == truth.head().hash {
                whole.insert(chain);
            }
            // The same row, taken in anew: it begins with the first block that the verifier ever saw.
            let begun = usize::try_from(120 - known.first.number).unwrap();
            let block = |header: &Header| self.blocks[&(chain, header.hash)].indexed.clone();
            let older = row[..begun].iter().rev().map(block).collect();
            let mut news = vec![SourceEvent::Block(block(&row[begun])), SourceEvent::Older(older)];
            news.extend(row[begun + 1..].iter().map(|header| SourceEvent::Block(block(header))));
            let label = |number: Option<u64>| {
                number
                    .map(|number| number.min(known.tip.number))
                    .map(|number| (number, row[(number - known.first.number) as usize].hash))
            };
            news.push(SourceEvent::Labels { safe: label(truth.safe), finalized: label(truth.finalized) });
            fresh.step(news.into_iter().map(|event| (id(chain), event)).collect()).unwrap();
        }
        let view = fresh.view().unwrap();
        for (chain_id, known) in snapshot.chains() {
            let heads = view.chain(chain_id).unwrap().heads;
            let Marks { cross_unsafe, local_safe, safe, finalized } = known.marks;
            let claimed = [cross_unsafe, local_safe, safe, finalized];
            let derived = [heads.cross_unsafe, heads.local_safe, heads.safe, heads.finalized];
            for (claimed, derived) in claimed.into_iter().zip(derived) {
                assert!(claimed <= Some(known.tip.number), "{:?} above {:?}", known.marks, known.tip);
                assert!(claimed <= derived.map(|header| header.number), "{:?} above {heads:?}", known.marks);
            }
        }
        whole.len() == CHAINS.len()
    }
}

fn deposits(entries: &[causeway_chain::LogEntry]) -> u32 {
    let first = entries.first().map(|entry| entry.tx_hash);
    let is_inbox = entries.first().is_some_and(|entry| entry.address == causeway_interop::CROSS_L2_INBOX);
    if is_inbox { 0 } else { entries.iter().filter(|entry| Some(entry.tx_hash) == first).count() as u32 }
}
