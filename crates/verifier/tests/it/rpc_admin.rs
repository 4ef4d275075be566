//! Who may use the admin methods.

use crate::rpc_world::{HERE, SOURCE, config, world, world_with};
use causeway_interop::DependencySet;
use causeway_verifier::{JwtSecret, Server, ServerConfig, VerifierConfig, VerifierService};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

fn secret(byte: u8) -> JwtSecret {
    JwtSecret::from_hex(&format!("{byte:02x}").repeat(32)).expect("a secret")
}

fn with_secret() -> ServerConfig {
    ServerConfig { jwt_secret: Some(secret(7)), ..config() }
}

#[tokio::test]
async fn without_a_secret_the_admin_methods_are_off_and_say_how_to_enable_them() {
    let world = world().await;
    for (method, params) in
        [("admin_setFailsafeEnabled", json!([true])), ("admin_resumeChain", json!(["901"]))]
    {
        let error = world.error(method, params).await;
        assert_eq!(error["code"], json!(-32001), "{error}");
        assert!(error["message"].as_str().is_some_and(|text| text.contains("JWT secret")), "{error}");
    }
    // Nobody looks at tokens, so a stray one does no harm.
    let request = world.request("admin_getFailsafeEnabled", &json!([])).bearer_auth("x");
    assert_eq!(request.send().await.expect("it answers").status(), StatusCode::OK);
}

#[tokio::test]
async fn missing_and_bad_tokens_are_status_401() {
    let world = world_with(with_secret()).await;
    let call = || world.request("admin_setFailsafeEnabled", &json!([true]));
    let response = call().send().await.expect("it answers");
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    let answer: Value = response.json().await.expect("JSON");
    assert_eq!(answer["error"]["code"], json!(-32001), "{answer}");

    let foreign = secret(8).token().expect("a token");
    for token in ["", "x", "a.b.c", &foreign] {
        let status = call().bearer_auth(token).send().await.expect("it answers").status();
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{token}");
        // A bad token is never good for anything.
        let public = world.request("interop_ping", &json!([])).bearer_auth(token);
        assert_eq!(public.send().await.expect("it answers").status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        world.call("admin_getFailsafeEnabled", json!([])).await,
        json!(false),
        "public, and unchanged"
    );
}

#[tokio::test]
async fn a_good_token_gets_to_the_methods() {
    let world = world_with(with_secret()).await;
    let token = secret(7).token().expect("a token");
    let answer = async |method: &str, params: Value| -> Value {
        let response = world.request(method, &params).bearer_auth(&token).send().await.expect("it answers");
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.expect("JSON")
    };
    for params in [json!([]), json!(["yes"]), json!([1]), json!([true, 5])] {
        let refused = answer("admin_setFailsafeEnabled", params).await;
        assert_eq!(refused["error"]["code"], json!(-32602), "{refused}");
    }
    let refused = answer("admin_resumeChain", json!(["5"])).await;
    assert_eq!(refused["error"]["code"], json!(-320501), "{refused}");
}

#[tokio::test]
async fn the_failsafe_is_switched_and_stays_after_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    for enabled in [true, false] {
        let set = DependencySet::mesh([SOURCE, HERE]).expect("a set");
        let index = Some(directory.path().join("index"));
        let config = VerifierConfig { index, ..VerifierConfig::new(set, Vec::new()) };
        let service = VerifierService::start(config).expect("it starts");
        assert_eq!(service.verifier().view().failsafe(), !enabled, "off at first, and kept");
        let server = Server::bind(service.verifier(), with_secret()).await.expect("it listens");
        let stop = CancellationToken::new();
        let server = server.start(stop.clone());
        let params = json!([enabled, "a drill"]);
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "admin_setFailsafeEnabled", "params": params});
        let request = reqwest::Client::new().post(format!("http://{}", server.address())).json(&call);
        let request = request.bearer_auth(secret(7).token().expect("a token"));
        let answer: Value = request.send().await.expect("it answers").json().await.expect("JSON");
        assert_eq!(answer, json!({"jsonrpc": "2.0", "id": 1, "result": null}));
        assert_eq!(service.verifier().view().failsafe(), enabled);
        stop.cancel();
        server.stopped().await;
        service.shutdown().await.expect("it ends");
    }
}
