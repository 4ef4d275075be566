use std::fmt;

use alloy::primitives::{Address, U256};

use super::{Facts, Standing, Trial};
use crate::{NodeFault, RevertReason, preflight::Acceptance};

/// What keeps a message from being delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The destination's node does not answer.
    Unanswered {
        /// What it or the connection said.
        fault: NodeFault,
    },
    /// The source has the message no more: a reorg took it away.
    SourceGone,
    /// The destination accepts no messages of the source.
    NotADependency {
        /// Who says so.
        says: String,
    },
    /// Interop is not active at the destination yet.
    Inactive {
        /// When it activates, in seconds since the epoch.
        activation: u64,
    },
    /// The message is too old.
    Expired {
        /// Seconds since it was sent, by the destination's clock.
        age: u64,
        /// Seconds after which it expires.
        window: u64,
    },
    /// The message is of a time that the destination's next block does not reach.
    Future {
        /// Seconds that the destination's clock is behind.
        by: u64,
    },
    /// A contract that the delivery takes is not there.
    NoContract {
        /// Its name.
        name: &'static str,
        /// Where it should be.
        address: Address,
    },
    /// `ETHLiquidity` cannot pay out what was sent.
    NoLiquidity {
        /// What it has, in wei.
        have: U256,
        /// What it would take.
        need: U256,
    },
    /// Somebody has delivered it in the meantime.
    Delivered,
    /// What stands at the messenger's address relays nothing.
    NothingRelayed,
    /// The target, or a contract below it, reverts.
    Reverts {
        /// Why.
        reason: RevertReason,
    },
    /// The destination's node refuses to execute the message.
    Refused {
        /// What it said.
        fault: NodeFault,
    },
    /// The delivery cannot be tried out, so that a revert would not show.
    NotTried {
        /// Why not.
        fault: NodeFault,
    },
}

impl Obstacle {
    /// Returns a stable name of the kind, for programs. Those that are rules of the protocol have the rules' names.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unanswered { .. } => "destination-unreachable",
            Self::SourceGone => "source-gone",
            Self::NotADependency { .. } => "not-a-dependency",
            Self::Inactive { .. } => "executed-too-early",
            Self::Expired { .. } => "expired",
            Self::Future { .. } => "future-message",
            Self::NoContract { .. } => "no-contract",
            Self::NoLiquidity { .. } => "no-liquidity",
            Self::Delivered => "already-delivered",
            Self::NothingRelayed => "no-messenger",
            Self::Reverts { reason: RevertReason::OutOfGas { .. } } => "out-of-gas",
            Self::Reverts { .. } => "reverts",
            Self::Refused { .. } => "refused",
            Self::NotTried { .. } => "not-tried",
        }
    }

    /// Returns whether it stands until somebody does something about it. What is away or early passes.
    pub const fn stays(&self) -> bool {
        !matches!(
            self,
            Self::Unanswered { .. } | Self::Inactive { .. } | Self::Future { .. } | Self::NotTried { .. }
        )
    }

    /// Returns what can be done about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Unanswered { .. } | Self::NotTried { .. } => {
                "ask again when the destination's node answers"
            }
            Self::SourceGone => {
                "unless a later block of the source takes its transaction again, it has to be sent again"
            }
            Self::NotADependency { .. } => {
                "it can be relayed once the destination takes the source into its dependency set"
            }
            Self::Inactive { .. } => "it can be relayed once interop is active there",
            Self::Expired { .. } => {
                "`resendMessage` of the source's messenger, with the same arguments, makes it young again; \
                 where that messenger's `version()` is 2.x there is none, and expiry goes over L1"
            }
            Self::Future { .. } => "it can be relayed when the destination's clock has reached it",
            Self::NoContract { .. } | Self::NothingRelayed => "it can be relayed once the contract is there",
            Self::NoLiquidity { .. } => "it can be relayed once the ETHLiquidity there is funded",
            Self::Delivered => "there is nothing left to do",
            Self::Reverts { .. } => "it can be relayed once its target accepts it",
            Self::Refused { .. } => "it can be relayed once the destination's node accepts it",
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered { fault } => write!(f, "the destination could not be asked: {fault}"),
            Self::SourceGone => f.write_str(
                "its source's node has the message no more: a reorg took it away, unless the node is behind",
            ),
            Self::NotADependency { says } => {
                write!(f, "the destination does not accept messages of its source: {says}")
            }
            Self::Inactive { activation } => {
                write!(f, "interop is not active on the destination before timestamp {activation}")
            }
            Self::Expired { age, window } => {
                write!(
                    f,
                    "it expired: sent {age} s ago by the destination's clock, and messages expire after {window} s"
                )
            }
            Self::Future { by } => write!(
                f,
                "it is from the future: the destination's clock is {by} s behind the block that sent it"
            ),
            Self::NoContract { name, address } => {
                write!(f, "the destination has no {name}: there is no code at {address}")
            }
            Self::NoLiquidity { have, need } => write!(
                f,
                "insufficient liquidity: the destination's ETHLiquidity has {have} wei, and {need} are to be paid out"
            ),
            Self::Delivered => f.write_str("somebody delivered it in the meantime"),
            Self::NothingRelayed => f.write_str("what stands at the destination's messenger relays nothing"),
            Self::Reverts { reason } => write!(f, "its delivery reverts: {reason}"),
            Self::Refused { fault } => write!(f, "the destination's node refuses it: {fault}"),
            Self::NotTried { fault } => write!(f, "its delivery cannot be tried out: {fault}"),
        }
    }
}

