use crate::support::{PATIENCE, Rpc, config, gateway, quantity, send_message};
use alloy::primitives::U256;
use causeway_devnet::{DEV_ACCOUNTS, Devnet};
use causeway_verifier::{BuildInfo, Cause, View};
use serde_json::json;
use std::sync::Arc;
use tokio::time::timeout;

/// Waits until the devnet's verifier knows something.
async fn until(devnet: &Devnet, what: &str, knows: impl FnMut(&Arc<View>) -> bool) -> Arc<View> {
    let mut views = devnet.verifier().expect("it has a verifier").views();
    let view = timeout(PATIENCE, views.wait_for(knows)).await;
    let view = view.unwrap_or_else(|_| panic!("the verifier never knew {what}"));
    Arc::clone(&view.expect("it runs"))
}

/// A message is admitted, executed, and its source reorganised away: the block that executed it has to be replaced.
#[tokio::test]
async fn judges_messages_and_blocks_of_the_devnet() {
    let mut config = config();
    config.verifier_port = Some(0);
    let devnet = Devnet::start(config).await.unwrap();
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let [source_id, destination_id] = [901, 902].map(U256::from);
    let sent = send_message(&source, 901, 902).await;
    let number = source.block_number().await;
    until(&devnet, "the message's block", |view| {
        let head = view.chain(source_id).and_then(|chain| chain.heads.cross_unsafe);
        head.is_some_and(|head| head.number >= number)
    })
    .await;

    let url = devnet.network().verifier_url.clone().expect("the network file names it");
    let verifier = Rpc::new(&url);
    let executing =
        json!({ "chainID": "902", "timestamp": format!("{:#x}", source.timestamp("latest").await + 2) });
    let check =
        async |keys| verifier.call("interop_checkAccessList", json!([keys, "cross-unsafe", executing])).await;
    assert_eq!(check(sent.keys()).await, Ok(json!(null)));
    let refused = check(sent.forged().keys()).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["data"]["rule"]), (&json!(-320600), &json!("checksum-mismatch")));

    let receipt = destination.ok("eth_sendTransactionSync", json!([sent.request(DEV_ACCOUNTS[1])])).await;
    let executing_block = quantity(&receipt["blockNumber"]);
    until(&devnet, "the executing block", |view| {
        let head = view.chain(destination_id).and_then(|chain| chain.heads.cross_unsafe);
        head.is_some_and(|head| head.number >= executing_block)
    })
    .await;

    source.ok("anvil_reorg", json!([1, []])).await;
    let view = until(&devnet, "the invalid block", |view| !view.fallen().is_empty()).await;
    let [fallen] = view.fallen() else { panic!("{:?}", view.fallen()) };
    assert_eq!((fallen.chain_id, fallen.header.number), (destination_id, executing_block));
    assert!(matches!(fallen.cause, Cause::Message { .. }), "{}", fallen.cause);
    let gone = check(sent.keys()).await.unwrap_err();
    assert_eq!(gone["code"], json!(-320600), "{gone}");
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn its_metrics_name_the_program_that_it_runs_in() {
    let mut config = config();
    config.verifier_port = Some(0);
    config.build = BuildInfo { version: "1.2.3".to_owned(), commit: "c0ffee".to_owned() };
    let devnet = Devnet::start(config).await.unwrap();
    let url = devnet.network().verifier_url.clone().expect("the network file names it");
    let verifier = Rpc::new(&url);
    let metrics = verifier.client.get(format!("{}/metrics", url.trim_end_matches('/'))).send();
    let metrics = metrics.await.unwrap().text().await.unwrap();
    assert!(metrics.contains(r#"causeway_build_info{version="1.2.3",commit="c0ffee"} 1"#), "{metrics}");
    devnet.stop().await.unwrap();
}
