use alloy::primitives::{Address, B256, U256};
use serde::Deserialize;

use super::{next::RelayerNext, word::RelayerWord};
use crate::fault::printable;

/// How much of a reason is told, in characters.
const MAX_REASON: usize = 500;
/// How long a name may be, in characters.
const MAX_NAME: usize = 40;
/// The code by which a relayer says that it has never seen a message.
const UNSEEN: &str = "not-found";
const IN_FLIGHT: &str = "in-flight";
/// The words for a state that it has: what is ready, it sends.
const WORDS: [&str; 6] = ["pending", IN_FLIGHT, "delivered", "failed", "expired", "reorged"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    message_hash: B256,
    source: String,
    destination: String,
    status: String,
    delivered: Option<Place>,
    timeline: Timeline,
    next: Option<Next>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    transaction_hash: B256,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Next {
    code: Option<String>,
    text: Option<String>,
    reason: Option<String>,
    block: Option<u64>,
    withheld: Option<String>,
    not_before: Option<u64>,
    account: Option<String>,
    since: Option<String>,
}

/// How it says that it does not answer.
#[derive(Deserialize)]
struct Refusal {
    code: String,
}

#[derive(Deserialize)]
struct Timeline {
    attempts: Vec<Attempt>,
}

/// The transactions of one nonce, the oldest first.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    chain_id: String,
    versions: Vec<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    transaction_hash: B256,
    state: String,
    reason: Option<String>,
}

/// Reads an answer, or says why it is of no use.
pub(super) fn read(message: B256, ends: [U256; 2], status: u16, body: &[u8]) -> Result<RelayerWord, String> {
    word(open(message, ends, status, body)?, ends)
}

/// Reads what happens next, or says why the answer is of no use.
pub(super) fn read_next(
    message: B256,
    ends: [U256; 2],
    status: u16,
    body: &[u8],
) -> Result<RelayerNext, String> {
    let next = open(message, ends, status, body)?.next;
    let tidied = |text: Option<String>| text.as_deref().and_then(tidy);
    next.and_then(|next| {
        Some(RelayerNext {
            code: next.code.filter(|code| is_name(code))?,
            text: tidied(next.text)?,
            reason: tidied(next.reason),
            block: next.block,
            withheld: tidied(next.withheld),
            not_before: next.not_before,
            account: next.account.and_then(|account| account.parse::<Address>().ok()),
            since: tidied(next.since),
        })
    })
    .ok_or_else(|| "the relayer does not say what happens next".to_owned())
}

/// An answer about this message.
fn open(message: B256, ends: [U256; 2], status: u16, body: &[u8]) -> Result<Answer, String> {
    match status {
        200 => {}
        // So says any server of what it does not have; a relayer says what it is that it has never seen.
        404 if matches!(serde_json::from_slice(body), Ok(Refusal { code }) if code == UNSEEN) => {
            return Err("the relayer does not know the message".to_owned());
        }
        404 => return Err("what answered is no relayer".to_owned()),
        _ => return Err(format!("the relayer answered HTTP {status}")),
    }
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| "what answered is no relayer".to_owned())?;
    if answer.message_hash != message {
        return Err("the relayer answered for another message".to_owned());
    }
    let [source, destination] = ends.map(|end| end.to_string());
    if (&answer.source, &answer.destination) != (&source, &destination) {
        return Err("the relayer answered for other chains".to_owned());
    }
    Ok(answer)
}

fn word(answer: Answer, [_, destination]: [U256; 2]) -> Result<RelayerWord, String> {
    let destination = destination.to_string();
    let Some(state) = WORDS.into_iter().find(|word| *word == answer.status) else {
        return Err("the relayer's answer has no status that is known".to_owned());
    };
    let attempts = answer.timeline.attempts.iter().filter(|attempt| attempt.chain_id == destination);
    let (next, waits) = answer.next.map_or((None, None), |next| (next.code, next.text));
    let next = next.filter(|code| is_name(code));
    let word = RelayerWord { state: Some(state), next, ..RelayerWord::default() };
    Ok(match state {
        "pending" => RelayerWord { reason: waits.as_deref().and_then(tidy), ..word },
        IN_FLIGHT => {
            let open = attempts.rev().find_map(Attempt::open);
            let tx_hash = open.ok_or("the relayer says in-flight, and names no transaction that waits")?;
            RelayerWord { tx_hash: Some(tx_hash), ..word }
        }
        "delivered" => RelayerWord { tx_hash: answer.delivered.map(|place| place.transaction_hash), ..word },
        "failed" => {
            let failed =
                attempts.flat_map(|attempt| &attempt.versions).rfind(|version| version.state == "failed");
            let reason = failed.and_then(|version| version.reason.clone());
            let tx_hash = failed.map(|version| version.transaction_hash);
            RelayerWord { tx_hash, reason: reason.or(waits).as_deref().and_then(tidy), ..word }
        }
        _ => word,
    })
}

