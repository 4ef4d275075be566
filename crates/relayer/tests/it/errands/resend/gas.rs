//! What takes more gas than a message may.

use super::*;

/// Burns 7.8 million gas, of which a message may have 5.
const BURNER: &str = "0x620493e05b600190038060045700";
const GLUTTON: Address = address!("000000000000000000000000000000000000b0b0");

/// It would be delivered by nobody here, and expire again.
#[tokio::test(flavor = "multi_thread")]
async fn what_takes_more_gas_than_a_message_may_is_not_sent_again() {
    let late = Late::new(Net::direct().await).await;
    late.net.b.set_code(GLUTTON, BURNER).await;
    let messages = late.expired(&[GLUTTON, Net::COUNTER]).await;
    let (relayer, mut events) = start(late.config().await);
    resent_in_time(&late.net.a, &mut events, messages[1]).await;
    assert_eq!(late.paid().await, 1);
    relayer.shutdown().await.unwrap();

    // With a limit that suffices it is.
    let mut config = late.config().await;
    config.max_item_gas = 10_000_000;
    let (relayer, mut events) = start(config);
    resent_in_time(&late.net.a, &mut events, messages[0]).await;
    relayer.shutdown().await.unwrap();
}
