//! The Rust of the first page: compiled here, and word for word what stands there.

use alloy::{primitives::Address, providers::DynProvider, sol};
use causeway_client::{InteropExt, OnChain};
use std::time::Duration;

const DOCUMENT: &str = include_str!("../../../../README.md");
const HERE: &str = include_str!("first_page.rs");

sol! {
    #[sol(rpc)]
    interface Counter {
        function increment() external;
    }
}

/// Its two lines, with what they take as given. Not run: docs/bindings.md has the whole.
#[expect(dead_code, reason = "nothing but its types matters")]
async fn lines(
    address: Address,
    source: DynProvider,
    destination: DynProvider,
) -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::new(address, &source);
    let sent = counter.increment().on(902).send().await?.get_receipt().await?.message;
    let delivered =
        source.interop().with_chain(destination).wait_delivered(&sent, Duration::from_secs(60)).await?;
    println!("{}", delivered.tx_hash);
    Ok(())
}

#[test]
fn what_is_compiled_here_is_what_stands_there() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let blocks: Vec<_> =
        DOCUMENT.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 1);
    assert!(squeezed(HERE).contains(&squeezed(blocks[0])), "{}", blocks[0]);
}