/// Whether it can be the name of something, and not a text.
fn is_name(code: &str) -> bool {
    (1..=MAX_NAME).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// What somebody else wrote, on one line and not too long; nothing if nothing of it can be seen.
fn tidy(reason: &str) -> Option<String> {
    let line: String = printable(reason).collect();
    let line: String =
        line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_REASON).collect();
    Some(line).filter(|line| !line.is_empty())
}

impl Attempt {
    /// The version that waits, if none is in a block: the newest that a node took, else the newest that was signed.
    fn open(&self) -> Option<B256> {
        let newest = |state: &str| self.versions.iter().rfind(|version| version.state == state);
        if newest("included").or(newest("failed")).is_some() {
            return None;
        }
        newest("broadcast").or(newest("signed")).map(|version| version.transaction_hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const MESSAGE: B256 = B256::repeat_byte(7);
    const ENDS: [u64; 2] = [901, 902];

    fn answer(status: &str, attempts: &Value) -> Value {
        json!({
            "messageHash": MESSAGE, "source": "901", "destination": "902", "status": status, "recorded": "submitted",
            "timeline": { "attempts": attempts },
        })
    }

    fn attempt(states: &[(u8, &str)]) -> Value {
        let version = |(byte, state): &(u8, &str)| json!({ "transactionHash": B256::repeat_byte(*byte), "state": state, "reason": " Refused(\n7)\u{7} " });
        json!({ "chainId": "902", "nonce": 3, "versions": states.iter().map(version).collect::<Vec<_>>() })
    }

    fn word(answer: &Value) -> Result<RelayerWord, String> {
        read(MESSAGE, ENDS.map(U256::from), 200, answer.to_string().as_bytes())
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Case {
        name: String,
        status: String,
        attempts: Value,
        next: Option<Value>,
        transaction_hash: Option<B256>,
    }

    /// The npm package's tests read the same file.
    #[test]
    fn answers_are_read_by_one_rule() {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../../tests/data/relayer.json")).unwrap();
        assert!(cases.len() > 15);
        for Case { name, status, attempts, next, transaction_hash } in cases {
            let mut answer = answer(&status, &attempts);
            let code = next.as_ref().and_then(|next| next["code"].as_str()).map(str::to_owned);
            answer["next"] = json!(next);
            let word = word(&answer);
            let told = word.as_ref().ok().and_then(|word| word.next.clone());
            assert_eq!((word.ok().and_then(|word| word.tx_hash), told), (transaction_hash, code), "{name}");
        }
    }

    #[test]
    fn only_in_flight_is_carried() {
        for status in ["pending", "delivered", "failed", "expired", "reorged"] {
            let word = word(&answer(status, &json!([attempt(&[(1, "broadcast")])]))).unwrap();
            assert_eq!((word.state, word.carrier()), (Some(status), None));
        }
    }

    #[test]
    fn a_failure_has_its_reason_on_one_line() {
        let word = word(&answer("failed", &json!([attempt(&[(1, "failed")])]))).unwrap();
        assert_eq!((word.tx_hash, word.reason.as_deref()), (Some(B256::repeat_byte(1)), Some("Refused( 7)")));
        assert_eq!(word.beside("ready").note.unwrap(), "the relayer says failed; by the chains it is ready");
    }

    /// The npm package reads the same ones so.
    #[test]
    fn a_reason_is_what_can_be_seen_of_it() {
        assert_eq!(tidy(" a\u{202e}b\u{2028}\u{7}c\u{200b} ").as_deref(), Some("a b c"));
        let long = format!("{}\u{1f600}", "x".repeat(499));
        assert_eq!(tidy(&format!("{long}y")), Some(long));
        for nothing in ["", "\u{202e}\n"] {
            assert_eq!(tidy(nothing), None);
        }
    }

    #[test]
    fn nothing_is_read_into_what_is_no_answer() {
        let good = answer("in-flight", &json!([attempt(&[(1, "broadcast")])]));
        let with = |key: &str, value: Value| {
            let mut other = good.clone();
            other[key] = value;
            other.to_string()
        };
        for body in [
            with("messageHash", json!(B256::repeat_byte(8))),
            with("source", json!("903")),
            with("destination", json!("901")),
            with("status", json!("ready")),
            String::new(),
            "null".into(),
            "[]".into(),
            "<html>".into(),
            "{}".into(),
        ] {
            assert!(read(MESSAGE, ENDS.map(U256::from), 200, body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn why_it_waits_is_told_and_whether_it_is_left() {
        let told = |state: &str, next: Value| {
            let mut answer = answer(state, &json!([]));
            answer["next"] = next;
            word(&answer).unwrap()
        };
        let skipped =
            told("pending", json!({ "code": "skipped", "text": "nothing: an operator\n took it out" }));
        assert_eq!((skipped.state, skipped.next.as_deref()), (Some("pending"), Some("skipped")));
        assert_eq!(skipped.reason.as_deref(), Some("nothing: an operator took it out"));
        assert!(skipped.is_left());
        assert!(told("failed", json!({ "code": "given-up", "text": "" })).is_left());
        assert!(!told("pending", json!({ "code": "queued", "text": "in turn" })).is_left());
        for code in [json!("Sk ipped"), json!(""), json!("a".repeat(41)), json!(null)] {
            assert_eq!(told("pending", json!({ "code": code })).next, None);
        }
        assert_eq!(
            told("pending", json!(null)),
            RelayerWord { state: Some("pending"), ..RelayerWord::default() }
        );
    }

    #[test]
    fn what_happens_next_is_read_or_it_is_said_that_it_is_not_told() {
        let told = |next: Value| {
            let mut answer = answer("pending", &json!([]));
            answer["next"] = next;
            read_next(MESSAGE, ENDS.map(U256::from), 200, answer.to_string().as_bytes())
        };
        let next = json!({
            "code": "withheld", "text": "waits\u{7}\n for the budget", "reason": null, "block": 1234,
            "withheld": "its token", "notBefore": 1_700_000_000,
        });
        let expected = RelayerNext {
            code: "withheld".to_owned(),
            text: "waits for the budget".to_owned(),
            reason: None,
            block: Some(1_234),
            withheld: Some("its token".to_owned()),
            not_before: Some(1_700_000_000),
            account: None,
            since: None,
        };
        assert_eq!(told(next), Ok(expected));
        let account = Address::repeat_byte(0xab);
        let next = |account: Value| {
            json!({
                "code": "wait-for-signer", "text": "it goes when it signs again", "reason": "sealed",
                "account": account, "since": "2026-11-28T00:00:00.000000Z",
            })
        };
        let waits = told(next(json!(account))).unwrap();
        assert_eq!((waits.code.as_str(), waits.account), ("wait-for-signer", Some(account)));
        assert_eq!(waits.since.as_deref(), Some("2026-11-28T00:00:00.000000Z"));
        assert_eq!(told(next(json!("0x12"))).unwrap().account, None);
        // A relayer of an earlier version tells less.
        let next = told(json!({ "code": "queued", "text": "in turn" })).unwrap();
        assert_eq!((next.code.as_str(), next.block), ("queued", None));
        for nothing in [json!(null), json!({ "code": "A b", "text": "x" }), json!({ "code": "queued" })] {
            assert!(told(nothing).is_err());
        }
    }

    #[test]
    fn a_relayer_that_does_not_know_it_is_no_other_server() {
        let note =
            |status, body: &str| read(MESSAGE, ENDS.map(U256::from), status, body.as_bytes()).unwrap_err();
        let unseen = r#"{"code":"not-found","message":"…","hint":null}"#;
        assert_eq!(note(404, unseen), "the relayer does not know the message");
        for body in ["", "<html>", "{}", r#"{"code":"no-such-path"}"#] {
            assert_eq!(note(404, body), "what answered is no relayer");
        }
        assert_eq!(note(503, unseen), "the relayer answered HTTP 503");
    }
}
