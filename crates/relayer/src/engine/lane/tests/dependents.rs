//! Messages that fail until another one was delivered are tried again when it was.

use std::collections::VecDeque;

use super::*;
use crate::engine::Experience;

fn to_one(id: u64) -> Message {
    Message { target: Address::repeat_byte(9), ..message(id) }
}

fn refused(message: &Message) -> Event {
    guarded(message, GuardOutcome::Reverts { reason: "not yet".to_owned() })
}

/// A lane in which the message was tried so often that it waits for the 1,024th block from now.
fn tried_often(message: &Message) -> Lane {
    let mut lane = lane();
    assert_eq!(lane.handle(seen(message)), [guard(message)]);
    for tries in 0..11 {
        lane.handle(refused(message));
        if tries < 10 {
            let Some(Phase::Asleep { until }) = lane.roster.phase(message.hash) else { panic!("it waits") };
            assert_eq!(lane.handle(head(until)), [guard(message)]);
        }
    }
    lane
}

/// Has a message sent, and delivered in the next block.
fn deliver(lane: &mut Lane, message: &Message) -> Vec<Command> {
    assert_eq!(lane.handle(seen(message)), [guard(message)]);
    lane.handle(ok(message));
    lane.handle(committed(0));
    lane.handle(sent(0, B::Accepted));
    let delivery = Delivery { message: message.hash, tx_hash: tx(0, 0).hash };
    let number = lane.head + 1;
    lane.handle(Event::Block { number, timestamp: 1_000 + number, deliveries: vec![delivery] })
}

#[test]
fn what_waits_for_another_message_is_tried_when_that_is_delivered() {
    let (first, second) = (to_one(1), to_one(2));
    let mut lane = tried_often(&second);
    assert!(deliver(&mut lane, &first).contains(&guard(&second)));
    let stranger = message(3);
    let mut lane = tried_often(&second);
    assert!(!deliver(&mut lane, &stranger).contains(&guard(&second)), "that has nothing to do with it");
    let sibling = Message { sender: second.sender, ..message(4) };
    let mut lane = tried_often(&second);
    assert!(deliver(&mut lane, &sibling).contains(&guard(&second)));
}

#[test]
fn an_answer_from_before_the_delivery_is_asked_for_again() {
    let (first, second) = (to_one(1), to_one(2));
    let mut lane = tried_often(&second);
    let Some(Phase::Asleep { until }) = lane.roster.phase(second.hash) else { panic!("it waits") };
    assert_eq!(lane.handle(head(until)), [guard(&second)]);
    deliver(&mut lane, &first);
    assert_eq!(lane.handle(refused(&second)), [failed_until(&second, until + 1 + 1_800), guard(&second)]);
    // What it says of the state with the delivery counts.
    assert_eq!(lane.handle(refused(&second)), [failed_until(&second, until + 1 + 1_800)]);
    assert_eq!(lane.handle(head(until + 2)), []);
}

fn failed_until(message: &Message, until: u64) -> Command {
    Command::Notify(Notice::Failed {
        message: message.hash,
        reason: "not yet".to_owned(),
        tx_hash: None,
        retry_after_block: Some(until),
    })
}

/// Refuses whatever is asked about, until nothing is, and returns how many answers that took.
fn refuse_all(lane: &mut Lane, commands: Vec<Command>) -> usize {
    let mut asked: Vec<Message> = Vec::new();
    let mut commands = VecDeque::from(commands);
    while let Some(command) = commands.pop_front() {
        if let Command::Guard { messages } = command {
            let outcome = GuardOutcome::Reverts { reason: "not yet".to_owned() };
            let outcomes = messages.iter().map(|message| judged(message, outcome.clone())).collect();
            asked.extend(messages);
            commands.extend(lane.handle(Event::Guarded { outcomes }));
        }
    }
    asked.len()
}

#[test]
fn no_more_are_woken_by_a_block_than_are_asked_about_together() {
    let mut lane = lane_of(Policy { guard_group: 2, ..Policy::default() }, vec![SIGNER]);
    let commands = lane.handle(Event::Seen((1..=5).map(to_one).collect()));
    assert_eq!(refuse_all(&mut lane, commands), 5);
    for number in 2..200 {
        let commands = lane.handle(head(number));
        refuse_all(&mut lane, commands);
    }
    let commands = deliver(&mut lane, &to_one(9));
    assert_eq!(refuse_all(&mut lane, commands), 2);
}

#[test]
fn those_that_cost_something_wait_their_time() {
    let second = to_one(2);
    let mut lane = tried_often(&second);
    let Message { source, sender, target, token, .. } = second;
    let past = Experience { source, sender, target, token, gas: 0, vain_gas: 2_000_000, at: lane.now };
    lane.handle(Event::Remembered(vec![past]));
    let commands = deliver(&mut lane, &to_one(1));
    assert!(!commands.contains(&guard(&second)), "64 blocks lie between two tries: {commands:?}");
}
