use std::num::NonZeroU32;

use crate::engine::{Lane, Limits, Policy, Weight, test_util::signer};

/// The source whose blocks have to be safe, where that is so.
pub(super) const CAUTIOUS: u64 = 901;

/// How many blocks a calm world with a griefing token is watched for, at least: two half-lives of what was lost.
pub(super) const WATCHED: u64 = 128;

/// The gas of every message.
pub(super) const GAS: u64 = 100;

/// What can go wrong, beside lost answers, crashes, evictions, and nodes that lag; and how the lane is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weather {
    /// Reorgs of the destination.
    pub(super) destination: bool,
    /// Reorgs of the source; messages that are sent again.
    pub(super) source: bool,
    /// Others relay too, use the accounts, and hold messages in the store.
    pub(super) others: bool,
    /// Some targets revert until all calms down.
    pub(super) reverting: bool,
    /// The destination's blocks hold what has become invalid, too.
    pub(super) lax: bool,
    /// How many reverts are paid for, if that is limited.
    pub(super) max_reverts: Option<u32>,
    /// Messages are old within a few blocks.
    pub(super) hasty: bool,
    /// The blocks of one of the sources have to be safe, which they become later.
    pub(super) cautious: bool,
    /// All messages are a bridge's, and one of its tokens passes every trial and reverts in the block, for ever.
    pub(super) griefing: bool,
    /// The destination learns late of one source's blocks, or not at all for a while, and another source's clock is ahead.
    pub(super) behind: bool,
    /// Of the sources one has a larger weight.
    pub(super) weighted: bool,
    /// Two accounts, each with several transactions signed and sent at once; otherwise one of each.
    pub(super) wide: bool,
}

pub(super) fn policy(weather: Weather) -> Policy {
    Policy {
        limits: Limits { messages: 3, ..Limits::default() },
        max_in_flight: 4,
        max_in_flight_alone: 4,
        max_sending: if weather.wide { 3 } else { 1 },
        max_guarded: 6,
        guard_group: 2,
        max_guards: 2,
        strangers_patience: 4,
        vain_gas_per_sender: 600,
        vain_gas_per_route: 2_000,
        vain_half_life: if weather.griefing { 64 } else { 8 },
        modest_gas: 50,
        max_reverts: weather.max_reverts.unwrap_or(1_000),
        expiry_window: if weather.hasty { 40 } else { Policy::default().expiry_window },
        expiry_margin: 10,
        aged_after: 10,
        ..Policy::default()
    }
}

pub(super) fn lane(policy: Policy, weather: Weather) -> Lane {
    let signers = if weather.wide { vec![signer(0), signer(1)] } else { vec![signer(0)] };
    let weight = |source, turns| Weight { source, destination: None, sender: None, target: None, turns };
    let three = const { NonZeroU32::new(3).unwrap() };
    let weights = vec![weight(Some(CAUTIOUS), three), weight(None, NonZeroU32::MIN)];
    Lane::new(policy, signers).with_weights(if weather.weighted { weights } else { Vec::new() })
}
