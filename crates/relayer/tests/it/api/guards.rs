use std::time::Duration;

use causeway_relayer::api::{AllowedHosts, AllowedOrigins, ApiConfig};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::world::{TOKEN, World, config, refusal};

#[tokio::test]
async fn a_page_that_has_its_name_lead_here_reads_nothing() {
    let hosts = AllowedHosts::new(["relayer.internal".to_owned()]);
    let world = World::with(ApiConfig { hosts, ..config() }).await;
    for path in ["/v1/messages", "/metrics", "/ready", "/openapi.json", "/v1/events", "/v1/nothing"] {
        let answer = world.get(path).header("host", "evil.example:8460").send().await.unwrap();
        assert_eq!(refusal(answer).await, (403, "host-not-allowed".to_owned()), "{path}");
    }
    let answer = world.get("/v1/messages").header("host", "relayer.internal").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(world.get("/health").header("host", "evil.example").send().await.unwrap().status(), 200);
    world.end().await;
}

#[tokio::test]
async fn pages_of_other_origins_are_not_let_in() {
    let world = World::start().await;
    let answer = world.get("/v1/messages").header("origin", "https://dapp.example").send().await.unwrap();
    assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let url = format!("http://{}/v1/relay", world.address);
    let asked = world.client.request(reqwest::Method::OPTIONS, url).header("origin", "https://dapp.example");
    assert_eq!(asked.send().await.unwrap().status(), 405);
    // What a form can send is no command.
    let form = world.post("/v1/relay").bearer_auth(TOKEN).header("content-type", "text/plain").body("{}");
    assert_eq!(refusal(form.send().await.unwrap()).await, (415, "not-json".to_owned()));
    world.end().await;
}

#[tokio::test]
async fn pages_of_origins_that_are_named_read_and_command_nothing() {
    let dapp = "https://dapp.example";
    let origins = AllowedOrigins::new([dapp]).unwrap();
    let world = World::with(ApiConfig { origins, ..config() }).await;
    let allowed = async |request: reqwest::RequestBuilder, origin: &str| {
        let answer = request.header("origin", origin).send().await.unwrap();
        answer.headers().get("access-control-allow-origin").map(|origin| origin.to_str().unwrap().to_owned())
    };
    for path in ["/v1/messages", "/v1/routes", "/v1/messages/0x12"] {
        assert_eq!(allowed(world.get(path), dapp).await.as_deref(), Some(dapp), "{path}");
        assert_eq!(allowed(world.get(path), "https://other.example").await, None, "{path}");
    }
    for path in ["/metrics", "/ready", "/v1/nothing"] {
        assert_eq!(allowed(world.get(path), dapp).await, None, "{path}");
    }
    // Of a public page, a browser asks before it reads what is on this machine.
    for (origin, expected) in [(dapp, Some(dapp)), ("https://other.example", None)] {
        let url = format!("http://{}/v1/messages/0x12", world.address);
        let asked = world.client.request(reqwest::Method::OPTIONS, url);
        let asked = asked.header("origin", origin).header("access-control-request-method", "GET");
        let answer = asked.header("access-control-request-private-network", "true").send().await.unwrap();
        assert!(answer.status().is_success(), "{origin}: {}", answer.status());
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("access-control-allow-origin").as_deref(), expected);
        assert_eq!(header("access-control-allow-methods").as_deref(), Some("GET"));
        assert_eq!(header("access-control-allow-private-network").as_deref(), Some("true"));
        assert_eq!(header("access-control-allow-credentials"), None);
    }
    // A browser asks before it sends a token, and is not allowed to.
    for path in ["/v1/relay", "/v1/messages/0x12/skip"] {
        let url = format!("http://{}{path}", world.address);
        let asked = world
            .client
            .request(reqwest::Method::OPTIONS, url)
            .header("access-control-request-method", "POST");
        assert_eq!(allowed(asked, dapp).await, None, "{path}");
        assert_eq!(allowed(world.post(path).bearer_auth(TOKEN), dapp).await, None, "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn long_bodies_are_refused() {
    let world = World::with(ApiConfig { max_body_bytes: 100, ..config() }).await;
    let body = format!("{{\"chain\":\"{}\"}}", "1".repeat(200));
    let request =
        world.post("/v1/relay").bearer_auth(TOKEN).header("content-type", "application/json").body(body);
    assert_eq!(refusal(request.send().await.unwrap()).await, (413, "body-too-long".to_owned()));
    world.end().await;
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let world = World::with(ApiConfig { request_timeout: Duration::from_millis(50), ..config() }).await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let head = format!(
        "POST /v1/relay HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\ncontent-length: 50\r\nconnection: close\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("too-slow"), "{answer}");
    world.end().await;
}

#[tokio::test]
async fn how_it_stands_is_told_however_many_connections_there_are() {
    let world = World::with(ApiConfig { max_connections: 2, ..config() }).await;
    world.catch_up().await;
    let connect = async |request: &str| {
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    };
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let read = async |stream: &mut TcpStream| {
        let mut answer = vec![0; 4_096];
        let length = stream.read(&mut answer).await.unwrap();
        String::from_utf8(answer[..length].to_vec()).unwrap()
    };
    // Who asks for nothing, or not yet, gives way.
    let mut silent = [connect("").await, connect("GET /v1/rou").await];
    let mut listeners = [connect(&get("/v1/events")).await, connect(&get("/v1/events")).await];
    for stream in &mut silent {
        assert_eq!(read(stream).await, "");
    }
    for stream in &mut listeners {
        assert!(read(stream).await.starts_with("HTTP/1.1 200"));
    }
    let mut other = connect(&get("/v1/routes")).await;
    assert!(read(&mut other).await.starts_with("HTTP/1.1 503"));
    let _idle = [connect("").await, connect("").await];
    for path in ["/health", "/ready", "/metrics"] {
        let mut stream = connect(&get(path)).await;
        let answer = read(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    drop(listeners);
    world.end().await;
}
