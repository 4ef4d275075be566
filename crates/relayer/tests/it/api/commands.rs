use causeway_relayer::api::ApiConfig;
use causeway_store::MessageStatus;
use serde_json::json;

use super::world::{TOKEN, World, config, message_hash, refusal, sent_in};

#[tokio::test]
async fn without_a_token_nothing_is_changed_and_the_remedy_is_named() {
    let world = World::with(ApiConfig { token: None, ..config() }).await;
    world.fill(1, 10).await;
    let path = format!("/v1/messages/{}/skip", message_hash(0));
    let answer = world.post(&path).bearer_auth(TOKEN).json(&json!({ "reason": "no" })).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let text = answer.text().await.unwrap();
    assert!(text.contains("commands-off") && text.contains("--api-token-file"), "{text}");
    assert_eq!(world.store.message(message_hash(0)).await.unwrap().unwrap().status, MessageStatus::Pending);
    world.end().await;
}

#[tokio::test]
async fn only_the_token_lets_somebody_in() {
    let world = World::start().await;
    world.fill(1, 10).await;
    for path in ["/v1/relay".to_owned(), format!("/v1/messages/{}/retry", message_hash(0))] {
        for request in [
            world.post(&path),
            world.post(&path).bearer_auth("x"),
            world.post(&path).basic_auth(TOKEN, Some("")),
        ] {
            let answer = request.json(&json!({})).send().await.unwrap();
            assert_eq!(answer.headers()["www-authenticate"], "Bearer");
            assert_eq!(refusal(answer).await, (401, "unauthorized".to_owned()));
        }
    }
    world.end().await;
}

#[tokio::test]
async fn a_message_is_taken_out_and_put_back() {
    let world = World::start().await;
    world.fill(1, 10).await;
    let status = async || world.store.message(message_hash(0)).await.unwrap().unwrap().status;
    let path = |what| format!("/v1/messages/{}/{what}", message_hash(0));
    let skip = world.post(&path("skip")).bearer_auth(TOKEN).json(&json!({ "reason": "spam" }));
    let answer = skip.send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let taken: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(taken, json!({ "messageHashes": [message_hash(0)] }));
    assert_eq!(status().await, MessageStatus::Skipped);
    let one = world.json(&format!("/v1/messages/{}", message_hash(0))).await;
    assert_eq!((&one["status"], &one["skipReason"]), (&"pending".into(), &"spam".into()));

    let answer = world.post(&path("retry")).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    assert_eq!(status().await, MessageStatus::Pending);

    let unknown = format!("/v1/messages/{}/retry", alloy::primitives::B256::ZERO);
    let answer = world.post(&unknown).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(refusal(answer).await, (404, "not-found".to_owned()));
    world.end().await;
}

#[tokio::test]
async fn what_has_expired_is_not_said_to_be_tried_again() {
    let world = World::start().await;
    world.fill(1, 604_801).await;
    let path = |what| format!("/v1/messages/{}/{what}", message_hash(0));
    let answer = world.post(&path("retry")).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(answer.status(), 409);
    let text = answer.text().await.unwrap();
    assert!(text.contains("\"expired\"") && text.contains("resendMessage"), "{text}");
    let skip = world.post(&path("skip")).bearer_auth(TOKEN).json(&json!({ "reason": "too old" }));
    assert_eq!(skip.send().await.unwrap().status(), 202, "nothing is wrong with that");
    world.end().await;
}

#[tokio::test]
async fn a_transaction_is_taken_in_by_its_hash() {
    let world = World::start().await;
    world.fill(3, 10).await;
    let relay = async |body| world.post("/v1/relay").bearer_auth(TOKEN).json(&body).send().await.unwrap();
    let answer = relay(json!({ "chain": "901", "transaction": sent_in(0) })).await;
    assert_eq!(answer.status(), 202);
    let taken: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(taken, json!({ "messageHashes": [message_hash(0), message_hash(1)] }));
    let unknown = alloy::primitives::B256::ZERO;
    let answer = relay(json!({ "chain": "901", "transaction": unknown })).await;
    assert_eq!(refusal(answer).await, (404, "not-found".to_owned()));
    for body in [
        json!({}),
        json!({ "chain": 901, "transaction": unknown }),
        json!({ "chain": "x", "transaction": unknown }),
        json!({ "chain": "901", "transaction": "0x" }),
        json!({ "chain": "901", "transaction": unknown, "more": 1 }),
    ] {
        let answer = relay(body.clone()).await;
        assert_eq!(refusal(answer).await, (400, "bad-request".to_owned()), "{body}");
    }
    let path = format!("/v1/messages/{}/skip", message_hash(0));
    for reason in ["", " ", &"x".repeat(501)] {
        let answer =
            world.post(&path).bearer_auth(TOKEN).json(&json!({ "reason": reason })).send().await.unwrap();
        assert_eq!(refusal(answer).await, (400, "bad-request".to_owned()), "{reason}");
    }
    world.end().await;
}
