//! The newest blocks are read into memory when an index is opened.

use super::{
    IndexError, Snapshot,
    layout::{HEADER, decode_header, read_chunk},
    recent::{Recent, RecentBlock},
    snapshot::Chain,
};
use alloy_primitives::{B256, U256};
use redb::{AccessGuard, Range};
use std::iter::{Peekable, Rev};

type Chunks = Rev<Range<'static, (u64, u32), &'static [u8]>>;
type Chunk = (AccessGuard<'static, (u64, u32)>, AccessGuard<'static, &'static [u8]>);

/// A chain, read from its newest block down.
struct Descent {
    chain_id: U256,
    headers: Rev<Range<'static, u64, &'static [u8; HEADER]>>,
    logs: Peekable<Chunks>,
    /// Number of the block that was read last.
    above: Option<u64>,
    /// The next block, with its number.
    next: Option<(u64, RecentBlock)>,
}

/// The newest blocks of all chains, the newest first, until there is no more room.
pub(super) fn load(snapshot: &Snapshot, room: usize) -> Result<Recent, IndexError> {
    let mut recent = Recent::new(room);
    let mut chains = snapshot.parts().iter().map(Descent::of).collect::<Result<Vec<_>, _>>()?;
    let newest = |chain: &&mut Descent| chain.next.as_ref().map(|(_, block)| block.timestamp());
    while let Some(chain) = chains.iter_mut().max_by_key(newest)
        && let Some((number, block)) = chain.next.take()
        && recent.fill(chain.chain_id, number, block)
    {
        chain.next = chain.read()?;
    }
    Ok(recent)
}

impl Descent {
    fn of(chain: &Chain) -> Result<Self, IndexError> {
        let (headers, logs) = (chain.headers.range::<u64>(..)?, chain.logs.range::<(u64, u32)>(..)?);
        let (headers, logs) = (headers.rev(), logs.rev().peekable());
        let mut descent = Self { chain_id: chain.id, headers, logs, above: None, next: None };
        descent.next = descent.read()?;
        Ok(descent)
    }

    /// The next block downwards, with its number.
    fn read(&mut self) -> Result<Option<(u64, RecentBlock)>, IndexError> {
        let Some((number, bytes)) = self.headers.next().transpose()? else { return Ok(None) };
        let header = decode_header(number.value(), bytes.value());
        if self.above.replace(header.number).is_some_and(|above| above != header.number + 1) {
            return Err(IndexError::Corrupt { what: "a block is missing" });
        }
        let mut chunks = Vec::new();
        while let Some(chunk) = self.logs.next_if(|chunk| is_at(chunk, header.number)) {
            chunks.push(chunk?.1);
        }
        let mut log_hashes = Vec::new();
        for chunk in chunks.iter().rev() {
            log_hashes.extend(read_chunk(chunk.value())?.1.iter().map(B256::from));
        }
        Ok(Some((header.number, RecentBlock::new(header.timestamp, log_hashes.into()))))
    }
}

/// Whether a chunk is of a block, or was not to be read at all.
fn is_at(chunk: &Result<Chunk, redb::StorageError>, number: u64) -> bool {
    chunk.as_ref().map_or(true, |(key, _)| key.value().0 == number)
}
