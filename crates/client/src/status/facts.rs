use alloy::primitives::B256;
use causeway_interop::SafetyLevel;

use super::{relayer::RelayerWord, state::Delivered};
use crate::{NodeFault, delivery::SentReceipt, diagnosis::Obstacle};

/// What is known of a message, from both chains and whoever else was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusFacts {
    /// Whether the source has it.
    pub standing: Standing,
    /// How safe its block is; `None` where nobody tells.
    pub safety: Option<SafetyLevel>,
    /// The safety that is asked for.
    pub min_safety: SafetyLevel,
    /// Whether the destination's messenger holds it for delivered, and by which log.
    pub delivered: Result<Option<Option<Delivered>>, NodeFault>,
    /// A transaction in the destination's pool that delivers it.
    pub carrier: Option<B256>,
    /// What a verifier says, if one was asked.
    pub word: Option<Word>,
    /// What a relayer says, if one was asked. What it carries counts as [`carrier`](Self::carrier) does.
    pub relayer: Option<RelayerWord>,
    /// What stands against its delivery, the most decisive first.
    pub obstacles: Vec<Obstacle>,
}

/// Whether the source has a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its log stands where it stood.
    There,
    /// The chain reorganised, and its transaction is in another block: the same message, with another identifier.
    Moved(Box<SentReceipt>),
    /// Its transaction waits in the pool.
    Pooled,
    /// Another block is in the place of its own, and the node knows its transaction no more.
    Replaced,
    /// Nobody tells. An empty answer is no proof: the node may be behind.
    Unknown(NodeFault),
}

/// What a verifier says of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It may be executed, and its block has this safety at least.
    Valid(SafetyLevel),
    /// Not yet.
    NotYet(NodeFault),
    /// It may not be executed.
    Invalid(NodeFault),
    /// Nothing that could be used.
    Silent(NodeFault),
}
