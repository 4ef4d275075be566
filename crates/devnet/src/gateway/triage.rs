use super::{
    Fault,
    effects::Effects,
    envelope::{Call, Envelope, Id, Malformed, open},
    sends::Sends,
    terms::{Change, Examined, Needs, Terms},
    turns::Unnumbered,
};

/// What becomes of a message, decided by its bytes alone.
#[derive(Debug)]
pub(super) enum Triage<'a> {
    /// Nothing in it needs a look: it goes to the node as it is.
    Forward { effects: Effects, is_awaited: bool, sends: Sends },
    /// The node does not get to see it.
    Answer { id: &'a str, fault: Fault },
    /// Some of its calls carry executing messages, may not be passed on, or not as they are.
    CallByCall(Calls<'a>),
}

/// A message some of whose calls need a look.
#[derive(Debug)]
pub(super) struct Calls<'a> {
    pub(super) batch: bool,
    pub(super) items: Vec<Item<'a>>,
    pub(super) effects: Effects,
}

/// One call of it.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) id: Id<'a>,
    /// What the node is asked; nothing if it was no call.
    pub(super) call: Option<Call<'a>>,
    pub(super) needs: Needs,
    pub(super) change: Change,
    /// The transaction in it that waits until the sender's earlier ones are in the pool.
    pub(super) turn: Option<Unnumbered>,
    /// What goes into the node's pool with it.
    pub(super) sends: Sends,
}

/// Decides what becomes of a message.
pub(super) fn triage<'a>(message: &'a [u8], terms: &Terms) -> Triage<'a> {
    let envelope = match open(message) {
        Ok(envelope) => envelope,
        Err(Malformed { id, fault }) => return Triage::Answer { id, fault },
    };
    let mut effects = Effects::default();
    let (batch, items) = match envelope {
        Envelope::Single(call) => (false, vec![item(call, terms, &mut effects)]),
        Envelope::Batch(calls) => {
            let mut examine = |call| match call {
                Ok(call) => item(call, terms, &mut effects),
                Err(malformed) => malformed_item(malformed),
            };
            (true, calls.into_iter().map(&mut examine).collect())
        }
    };
    if items.iter().all(Item::goes_as_it_is) {
        let is_awaited = items.iter().any(|item| item.id.json().is_some());
        let mut sends = Sends::default();
        items.into_iter().for_each(|item| sends.add(item.sends));
        return Triage::Forward { effects, is_awaited, sends };
    }
    Triage::CallByCall(Calls { batch, items, effects })
}

impl Item<'_> {
    fn goes_as_it_is(&self) -> bool {
        matches!((&self.needs, &self.change), (Needs::Nothing, Change::Nothing))
            && self.turn.is_none()
            && self.call.as_ref().is_some_and(|call| call.plain)
    }

    /// Whether it is about subscriptions, which live and die with a socket.
    pub(super) fn is_subscription(&self) -> bool {
        matches!(self.method(), "eth_subscribe" | "eth_unsubscribe")
    }

    /// The name of what is called; nothing if it was no call.
    pub(super) fn method(&self) -> &str {
        self.call.as_ref().map_or("", |call| call.method.as_str())
    }
}

fn item<'a>(call: Call<'a>, terms: &Terms, effects: &mut Effects) -> Item<'a> {
    effects.note(&call.method, call.params);
    let Examined { needs, change, turn, sends } = match terms.examine(&call) {
        Ok(examined) => examined,
        Err(fault) => Examined { needs: Needs::Refusal(fault), ..Change::Nothing.into() },
    };
    Item { id: call.id, call: Some(call), needs, change, turn, sends }
}

