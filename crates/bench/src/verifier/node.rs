//! An anvil with a chain to fetch, and a client that fetches it and does nothing else.

use crate::wire::{Wire, call, post};
use causeway_chain::test_utils::{Anvil, EMITTER, TOPIC};
use eyre::ensure;
use futures::future::try_join_all;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

pub(super) const BLOCKS: u64 = 2_000;
pub(super) const LOGS_PER_BLOCK: u64 = TRANSACTIONS * LOGS;
const TRANSACTIONS: u64 = 4;
/// Logs of a transaction.
const LOGS: u64 = 5;
const CHAIN_ID: u64 = 901;
/// The first account of anvil's well-known mnemonic.
const SENDER: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

/// Starts an anvil and has it mine its chain.
pub(super) async fn start() -> eyre::Result<Anvil> {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    // Every block is a second later than the one before, and none is to come from the future.
    let (timestamp, chain_id) = ((now - 2 * BLOCKS).to_string(), CHAIN_ID.to_string());
    let anvil = Anvil::with(&["--port", "0", "--chain-id", &chain_id, "--timestamp", &timestamp]).await;
    // PUSH0 CALLDATALOAD PUSH0 PUSH0 LOG1, several times, then STOP.
    let code = format!("0x{}00", "5f355f5fa1".repeat(LOGS as usize));
    anvil.call("anvil_setCode", serde_json::json!([EMITTER, code])).await;
    let mut wire = Wire::connect(Ipv4Addr::LOCALHOST, address(&anvil)).await?;
    for block in 0..BLOCKS {
        let sends: Vec<_> = (0..TRANSACTIONS).map(|number| send(block * TRANSACTIONS + number)).collect();
        let body = format!("[{}]", sends.join(","));
        for request in [post(&body), post(&call(0, "evm_mine", "[]"))] {
            let answer = wire.call(&request).await?;
            let text = String::from_utf8_lossy(answer.body);
            ensure!(answer.status == 200 && !text.contains("\"error\""), "anvil refuses: {text}");
        }
    }
    Ok(anvil)
}

fn send(nonce: u64) -> String {
    let transaction = format!(
        r#"[{{"from":"{SENDER}","to":"{EMITTER}","input":"{TOPIC}","gas":"0x186a0","nonce":"{nonce:#x}"}}]"#
    );
    call(nonce as usize, "eth_sendTransaction", &transaction)
}

pub(super) fn address(anvil: &Anvil) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, anvil.port))
}

/// Asks for every header and all receipts, in batches of so many blocks, so many batches at a time. The answers are dropped.
pub(super) async fn fetch(node: SocketAddr, batch: u64, concurrency: usize) -> eyre::Result<Duration> {
    let next = AtomicU64::new(0);
    let started = Instant::now();
    let workers = (0..concurrency).map(|_| async {
        let mut wire = Wire::connect(Ipv4Addr::LOCALHOST, node).await?;
        loop {
            let first = next.fetch_add(batch, Ordering::Relaxed);
            if first > BLOCKS {
                return eyre::Ok(());
            }
            let numbers = first..(first + batch).min(BLOCKS + 1);
            for (method, rest) in [("eth_getBlockByNumber", ",false"), ("eth_getBlockReceipts", "")] {
                let ask = |number: u64| call(number as usize, method, &format!(r#"["{number:#x}"{rest}]"#));
                let calls: Vec<_> = numbers.clone().map(ask).collect();
                let answer = wire.call(&post(&format!("[{}]", calls.join(",")))).await?;
                ensure!(answer.status == 200, "anvil answers with status {}", answer.status);
            }
        }
    });
    try_join_all(workers).await?;
    Ok(started.elapsed())
}
