use std::time::Duration;

use alloy::primitives::U256;
use causeway_relayer::{RelayerEvent, api::ApiConfig};
use reqwest::Response;
use tokio::time::timeout;

use super::world::{World, config, message_hash, refusal, sent_in};
use crate::support::PATIENCE;

fn seen(nonce: u64) -> RelayerEvent {
    let (message_hash, tx_hash) = (message_hash(nonce), sent_in(nonce));
    RelayerEvent::Seen { message_hash, source: 901, destination: U256::from(902), tx_hash }
}

/// Reads server-sent events.
struct Stream {
    answer: Response,
    text: String,
}

impl Stream {
    async fn open(world: &World, last_id: Option<&str>) -> Self {
        let mut request = world.get("/v1/events");
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, text: String::new() }
    }

    /// The next event: its id, its name, and its data.
    async fn next(&mut self) -> (String, String, serde_json::Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let prefix = format!("{name}: ");
                    event.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
                };
                if let Some(data) = field("data") {
                    let data = serde_json::from_str(&data).unwrap();
                    return (field("id").unwrap(), field("event").unwrap(), data);
                }
                continue;
            }
            let chunk = timeout(PATIENCE, self.answer.chunk()).await.expect("an event").unwrap();
            self.text.push_str(std::str::from_utf8(&chunk.expect("the stream goes on")).unwrap());
        }
    }
}

#[tokio::test]
async fn a_listener_goes_on_where_it_ended() {
    let world = World::start().await;
    let mut stream = Stream::open(&world, None).await;
    for nonce in 0..3 {
        world.tell(seen(nonce)).await;
    }
    let (first, name, data) = stream.next().await;
    assert_eq!((name.as_str(), &data["event"]), ("seen", &"seen".into()));
    assert_eq!(data["messageHash"], message_hash(0).to_string());
    assert_eq!((&data["source"], &data["destination"]), (&"901".into(), &"902".into()));
    stream.next().await;
    stream.next().await;
    drop(stream);

    let mut again = Stream::open(&world, Some(&first)).await;
    for nonce in 1..3 {
        assert_eq!(again.next().await.2["messageHash"], message_hash(nonce).to_string());
    }
    world.tell(seen(3)).await;
    assert_eq!(again.next().await.2["messageHash"], message_hash(3).to_string());
    world.end().await;
}

#[tokio::test]
async fn a_gap_is_told() {
    let world = World::with(ApiConfig { remembered_events: 2, ..config() }).await;
    let mut stream = Stream::open(&world, None).await;
    world.tell(seen(0)).await;
    let (first, ..) = stream.next().await;
    drop(stream);
    for nonce in 1..6 {
        world.tell(seen(nonce)).await;
    }
    let mut again = Stream::open(&world, Some(&first)).await;
    let (id, name, data) = again.next().await;
    assert_eq!((name.as_str(), &data["missed"]), ("gap", &3.into()));
    assert_ne!(id, first);
    assert_eq!(again.next().await.2["messageHash"], message_hash(4).to_string());

    // Ids of another run, and what is none.
    for id in ["0-1", "x", ""] {
        let mut other = Stream::open(&world, Some(id)).await;
        let (_, name, data) = other.next().await;
        assert_eq!((name.as_str(), &data["missed"]), ("gap", &().into()), "{id}");
    }
    world.end().await;
}

#[tokio::test]
async fn as_many_listen_as_may_and_all_are_let_go_at_the_end() {
    let world = World::with(ApiConfig { max_streams: 1, grace: PATIENCE, ..config() }).await;
    let mut stream = Stream::open(&world, None).await;
    let answer = world.get("/v1/events").send().await.unwrap();
    assert_eq!(refusal(answer).await, (503, "too-many-listeners".to_owned()));
    let metrics = world.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("causeway_relayer_event_streams 1\n"), "{metrics}");
    let reading = async { while let Ok(Some(_)) = stream.answer.chunk().await {} };
    timeout(PATIENCE + Duration::from_secs(1), async { tokio::join!(world.end(), reading) }).await.unwrap();
}

#[tokio::test]
async fn who_comes_gets_the_place_of_who_has_listened_for_longest() {
    let config = ApiConfig { max_streams: 1, stream_stay: Duration::ZERO, ..config() };
    let world = World::with(config).await;
    let mut first = Stream::open(&world, None).await;
    world.tell(seen(0)).await;
    let (id, ..) = first.next().await;
    let mut second = Stream::open(&world, None).await;
    let ended = timeout(PATIENCE, first.answer.chunk()).await.unwrap().unwrap();
    assert_eq!(ended, None, "it ends in order");
    world.tell(seen(1)).await;
    assert_eq!(second.next().await.2["messageHash"], message_hash(1).to_string());
    // And goes on where it was.
    let mut again = Stream::open(&world, Some(&id)).await;
    assert_eq!(again.next().await.2["messageHash"], message_hash(1).to_string());
    world.end().await;
}
