//! What a node can try, and what comes of it.

use super::world::{A, B, World};
use alloy_primitives::B256;
use causeway_chain::test_utils::FakeChain;
use serde_json::{Value, json};

/// A request that is answered wrongly, how, and what the verifier has to say about it.
struct Lie {
    method: &'static str,
    tell: fn(&FakeChain, &mut Value),
    named: &'static str,
}

const FORGED: &str = "do not hash to the block's receipts root: expected";

const LIES: [Lie; 8] = [
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| receipts[1]["logs"][0]["data"] = "0xff".into(),
        named: FORGED,
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| drop(receipts[1]["logs"].as_array_mut().unwrap().pop()),
        named: FORGED,
    },
    Lie { method: "eth_getBlockReceipts", tell: |_, receipts| *receipts = json!([]), named: FORGED },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| {
            let mut extra = receipts[1]["logs"][0].clone();
            extra["logIndex"] = "0x3".into();
            receipts[1]["logs"].as_array_mut().unwrap().push(extra);
        },
        named: FORGED,
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |chain, receipts| *receipts = chain.blocks()[2].receipts(),
        named: "are those of block 0x",
    },
    Lie {
        method: "eth_getBlockByNumber",
        tell: |_, header| header["hash"] = json!(B256::repeat_byte(7)),
        named: "does not hash to 0x0707",
    },
    Lie {
        method: "eth_getBlockByNumber",
        tell: |_, header| header["parentHash"] = json!(B256::repeat_byte(7)),
        named: "does not hash to",
    },
    Lie {
        method: "eth_chainId",
        tell: |_, id| *id = "0xa".into(),
        named: "wrong chain: expected chain id 901, the node says 10",
    },
];

/// Has chain 901's node lie about a block, whether it is asked for by number or by hash.
fn tell(world: &World, lie: &Lie, number: u64) {
    let truth = world[A].chain();
    let block = [json!(format!("0x{number:x}")), json!(truth.block_ref(number).hash)];
    let (method, tell) = (lie.method, lie.tell);
    world[A].lie(move |asked, params, mut answer| {
        let is_it = asked == "eth_chainId" || answer["result"]["number"] == block[0];
        if asked == method && (is_it || block.contains(&params[0])) {
            tell(&truth, &mut answer["result"]);
        }
        answer
    });
}

/// The block is one that was not announced yet when the lie is told.
#[tokio::test]
async fn a_lie_about_a_new_block_is_named_and_never_admitted() {
    let checks = LIES.iter().map(async |lie| {
        let world = World::small(2).await;
        let mut running = world.start();
        running.until_whole(&world[A]).await;
        running.until_whole(&world[B]).await;
        world[A].grow(3);
        tell(&world, lie, 22);
        if lie.method == "eth_chainId" {
            // It is asked when there is reason to: here since the chain seems to be another one.
            world[A].reorg(5);
        }
        running.until_state(A, "offline", lie.named).await;
        assert!(running.status(A).heads.local_unsafe.unwrap().number < 22);
        let [known, new] = [15, 22].map(|number| world[A].access(number, 1));
        running.admits(known);
        running.refuses(new, -321401);
        // The other chain goes on.
        world[B].grow(3);
        running.until_whole(&world[B]).await;
        running.admits(world[B].access(23, 1));

        world[A].be_honest();
        running.until_whole(&world[A]).await;
        running.admits(world[A].access(22, 1));
        running.shutdown().await;
    });
    futures::future::join_all(checks).await;
}

#[tokio::test]
async fn a_lie_about_the_past_is_named_and_never_admitted() {
    let checks = LIES.iter().map(async |lie| {
        let world = World::small(2).await;
        tell(&world, lie, 5);
        let mut running = world.start();
        running.until_whole(&world[B]).await;
        running.until_state(A, "offline", lie.named).await;
        assert!(!running.status(A).history_complete);
        assert!(running.check(world[A].access(5, 1)).is_err());
        world[A].be_honest();
        running.until_whole(&world[A]).await;
        running.admits(world[A].access(5, 1));
        running.shutdown().await;
    });
    futures::future::join_all(checks).await;
}

/// The blocks of the past are those of another branch, each of them sound by itself.
#[tokio::test]
async fn a_past_that_does_not_link_is_named() {
    let world = World::small(1).await;
    let mut other = world[A].chain();
    other.rewind(0);
    other.branch = 9;
    super::world::extend(&mut other, 20);
    world[A].lie(move |method, params, answer| {
        let key = params[0].as_str().unwrap_or_default();
        let is_old = key.len() == 66 || (key.len() == 3 && key < "0xa");
        match other.answer(method, params) {
            false_answer if is_old && !false_answer["result"].is_null() => false_answer,
            _ => answer,
        }
    });
    let mut running = world.start();
    running.until_state(A, "offline", "does not stand on the node's block 9").await;
    assert_eq!(running.status(A).first.unwrap().number, 10);
    running.admits(world[A].access(20, 0));
    world[A].be_honest();
    running.until_whole(&world[A]).await;
    running.shutdown().await;
}
