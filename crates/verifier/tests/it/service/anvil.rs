//! The verifier behind real nodes.

use super::world::{A, B, RETRY, Running, config, id, status};
use causeway_chain::test_utils::Anvil;
use causeway_interop::{Access, Identifier, msg_hash};
use causeway_verifier::SourceConfig;

/// How transactions declare the logs of the emitter in these blocks, as the node itself tells them.
async fn declared(anvil: &Anvil, chain: u64, from: u64, to: u64) -> Vec<Access> {
    let mut all = Vec::new();
    for log in anvil.logs(from, to).await {
        let block_number = log.block_number.unwrap();
        let identifier = Identifier {
            origin: log.address(),
            block_number,
            log_index: log.log_index.unwrap() as u32,
            timestamp: anvil.block(block_number).await.timestamp,
            chain_id: id(chain),
        };
        all.push(identifier.access(msg_hash(log.topics(), &log.inner.data.data)));
    }
    all
}

async fn until_at_head(running: &mut Running, chain: u64, anvil: &Anvil) {
    let head = anvil.head().await;
    running
        .until("it has what anvil has", |view| {
            let status = status(view, chain);
            status.is_ready() && status.heads.local_unsafe.is_some_and(|tip| tip.hash == head.hash)
        })
        .await;
}

#[tokio::test]
async fn real_nodes_are_followed_through_reorgs_and_outages() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state.json").display().to_string();
    // Without a fixed timestamp anvil makes another block 0 at every start.
    let start = async |port: &str| {
        Anvil::with(&["--chain-id", "901", "--timestamp", "1700000000", "--port", port, "--state", &state])
            .await
    };
    let (first, second) = (start("0").await, Anvil::start(B).await);
    let port = first.port.to_string();
    for round in 1..=3 {
        first.mine_logs(round).await;
        first.mine(20).await;
        second.mine_logs(2).await;
    }
    let sources = vec![SourceConfig::new(A, first.endpoint()), SourceConfig::new(B, second.endpoint())];
    let mut running = Running::start(config(sources, 0));
    until_at_head(&mut running, A, &first).await;
    until_at_head(&mut running, B, &second).await;
    let [of_first, of_second] = [declared(&first, A, 0, 63).await, declared(&second, B, 0, 3).await];
    assert_eq!((of_first.len(), of_second.len()), (6, 6));
    of_first.iter().chain(&of_second).for_each(|access| running.admits(*access));

    // A new block, and its end.
    let mut invalidated = running.verifier.invalidated();
    first.mine_logs(2).await;
    until_at_head(&mut running, A, &first).await;
    let new = declared(&first, A, 64, 64).await;
    new.iter().for_each(|access| running.admits(*access));
    first.reorg(5).await;
    first.mine(1).await;
    until_at_head(&mut running, A, &first).await;
    new.iter().for_each(|access| drop(running.refuses(*access, -320600)));
    let notice = invalidated.recv().await.unwrap();
    assert_eq!((notice.chain_id, notice.from_block, notice.checksums.len()), (id(A), 60, 2));

    // The node ends, and comes back with what it had.
    first.stop().await;
    running.until_state(A, "offline", "").await;
    running.admits(of_first[0]);
    running.admits(of_second[0]);
    let first = start(&port).await;
    // Its clock begins anew, and no block may be older than the one that it stands on.
    first.call("evm_setNextBlockTimestamp", serde_json::json!([1_700_001_000])).await;
    first.mine_logs(1).await;
    until_at_head(&mut running, A, &first).await;
    let head = first.head().await.number;
    running.admits(declared(&first, A, head, head).await[0]);

    // The node is started anew with nothing: that is another chain.
    first.kill().await;
    let first = Anvil::with(&["--chain-id", "901", "--timestamp", "1700001000", "--port", &port]).await;
    first.mine(head + 5).await;
    running.until_state(A, "suspended", "another chain under the same id").await;
    running.refuses(of_first[0], RETRY);
    running.admits(of_second[0]);
    running.verifier.resume(id(A), "a test".to_owned()).await.unwrap();
    until_at_head(&mut running, A, &first).await;
    running.refuses(of_first[0], -320600);
    running.shutdown().await;
}
