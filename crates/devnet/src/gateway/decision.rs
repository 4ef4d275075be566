use super::{
    Fault,
    effects::Clock,
    envelope::{Call, Envelope, Id, Malformed, open},
    transaction::{Declared, Reorg, of_raw, of_reorg, of_request},
};

/// What becomes of a message, decided by its bytes alone.
#[derive(Debug)]
pub(super) enum Decision<'a> {
    /// Nothing in it needs a look: it goes to the node as it is.
    Forward(Clock),
    /// The node does not get to see it.
    Answer { id: Option<&'a str>, fault: Fault },
    /// Some of its calls carry executing messages, or may not be passed on.
    Screen(Screening<'a>),
}

/// A message some of whose calls need a look.
#[derive(Debug)]
pub(super) struct Screening<'a> {
    pub(super) batch: bool,
    pub(super) items: Vec<Item<'a>>,
    pub(super) clock: Clock,
}

/// One call of it.
#[derive(Debug)]
pub(super) struct Item<'a> {
    /// The JSON of the call.
    pub(super) raw: &'a str,
    pub(super) id: Id<'a>,
    pub(super) needs: Needs,
    /// Whether it is about subscriptions, which live and die with a socket.
    pub(super) subscription: bool,
}

/// What a call needs before the node may see it.
#[derive(Debug)]
pub(super) enum Needs {
    /// Nothing.
    Nothing,
    /// A new request: this one is refused.
    Refusal(Fault),
    /// Every one of these declarations to be true, each of one transaction and none empty.
    Truth { when: When, declared: Vec<Declared> },
}

/// Which block the transactions of a call go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// The next one, or a later one.
    Next,
    /// One of those that replace the newest blocks, so many of them.
    Reorg { depth: u64 },
}

/// Decides what becomes of a message.
pub(super) fn decide(message: &[u8]) -> Decision<'_> {
    let envelope = match open(message) {
        Ok(envelope) => envelope,
        Err(malformed) => return Decision::Answer { id: Some(malformed.id), fault: malformed.fault() },
    };
    let mut clock = Clock::default();
    let (batch, items) = match envelope {
        Envelope::Single(call) => (false, vec![item(call, &mut clock)]),
        Envelope::Batch(calls) => {
            let mut examine = |call| match call {
                Ok(call) => item(call, &mut clock),
                Err(malformed) => malformed_item(&malformed),
            };
            (true, calls.into_iter().map(&mut examine).collect())
        }
    };
    if items.iter().all(|item: &Item<'_>| matches!(item.needs, Needs::Nothing)) {
        return Decision::Forward(clock);
    }
    Decision::Screen(Screening { batch, items, clock })
}

fn item<'a>(call: Call<'a>, clock: &mut Clock) -> Item<'a> {
    clock.note(&call.method, call.params);
    let subscription = matches!(call.method.as_str(), "eth_subscribe" | "eth_unsubscribe");
    Item { raw: call.raw, id: call.id, needs: needs(&call), subscription }
}

fn malformed_item<'a>(malformed: &Malformed<'a>) -> Item<'a> {
    let needs = Needs::Refusal(malformed.fault());
    Item { raw: "", id: Id::Json(malformed.id), needs, subscription: false }
}

/// The ways into the node's pool and blocks, as anvil 1.7.1 has them.
fn needs(call: &Call<'_>) -> Needs {
    // Without parameters there is no transaction, and the node has its own words for that.
    let params = call.params.unwrap_or("null");
    let read = match call.method.as_str() {
        _ if params == "null" => return Needs::Nothing,
        "eth_sendRawTransaction" | "eth_sendRawTransactionSync" => {
            of_raw(params).map(|declared| (When::Next, vec![declared]))
        }
        "eth_sendTransaction" | "eth_sendTransactionSync" | "eth_sendUnsignedTransaction" => {
            of_request(params).map(|declared| (When::Next, vec![declared]))
        }
        "anvil_reorg" => {
            of_reorg(params).map(|Reorg { depth, transactions }| (When::Reorg { depth }, transactions))
        }
        other if may_carry_transactions(other) => return Needs::Refusal(Fault::method_not_found(other)),
        _ => return Needs::Nothing,
    };
    match read {
        Ok((when, mut declared)) => {
            declared.retain(|keys| !keys.is_empty());
            if declared.is_empty() { Needs::Nothing } else { Needs::Truth { when, declared } }
        }
        Err(unreadable) => Needs::Refusal(Fault::invalid_params(unreadable)),
    }
}

