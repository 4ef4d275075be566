use crate::Refusal;
use causeway_service::Register;
use metrics::Counter;

const NAME: &str = "causeway_verifier_verdicts_total";

/// Every rule that decides a list, see [`Refusal::rule`]; one that is missing here is counted as the last.
const RULES: [&str; 29] = [
    "unknown-chain",
    "not-a-dependency",
    "executed-too-early",
    "initiated-too-early",
    "future-message",
    "same-timestamp",
    "timestamp-overflow",
    "expired",
    "expires-before-timeout",
    "block-conflict",
    "timestamp-mismatch",
    "log-not-found",
    "origin-mismatch",
    "payload-mismatch",
    "checksum-mismatch",
    "chain-not-known",
    "block-not-known",
    "history-not-known",
    "not-safe-enough",
    "stale",
    "suspended",
    "falling",
    "failsafe",
    "too-many-entries",
    "expected-entry",
    "unexpected-entry-type",
    "malformed-entry",
    "index-fault",
    "other",
];

/// The lists that were judged, by what decided. Registered once: nothing is looked up by label when one is counted.
pub(super) struct Verdicts {
    valid: Counter,
    by_rule: [Counter; RULES.len()],
}

impl Verdicts {
    pub(super) fn new(register: &Register<'_>) -> Self {
        register.counter_help(NAME, "Access lists that were judged, by the rule that decided.");
        let of_rule = |rule: &str| register.counter(NAME, [("rule", rule.to_owned())]);
        Self { valid: of_rule("valid"), by_rule: RULES.map(of_rule) }
    }

    pub(super) fn count(&self, verdict: &Result<(), Refusal>) {
        match verdict {
            Ok(()) => self.valid.increment(1),
            Err(refusal) => self.by_rule[place(refusal.rule())].increment(1),
        }
    }
}

fn place(rule: &str) -> usize {
    RULES.iter().position(|known| *known == rule).unwrap_or(RULES.len() - 1)
}
