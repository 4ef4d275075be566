use alloy::{
    consensus::proofs::ordered_trie_root_with_encoder,
    primitives::{Address, B256, Bloom, Bytes, U8, U64},
    rlp::{BufMut, Encodable, Header},
};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// The type of a deposit transaction (OP Stack specs, "Deposits", "Deposited transaction type").
const DEPOSIT: u8 = 0x7e;

/// The fields of a receipt that its encoding or its logs need, so that fields of future forks cannot break us.
///
/// Receipts of before Byzantium, with a state root for a status, are not readable.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    #[serde(rename = "type", default)]
    kind: U8,
    status: U8,
    cumulative_gas_used: U64,
    pub(crate) logs: Vec<ReceiptLog>,
    /// What the node tells, which only a root proves.
    #[serde(default, deserialize_with = "bloom_if_any")]
    logs_bloom: Option<Bloom>,
    #[serde(default)]
    deposit_nonce: Option<U64>,
    #[serde(default)]
    deposit_receipt_version: Option<U64>,
    pub(crate) block_hash: B256,
    pub(crate) transaction_hash: B256,
}

/// A log within a [`Receipt`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptLog {
    pub(crate) address: Address,
    pub(crate) topics: Vec<B256>,
    pub(crate) data: Bytes,
    pub(crate) block_hash: B256,
    pub(crate) block_number: U64,
    pub(crate) log_index: U64,
}

impl Receipt {
    /// Whether a deposit transaction left it.
    pub(crate) fn is_deposit(&self) -> bool {
        self.kind.to::<u8>() == DEPOSIT
    }

    /// Whether its encoding is known, so that it can be proven.
    pub(crate) fn is_provable(&self) -> bool {
        matches!(self.kind.to::<u8>(), 0..=4 | DEPOSIT)
    }

    /// The bloom filter of the logs, recomputed.
    fn bloom(&self) -> Bloom {
        let mut bloom = Bloom::ZERO;
        for log in &self.logs {
            bloom.accrue_raw_log(log.address, &log.topics);
        }
        bloom
    }

    /// What a deposit's receipt has beyond the four common fields. Between Regolith and Canyon nodes know the nonce
    /// but the encoding does not hold it: it does since receipts have a version (OP Stack specs, "Deposits",
    /// "Deposit receipt").
    fn deposit_fields(&self) -> Option<(u64, u64)> {
        let version = self.deposit_receipt_version.filter(|_| self.is_deposit())?;
        Some((self.deposit_nonce.unwrap_or_default().to(), version.to()))
    }

    /// Appends the leaf of the receipts trie: EIP-2718's type, unless legacy, and the fields as RLP.
    fn encode(&self, bloom: &Bloom, out: &mut Vec<u8>) {
        let kind = self.kind.to::<u8>();
        let (status, gas) = (self.status.to::<u8>(), self.cumulative_gas_used.to::<u64>());
        let deposit = self.deposit_fields();
        let extra = deposit.map_or(0, |(nonce, version)| nonce.length() + version.length());
        let payload_length = status.length() + gas.length() + bloom.length() + self.logs.length() + extra;
        if kind != 0 {
            out.put_u8(kind);
        }
        Header { list: true, payload_length }.encode(out);
        status.encode(out);
        gas.encode(out);
        bloom.encode(out);
        self.logs.encode(out);
        if let Some((nonce, version)) = deposit {
            nonce.encode(out);
            version.encode(out);
        }
    }
}

impl ReceiptLog {
    fn header(&self) -> Header {
        let payload_length = self.address.length() + self.topics.length() + self.data.length();
        Header { list: true, payload_length }
    }
}

impl Encodable for ReceiptLog {
    fn encode(&self, out: &mut dyn BufMut) {
        self.header().encode(out);
        self.address.encode(out);
        self.topics.encode(out);
        self.data.encode(out);
    }

    fn length(&self) -> usize {
        let header = self.header();
        header.length() + header.payload_length
    }
}

/// Reads a bloom filter. One that is no bloom filter is none.
fn bloom_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Bloom>, D::Error> {
    let text = Option::<Cow<'de, str>>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// The bloom filter of a block with these receipts.
pub(crate) fn bloom_of(receipts: &[Receipt]) -> Bloom {
    receipts.iter().fold(Bloom::ZERO, |bloom, receipt| bloom | receipt.bloom())
}

/// The root of the trie of these receipts, which are all of a block, in order.
pub(crate) fn receipts_root(receipts: &[Receipt]) -> B256 {
    ordered_trie_root_with_encoder(receipts, |receipt, out| receipt.encode(&receipt.bloom(), out))
}

/// Checks that these receipts, which are all of a block, in order, have this root; an error is the root that they have.
///
/// A bloom filter costs two hashes and more a log, so the node's own are tried first: a leaf holds the logs beside the
/// filter, so the root proves both or none.
pub(crate) fn prove_receipts(receipts: &[Receipt], root: B256) -> Result<(), B256> {
    let told = |receipt: &Receipt, out: &mut Vec<u8>| match &receipt.logs_bloom {
        Some(bloom) => receipt.encode(bloom, out),
        None => receipt.encode(&receipt.bloom(), out),
    };
    if ordered_trie_root_with_encoder(receipts, told) == root {
        return Ok(());
    }
    let computed = receipts_root(receipts);
    if computed == root { Ok(()) } else { Err(computed) }
}

#[cfg(test)]
mod tests;
