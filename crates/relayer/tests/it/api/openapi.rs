//! The committed document is what is served, and what is served keeps to it.

use std::collections::BTreeSet;

use alloy::primitives::B256;
use causeway_relayer::api::ApiConfig;
use serde_json::{Value, json};

use super::world::{TOKEN, World, attempt, config, deliver, message_hash, sent_in};

fn document() -> Value {
    serde_json::from_str(include_str!("../../../../../docs/relayer.openapi.json")).unwrap()
}

/// Every field that is answered has to be documented, which readers of the document need not insist on.
fn strict(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
            object.values_mut().for_each(strict);
        }
        Value::Array(items) => items.iter_mut().for_each(strict),
        _ => {}
    }
}

/// Holds an answer to the document.
fn check(document: &Value, method: &str, path: &str, status: u16, answer: &Value) {
    let response = &document["paths"][path][method]["responses"][status.to_string()];
    let schema = &response["content"]["application/json"]["schema"];
    assert!(!schema.is_null(), "{method} {path}: {status} is not documented");
    let mut components = document["components"].clone();
    strict(&mut components);
    let schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema], "components": components });
    if let Err(error) = jsonschema::validate(&schema, answer) {
        panic!("{method} {path} {status}: {error} at {}: {answer:#}", error.instance_path());
    }
}

#[test]
fn the_document_lists_the_paths_that_there_are() {
    let router = include_str!("../../../src/api/http/router.rs");
    let mut served = BTreeSet::new();
    for route in router.split(".route(\"").skip(1) {
        let (path, rest) = route.split_once("\", ").unwrap();
        served.insert((path.to_owned(), rest.split('(').next().unwrap().to_owned()));
    }
    let document = document();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        documented.extend(methods.as_object().unwrap().keys().map(|method| (path.clone(), method.clone())));
    }
    assert_eq!(served, documented);
}

#[tokio::test]
async fn what_is_served_is_what_is_committed() {
    let world = World::start().await;
    assert_eq!(world.json("/openapi.json").await, document());
    world.end().await;
}

#[tokio::test]
async fn answers_keep_to_the_document() {
    let (world, document) = (World::start().await, document());
    world.fill(3, 10).await;
    world.catch_up().await;
    attempt(&world.store, B256::repeat_byte(0xaa), 0, 0).await;
    attempt(&world.store, B256::repeat_byte(0xbb), 1, 1).await;
    deliver(&world.store, 0, B256::repeat_byte(0xaa)).await;
    let one = |nonce| format!("/v1/messages/{}", message_hash(nonce));
    let (delivered, in_flight, pending) = (one(0), one(1), one(2));
    for (path, documented) in [
        ("/v1/messages?limit=2", "/v1/messages"),
        (&delivered, "/v1/messages/{hash}"),
        (&in_flight, "/v1/messages/{hash}"),
        (&pending, "/v1/messages/{hash}"),
        ("/v1/routes", "/v1/routes"),
        ("/v1/signers", "/v1/signers"),
        ("/v1/messages?source=x", "/v1/messages"),
        ("/v1/messages/0x00", "/v1/messages/{hash}"),
        ("/ready", "/ready"),
    ] {
        let answer = world.get(path).send().await.unwrap();
        let status = answer.status().as_u16();
        check(&document, "get", documented, status, &answer.json().await.unwrap());
    }
    for (path, documented, body) in [
        (format!("{pending}/skip"), "/v1/messages/{hash}/skip", json!({ "reason": "spam" })),
        (format!("{pending}/retry"), "/v1/messages/{hash}/retry", json!({})),
        ("/v1/relay".to_owned(), "/v1/relay", json!({ "chain": "901", "transaction": sent_in(0) })),
        ("/v1/relay".to_owned(), "/v1/relay", json!({ "chain": "901", "transaction": B256::ZERO })),
        ("/v1/relay".to_owned(), "/v1/relay", json!({})),
    ] {
        let answer = world.post(&path).bearer_auth(TOKEN).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        check(&document, "post", documented, status, &answer.json().await.unwrap());
        let answer = world.post(&path).json(&body).send().await.unwrap();
        check(&document, "post", documented, 401, &answer.json().await.unwrap());
    }
    world.end().await;
    let closed = World::with(ApiConfig { token: None, ..config() }).await;
    let answer = closed.post("/v1/relay").json(&json!({})).send().await.unwrap();
    check(&document, "post", "/v1/relay", answer.status().as_u16(), &answer.json().await.unwrap());
    let answer = closed.get("/ready").send().await.unwrap();
    check(&document, "get", "/ready", answer.status().as_u16(), &answer.json().await.unwrap());
    closed.end().await;
}
