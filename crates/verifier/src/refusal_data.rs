use crate::Refusal;
use alloy_primitives::B256;
use causeway_interop::{Access, AccessListError, Disposition, InvalidReason, Missing, RpcCode, Verdict};
use serde::Serialize;

/// What a refusal says to programs: `error.data` of the JSON-RPC answer.
///
/// Serialized, the names are in camel case and what does not apply is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusalData {
    /// Place of the message among those of the list, from zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<usize>,
    /// Place of the storage key that is malformed, from zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_key: Option<usize>,
    /// The two or three keys that declare the message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub storage_keys: Vec<B256>,
    /// The stable name of the rule, such as `checksum-mismatch`.
    pub rule: &'static str,
    /// The source chain, in decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain_id: Option<String>,
    /// The source block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_number: Option<u64>,
    /// The index of the log in that block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_index: Option<u32>,
    /// The timestamp of that block as declared, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<u64>,
    /// What was declared, or what is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<RuleValue>,
    /// What is the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<RuleValue>,
    /// Whether the same request may be admitted later.
    pub retry: bool,
}

/// One of the two values that a rule compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum RuleValue {
    /// A number, mostly a timestamp in seconds.
    Number(u64),
    /// A hash or an address, in hex.
    Text(String),
}

impl RefusalData {
    /// Of something that no message of the list is to blame for.
    pub fn of_rule(rule: &'static str, code: i32) -> Self {
        Self {
            entry: None,
            storage_key: None,
            storage_keys: Vec::new(),
            rule,
            chain_id: None,
            block_number: None,
            log_index: None,
            timestamp: None,
            expected: None,
            actual: None,
            retry: RpcCode::from_value(code).is_some_and(|code| code.disposition() != Disposition::Evict),
        }
    }

    /// Of one message that was declared.
    pub fn of_message(entry: usize, access: &Access, rule: &'static str, code: i32) -> Self {
        Self {
            entry: Some(entry),
            storage_keys: access.entries().collect(),
            chain_id: Some(access.chain_id.to_string()),
            block_number: Some(access.block_number),
            log_index: Some(access.log_index),
            timestamp: Some(access.timestamp),
            ..Self::of_rule(rule, code)
        }
    }

    /// Of the verdict on one message.
    pub fn of_verdict(entry: usize, access: &Access, verdict: &Verdict) -> Self {
        // Nobody is told that a valid message was refused; for want of a better one, it has the code of bad parameters.
        let code = verdict.rpc_code().unwrap_or(RpcCode::InvalidParams.value());
        let data = Self::of_message(entry, access, verdict.code(), code);
        match verdict {
            Verdict::Invalid(reason) | Verdict::Unknown(Missing::Time { reason, .. }) => {
                data.with_values_of(reason)
            }
            _ => data,
        }
    }

    /// Of keys that declare no messages.
    pub fn of_malformed(error: &AccessListError) -> Self {
        let mut data = Self::of_rule(error.code(), error.rpc_code());
        data.storage_key = Some(error.index());
        data
    }

    fn with_values_of(mut self, reason: &InvalidReason) -> Self {
        if let Some((expected, actual)) = values(reason) {
            self.expected = Some(expected);
            self.actual = Some(actual);
        }
        self
    }
}

impl Refusal {
    /// What the refusal says to programs.
    pub fn data(&self) -> RefusalData {
        let (rule, code) = (self.rule(), self.rpc_code());
        if let Some((message, access)) = self.message() {
            let data = RefusalData::of_message(message, access, rule, code);
            return match self {
                Self::Invalid { reason, .. }
                | Self::Unknown { missing: Missing::Time { reason, .. }, .. } => data.with_values_of(reason),
                _ => data,
            };
        }
        match self {
            Self::Malformed(error) => RefusalData::of_malformed(error),
            Self::TooManyEntries { count, max } => RefusalData {
                expected: Some(RuleValue::Number(*max as u64)),
                actual: Some(RuleValue::Number(*count as u64)),
                ..RefusalData::of_rule(rule, code)
            },
            _ => RefusalData::of_rule(rule, code),
        }
    }
}

/// The two values that a rule compares: what was declared, and what the chain has.
fn values(reason: &InvalidReason) -> Option<(RuleValue, RuleValue)> {
    let number = |expected: &u64, actual: &u64| (RuleValue::Number(*expected), RuleValue::Number(*actual));
    let text = |expected: String, actual: String| (RuleValue::Text(expected), RuleValue::Text(actual));
    match reason {
        InvalidReason::ChecksumMismatch { expected, actual } => {
            Some(text(expected.to_string(), actual.to_string()))
        }
        InvalidReason::PayloadMismatch { expected, actual } => {
            Some(text(expected.to_string(), actual.to_string()))
        }
        InvalidReason::OriginMismatch { expected, actual } => {
            Some(text(expected.to_string(), actual.to_string()))
        }
        InvalidReason::TimestampMismatch { expected, actual, .. } => Some(number(expected, actual)),
        InvalidReason::BlockConflict { timestamp, known_timestamp, .. } => {
            Some(number(timestamp, known_timestamp))
        }
        InvalidReason::FutureMessage { initiated, executed } => Some(number(initiated, executed)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::U256;
    use causeway_interop::Checksum;

    fn access() -> Access {
        Access {
            block_number: 12,
            timestamp: 1_700_000_000,
            log_index: 3,
            chain_id: U256::from(901),
            checksum: Checksum(B256::repeat_byte(3)),
        }
    }

    #[test]
    fn data_names_the_message_the_rule_and_the_values() {
        let actual = access().checksum_of(B256::ZERO);
        let reason = InvalidReason::ChecksumMismatch { expected: access().checksum, actual };
        let refusal = Refusal::Invalid { message: 1, access: access(), reason };
        let data = serde_json::to_value(refusal.data()).unwrap();
        let keys: Vec<B256> = access().entries().collect();
        let expected = serde_json::json!({
            "entry": 1, "storageKeys": keys, "rule": "checksum-mismatch", "chainId": "901", "blockNumber": 12,
            "logIndex": 3, "timestamp": 1_700_000_000, "expected": access().checksum.to_string(),
            "actual": actual.to_string(), "retry": false,
        });
        assert_eq!(data, expected);
        assert_eq!(refusal.data(), RefusalData::of_verdict(1, &access(), &reason.into()));
    }

    #[test]
    fn what_is_not_known_yet_may_be_asked_again() {
        let missing = Missing::Chain { chain_id: access().chain_id };
        let unknown = Refusal::Unknown { message: 0, access: access(), missing };
        let falling = Refusal::Falling { message: 0, access: access(), fallen: 12 };
        for refusal in [unknown, falling, Refusal::Failsafe] {
            assert!(refusal.data().retry, "{refusal}");
        }
        let malformed = causeway_interop::decode_access_list(&[B256::ZERO]).unwrap_err();
        let data = Refusal::from(malformed).data();
        assert_eq!((data.storage_key, data.entry, data.retry), (Some(0), None, false));
        let many = Refusal::TooManyEntries { count: 9, max: 5 }.data();
        assert_eq!((many.expected, many.actual), (Some(RuleValue::Number(5)), Some(RuleValue::Number(9))));
    }
}
