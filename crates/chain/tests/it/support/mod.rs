//! Real nodes, a proxy that misbehaves, and a consumer that checks every event.

mod anvil;
mod fake;
mod mirror;
mod proxy;

pub(crate) use anvil::{Anvil, EMITTER, TOPIC};
pub(crate) use fake::{Chain, FakeNode, error};
pub(crate) use mirror::{Mirror, config};
pub(crate) use proxy::{Mode, Proxy};

use std::time::Duration;

/// How long a test waits for something that has to happen. Only a failing test ever waits that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
