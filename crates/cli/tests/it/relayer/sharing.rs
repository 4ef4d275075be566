//! Several relayers on one database.

use crate::causeway::{SEND, World, signal};
use causeway_store::test_utils::PostgresServer;
use serde_json::Value;

fn delivered(hash: &str) -> impl FnMut(&Value) -> bool {
    move |event| event["event"] == "delivered" && event["messageHash"] == *hash
}

#[test]
fn the_next_one_takes_over_from_one_that_is_stopped_and_gives_it_back() {
    let (world, devnet) = World::with_devnet();
    let server = PostgresServer::start();
    let url = tokio::runtime::Runtime::new().unwrap().block_on(server.new_url());
    std::fs::write(world.path().join("database"), url).unwrap();
    std::fs::write(world.path().join("causeway.toml"), "[relayer]\ndatabase = \"@database\"\n").unwrap();
    let mut first = world.service(&["relayer", "run"]);
    first.until(|event| event["event"] == "active");
    let mut second = world.service(&["relayer", "run"]);
    let holder = second.until(|event| event["event"] == "standing-by")["holder"].clone();
    assert!(holder.as_str().unwrap().contains(&first.pid().to_string()), "{holder}");
    let status = world.json(&["relayer", "status"]);
    assert_eq!(status["relayer"], holder, "{status:#}");
    let leases = status["leases"].as_array().unwrap();
    assert_eq!(leases.len(), 4, "blocks and one account, on two chains: {status:#}");
    assert!(leases.iter().all(|lease| lease["held"] == true && lease["holder"] == holder), "{status:#}");
    let shown = world.run(&["relayer", "status"]).stdout;
    assert!(shown.contains("taking blocks in") && shown.contains(" more\n"), "{shown}");

    // It neither sends nor gives back what it has.
    signal(first.pid(), "STOP");
    second.until(|event| event["event"] == "active");
    let hash = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    second.until(delivered(&hash));
    signal(first.pid(), "CONT");
    let holder = first.until(|event| event["event"] == "standing-by")["holder"].clone();
    assert!(holder.as_str().unwrap().contains(&second.pid().to_string()), "{holder}");

    // One that ends gives it back at once.
    let later = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    second.until(delivered(&later));
    assert_eq!(second.interrupt(), 0);
    first.until(|event| event["event"] == "active");
    let last = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    first.until(delivered(&last));
    for hash in [&hash, &later, &last] {
        let message = &world.json(&["relayer", "explain", hash])["messages"][0];
        assert_eq!(message["next"]["code"], "delivered", "{message:#}");
        assert_eq!(message["attempts"].as_array().unwrap().len(), 1, "{message:#}");
    }
    assert_eq!(first.interrupt(), 0);
    let status = world.json(&["relayer", "status"]);
    assert_eq!(status["relayer"], Value::Null, "none runs: {status:#}");
    assert!(status["leases"].as_array().unwrap().iter().all(|lease| lease["held"] == false), "{status:#}");
    drop(devnet);
}
