use crate::{
    owner::{Owner, STATE_DIR, signal},
    support::*,
};
use causeway_devnet::{DEV_ACCOUNTS, Devnet, DevnetConfig, DevnetError, RELAYER_ACCOUNT};
use serde_json::{Value, json};
use std::{fs, path::Path};
use tokio::time::timeout;

fn kept_in(dir: &Path) -> DevnetConfig {
    let mut config = config();
    config.state_dir = Some(dir.join("state"));
    config
}

/// The hash of the genesis block, which has to be the parent of the first one.
async fn genesis(rpc: &Rpc) -> Value {
    let genesis = rpc.ok("eth_getBlockByNumber", json!(["0x0", false])).await;
    let first = rpc.ok("eth_getBlockByNumber", json!(["0x1", false])).await;
    if !first.is_null() {
        assert_eq!(first["parentHash"], genesis["hash"], "{genesis} {first}");
    }
    genesis["hash"].clone()
}

#[tokio::test]
async fn state_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let config = kept_in(dir.path());

    let devnet = Devnet::start(config.clone()).await.unwrap();
    assert!(matches!(Devnet::start(config.clone()).await.unwrap_err(), DevnetError::StateInUse { .. }));
    // The lock is the directory's, not that of a file in it.
    std::fs::remove_file(config.state_dir.as_ref().unwrap().join("lock")).unwrap();
    assert!(matches!(Devnet::start(config.clone()).await.unwrap_err(), DevnetError::StateInUse { .. }));
    let rpc = gateway(&devnet, 901);
    let message = send_message(&rpc, 901, 902).await;
    rpc.ok("anvil_setBalance", json!([DEV_ACCOUNTS[3], "0x123"])).await;
    rpc.ok("evm_mine", json!([])).await;
    let block = rpc.ok("eth_getBlockByNumber", json!(["0x1", false])).await;
    let genesis = rpc.ok("eth_getBlockByNumber", json!(["0x0", false])).await;
    devnet.stop().await.unwrap();

    let devnet = Devnet::start(config.clone()).await.unwrap();
    let rpc = gateway(&devnet, 901);
    assert_eq!(rpc.ok("eth_getBlockByNumber", json!(["0x1", false])).await, block);
    assert_eq!(rpc.ok("eth_getBlockByNumber", json!(["0x0", false])).await, genesis);
    assert_eq!(rpc.ok("eth_getBalance", json!([DEV_ACCOUNTS[3], "latest"])).await, "0x123");
    assert_eq!(rpc.block_number().await, 2);
    // What was sent before can be relayed after.
    let relay = json!([message.request(DEV_ACCOUNTS[0])]);
    let receipt = gateway(&devnet, 902).ok("eth_sendTransactionSync", relay).await;
    assert_eq!(receipt["status"], "0x1");
    devnet.stop().await.unwrap();

    // Half of a state, as a crash leaves it, is not taken for one.
    fs::write(dir.path().join("state/901.next.json"), "{\"block\":").unwrap();
    let devnet = Devnet::start(config).await.unwrap();
    assert_eq!(gateway(&devnet, 901).block_number().await, 2);
    assert_eq!(gateway(&devnet, 902).block_number().await, 1);
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn the_first_genesis_stays_over_ten_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Vec::new();
    for start in 0..11 {
        let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
        let mut hashes = Vec::new();
        for chain_id in [900, 901, 902] {
            let rpc = gateway(&devnet, chain_id);
            assert_eq!(rpc.block_number().await, start);
            rpc.ok("evm_mine", json!([])).await;
            hashes.push(genesis(&rpc).await);
        }
        if first.is_empty() {
            first.clone_from(&hashes);
        }
        assert_eq!(hashes, first, "start {start}");
        devnet.stop().await.unwrap();
    }
}

