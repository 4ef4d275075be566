//! Rehearsals that end early.

use super::chain::{Chain, ETH_LIQUIDITY};
use alloy::primitives::U256;
use causeway_deploy::upgrade::{
    Artifacts, Form, PlanOptions, RehearseError, RehearseOptions, plan, rehearse,
};
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

/// Whoever interrupts one finds the node as it was, even where what is done was to stay.
#[tokio::test]
async fn an_interrupted_rehearsal_leaves_the_node_as_it_was() {
    let chain = Chain::before_interop().await;
    let before: Value = chain.node.request("eth_getBlockByNumber", json!(["latest", false])).await;
    let plan = plan(&Form::Bundle.manifest().unwrap(), &Artifacts::ours(), &PlanOptions::default()).unwrap();
    let provider = chain.node.provider();
    let options = RehearseOptions { chain_id: 901, keep: true };
    let stopped = rehearse(&provider, &plan, options, &AtomicBool::new(true)).await;
    assert!(matches!(stopped, Err(RehearseError::Stopped)), "{stopped:?}");
    let after: Value = chain.node.request("eth_getBlockByNumber", json!(["latest", false])).await;
    assert_eq!(before, after);
    assert_eq!(chain.node.balance(ETH_LIQUIDITY).await, U256::ZERO);
    // It mines on demand again if it did before.
    assert!(!chain.node.request::<bool>("anvil_getAutomine", json!([])).await);
    chain.node.stop().await;
}
