//! What calls do to the clock and to the pool of their chain.

use super::quantity;
use alloy::primitives::{Address, B256, U256};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What the calls of a message do to their chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    pub(super) clock: Clock,
    /// What leaves the node's pool, or shall not come back to it.
    pub(super) cleared: Option<Cleared>,
}

/// The transactions that somebody wants to be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cleared {
    /// One, and with it those that come after it.
    Transaction(B256),
    /// Those of one sender.
    Sender(Address),
    /// All of them.
    All,
}

impl Effects {
    /// Whether more is to be done about it than to pass it on: the answer has to be known.
    pub(super) const fn need_care(&self) -> bool {
        self.clock.moves() || self.clock.retimes || self.cleared.is_some()
    }

    /// Adds what a call does, by the methods of anvil 1.7 and 1.8. The names of other development nodes differ in
    /// what stands before the underscore.
    pub(super) fn note(&mut self, method: &str, params: Option<&str>) {
        let Some(("anvil" | "evm" | "hardhat", method)) = method.split_once('_') else { return };
        self.clock.note(method, params);
        let cleared = match method {
            // What was in the blocks is gone on purpose, and what waits for it with it.
            "reorg" | "rollback" | "reset" | "revert" | "loadState" | "dropAllTransactions" => {
                Some(Cleared::All)
            }
            "dropTransaction" => first(params).map(Cleared::Transaction),
            "removePoolTransactions" => first(params).map(Cleared::Sender),
            _ => None,
        };
        self.cleared = match (self.cleared, cleared) {
            (one, None) | (None, one) => one,
            (Some(_), Some(_)) => Some(Cleared::All),
        };
    }
}

/// The one parameter; the node takes no other.
fn first<T: DeserializeOwned>(params: Option<&str>) -> Option<T> {
    let [only]: [T; 1] = serde_json::from_str(params?).ok()?;
    Some(only)
}

/// What the calls of a message do to the clock of the chain. A shift that its offset shows needs no mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Clock {
    /// The next timestamps no longer follow from the offset.
    pub(super) pin: Option<Pin>,
    /// The node sets it to an earlier time: together with the state, or because it is told to.
    pub(super) restored: bool,
    /// The node sets it back to an earlier block's, though only blocks are replaced.
    pub(super) set_back: bool,
    /// Nothing is left of the chain.
    pub(super) reset: bool,
    /// The next block may come sooner than it would have, or may be of an earlier time.
    pub(super) disturbs: bool,
    /// Blocks come at other times from then on.
    pub(super) retimes: bool,
}

/// How timestamps are pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pin {
    /// The next block's, whose distance from the machine's clock then stays.
    Next,
    /// Every block's, by its distance from the one before.
    Every,
    /// No longer every block's.
    Released,
}

impl Clock {
    /// Whether the node sets the clock to another time.
    pub(super) const fn moves(self) -> bool {
        self.restored || self.set_back
    }

    fn note(&mut self, method: &str, params: Option<&str>) {
        match method {
            "reorg" | "rollback" => self.set_back = true,
            "reset" => (self.restored, self.reset) = (true, true),
            "revert" | "loadState" | "setTime" | "setTimestamp" => self.restored = true,
            "increaseTime" => {
                self.restored = true;
                // By more than half of 64 bits, it goes back.
                self.disturbs |= !goes_ahead(params);
                return;
            }
            // With a timestamp it pins, mines and so moves.
            "mine" | "mine_detailed" => self.restored |= has_values(params),
            "setNextBlockTimestamp" => self.pin = Some(Pin::Next),
            "setBlockTimestampInterval" => self.pin = Some(Pin::Every),
            "removeBlockTimestampInterval" => self.pin = Some(Pin::Released),
            "setAutomine" | "setIntervalMining" => self.retimes = true,
            _ => return,
        }
        self.disturbs = true;
    }
}

/// Whether this is a number of seconds that sets a clock ahead.
fn goes_ahead(params: Option<&str>) -> bool {
    let seconds = params.and_then(|params| serde_json::from_str::<[Value; 1]>(params).ok());
    seconds
        .and_then(|[seconds]| quantity::of(&seconds))
        .is_some_and(|seconds| seconds <= U256::from(i64::MAX))
}

