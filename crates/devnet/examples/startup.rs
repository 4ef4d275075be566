//! How long a devnet takes to start and to stop: `cargo run --release --example startup -- [L2 COUNT] [RUNS]`.
#![allow(clippy::print_stdout, reason = "it is a program")]

use causeway_devnet::{Devnet, DevnetConfig, find_anvil};
use std::{path::Path, time::Instant};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u16>());
    let l2_count = arguments.next().transpose()?.unwrap_or(2);
    let runs = arguments.next().transpose()?.unwrap_or(5);
    let anvil = find_anvil(None, None, None, Path::new(env!("CARGO_MANIFEST_DIR")))?;
    for _ in 0..runs {
        let mut config = DevnetConfig::new(anvil.clone()).with_free_ports();
        config.l2_count = l2_count;
        let start = Instant::now();
        let devnet = Devnet::start(config).await?;
        let ready = start.elapsed();
        let stop = Instant::now();
        devnet.stop().await?;
        println!("{l2_count} L2: ready after {ready:?}, stopped within {:?}", stop.elapsed());
    }
    Ok(())
}
