mod batches;
mod caps;
mod dependents;
mod expiry;
mod flow;
mod holding;
mod nonces;
mod poison;
mod settling;
mod trouble;
mod trust;
mod weights;

use alloy::primitives::B256;

use super::*;
use crate::engine::{
    AttemptOutcome, BroadcastOutcome as B, Delivery, GuardOutcome, Guarded, Item, Message, NotCommitted,
    Notice, Prospect, ReceiptOutcome as R, SignedTx,
    test_util::{SIGNER, SOURCE, foreign, message, message_at, tx},
};

/// A lane at block 1 whose account has used no nonce.
fn lane() -> Lane {
    lane_of(Policy::default(), vec![SIGNER])
}

/// A lane at block 1 whose accounts have used no nonce.
fn lane_of(policy: Policy, signers: Vec<Address>) -> Lane {
    let mut lane = Lane::new(policy, signers.clone());
    lane.handle(head(1));
    lane.handle(Event::CaughtUp);
    for signer in signers {
        assert_eq!(lane.handle(Event::Nonces { signer, epoch: 1, nonces: Some((0, 0)) }), []);
    }
    lane
}

fn seen(message: &Message) -> Event {
    Event::Seen(vec![message.clone()])
}

fn restored(message: &Message) -> Event {
    Event::Restored { message: message.clone(), in_vain: Vec::new() }
}

fn resumed(message: &Message, nonce: u64) -> Event {
    Event::Resumed { signer: SIGNER, nonce, messages: vec![message.hash], tx: tx(nonce, 0) }
}

const fn head(number: u64) -> Event {
    Event::Block { number, timestamp: 1_000 + number, deliveries: Vec::new() }
}

/// The answer to the first question for nonces after `CaughtUp`.
const fn nonces(latest: u64, pending: u64) -> Event {
    nonces_in(1, latest, pending)
}

const fn nonces_in(epoch: u64, latest: u64, pending: u64) -> Event {
    Event::Nonces { signer: SIGNER, epoch, nonces: Some((latest, pending)) }
}

const fn ask(epoch: u64) -> Command {
    Command::Nonces { signer: SIGNER, epoch }
}

fn guarded(message: &Message, outcome: GuardOutcome) -> Event {
    Event::Guarded { outcomes: vec![judged(message, outcome)] }
}

const fn judged(message: &Message, outcome: GuardOutcome) -> Guarded {
    Guarded { message: message.hash, identifier: message.identifier, outcome }
}

fn ok(message: &Message) -> Event {
    taking(message, 100)
}

fn taking(message: &Message, gas: u64) -> Event {
    guarded(message, GuardOutcome::Deliverable { gas })
}

fn sent(nonce: u64, outcome: B) -> Event {
    Event::Broadcast { signer: SIGNER, nonce, tx_hash: tx(nonce, 0).hash, outcome }
}

fn mined(nonce: u64, outcome: R) -> Event {
    Event::Receipt { signer: SIGNER, nonce, tx_hash: tx(nonce, 0).hash, outcome }
}

fn committed(nonce: u64) -> Event {
    Event::Committed { signer: SIGNER, nonce, tx: tx(nonce, 0) }
}

fn submit(message: &Message, nonce: u64) -> Command {
    submit_all(&[message], nonce)
}

fn items(messages: &[&Message]) -> Vec<Item> {
    messages.iter().map(|message| Item { message: (*message).clone(), gas: 100 }).collect()
}

fn submit_all(messages: &[&Message], nonce: u64) -> Command {
    Command::Submit { signer: SIGNER, nonce, items: items(messages), replaces: None }
}

/// The next version of the first transaction with this nonce.
fn submit_again(messages: &[&Message], nonce: u64) -> Command {
    Command::Submit { signer: SIGNER, nonce, items: items(messages), replaces: Some(tx(nonce, 0)) }
}

const fn fill(nonce: u64, replaces: Option<SignedTx>) -> Command {
    Command::Fill { signer: SIGNER, nonce, replaces }
}

fn receipt(nonce: u64) -> Command {
    Command::Receipt { signer: SIGNER, nonce, tx_hashes: vec![tx(nonce, 0).hash] }
}

fn included(nonce: u64, success: bool, block_number: u64) -> Event {
    included_but(nonce, success, block_number, &[])
}

fn included_but(nonce: u64, success: bool, block_number: u64, failures: &[(&Message, &str)]) -> Event {
    let failures = failures.iter().map(|(message, why)| (message.hash, reason(why))).collect();
    let tx_hash = tx(nonce, 0).hash;
    let (timestamp, gas_used) = (1_000 + block_number, 1_000);
    mined(nonce, R::Included { tx_hash, success, block_number, timestamp, failures, gas_used })
}

/// Block 2, in which this transaction delivers the message.
fn delivered(message: &Message, tx_hash: B256) -> Event {
    delivered_in(2, &[(message, tx_hash)])
}

fn delivered_in(number: u64, deliveries: &[(&Message, B256)]) -> Event {
    let deliveries =
        deliveries.iter().map(|(message, tx_hash)| Delivery { message: message.hash, tx_hash: *tx_hash });
    Event::Block { number, timestamp: 1_000 + number, deliveries: deliveries.collect() }
}

fn broadcast(nonce: u64) -> Command {
    Command::Broadcast { signer: SIGNER, nonce, tx: tx(nonce, 0) }
}

fn guard(message: &Message) -> Command {
    guard_all(&[message])
}

fn guard_all(messages: &[&Message]) -> Command {
    Command::Guard { messages: messages.iter().map(|message| (*message).clone()).collect() }
}

fn reason(text: &str) -> String {
    text.to_owned()
}

/// Brings a message to where the node has accepted its transaction.
fn pooled(lane: &mut Lane, message: &Message, nonce: u64) {
    assert_eq!(lane.handle(seen(message)), [guard(message)]);
    assert_eq!(lane.handle(ok(message)), [submit(message, nonce)]);
    assert_eq!(lane.handle(committed(nonce)), [broadcast(nonce)]);
    lane.handle(sent(nonce, B::Accepted));
}

/// Brings messages to where the node has accepted a batch of them.
fn pooled_together(lane: &mut Lane, messages: &[&Message], nonce: u64) {
    lane.handle(Event::Batcher(true));
    let block = messages.iter().map(|message| (*message).clone()).collect();
    assert_eq!(lane.handle(Event::Seen(block)), [guard_all(messages)]);
    assert_eq!(lane.handle(ok_all(messages)), [submit_all(messages, nonce)]);
    assert_eq!(lane.handle(committed(nonce)), [broadcast(nonce)]);
    lane.handle(sent(nonce, B::Accepted));
}

fn ok_all(messages: &[&Message]) -> Event {
    let outcomes = messages.iter().map(|message| judged(message, GuardOutcome::Deliverable { gas: 100 }));
    Event::Guarded { outcomes: outcomes.collect() }
}

fn submitted(commands: &[Command]) -> Vec<B256> {
    let submitted = commands.iter().flat_map(|command| match command {
        Command::Submit { items, .. } => items.iter().map(|item| item.message.hash).collect(),
        _ => Vec::new(),
    });
    submitted.collect()
}

fn abandoned(commands: &[Command]) -> Vec<B256> {
    let abandoned = commands.iter().filter_map(|command| match command {
        Command::Record { tx_hash, outcome: AttemptOutcome::Abandoned { .. } } => Some(*tx_hash),
        _ => None,
    });
    abandoned.collect()
}
