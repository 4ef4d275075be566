//! Several relayers on one database.

use crate::causeway::{SEND, World, signal};
use causeway_store::test_utils::PostgresServer;
use serde_json::Value;

fn delivered(hash: &str) -> impl FnMut(&Value) -> bool {
    move |event| event["event"] == "delivered" && event["messageHash"] == *hash
}

fn of_chain(event: &'static str, chain: u64) -> impl FnMut(&Value) -> bool {
    let chain = chain.to_string();
    move |told| told["event"] == event && told["chainId"] == chain
}

#[test]
fn two_divide_the_chains_and_one_goes_on_with_those_of_one_that_is_stopped() {
    let (world, devnet) = World::with_devnet();
    let server = PostgresServer::start();
    let url = tokio::runtime::Runtime::new().unwrap().block_on(server.new_url());
    std::fs::write(world.path().join("database"), url).unwrap();
    std::fs::write(world.path().join("causeway.toml"), "[relayer]\ndatabase = \"@database\"\n").unwrap();
    let mut first = world.service(&["relayer", "run"]);
    first.until(|event| event["event"] == "active");
    first.until(of_chain("taken", 902));
    let status = world.json(&["relayer", "status"]);
    let mut second = world.service(&["relayer", "run"]);
    let holder = second.until(|event| event["event"] == "standing-by")["holder"].clone();
    assert!(holder.as_str().unwrap().contains(&first.pid().to_string()), "{holder}");
    assert_eq!(status["relayer"], holder, "{status:#}");
    second.until(of_chain("taken", 902));
    let status = world.json(&["relayer", "status"]);
    let relayers = status["relayer"].as_str().unwrap();
    for (pid, work) in [(first.pid(), "works for 901"), (second.pid(), "works for 902")] {
        assert!(relayers.contains(&pid.to_string()) && relayers.contains(work), "{relayers}");
    }
    let leases = status["leases"].as_array().unwrap();
    assert_eq!(leases.len(), 4, "blocks and one account, on two chains: {status:#}");
    assert!(leases.iter().all(|lease| lease["held"] == true), "{status:#}");
    let shown = world.run(&["relayer", "status"]).stdout;
    assert!(shown.contains("taking blocks in") && shown.contains(" more\n"), "{shown}");

    // It neither sends nor gives back what it has.
    signal(first.pid(), "STOP");
    second.until(of_chain("taken", 901));
    let hash = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    second.until(delivered(&hash));
    signal(first.pid(), "CONT");
    first.until(of_chain("left", 901));
    // It gets a share again.
    first.until(of_chain("taken", 902));
    let later = world.json(&SEND)["messageHash"].as_str().unwrap().to_owned();
    first.until(delivered(&later));

    // One that ends gives it back at once.
    assert_eq!(second.interrupt(), 0);
    first.until(of_chain("taken", 901));
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
