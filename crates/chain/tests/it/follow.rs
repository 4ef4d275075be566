use crate::support::{Anvil, EMITTER, Mirror, Mode, PATIENCE, Proxy, config};
use alloy::primitives::B256;
use causeway_chain::{ChainEvent, Content, HeadSource, Start};
use std::time::Duration;
use tokio::time::timeout;

const NEVER: Duration = Duration::from_secs(3600);

/// A follower that hears of blocks by pushed heads alone, with the subscription in place.
async fn pushed(anvil: &Anvil, proxy: &Proxy) -> Mirror {
    let mut config = config(proxy.endpoint(), Start::Latest);
    (config.poll_interval, config.idle_poll_interval) = (NEVER, NEVER);
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    // Nobody polls, so this block can only arrive once the subscription stands.
    anvil.mine(1).await;
    mirror.reach(anvil).await;
    mirror
}

#[tokio::test]
async fn live_blocks_arrive_with_their_logs() {
    let anvil = Anvil::start(901).await;
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::Latest);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    for logs in [0, 3, 1, 0, 7] {
        anvil.mine_logs(logs).await;
    }
    mirror.reach(&anvil).await;
    assert_eq!(mirror.log_count(), 11);
    mirror.assert_equals(&anvil).await;
    assert_eq!((mirror.offline.len(), mirror.reorgs.len()), (0, 0));
}

#[tokio::test]
async fn a_node_without_websocket_is_polled() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::HttpOnly).await;
    let mut mirror = Mirror::follow(proxy.endpoint(), Start::Latest);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    for logs in [2, 0, 1] {
        anvil.mine_logs(logs).await;
        mirror.reach(&anvil).await;
    }
    mirror.assert_equals(&anvil).await;
    assert_eq!(mirror.offline, [""; 0], "no websocket is no outage");
}

#[tokio::test]
async fn polling_alone_is_enough() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut config = config(proxy.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    let mut mirror = Mirror::with(config);
    anvil.mine_logs(2).await;
    mirror.reach(&anvil).await;
    mirror.assert_equals(&anvil).await;
    assert_eq!(proxy.take_counts().get("websocket"), None);
}

#[tokio::test]
async fn requests_may_travel_over_the_websocket() {
    let anvil = Anvil::start(901).await;
    anvil.mine_logs(2).await;
    anvil.mine(30).await;
    let mut mirror = Mirror::follow(anvil.endpoint().to_websocket(), Start::Genesis);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    anvil.mine_logs(3).await;
    mirror.reach(&anvil).await;
    mirror.assert_equals(&anvil).await;
}

#[tokio::test]
async fn a_pushed_block_costs_at_most_one_request() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut mirror = pushed(&anvil, &proxy).await;
    proxy.take_counts();
    for logs in [0, 1, 0, 2, 0, 0, 3, 0] {
        anvil.mine_logs(logs).await;
        mirror.reach(&anvil).await;
    }
    let counts = proxy.take_counts();
    assert_eq!(
        counts.get("eth_getBlockReceipts"),
        Some(&3),
        "only blocks whose bloom filter matches are asked for logs, and a pushed header proves itself"
    );
    assert_eq!(counts.len(), 1, "{counts:?}");
    mirror.assert_equals(&anvil).await;
}

#[tokio::test]
async fn a_silent_subscription_is_noticed_and_renewed() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut mirror = Mirror::follow(proxy.endpoint(), Start::Latest);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    proxy.set(Mode::MuteWebSocket);
    for _ in 0..4 {
        anvil.mine_logs(1).await;
        mirror.reach(&anvil).await;
    }
    proxy.set(Mode::Pass);
    proxy.take_counts();
    // Eventually somebody subscribes again, while blocks go on arriving.
    let renewal = async {
        while !proxy.take_counts().contains_key("websocket") {
            anvil.mine_logs(1).await;
            mirror.reach(&anvil).await;
        }
    };
    timeout(PATIENCE, renewal).await.expect("the subscription is not renewed");
    mirror.assert_equals(&anvil).await;
    assert_eq!(mirror.offline, [""; 0]);
}

#[tokio::test]
async fn cut_connections_lose_nothing() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut mirror = pushed(&anvil, &proxy).await;
    for _ in 0..5 {
        proxy.cut();
        anvil.mine_logs(2).await;
        // Without polling, only a new subscription can tell of the block.
        mirror.reach(&anvil).await;
    }
    mirror.assert_equals(&anvil).await;
}

#[tokio::test]
async fn a_slow_consumer_loses_nothing() {
    let anvil = Anvil::start(901).await;
    let mut config = config(anvil.endpoint(), Start::Latest);
    config.channel_capacity = 1;
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    // Nobody takes events meanwhile; far more heads are pushed than any queue holds.
    for _ in 0..40 {
        anvil.mine_logs(1).await;
        anvil.mine(4).await;
    }
    mirror.reach(&anvil).await;
    assert_eq!(mirror.log_count(), 40);
    mirror.assert_equals(&anvil).await;
    assert_eq!((mirror.offline.len(), mirror.reorgs.len()), (0, 0));
}

#[tokio::test]
async fn blocks_without_matching_logs_come_too() {
    let anvil = Anvil::start(901).await;
    let mut config = config(anvil.endpoint(), Start::Genesis);
    config.content = Content::Logs { addresses: vec![EMITTER], topics: vec![B256::repeat_byte(0xee)] };
    let mut mirror = Mirror::with(config);
    anvil.mine_logs(5).await;
    mirror.reach(&anvil).await;
    assert_eq!((mirror.blocks.len(), mirror.log_count()), (2, 0));
}

#[tokio::test]
async fn a_filter_for_everything_gets_everything() {
    let anvil = Anvil::start(901).await;
    let mut config = config(anvil.endpoint(), Start::Genesis);
    config.content = Content::default();
    let mut mirror = Mirror::with(config);
    anvil.mine_logs(5).await;
    anvil.mine(1).await;
    mirror.reach(&anvil).await;
    assert_eq!(mirror.log_count(), 5);
}

#[tokio::test]
async fn a_start_in_the_future_is_waited_for() {
    let anvil = Anvil::start(901).await;
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::Block(3));
    let event = mirror.next().await.unwrap();
    assert_eq!(event, ChainEvent::CaughtUp { head: anvil.block(0).await });
    anvil.mine(5).await;
    mirror.reach(&anvil).await;
    assert_eq!(mirror.blocks[0].block.number, 3);
}

#[tokio::test]
async fn it_ends_when_it_is_told_to_or_nobody_listens() {
    let anvil = Anvil::start(901).await;
    let mirror = Mirror::follow(anvil.endpoint(), Start::Latest);
    mirror.cancel.cancel();
    assert_eq!(mirror.end().await, Ok(()));

    let follower =
        causeway_chain::Follower::spawn(config(anvil.endpoint(), Start::Latest), Default::default());
    timeout(PATIENCE, follower.join()).await.unwrap().unwrap();
}
