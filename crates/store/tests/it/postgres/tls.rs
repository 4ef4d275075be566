//! A server that is reached by TLS, with a certificate that nobody knows.

use causeway_store::{OpenError, Store, test_utils::PostgresServer};

#[tokio::test]
async fn a_server_is_checked_as_far_as_its_url_says() {
    let server = PostgresServer::start_with_tls();
    // It lets nobody in without.
    let error = Store::connect(&server.new_tls_url("disable").await).await.unwrap_err();
    assert!(error.to_string().contains("no encryption"), "{error}");
    let store = Store::connect(&server.new_tls_url("require").await).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), []);
    store.close().await;

    // Nobody is known by himself, and how to name one is said.
    let checked = server.new_tls_url("verify-full").await;
    let error = Store::connect(&checked).await.unwrap_err();
    assert!(matches!(error, OpenError::Untrusted { .. }), "{error:?}");
    assert!(error.to_string().contains("sslrootcert=PATH"), "{error}");
    let signed = format!("{checked}&sslrootcert={}", server.root_certificate().display());
    let store = Store::connect(&signed).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), []);
    store.close().await;
    // It is not the server that the URL names.
    let other = signed.replace("@localhost", "@127.0.0.1");
    assert!(Store::connect(&other).await.is_err());
}
