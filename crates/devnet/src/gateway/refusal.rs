use super::Fault;
use alloy::primitives::B256;
use causeway_interop::{Access, AccessListError, InvalidReason, RpcCode, Verdict};
use serde_json::{Map, Value, json};

/// Why a transaction is not passed on: which of its executing messages is not true, and how.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    code: i32,
    message: String,
    data: Map<String, Value>,
}

impl Refusal {
    /// The verdict on one message; a valid one is never given.
    pub(super) fn new(index: usize, access: &Access, verdict: Verdict) -> Self {
        let Access { chain_id, block_number, log_index, timestamp, .. } = access;
        let why = match &verdict {
            Verdict::Invalid(reason) => explain(reason),
            Verdict::Unknown(missing) => missing.to_string(),
            Verdict::Valid => "valid".to_owned(),
        };
        let rule = verdict.code();
        let message = format!(
            "interop: access-list entry {index} (chain {chain_id}, block {block_number}, log {log_index}, timestamp {timestamp}): {rule}: {why}"
        );
        let keys: Vec<B256> = access.entries().collect();
        let mut data = Map::new();
        data.insert("entry".to_owned(), json!(index));
        data.insert("storageKeys".to_owned(), json!(keys));
        data.insert("rule".to_owned(), json!(rule));
        data.insert("chainId".to_owned(), json!(chain_id.to_string()));
        data.insert("blockNumber".to_owned(), json!(block_number));
        data.insert("logIndex".to_owned(), json!(log_index));
        data.insert("timestamp".to_owned(), json!(timestamp));
        if let Verdict::Invalid(reason) = &verdict
            && let Some((expected, actual)) = values(reason)
        {
            data.insert("expected".to_owned(), expected);
            data.insert("actual".to_owned(), actual);
        }
        Self { code: code(&verdict), message, data }
    }

    /// The keys declare no messages.
    pub(super) fn malformed(error: &AccessListError, keys: &[B256]) -> Self {
        let mut data = Map::new();
        data.insert("storageKey".to_owned(), json!(error.index()));
        data.insert("storageKeys".to_owned(), json!(keys));
        data.insert("rule".to_owned(), json!(error.code()));
        Self { code: error.rpc_code(), message: format!("interop: malformed access list: {error}"), data }
    }

    pub(super) fn fault(self) -> Fault {
        Fault::new(self.code.into(), self.message).with_data(Value::Object(self.data))
    }
}

/// The rule's code, but for messages that are merely too new: the gateway knows of the next block only that it is not
/// earlier than some time, and a code that says *never* would have a relayer drop what is valid a second later.
fn code(verdict: &Verdict) -> i32 {
    match verdict {
        Verdict::Invalid(InvalidReason::FutureMessage { .. }) => RpcCode::FutureData.value(),
        other => other.rpc_code().unwrap_or(RpcCode::InvalidParams.value()),
    }
}

/// The reason in the words of somebody who holds a transaction and asks what is wrong with it.
fn explain(reason: &InvalidReason) -> String {
    match reason {
        InvalidReason::ChecksumMismatch { expected, actual } => {
            format!("the log there has checksum {actual}, the entry says {expected}")
        }
        InvalidReason::TimestampMismatch { expected, actual, .. } => {
            format!("the block there has timestamp {actual}, the entry says {expected}")
        }
        InvalidReason::FutureMessage { initiated, executed } => {
            format!("the message is of {initiated}, the next block can be as early as {executed}")
        }
        other => other.to_string(),
    }
}

/// What the entry says and what the chains say.
fn values(reason: &InvalidReason) -> Option<(Value, Value)> {
    match reason {
        InvalidReason::ChecksumMismatch { expected, actual } => {
            Some((json!(expected.to_string()), json!(actual.to_string())))
        }
        InvalidReason::TimestampMismatch { expected, actual, .. } => Some((json!(expected), json!(actual))),
        InvalidReason::BlockConflict { timestamp, known_timestamp, .. } => {
            Some((json!(timestamp), json!(known_timestamp)))
        }
        InvalidReason::FutureMessage { initiated, executed } => Some((json!(initiated), json!(executed))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::U256;
    use causeway_interop::{Checksum, Missing};

    fn access() -> Access {
        Access {
            block_number: 12,
            timestamp: 1_700_000_000,
            log_index: 0,
            chain_id: U256::from(901),
            checksum: Checksum(B256::repeat_byte(3)),
        }
    }

    #[test]
    fn refusal_says_what_is_wrong() {
        let actual = access().checksum_of(B256::ZERO);
        let reason = InvalidReason::ChecksumMismatch { expected: access().checksum, actual };
        let fault = Refusal::new(1, &access(), reason.into()).fault();
        assert_eq!(fault.code, -320600);
        assert_eq!(
            fault.message,
            format!(
                "interop: access-list entry 1 (chain 901, block 12, log 0, timestamp 1700000000): checksum-mismatch: \
                 the log there has checksum {actual}, the entry says {}",
                access().checksum
            )
        );
        let data = fault.data.unwrap();
        assert_eq!(
            (&data["entry"], &data["rule"], &data["chainId"]),
            (&json!(1), &json!("checksum-mismatch"), &json!("901"))
        );
        assert_eq!(data["storageKeys"].as_array().unwrap().len(), 2);
        assert_eq!(data["actual"], json!(actual.to_string()));
    }

    #[test]
    fn what_may_come_true_is_no_final_answer() {
        let future = InvalidReason::FutureMessage { initiated: 2, executed: 1 };
        assert_eq!(Refusal::new(0, &access(), future.into()).fault().code, -321401);
        let missing =
            Missing::Block { chain_id: U256::from(901), block_number: 12, head_number: 1, head_timestamp: 1 };
        assert_eq!(Refusal::new(0, &access(), missing.into()).fault().code, -321401);
    }
}
