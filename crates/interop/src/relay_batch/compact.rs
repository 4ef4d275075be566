use alloy_primitives::{Address, Bytes, U256};

use super::{RelayBatchError, RelayItem};

/// Bits of an item's first byte: what it has.
const HAS_BLOCK: u8 = 0x01;
const HAS_LOG_INDEX: u8 = 0x02;
const HAS_CHAIN_ID: u8 = 0x04;
const HAS_NONCE: u8 = 0x08;
const HAS_GAS_LIMIT: u8 = 0x10;
const HAS_VALUE: u8 = 0x20;
const HAS_TARGET: u8 = 0x40;
const HAS_SENDER: u8 = 0x80;

/// Encodes a batch in compact form, as short as it can be: what `relayCompact` takes.
pub fn encode_compact(items: &[RelayItem]) -> Result<Vec<u8>, RelayBatchError> {
    let count = |count: usize| u32::try_from(count).map(U256::from).map_err(|_| RelayBatchError::Oversized);
    let longest = items.iter().map(|item| item.message.len()).max().unwrap_or_default();
    // As many values as 32 bits can count, of 128 bits each, do not overflow.
    let value = items.iter().map(|item| U256::from(item.value)).sum();
    let mut batch = Vec::new();
    for number in [count(items.len())?, count(longest)?, value] {
        write(&mut batch, number);
    }
    let mut last = &RelayItem::default();
    for item in items {
        encode_after(last, item, &mut batch);
        last = item;
    }
    Ok(batch)
}

/// Writes what an item has that does not follow from the one before it.
fn encode_after(last: &RelayItem, item: &RelayItem, batch: &mut Vec<u8>) {
    let (mut has, place) = (0, batch.len());
    batch.push(has);
    let mut number = |bit, is_new, numbers: &[U256]| {
        if is_new {
            has |= bit;
            numbers.iter().for_each(|number| write(batch, *number));
        }
    };
    let block = (item.block_number, item.timestamp);
    number(
        HAS_BLOCK,
        block != (last.block_number, last.timestamp),
        &[U256::from(block.0), U256::from(block.1)],
    );
    let next_index = u64::from(last.log_index) + 1;
    number(HAS_LOG_INDEX, u64::from(item.log_index) != next_index, &[U256::from(item.log_index)]);
    number(HAS_CHAIN_ID, item.chain_id != last.chain_id, &[item.chain_id]);
    number(HAS_NONCE, item.nonce != last.nonce.wrapping_add(U256::ONE), &[item.nonce]);
    number(HAS_GAS_LIMIT, item.gas_limit != last.gas_limit, &[U256::from(item.gas_limit)]);
    number(HAS_VALUE, item.value != last.value, &[U256::from(item.value)]);
    for (bit, before, now) in [(HAS_TARGET, last.target, item.target), (HAS_SENDER, last.sender, item.sender)]
    {
        if before != now {
            has |= bit;
            batch.extend(now);
        }
    }
    batch[place] = has;
    write(batch, U256::from(item.message.len()));
    batch.extend_from_slice(&item.message);
}

/// Writes a number: how many bytes it takes, and these, the first of them not zero.
fn write(batch: &mut Vec<u8>, number: U256) {
    let bytes = number.to_be_bytes_trimmed_vec();
    // 32 at most.
    batch.push(bytes.len() as u8);
    batch.extend(bytes);
}

/// Decodes a batch in compact form: as strictly as the contract, which undoes what is not in this form.
pub fn decode_compact(batch: &[u8]) -> Result<Vec<RelayItem>, RelayBatchError> {
    let mut reader = Reader { batch, at: 0, item: 0 };
    let count = reader.length()?;
    let longest = reader.length()?;
    let value = reader.number(20)?;
    let mut items = Vec::new();
    let (mut last, mut sum) = (RelayItem::default(), U256::ZERO);
    // Each item takes two bytes at least, so a large count comes to the batch's end soon.
    while reader.item < count {
        let item = decode_after(&last, &mut reader, longest)?;
        sum += U256::from(item.value);
        last = item.clone();
        items.push(item);
        reader.item += 1;
    }
    match batch.len() - reader.at {
        0 if sum == value => Ok(items),
        0 => Err(RelayBatchError::Value),
        count => Err(RelayBatchError::Trailing { count }),
    }
}

fn decode_after(
    last: &RelayItem,
    reader: &mut Reader<'_>,
    longest: usize,
) -> Result<RelayItem, RelayBatchError> {
    let [has] = *reader.bytes::<1>()?;
    let mut item = RelayItem { nonce: last.nonce.wrapping_add(U256::ONE), ..last.clone() };
    if has & HAS_BLOCK != 0 {
        item.block_number = reader.number(8)?.to();
        item.timestamp = reader.number(8)?.to();
    }
    item.log_index = if has & HAS_LOG_INDEX != 0 {
        reader.number(4)?.to()
    } else {
        last.log_index.checked_add(1).ok_or(RelayBatchError::LogIndex { item: reader.item })?
    };
    if has & HAS_CHAIN_ID != 0 {
        item.chain_id = reader.number(32)?;
    }
    if has & HAS_NONCE != 0 {
        item.nonce = reader.number(32)?;
    }
    if has & HAS_GAS_LIMIT != 0 {
        item.gas_limit = reader.number(4)?.to();
    }
    if has & HAS_VALUE != 0 {
        item.value = reader.number(16)?.to();
    }
    if has & HAS_TARGET != 0 {
        item.target = Address::from(*reader.bytes::<20>()?);
    }
    if has & HAS_SENDER != 0 {
        item.sender = Address::from(*reader.bytes::<20>()?);
    }
    let length = reader.length()?;
    if length > longest {
        return Err(RelayBatchError::TooLong { item: reader.item, length, longest });
    }
    item.message = Bytes::copy_from_slice(reader.slice(length)?);
    Ok(item)
}

/// Reads a batch from its beginning.
struct Reader<'a> {
    batch: &'a [u8],
    at: usize,
    item: usize,
}

impl<'a> Reader<'a> {
    fn slice(&mut self, length: usize) -> Result<&'a [u8], RelayBatchError> {
        let cut_off = RelayBatchError::CutOff { at: self.batch.len(), item: self.item };
        let (read, _) = self.batch[self.at..].split_at_checked(length).ok_or(cut_off)?;
        self.at += length;
        Ok(read)
    }

    fn bytes<const N: usize>(&mut self) -> Result<&'a [u8; N], RelayBatchError> {
        let cut_off = RelayBatchError::CutOff { at: self.batch.len(), item: self.item };
        self.slice(N)?.first_chunk().ok_or(cut_off)
    }

    /// A number of at most so many bytes.
    fn number(&mut self, width: usize) -> Result<U256, RelayBatchError> {
        let malformed = RelayBatchError::Number { at: self.at };
        let [size] = *self.bytes::<1>()?;
        let size = usize::from(size);
        if size > width {
            return Err(malformed);
        }
        let bytes = self.slice(size)?;
        if bytes.first() == Some(&0) {
            return Err(malformed);
        }
        Ok(U256::from_be_slice(bytes))
    }

    fn length(&mut self) -> Result<usize, RelayBatchError> {
        Ok(self.number(4)?.to())
    }
}