fn malformed_item(Malformed { id, fault }: Malformed<'_>) -> Item<'_> {
    Item {
        id: Id::Json(id),
        call: None,
        needs: Needs::Refusal(fault),
        change: Change::Nothing,
        turn: None,
        sends: Sends::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{effects::Clock, terms::When};
    use alloy::primitives::B256;
    use causeway_interop::CROSS_L2_INBOX;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const KEY: B256 = B256::repeat_byte(1);

    fn triage(message: &[u8]) -> Triage<'_> {
        super::triage(message, &Terms { interop: true, chain_id: Some(901) })
    }

    fn with_list() -> Value {
        json!({"accessList": [{"address": CROSS_L2_INBOX, "storageKeys": [KEY]}]})
    }

    fn priced(mut request: Value) -> Value {
        request["gasPrice"] = json!("0x1");
        request["nonce"] = json!("0x0");
        request
    }

    fn call(method: &str, params: Value) -> Value {
        json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    }

    fn is_forwarded(message: &Value) -> bool {
        matches!(triage(message.to_string().as_bytes()), Triage::Forward { .. })
    }

    #[test]
    fn what_carries_no_executing_message_is_forwarded() {
        let plain = json!([priced(json!({"to": CROSS_L2_INBOX}))]);
        for (method, params) in [
            ("eth_chainId", json!([])),
            ("eth_chainId", Value::Null),
            ("eth_call", json!([priced(with_list()), "latest"])),
            ("eth_estimateGas", json!([priced(with_list())])),
            ("eth_subscribe", json!(["newHeads"])),
            ("eth_signTransaction", json!([priced(with_list())])),
            ("eth_sendTransaction", plain.clone()),
            ("eth_sendTransaction", Value::Null),
            ("eth_sendUnsignedTransaction", plain),
            ("anvil_reorg", json!([3, []])),
            ("anvil_reorg", json!([3, [[priced(json!({})), 0]]])),
            ("no_suchMethod", json!({"a": [1]})),
        ] {
            assert!(is_forwarded(&call(method, params.clone())), "{method} {params}");
        }
        assert!(is_forwarded(&json!([
            call("eth_chainId", json!([])),
            call("eth_sendTransaction", json!([priced(json!({}))]))
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
                let Triage::CallByCall(calls) = triage(text.as_bytes()) else { panic!("{text}") };
                assert_eq!(calls.batch, message.is_array());
                let Needs::Truth { when: at, declared } = &calls.items[0].needs else { panic!("{text}") };
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
            let Triage::CallByCall(calls) = triage(text.as_bytes()) else { panic!("{text}") };
            let Needs::Refusal(fault) = &calls.items[0].needs else { panic!("{text}") };
            assert_eq!(fault.code, code, "{text}");
        }
    }

    #[test]
    fn what_no_node_of_such_a_chain_takes_is_refused() {
        let other = "chainId does not match node's (have=902, want=901)";
        let blobs = "transaction type not supported: received type 3";
        let deposits = "transaction type not supported: received type 126";
        for (method, params, message) in [
            ("eth_sendTransaction", json!([{"chainId": "0x386"}]), other),
            ("eth_signTransaction", json!([{"chainId": "0x386"}]), other),
            ("eth_fillTransaction", json!([{"chainId": "0x386"}]), other),
            ("anvil_reorg", json!([1, [[{"chainId": "0x386"}, 0]]]), other),
            ("eth_sendTransaction", json!([{"type": "0x3"}]), blobs),
            ("eth_sendTransactionSync", json!([{"blobVersionedHashes": [KEY]}]), blobs),
            ("eth_sendUnsignedTransaction", json!([{"maxFeePerBlobGas": "0x1"}]), blobs),
            ("eth_sendRawTransaction", json!(["0x03c0"]), blobs),
            ("eth_sendRawTransactionSync", json!(["0x03c0"]), blobs),
            ("anvil_reorg", json!([1, [["0x03c0", 0]]]), blobs),
            ("eth_signTransaction", json!([{"maxFeePerBlobGas": "0x1"}]), blobs),
            ("eth_fillTransaction", json!([{"blobVersionedHashes": [KEY]}]), blobs),
            ("eth_sendRawTransaction", json!(["0x7ec0"]), deposits),
            ("eth_sendRawTransactionSync", json!(["0x7ec0"]), deposits),
            ("eth_sendTransaction", json!([{"type": "0x7e"}]), deposits),
            ("eth_sendUnsignedTransaction", json!([{"sourceHash": KEY, "isSystemTx": false}]), deposits),
        ] {
            let text = call(method, params).to_string();
            let Triage::CallByCall(calls) = triage(text.as_bytes()) else { panic!("{text}") };
            let Needs::Refusal(fault) = &calls.items[0].needs else { panic!("{text}") };
            assert_eq!((fault.code, fault.message.as_str()), (-32000, message), "{text}");
        }
        // Elsewhere there are blobs, and what cannot be read is for the node.
        let l1 = Terms { interop: false, chain_id: Some(900) };
        for text in [
            call("eth_sendRawTransaction", json!(["0x03c0"])),
            call("eth_sendRawTransaction", json!(["0x05c0"])),
            call("eth_sendBundle", json!([{}])),
            call("eth_sendTransaction", json!([priced(with_list())])),
        ] {
            assert!(
                matches!(super::triage(text.to_string().as_bytes(), &l1), Triage::Forward { .. }),
                "{text}"
            );
        }
        // Except for what it does not survive.
        for request in [
            json!({"maxFeePerBlobGas": "0x1"}),
            json!({"maxFeePerBlobGas": "0x1", "type": "0x2"}),
            json!({"blobVersionedHashes": [KEY], "authorizationList": []}),
        ] {
            for method in ["eth_sendTransaction", "eth_signTransaction", "eth_fillTransaction"] {
                let text = call(method, json!([priced(request.clone())])).to_string();
                let Triage::CallByCall(calls) = super::triage(text.as_bytes(), &l1) else { panic!("{text}") };
                let Needs::Refusal(fault) = &calls.items[0].needs else { panic!("{text}") };
                assert_eq!(fault.code, -32602, "{text}");
            }
        }
    }

    #[test]
    fn what_the_node_would_read_otherwise_is_written_anew() {
        for text in [
            r#"{"jsonrpc":"2.0","id":1.5,"method":"eth_chainId"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId","more":1}"#,
            r#"[{"jsonrpc":"2.0","id":18446744073709551616,"method":"eth_chainId"}]"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{}]}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"eth_sendTransaction","params":[{}]}"#,
        ] {
            let Triage::CallByCall(calls) = triage(text.as_bytes()) else { panic!("{text}") };
            assert!(matches!(calls.items[0].needs, Needs::Nothing), "{text}");
        }
    }

    #[test]
    fn escapes_in_the_method_change_nothing() {
        let text = call("eth_sendTransaction", json!([with_list()])).to_string();
        let text = text.replace("eth_send", r"\u0065th_s\u0065nd").replace("method", r"m\u0065thod");
        assert!(matches!(triage(text.as_bytes()), Triage::CallByCall(_)), "{text}");
    }

    #[test]
    fn other_shapes_of_a_call_are_answered() {
        let array = json!(["2.0", "eth_sendTransaction", [with_list()], 1]);
        assert!(matches!(
            triage(json!([array]).to_string().as_bytes()),
            Triage::CallByCall(Calls { items, .. }) if matches!(items[0].needs, Needs::Refusal(_))
        ));
        for text in
            [array.to_string(), String::new(), "{}".to_owned(), "[]".to_owned(), "\u{feff}{}".to_owned()]
        {
            let outcome = triage(text.as_bytes());
            let refused = match &outcome {
                Triage::Answer { .. } => true,
                Triage::CallByCall(calls) => {
                    calls.items.iter().all(|item| matches!(item.needs, Needs::Refusal(_)))
                }
                Triage::Forward { .. } => false,
            };
            assert!(refused, "{text}: {outcome:?}");
        }
    }

    #[test]
    fn effects_on_the_clock_are_noted() {
        let batch =
            json!([call("evm_revert", json!(["0x1"])), call("anvil_rollback", json!([1]))]).to_string();
        let Triage::Forward { effects, .. } = triage(batch.as_bytes()) else { panic!("not forwarded") };
        assert_eq!(
            effects.clock,
            Clock { restored: true, set_back: true, disturbs: true, ..Clock::default() }
        );
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
            let _ = triage(&bytes);
        }

        #[test]
        fn a_carrier_is_never_forwarded(text in carriers()) {
            let is_forwarded = matches!(triage(text.as_bytes()), Triage::Forward { .. });
            prop_assert!(!is_forwarded);
        }

        /// Damage to one byte may make another message of it, but none that still has the list and passes.
        #[test]
        fn a_damaged_carrier_is_not_forwarded_with_its_list(
            text in carriers(), at in any::<prop::sample::Index>(), byte in any::<u8>()
        ) {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Triage::Forward { .. } = triage(&bytes) {
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
