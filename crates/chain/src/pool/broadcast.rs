use super::{
    Members,
    sent::{Sent, combine, held_elsewhere},
};
use crate::board::Need;
use alloy::{
    primitives::{B256, keccak256},
    rpc::json_rpc::{RequestPacket, ResponsePacket, ResponsePayload},
    transports::{TransportError, TransportResult},
};
use tokio::sync::mpsc;

/// Sends a signed transaction to all nodes at once that have not failed, or to all if each has. The first that takes it
/// answers for all; what is under way to the others goes on. Otherwise the answers are put together, see [`Sent`].
pub(super) async fn broadcast(members: &Members, packet: RequestPacket) -> TransportResult<ResponsePacket> {
    let board = &members.board;
    let order = board.order(Need::Block);
    let count = if order.healthy > 0 { order.healthy } else { order.nodes.len() };
    let nodes = order.nodes[..count].to_vec();
    let transaction = id(&packet);
    let (answered, mut answers) = mpsc::unbounded_channel();
    for (place, node) in nodes.iter().copied().enumerate() {
        let (members, packet, answered) = (members.clone(), packet.clone(), answered.clone());
        // From here on until it says otherwise it may have it.
        let before = board.is_held_by(transaction, node);
        board.note_transaction(transaction, node, true);
        // A task of its own: it has to arrive even if nobody waits any more.
        tokio::spawn(async move {
            let answer = match members.greet(node).await {
                Ok(()) => {
                    let answer = members.attempt(node, packet).await;
                    members.board.note_transaction(transaction, node, Sent::of(&answer).may_hold());
                    answer
                }
                // It did not get it now.
                Err(error) => {
                    members.board.note_transaction(transaction, node, before);
                    Err(error)
                }
            };
            // Nobody may wait any more.
            let _ = answered.send((place, answer));
        });
    }
    drop(answered);
    let mut all = Vec::with_capacity(nodes.len());
    while let Some((place, answer)) = answers.recv().await {
        let sent = Sent::of(&answer);
        if sent.settles() {
            return answer;
        }
        all.push((place, sent, answer));
    }
    all.sort_by_key(|(place, ..)| *place);
    let Some((sent, answer)) = combine(all.into_iter().map(|(_, sent, answer)| (sent, answer))) else {
        return Err(members.nobody());
    };
    // That a nonce is used up is a fact, whoever holds what; any other refusal counts if nobody else has it.
    if matches!(sent, Sent::Refused | Sent::Replaced)
        && let Some(holder) = board.held_by_another(transaction, &nodes)
    {
        return Err(held_elsewhere(&holder.to_string(), &words(&answer)));
    }
    answer
}

/// What tells a transaction from others: its bytes, as they are sent.
fn id(packet: &RequestPacket) -> B256 {
    let params = packet.as_single().and_then(|request| request.params());
    params.map_or(B256::ZERO, |params| keccak256(params.get()))
}

fn words(answer: &TransportResult<ResponsePacket>) -> String {
    match answer {
        Ok(packet) => match packet.single_payload() {
            Some(ResponsePayload::Failure(payload)) => payload.to_string(),
            _ => String::new(),
        },
        Err(TransportError::ErrorResp(payload)) => payload.to_string(),
        Err(error) => error.to_string(),
    }
}
