//! The Rust of docs/bindings.md: run here, and word for word what stands there.

use alloy::{
    primitives::{U256, address},
    providers::{Provider, ProviderBuilder},
    signers::local::PrivateKeySigner,
    sol,
};
use causeway_client::{
    DependencySet, InteropExt, InteropFiller, InteropReceipt, MessageFilter, OnChain, State,
    delivery::{SentReceipt, relay_request},
    status::RelayerApi,
};
use futures::StreamExt;
use std::time::Duration;

use crate::devnet::{devnet, url};

const DOCUMENT: &str = include_str!("../../../../docs/bindings.md");
const HERE: &str = include_str!("first_steps.rs");

sol! {
    #[sol(rpc)]
    interface Token {
        function mint(address to, uint256 amount) external;
        function balanceOf(address account) external view returns (uint256);
    }
}

async fn steps(source_url: &str, destination_url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let key: PrivateKeySigner =
        "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80".parse()?;
    let me = key.address();
    let source =
        ProviderBuilder::new().filler(InteropFiller::new()).wallet(key.clone()).connect(source_url).await?;
    let destination =
        ProviderBuilder::new().filler(InteropFiller::new()).wallet(key).connect(destination_url).await?;

    let token = Token::new(address!("420beeF000000000000000000000000000000001"), &source);
    let receipt = token.mint(me, U256::from(100)).on(902).send().await?.get_receipt().await?;
    let sent: SentReceipt = receipt.message;
    println!("{} at block {}", sent.message_hash, sent.identifier.block_number);

    let interop = source.interop().with_chain(destination.clone());
    interop.relay(&sent).await?.get_receipt().await?;
    let delivered = interop.wait_delivered(&sent, Duration::from_secs(60)).await?;
    println!("delivered by {}", delivered.tx_hash);
    let there = Token::new(*token.address(), &destination);
    println!("{} tokens there", there.balanceOf(me).call().await?);

    let status = interop.status(sent.tx_hash).await?;
    match &status.state {
        State::Delivered { delivery } => println!("delivered: {delivery:?}"),
        state => println!("{}: {}", state.as_str(), state.reason().unwrap_or_default()),
    }
    println!("the block that sent it is {:?}", status.safety);

    let api = RelayerApi::new("http://127.0.0.1:8460".parse()?)?;
    let status = interop.clone().with_relayer(api).status(&sent).await?;
    if let Some(word) = &status.relayer {
        println!("it says {:?}, and next {:?}: {:?}", word.state, word.next, word.reason);
    }

    let interop = interop.with_dependency_set(DependencySet::mesh([901, 902].map(U256::from))?);
    let pending = interop.send_eth(902, me, U256::from(1_000)).await?;
    let ether = pending.get_receipt().await?.message;

    let request = relay_request(&ether.identifier, &ether.payload);
    let bare = alloy::rpc::types::TransactionRequest { access_list: None, ..request };
    let receipt = destination.send_transaction(bare).await?.get_receipt().await?;
    assert_eq!(receipt.relayed_messages()[0].message_hash, ether.message_hash);

    let filter = MessageFilter { from_block: Some(0), destination: Some(902), ..Default::default() };
    let mut messages = Box::pin(source.interop().messages(filter).take(2));
    while let Some(event) = messages.next().await {
        println!("{:?}", event?);
    }
    assert_eq!(there.balanceOf(me).call().await?, U256::from(100));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_steps_lead_somewhere() {
    let devnet = devnet().await;
    steps(&url(&devnet, 901), &url(&devnet, 902)).await.unwrap();
    devnet.stop().await.unwrap();
}

/// The section's blocks of this language, as one writes them without caring for spaces.
fn blocks(section: &str) -> Vec<String> {
    let section = DOCUMENT.split("\n## ").find(|text| text.starts_with(section)).unwrap();
    let blocks = section.split("```rust\n").skip(1);
    blocks.map(|block| squeezed(block.split("```").next().unwrap())).collect()
}

fn squeezed(text: &str) -> String {
    text.replace("\"http://127.0.0.1:9545\"", "source_url")
        .replace("\"http://127.0.0.1:9546\"", "destination_url")
        .split_whitespace()
        .collect()
}

#[test]
fn what_is_run_here_is_what_stands_there() {
    let blocks = blocks("Rust\n");
    assert!(blocks.len() >= 7);
    for block in blocks {
        assert!(squeezed(HERE).contains(&block), "{block}");
    }
}
