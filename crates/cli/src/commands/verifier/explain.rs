use crate::json::{ChainId, Checksummed};
use alloy::primitives::{B256, U256};
use causeway_chain::LogEntry;
use causeway_interop::{ExecutingMessage, Verdict, encode_access_list, msg_hash};
use causeway_verifier::Finding;
use serde_json::{Value, json};
use std::fmt::Write;

/// One message and what became of it.
pub(super) struct Explained {
    pub(super) text: String,
    pub(super) data: Value,
    pub(super) is_valid: bool,
}

impl Explained {
    /// Explains what was found of a message that a chain executes, or would, at a time.
    pub(super) fn new(
        place: &str,
        message: &ExecutingMessage,
        executing: U256,
        time: u64,
        finding: &Finding,
    ) -> Self {
        let id = &message.identifier;
        let mut text = format!("{place}\n");
        let _ = writeln!(text, "  verdict       {}", words(&finding.verdict));
        let _ = writeln!(text, "  origin        {}", id.origin);
        let _ = writeln!(
            text,
            "  initiated     {} ({} s earlier)",
            id.timestamp,
            time.saturating_sub(id.timestamp)
        );
        let _ = writeln!(text, "  message hash  {}", message.msg_hash);
        let _ = write!(text, "  checksum      {}", id.checksum(message.msg_hash));
        if let (false, Some(log)) = (finding.verdict.is_valid(), &finding.log) {
            let _ = write!(text, "\n  found there   a log of {}, message hash {}", log.address, hash_of(log));
        }
        let keys = encode_access_list([(id, message.msg_hash)]);
        let data = json!({
            "executingChainId": ChainId::from(executing),
            "executingTimestamp": time,
            "verdict": finding.verdict.code(),
            "valid": finding.verdict.is_valid(),
            "explanation": finding.verdict.to_string(),
            "identifier": {
                "origin": Checksummed(id.origin), "blockNumber": id.block_number, "logIndex": id.log_index,
                "timestamp": id.timestamp, "chainId": ChainId::from(id.chain_id),
            },
            "payloadHash": message.msg_hash,
            "storageKeys": keys,
            "found": finding.log.as_ref().map(|log| json!({ "origin": Checksummed(log.address), "payloadHash": hash_of(log), "transactionHash": log.tx_hash })),
        });
        Self { text, data, is_valid: finding.verdict.is_valid() }
    }
}

fn hash_of(log: &LogEntry) -> B256 {
    msg_hash(&log.topics, &log.data)
}

fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Valid => "valid: the log is there, and it may be executed".to_owned(),
        Verdict::Invalid(reason) => format!("invalid ({}): {reason}", reason.code()),
        Verdict::Unknown(missing) => format!("not known yet ({}): {missing}", missing.code()),
    }
}
