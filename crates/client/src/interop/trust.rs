use alloy::{primitives::U256, providers::DynProvider};
use causeway_interop::{DependencySet, MESSAGE_EXPIRY_WINDOW, Member};

use crate::preflight::{Acceptance, Terms, ask_verifier};

/// Who says which messages a chain accepts.
#[derive(Clone, Debug, Default)]
pub(super) enum Trust {
    /// The destination's own node, if it does.
    #[default]
    Node,
    /// A verifier.
    Verifier(DynProvider),
    /// What is written down.
    Set(DependencySet),
    /// The caller, by whom every chain accepts every other's.
    Caller,
}

/// A chain that is active from the beginning.
const ACTIVE: Member = Member { activation: 0, block_time: 1 };

impl Trust {
    /// What holds between two chains. `now` is a timestamp of the destination, in seconds.
    pub(super) async fn terms(&self, source: u64, destination: (u64, &DynProvider), now: u64) -> Terms {
        let (destination, node) = destination;
        let acceptance = match self {
            Self::Caller => Acceptance::Accepted,
            Self::Set(set) if set.can_execute(U256::from(destination), U256::from(source)) => {
                Acceptance::Accepted
            }
            Self::Set(_) => Acceptance::Refused { says: "so says the dependency set".to_owned() },
            Self::Verifier(verifier) => ask_verifier(verifier, source, destination, now).await,
            Self::Node => ask_verifier(node, source, destination, now).await,
        };
        let member = |id| match self {
            Self::Set(set) => set.member(U256::from(id)).copied().unwrap_or(ACTIVE),
            _ => ACTIVE,
        };
        Terms {
            acceptance,
            expiry_window: self.expiry_window(),
            members: [member(source), member(destination)],
        }
    }

    /// Seconds after which messages expire.
    pub(super) const fn expiry_window(&self) -> u64 {
        match self {
            Self::Set(set) => set.expiry_window(),
            _ => MESSAGE_EXPIRY_WINDOW,
        }
    }
}
