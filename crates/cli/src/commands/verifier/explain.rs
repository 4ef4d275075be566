use crate::{
    interoperable,
    json::{ChainId, Checksummed},
};
use alloy::primitives::{B256, U256};
use causeway_chain::LogEntry;
use causeway_interop::{ExecutingMessage, SentMessage, Verdict, encode_access_list, msg_hash};
use causeway_verifier::Finding;
use serde_json::{Value, json};
use std::fmt::Write;

/// One message and what became of it.
pub(super) struct Explained {
    pub(super) text: String,
    pub(super) data: Value,
    pub(super) judged: Judged,
}

/// What is known of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    /// It may be executed.
    Valid,
    /// It may not, or not yet.
    Invalid,
    /// A chain that it takes to judge it cannot be asked.
    Unjudged,
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
        let (verdict, is_valid) = (&finding.verdict, finding.verdict.is_valid());
        let mut text = format!("{place}\nverdict       {}\n", words(verdict));
        let message_hash = finding.log.as_ref().and_then(|log| message_hash(message, log));
        if let Some(hash) = message_hash {
            let _ = writeln!(text, "message hash  {hash}");
        }
        text.push_str(&facts(message, time));
        if let (false, Some(log)) = (is_valid, &finding.log) {
            let _ = write!(text, "\nfound there   a log of {}\n  payload     {}", log.address, hash_of(log));
        }
        let found = finding.log.as_ref();
        let found = found.map(|log| {
            json!({
                "origin": Checksummed(log.address),
                "originInteroperable": interoperable::text(message.identifier.chain_id, log.address),
                "payloadHash": hash_of(log),
                "transactionHash": log.tx_hash,
            })
        });
        let mut data = data(message, executing, time);
        data["verdict"] = verdict.code().into();
        data["valid"] = is_valid.into();
        data["explanation"] = verdict.to_string().into();
        data["messageHash"] = json!(message_hash);
        data["found"] = json!(found);
        Self { text, data, judged: if is_valid { Judged::Valid } else { Judged::Invalid } }
    }

    /// Tells what there is to tell of a message that cannot be judged.
    pub(super) fn unjudged(
        place: &str,
        message: &ExecutingMessage,
        executing: U256,
        time: Option<u64>,
        why: &str,
    ) -> Self {
        let initiated = message.identifier.timestamp;
        let text = format!(
            "{place}\nverdict       not judged: {why}\n{}",
            facts(message, time.unwrap_or(initiated))
        );
        let mut data = data(message, executing, time.unwrap_or_default());
        if time.is_none() {
            data["executingTimestamp"] = Value::Null;
        }
        data["verdict"] = "not-judged".into();
        data["valid"] = Value::Null;
        data["explanation"] = why.into();
        data["messageHash"] = Value::Null;
        data["found"] = Value::Null;
        Self { text, data, judged: Judged::Unjudged }
    }
}

/// What a message says of itself, for people. A line with a hash has 80 columns.
fn facts(message: &ExecutingMessage, time: u64) -> String {
    let id = &message.identifier;
    let earlier = time.saturating_sub(id.timestamp);
    format!(
        "origin        {}\ninitiated     {} ({earlier} s earlier)\npayload hash  {}\nchecksum      {}",
        interoperable::shown(id.chain_id, id.origin, 14),
        id.timestamp,
        message.msg_hash,
        id.checksum(message.msg_hash)
    )
}

/// The same for programs.
fn data(message: &ExecutingMessage, executing: U256, time: u64) -> Value {
    let id = &message.identifier;
    json!({
        "executingChainId": ChainId::from(executing),
        "executingTimestamp": time,
        "identifier": {
            "origin": Checksummed(id.origin), "originInteroperable": interoperable::text(id.chain_id, id.origin),
            "blockNumber": id.block_number, "logIndex": id.log_index,
            "timestamp": id.timestamp, "chainId": ChainId::from(id.chain_id),
        },
        "payloadHash": message.msg_hash,
        "storageKeys": encode_access_list([(id, message.msg_hash)]),
    })
}

/// The hash by which the messengers know the message, if it is theirs.
fn message_hash(message: &ExecutingMessage, log: &LogEntry) -> Option<B256> {
    let sent = SentMessage::from_log(log.address, &log.topics, &log.data)?.ok()?;
    Some(sent.message_hash(message.identifier.chain_id))
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

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::Address;
    use causeway_interop::Identifier;

    #[test]
    fn a_terminal_of_80_columns_has_room_for_every_line() {
        let identifier = Identifier {
            origin: Address::repeat_byte(0xff),
            block_number: u64::MAX,
            log_index: u32::MAX,
            timestamp: u64::MAX - 1,
            chain_id: U256::from(u64::MAX),
        };
        let message = ExecutingMessage { identifier, msg_hash: B256::repeat_byte(0xff) };
        let log = LogEntry {
            tx_hash: B256::repeat_byte(0xff),
            log_index: u32::MAX,
            address: Address::repeat_byte(0xff),
            topics: vec![B256::repeat_byte(0xff)],
            data: alloy::primitives::Bytes::new(),
        };
        let finding = Finding { verdict: Verdict::Valid, block: None, log: Some(log) };
        let text = Explained::new("here", &message, U256::from(1), 0, &finding).text;
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert_eq!(text.lines().map(|line| line.chars().count()).max(), Some(80), "{text}");
    }
}
