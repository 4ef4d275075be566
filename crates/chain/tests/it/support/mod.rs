//! A proxy that misbehaves, and a consumer that checks every event.

mod mirror;
mod proxy;
mod socket;

pub(crate) use mirror::{Mirror, config};
pub(crate) use proxy::{Mode, Proxy};
pub(crate) use socket::Socket;

pub(crate) use causeway_chain::test_utils::{
    Anvil, EMITTER, FakeChain, FakeNode, FakeTransaction, PATIENCE, TOPIC, refusal,
};

use alloy::primitives::{Bytes, Log};

/// A log of the emitter.
pub(crate) fn log(data: &'static [u8]) -> Log {
    Log::new_unchecked(EMITTER, vec![TOPIC], Bytes::from_static(data))
}

/// A chain with this many blocks and one log in every block above block 0.
pub(crate) fn fake_chain(length: u64) -> FakeChain {
    let mut chain = FakeChain::new(901, 0);
    extend(&mut chain, length - 1, 0);
    chain
}

/// Adds blocks with a log each; those of another branch have other hashes.
pub(crate) fn extend(chain: &mut FakeChain, count: u64, branch: u8) {
    chain.branch = branch;
    for _ in 0..count {
        let timestamp = chain.head().timestamp + 2;
        chain.push(timestamp, vec![FakeTransaction::user(vec![log(&[])])]);
    }
}
