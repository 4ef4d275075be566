use crate::support::{Anvil, Mode, Proxy};
use alloy::providers::Provider;
use causeway_chain::{
    ConnectError, ConnectOptions, Endpoint, RequestTimeout, connect, is_transient, verify_chain_id,
};
use std::time::Duration;

fn quick() -> ConnectOptions {
    ConnectOptions {
        request_timeout: Duration::from_millis(500),
        read_retries: 1,
        first_backoff: Duration::from_millis(10),
        ..ConnectOptions::default()
    }
}

#[tokio::test]
async fn providers_work_over_http_and_websocket() {
    let anvil = Anvil::start(901).await;
    for endpoint in [anvil.endpoint(), anvil.endpoint().to_websocket()] {
        let provider = connect(&endpoint, &ConnectOptions::default()).unwrap();
        verify_chain_id(&provider, 901).await.unwrap();
        let error = verify_chain_id(&provider, 10).await.unwrap_err();
        assert!(matches!(error, ConnectError::WrongChain { expected: 10, actual: 901 }), "{error}");
        anvil.mine(1).await;
        assert_eq!(provider.get_block_number().await.unwrap(), anvil.head().await.number);
    }
}

#[tokio::test]
async fn a_lost_websocket_is_opened_again() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let provider = connect(&proxy.endpoint().to_websocket(), &ConnectOptions::default()).unwrap();
    for _ in 0..5 {
        assert_eq!(provider.get_chain_id().await.unwrap(), 901);
        proxy.cut();
    }
    proxy.set(Mode::Down);
    assert!(provider.get_chain_id().await.is_err());
    proxy.set(Mode::Pass);
    assert_eq!(provider.get_chain_id().await.unwrap(), 901);
}

#[tokio::test]
async fn connecting_is_lazy_and_failing_is_quick() {
    let anvil = Anvil::start(901).await;
    let endpoint = anvil.endpoint();
    anvil.kill().await;
    for endpoint in [endpoint.clone(), endpoint.to_websocket()] {
        let provider = connect(&endpoint, &quick()).unwrap();
        let error = verify_chain_id(&provider, 901).await.unwrap_err();
        assert!(matches!(error, ConnectError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("refused"), "the cause is named: {error}");
    }
}

#[tokio::test]
async fn a_stalled_node_does_not_hold_us() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Stall).await;
    let provider = connect(&proxy.endpoint(), &quick()).unwrap();
    let error = provider.get_block_number().await.unwrap_err();
    assert!(is_transient(&error), "{error}");
    let timeout =
        error.as_transport_err().and_then(|kind| kind.as_custom()?.downcast_ref::<RequestTimeout>());
    assert!(timeout.is_some(), "{error:?}");
    assert_eq!(proxy.take_counts()["eth_blockNumber"], 2, "a read is repeated");
}

#[tokio::test]
async fn a_transaction_is_sent_once() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Stall).await;
    let provider = connect(&proxy.endpoint(), &quick()).unwrap();
    provider.send_raw_transaction(&[2, 0]).await.unwrap_err();
    assert_eq!(proxy.take_counts()["eth_sendRawTransaction"], 1);
}

#[tokio::test]
async fn errors_of_a_provider_show_no_secret() {
    let anvil = Anvil::start(901).await;
    let proxy = Proxy::start(anvil.port, Mode::Down).await;
    for scheme in ["http", "ws"] {
        let address = proxy.endpoint().expose().replace("http://", "");
        let endpoint: Endpoint = format!("{scheme}://{address}v3/0123456789abcdef").parse().unwrap();
        let provider = connect(&endpoint, &quick()).unwrap();
        let error = provider.get_chain_id().await.unwrap_err();
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains("0123456789abcdef"), "{shown}");
        }
    }
}
