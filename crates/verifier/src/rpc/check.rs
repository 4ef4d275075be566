use super::{
    args::{Arg, Args},
    call_error::{cut, invalid_parameter},
    entries::Entries,
    object::Object,
};
use crate::{ExecutingDescriptor, Refusal, Verifier, View, metrics::Outcome};
use alloy_primitives::B256;
use causeway_interop::{SafetyLevel, parse_chain_id};
use jsonrpsee_server::types::{ErrorObject, ErrorObjectOwned};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The parameters of a check, in their order.
const NAMES: [&str; 3] = ["inboxEntries", "minSafety", "executingDescriptor"];
const EXECUTING: &str = "an object of chainID, timestamp and, if wanted, timeout";

/// An access list to judge, and where it is to be executed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CheckRequest {
    pub(super) entries: Vec<B256>,
    min_safety: SafetyLevel,
    executing: ExecutingDescriptor,
}

/// One access list among those of a batch.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listed<'a> {
    #[serde(borrow, default)]
    inbox_entries: Option<&'a RawValue>,
    #[serde(borrow, default)]
    min_safety: Option<&'a RawValue>,
    #[serde(borrow, default)]
    executing_descriptor: Option<&'a RawValue>,
}

/// Fields that are not known here are passed over, as the reference does it.
#[derive(Deserialize)]
struct Descriptor<'a> {
    #[serde(borrow, default, rename = "chainID", alias = "chainId")]
    chain_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timeout: Option<&'a RawValue>,
}

/// The same as clients write it.
#[derive(Deserialize)]
struct UsualDescriptor<'a> {
    #[serde(rename = "chainID")]
    chain_id: &'a str,
    timestamp: &'a str,
    #[serde(default)]
    timeout: Option<&'a str>,
}

impl CheckRequest {
    /// Reads the parameters of `checkAccessList`.
    ///
    /// The form that clients use is read in one go. Whatever is not of that form is read again part by part, which knows all
    /// forms and what is wrong with a part.
    pub(super) fn parse(params: Option<&str>) -> Result<Self, ErrorObjectOwned> {
        if let Some(request) = params.and_then(Self::usual) {
            return Ok(request);
        }
        Self::of(Args::parse(params, NAMES)?.into_inner())
    }

