//! Destinations share the cap of a day.

use causeway_relayer::RelayChain;

use super::*;
use crate::support::{Mining, set_counter};

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_to_one_destination_holds_up_no_other() {
    let late = Late::new(Net::direct().await).await;
    let other = Anvil::start(903, Mining::WhenTold).await;
    set_counter(&other).await;
    let backlog = send_each(&late.net.a, 902, &[Net::COUNTER; 6]).await;
    let single = send_each(&late.net.a, 903, &[Net::COUNTER]).await[0].message_hash;
    late.outlast().await;
    other.call("evm_increaseTime", json!([2 * WINDOW])).await;
    other.mine().await;
    let mut config = late.config().await;
    config.chains.push(RelayChain::new(other.chain_id, "C", other.endpoint()));
    let (relayer, mut events) = start(config);
    resent_in_time(&late.net.a, &mut events, single).await;
    assert!(late.paid().await < backlog.len() as u64, "the whole backlog went first");
    relayer.shutdown().await.unwrap();
}
