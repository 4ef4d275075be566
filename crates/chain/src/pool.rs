//! One transport over several nodes of one chain.

mod broadcast;
mod read;
mod request;
mod sent;
mod watch;

pub(crate) use watch::keep_watch;

use crate::{
    ConnectError, ConnectOptions, Endpoints,
    board::{Board, ChainCheck, Need, Report},
    connection::member,
    transport::{OVERLOAD_RETRIES, is_fault_of_node},
};
use alloy::{
    rpc::json_rpc::{Id, Request, RequestPacket, ResponsePacket, ResponsePayload},
    transports::{BoxTransport, TransportError, TransportErrorKind, TransportFut, TransportResult},
};
use request::{AsksForHead, Kind, asks_for_head};
use serde::Deserialize;
use std::{
    sync::Arc,
    task::{Context, Poll},
};
use tower::Service;

/// Sends each request to the nodes of one chain that it should go to; see [`Kind`].
#[derive(Clone)]
pub(crate) struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    endpoints: Endpoints,
    members: Members,
    options: ConnectOptions,
}

impl Pool {
    pub(crate) fn new(endpoints: &Endpoints, options: &ConnectOptions) -> Result<Self, ConnectError> {
        let members = Members::new(endpoints.board(), options)?;
        Ok(Self {
            inner: Arc::new(Inner { endpoints: endpoints.clone(), members, options: options.clone() }),
        })
    }

    async fn run(self, packet: RequestPacket) -> TransportResult<ResponsePacket> {
        let Inner { endpoints, members, options } = &*self.inner;
        keep_watch(endpoints).await;
        match Kind::of(&packet) {
            Kind::Transaction => broadcast::broadcast(members, packet).await,
            Kind::Read(need) => {
                let patience = read::Patience {
                    retries: options.read_retries,
                    overloads: OVERLOAD_RETRIES,
                    first_backoff: options.first_backoff,
                    max_backoff: options.max_backoff,
                };
                read::read(members, &packet, need, patience).await
            }
            Kind::Once => {
                let order = members.board.order(Need::Newest);
                match order.nodes.first() {
                    Some(node) => members.attempt(*node, packet).await,
                    None => Err(members.nobody()),
                }
            }
        }
    }
}

impl Service<RequestPacket> for Pool {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, packet: RequestPacket) -> Self::Future {
        Box::pin(self.clone().run(packet))
    }
}

/// A way to each of the nodes.
#[derive(Clone)]
struct Members {
    board: Arc<Board>,
    ways: Arc<[BoxTransport]>,
}

impl Members {
    fn new(board: &Arc<Board>, options: &ConnectOptions) -> Result<Self, ConnectError> {
        let ways = board
            .endpoints()
            .iter()
            .enumerate()
            .map(|(node, endpoint)| member(endpoint, options, Report { board: Arc::clone(board), node }));
        Ok(Self { ways: ways.collect::<Result<_, _>>()?, board: Arc::clone(board) })
    }

    /// Asks one node once, after having made sure that it serves the right chain.
    async fn attempt(&self, node: usize, packet: RequestPacket) -> TransportResult<ResponsePacket> {
        self.greet(node).await?;
        let (asks_for_head, best) = (asks_for_head(&packet), self.board.best());
        let answer = self.ways[node].clone().call(packet).await;
        if let (Some(how), Ok(packet)) = (asks_for_head, &answer)
            && let Some(number) = head_of(how, packet)
        {
            self.board.head(node, number, best);
        }
        answer
    }

    /// Makes sure that a node serves the right chain, unless that is known.
    async fn greet(&self, node: usize) -> TransportResult<()> {
        if self.board.chain_check(node) == ChainCheck::Right {
            return Ok(());
        }
        let actual = self.number(node, "eth_chainId").await?;
        self.board.check_chain(node, actual).map_err(|expected| {
            TransportErrorKind::custom_str(&format!(
                "wrong chain: expected chain id {expected}, the node at {} says {actual}",
                self.board.endpoints()[node]
            ))
        })?;
        self.board.forgiven(node);
        Ok(())
    }

    /// Asks a node for its chain, if it has to be, and its head.
    async fn probe(&self, node: usize) -> TransportResult<()> {
        self.greet(node).await?;
        let best = self.board.best();
        let number = self.number(node, "eth_blockNumber").await?;
        self.board.head(node, number, best);
        Ok(())
    }

    async fn number(&self, node: usize, method: &'static str) -> TransportResult<u64> {
        let request = Request::new(method, Id::Number(0), ()).serialize().map_err(TransportError::ser_err)?;
        let packet = self.ways[node].clone().call(request.into()).await?;
        match packet.single_payload() {
            Some(ResponsePayload::Success(result)) => {
                let number: alloy::primitives::U64 = serde_json::from_str(result.get())
                    .map_err(|error| TransportError::deser_err(error, result.get()))?;
                Ok(number.to())
            }
            Some(ResponsePayload::Failure(payload)) => Err(TransportError::ErrorResp(payload.clone())),
            None => Err(TransportErrorKind::missing_batch_response(Id::Number(0))),
        }
    }

    /// There is nobody to ask.
    fn nobody(&self) -> TransportError {
        let best = self.board.best().unwrap_or_default();
        TransportErrorKind::custom_str(&format!(
            "none of the nodes is of use at the moment: each serves another chain, or is behind block {best}"
        ))
    }
}

#[derive(Deserialize)]
struct Numbered {
    number: alloy::primitives::U64,
}

fn head_of(how: AsksForHead, packet: &ResponsePacket) -> Option<u64> {
    let ResponsePayload::Success(result) = packet.single_payload()? else { return None };
    let number: alloy::primitives::U64 = match how {
        AsksForHead::Number => serde_json::from_str(result.get()).ok()?,
        AsksForHead::Block => serde_json::from_str::<Numbered>(result.get()).ok()?.number,
    };
    Some(number.to())
}

/// Whether a node gave an answer, and not only an excuse.
fn is_answer(answer: &TransportResult<ResponsePacket>) -> bool {
    match answer {
        Ok(packet) => {
            !packet.iter_errors().any(|payload| is_fault_of_node(&TransportError::ErrorResp(payload.clone())))
        }
        Err(error) => !is_fault_of_node(error),
    }
}
