use crate::{
    owner::{Owner, signal},
    support::*,
};
use causeway_devnet::{AnvilBinary, Devnet, DevnetError, NodeEnd, NodeError, Port};
use serde_json::{Value, json};
use std::path::Path;
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
    time::timeout,
};

async fn is_listening(url: &str) -> bool {
    TcpStream::connect(url.trim_start_matches("http://")).await.is_ok()
}

#[tokio::test]
async fn admin_api_tells_what_runs() {
    let devnet = devnet().await;
    let network = devnet.network();
    let client = Rpc::new("").client;
    let get = async |path: &str| client.get(format!("{}{path}", network.admin_url)).send().await.unwrap();
    assert_eq!(get("/health").await.text().await.unwrap(), "OK");
    let ready = get("/ready").await;
    assert_eq!((ready.status().as_u16(), ready.text().await.unwrap().as_str()), (200, "OK"));
    assert_eq!(get("/network").await.json::<causeway_devnet::Network>().await.unwrap(), *network);
    assert_eq!(get("/other").await.status(), 404);

    let names: Vec<_> = devnet.chains().iter().map(|chain| (chain.chain_id, chain.name.as_str())).collect();
    assert_eq!(names, [(900, "l1"), (901, "OPChainA"), (902, "OPChainB")]);
    assert!(network.chains[0].client.starts_with("anvil/"), "{network:?}");
    assert_eq!(network.dependency_sets[&902], [901, 902]);
    // Seven predeploys of interop, two that convert tokens, the batcher, the gateway and the token.
    assert_eq!(network.contracts.len(), 12);
    for address in network.contracts.values() {
        let code = gateway(&devnet, 902).ok("eth_getCode", json!([address, "latest"])).await;
        assert!(code.as_str().unwrap().len() > 100, "{address}");
    }
    assert!(!format!("{network:?}").contains(network.funded_key().trim_start_matches("0x")));
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn taken_ports_are_named_and_nothing_starts() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let number = taken.local_addr().unwrap().port();
    for expected in [Port::L1, Port::L2 { chain_id: 901 }, Port::Admin, Port::Verifier] {
        let mut config = config();
        match expected {
            Port::L1 => config.l1_port = number,
            Port::L2 { .. } => config.l2_starting_port = number,
            Port::Admin => config.admin_port = number,
            Port::Verifier => config.verifier_port = Some(number),
        }
        let error = Devnet::start(config).await.unwrap_err();
        let DevnetError::PortInUse { address, port } = &error else { panic!("{error}") };
        assert_eq!((address.port(), *port), (number, expected));
        assert!(error.to_string().starts_with(&format!("port {number} of ")), "{error}");
    }
    let mut config = config();
    (config.l2_starting_port, config.l2_count) = (65_530, 7);
    assert!(matches!(Devnet::start(config).await.unwrap_err(), DevnetError::PortsExhausted { .. }));
}

#[tokio::test]
async fn a_program_that_is_no_anvil_is_an_error_with_its_words() {
    let mut config = config();
    config.anvil = AnvilBinary::new(Path::new("/nonexistent/anvil"));
    let error = Devnet::start(config.clone()).await.unwrap_err();
    assert!(error.to_string().contains("/nonexistent/anvil"), "{error}");
    let DevnetError::Node(NodeError::Exited { how, .. }) = error else { panic!("{error}") };
    assert_eq!(how, NodeEnd::Code(127));

    config.anvil = AnvilBinary::new(Path::new("/bin/ls"));
    let error = Devnet::start(config).await.unwrap_err();
    assert!(matches!(error, DevnetError::Node(NodeError::Exited { .. })), "{error}");
}

