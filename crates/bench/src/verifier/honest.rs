//! A caller who behaves: one check at a time, from an address of its own.

use super::requests::checks;
use crate::{latencies::Latencies, wire::Wire};
use eyre::ensure;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::time::{MissedTickBehavior, interval};

/// Those who flood come from another address.
const FROM: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// The caller's time between two checks.
const PACE: Duration = Duration::from_millis(1);

/// What the caller saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) latencies: Latencies,
    /// Connections that were tried besides, and those among them that were served.
    pub(super) tried: u32,
    pub(super) served: u32,
}

/// Checks one message after the other, for so long, over a connection that is there already; now and then tries a new one.
#[tokio::main(flavor = "current_thread")]
pub(super) async fn check_for(time: Duration, server: SocketAddr) -> eyre::Result<Seen> {
    let requests = checks(4_000, 1);
    let mut wire = Wire::connect(FROM, server).await?;
    let mut seen = Seen::default();
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let started = Instant::now();
    // It has to be there before the flood is.
    wire.call(&requests[0]).await?;
    for (number, request) in requests.iter().cycle().enumerate() {
        if started.elapsed() > time {
            break;
        }
        pace.tick().await;
        let sent = Instant::now();
        let answer = wire.call(request).await?;
        ensure!(answer.is_null(), "an honest check failed: {}", String::from_utf8_lossy(answer.body));
        seen.latencies.add(sent.elapsed());
        if number % 200 == 199 {
            seen.tried += 1;
            seen.served += u32::from(is_served(server, request).await);
        }
    }
    Ok(seen)
}

async fn is_served(server: SocketAddr, request: &[u8]) -> bool {
    let Ok(mut wire) = Wire::connect(FROM, server).await else { return false };
    wire.call(request).await.is_ok_and(|answer| answer.is_null())
}
