use super::{
    Fault,
    decision::{Item, Needs, Screening},
};
use serde_json::value::RawValue;

/// A batch some of whose calls are refused: what goes to the node, and how the answers come together.
#[derive(Debug)]
pub(super) struct Partial {
    /// The JSON of the batch for the node, if anything is left.
    pub(super) rest: Option<String>,
    slots: Vec<Slot>,
}

/// Where the answer to a call comes from, for calls that get one.
#[derive(Debug)]
enum Slot {
    Ours(String),
    Nodes,
}

/// Tells what is wrong with each call: what the decision found, or else what the check of its messages did.
pub(super) fn faults<'a>(
    screening: Screening<'a>,
    checked: impl IntoIterator<Item = Result<(), Fault>>,
) -> Vec<(Item<'a>, Option<Fault>)> {
    let mut checked = checked.into_iter();
    let fault = |mut item: Item<'a>| {
        let fault = match std::mem::replace(&mut item.needs, Needs::Nothing) {
            Needs::Nothing => None,
            Needs::Refusal(fault) => Some(fault),
            Needs::Truth { .. } => match checked.next() {
                Some(answer) => answer.err(),
                None => Some(Fault::internal("interop: the access list was not checked")),
            },
        };
        (item, fault)
    };
    screening.items.into_iter().map(fault).collect()
}

impl Partial {
    /// Splits a batch.
    pub(super) fn new(items: &[(Item<'_>, Option<Fault>)]) -> Self {
        let mut rest = Vec::new();
        let mut slots = Vec::new();
        for (item, fault) in items {
            let slot = match fault {
                Some(fault) => item.id.json().map(|id| Slot::Ours(fault.answer(id))),
                None => {
                    rest.push(item.raw);
                    item.id.json().map(|_| Slot::Nodes)
                }
            };
            slots.extend(slot);
        }
        let rest = (!rest.is_empty()).then(|| format!("[{}]", rest.join(",")));
        Self { rest, slots }
    }

    /// Puts the node's answers into their places; nothing when no call gets an answer.
    pub(super) fn merge(self, answer: &[u8]) -> Option<String> {
        let answer = std::str::from_utf8(answer).unwrap_or_default().trim();
        let nodes = self.slots.iter().filter(|slot| matches!(slot, Slot::Nodes)).count();
        let answers: Vec<&RawValue> = serde_json::from_str(answer).unwrap_or_default();
        let mut all = Vec::with_capacity(self.slots.len());
        if answers.len() == nodes {
            let mut answers = answers.into_iter();
            for slot in &self.slots {
                match slot {
                    Slot::Ours(text) => all.push(text.as_str()),
                    Slot::Nodes => all.extend(answers.next().map(RawValue::get)),
                }
            }
        } else {
            // Not one answer per call: clients tell them apart by their ids, as they have to anyway.
            all.extend(self.slots.iter().filter_map(|slot| match slot {
                Slot::Ours(text) => Some(text.as_str()),
                Slot::Nodes => None,
            }));
            match answers.is_empty() {
                true => all.extend(Some(answer).filter(|answer| answer.starts_with('{'))),
                false => all.extend(answers.into_iter().map(RawValue::get)),
            }
        }
        (!all.is_empty()).then(|| format!("[{}]", all.join(",")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::decision::{Decision, decide};
    use serde_json::{Value, json};

    fn partial(message: &Value) -> Partial {
        let text = message.to_string();
        let Decision::Screen(screening) = decide(text.as_bytes()) else { panic!("forwarded") };
        Partial::new(&faults(screening, []))
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
            call(1, "a"),
            call(2, "eth_sendBundle"),
            notification,
            refused,
            call(3, "b"),
            call(4, "eth_resend")
        ]);
        let partial = partial(&batch);
        let rest: Value = serde_json::from_str(partial.rest.as_ref().unwrap()).unwrap();
        assert_eq!(rest, json!([call(1, "a"), notification, call(3, "b")]));
        let merged = partial.merge(br#" [{"id":1,"result":1},{"id":3,"result":3}]"#).unwrap();
        assert_eq!(ids(&merged), [1, 2, 3, 4]);
    }

    #[test]
    fn odd_answers_of_the_node_are_not_lost() {
        let batch = json!([call(1, "a"), call(2, "eth_sendBundle"), call(3, "b")]);
        assert_eq!(ids(&partial(&batch).merge(br#"[{"id":3}]"#).unwrap()), [2, 3]);
        assert_eq!(ids(&partial(&batch).merge(br#"{"id":9}"#).unwrap()), [2, 9]);
        assert_eq!(ids(&partial(&batch).merge(b"oops").unwrap()), [2]);
    }

    #[test]
    fn refused_notifications_get_no_answer() {
        let partial = partial(&json!([{"jsonrpc": "2.0", "method": "eth_sendBundle", "params": []}]));
        assert!(partial.rest.is_none());
        assert_eq!(partial.merge(b""), None);
    }
}
