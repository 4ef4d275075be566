//! The Rust of docs/bindings.md about what is generated: run here, and word for word what stands there.

use crate::awkward as bindings;
use alloy::{
    primitives::U256,
    providers::{Provider, ProviderBuilder},
    signers::local::PrivateKeySigner,
};
use bindings::{Counter, addresses};
use causeway_client::{InteropExt, InteropFiller, OnChain};
use causeway_devnet::{Devnet, DevnetConfig, find_anvil};
use std::{path::Path, time::Duration};

const DOCUMENT: &str = include_str!("../../../../docs/bindings.md");
const HERE: &str = include_str!("first_call.rs");

async fn steps(
    source: impl Provider + Clone + 'static,
    destination: impl Provider + Clone + 'static,
) -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::deploy(&source).await?;
    let receipt = counter.increment().send().await?.get_receipt().await?;
    let told = receipt.decoded_log::<Counter::Incremented>().ok_or("it told nothing")?;
    println!("{} by {}", told.number, told.by);

    let there = Counter::deploy(&destination).await?;

    let counter = Counter::new(addresses::counter(901).ok_or("nobody knows where it stands")?, &source);
    if let Err(error) = counter.add(U256::from(1_000)).call().await {
        let refused = error.as_decoded_error::<Counter::TooMuch>().ok_or(error)?;
        println!("{} at most", refused.limit);
    }

    let sent = counter.add(U256::from(5)).on(902).send().await?.get_receipt().await?.message;

    let interop = source.interop().with_chain(destination.clone());
    interop.relay(&sent).await?.get_receipt().await?;
    interop.wait_delivered(&sent, Duration::from_secs(60)).await?;
    assert_eq!(there.number().call().await?, U256::from(5));
    assert_eq!(counter.number().call().await?, U256::from(1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_calls_of_what_is_generated() {
    let anvil = find_anvil(None, None, None, Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut config = DevnetConfig::new(anvil).with_free_ports();
    config.block_time = 1;
    let devnet = Devnet::start(config).await.unwrap();
    let connect = async |chain: u64| {
        let url = devnet.network().chain(chain).unwrap().rpc_url.clone();
        let key: PrivateKeySigner = crate::node::KEY.parse().unwrap();
        ProviderBuilder::new().filler(InteropFiller::new()).wallet(key).connect(&url).await.unwrap()
    };
    steps(connect(901).await, connect(902).await).await.unwrap();
    devnet.stop().await.unwrap();
}

#[test]
fn what_is_run_here_is_what_stands_there() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let section = DOCUMENT.split("\n## ").find(|text| text.starts_with("What is generated: Rust\n")).unwrap();
    let blocks: Vec<_> = section
        .split("```rust\n")
        .skip(1)
        .map(|block| squeezed(block.split("```").next().unwrap()))
        .collect();
    assert!(blocks.len() >= 4);
    for block in blocks {
        assert!(squeezed(HERE).contains(&block), "{block}");
    }
}
