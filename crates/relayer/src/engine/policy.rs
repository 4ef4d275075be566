use std::time::Duration;

use causeway_interop::MESSAGE_EXPIRY_WINDOW;

/// The numbers that a lane decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How many messages may be guarded and ready at the same time.
    pub max_guarded: usize,
    /// How many messages are guarded by one command.
    pub guard_group: usize,
    /// How many of these commands may be under way at the same time; at least two.
    pub max_guards: usize,
    /// For how many destination blocks it is believed that a message can be delivered. One that waits longer for its turn to
    /// be sent is asked about again.
    pub guard_lasts: u64,
    /// What one transaction carries at most.
    pub limits: Limits,
    /// How many transactions of one account may be on their way at the same time.
    pub max_in_flight: usize,
    /// The same where each carries one message, since no batcher stands on the destination.
    pub max_in_flight_alone: usize,
    /// How many of them may be in the course of being signed or sent.
    pub max_sending: usize,
    /// After how many destination blocks a transaction that was not included is sent again.
    pub rebroadcast_after: u64,
    /// After how many destination blocks in the pool the next transaction of an account is signed again with higher fees.
    pub escalate_after: u64,
    /// For how many destination blocks nothing new is signed at all when transactions of unknown origin wait in the pool
    /// of one of several accounts; that one stays out of use for as long as they do.
    pub strangers_patience: u64,
    /// How long a message waits that another relayer's attempt holds, in destination blocks.
    pub held_blocks: u64,
    /// The longest a failing message waits, in destination blocks.
    pub max_delay_blocks: u64,
    /// The longest a message waits that the account could not pay for, in destination blocks.
    pub max_unfunded_blocks: u64,
    /// After how many transactions that were paid for and reverted a message is given up.
    pub max_reverts: u32,
    /// What the messages of one application, of one sender, or to one target may make the relayer pay in vain, in gas,
    /// before they go one at a time and wait for as much to come back: the whole of it in a [`Policy::vain_half_life`],
    /// after which half of what was lost is forgotten, too. Half of what comes back is for applications that lost nothing.
    pub vain_gas_per_sender: u64,
    /// The same for all messages of one source.
    pub vain_gas_per_route: u64,
    /// After how many seconds half of what was paid in vain is forgotten.
    pub vain_half_life: u64,
    /// The gas up to which a message is no great loss if it fails. Of those above it, and of doubtful ones, no more are on
    /// their way at once than their sender and target have budget left for.
    pub modest_gas: u64,
    /// What all transactions to the destination may use in an hour, in gas.
    pub max_gas_per_hour: Option<u64>,
    /// How often the destination may say that a message was delivered without a log of it being seen, before that is
    /// believed.
    pub max_unseen: u32,
    /// After how many useless answers about one message or transaction in a row it is held for the cause of them, and
    /// waits for blocks instead of holding others up.
    pub max_unavailable: u32,
    /// How long messages that are ready wait at most for earlier ones of their source that are still being judged.
    pub guard_patience: Duration,
    /// The first of the growing waits after what the node did not answer, or refused for now, where no event tells when to go on.
    pub first_wait: Duration,
    /// The longest of these waits.
    pub max_wait: Duration,
    /// How long after its initiation a message can be executed, in seconds.
    pub expiry_window: u64,
    /// Where sources and applications have weights: after how many seconds since its initiation a message shares a quarter of the
    /// room with others that have waited for so long, oldest first, whatever their weights. What has less than a seventh of its
    /// expiry window left goes before all others.
    pub aged_after: u64,
    /// How many seconds before the end of that window no new transaction takes a message any more: it might come too late
    /// for a block. A quarter of the window at most.
    pub expiry_margin: u64,
}

/// What one transaction carries at most. A message above that has one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages.
    pub messages: usize,
    /// Gas. Half of what a block has counts as well, if that is less.
    pub gas: u64,
    /// Payloads of messages, in bytes.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { messages: 100, gas: 15_000_000, bytes: 100_000 }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_guarded: 400,
            guard_group: 50,
            max_guards: 4,
            guard_lasts: 10,
            limits: Limits::default(),
            max_in_flight: 16,
            max_in_flight_alone: 64,
            max_sending: 4,
            rebroadcast_after: 3,
            escalate_after: 4,
            strangers_patience: 16,
            held_blocks: 8,
            max_delay_blocks: 1_800,
            max_unfunded_blocks: 8,
            max_reverts: 3,
            vain_gas_per_sender: 2_000_000,
            vain_gas_per_route: 20_000_000,
            vain_half_life: 3_600,
            modest_gas: 500_000,
            max_gas_per_hour: None,
            max_unseen: 4,
            max_unavailable: 20,
            guard_patience: Duration::from_millis(50),
            first_wait: Duration::from_millis(50),
            max_wait: Duration::from_secs(5),
            expiry_window: MESSAGE_EXPIRY_WINDOW,
            aged_after: 3_600,
            expiry_margin: 600,
        }
    }
}

impl Policy {
    /// Returns before which time a message was initiated that is too old to be executed in a block of this time.
    pub(crate) const fn expired_before(&self, now: u64) -> u64 {
        now.saturating_sub(self.expiry_window)
    }

    /// Returns before which time a message was initiated that no new transaction takes any more at this time.
    pub const fn late_before(&self, now: u64) -> u64 {
        let most = self.expiry_window / 4;
        let margin = if self.expiry_margin < most { self.expiry_margin } else { most };
        now.saturating_add(margin).saturating_sub(self.expiry_window)
    }

    /// Returns before which time a message was initiated that has so little of its time left that it goes before all others.
    pub(crate) const fn urgent_before(&self, now: u64) -> u64 {
        now.saturating_sub(self.expiry_window / 7 * 6)
    }

    /// Returns before which time a message was initiated that has waited for long.
    pub(crate) const fn aged_before(&self, now: u64) -> u64 {
        now.saturating_sub(self.aged_after)
    }

    /// Returns how many blocks a message waits that failed so often: 1, 2, 4, ...
    pub(crate) fn delay_blocks(&self, failures: u32) -> u64 {
        let doubled = 1u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX);
        doubled.min(self.max_delay_blocks).max(1)
    }

    /// Returns how long to wait when that many waits came before.
    pub(crate) fn wait(&self, waits: u32) -> Duration {
        self.first_wait.saturating_mul(1u32.checked_shl(waits).unwrap_or(u32::MAX)).min(self.max_wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_their_cap() {
        let policy = Policy::default();
        let delays: Vec<u64> = [0, 1, 2, 3, 11, 12, 64, 65, u32::MAX].map(|n| policy.delay_blocks(n)).into();
        assert_eq!(delays, [1, 1, 2, 4, 1_024, 1_800, 1_800, 1_800, 1_800]);
    }

    #[test]
    fn little_time_is_left_before_it_is_none() {
        let policy = Policy { expiry_window: 1_000, expiry_margin: 100, ..Policy::default() };
        assert_eq!((policy.late_before(5_000), policy.expired_before(5_000)), (4_100, 4_000));
        assert_eq!((policy.late_before(899), policy.late_before(901)), (0, 1), "a young chain");
        let greedy = Policy { expiry_margin: 5_000, ..policy };
        assert_eq!(greedy.late_before(5_000), 4_250, "a quarter of the window at most");
    }

    #[test]
    fn waits_double_up_to_their_cap() {
        let policy = Policy::default();
        let waits: Vec<u128> = [0, 1, 6, 7, 31, 32, u32::MAX].map(|n| policy.wait(n).as_millis()).into();
        assert_eq!(waits, [50, 100, 3_200, 5_000, 5_000, 5_000, 5_000]);
    }
}
