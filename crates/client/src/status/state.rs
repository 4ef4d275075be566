use alloy::primitives::B256;
use causeway_interop::SafetyLevel;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::relayer::RelayerWord;
use crate::{FaultKind, NodeFault, delivery::SentReceipt, diagnosis::Obstacle};

/// What has become of a message, and how safe that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The message, where its log stands now; `None` as long as its transaction is in no block.
    pub message: Option<SentReceipt>,
    /// What has become of it.
    pub state: State,
    /// How safe the block is that sent it; `None` where nobody tells.
    pub safety: Option<SafetyLevel>,
    /// What a relayer says of it, if one was asked.
    pub relayer: Option<RelayerWord>,
}

/// What can become of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It has to wait.
    Pending {
        /// For what.
        waiting: Waiting,
    },
    /// Its delivery was tried out, and would succeed: it takes somebody who relays it.
    Ready,
    /// A transaction that delivers it waits in the pool of the destination's node, or a relayer that was asked has signed one
    /// that is in no block.
    InFlight {
        /// The transaction.
        tx_hash: B256,
    },
    /// The destination has executed it.
    Delivered {
        /// The log that says so; `None` as long as the node holds it for delivered and does not find the log.
        delivery: Option<Delivered>,
    },
    /// Its delivery does not succeed as things are.
    Failed {
        /// Why not.
        obstacle: Obstacle,
    },
    /// It is too old to be executed. `resendMessage` at the source makes it young again.
    Expired {
        /// Seconds since it was sent, by the destination's clock.
        age: u64,
        /// Seconds after which it expires.
        window: u64,
    },
    /// The source has another block in the place of the one that sent it, and its transaction is in no other.
    Reorged,
}

/// What a message waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// A block that takes the transaction which sends it.
    Inclusion,
    /// A safety that its block does not have yet.
    Safety {
        /// What is asked for.
        required: SafetyLevel,
    },
    /// A verifier that does not let it pass yet.
    Verifier {
        /// What it said.
        fault: NodeFault,
    },
    /// A node of the source that tells whether it still has it.
    Source {
        /// What it said.
        fault: NodeFault,
    },
    /// Something at the destination that passes by itself: a clock, an activation, an outage.
    Destination {
        /// What.
        obstacle: Obstacle,
    },
}

/// The log by which the destination says that it has executed a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The transaction.
    pub tx_hash: B256,
    /// The number of its block.
    pub block_number: u64,
    /// The hash of what the message's target returned.
    pub return_data_hash: B256,
    /// How safe that block is; `None` where nobody tells.
    pub safety: Option<SafetyLevel>,
}

impl State {
    /// Returns the state's name: `pending`, `ready`, `in-flight`, `delivered`, `failed`, `expired`, `reorged`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Ready => "ready",
            Self::InFlight { .. } => "in-flight",
            Self::Delivered { .. } => "delivered",
            Self::Failed { .. } => "failed",
            Self::Expired { .. } => "expired",
            Self::Reorged => "reorged",
        }
    }

    /// Returns whether nothing changes any more unless somebody sends the message again, or a chain reorganises.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Delivered { .. } | Self::Expired { .. } | Self::Reorged)
    }

    /// Returns why it is not delivered, in words, where there is a reason.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Pending { waiting } => Some(waiting.to_string()),
            Self::Failed { obstacle } => Some(obstacle.to_string()),
            Self::Expired { age, window } => {
                Some(Obstacle::Expired { age: *age, window: *window }.to_string())
            }
            Self::Reorged => Some("a reorg of its source took it away".to_owned()),
            Self::Ready | Self::InFlight { .. } | Self::Delivered { .. } => None,
        }
    }
}

impl Waiting {
    /// Returns a stable name of what it waits for, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Inclusion => "not-included",
            Self::Safety { .. } => "not-safe-enough",
            Self::Verifier { fault: NodeFault { kind: FaultKind::Closed, .. } } => "halted",
            Self::Verifier { .. } | Self::Destination { obstacle: Obstacle::Future { .. } } => {
                "destination-behind"
            }
            Self::Source { .. } => "source-behind",
            Self::Destination { obstacle } => obstacle.code(),
        }
    }
}

impl std::fmt::Display for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Inclusion => f.write_str("its transaction is in no block yet"),
            Self::Safety { required } => write!(f, "its block is not {required} yet"),
            Self::Verifier { fault } => write!(f, "the verifier does not let it pass yet: {fault}"),
            Self::Source { fault } => write!(f, "the source does not tell whether it has it: {fault}"),
            Self::Destination { obstacle } => obstacle.fmt(f),
        }
    }
}

/// `{state, messageHash, safety, transactionHash, blockNumber, returnDataHash, deliverySafety, code, reason}`: a safety that nobody
/// tells is `unknown`, anything else that does not apply, or is not known, is null. Where a relayer was asked, `relayer` is what it
/// says: `{state, transactionHash, reason, note}`.
impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let delivery = match &self.state {
            State::Delivered { delivery } => delivery.as_ref(),
            _ => None,
        };
        let tx_hash = match &self.state {
            State::InFlight { tx_hash } => Some(*tx_hash),
            _ => delivery.map(|delivery| delivery.tx_hash),
        };
        let code = match &self.state {
            State::Failed { obstacle } => Some(obstacle.code()),
            State::Pending { waiting } => Some(waiting.code()),
            _ => None,
        };
        let name = |level: Option<SafetyLevel>| level.map_or("unknown", SafetyLevel::as_str);
        let mut map = serializer.serialize_map(Some(9 + usize::from(self.relayer.is_some())))?;
        map.serialize_entry("state", self.state.as_str())?;
        map.serialize_entry("messageHash", &self.message.as_ref().map(|sent| sent.message_hash))?;
        map.serialize_entry("safety", name(self.safety))?;
        map.serialize_entry("transactionHash", &tx_hash)?;
        map.serialize_entry("blockNumber", &delivery.map(|delivery| delivery.block_number))?;
        map.serialize_entry("returnDataHash", &delivery.map(|delivery| delivery.return_data_hash))?;
        map.serialize_entry("deliverySafety", name(delivery.and_then(|delivery| delivery.safety)))?;
        map.serialize_entry("code", &code)?;
        map.serialize_entry("reason", &self.state.reason())?;
        if let Some(relayer) = &self.relayer {
            map.serialize_entry("relayer", relayer)?;
        }
        map.end()
    }
}
