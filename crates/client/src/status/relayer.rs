//! What a relayer tells of its own transactions, by its HTTP API.

use std::time::Duration;

use alloy::{
    primitives::{B256, U256},
    providers::Provider,
};
use causeway_chain::Endpoint;
use causeway_interop::ExecutingMessage;
use serde::{Deserialize, Serialize};

use super::pool::carries;
use crate::{ChainView, NodeFault, delivery::SentReceipt, fault::printable};

/// How long a relayer has to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much it may answer, in bytes.
const MAX_BODY: usize = 1 << 20;
/// How much of a reason is told, in characters.
const MAX_REASON: usize = 500;
const IN_FLIGHT: &str = "in-flight";
/// The words for a state that it has: what is ready, it sends.
const WORDS: [&str; 6] = ["pending", IN_FLIGHT, "delivered", "failed", "expired", "reorged"];

/// A relayer's HTTP API, as `causeway relayer run --listen` serves it.
#[derive(Clone, Debug)]
pub struct RelayerApi {
    base: Endpoint,
    client: reqwest::Client,
}

/// What a relayer's API says of a message, where one was asked: of those that are not delivered or reorged by the chains.
///
/// The chains come first. `delivered`, `expired` and `reorged` are theirs alone, whatever it says. Its `in-flight` makes a message
/// [`InFlight`](super::State::InFlight) by the transaction that carries it (of the newest nonce of which no version is in a block, the
/// newest version that a node took, else the newest that was signed), unless the destination's node has the transaction in a block
/// already, or sees that it does not carry the message, or a verifier refuses the message, or its delivery, tried at the destination,
/// reverts. Its `failed` is told beside what that trial says by now: the state is that of the trial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RelayerWord {
    /// Its word: `pending`, `in-flight`, `delivered`, `failed`, `expired` or `reorged`; `None` if its answer was of no use.
    pub state: Option<&'static str>,
    /// The transaction that it names: on its way, delivering, or failed.
    #[serde(rename = "transactionHash")]
    pub tx_hash: Option<B256>,
    /// Why the delivery failed, as it says, on one line, shortened; `None` if it does not say.
    pub reason: Option<String>,
    /// Why the status does not rest on its word, where the two differ.
    pub note: Option<String>,
}

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
struct Next {
    text: Option<String>,
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

impl RelayerApi {
    /// Makes it of the URL under which `/v1/messages` is found. Nothing is asked yet.
    pub fn new(base: Endpoint) -> Result<Self, NodeFault> {
        let mut client =
            reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        if base.is_loopback() {
            // A proxy on the way out knows nothing about a relayer on this machine.
            client = client.no_proxy();
        }
        Ok(Self { base, client: client.build().map_err(|error| unusable(&error))? })
    }

    /// Asks for a message.
    pub async fn ask(&self, sent: &SentReceipt) -> RelayerWord {
        self.ask_for(sent.message_hash, [sent.identifier.chain_id, sent.message.destination]).await
    }

    /// Asks for the message with this hash, from its source to its destination, by their chains' ids.
    pub async fn ask_for(&self, message: B256, ends: [U256; 2]) -> RelayerWord {
        let word = match self.get(message).await {
            Ok(body) => read(message, ends, &body),
            Err(fault) => Err(fault.reason),
        };
        word.unwrap_or_else(|note| RelayerWord { note: Some(note), ..RelayerWord::default() })
    }