/// Reads the facts: everything that stands against the delivery now, the most decisive first. Nothing if it would be
/// delivered, so that what is missing is somebody who does it.
pub fn explain(facts: &Facts) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if matches!(facts.standing, Standing::Gone | Standing::Changed) {
        found.push(Obstacle::SourceGone);
    }
    if let Acceptance::Refused { says } = &facts.acceptance {
        found.push(Obstacle::NotADependency { says: says.clone() });
    }
    match &facts.clock {
        Ok(clock) => found.extend(untimely(facts, *clock)),
        Err(fault) => found.push(Obstacle::Unanswered { fault: fault.clone() }),
    }
    found.extend(facts.missing.iter().map(|&(name, address)| Obstacle::NoContract { name, address }));
    if let Some((have, need)) = facts.liquidity.filter(|(have, need)| have < need) {
        found.push(Obstacle::NoLiquidity { have, need });
    }
    found.extend(failed(&facts.trial, &found));
    found
}

/// What the clocks say.
fn untimely(facts: &Facts, clock: u64) -> Option<Obstacle> {
    // The next block is the first that could take it.
    let next = clock.saturating_add(facts.destination.block_time.max(1));
    let age = clock.saturating_sub(facts.initiated);
    if !facts.destination.is_active(next) {
        Some(Obstacle::Inactive { activation: facts.destination.activation })
    } else if age > facts.expiry_window {
        Some(Obstacle::Expired { age, window: facts.expiry_window })
    } else if facts.initiated > next {
        Some(Obstacle::Future { by: facts.initiated - clock })
    } else {
        None
    }
}