fn has_values(params: Option<&str>) -> bool {
    params.is_some_and(|params| {
        params.bytes().any(|byte| !byte.is_ascii_whitespace() && !b"[]{}".contains(&byte))
            && params.trim() != "null"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effects(method: &str, params: &str) -> Effects {
        let mut effects = Effects::default();
        effects.note(method, Some(params));
        effects
    }

    fn noted(method: &str, params: &str) -> Clock {
        effects(method, params).clock
    }

    #[test]
    fn what_leaves_the_pool_on_purpose_is_known() {
        let (hash, sender) = (B256::repeat_byte(1), Address::repeat_byte(2));
        for (method, params, cleared) in [
            ("anvil_dropTransaction", format!("[\"{hash}\"]"), Some(Cleared::Transaction(hash))),
            ("hardhat_dropTransaction", format!("[\"{hash}\"]"), Some(Cleared::Transaction(hash))),
            ("anvil_dropTransaction", "[]".to_owned(), None),
            ("anvil_removePoolTransactions", format!("[\"{sender}\"]"), Some(Cleared::Sender(sender))),
            ("anvil_dropAllTransactions", "[]".to_owned(), Some(Cleared::All)),
            ("evm_revert", "[\"0x1\"]".to_owned(), Some(Cleared::All)),
            ("anvil_reorg", "[1,[]]".to_owned(), Some(Cleared::All)),
            ("evm_increaseTime", "[1]".to_owned(), None),
            ("anvil_mine", "[1]".to_owned(), None),
        ] {
            assert_eq!(effects(method, &params).cleared, cleared, "{method} {params}");
        }
        let mut two = effects("anvil_dropTransaction", &format!("[\"{hash}\"]"));
        two.note("anvil_removePoolTransactions", Some(&format!("[\"{sender}\"]")));
        assert_eq!(two.cleared, Some(Cleared::All));
    }

    #[test]
    fn every_name_of_a_method_that_moves_a_clock_is_known() {
        let restored = Clock { restored: true, disturbs: true, ..Clock::default() };
        for method in [
            "evm_revert",
            "anvil_revert",
            "anvil_loadState",
            "hardhat_loadState",
            "evm_setTime",
            "anvil_setTime",
            "evm_increaseTime",
            "anvil_increaseTime",
        ] {
            assert_eq!(noted(method, "[]"), restored, "{method}");
        }
        for method in ["anvil_reset", "hardhat_reset"] {
            assert_eq!(noted(method, "[]"), Clock { reset: true, ..restored }, "{method}");
        }
        for method in ["evm_mine", "evm_mine_detailed", "anvil_mine", "hardhat_mine"] {
            assert_eq!(noted(method, "[1700000000]"), restored, "{method}");
            for nothing in ["[]", " [ ] ", "null", "[{}]"] {
                let disturbs = Clock { disturbs: true, ..Clock::default() };
                assert_eq!(noted(method, nothing), disturbs, "{method} {nothing}");
            }
        }
        for method in ["anvil_reorg", "anvil_rollback"] {
            let set_back = Clock { set_back: true, disturbs: true, ..Clock::default() };
            assert_eq!(noted(method, "[1]"), set_back, "{method}");
        }
        for (method, pin) in [
            ("evm_setNextBlockTimestamp", Pin::Next),
            ("anvil_setNextBlockTimestamp", Pin::Next),
            ("anvil_setBlockTimestampInterval", Pin::Every),
            ("anvil_removeBlockTimestampInterval", Pin::Released),
        ] {
            let pins = Clock { pin: Some(pin), disturbs: true, ..Clock::default() };
            assert_eq!(noted(method, "[1]"), pins, "{method}");
        }
        for method in
            ["anvil_setAutomine", "evm_setAutomine", "evm_setIntervalMining", "hardhat_setIntervalMining"]
        {
            let retimes = Clock { retimes: true, disturbs: true, ..Clock::default() };
            assert_eq!(noted(method, "[1]"), retimes, "{method}");
            assert!(effects(method, "[1]").need_care(), "{method}");
        }
        for seconds in ["[7]", "[\"0x7\"]", "[9223372036854775807]"] {
            let ahead = Clock { restored: true, ..Clock::default() };
            assert_eq!(noted("evm_increaseTime", seconds), ahead, "{seconds}");
        }
        assert_eq!(noted("evm_increaseTime", "[9223372036854775808]"), restored);
        for method in ["eth_reset", "reset", "eth_increaseTime", "evm_snapshot", "eth_mine"] {
            assert_eq!(noted(method, "[]"), Clock::default(), "{method}");
        }
    }
}