#[tokio::test]
async fn a_node_that_dies_ends_the_devnet() {
    let devnet = devnet().await;
    let chains = devnet.chains().to_vec();
    assert!(signal("KILL", chains[1].node_pid));
    let exited = timeout(PATIENCE, devnet.wait()).await.unwrap();
    assert_eq!((exited.chain_id, exited.name.as_str(), exited.how), (901, "OPChainA", NodeEnd::Signal(9)));
    assert!(exited.output.contains("Listening on"), "{}", exited.output);
    for chain in &chains {
        assert!(!is_listening(&chain.node_url).await, "{}", chain.name);
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn stopping_leaves_no_process_and_no_port() {
    let devnet = devnet().await;
    let (chains, admin) = (devnet.chains().to_vec(), devnet.network().admin_url.clone());
    assert!(chains.iter().all(|chain| signal("0", chain.node_pid)));
    devnet.stop().await.unwrap();
    for chain in &chains {
        assert!(!signal("0", chain.node_pid), "{} is left", chain.name);
        assert!(!is_listening(&chain.node_url).await && !is_listening(&chain.http_url).await);
    }
    assert!(!is_listening(&admin).await);
}

#[tokio::test]
async fn dropping_kills_the_nodes() {
    let devnet = devnet().await;
    let url = devnet.chains()[1].node_url.clone();
    let mut connection = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    drop(devnet);
    let mut byte = [0];
    let end = timeout(PATIENCE, connection.read(&mut byte)).await.unwrap();
    assert!(matches!(end, Ok(0) | Err(_)));
}

#[tokio::test]
async fn killing_the_owner_kills_the_nodes_and_the_next_start_clears_away() {
    let dir = tempfile::tempdir().unwrap();
    let temporary = || std::fs::read_dir(dir.path()).unwrap().count();
    let mut owner = Owner::start(&[("TMPDIR", dir.path())]).await;
    let mut connections = Vec::new();
    for node in &owner.nodes {
        connections.push(TcpStream::connect(node.url.trim_start_matches("http://")).await.unwrap());
    }
    assert_eq!((connections.len(), temporary()), (3, 1));
    owner.kill().await;
    for mut connection in connections {
        let mut byte = [0];
        let end = timeout(PATIENCE, connection.read(&mut byte)).await.expect("the node lives");
        assert!(matches!(end, Ok(0) | Err(_)));
    }
    let mut next = Owner::start(&[("TMPDIR", dir.path())]).await;
    assert_eq!(temporary(), 1, "what the first one left is not cleared away");
    next.kill().await;
}

#[tokio::test]
async fn a_node_that_hangs_is_told_of_and_no_longer_when_it_answers() {
    let devnet = devnet().await;
    let client = Rpc::new("").client;
    let ready = async || {
        let answer = client.get(format!("{}/ready", devnet.network().admin_url)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let node = devnet.chains()[1].node_pid;
    assert_eq!(ready().await, (200, "OK".to_owned()));
    assert!(signal("STOP", node));
    let trouble = until(async || Some(ready().await).filter(|(status, _)| *status == 503)).await.1;
    assert!(trouble.starts_with("the node of chain 901 (OPChainA, process "), "{trouble}");
    let health = client.get(format!("{}/health", gateway(&devnet, 901).url)).send().await.unwrap();
    assert_eq!(health.status().as_u16(), 503);
    assert!(signal("CONT", node));
    until(async || Some(ready().await).filter(|(status, _)| *status == 200)).await;
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_program_that_never_listens_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config();
    config.anvil = program(dir.path(), "exec sleep 1000");
    let error = Devnet::start(config).await.unwrap_err();
    let DevnetError::Node(NodeError::Silent { seconds, .. }) = error else { panic!("{error}") };
    assert_eq!(seconds, 11);
}

#[tokio::test]
async fn an_old_anvil_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config();
    config.anvil = program(
        dir.path(),
        "echo 'error: unexpected argument' >&2; [ \"$1\" = --version ] && echo 'anvil Version: 1.5.1'; exit 2",
    );
    let error = Devnet::start(config).await.unwrap_err();
    assert!(matches!(error, DevnetError::NodeTooOld { .. }), "{error}");
}

/// A program for the shell, in the place of anvil.
fn program(dir: &Path, text: &str) -> AnvilBinary {
    use std::os::unix::fs::PermissionsExt;
    let path = dir.join("anvil");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    AnvilBinary::new(&path)
}

#[tokio::test]
async fn clocks_agree_and_blocks_come_by_themselves() {
    let mut config = config();
    (config.l2_count, config.block_time) = (4, 1);
    let devnet = Devnet::start(config).await.unwrap();
    for chain in devnet.chains() {
        let offset = Rpc::new(&chain.node_url).ok("evm_increaseTime", json!([0])).await;
        assert_eq!(offset, 0, "{}", chain.name);
    }
    let mut socket = Socket::open(&gateway(&devnet, 904)).await;
    socket.ask(&call(1, "eth_subscribe", json!(["newHeads"]))).await;
    let head: Value = socket.receive().await;
    assert_eq!(head["method"], "eth_subscription");
    devnet.stop().await.unwrap();
}
