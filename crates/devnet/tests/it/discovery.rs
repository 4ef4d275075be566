use crate::support::*;
use causeway_devnet::{Devnet, DiscoverError, Network, ReadNetworkError};
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn a_running_devnet_is_found_by_its_file() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("networks");
    assert_eq!(Network::discover(&dir).await.unwrap(), None);

    let mut config = config();
    config.network_dir = Some(dir.clone());
    let first = Devnet::start(config.clone()).await.unwrap();
    let file = first.network_file().unwrap().to_path_buf();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Network::discover(&dir).await.unwrap().as_ref(), Some(first.network()));
    assert_eq!(Network::read(&file).unwrap(), *first.network());

    // What a crash leaves behind is cleared away: a dead process, a port that another devnet has now.
    let mut stale = first.network().clone();
    stale.pid = u32::MAX;
    std::fs::write(dir.join("1.json"), serde_json::to_string(&stale).unwrap()).unwrap();
    stale = first.network().clone();
    stale.instance = "other".to_owned();
    std::fs::write(dir.join("2.json"), serde_json::to_string(&stale).unwrap()).unwrap();
    stale.admin_url = "http://127.0.0.1:1".to_owned();
    std::fs::write(dir.join("3.json"), serde_json::to_string(&stale).unwrap()).unwrap();
    assert_eq!(Network::discover(&dir).await.unwrap().as_ref(), Some(first.network()));
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 1);

    let second = Devnet::start(config).await.unwrap();
    let error = Network::discover(&dir).await.unwrap_err();
    let DiscoverError::Several { found } = &error else { panic!("{error}") };
    assert_eq!(found.len(), 2);
    assert!(error.to_string().contains(&second.network().admin_url), "{error}");

    second.stop().await.unwrap();
    assert_eq!(Network::discover(&dir).await.unwrap().as_ref(), Some(first.network()));
    first.stop().await.unwrap();
    assert_eq!(Network::discover(&dir).await.unwrap(), None);
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0);
}

#[tokio::test]
async fn files_that_cannot_be_read_are_named() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("8420.json"), r#"{"schema_version": 99}"#).unwrap();
    let error = Network::discover(dir.path()).await.unwrap_err();
    assert!(error.to_string().ends_with("has version 99 of the format, this program reads 1"), "{error}");
    std::fs::write(dir.path().join("8420.json"), "{").unwrap();
    assert!(matches!(
        Network::discover(dir.path()).await.unwrap_err(),
        DiscoverError::Unreadable(ReadNetworkError::Format { .. })
    ));
}

/// A devnet that is there, and neither answers nor is gone: it is not forgotten, and its file stays.
#[tokio::test]
async fn one_that_does_not_answer_is_not_taken_for_gone() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("networks");
    let mut config = config();
    config.network_dir = Some(dir.clone());
    let devnet = Devnet::start(config).await.unwrap();
    let mut other = devnet.network().clone();
    "other".clone_into(&mut other.instance);
    let file = dir.join("1.json");
    // Takes connections, and says nothing.
    let hangs = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hanging = format!("http://{}", hangs.local_addr().unwrap());
    for url in [&hanging, "http://nowhere.invalid:1"] {
        url.clone_into(&mut other.admin_url);
        std::fs::write(&file, serde_json::to_string(&other).unwrap()).unwrap();
        let running = Network::running(&dir).await.unwrap();
        assert_eq!(running.iter().map(|(_, network)| network).collect::<Vec<_>>(), [devnet.network()]);
        assert!(file.exists(), "{url}");
        let mut instances = Network::instances(&dir).unwrap();
        instances.sort();
        let mut expected = vec!["other".to_owned(), devnet.network().instance.clone()];
        expected.sort();
        assert_eq!(instances, expected);
    }
    // Two, perhaps: it is not known which is meant.
    let error = Network::discover(&dir).await.unwrap_err();
    assert!(matches!(&error, DiscoverError::Several { found } if found.len() == 2), "{error}");
    devnet.stop().await.unwrap();
    let error = Network::discover(&dir).await.unwrap_err();
    assert!(matches!(error, DiscoverError::Silent { .. }), "{error}");

    // Whoever answers, and is none, is none.
    let page = axum::Router::new().route("/network", axum::routing::get(async || "hello"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    other.admin_url = format!("http://{}", listener.local_addr().unwrap());
    std::fs::write(&file, serde_json::to_string(&other).unwrap()).unwrap();
    let server = tokio::spawn(async { axum::serve(listener, page).await });
    assert_eq!(Network::discover(&dir).await.unwrap(), None);
    server.abort();
}
