//! What a body takes of the gateway's memory.

use crate::devnet::Devnet;
use eyre::ContextCompat;
use std::{fs, path::Path};

/// Sends one batch of so many megabytes to a fresh devnet, and prints what its process took at most.
pub(super) async fn measure(causeway: &Path, megabytes: usize) -> eyre::Result<()> {
    let devnet = Devnet::start(causeway, &[]).await?;
    let gateway = devnet.chains().await?.first().wrap_err("a devnet without chains")?.http;
    let before = peak(devnet.pid()?)?;
    let mut body = "1,".repeat(megabytes * 500_000);
    body.replace_range(..1, "[");
    body.replace_range(body.len() - 1.., "]");
    let request = reqwest::Client::new().post(format!("http://{gateway}")).body(body);
    let answer = request.header("content-type", "application/json").send().await?;
    let (status, length) = (answer.status().as_u16(), answer.bytes().await?.len());
    let taken = peak(devnet.pid()?)? - before;
    println!("| {megabytes} MB | {status} | {:.1} MB | {:.0} MB |", length as f64 / 1e6, taken as f64 / 1e6);
    devnet.stop().await
}

/// The most memory that a process had so far, in bytes.
fn peak(pid: u32) -> eyre::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).wrap_err("no peak is told")?;
    Ok(line.trim().trim_end_matches("kB").trim_end().parse::<u64>()? * 1_024)
}
