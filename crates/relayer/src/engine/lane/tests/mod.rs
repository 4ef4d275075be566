mod flow;
mod nonces;
mod trouble;

use alloy::primitives::B256;

use super::*;
use crate::engine::{
    BroadcastOutcome as B, GuardOutcome, ReceiptOutcome as R,
    test_util::{foreign, message, message_at, tx},
};

/// A lane at block 1 whose account has used no nonce.
fn lane() -> Lane {
    let mut lane = Lane::new(Policy::default());
    lane.handle(head(1));
    lane.handle(Event::CaughtUp);
    assert_eq!(lane.handle(nonces(0, 0)), []);
    lane
}

const fn head(number: u64) -> Event {
    Event::Head { number, timestamp: 1_000 + number }
}

/// The answer to the first question for nonces after `CaughtUp`.
const fn nonces(latest: u64, pending: u64) -> Event {
    Event::Nonces { epoch: 1, nonces: Some((latest, pending)) }
}

const fn guarded(message: &Message, outcome: GuardOutcome) -> Event {
    Event::Guarded { message: message.hash, identifier: message.identifier, outcome }
}

const fn ok(message: &Message) -> Event {
    guarded(message, GuardOutcome::Deliverable { gas: 100 })
}

fn sent(nonce: u64, outcome: B) -> Event {
    Event::Broadcast { nonce, tx_hash: tx(nonce, 0).hash, outcome }
}

fn mined(nonce: u64, outcome: R) -> Event {
    Event::Receipt { nonce, tx_hash: tx(nonce, 0).hash, outcome }
}

fn committed(nonce: u64) -> Event {
    Event::Committed { nonce, tx: tx(nonce, 0) }
}

fn submit(message: &Message, nonce: u64) -> Command {
    Command::Submit { message: message.clone(), nonce, gas: 100, replaces: None }
}

/// The next version of the first transaction with this nonce.
fn submit_again(message: &Message, nonce: u64) -> Command {
    Command::Submit { message: message.clone(), nonce, gas: 100, replaces: Some(tx(nonce, 0)) }
}

fn receipt(nonce: u64) -> Command {
    Command::Receipt { nonce, tx_hashes: vec![tx(nonce, 0).hash] }
}

fn included(nonce: u64, success: bool, block_number: u64) -> Event {
    mined(nonce, R::Included { tx_hash: tx(nonce, 0).hash, success, block_number })
}

fn delivered(message: &Message, tx_hash: B256) -> Event {
    Event::Delivered { message: message.hash, tx_hash, block_number: 2 }
}

fn broadcast(nonce: u64) -> Command {
    Command::Broadcast { nonce, tx: tx(nonce, 0) }
}

fn guard(message: &Message) -> Command {
    Command::Guard(message.clone())
}

fn reason(text: &str) -> String {
    text.to_owned()
}

/// Brings a message to where the node has accepted its transaction.
fn pooled(lane: &mut Lane, message: &Message, nonce: u64) {
    assert_eq!(lane.handle(Event::Seen(message.clone())), [guard(message)]);
    assert_eq!(lane.handle(ok(message)), [submit(message, nonce)]);
    assert_eq!(lane.handle(committed(nonce)), [broadcast(nonce)]);
    lane.handle(sent(nonce, B::Accepted));
}

fn abandoned(commands: &[Command]) -> Vec<B256> {
    let abandoned = commands.iter().filter_map(|command| match command {
        Command::Record { tx_hash, outcome: AttemptOutcome::Abandoned { .. } } => Some(*tx_hash),
        _ => None,
    });
    abandoned.collect()
}
