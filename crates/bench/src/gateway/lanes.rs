//! Connections that each have requests of their own.

use crate::{latencies::Latencies, wire::Wire};
use eyre::ensure;
use futures::future::try_join_all;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Instant,
};

/// Connections that are kept alive.
pub(super) struct Lanes(Vec<Lane>);

struct Lane {
    wire: Wire,
    requests: Vec<Vec<u8>>,
    next: usize,
}

impl Lanes {
    /// Opens a connection for each list of requests.
    pub(super) async fn open(server: SocketAddr, requests: Vec<Vec<Vec<u8>>>) -> eyre::Result<Self> {
        let open = requests.into_iter().map(|requests| async {
            Ok(Lane { wire: Wire::connect(Ipv4Addr::LOCALHOST, server).await?, requests, next: 0 })
        });
        try_join_all(open).await.map(Self)
    }

    /// Has each connection send its next requests, so many, one after the other. Returns requests a second.
    pub(super) async fn run(&mut self, each: usize) -> eyre::Result<(f64, Latencies)> {
        let started = Instant::now();
        let count = self.0.len() * each;
        let of_lanes = try_join_all(self.0.iter_mut().map(|lane| lane.run(each))).await?;
        let rate = count as f64 / started.elapsed().as_secs_f64();
        let mut all = Latencies::default();
        of_lanes.into_iter().for_each(|latencies| all.append(latencies));
        Ok((rate, all))
    }
}

impl Lane {
    async fn run(&mut self, count: usize) -> eyre::Result<Latencies> {
        let mut latencies = Latencies::default();
        for _ in 0..count {
            let sent = Instant::now();
            let answer = self.wire.call(&self.requests[self.next]).await?;
            ensure!(answer.is_result(), "refused: {}", String::from_utf8_lossy(answer.body));
            latencies.add(sent.elapsed());
            self.next = (self.next + 1) % self.requests.len();
        }
        Ok(latencies)
    }
}