#[tokio::test]
async fn the_first_genesis_stays_when_everything_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut first = Vec::new();
    let mut mined = 0;
    for start in 0..10 {
        let mut owner = Owner::start(&[(STATE_DIR, &state)]).await;
        let mut hashes = Vec::new();
        for chain_id in [900, 901, 902] {
            let rpc = owner.chain(chain_id);
            assert_eq!(rpc.block_number().await, mined, "chain {chain_id}, start {start}");
            rpc.ok("evm_mine", json!([])).await;
            hashes.push(genesis(&rpc).await);
        }
        if first.is_empty() {
            first.clone_from(&hashes);
        }
        assert_eq!(hashes, first, "start {start}");
        if start % 2 == 0 {
            // The nodes write their states when their owner is gone.
            mined += 1;
        } else {
            // Nobody writes anything; the owner of a node that dies kills the others by itself.
            for node in &owner.nodes {
                signal("KILL", node.pid);
            }
        }
        owner.kill().await;
    }
}

#[tokio::test]
async fn directories_with_several_genesis_blocks_are_mended() {
    let dir = tempfile::tempdir().unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    gateway(&devnet, 901).ok("evm_mine", json!([])).await;
    let first = genesis(&gateway(&devnet, 901)).await;
    devnet.stop().await.unwrap();

    // As earlier versions left them.
    let path = dir.path().join("state/901.json");
    let mut state: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let blocks = state["blocks"].as_array_mut().unwrap();
    let at = blocks.iter().position(|block| block["header"]["number"] == "0x0").unwrap();
    for later in 1..4 {
        let mut other = blocks[at].clone();
        let time = quantity(&other["header"]["timestamp"]) + later;
        other["header"]["timestamp"] = json!(format!("{time:#x}"));
        blocks.insert(if later % 2 == 0 { 0 } else { blocks.len() }, other);
    }
    fs::write(&path, state.to_string()).unwrap();
    fs::remove_file(dir.path().join("state/chains.json")).unwrap();
    for _ in 0..2 {
        let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
        assert_eq!(genesis(&gateway(&devnet, 901)).await, first);
        devnet.stop().await.unwrap();
    }
}

