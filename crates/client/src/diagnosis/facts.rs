use alloy::primitives::{Address, U256};
use causeway_interop::Member;

use crate::{NodeFault, RevertReason, preflight::Acceptance};

/// What two chains say of a message that is not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether the source still has the message.
    pub standing: Standing,
    /// Timestamp of the source's block, in seconds.
    pub initiated: u64,
    /// Timestamp of the destination's newest block, or why it is not known.
    pub clock: Result<u64, NodeFault>,
    /// Whether the destination accepts messages of the source.
    pub acceptance: Acceptance,
    /// Seconds after which the destination executes a message no more.
    pub expiry_window: u64,
    /// The destination's activation and block time.
    pub destination: Member,
    /// Contracts that the delivery takes and that are not there, with the names that people know them by.
    pub missing: Vec<(&'static str, Address)>,
    /// What `ETHLiquidity` has and what it would have to pay out, if ether is on its way.
    pub liquidity: Option<(U256, U256)>,
    /// Whether calldata goes to an account without code: delivering that does nothing, and uses the message up.
    pub is_hollow: bool,
    /// What came of the delivery when it was tried out.
    pub trial: Trial,
}

/// Whether the source still has a message's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has.
    There,
    /// Its node knows no block with the transaction that sent it.
    Gone,
    /// The transaction is in a block, and sent something else there.
    Changed,
    /// Its node does not say.
    Unknown(NodeFault),
}

/// What came of a delivery that was tried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trial {
    /// It would be delivered.
    Delivers,
    /// What is called in the messenger's place answers nothing that a messenger answers.
    NothingRelayed,
    /// It reverts.
    Reverts(RevertReason),
    /// The destination's node does not execute it, and says why.
    Refused(NodeFault),
    /// The node did not answer, or cannot try it out.
    Untried(NodeFault),
}
