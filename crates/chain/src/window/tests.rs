use super::*;
use proptest::prelude::*;

/// The block at `number` on the branch `fork`, standing on the block with hash `parent_hash`.
fn block(number: u64, fork: u64, parent_hash: B256) -> BlockRef {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&number.to_be_bytes());
    hash[8..16].copy_from_slice(&fork.to_be_bytes());
    hash[16..].copy_from_slice(&parent_hash[..16]);
    BlockRef {
        number,
        hash: alloy::primitives::keccak256(hash),
        parent_hash,
        timestamp: number.wrapping_mul(2),
    }
}

/// `length` blocks from `first` on, on one branch.
fn run(first: u64, length: u64, fork: u64) -> Vec<BlockRef> {
    let mut parent = B256::ZERO;
    let blocks = (first..first + length).map(|number| {
        let block = block(number, fork, parent);
        parent = block.hash;
        block
    });
    blocks.collect()
}

fn filled(capacity: usize, blocks: &[BlockRef]) -> Window {
    let mut window = Window::new(capacity);
    for block in blocks {
        window.push(*block).unwrap();
    }
    window
}

#[test]
fn places_heads() {
    let blocks = run(10, 5, 0);
    let window = filled(3, &blocks);
    let tip = blocks[4];
    assert_eq!(Window::new(3).place(&tip), Place::First);
    assert_eq!(window.place(&tip), Place::Known { is_tip: true });
    assert_eq!(window.place(&blocks[3]), Place::Known { is_tip: false });
    assert_eq!(window.place(&blocks[1]), Place::Below);
    assert_eq!(window.place(&block(15, 0, tip.hash)), Place::Next);
    assert_eq!(window.place(&block(15, 1, B256::ZERO)), Place::Fork);
    assert_eq!(window.place(&block(16, 0, B256::ZERO)), Place::Ahead { from: 15 });
    assert_eq!(window.place(&block(14, 1, blocks[3].hash)), Place::Fork);
    assert_eq!(window.place(&block(u64::MAX, 1, B256::ZERO)), Place::Ahead { from: 15 });
}

#[test]
fn resumes_with_what_links_up() {
    let blocks = run(10, 5, 0);
    assert_eq!(Window::resume(9, &blocks).len(), 5);
    assert_eq!(Window::resume(2, &blocks).oldest(), Some(&blocks[3]));
    assert!(Window::resume(9, &[]).is_empty());
    let mut gap = blocks.clone();
    gap.remove(2);
    assert_eq!(Window::resume(9, &gap).oldest(), Some(&blocks[3]));
    let mut stranger = blocks.clone();
    stranger[1] = block(11, 7, B256::ZERO);
    assert_eq!(Window::resume(9, &stranger).oldest(), Some(&blocks[2]));
    assert!(!Window::resume(9, &blocks).is_complete());
}

#[test]
fn knows_whether_it_forgot() {
    let blocks = run(0, 4, 0);
    assert!(filled(4, &blocks).is_complete());
    assert!(!filled(3, &blocks).is_complete());
}

#[test]
fn refuses_a_stranger() {
    let mut window = filled(4, &run(0, 3, 0));
    let stranger = block(3, 9, B256::ZERO);
    assert_eq!(window.push(stranger), Err(NotLinked { number: 3, hash: stranger.hash }));
    let far = block(4, 0, window.tip().unwrap().hash);
    assert!(window.push(far).is_err());
}

/// The naive model: a plain vector, of which only the last `capacity` entries may be asked for.
#[derive(Debug, Clone)]
enum Step {
    Push { count: u64 },
    Fork { depth: u64, count: u64 },
    Resume,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1_u64..6).prop_map(|count| Step::Push { count }),
        (0_u64..8, 0_u64..8).prop_map(|(depth, count)| Step::Fork { depth, count }),
        Just(Step::Resume),
    ]
}

proptest! {
    /// Whatever the chain does, placing, searching and rewinding keep the window equal to the end of the chain.
    #[test]
    fn follows_any_chain(capacity in 1_usize..12, steps in prop::collection::vec(step(), 1..60)) {
        let mut chain: Vec<BlockRef> = run(5, 1, 0);
        let mut window = filled(capacity, &chain);
        let mut fork = 0;
        for step in steps {
            match step {
                Step::Push { count } => {
                    for _ in 0..count {
                        let tip = *chain.last().unwrap();
                        chain.push(block(tip.number + 1, fork, tip.hash));
                    }
                }
                Step::Fork { depth, count } => {
                    let depth = (depth as usize).min(window.len() - 1).min(chain.len() - 1);
                    chain.truncate(chain.len() - depth);
                    fork += 1;
                    for _ in 0..count {
                        let tip = *chain.last().unwrap();
                        chain.push(block(tip.number + 1, fork, tip.hash));
                    }
                }
                Step::Resume => {
                    let known: Vec<_> = window.iter().copied().collect();
                    window = Window::resume(capacity, &known);
                }
            }
            let canonical = |number: u64| chain.iter().find(|block| block.number == number).copied();

            // The naive answer: the newest block of the window that is on the chain.
            let naive = window.iter().rev().find(|block| canonical(block.number) == Some(**block)).copied();
            let mut search = window.search();
            let mut questions = 0;
            let found = loop {
                match search.next() {
                    Probe::Compare(number) => {
                        questions += 1;
                        prop_assert!(window.get(number).is_some(), "asked for {number}, not in the window");
                        search.observe(number, canonical(number) == window.get(number).copied());
                    }
                    Probe::Ancestor(number) => break window.get(number).copied(),
                    Probe::Exhausted => break None,
                }
            };
            prop_assert_eq!(found, naive);
            prop_assert!(questions <= 2 * (usize::BITS - window.len().leading_zeros()) as usize + 1);

            let Some(ancestor) = found else {
                prop_assert!(false, "forks stay inside of the window in this model");
                return Ok(());
            };
            let before: Vec<_> = window.iter().rev().copied().collect();
            let removed = window.rewind(ancestor.number);
            prop_assert_eq!(&before[..removed.len()], &removed[..]);
            prop_assert_eq!(window.tip(), Some(&ancestor));
            for block in chain.iter().filter(|block| block.number > ancestor.number) {
                prop_assert_eq!(window.place(block), if block.number == window.tip().unwrap().number + 1 { Place::Next } else { Place::Ahead { from: window.tip().unwrap().number + 1 } });
                window.push(*block).unwrap();
            }
            prop_assert_eq!(window.tip(), chain.last());
            prop_assert!(window.len() <= capacity);
            let tail: Vec<_> = chain[chain.len() - window.len()..].to_vec();
            prop_assert_eq!(window.iter().copied().collect::<Vec<_>>(), tail);
        }
    }

    /// The search ends and never leaves the window, even when the node contradicts itself.
    #[test]
    fn searching_terminates(length in 1_u64..200, answers in prop::collection::vec(any::<bool>(), 0..64)) {
        let window = filled(512, &run(3, length, 0));
        let mut search = window.search();
        let mut answers = answers.into_iter();
        for _ in 0..64 {
            let Probe::Compare(number) = search.next() else { return Ok(()) };
            prop_assert!(window.get(number).is_some());
            search.observe(number, answers.next().unwrap_or(false));
        }
        prop_assert!(false, "still searching after 64 questions");
    }
}
