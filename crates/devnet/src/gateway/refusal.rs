use super::fault::Fault;
use alloy::primitives::B256;
use causeway_interop::{Access, AccessListError, InvalidReason, Missing, RpcCode, Verdict};
use causeway_verifier::RefusalData;
use serde_json::json;

/// Why a transaction is not passed on: which of its executing messages is not true, and how.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    code: i32,
    message: String,
    data: RefusalData,
}

impl Refusal {
    /// The verdict on one message; a valid one is never given.
    pub(super) fn new(index: usize, access: &Access, verdict: Verdict) -> Self {
        let Access { chain_id, block_number, log_index, timestamp, .. } = access;
        let why = match &verdict {
            Verdict::Invalid(reason) => explain(reason),
            Verdict::Unknown(Missing::Time { reason, from }) => {
                format!("{}; it can be executed from {from} on: try again then", explain(reason))
            }
            Verdict::Unknown(missing) => missing.to_string(),
            Verdict::Valid => "valid".to_owned(),
        };
        let (rule, code) = (verdict.code(), verdict.rpc_code().unwrap_or(RpcCode::InvalidParams.value()));
        let message = format!(
            "interop: access-list entry {index} (chain {chain_id}, block {block_number}, log {log_index}, timestamp {timestamp}): {rule}: {why}"
        );
        Self { code, message, data: RefusalData::of_verdict(index, access, &verdict) }
    }

    /// The keys declare no messages.
    pub(super) fn malformed(error: &AccessListError, keys: &[B256]) -> Self {
        let data = RefusalData { storage_keys: keys.to_vec(), ..RefusalData::of_malformed(error) };
        Self { code: error.rpc_code(), message: format!("interop: malformed access list: {error}"), data }
    }

    pub(super) fn fault(self) -> Fault {
        Fault::new(self.code.into(), self.message).with_data(json!(self.data))
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
        InvalidReason::SameTimestamp { timestamp } => {
            format!("the message is of {timestamp}, and so can be the next block, which must be later")
        }
        other => other.to_string(),
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
        let same = InvalidReason::SameTimestamp { timestamp: 2 };
        for reason in [InvalidReason::FutureMessage { initiated: 2, executed: 1 }, same] {
            let fault = Refusal::new(0, &access(), Missing::Time { reason, from: 3 }.into()).fault();
            assert_eq!(fault.code, -321401);
            assert!(fault.message.ends_with("it can be executed from 3 on: try again then"), "{fault:?}");
            let data = fault.data.unwrap();
            assert_eq!((&data["rule"], &data["retry"]), (&json!(reason.code()), &json!(true)));
        }
        let missing =
            Missing::Block { chain_id: U256::from(901), block_number: 12, head_number: 1, head_timestamp: 1 };
        assert_eq!(Refusal::new(0, &access(), missing.into()).fault().code, -321401);
    }
}
