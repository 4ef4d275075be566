//! A random life of a store, compared with a model that is too simple to be wrong.

mod simple;

use super::new_store;
use crate::support::*;
use alloy_primitives::{B256, U256};
use causeway_store::{AttemptState, Cost, CostBy, Landing, MessageStatus, SeenBlock, Store, StoreError};
use proptest::prelude::*;
use simple::{Model, ModelAttempt, tx};
use std::collections::BTreeSet;

const SMALL_WINDOW: u64 = 5;

#[derive(Clone, Debug)]
enum Step {
    /// A block of the source that sends these messages; a repeated number is a message sent again.
    Source {
        messages: Vec<u64>,
    },
    /// A block of the destination that delivers these messages: by our attempt with this number, or by a stranger.
    Destination {
        deliveries: Vec<(u64, Option<u64>)>,
    },
    /// A reorg of the source, or of the destination.
    Revert {
        destination: bool,
        depth: u64,
    },
    /// The newest block is applied once more.
    Repeat {
        destination: bool,
    },
    /// A transaction with one of a few nonces: versions of one another share it.
    Attempt {
        messages: Vec<u64>,
        nonce: u64,
    },
    /// The receipt of an attempt, of the block that it is in or of a void one.
    Cost {
        attempt: u64,
        void: bool,
    },
    State {
        attempt: u64,
        state: AttemptState,
    },
    Landing {
        attempt: u64,
        ahead: bool,
        success: bool,
    },
    Skip {
        message: u64,
    },
    Retry {
        message: u64,
    },
    Forget {
        destination: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let message = 0_u64..6;
    let state = prop::sample::select(vec![
        AttemptState::Signed,
        AttemptState::Broadcast,
        AttemptState::Failed,
        AttemptState::Replaced,
        AttemptState::Abandoned,
    ]);
    let delivery = (message.clone(), prop::option::of(0_u64..4));
    prop_oneof![
        4 => prop::collection::vec(message.clone(), 0..4).prop_map(|messages| Step::Source { messages }),
        4 => prop::collection::vec(delivery, 0..3).prop_map(|deliveries| Step::Destination { deliveries }),
        3 => (any::<bool>(), 0..SMALL_WINDOW).prop_map(|(destination, depth)| Step::Revert { destination, depth }),
        1 => any::<bool>().prop_map(|destination| Step::Repeat { destination }),
        6 => (prop::collection::vec(message.clone(), 0..4), 0_u64..6)
            .prop_map(|(messages, nonce)| Step::Attempt { messages, nonce }),
        2 => (0_u64..8, prop::bool::weighted(0.2)).prop_map(|(attempt, void)| Step::Cost { attempt, void }),
        2 => (0_u64..8, state).prop_map(|(attempt, state)| Step::State { attempt, state }),
        2 => (0_u64..8, any::<bool>(), any::<bool>())
            .prop_map(|(attempt, ahead, success)| Step::Landing { attempt, ahead, success }),
        1 => message.clone().prop_map(|message| Step::Skip { message }),
        1 => message.prop_map(|message| Step::Retry { message }),
        1 => prop::bool::weighted(0.5).prop_map(|destination| Step::Forget { destination }),
    ]
}

async fn take(store: &Store, model: &mut Model, step: Step) -> Result<(), TestCaseError> {
    match step {
        Step::Source { messages } => {
            let block = model.next_block(false);
            let messages: Vec<_> = messages.iter().enumerate().map(|(i, n)| seen(*n, i as u32 * 2)).collect();
            store.apply_block(SOURCE, &block, &messages, &[], SMALL_WINDOW).await.unwrap();
            for message in &messages {
                let nonce = message.sent.nonce.to();
                if !model.known.contains(&nonce) {
                    model.known.push(nonce);
                }
            }
            model.source.push(SeenBlock { block, messages, deliveries: vec![] });
        }
        Step::Destination { deliveries } => {
            let block = model.next_block(true);
            let deliveries: Vec<_> = deliveries
                .iter()
                .enumerate()
                .map(|(i, (nonce, by))| delivered(*nonce, i as u32, by.map_or(hash(&[i as u64]), tx)))
                .collect();
            store.apply_block(DESTINATION, &block, &[], &deliveries, SMALL_WINDOW).await.unwrap();
            for delivery in &deliveries {
                for (number, attempt) in model.attempts.iter_mut().enumerate() {
                    if tx(number as u64) == delivery.tx_hash {
                        attempt.set(AttemptState::Included, Some(block.number));
                    }
                }
            }
            model.destination.push(SeenBlock { block, messages: vec![], deliveries });
        }
        Step::Revert { destination, depth } => {
            model.branch += 1;
            let (id, chain) = model.chain(destination);
            let Some(keep) = (chain.len() as u64).checked_sub(depth).filter(|keep| *keep > 0) else {
                return Ok(());
            };
            let removed = chain.split_off(keep as usize);
            let ancestor = chain.last().unwrap().block;
            let reopened = if destination { model.void_attempts(Some(ancestor.number)) } else { Vec::new() };
            let window = store.window(id).await.unwrap();
            let reverted = store.revert_to(id, &ancestor).await.unwrap();
            let void = window.iter().filter(|block| block.number > ancestor.number).count();
            prop_assert_eq!(reverted.blocks, void as u64);
            prop_assert_eq!(reverted.reopened, reopened);
            let lost: BTreeSet<u64> =
                removed.iter().flat_map(|block| &block.messages).map(|seen| seen.sent.nonce.to()).collect();
            let (kept, orphaned): (Vec<_>, Vec<_>) =
                lost.into_iter().partition(|nonce| model.initiation(*nonce).is_some());
            let as_set = |hashes: Vec<B256>| hashes.into_iter().collect::<BTreeSet<_>>();
            let hashes = |nonces: Vec<u64>| nonces.into_iter().map(message_hash).collect::<BTreeSet<_>>();
            prop_assert_eq!(as_set(reverted.orphaned), hashes(orphaned));
            prop_assert_eq!(as_set(reverted.reidentified), hashes(kept));
        }
        Step::Repeat { destination } => {
            let (id, chain) = model.chain(destination);
            if let Some(tip) = chain.last() {
                let applied = store.apply_blocks(id, std::slice::from_ref(tip), SMALL_WINDOW).await.unwrap();
                prop_assert_eq!(applied.blocks, 0);
                prop_assert_eq!((applied.initiated, applied.delivered), (Vec::new(), Vec::new()));
            }
        }
        Step::Attempt { messages, nonce } => {
            let number = model.attempts.len() as u64;
            let messages: BTreeSet<_> = messages.into_iter().filter(|n| model.known.contains(n)).collect();
            let list: Vec<_> = messages.iter().copied().collect();
            let in_order = model.known.iter().filter(|message| messages.contains(message));
            let held: Vec<_> = in_order
                .filter(|message| model.holder(**message).is_some_and(|holder| holder != nonce))
                .map(|message| message_hash(*message))
                .collect();
            let result = store.record_attempt(&attempt(number, nonce, &list)).await;
            if !held.is_empty() {
                let Err(StoreError::Held { messages }) = result else {
                    panic!("{held:?} are held: {result:?}")
                };
                prop_assert_eq!(messages, held);
                return Ok(());
            }
            result.unwrap();
            model.holds.extend(messages.iter().map(|message| (*message, nonce)));
            let (state, block, is_costed) = (AttemptState::Signed, None, false);
            model.attempts.push(ModelAttempt { nonce, messages, state, block, is_costed });
        }
        Step::Cost { attempt, void } => {
            let Some(known) = model.attempts.get(attempt as usize) else { return Ok(()) };
            let block_number = known.block.unwrap_or(0);
            let stored = store.block_hash(DESTINATION, block_number).await.unwrap();
            let block_hash = stored.filter(|_| !void).unwrap_or_default();
            let cost = Cost { block_number, block_hash, fee: fee(attempt), ..cost(attempt) };
            let is_there = known.block.is_some()
                && matches!(known.state, AttemptState::Included | AttemptState::Failed)
                && stored.is_none_or(|stored| stored == block_hash);
            prop_assert_eq!(store.record_cost(tx(attempt), &cost).await.unwrap(), is_there);
            model.attempts[attempt as usize].is_costed |= is_there;
        }
        Step::State { attempt, state } => {
            let result = store.set_attempt_state(tx(attempt), state, None).await;
            prop_assert_eq!(result.is_ok(), (attempt as usize) < model.attempts.len());
            if let Some(attempt) = model.attempts.get_mut(attempt as usize) {
                attempt.set(state, attempt.block.filter(|_| state == AttemptState::Failed));
            }
        }
        Step::Landing { attempt, ahead, success } => {
            let tip = model.destination.last().map(|tip| tip.block);
            let (block_number, block_hash) = tip.map_or_else(Default::default, |tip| (tip.number, tip.hash));
            let block_number = block_number + u64::from(ahead);
            let landing = Landing { block_number, block_hash, success };
            let result = store.record_landing(tx(attempt), landing, None).await;
            prop_assert_eq!(result.is_ok(), (attempt as usize) < model.attempts.len());
            let is_there = tip.is_some() && !ahead;
            prop_assert_eq!(result.ok().unwrap_or(is_there), is_there);
            if let Some(attempt) = model.attempts.get_mut(attempt as usize).filter(|_| is_there) {
                let state = if success { AttemptState::Included } else { AttemptState::Failed };
                attempt.set(state, Some(block_number));
            }
        }
        Step::Skip { message } => {
            let result = store.skip(message_hash(message), "why").await;
            prop_assert_eq!(result.is_ok(), model.known.contains(&message));
            if result.is_ok() {
                model.skipped.insert(message);
            }
        }
        Step::Retry { message } => {
            let result = store.retry(message_hash(message)).await;
            prop_assert_eq!(result.is_ok(), model.known.contains(&message));
            model.skipped.remove(&message);
            let last = model.attempts.iter().rposition(|attempt| attempt.messages.contains(&message));
            model.forgiven.insert(message, last.map_or(0, |last| last + 1));
        }
        Step::Forget { destination } => {
            model.branch += 1;
            let (id, chain) = model.chain(destination);
            chain.clear();
            store.forget_chain(id).await.unwrap();
            if destination {
                for attempt in &mut model.attempts {
                    attempt.set(AttemptState::Abandoned, None);
                }
            }
        }
    }
    Ok(())
}

async fn compare(store: &Store, model: &Model) -> Result<(), TestCaseError> {
    for (id, chain) in [(SOURCE, &model.source), (DESTINATION, &model.destination)] {
        let blocks: Vec<_> = chain.iter().map(|seen| seen.block).collect();
        let window = store.window(id).await.unwrap();
        // After a reorg the window is shorter than it could be, since what was pruned does not come back.
        prop_assert!(blocks.ends_with(&window), "{window:?} is not the end of {blocks:?}");
        prop_assert_eq!(window.is_empty(), blocks.is_empty());
        prop_assert!(window.len() as u64 <= SMALL_WINDOW);
    }
    let records = store.messages(&Default::default()).await.unwrap();
    let found: Vec<u64> = records.iter().map(|record| record.sent.nonce.to()).collect();
    prop_assert_eq!(&found, &model.known);
    for record in &records {
        let nonce: u64 = record.sent.nonce.to();
        prop_assert_eq!(record.status, model.status(nonce), "message {}", nonce);
        let initiation =
            record.initiation.map(|initiation| (initiation.block_hash, initiation.identifier.log_index));
        prop_assert_eq!(initiation, model.initiation(nonce));
        prop_assert_eq!(record.delivery.is_some(), record.status == MessageStatus::Delivered);
    }
    let pending = store.pending(U256::from(DESTINATION), 100).await.unwrap();
    let pending: Vec<u64> = pending.iter().map(|record| record.sent.nonce.to()).collect();
    prop_assert_eq!(pending, model.pending());
    let open: Vec<_> =
        store.open_attempts(DESTINATION).await.unwrap().iter().map(|open| open.tx.tx_hash).collect();
    let expected: Vec<_> =
        (0..).zip(&model.attempts).filter(|(_, a)| a.state.is_open()).map(|(number, _)| tx(number)).collect();
    prop_assert_eq!(open, expected);
    let in_use = |attempt: &&ModelAttempt| attempt.state != AttemptState::Abandoned;
    let used = model.attempts.iter().filter(in_use).map(|attempt| attempt.nonce).max();
    let floor = store.next_nonce_floor(DESTINATION, SIGNER).await.unwrap();
    prop_assert_eq!(floor, used.map_or(0, |last| last + 1));
    compare_costs(store, model).await
}

async fn compare_costs(store: &Store, model: &Model) -> Result<(), TestCaseError> {
    let hashes = |wanted: &dyn Fn(&ModelAttempt) -> bool| -> Vec<B256> {
        (0..).zip(&model.attempts).filter(|(_, a)| wanted(a)).map(|(number, _)| tx(number)).collect()
    };
    let is_paid = |attempt: &ModelAttempt| {
        attempt.block.is_some() && matches!(attempt.state, AttemptState::Included | AttemptState::Failed)
    };
    let uncosted = store.uncosted_attempts(DESTINATION, 100).await.unwrap();
    let uncosted: Vec<_> = uncosted.iter().map(|attempt| attempt.tx.tx_hash).collect();
    prop_assert_eq!(uncosted, hashes(&|attempt| is_paid(attempt) && !attempt.is_costed));
    // The shares of the messages are all that was paid.
    let mut fees = U256::ZERO;
    for (number, attempt) in (0..).zip(&model.attempts) {
        let found = store.attempt(tx(number)).await.unwrap().unwrap();
        prop_assert_eq!(found.cost.map(|cost| cost.fee), attempt.is_costed.then(|| fee(number)));
        fees += if attempt.is_costed && !attempt.messages.is_empty() { fee(number) } else { U256::ZERO };
    }
    let totals = store.costs(CostBy::Sender, None, None).await.unwrap();
    prop_assert_eq!(totals.iter().map(|total| total.fee).sum::<U256>(), fees);
    Ok(())
}

fn fee(attempt: u64) -> U256 {
    U256::from(1_234_567_891_u64 + attempt)
}

/// A server takes longer.
fn cases() -> u32 {
    if module_path!().contains("on_postgres") { 12 } else { 64 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn any_life_equals_the_model(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = new_store().await;
            let mut model = Model::default();
            for step in steps {
                take(&store, &mut model, step).await?;
                compare(&store, &model).await?;
            }
            Ok::<_, TestCaseError>(())
        })?;
    }
}
