//! What is asked of a node, every answer checked against the others and, on demand, against its hash.

mod fault;
mod header;
mod logs;
mod receipts;

pub(crate) use fault::Fault;
pub(crate) use header::Header;
#[cfg(feature = "fuzzing")]
pub(crate) use receipts::entries;

use crate::{
    BlockLogs, BlockRef, ConnectError, ConnectOptions, Content, Endpoint, board::Report,
    connection::Connection,
};
use alloy::{eips::BlockNumberOrTag, providers::Provider};
use futures::future::try_join;
use header::Unproven;
use logs::LogReader;
use receipts::{ReceiptReader, Rigor};
use serde_json::value::RawValue;
use std::sync::atomic::{AtomicBool, Ordering};

const GET_BLOCK: &str = "eth_getBlockByNumber";
/// How nodes say that they name no block safe, or finalized.
const NO_LABEL: [&str; 6] = ["not found", "unknown", "support", "invalid", "not available", "missing"];

/// A node of one chain.
pub(crate) struct Node {
    connection: Connection,
    chain_id: u64,
    reader: Reader,
    /// Whether it was told that the headers cannot be proven.
    told: AtomicBool,
    /// Where it is told which chain it serves, if it is one of several.
    report: Option<Report>,
}

/// The safe and the finalized block, where the node names one.
pub(crate) type Labels = (Option<BlockRef>, Option<BlockRef>);

/// Where the logs come from.
enum Reader {
    Logs(LogReader),
    Receipts(ReceiptReader),
}

impl Node {
    pub(crate) fn new(
        endpoint: &Endpoint,
        options: &ConnectOptions,
        chain_id: u64,
        content: &Content,
        report: Option<Report>,
    ) -> Result<Self, ConnectError> {
        let connection = Connection::alert(endpoint, options, report.clone())?;
        let reader = match content {
            Content::Logs { addresses, topics } => {
                Reader::Logs(LogReader::new(connection.clone(), addresses.clone(), topics.clone()))
            }
            Content::Receipts { trusted } => {
                let rigor = if *trusted { Rigor::Trust } else { Rigor::Proof };
                Reader::Receipts(ReceiptReader::new(connection.clone(), rigor))
            }
        };
        Ok(Self { connection, chain_id, reader, told: AtomicBool::new(false), report })
    }

    pub(crate) async fn verify_chain_id(&self) -> Result<(), Fault> {
        let expected = self.chain_id;
        let told = self.connection.provider.get_chain_id().await;
        if let (Some(Report { board, node }), Ok(actual)) = (&self.report, &told)
            && board.check_chain(*node, *actual).is_ok()
        {
            board.forgiven(*node);
        }
        match told {
            Ok(actual) if actual == expected => Ok(()),
            Ok(actual) => Err(Fault::WrongChain { expected, actual }),
            Err(error) => Err(Fault::from_rpc("eth_chainId", &error)),
        }
    }

    pub(crate) async fn latest(&self) -> Result<Header, Fault> {
        let head = self.read_header(BlockNumberOrTag::Latest).await?;
        head.ok_or_else(|| Fault::Inconsistent { what: "it has no latest block".to_owned() })
    }

    /// The blocks that the node calls safe and finalized. One that names none says so by an error or by nothing.
    pub(crate) async fn labels(&self) -> Result<Labels, Fault> {
        let label = async |tag| match self.read_header(tag).await {
            Ok(header) => Ok(header.map(|header| header.block())),
            Err(Fault::Refused { method, reason } | Fault::Pruned { method, reason }) => {
                let words = reason.to_lowercase();
                let says_none = NO_LABEL.iter().any(|phrase| words.contains(phrase));
                // What means nothing to us is no answer.
                if says_none { Ok(None) } else { Err(Fault::Busy { method, reason }) }
            }
            Err(fault) => Err(fault),
        };
        try_join(label(BlockNumberOrTag::Safe), label(BlockNumberOrTag::Finalized)).await
    }

    /// The canonical header at a height; `None` above the node's head.
    pub(crate) async fn header(&self, number: u64) -> Result<Option<Header>, Fault> {
        let header = self.read_header(number.into()).await?;
        header.map(|header| at_height(header, number)).transpose()
    }

    /// A block with its logs, as announced by a header of this very node.
    pub(crate) async fn block(&self, header: &Header) -> Result<BlockLogs, Fault> {
        if self.rigor() == Rigor::Trust || header.is_proven() {
            return self.read_block(header).await;
        }
        // A pushed header may lack fields: it is taken for a hint.
        let number = header.number();
        let polled = self.header(number).await?.ok_or(Fault::Missing { number })?;
        if polled.block() != header.block() {
            return Err(Fault::Inconsistent {
                what: format!("it announced another block {number} than it has"),
            });
        }
        self.read_block(&polled).await
    }

