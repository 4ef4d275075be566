use super::{Header, IndexError, layout};
use alloy_primitives::B256;
use causeway_interop::ExecutingMessage;

/// Reads a chunk of logs at the place of a log index: its timestamp, and the hash if it is there.
pub fn chunk(bytes: &[u8], log_index: u32) -> Result<(u64, Option<B256>), IndexError> {
    let (timestamp, hashes) = layout::read_chunk(bytes)?;
    let (_, place) = layout::place(log_index);
    Ok((timestamp, hashes.get(place).map(B256::from)))
}

/// Reads a list of executing messages; returns it, and its bytes when it is written again.
#[expect(clippy::type_complexity, reason = "two values of types that are plain by themselves")]
pub fn executing(bytes: &[u8]) -> Result<(Vec<(u32, ExecutingMessage)>, Vec<u8>), IndexError> {
    let messages = layout::decode_executing(bytes)?;
    let again = layout::encode_executing(&messages);
    Ok((messages, again))
}

/// Reads an identity; returns it, and its bytes when it is written again. Gives nothing for another length than its own.
pub fn header(number: u64, bytes: &[u8]) -> Option<(Header, Vec<u8>)> {
    let bytes = bytes.try_into().ok()?;
    let header = layout::decode_header(number, bytes);
    Some((header, layout::encode_header(&header, layout::deposit_logs(bytes)).to_vec()))
}

/// Reads a chain's record and writes it again. Gives nothing for another length than its own.
pub fn record(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(layout::encode_record(&layout::decode_record(bytes.try_into().ok()?)).to_vec())
}
