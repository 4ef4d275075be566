//! A database that is far away.

use super::*;

/// How long an answer of the database takes: longer than what is looked at in between.
const ROUND_TRIP: Duration = Duration::from_millis(200);

/// What is told of others' sources takes several questions, and longer than the time from one look at the leases to the next.
#[tokio::test(flavor = "multi_thread")]
async fn who_delivers_hears_of_others_sources() {
    let (net, schema) = (Net::direct().await, SERVER.new_schema().await);
    let wire = Wire::to(&SERVER).await;
    let urls = [SERVER.url(&schema), wire.url(&schema)];
    let [first, second] = two(&net, [&urls[0], &urls[1]], LONG).map(|one| one.cautious(SafetyLevel::Safe));
    let ((first, mut events_of_first), (second, mut events)) = divided([first, second]).await;
    wire.lengthen(ROUND_TRIP / 2);
    let sent = net.send(2).await;
    events_of_first.seen(sent[1].message_hash).await;
    net.make_safe().await;
    events.submitted(sent[1].message_hash).await;
    net.mine_until(2).await;
    net.delivered_once(2).await;
    wire.lengthen(Duration::ZERO);
    for relayer in [first, second] {
        relayer.shutdown().await.unwrap();
    }
}