    async fn read_block(&self, header: &Header) -> Result<BlockLogs, Fault> {
        let mut blocks = self.read_blocks(std::slice::from_ref(header)).await?;
        blocks.pop().ok_or(Fault::Missing { number: header.number() })
    }

    /// The blocks `from..=to` with their logs, each standing on the one before.
    pub(crate) async fn blocks(&self, from: u64, to: u64) -> Result<Vec<BlockLogs>, Fault> {
        self.read_blocks(&self.headers(from, to).await?).await
    }

    async fn read_blocks(&self, headers: &[Header]) -> Result<Vec<BlockLogs>, Fault> {
        match &self.reader {
            Reader::Logs(reader) => {
                let logs = reader.blocks(headers).await?;
                Ok(headers.iter().zip(logs).map(|(header, logs)| without_deposits(header, logs)).collect())
            }
            Reader::Receipts(reader) => reader.blocks(headers).await,
        }
    }

    const fn rigor(&self) -> Rigor {
        match &self.reader {
            Reader::Logs(_) => Rigor::Completeness,
            Reader::Receipts(reader) => reader.rigor(),
        }
    }

    /// The headers `from..=to`, each standing on the one before.
    async fn headers(&self, from: u64, to: u64) -> Result<Vec<Header>, Fault> {
        let headers = self.read_headers((from..=to).map(BlockNumberOrTag::Number)).await?;
        let mut linked: Vec<Header> = Vec::with_capacity(headers.len());
        for (number, header) in (from..).zip(headers) {
            let header = at_height(header.ok_or(Fault::Missing { number })?, number)?;
            if linked.last().is_some_and(|parent| !header.block().is_child_of(&parent.block())) {
                return Err(Fault::Inconsistent {
                    what: format!("block {number} does not stand on the block below"),
                });
            }
            linked.push(header);
        }
        Ok(linked)
    }

    async fn read_header(&self, block: BlockNumberOrTag) -> Result<Option<Header>, Fault> {
        Ok(self.read_headers([block]).await?.pop().flatten())
    }

    async fn read_headers(
        &self,
        blocks: impl IntoIterator<Item = BlockNumberOrTag>,
    ) -> Result<Vec<Option<Header>>, Fault> {
        let params: Vec<_> = blocks.into_iter().map(|block| (block, false)).collect();
        let texts: Result<Vec<Option<Box<RawValue>>>, _> = self.connection.ask(GET_BLOCK, &params).await;
        let texts = texts.map_err(|error| Fault::from_rpc(GET_BLOCK, &error))?;
        texts.into_iter().map(|text| text.map(|text| self.parse(&text)).transpose()).collect()
    }

    fn parse(&self, text: &RawValue) -> Result<Header, Fault> {
        let unreadable = |error| Fault::unreadable(GET_BLOCK, &error);
        match (self.rigor(), Header::prove(text.get())) {
            (_, Ok(header)) => Ok(header),
            (Rigor::Trust, Err(_)) => serde_json::from_str(text.get()).map_err(unreadable),
            (Rigor::Completeness, Err(_)) => {
                let header: Header = serde_json::from_str(text.get()).map_err(unreadable)?;
                self.tell_unproven(&header);
                Ok(header)
            }
            (Rigor::Proof, Err(Unproven::Unreadable(error))) => Err(unreadable(error)),
            (Rigor::Proof, Err(Unproven::Hash { number, given, computed })) => Err(Fault::Untrue {
                what: format!(
                    "header of block {number} does not hash to {given}, as it says, but to {computed}"
                ),
            }),
        }
    }

    fn tell_unproven(&self, header: &Header) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                chain = self.chain_id,
                block = header.number(),
                "the node's headers do not hash to their hashes (a field that is not known here?): the logs of every \
                 block have to be asked for"
            );
        }
    }
}

/// A block whose logs are not told apart by the transactions that emitted them.
fn without_deposits(header: &Header, logs: Vec<crate::LogEntry>) -> BlockLogs {
    BlockLogs { block: header.block(), logs, deposit_logs: 0 }
}

fn at_height(header: Header, number: u64) -> Result<Header, Fault> {
    if header.number() == number {
        Ok(header)
    } else {
        Err(Fault::Inconsistent {
            what: format!("asked for block {number} it gave block {}", header.number()),
        })
    }
}
