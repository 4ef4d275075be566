use crate::BlockRef;
use alloy::primitives::{Address, B256, Bloom, BloomInput, U64};
use serde::{Deserialize, Deserializer, de::Error};

/// The few fields of a header that we need, so that fields of future forks cannot break us.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Header {
    #[serde(deserialize_with = "height")]
    number: U64,
    hash: B256,
    parent_hash: B256,
    #[serde(deserialize_with = "time")]
    timestamp: U64,
    #[serde(default)]
    logs_bloom: Option<Bloom>,
    #[serde(default)]
    receipts_root: Option<B256>,
    /// Whether the hash was recomputed from the other fields.
    #[serde(skip)]
    is_proven: bool,
}

impl Header {
    /// Reads a header, which is proven when its fields give its hash. A chain whose headers have fields that we do not
    /// know, and a push that leaves some out, give one that is not.
    pub(crate) fn read(text: &str) -> serde_json::Result<Self> {
        Self::prove(text).or_else(|_| serde_json::from_str(text))
    }

    /// Reads a header and recomputes its hash from its fields.
    pub(crate) fn prove(text: &str) -> Result<Self, Unproven> {
        let Named { hash: given } = serde_json::from_str(text)?;
        let header: alloy::consensus::Header = serde_json::from_str(text)?;
        let computed = header.hash_slow();
        if computed != given {
            return Err(Unproven::Hash { number: header.number, given, computed });
        }
        Ok(Self {
            number: within::<serde_json::Error>("number", header.number, BlockRef::MAX_NUMBER)?,
            hash: computed,
            parent_hash: header.parent_hash,
            timestamp: within::<serde_json::Error>("timestamp", header.timestamp, BlockRef::MAX_TIMESTAMP)?,
            logs_bloom: Some(header.logs_bloom),
            receipts_root: Some(header.receipts_root),
            is_proven: true,
        })
    }

    /// Whether the hash stands for the number, the parent, the timestamp, the bloom filter and the receipts root.
    pub(crate) const fn is_proven(&self) -> bool {
        self.is_proven
    }

    pub(crate) const fn receipts_root(&self) -> Option<B256> {
        self.receipts_root
    }

    /// The bloom filter of all logs of the block.
    pub(crate) const fn bloom(&self) -> Option<&Bloom> {
        self.logs_bloom.as_ref()
    }

    /// Whether the header says that no transaction of the block emitted anything.
    pub(crate) fn is_silent(&self) -> bool {
        self.logs_bloom.is_some_and(|bloom| bloom.is_zero())
    }

    pub(crate) fn block(&self) -> BlockRef {
        BlockRef {
            number: self.number.to(),
            hash: self.hash,
            parent_hash: self.parent_hash,
            timestamp: self.timestamp.to(),
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number.to()
    }

    /// Whether the block may hold a log that matches; `false` is certain. A bloom filter that nothing proves excludes
    /// nothing: some nodes leave it empty, whatever the block holds.
    pub(crate) fn may_match(&self, addresses: &[Address], topics: &[B256]) -> bool {
        let Some(bloom) = self.logs_bloom.as_ref().filter(|_| self.is_proven) else { return true };
        let has = |item: &[u8]| bloom.contains_input(BloomInput::Raw(item));
        (addresses.is_empty() || addresses.iter().any(|address| has(address.as_slice())))
            && (topics.is_empty() || topics.iter().any(|topic| has(topic.as_slice())))
            // A filter for everything matches every log, but an empty bloom means that there is none.
            && !bloom.is_zero()
    }
}

fn height<'de, D: Deserializer<'de>>(from: D) -> Result<U64, D::Error> {
    within("number", U64::deserialize(from)?.to(), BlockRef::MAX_NUMBER)
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<U64, D::Error> {
    within("timestamp", U64::deserialize(from)?.to(), BlockRef::MAX_TIMESTAMP)
}

/// What no chain has is no answer: whoever takes it in could not write it down.
fn within<E: Error>(field: &str, value: u64, most: u64) -> Result<U64, E> {
    if value > most {
        return Err(E::custom(format!("no block has the {field} {value}")));
    }
    Ok(U64::from(value))
}

/// What a header is said to hash to.
#[derive(Deserialize)]
struct Named {
    hash: B256,
}

/// Why a header was not proven.
#[derive(Debug)]
pub(crate) enum Unproven {
    /// It cannot be read, or lacks a field that the hash covers.
    Unreadable(serde_json::Error),
    /// It has another hash than it says.
    Hash { number: u64, given: B256, computed: B256 },
}

impl From<serde_json::Error> for Unproven {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(bloom: Option<Bloom>, is_proven: bool) -> Header {
        Header {
            number: U64::from(1),
            hash: B256::ZERO,
            parent_hash: B256::ZERO,
            timestamp: U64::ZERO,
            logs_bloom: bloom,
            receipts_root: None,
            is_proven,
        }
    }

    #[test]
    fn bloom_excludes_only_what_is_absent() {
        let (here, elsewhere) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let (topic, other) = (B256::repeat_byte(3), B256::repeat_byte(4));
        let mut bloom = Bloom::ZERO;
        bloom.accrue_raw_log(here, &[topic]);
        let header_with = header(Some(bloom), true);
        assert!(header_with.may_match(&[elsewhere, here], &[other, topic]));
        assert!(header_with.may_match(&[], &[]));
        assert!(!header_with.may_match(&[elsewhere], &[topic]));
        assert!(!header_with.may_match(&[here], &[other]));
        assert!(!header(Some(Bloom::ZERO), true).may_match(&[], &[]));
        // Without a bloom, or with one that anybody can have written there, nothing can be excluded.
        assert!(header(None, true).may_match(&[elsewhere], &[other]));
        assert!(header(Some(Bloom::ZERO), false).may_match(&[elsewhere], &[other]));
    }

    #[test]
    fn reads_what_it_needs_and_no_more() {
        let text = format!(
            r#"{{"number":"0x10","hash":"{0}","parentHash":"{0}","timestamp":"0x5","novelty":{{"a":[]}}}}"#,
            B256::repeat_byte(7)
        );
        let header: Header = serde_json::from_str(&text).unwrap();
        assert_eq!(header.block().number, 16);
        // What no database takes: neither where nothing proves it, nor where a hash does.
        for (field, value) in [("0x10", "0x4000000000000001"), ("0x5", "0x3afff44180")] {
            assert!(serde_json::from_str::<Header>(&text.replace(field, value)).is_err(), "{value}");
        }
        let mut odd = alloy::consensus::Header { timestamp: u64::MAX, ..Default::default() };
        for is_read in [false, true] {
            let mut text = serde_json::to_value(&odd).unwrap();
            text["hash"] = serde_json::to_value(odd.hash_slow()).unwrap();
            assert_eq!(Header::read(&text.to_string()).is_ok(), is_read);
            odd.timestamp = BlockRef::MAX_TIMESTAMP;
        }
        // A pending block has no hash: unusable.
        assert!(serde_json::from_str::<Header>(&text.replace("\"hash\"", "\"hush\"")).is_err());
    }
}
