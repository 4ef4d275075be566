//! The load generator: keep-alive connections that send one request after the other.

use super::requests::Requests;
use crate::{latencies::Latencies, wire::Wire};
use eyre::ensure;
use futures::future::try_join_all;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

/// Sends requests over so many connections for so long, going on after the first `sent` of each. Every answer has to be `null`.
pub(super) async fn generate(
    server: SocketAddr,
    requests: &Requests,
    sent: usize,
    connections: usize,
    time: Duration,
) -> eyre::Result<Latencies> {
    let share = requests.len() / connections;
    let connect = (0..connections).map(|_| Wire::connect(Ipv4Addr::LOCALHOST, server));
    let wires = try_join_all(connect).await?;
    let end = Instant::now() + time;
    let work = wires.into_iter().enumerate().map(|(number, mut wire)| async move {
        let mut latencies = Latencies::default();
        let mut before = Instant::now();
        for request in requests.iter().cycle().skip((number * share + sent) % requests.len()) {
            let answer = wire.call(request).await?;
            ensure!(answer.is_null(), "a check failed: {}", String::from_utf8_lossy(answer.body));
            let now = Instant::now();
            latencies.add(now - before);
            before = now;
            if now > end {
                break;
            }
        }
        Ok(latencies)
    });
    let mut all = Latencies::default();
    try_join_all(work).await?.into_iter().for_each(|latencies| all.append(latencies));
    Ok(all)
}
