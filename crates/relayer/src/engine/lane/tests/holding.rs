//! What the destination refuses for now, since it does not know its source's blocks yet, or its clock is behind.

use std::collections::VecDeque;

use super::*;

/// A message of a source that is initiated so many seconds after the lane's first block.
fn at(id: u64, source: u64, seconds: u64) -> Message {
    message_at(id, source, 1 + seconds, 0)
}

fn not_yet(nonce: u64) -> Event {
    sent(nonce, B::NotYet { reason: reason("future data") })
}

/// Has a message seen, tried out, and signed with this nonce.
fn signed(lane: &mut Lane, message: &Message, nonce: u64) {
    assert_eq!(lane.handle(seen(message)), [guard(message)]);
    assert_eq!(lane.handle(ok(message)), [submit(message, nonce)]);
    assert_eq!(lane.handle(committed(nonce)), [broadcast(nonce)]);
}

fn not_ready(source: u64) -> Command {
    Command::Notify(Notice::SourceNotReady { source, reason: reason("future data") })
}

const fn ready(source: u64) -> Command {
    Command::Notify(Notice::SourceReady { source })
}

#[test]
fn what_came_too_early_frees_its_nonce_and_others_as_young_wait() {
    let (mut lane, early) = (lane(), at(1, 901, 0));
    signed(&mut lane, &early, 0);
    let commands = lane.handle(not_yet(0));
    assert!(commands.contains(&not_ready(901)), "{commands:?}");
    assert_eq!(abandoned(&commands), [tx(0, 0).hash], "no node has them");
    assert_eq!(lane.prospect(early.hash), Prospect::Early);

    // Others of its source are not even tried out; those of other sources do not wait for it.
    let (young, other) = (at(2, 901, 1), at(3, 903, 0));
    assert_eq!(lane.handle(seen(&young)), []);
    assert_eq!(lane.prospect(young.hash), Prospect::Early);
    assert_eq!(lane.handle(seen(&other)), [guard(&other)]);
    assert_eq!(lane.handle(ok(&other)), [submit(&other, 0)]);
    assert_eq!(lane.handle(committed(0)), [broadcast(0)]);
    lane.handle(sent(0, B::Accepted));

    // The oldest is tried with the next block, where nobody waits for its nonce, and nobody is signed behind it.
    assert!(lane.handle(head(2)).contains(&guard(&early)));
    assert_eq!(lane.handle(ok(&early)), [submit(&early, 1)]);
    let behind = at(4, 903, 1);
    assert_eq!(lane.handle(seen(&behind)), [guard(&behind)]);
    assert_eq!(lane.handle(ok(&behind)), []);
    assert_eq!(lane.handle(committed(1)), [broadcast(1)]);
    let commands = lane.handle(sent(1, B::Accepted));
    assert!(commands.contains(&submit(&behind, 2)), "{commands:?}");
    // It was a second older than when it was refused: what is as young as it was is tried now.
    assert!(!commands.contains(&ready(901)), "{commands:?}");
    assert!(commands.contains(&guard(&young)), "{commands:?}");
}

#[test]
fn a_source_is_ready_when_what_is_as_young_goes_through() {
    let mut lane = lane();
    let (early, young) = (at(1, 901, 0), at(2, 901, 1));
    signed(&mut lane, &early, 0);
    lane.handle(not_yet(0));
    assert_eq!(lane.handle(seen(&young)), []);
    assert_eq!(lane.handle(head(2)), [guard(&early)]);
    lane.handle(ok(&early));
    lane.handle(committed(0));
    lane.handle(sent(0, B::Accepted));
    lane.handle(ok(&young));
    lane.handle(committed(1));
    let commands = lane.handle(sent(1, B::Accepted));
    assert!(commands.contains(&ready(901)), "{commands:?}");
    let next = at(3, 901, 2);
    assert_eq!(lane.handle(seen(&next)), [guard(&next)]);
}

#[test]
fn where_no_blocks_come_it_is_tried_after_growing_waits() {
    let (mut lane, early) = (lane(), at(1, 901, 0));
    signed(&mut lane, &early, 0);
    let mut tried = Vec::new();
    lane.handle(not_yet(0));
    for tick in 1..=16 {
        if lane.handle(Event::Tick).contains(&guard(&early)) {
            tried.push(tick);
            lane.handle(ok(&early));
            lane.handle(committed(0));
            lane.handle(not_yet(0));
        }
    }
    assert_eq!(tried, [1, 2, 3, 5, 7, 11, 15]);
}

/// Two signers, two sources: the gap that a refusal leaves is filled by what is not refused, and by nothing that may be.
#[test]
fn what_may_be_refused_fills_no_gap() {
    let mut lane = lane();
    let (early, other) = (at(1, 901, 0), at(2, 903, 0));
    signed(&mut lane, &early, 0);
    signed(&mut lane, &other, 1);
    lane.handle(sent(1, B::Accepted));
    let commands = lane.handle(not_yet(0));
    assert!(commands.contains(&ask(1)), "perhaps it is filled already: {commands:?}");
    let commands = lane.handle(nonces(0, 0));
    assert_eq!(commands, [fill(0, None)]);
    // It is tried behind.
    assert!(lane.handle(head(2)).contains(&guard(&early)));
    assert_eq!(lane.handle(ok(&early)), [submit(&early, 2)]);
}

/// Does what the lane wants; the node takes everything but this message. Returns how often that was refused, and whether its source
/// was said to be ready.
fn carried_out(lane: &mut Lane, commands: Vec<Command>, bad: &Message) -> (u32, bool) {
    let (mut todo, mut carries_bad) = (VecDeque::from(commands), false);
    let (mut refusals, mut is_ready) = (0, false);
    while let Some(command) = todo.pop_front() {
        is_ready |= command == ready(901);
        todo.extend(match command {
            Command::Guard { messages } => lane.handle(ok_all(&messages.iter().collect::<Vec<_>>())),
            Command::Submit { nonce, items, .. } => {
                carries_bad = items.iter().any(|item| item.message.hash == bad.hash);
                lane.handle(committed(nonce))
            }
            Command::Broadcast { nonce, .. } if carries_bad => {
                refusals += 1;
                lane.handle(not_yet(nonce))
            }
            Command::Broadcast { nonce, .. } => lane.handle(sent(nonce, B::Accepted)),
            _ => Vec::new(),
        });
    }
    (refusals, is_ready)
}

/// A message that is refused for what it is: others of its source are taken, and do not wait for it for long.
#[test]
fn a_message_that_is_refused_by_itself_waits_for_blocks() {
    let (mut lane, bad) =
        (lane_of(Policy { max_sending: 1, ..Policy::default() }, vec![SIGNER]), at(1, 901, 0));
    let commands = lane.handle(seen(&bad));
    let (mut refusals, mut is_ready) = carried_out(&mut lane, commands, &bad);
    let mut number = 1;
    while !matches!(lane.prospect(bad.hash), Prospect::Block { .. }) {
        number += 1;
        assert!(number < 30, "it keeps the others back: {lane:#?}");
        let mut commands = lane.handle(seen(&at(100 + number, 901, number)));
        commands.extend(lane.handle(head(number)));
        let (refused, ready) = carried_out(&mut lane, commands, &bad);
        (refusals, is_ready) = (refusals + refused, is_ready || ready);
    }
    assert!(is_ready, "the others go as before");
    assert!(refusals <= 6, "{refusals} refusals");
}
