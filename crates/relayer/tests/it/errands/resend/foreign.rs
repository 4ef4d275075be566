//! Somebody else uses the account.

use alloy::{network::EthereumWallet, providers::ProviderBuilder, rpc::types::TransactionRequest};
use causeway_relayer::ErrandEvent;

use super::*;

/// A block that has another transaction with the nonce proves that ours can land no more.
#[tokio::test(flavor = "multi_thread")]
async fn what_lost_its_nonce_is_sent_again_after_all() {
    let late = Late::new(Net::gated().await).await;
    let message = late.expired(&[Net::COUNTER]).await[0];
    late.net.gate_a.set(Mode::HoldRequest(SEND));
    let (relayer, _events) = start(late.config().await);
    mined_until(&late.net.a, late.net.gate_a.requests(SEND, 1)).await;
    relayer.abort().await;
    late.net.gate_a.set(Mode::Pass);
    let url = format!("http://127.0.0.1:{}", late.net.a.port).parse().unwrap();
    let provider =
        ProviderBuilder::new().wallet(EthereumWallet::from(late.resender.clone())).connect_http(url);
    let transfer = TransactionRequest::default().with_to(USER).with_value(U256::from(1));
    drop(provider.send_transaction(transfer).await.unwrap());
    pooled(&late.net.a).await;
    late.net.a.mine().await;

    let (relayer, mut events) = start(late.config().await);
    let foreign = events.until(|event| {
        matches!(event, RelayerEvent::Errand(ErrandEvent::Foreign { nonce: 0, .. })).then_some(())
    });
    mined_until(&late.net.a, foreign).await;
    resent_in_time(&late.net.a, &mut events, message).await;
    assert_eq!(late.paid().await, 2, "the foreign one and ours");
    relayer.shutdown().await.unwrap();
}
