//! What is measured where several relayers divide the chains.

use std::{sync::Arc, time::Duration};

use causeway_relayer::api::{Api, ApiConfig};
use causeway_store::Store;
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    replicas::{LONG, SERVER, pair},
    support::{Net, PATIENCE},
};

#[tokio::test(flavor = "multi_thread")]
async fn how_long_a_message_takes_is_measured_by_who_delivers_what_another_one_saw() {
    let (net, url) = (Net::direct().await, SERVER.new_url().await);
    let ((first, _), (mut second, mut events)) = pair(&net, [&url, &url], LONG).await;
    let (stop, config) =
        (CancellationToken::new(), ApiConfig { max_age: Duration::ZERO, ..ApiConfig::default() });
    let api = Api::new(Store::connect(&url).await.unwrap(), config, stop.clone()).unwrap();
    api.attach(&net.config().await.chains, second.events(), Arc::new(second.controls()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let metrics = format!("http://{}/metrics", listener.local_addr().unwrap());
    let handle = api.serve(listener);
    events.caught_up(902).await;
    let sent = net.send(1).await.remove(0);
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    let expected = [
        r#"causeway_relayer_submission_lag_seconds_count{destination="902"} 1"#,
        r#"causeway_relayer_delivery_lag_seconds_count{destination="902"} 1"#,
        r#"causeway_relayer_chain_unheld{chain_id="901"} 0"#,
        r#"causeway_relayer_chain_unheld{chain_id="902"} 0"#,
    ];
    let measured = async {
        loop {
            let text = reqwest::get(&metrics).await.unwrap().text().await.unwrap();
            if expected.iter().all(|line| text.lines().any(|found| found == *line)) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, measured).await.expect("it is not measured");
    stop.cancel();
    handle.stopped().await;
    for relayer in [first, second] {
        relayer.shutdown().await.unwrap();
    }
}