/// Whether a method that is not known here sounds as if it took a transaction.
///
/// anvil 1.7.1 has none; one that a later version has is refused until the gateway learns to read it.
fn may_carry_transactions(method: &str) -> bool {
    let method = method.to_ascii_lowercase();
    ["send", "bundle", "builder_"].iter().any(|word| method.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::B256;
    use causeway_interop::CROSS_L2_INBOX;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const KEY: B256 = B256::repeat_byte(1);

    fn with_list() -> Value {
        json!({"accessList": [{"address": CROSS_L2_INBOX, "storageKeys": [KEY]}]})
    }

    fn call(method: &str, params: Value) -> Value {
        json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    }

    fn is_forwarded(message: &Value) -> bool {
        matches!(decide(message.to_string().as_bytes()), Decision::Forward(_))
    }

    #[test]
    fn what_carries_no_executing_message_is_forwarded() {
        let plain = json!([{"to": CROSS_L2_INBOX}]);
        for (method, params) in [
            ("eth_chainId", json!([])),
            ("eth_chainId", Value::Null),
            ("eth_call", json!([with_list(), "latest"])),
            ("eth_estimateGas", json!([with_list()])),
            ("eth_subscribe", json!(["newHeads"])),
            ("eth_signTransaction", json!([with_list()])),
            ("eth_sendTransaction", plain.clone()),
            ("eth_sendTransaction", Value::Null),
            ("eth_sendUnsignedTransaction", plain),
            ("eth_sendRawTransaction", json!(["0x7ec0"])),
            ("anvil_reorg", json!([3, []])),
            ("anvil_reorg", json!([3, [[{}, 0]]])),
            ("no_suchMethod", json!({"a": [1]})),
        ] {
            assert!(is_forwarded(&call(method, params.clone())), "{method} {params}");
        }
        assert!(is_forwarded(&json!([
            call("eth_chainId", json!([])),
            call("eth_sendTransaction", json!([{}]))
        ])));
        assert!(is_forwarded(&json!({"method": "eth_chainId"})));
    }

    #[test]
    fn every_way_in_is_screened() {
        for (method, params, when) in [
            ("eth_sendTransaction", json!([with_list()]), When::Next),
            ("eth_sendTransactionSync", json!([with_list()]), When::Next),
            ("eth_sendUnsignedTransaction", json!([with_list()]), When::Next),
            ("anvil_reorg", json!([2, [[with_list(), 0]]]), When::Reorg { depth: 2 }),
            (
                "anvil_reorg",
                json!({"depth": 5, "tx_block_pairs": [[{}, 1], [with_list(), 0]]}),
                When::Reorg { depth: 5 },
            ),
        ] {
            let notification = json!({"jsonrpc": "2.0", "method": method, "params": params});
            for message in [call(method, params.clone()), notification, json!([call(method, params.clone())])]
            {
                let text = message.to_string();
                let Decision::Screen(screening) = decide(text.as_bytes()) else { panic!("{text}") };
                assert_eq!(screening.batch, message.is_array());
                let Needs::Truth { when: at, declared } = &screening.items[0].needs else { panic!("{text}") };
                assert_eq!((*at, declared), (when, &vec![vec![KEY]]), "{text}");
            }
        }
    }

    #[test]
    fn unreadable_and_unknown_ways_in_are_refused() {
        for (method, params, code) in [
            ("eth_sendRawTransaction", json!(["0x05c0"]), -32602),
            ("eth_sendRawTransactionSync", json!({"0": "0x7ec0"}), -32602),
            ("eth_sendTransaction", json!([with_list(), 1]), -32602),
            ("anvil_reorg", json!([1]), -32602),
            ("eth_sendBundle", json!([{}]), -32601),
            ("eth_SendRawTransaction", json!(["0x02"]), -32601),
            ("eth_sendRawTransactionConditional", json!(["0x02"]), -32601),
            ("eth_resend", json!([with_list()]), -32601),
        ] {
            let text = call(method, params).to_string();
            let Decision::Screen(screening) = decide(text.as_bytes()) else { panic!("{text}") };
            let Needs::Refusal(fault) = &screening.items[0].needs else { panic!("{text}") };
            assert_eq!(fault.code, code, "{text}");
        }
    }

    #[test]
    fn escapes_in_the_method_change_nothing() {
        let text = call("eth_sendTransaction", json!([with_list()])).to_string();
        let text = text.replace("eth_send", r"\u0065th_s\u0065nd").replace("method", r"m\u0065thod");
        assert!(matches!(decide(text.as_bytes()), Decision::Screen(_)), "{text}");
    }

    #[test]
    fn other_shapes_of_a_call_are_answered() {
        let array = json!(["2.0", "eth_sendTransaction", [with_list()], 1]);
        assert!(matches!(
            decide(json!([array]).to_string().as_bytes()),
            Decision::Screen(Screening { items, .. }) if matches!(items[0].needs, Needs::Refusal(_))
        ));
        for text in
            [array.to_string(), String::new(), "{}".to_owned(), "[]".to_owned(), "\u{feff}{}".to_owned()]
        {
            let decision = decide(text.as_bytes());
            let refused = match &decision {
                Decision::Answer { .. } => true,
                Decision::Screen(screening) => {
                    screening.items.iter().all(|item| matches!(item.needs, Needs::Refusal(_)))
                }
                Decision::Forward(_) => false,
            };
            assert!(refused, "{text}: {decision:?}");
        }
    }

    #[test]
    fn effects_on_the_clock_are_noted() {
        let batch =
            json!([call("evm_revert", json!(["0x1"])), call("anvil_rollback", json!([1]))]).to_string();
        let Decision::Forward(clock) = decide(batch.as_bytes()) else { panic!("not forwarded") };
        assert_eq!(clock, Clock { pin: None, restored: true, set_back: true });
    }

    /// A transaction request with the list, somewhere within junk, in some spelling of JSON.
    fn carriers() -> impl Strategy<Value = String> {
        let method = prop::sample::select(vec![
            "eth_sendTransaction",
            "eth_sendTransactionSync",
            "eth_sendUnsignedTransaction",
            "anvil_reorg",
        ]);
        let junk = prop::collection::btree_map("[a-z]{1,8}", any::<i32>(), 0..4);
        let before =
            prop::collection::vec(Just(json!({"jsonrpc":"2.0","id":0,"method":"eth_chainId"})), 0..3);
        (method, junk, before, any::<bool>(), any::<bool>()).prop_map(
            |(method, junk, before, batch, pretty)| {
                let mut request = with_list();
                if let Value::Object(fields) = &mut request {
                    fields.extend(junk.into_iter().map(|(key, value)| (key, json!(value))));
                }
                let params =
                    if method == "anvil_reorg" { json!([1, [[request, 0]]]) } else { json!([request]) };
                let mut message = call(method, params);
                if batch {
                    message = before.into_iter().chain([message]).collect();
                }
                if pretty { serde_json::to_string_pretty(&message).unwrap() } else { message.to_string() }
            },
        )
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decide(&bytes);
        }

        #[test]
        fn a_carrier_is_never_forwarded(text in carriers()) {
            prop_assert!(!matches!(decide(text.as_bytes()), Decision::Forward(_)));
        }

        /// Damage to one byte may make another message of it, but none that still has the list and passes.
        #[test]
        fn a_damaged_carrier_is_not_forwarded_with_its_list(
            text in carriers(), at in any::<prop::sample::Index>(), byte in any::<u8>()
        ) {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Decision::Forward(_) = decide(&bytes) {
                let message: Value = serde_json::from_slice(&bytes).unwrap();
                let calls = message.as_array().cloned().unwrap_or_else(|| vec![message.clone()]);
                for call in calls {
                    let known = ["eth_sendTransaction", "eth_sendTransactionSync", "eth_sendUnsignedTransaction", "anvil_reorg"];
                    let is_way_in = known.iter().any(|method| call["method"] == **method);
                    let has_list = call["params"].to_string().contains(&KEY.to_string())
                        && call["params"].to_string().to_lowercase().contains("\"accesslist\"")
                        && call["params"].to_string().to_lowercase().contains(&CROSS_L2_INBOX.to_string().to_lowercase());
                    prop_assert!(!(is_way_in && has_list), "{call}");
                }
            }
        }
    }
}