/// What the trial adds to what is known already.
fn failed(trial: &Trial, known: &[Obstacle]) -> Option<Obstacle> {
    let is_known = |is: fn(&Obstacle) -> bool| known.iter().any(is);
    match trial {
        Trial::Delivers => None,
        // Without its contracts it reverts without a word.
        Trial::NothingRelayed | Trial::Reverts(RevertReason::Empty)
            if is_known(|known| {
                matches!(known, Obstacle::NoContract { .. } | Obstacle::NoLiquidity { .. })
            }) =>
        {
            None
        }
        Trial::NothingRelayed => Some(Obstacle::NothingRelayed),
        Trial::Reverts(RevertReason::AlreadyRelayed) => Some(Obstacle::Delivered),
        Trial::Reverts(reason) => Some(Obstacle::Reverts { reason: reason.clone() }),
        Trial::Refused(fault) => Some(Obstacle::Refused { fault: fault.clone() }),
        Trial::Untried(_) if is_known(|known| matches!(known, Obstacle::Unanswered { .. })) => None,
        Trial::Untried(fault) => Some(Obstacle::NotTried { fault: fault.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_interop::Member;

    const SENT: u64 = 1_000_000;

    fn facts() -> Facts {
        Facts {
            standing: Standing::There,
            initiated: SENT,
            clock: Ok(SENT + 2),
            acceptance: Acceptance::Accepted,
            expiry_window: 604_800,
            destination: Member { activation: 0, block_time: 2 },
            missing: Vec::new(),
            liquidity: None,
            is_hollow: false,
            trial: Trial::Delivers,
        }
    }

    fn codes(facts: &Facts) -> Vec<&'static str> {
        explain(facts).iter().map(Obstacle::code).collect()
    }

    #[test]
    fn nothing_stands_against_what_would_be_delivered() {
        assert_eq!(explain(&facts()), []);
        // What nobody knows is no obstacle.
        let acceptance = Acceptance::Unknown { why: "nobody says".to_owned() };
        let standing = Standing::Unknown(NodeFault::unavailable("gone"));
        assert_eq!(explain(&Facts { acceptance, standing, ..facts() }), []);
    }

    #[test]
    fn the_clocks_tell_what_is_early_and_what_is_late() {
        for (clock, codes_of) in [
            (SENT - 100, vec!["future-message"]),
            (SENT - 3, vec!["future-message"]),
            // The next block takes it.
            (SENT - 2, vec![]),
            (SENT, vec![]),
            (SENT + 604_800, vec![]),
            (SENT + 604_801, vec!["expired"]),
        ] {
            assert_eq!(codes(&Facts { clock: Ok(clock), ..facts() }), codes_of, "{clock}");
        }
        let destination = Member { activation: SENT + 10, block_time: 2 };
        assert_eq!(codes(&Facts { destination, ..facts() }), ["executed-too-early"]);
    }

    #[test]
    fn one_obstacle_hides_no_other() {
        let reason = RevertReason::Text { text: "paused".to_owned() };
        let late = Facts {
            acceptance: Acceptance::Refused { says: "so says the configuration".to_owned() },
            clock: Ok(SENT + 700_000),
            trial: Trial::Reverts(reason),
            ..facts()
        };
        assert_eq!(codes(&late), ["not-a-dependency", "expired", "reverts"]);
        let text = explain(&late).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(text.contains("sent 700000 s ago") && text.contains("reverts: \"paused\""), "{text}");
        assert_eq!(codes(&Facts { standing: Standing::Gone, ..facts() }), ["source-gone"]);
    }

    #[test]
    fn silent_reverts_are_explained_by_what_is_missing() {
        let missing = vec![("token", Address::repeat_byte(1))];
        let silent = Facts { missing, trial: Trial::Reverts(RevertReason::Empty), ..facts() };
        assert_eq!(codes(&silent), ["no-contract"]);
        let liquidity = Some((U256::from(1), U256::from(2)));
        assert_eq!(codes(&Facts { liquidity, trial: silent.trial.clone(), ..facts() }), ["no-liquidity"]);
        let enough = Some((U256::from(2), U256::from(2)));
        assert_eq!(codes(&Facts { liquidity: enough, trial: silent.trial, ..facts() }), ["reverts"]);
        let trial = Trial::Reverts(RevertReason::OutOfGas { gas: Some(5) });
        assert_eq!(codes(&Facts { trial, ..facts() }), ["out-of-gas"]);
    }

    #[test]
    fn a_silent_destination_is_named_once() {
        let fault = NodeFault::unavailable("no answer within 10s");
        let silent = Facts { clock: Err(fault.clone()), trial: Trial::Untried(fault.clone()), ..facts() };
        assert_eq!(explain(&silent), [Obstacle::Unanswered { fault: fault.clone() }]);
        assert_eq!(codes(&Facts { trial: Trial::Untried(fault), ..facts() }), ["not-tried"]);
    }
}
