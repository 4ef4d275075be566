//! Whatever is sent, the answer is one of those that say what was wrong.

use crate::rpc_world::{World, world};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

/// JSON of any shape, with the words and numbers in it that requests have.
fn value() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just(json!("unsafe")),
        Just(json!("902")),
        Just(json!("0x386")),
        Just(json!("0x")),
        Just(json!(format!("0x{}", "01".repeat(32)))),
        Just(json!(format!("0x{}", "03".repeat(32)))),
        Just(json!(u64::MAX)),
        ".{0,12}".prop_map(|text| json!(text)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(|flag| json!(flag)),
        Just(Value::Null),
    ];
    let name = prop_oneof![
        Just("inboxEntries".to_owned()),
        Just("minSafety".to_owned()),
        Just("executingDescriptor".to_owned()),
        Just("chainID".to_owned()),
        Just("timestamp".to_owned()),
        Just("timeout".to_owned()),
        ".{0,6}",
    ];
    word.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|list| json!(list)),
            prop::collection::btree_map(name.clone(), inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}

/// Parameters that get far: the right ones, with one of them replaced.
fn nearly() -> impl Strategy<Value = Value> {
    (value(), 0..6usize).prop_map(|(odd, place)| {
        let mut params = json!([[], "unsafe", {"chainID": "902", "timestamp": "0xf4240", "timeout": "0x1"}]);
        match place {
            0..3 => params[place] = odd,
            3 => params[2]["chainID"] = odd,
            4 => params[2]["timestamp"] = odd,
            _ => params[2]["timeout"] = odd,
        }
        params
    })
}

async fn codes(world: &World, methods: &[&str], params: &Value) -> Result<(), TestCaseError> {
    for method in methods {
        let answer = world.answer(method, params.clone()).await;
        if let Some(error) = answer.get("error") {
            prop_assert_eq!(&error["code"], &json!(-32602), "{} {}: {}", method, params, answer);
            prop_assert!(error["message"].as_str().is_some_and(|text| text.len() < 1_000), "{}", answer);
        }
    }
    Ok(())
}

/// The same cases every time.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn run(cases: u32, strategy: impl Strategy<Value = Value>, methods: &[&str]) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let world = runtime.block_on(world());
    let run = |params| runtime.block_on(codes(&world, methods, &params));
    runner(cases).run(&strategy, run).expect("every answer is in order");
}

#[test]
fn any_parameters_of_a_check_are_answered() {
    run(256, value(), &["interop_checkAccessList", "interop_checkAccessLists"]);
}

#[test]
fn nearly_right_parameters_of_a_check_are_answered() {
    run(256, nearly(), &["supervisor_checkAccessList"]);
}

#[test]
fn any_bytes_are_answered() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let world = runtime.block_on(world());
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        r#"[\[\{"0-9a-z:, \]\}]{0,40}"#.prop_map(String::into_bytes),
        value().prop_map(|value| value.to_string().into_bytes()),
    ];
    let run = |body: Vec<u8>| {
        runtime.block_on(async {
            let request =
                world.client.post(world.url("/")).header("content-type", "application/json").body(body);
            let response = request.send().await.expect("it answers");
            let answer: Value = response.json().await.expect("JSON");
            let answers = answer.as_array().cloned().unwrap_or_else(|| vec![answer.clone()]);
            for answer in answers {
                let code = answer["error"]["code"].as_i64();
                prop_assert!(matches!(code, Some(-32700 | -32600 | -32601)), "{}", answer);
            }
            Ok(())
        })
    };
    runner(256).run(&bytes, run).expect("every answer is in order");
}