#[tokio::test]
async fn warped_time_is_not_set_back_by_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    let rpc = gateway(&devnet, 901);
    rpc.ok("evm_increaseTime", json!([10_000])).await;
    let message = send_message(&rpc, 901, 902).await;
    devnet.stop().await.unwrap();

    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    for chain_id in [901, 902] {
        let rpc = gateway(&devnet, chain_id);
        rpc.ok("evm_mine", json!([])).await;
        assert!(rpc.timestamp("latest").await >= message.identifier.timestamp, "{chain_id}");
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn chains_are_never_wound_back_alone() {
    let dir = tempfile::tempdir().unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    let message = send_message(&gateway(&devnet, 901), 901, 902).await;
    devnet.stop().await.unwrap();

    // A node that dies takes what happened since the start along, on all chains.
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    let relay = json!([message.request(DEV_ACCOUNTS[0])]);
    gateway(&devnet, 902).ok("eth_sendTransactionSync", relay).await;
    gateway(&devnet, 901).ok("evm_mine", json!([])).await;
    assert!(signal("KILL", devnet.chains()[1].node_pid));
    let exited = timeout(PATIENCE, devnet.wait()).await.unwrap();
    assert_eq!(exited.chain_id, 901);
    devnet.stop().await.unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    assert_eq!(gateway(&devnet, 901).block_number().await, 1);
    assert_eq!(gateway(&devnet, 902).block_number().await, 0);
    devnet.stop().await.unwrap();
}

/// What is wrong with a directory that was fine until something was done to it.
async fn fault(spoil: impl FnOnce(&Path)) -> DevnetError {
    let dir = tempfile::tempdir().unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    for chain_id in [900, 901, 902] {
        let transaction = json!([{"from": DEV_ACCOUNTS[0], "to": DEV_ACCOUNTS[1], "value": "0x1"}]);
        gateway(&devnet, chain_id).ok("eth_sendTransactionSync", transaction).await;
    }
    devnet.stop().await.unwrap();
    spoil(&dir.path().join("state"));
    Devnet::start(kept_in(dir.path())).await.unwrap_err()
}

#[tokio::test]
async fn a_state_that_cannot_be_gone_on_from_is_an_error_that_names_it() {
    for lost in ["901.json", "902.json", "900.json"] {
        let error = fault(|dir| fs::remove_file(dir.join(lost)).unwrap()).await;
        let DevnetError::StateMissing { path, .. } = &error else { panic!("{error}") };
        assert!(path.ends_with(lost), "{error}");
    }
    for text in ["", "{\"block\":", "{\"blocks\":[{}]}"] {
        let error = fault(|dir| fs::write(dir.join("902.json"), text).unwrap()).await;
        assert!(
            matches!(&error, DevnetError::StateDamaged { path, .. } if path.ends_with("902.json")),
            "{error}"
        );
    }
    let swapped = fault(|dir| {
        fs::rename(dir.join("901.json"), dir.join("x")).unwrap();
        fs::rename(dir.join("902.json"), dir.join("901.json")).unwrap();
        fs::rename(dir.join("x"), dir.join("902.json")).unwrap();
    });
    assert!(matches!(swapped.await, DevnetError::StateOfOtherChain { .. }));
}

#[tokio::test]
async fn a_state_that_cannot_be_kept_is_an_error_and_the_ones_before_stay() {
    let dir = tempfile::tempdir().unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    gateway(&devnet, 901).ok("evm_mine", json!([])).await;
    devnet.stop().await.unwrap();

    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    for chain_id in [901, 902] {
        gateway(&devnet, chain_id).ok("evm_mine", json!([])).await;
    }
    // As on a disk that is full: the node cannot write.
    fs::create_dir(dir.path().join("state/902.next.json")).unwrap();
    let error = devnet.stop().await.unwrap_err();
    assert!(matches!(error, DevnetError::StateNotKept { chain_id: 902, .. }), "{error}");
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    assert_eq!(gateway(&devnet, 901).block_number().await, 1);
    assert_eq!(gateway(&devnet, 902).block_number().await, 0);
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_chain_without_the_relayers_account_gets_it() {
    let dir = tempfile::tempdir().unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    let funded = json!([RELAYER_ACCOUNT, "latest"]);
    let rpc = gateway(&devnet, 901);
    assert_eq!(rpc.ok("eth_getBalance", funded.clone()).await, "0x21e19e0c9bab2400000");
    rpc.ok("anvil_setBalance", json!([RELAYER_ACCOUNT, "0x0"])).await;
    devnet.stop().await.unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    assert_eq!(gateway(&devnet, 901).ok("eth_getBalance", funded).await, "0x21e19e0c9bab2400000");
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_not_known_of_the_time_before_a_restart_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    for _ in 0..5 {
        gateway(&devnet, 901).ok("evm_mine", json!([])).await;
    }
    devnet.stop().await.unwrap();
    let devnet = Devnet::start(kept_in(dir.path())).await.unwrap();
    let rpc = gateway(&devnet, 901);
    rpc.ok("evm_mine", json!([])).await;
    let mut socket = Socket::open(&rpc).await;
    let nonce =
        ("eth_getTransactionCount", json!([DEV_ACCOUNTS[0], "0x2"]), "the state of block 2 is not there");
    for (method, params, expected) in [nonce, ("anvil_reorg", json!([3, []]), "go back by fewer blocks")] {
        let over_http = rpc.call(method, params.clone()).await.unwrap_err();
        let on_socket = outcome(&socket.ask(&call(1, method, params)).await).unwrap_err();
        for error in [over_http, on_socket] {
            assert!(error["message"].as_str().unwrap().contains(expected), "{method}: {error}");
        }
    }
    // The block that was the newest is where one can go back to.
    rpc.ok("anvil_reorg", json!([1, []])).await;
    let future = rpc.call("eth_getTransactionCount", json!([DEV_ACCOUNTS[0], "0x99"])).await.unwrap_err();
    assert!(!future.to_string().contains("restart"), "{future}");
    devnet.stop().await.unwrap();
}