    async fn get(&self, message: B256) -> Result<Vec<u8>, NodeFault> {
        let mut url = reqwest::Url::parse(self.base.expose())
            .map_err(|_| NodeFault::unavailable("the relayer's URL does not read"))?;
        // A path of its own, as behind a proxy, stays.
        url.path_segments_mut()
            .map_err(|()| NodeFault::unavailable("the relayer's URL has no path"))?
            .pop_if_empty()
            .extend(["v1", "messages", &message.to_string()]);
        let mut response = self.client.get(url).send().await.map_err(|error| unusable(&error))?;
        // A relayer that has never seen the message says so by 404: that is no news of it either.
        if response.status() != reqwest::StatusCode::OK {
            let reason = format!("the relayer answered HTTP {}", response.status().as_u16());
            return Err(NodeFault::unavailable(&reason));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unusable(&error))? {
            if body.len().saturating_add(chunk.len()) > MAX_BODY {
                return Err(NodeFault::unavailable("the relayer's answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Without the URL, which may be a credential.
fn unusable(error: &reqwest::Error) -> NodeFault {
    let reason = if error.is_timeout() {
        "the relayer did not answer in time"
    } else if error.is_connect() {
        "the relayer cannot be reached"
    } else {
        "the relayer's answer broke off"
    };
    NodeFault::unavailable(reason)
}

/// Reads an answer, or says why it is of no use.
fn read(message: B256, ends: [U256; 2], body: &[u8]) -> Result<RelayerWord, String> {
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| "what answered is no relayer".to_owned())?;
    if answer.message_hash != message {
        return Err("the relayer answered for another message".to_owned());
    }
    let [source, destination] = ends.map(|end| end.to_string());
    if (&answer.source, &answer.destination) != (&source, &destination) {
        return Err("the relayer answered for other chains".to_owned());
    }
    let Some(state) = WORDS.into_iter().find(|word| *word == answer.status) else {
        return Err("the relayer's answer has no status that is known".to_owned());
    };
    let attempts = answer.timeline.attempts.iter().filter(|attempt| attempt.chain_id == destination);
    let word = RelayerWord { state: Some(state), ..RelayerWord::default() };
    Ok(match state {
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
            let reason = reason.or_else(|| answer.next.and_then(|next| next.text));
            let tx_hash = failed.map(|version| version.transaction_hash);
            RelayerWord { tx_hash, reason: reason.and_then(|reason| tidy(&reason)), ..word }
        }
        _ => word,
    })
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

impl RelayerWord {
    /// The transaction that it says is on its way.
    pub fn carrier(&self) -> Option<B256> {
        self.tx_hash.filter(|_| self.state == Some(IN_FLIGHT))
    }

    /// The same, of no use where the destination's node has the transaction that it says is on its way in a block already, or has it
    /// waiting and sees that it does not carry the message.
    #[must_use]
    pub async fn held_to(self, destination: &ChainView, message: &ExecutingMessage) -> Self {
        let Some(tx_hash) = self.carrier() else { return self };
        let (receipt, carries) = tokio::join!(
            destination.provider().get_transaction_receipt(tx_hash),
            carries(destination, tx_hash, message)
        );
        let why = match (receipt, carries) {
            (Ok(Some(_)), _) => "is in a block already",
            (_, Some(false)) => "does not carry the message",
            _ => return self,
        };
        let note = format!("the transaction that the relayer says is in flight {why}");
        Self { state: None, note: Some(note), ..self }
    }

    /// Says where it differs from what the chains say.
    pub(crate) fn beside(mut self, state: &'static str) -> Self {
        if let Some(said) = self.state
            && said != state
            && (said, state) != ("pending", "ready")
        {
            self.note.get_or_insert_with(|| format!("the relayer says {said}; by the chains it is {state}"));
        }
        self
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
        read(MESSAGE, ENDS.map(U256::from), answer.to_string().as_bytes())
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Case {
        name: String,
        status: String,
        attempts: Value,
        transaction_hash: Option<B256>,
    }

    /// The npm package's tests read the same file.
    #[test]
    fn answers_are_read_by_one_rule() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/data/relayer.json")).unwrap();
        assert!(cases.len() > 15);
        for Case { name, status, attempts, transaction_hash } in cases {
            let word = word(&answer(&status, &attempts));
            assert_eq!(word.ok().and_then(|word| word.tx_hash), transaction_hash, "{name}");
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
            assert!(read(MESSAGE, ENDS.map(U256::from), body.as_bytes()).is_err(), "{body}");
        }
    }
}