    /// A request by position, with all values as text.
    fn usual(params: &str) -> Option<Self> {
        let (Entries(entries), level, Object(executing)): (Entries, &str, Object<UsualDescriptor<'_>>) =
            serde_json::from_str(params).ok()?;
        let UsualDescriptor { chain_id, timestamp, timeout } = executing;
        let executing = ExecutingDescriptor {
            chain_id: parse_chain_id(chain_id).ok()?,
            timestamp: usual_quantity(timestamp)?,
            timeout: timeout.map_or(Some(0), usual_quantity)?,
        };
        Some(Self { entries, min_safety: level.parse().ok()?, executing })
    }

    /// Reads the parameters of `checkAccessLists`.
    pub(super) fn parse_many(params: Option<&str>) -> Result<Vec<Self>, ErrorObjectOwned> {
        let [lists] = Args::parse(params, ["lists"])?.into_inner();
        let lists: Vec<&RawValue> = lists.read("an array of access lists")?;
        let read = |list| {
            let Listed { inbox_entries, min_safety, executing_descriptor } =
                Arg::new("lists", Some(list)).object("an array of objects")?;
            let [entries, level, executing] = NAMES;
            Self::of([
                Arg::new(entries, inbox_entries),
                Arg::new(level, min_safety),
                Arg::new(executing, executing_descriptor),
            ])
        };
        lists.into_iter().map(read).collect()
    }

    fn of([entries, min_safety, executing]: [Arg<'_>; 3]) -> Result<Self, ErrorObjectOwned> {
        let Entries(entries) = entries.read("an array of 32-byte words in hex")?;
        let min_safety = min_safety.safety_level()?;
        Ok(Self { entries, min_safety, executing: descriptor(&executing)? })
    }

    /// The list, the level and where it is to be executed.
    #[cfg(feature = "fuzzing")]
    pub(super) fn into_parts(self) -> (Vec<B256>, SafetyLevel, ExecutingDescriptor) {
        (self.entries, self.min_safety, self.executing)
    }

    /// Judges the list.
    #[expect(clippy::result_large_err, reason = "as what it calls")]
    pub(super) fn judge(&self, verifier: &Verifier, view: &View) -> Result<(), Refusal> {
        verifier.check_at(view, &self.entries, self.min_safety, &self.executing)
    }
}

/// A number of 64 bits, as hex text after `0x`.
fn usual_quantity(text: &str) -> Option<u64> {
    // Rust's own reading would take a sign.
    let digits = text.strip_prefix("0x").filter(|digits| !digits.starts_with('+'))?;
    u64::from_str_radix(digits, 16).ok()
}

fn descriptor(given: &Arg<'_>) -> Result<ExecutingDescriptor, ErrorObjectOwned> {
    let Descriptor { chain_id, timestamp, timeout } = given.object(EXECUTING)?;
    let chain_id = Arg::new("executingDescriptor.chainID", chain_id);
    if !chain_id.is_given() {
        let problem = "it is missing; requests of the oldest form, which do not name the executing chain, are not supported";
        return Err(invalid_parameter("executingDescriptor.chainID", problem));
    }
    let timeout = Arg::new("executingDescriptor.timeout", timeout);
    Ok(ExecutingDescriptor {
        chain_id: chain_id.chain_id()?,
        timestamp: Arg::new("executingDescriptor.timestamp", timestamp).quantity()?,
        timeout: if timeout.is_given() { timeout.quantity()? } else { 0 },
    })
}

/// The answer to a request whose list was refused.
pub(super) fn refused(refusal: &Refusal) -> ErrorObjectOwned {
    ErrorObject::owned(refusal.rpc_code(), cut(refusal.to_string()), Some(refusal.data()))
}

/// How a check that was refused is counted.
pub(super) const fn outcome(refusal: &Refusal) -> Outcome {
    match refusal {
        Refusal::TooManyEntries { .. } | Refusal::Malformed(_) => Outcome::Malformed,
        Refusal::Invalid { .. } => Outcome::Invalid,
        Refusal::Unknown { .. } | Refusal::Source { .. } | Refusal::Falling { .. } => Outcome::Unknown,
        Refusal::Failsafe => Outcome::Failsafe,
        Refusal::Index(_) => Outcome::Fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::U256;

    fn message(params: &str) -> String {
        let error = CheckRequest::parse(Some(params)).unwrap_err();
        assert_eq!(error.code(), -32602, "{params}");
        error.message().to_owned()
    }

    #[test]
    fn every_form_of_a_request_reads_the_same() {
        let word = B256::repeat_byte(1);
        let expected = CheckRequest {
            entries: vec![word],
            min_safety: SafetyLevel::CrossUnsafe,
            executing: ExecutingDescriptor { chain_id: U256::from(902), timestamp: 1000, timeout: 16 },
        };
        for chain in ["\"902\"", "\"0x386\"", "902"] {
            for (timestamp, timeout) in [("\"0x3e8\"", "\"0x10\""), ("1000", "16"), ("\"1000\"", "\"16\"")] {
                let executing =
                    format!(r#"{{"chainID":{chain},"timestamp":{timestamp},"timeout":{timeout},"x":1}}"#);
                let by_position = format!(r#"[["{word}"],"cross-unsafe",{executing}]"#);
                let by_name = format!(
                    r#"{{"executingDescriptor":{executing},"minSafety":"cross-unsafe","inboxEntries":["{word}"]}}"#
                );
                for params in [by_position, by_name] {
                    assert_eq!(CheckRequest::parse(Some(&params)).unwrap(), expected, "{params}");
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = r#"{"chainID":"902","timestamp":"0x1"}"#;
        for (params, parts) in [
            ("[]".to_owned(), ["inboxEntries", "got nothing"]),
            (r#"[["0x12"]]"#.to_owned(), ["inboxEntries", "0x12"]),
            ("[5]".to_owned(), ["inboxEntries", "integer `5`"]),
            ("[[]]".to_owned(), ["minSafety", "got nothing"]),
            ("[[],1]".to_owned(), ["minSafety", "got 1"]),
            (format!(r#"[[],"safest",{good}]"#), ["minSafety", "safest"]),
            (r#"[[],"unsafe"]"#.to_owned(), ["executingDescriptor", "got nothing"]),
            (r#"[[],"unsafe",["902"]]"#.to_owned(), ["executingDescriptor", "[\"902\"]"]),
            (r#"[[],"unsafe",["902","0x1"]]"#.to_owned(), ["executingDescriptor", "an object of chainID"]),
            (
                r#"[[],"unsafe",["902","0x1","0x2"]]"#.to_owned(),
                ["executingDescriptor", "an object of chainID"],
            ),
            (
                r#"[[],"unsafe",{"chainID":"1","chainID":"2","timestamp":"0x1"}]"#.to_owned(),
                ["executingDescriptor", "duplicate field `chainID`"],
            ),
            (
                format!(
                    r#"{{"minSafety":"unsafe","inboxEntries":[],"executingDescriptor":{good},"minSafety":"safe"}}"#
                ),
                ["params", "\"minSafety\" stands twice"],
            ),
            (
                r#"[[],"unsafe",{"timestamp":"0x1"}]"#.to_owned(),
                ["executingDescriptor.chainID", "oldest form"],
            ),
            (r#"[[],"unsafe",{"chainID":"x"}]"#.to_owned(), ["executingDescriptor.chainID", "'x'"]),
            (r#"[[],"unsafe",{"chainID":"1"}]"#.to_owned(), ["executingDescriptor.timestamp", "got nothing"]),
            (
                r#"[[],"unsafe",{"chainID":"1","timestamp":"0x1","timeout":-1}]"#.to_owned(),
                ["executingDescriptor.timeout", "got -1"],
            ),
            (
                r#"[[],"unsafe",{"chainID":"1","timestamp":"0x+1"}]"#.to_owned(),
                ["executingDescriptor.timestamp", "0x+1"],
            ),
            (format!(r#"[[],"unsafe",{good},4]"#), ["params", "got 4"]),
            (r#"{"entries":[]}"#.to_owned(), ["params", "\"entries\""]),
        ] {
            let message = message(&params);
            assert!(parts.iter().all(|part| message.contains(part)), "{params}: {message}");
        }
    }

    #[test]
    fn lists_are_objects() {
        let good = r#"{"inboxEntries":[],"minSafety":"unsafe","executingDescriptor":{"chainID":"1","timestamp":"0x1"}}"#;
        assert_eq!(CheckRequest::parse_many(Some(&format!("[[{good}]]"))).unwrap().len(), 1);
        for lists in [
            r#"[[[],"unsafe",{"chainID":"1","timestamp":"0x1"}]]"#.to_owned(),
            good.replace(r#"{"chainID":"1","timestamp":"0x1"}"#, r#"["1","0x1"]"#),
            good.replace(r#""minSafety""#, r#""minSafety":"safe","minSafety""#),
        ] {
            let error = CheckRequest::parse_many(Some(&format!("[[{lists}]]"))).unwrap_err();
            assert_eq!(error.code(), -32602, "{lists}");
        }
    }
}
