use crate::support::{Anvil, FakeChain, FakeNode, Mirror, Mode, Proxy, config, fake_chain};
use causeway_chain::{BlockRef, HeadSource, Start};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn hundreds_of_blocks_equal_what_the_node_says() {
    let anvil = Anvil::start(901).await;
    for round in 0..16 {
        anvil.mine_logs(round % 4).await;
        anvil.mine(20).await;
    }
    let proxy = Proxy::start(anvil.port, Mode::Pass).await;
    let mut mirror = Mirror::follow(proxy.endpoint(), Start::Genesis);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    assert_eq!(mirror.blocks.len(), 337);
    assert_eq!(mirror.log_count(), 24);
    mirror.assert_equals(&anvil).await;
    // Twelve of the blocks have logs.
    let counts = proxy.take_counts();
    assert_eq!((counts.get("eth_getBlockReceipts"), counts.get("eth_getLogs")), (Some(&12), None));

    // And then it goes on as usual.
    anvil.mine_logs(2).await;
    mirror.reach(&anvil).await;
    mirror.assert_equals(&anvil).await;
}

#[tokio::test]
async fn resuming_continues_after_the_last_known_block() {
    let anvil = Anvil::start(901).await;
    anvil.mine_logs(2).await;
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::Genesis);
    mirror.reach(&anvil).await;
    let known = mirror.known();
    drop(mirror);
    anvil.mine_logs(3).await;
    anvil.mine(250).await;
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::After(known));
    mirror.until(|mirror| mirror.caught_up == 1).await;
    assert_eq!(mirror.blocks[0].block.number, 2);
    assert_eq!((mirror.blocks.len(), mirror.log_count()), (251, 3));
    mirror.assert_equals(&anvil).await;
}

#[tokio::test]
async fn resuming_with_nothing_begins_at_genesis() {
    let anvil = Anvil::start(901).await;
    anvil.mine(3).await;
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::After(vec![]));
    mirror.reach(&anvil).await;
    assert_eq!(mirror.blocks.len(), 4);
}

#[tokio::test]
async fn starting_in_the_middle() {
    let anvil = Anvil::start(901).await;
    anvil.mine(20).await;
    anvil.mine_logs(4).await;
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::Block(15));
    mirror.reach(&anvil).await;
    assert_eq!((mirror.blocks[0].block.number, mirror.log_count()), (15, 4));
    mirror.assert_equals(&anvil).await;
}

/// Follows a fake node from genesis until the head of its honest chain.
async fn follow(node: &FakeNode, head: BlockRef) -> Mirror {
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    mirror
}

fn assert_whole(mirror: &Mirror, chain: &FakeChain) {
    assert_eq!(mirror.known(), chain.refs());
    for found in &mirror.blocks {
        let truth = chain.blocks()[found.block.number as usize].entries();
        assert_eq!(found.logs, truth, "logs that are not on the chain");
    }
    assert_eq!(mirror.reorgs, []);
}

#[tokio::test]
async fn a_node_with_limits_is_asked_for_less() {
    let chain = fake_chain(300);
    let node = FakeNode::of(&Arc::new(Mutex::new(chain.clone()))).await;
    node.set_batch_limit(25);
    let mirror = follow(&node, chain.block_ref(299)).await;
    assert_whole(&mirror, &chain);
    assert_eq!(mirror.offline, [""; 0]);
}

#[tokio::test]
async fn a_node_without_batches_is_asked_one_by_one() {
    let chain = fake_chain(40);
    let node = FakeNode::of(&Arc::new(Mutex::new(chain.clone()))).await;
    node.set_batch_limit(0);
    assert_whole(&follow(&node, chain.block_ref(39)).await, &chain);
}

#[tokio::test]
async fn contradictions_are_never_passed_on() {
    /// What the node gets wrong a number of times.
    type Lie = fn(&FakeChain, &Value) -> Option<Value>;
    let lies: [(&str, &str, Lie); 2] = [
        ("missing blocks", "eth_getBlockByNumber", |_, params| {
            (params[0] != "latest").then(|| json!({"result": null}))
        }),
        ("another block than asked for", "eth_getBlockByNumber", |chain, params| {
            (params[0] != "latest").then(|| json!({"result": chain.blocks()[11].header()}))
        }),
    ];
    let checks = lies.map(|(what, lying_method, lie)| async move {
        let chain = fake_chain(30);
        let lied = Arc::new(Mutex::new(0));
        let node = FakeNode::start({
            let (chain, lied) = (chain.clone(), Arc::clone(&lied));
            move |method, params| {
                let count = &mut *lied.lock().unwrap();
                if method == lying_method
                    && *count < 8
                    && let Some(answer) = lie(&chain, params)
                {
                    *count += 1;
                    return answer;
                }
                chain.answer(method, params)
            }
        })
        .await;
        let mirror = follow(&node, chain.block_ref(29)).await;
        assert_whole(&mirror, &chain);
        assert!(*lied.lock().unwrap() > 0, "{what}: the node never lied");
    });
    futures::future::join_all(checks).await;
}
