use super::{
    Fault, effects::Effects, envelope::OWN_IDS, fees::Quote, second::Second, sends::Sends,
    simulation::Simulation, terms::Change, triage::Item, turns::Unnumbered, upstream::Answer,
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A message that does not go to the node as it is: what does, and how the answers come together.
///
/// The node reads a text that was written here, of what was read here: no other meaning gets through. The ids in it are
/// made here, too, so that an answer finds its call, and the caller gets its own id back as it wrote it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) effects: Effects,
    /// What goes into the node's pool with it.
    pub(super) sends: Sends,
    /// What goes to the node, one after the other.
    pub(super) rest: Vec<Part>,
    batch: bool,
    slots: Vec<Slot>,
}

/// One message to the node.
#[derive(Debug)]
pub(super) struct Part {
    /// Its JSON.
    pub(super) json: String,
    /// The one transaction in it, which waits for its turn.
    pub(super) turn: Option<Unnumbered>,
}

/// A call that gets an answer.
#[derive(Debug)]
struct Slot {
    /// The JSON of its id.
    id: String,
    answer: Option<Answer>,
    second: Option<Second>,
}

/// How the ids that the node sees are told from those of other messages on the same way.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tag {
    /// There are no others.
    None,
    /// The number of the message on its socket.
    Message(u64),
}

impl Tag {
    fn id(self, index: usize) -> String {
        match self {
            Self::None => index.to_string(),
            Self::Message(number) => format!("\"{OWN_IDS}{number}:{index}\""),
        }
    }

    /// The message that the node's answer is for, if it is one with a number.
    pub(super) fn of(answer: &str) -> Option<u64> {
        // The node writes the id among the first few bytes. What a caller could write there itself has no message.
        let start = answer.get(..64).unwrap_or(answer);
        let (_, rest) = start.split_once(OWN_IDS)?;
        rest.split_once(':')?.0.parse().ok()
    }

    fn index(self, id: &str) -> Option<usize> {
        match self {
            Self::None => id.parse().ok(),
            Self::Message(number) => {
                let rest = id.strip_prefix('"')?.strip_suffix('"')?.strip_prefix(OWN_IDS)?;
                let (message, index) = rest.split_once(':')?;
                if message.parse() == Ok(number) { index.parse().ok() } else { None }
            }
        }
    }
}

/// The node's answer to a call.
#[derive(Deserialize)]
struct NodeAnswer<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
}

impl NodeAnswer<'_> {
    fn answer(&self) -> Answer {
        Answer::of(self.result, self.error)
    }
}

impl Plan {
    /// Makes the plan. `quote` is there if any request is without a price.
    pub(super) fn new(
        Shape { batch, whole }: Shape,
        effects: Effects,
        items: Vec<(Item<'_>, Option<Fault>)>,
        quote: Option<&Quote>,
        tag: Tag,
    ) -> Self {
        let (mut calls, mut slots, mut sends) = (Vec::new(), Vec::new(), Sends::default());
        for (mut item, fault) in items {
            let id = item.id.json().map(str::to_owned);
            let (answer, second) = match fault {
                Some(fault) => (Some(Answer::from(fault)), None),
                None => {
                    sends.add(std::mem::take(&mut item.sends));
                    let node_id = id.is_some().then(|| tag.id(slots.len()));
                    let turn = item.turn.filter(|_| !whole);
                    let (text, second) = write(item, quote, node_id.as_deref());
                    calls.extend(text.map(|json| Part { json, turn }));
                    (None, second)
                }
            };
            slots.extend(id.map(|id| Slot { id, answer, second }));
        }
        let rest = if batch { gather(calls) } else { calls };
        Self { effects, sends, rest, batch, slots }
    }

    /// Whether anybody waits for an answer.
    pub(super) const fn is_awaited(&self) -> bool {
        !self.slots.is_empty()
    }

    /// Whether what goes to the node fits into so many bytes.
    pub(super) fn is_shorter_than(&self, bytes: usize) -> bool {
        self.rest.iter().all(|part| part.json.len() < bytes)
    }

    /// Takes the node's answers, empty if there is none.
    pub(super) fn take(&mut self, answer: &[u8], tag: Tag) {
        let answers: Vec<NodeAnswer<'_>> = match answer.trim_ascii_start().first() {
            Some(b'[') => serde_json::from_slice(answer).unwrap_or_default(),
            _ => serde_json::from_slice(answer).into_iter().collect(),
        };
        for node in &answers {
            let slot = tag.index(node.id.get()).and_then(|index| self.slots.get_mut(index));
            match slot {
                Some(slot) if slot.answer.is_none() => slot.answer = Some(node.answer()),
                // An answer to nothing in particular is one to the whole message.
                _ if node.id.get() == "null" && answers.len() == 1 => self.unanswered(&node.answer()),
                _ => {}
            }
        }
    }

