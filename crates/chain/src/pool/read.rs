use super::{Members, is_answer};
use crate::{
    backoff::Backoff,
    board::{Need, Order},
    transport::overload,
};
use alloy::{
    rpc::json_rpc::{RequestPacket, ResponsePacket, ResponsePayload},
    transports::{TransportError, TransportResult},
};
use futures::stream::{FuturesUnordered, StreamExt};
use std::time::Duration;
use tokio::time::sleep;

/// How nodes say that they do not have what was asked for, in lower case. One that lags says the same.
const ABSENT: [&str; 5] =
    ["header not found", "unknown block", "block not found", "no such block", "missing block"];

/// How often it is asked again when no node answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) retries: u32,
    pub(super) overloads: u32,
    pub(super) first_backoff: Duration,
    pub(super) max_backoff: Duration,
}

/// Asks the nodes one after the other until one answers, and all of them again where that may help.
pub(super) async fn read(
    members: &Members,
    packet: &RequestPacket,
    need: Need,
    patience: Patience,
) -> TransportResult<ResponsePacket> {
    let Patience { mut retries, mut overloads, first_backoff, max_backoff } = patience;
    let mut backoff = Backoff::new(first_backoff, max_backoff);
    loop {
        let answer = round(members, packet, need).await;
        if is_answer(&answer) {
            return answer;
        }
        if is_overload(&answer) && overloads > 0 {
            // The next attempt waits for its turn.
            overloads -= 1;
        } else if retries > 0 {
            retries -= 1;
            sleep(backoff.next()).await;
        } else {
            return answer;
        }
    }
}

fn is_overload(answer: &TransportResult<ResponsePacket>) -> bool {
    match answer {
        Ok(packet) => packet
            .iter_errors()
            .any(|payload| overload(&TransportError::ErrorResp(payload.clone())).is_some()),
        Err(error) => overload(error).is_some(),
    }
}

/// Asks each node at most once: the next one when one fails, and the second one also when the first takes long.
async fn round(members: &Members, packet: &RequestPacket, need: Need) -> TransportResult<ResponsePacket> {
    let board = &members.board;
    let Order { nodes, healthy } = board.order(need);
    let grace = board.options().hedge_after.filter(|_| healthy > 1);
    let mut waiting = nodes.into_iter();
    let mut running = FuturesUnordered::new();
    let ask = |node: usize| async move { (node, members.attempt(node, packet.clone()).await) };
    let mut best: Option<TransportResult<ResponsePacket>> = None;
    // Those that have not answered yet, in the order in which they were asked.
    let (mut silent, mut is_hedged, mut is_first) = (Vec::new(), false, true);
    loop {
        if running.is_empty() {
            let Some(next) = waiting.next() else {
                return best.unwrap_or_else(|| Err(members.nobody()));
            };
            silent.push(next);
            running.push(ask(next));
        }
        let may_hedge = grace.filter(|_| is_first && !is_hedged);
        let answered = tokio::select! {
            biased;
            answered = running.next() => answered,
            () = sleep(may_hedge.unwrap_or_default()), if may_hedge.is_some() => {
                is_hedged = true;
                if let Some(next) = waiting.next() {
                    board.count_hedge();
                    silent.push(next);
                    running.push(ask(next));
                }
                continue;
            }
        };
        let Some((node, answer)) = answered else { continue };
        is_first = false;
        let before: Vec<usize> = silent.iter().copied().take_while(|other| *other != node).collect();
        silent.retain(|other| *other != node);
        if is_answer(&answer) && !is_absent(&answer, need) {
            if is_hedged && !before.is_empty() {
                board.count_hedge_won();
                before.into_iter().for_each(|slow| board.lost_race(slow));
            }
            return answer;
        }
        // That a node lacks something says more than that one failed.
        let says_more = is_answer(&answer) && best.as_ref().is_none_or(|best| !is_answer(best));
        if best.is_none() || says_more {
            best = Some(answer);
        }
        if let Some(next) = waiting.next() {
            board.count_failover();
            silent.push(next);
            running.push(ask(next));
        }
    }
}

/// Whether the node only says that it lacks what another may have.
fn is_absent(answer: &TransportResult<ResponsePacket>, need: Need) -> bool {
    let says_so = |message: &str| {
        let message = message.to_lowercase();
        ABSENT.iter().any(|words| message.contains(words))
    };
    match answer {
        Ok(packet) => match packet.single_payload() {
            Some(ResponsePayload::Success(result)) => need == Need::Block && result.get() == "null",
            Some(ResponsePayload::Failure(payload)) => says_so(&payload.message),
            None => false,
        },
        Err(TransportError::ErrorResp(payload)) => says_so(&payload.message),
        Err(_) => false,
    }
}
