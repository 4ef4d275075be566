use crate::support::{Anvil, Mirror, Mode, Proxy, config};
use causeway_chain::{ChainEvent, Endpoint, HeadSource, Start};
use std::time::Duration;

#[tokio::test]
async fn a_node_that_dies_and_comes_back_is_followed_on() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state.json");
    // Without a fixed timestamp anvil makes another block 0 at every start, on which the restored block 1 does not
    // stand.
    let start = async |port: String| {
        let state = state.display().to_string();
        let fixed = ["--chain-id", "901", "--timestamp", "1700000000"];
        Anvil::with(&[&fixed[..], &["--port", &port, "--state", &state]].concat()).await
    };
    let anvil = start("0".to_owned()).await;
    let port = anvil.port.to_string();
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::Genesis);
    anvil.mine_logs(3).await;
    mirror.reach(&anvil).await;
    let mut running = anvil;
    for round in 1..=3 {
        running.stop().await;
        mirror.until(|mirror| mirror.offline.len() == round).await;
        running = start(port.clone()).await;
        mirror.until(|mirror| mirror.online == round).await;
        running.mine_logs(2).await;
        mirror.reach(&running).await;
        mirror.assert_equals(&running).await;
    }
    assert_eq!((mirror.log_count(), mirror.offline.len(), mirror.reorgs.len()), (9, 3, 0));
}

#[tokio::test]
async fn an_outage_is_reported_once() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut mirror = Mirror::follow(proxy.endpoint(), Start::Latest);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    for round in 1..=3 {
        proxy.set(Mode::Down);
        mirror.until(|mirror| mirror.offline.len() == round).await;
        anvil.mine_logs(2).await;
        proxy.set(Mode::Pass);
        let event = mirror.next().await.unwrap();
        assert_eq!(event, ChainEvent::Online, "nothing comes between");
        mirror.until(|mirror| mirror.caught_up == round + 1).await;
        mirror.reach(&anvil).await;
    }
    mirror.assert_equals(&anvil).await;
    assert_eq!(mirror.reorgs, []);
}

#[tokio::test]
async fn a_stalled_node_is_an_outage() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut mirror = Mirror::follow(proxy.endpoint(), Start::Latest);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    proxy.set(Mode::Stall);
    mirror.until(|mirror| mirror.offline.len() == 1).await;
    assert!(mirror.offline[0].contains("no answer within"), "{}", mirror.offline[0]);
    anvil.mine_logs(1).await;
    proxy.set(Mode::Pass);
    mirror.until(|mirror| mirror.online == 1).await;
    mirror.reach(&anvil).await;
    mirror.assert_equals(&anvil).await;
}

#[tokio::test]
async fn a_node_that_hangs_is_lost_at_its_first_missed_answer() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut config = config(proxy.endpoint(), Start::Latest);
    config.heads = HeadSource::Poll;
    config.connect.request_timeout = Duration::from_secs(20);
    config.connect.read_retries = 3;
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    proxy.set(Mode::Stall);
    proxy.take_counts();
    mirror.until(|mirror| mirror.offline.len() == 1).await;
    assert!(mirror.offline[0].contains("no answer within"), "{}", mirror.offline[0]);
    // One may have been on its way when the node fell silent.
    let asked: usize = proxy.take_counts().values().sum();
    assert!(asked <= 2, "{asked} questions");
}

#[tokio::test]
async fn a_node_that_hangs_on_a_long_way_is_not_asked_for_less_and_less() {
    let anvil = Anvil::start(901).await;
    anvil.mine(400).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut config = config(proxy.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    (config.channel_capacity, config.max_batch) = (1, 50);
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.blocks.len() == 60).await;
    proxy.set(Mode::Stall);
    proxy.take_counts();
    mirror.until(|mirror| mirror.offline.len() == 1).await;
    // The batch that stayed without an answer, and at most one before it.
    let asked = proxy.take_counts().get("eth_getBlockByNumber").copied().unwrap_or_default();
    assert!(asked <= 101, "{asked} blocks were asked for");
    proxy.set(Mode::Pass);
    mirror.reach(&anvil).await;
    mirror.assert_equals(&anvil).await;
}

#[tokio::test]
async fn a_node_that_talks_nonsense_is_an_outage() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Garbage).await;
    let mut mirror = Mirror::follow(proxy.endpoint(), Start::Latest);
    mirror.until(|mirror| mirror.offline.len() == 1).await;
    assert!(mirror.offline[0].contains("cannot be read"), "{}", mirror.offline[0]);
    proxy.set(Mode::Pass);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    assert_eq!((mirror.online, mirror.blocks.len()), (1, 1));
}

#[tokio::test]
async fn another_chain_is_never_followed() {
    let (right, wrong) = (Anvil::start(901).await, Anvil::start(902).await);
    wrong.mine_logs(5).await;
    let proxy = Proxy::start(wrong.port, Mode::Pass).await;
    let mut mirror = Mirror::follow(proxy.endpoint(), Start::Genesis);
    let event = mirror.next().await.unwrap();
    let reason = "wrong chain: expected chain id 901, the node says 902".to_owned();
    assert_eq!(event, ChainEvent::Offline { reason: reason.clone() });
    right.mine_logs(2).await;
    proxy.retarget(right.port);
    assert_eq!(mirror.next().await.unwrap(), ChainEvent::Online);
    mirror.reach(&right).await;
    mirror.assert_equals(&right).await;

    // The node is replaced while we follow: shorter, longer, and back.
    proxy.retarget(wrong.port);
    wrong.mine(7).await;
    mirror.until(|mirror| mirror.offline.last() == Some(&reason) && mirror.offline.len() >= 2).await;
    let before = mirror.known();
    right.mine_logs(1).await;
    proxy.retarget(right.port);
    mirror.until(|mirror| mirror.caught_up == 2).await;
    assert!(mirror.known().starts_with(&before));
    mirror.reach(&right).await;
    mirror.assert_equals(&right).await;
    assert_eq!(mirror.reorgs, []);
}

#[tokio::test]
async fn the_reason_shows_no_secret() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Down).await;
    let open = proxy.endpoint().expose().replace("http://", "http://user:hunter2hunter2@");
    let endpoint: Endpoint = format!("{open}v3/0123456789abcdef?key=topsecret").parse().unwrap();
    let mut mirror = Mirror::follow(endpoint, Start::Latest);
    mirror.until(|mirror| mirror.offline.len() == 1).await;
    for secret in ["hunter2", "0123456789abcdef", "topsecret"] {
        assert!(!mirror.offline[0].contains(secret), "{}", mirror.offline[0]);
    }
}

#[tokio::test]
async fn a_node_that_is_not_there_yet_is_waited_for() {
    let anvil = Anvil::start(901).await;
    let (endpoint, port) = (anvil.endpoint(), anvil.port.to_string());
    anvil.kill().await;
    let mut mirror = Mirror::follow(endpoint, Start::Genesis);
    mirror.until(|mirror| mirror.offline.len() == 1).await;
    let anvil = Anvil::with(&["--chain-id", "901", "--port", &port]).await;
    mirror.until(|mirror| mirror.caught_up == 1).await;
    assert_eq!((mirror.offline.len(), mirror.online), (1, 1));
    mirror.reach(&anvil).await;
}