    /// The calls whose answers are errors that a second question may do away with.
    pub(super) fn seconds(&mut self) -> Vec<(usize, Second)> {
        let failed = |slot: &Slot| matches!(slot.answer, Some(Answer::Error(_)));
        let slots = self.slots.iter_mut().enumerate().filter(|(_, slot)| failed(slot));
        slots.filter_map(|(index, slot)| Some((index, slot.second.take()?))).collect()
    }

    /// Puts another answer in the place of one.
    pub(super) fn replace(&mut self, index: usize, answer: Answer) {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.answer = Some(answer);
        }
    }

    /// What the caller is answered; nothing when no call gets an answer.
    pub(super) fn finish(mut self) -> Option<String> {
        self.unanswered(&Fault::internal("the node gave no answer to this call").into());
        let answers = self.slots.iter().filter_map(|slot| Some(slot.answer.as_ref()?.to(&slot.id)));
        let answers: Vec<_> = answers.collect();
        match (answers.is_empty(), self.batch) {
            (true, _) => None,
            (false, true) => Some(format!("[{}]", answers.join(","))),
            (false, false) => answers.into_iter().next(),
        }
    }

    /// Answers every call that has no answer yet.
    pub(super) fn unanswered(&mut self, answer: &Answer) {
        for slot in self.slots.iter_mut().filter(|slot| slot.answer.is_none()) {
            slot.answer = Some(answer.clone());
        }
    }
}

/// What kind of message a plan is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) batch: bool,
    /// Whether it goes to the node as one message, whosever turn it is.
    pub(super) whole: bool,
}

/// Puts calls into batches: in order, and those that wait for a turn by themselves.
fn gather(calls: Vec<Part>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut together: Vec<String> = Vec::new();
    let close = |together: &mut Vec<String>| {
        let json = format!("[{}]", std::mem::take(together).join(","));
        Part { json, turn: None }
    };
    for call in calls {
        if call.turn.is_none() {
            together.push(call.json);
            continue;
        }
        if !together.is_empty() {
            parts.push(close(&mut together));
        }
        parts.push(call);
    }
    if !together.is_empty() {
        parts.push(close(&mut together));
    }
    parts
}

/// Writes a call for the node.
fn write(item: Item<'_>, quote: Option<&Quote>, id: Option<&str>) -> (Option<String>, Option<Second>) {
    let Some(call) = item.call else { return (None, None) };
    let (params, second) = match (item.change, quote) {
        (Change::Simulated(Simulation { params, second }), _) => (Some(params.to_string()), second),
        (Change::Priced(mut params), Some(quote)) => {
            quote.fill(&mut params);
            (Some(params.to_string()), None)
        }
        (Change::Priced(_), None) | (Change::Nothing | Change::Renamed, _) => {
            (call.params.map(str::to_owned), None)
        }
    };
    let version = if call.versioned { r#""jsonrpc":"2.0","# } else { "" };
    let id = id.map(|id| format!(r#""id":{id},"#)).unwrap_or_default();
    let params = params.map(|params| format!(r#","params":{params}"#)).unwrap_or_default();
    let method = serde_json::Value::from(call.method);
    (Some(format!(r#"{{{version}{id}"method":{method}{params}}}"#)), second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{
        terms::{Needs, Terms},
        triage::{Calls, Triage, triage},
    };
    use serde_json::{Value, json};

    const TERMS: Terms = Terms { interop: true, chain_id: Some(901) };

    fn plan_of(text: &str, tag: Tag) -> Plan {
        let Triage::CallByCall(Calls { batch, items, effects }) = triage(text.as_bytes(), &TERMS) else {
            panic!("{text}")
        };
        let items = items.into_iter().map(|mut item| {
            let needs = std::mem::replace(&mut item.needs, Needs::Nothing);
            let fault = match needs {
                Needs::Refusal(fault) => Some(fault),
                _ => None,
            };
            (item, fault)
        });
        Plan::new(Shape { batch, whole: false }, effects, items.collect(), None, tag)
    }

    fn answered(text: &str, answer: &str) -> Option<String> {
        let mut plan = plan_of(text, Tag::None);
        plan.take(answer.as_bytes(), Tag::None);
        plan.finish()
    }

    fn call(id: u64, method: &str) -> Value {
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": []})
    }

    fn ids(text: &str) -> Vec<u64> {
        let answers: Vec<Value> = serde_json::from_str(text).unwrap();
        answers.iter().map(|answer| answer["id"].as_u64().unwrap()).collect()
    }

    #[test]
    fn answers_come_in_the_order_of_the_calls() {
        let notification = json!({"jsonrpc": "2.0", "method": "eth_chainId"});
        let refused = json!({"jsonrpc": "2.0", "method": "eth_sendBundle", "params": []});
        let batch = json!([
            call(7, "a"),
            call(8, "eth_sendBundle"),
            notification,
            refused,
            call(9, "b"),
            call(10, "eth_resend")
        ]);
        let plan = plan_of(&batch.to_string(), Tag::None);
        let rest: Value = serde_json::from_str(&plan.rest[0].json).unwrap();
        assert_eq!(rest, json!([call(0, "a"), notification, call(2, "b")]));
        let merged = answered(&batch.to_string(), r#" [{"id":2,"result":3},{"id":0,"result":1}]"#).unwrap();
        assert_eq!(ids(&merged), [7, 8, 9, 10]);
        let merged: Value = serde_json::from_str(&merged).unwrap();
        assert_eq!((&merged[0]["result"], &merged[2]["result"]), (&json!(1), &json!(3)));
    }

    #[test]
    fn no_call_stays_without_an_answer() {
        let batch = json!([call(1, "a"), call(2, "eth_sendBundle"), call(3, "b")]).to_string();
        for (answer, codes) in [
            (r#"[{"id":2,"result":null}]"#, json!([-32603, -32601, null])),
            (r#"{"id":null,"error":{"code":-5}}"#, json!([-5, -32601, -5])),
            ("oops", json!([-32603, -32601, -32603])),
            ("", json!([-32603, -32601, -32603])),
        ] {
            let merged: Value = serde_json::from_str(&answered(&batch, answer).unwrap()).unwrap();
            let got: Vec<_> = (0..3).map(|index| merged[index]["error"]["code"].clone()).collect();
            assert_eq!(Value::from(got), codes, "{answer}");
        }
    }

    #[test]
    fn calls_of_a_batch_that_wait_for_a_turn_go_alone() {
        let send = |nonce: Value| {
            let request = json!({"gasPrice": "0x1", "nonce": nonce});
            json!({"jsonrpc": "2.0", "id": 7, "method": "eth_sendTransaction", "params": [request]})
        };
        let batch =
            json!([call(7, "a"), send(json!("0x7")), send(json!(null)), send(json!(null)), call(7, "b")]);
        let plan = plan_of(&batch.to_string(), Tag::None);
        let shapes = plan.rest.iter().map(|part| (part.json.starts_with('['), part.turn.is_some()));
        assert_eq!(shapes.collect::<Vec<_>>(), [(true, false), (false, true), (false, true), (true, false)]);
    }

    #[test]
    fn refused_notifications_get_no_answer() {
        let text = json!([{"jsonrpc": "2.0", "method": "eth_sendBundle", "params": []}]).to_string();
        assert!(plan_of(&text, Tag::None).rest.is_empty());
        assert_eq!(answered(&text, ""), None);
    }

    #[test]
    fn ids_come_back_as_they_were_written() {
        for id in ["1.50", "-0", "18446744073709551616", r#""a\u0062""#, r#""\ud800""#] {
            let text =
                format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"eth_chainId","extra":1,"params":[]}}"#);
            let mut plan = plan_of(&text, Tag::Message(12));
            let rest = plan.rest[0].json.clone();
            assert_eq!(rest, r#"{"jsonrpc":"2.0","id":"causeway:12:0","method":"eth_chainId","params":[]}"#);
            let answer = r#"{"jsonrpc":"2.0","id":"causeway:12:0","result":"0x385"}"#;
            assert_eq!(Tag::of(answer), Some(12));
            plan.take(answer.as_bytes(), Tag::Message(12));
            assert_eq!(plan.finish().unwrap(), format!(r#"{{"jsonrpc":"2.0","id":{id},"result":"0x385"}}"#));
        }
        assert_eq!(Tag::of(r#"{"jsonrpc":"2.0","id":"causeway:","result":1}"#), None);
    }
}
