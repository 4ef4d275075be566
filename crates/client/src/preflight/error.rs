use alloy::primitives::{Address, U256};

use crate::{NodeFault, RevertReason};

/// Why a shipment would not arrive, or cannot be said to. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreflightError {
    /// There is no account to send from.
    #[error("no account to send from")]
    NoAccount,
    /// A node did not answer, or with nothing that can be used: nothing is known then, and that is no consent.
    #[error("cannot look at chain {chain_id}: {fault}")]
    Unanswered {
        /// The chain.
        chain_id: u64,
        /// What the node said.
        fault: NodeFault,
    },
    /// A contract that the way takes is not there.
    #[error("chain {chain_id} has no {name}: there is no code at {address}")]
    NoContract {
        /// The chain.
        chain_id: u64,
        /// The contract.
        name: &'static str,
        /// Where it should be.
        address: Address,
    },
    /// The token's address holds no contract.
    #[error("there is no contract at {token} on chain {chain_id}")]
    NoToken {
        /// The chain.
        chain_id: u64,
        /// The address.
        token: Address,
    },
    /// The contract does not say of itself that it supports IERC7802.
    #[error("{token} is no SuperchainERC20 on chain {chain_id}: it does not support IERC7802")]
    NotCrosschain {
        /// The chain.
        chain_id: u64,
        /// The contract.
        token: Address,
    },
    /// One whole token is another number of units on each side, and it is units that move.
    #[error(
        "{token} has {source_decimals} decimals on chain {source_id} and {decimals} on chain {destination_id}: the same \
         number of units is another amount there"
    )]
    Decimals {
        /// The token.
        token: Address,
        /// The source.
        source_id: u64,
        /// The token's decimals there; `None` where it does not tell.
        source_decimals: Shown,
        /// The destination.
        destination_id: u64,
        /// The token's decimals there.
        decimals: Shown,
    },
    /// The destination accepts no messages of the source.
    #[error("chain {destination_id} accepts no messages of chain {source_id}: {says}")]
    NotAccepted {
        /// The source.
        source_id: u64,
        /// The destination.
        destination_id: u64,
        /// Who says so.
        says: String,
    },
    /// Nobody says whether the destination accepts messages of the source.
    #[error("it is not known whether chain {destination_id} accepts messages of chain {source_id}: {why}")]
    NotKnownToBeAccepted {
        /// The source.
        source_id: u64,
        /// The destination.
        destination_id: u64,
        /// Who was asked, without avail.
        why: String,
    },
    /// Interop is not active there yet: what is sent before can never be executed.
    #[error("interop is not active on chain {chain_id}: it activates at timestamp {activation}")]
    Inactive {
        /// The chain.
        chain_id: u64,
        /// When it activates, in seconds since the epoch.
        activation: u64,
    },
    /// The clocks are so far apart that the message would be expired when it is sent.
    #[error(
        "a message from chain {source_id} is expired on chain {destination_id} as soon as it is sent: its clock is {behind} \
         seconds behind, and messages expire after {expiry_window}"
    )]
    Expired {
        /// The source.
        source_id: u64,
        /// The destination.
        destination_id: u64,
        /// Seconds between the clocks.
        behind: u64,
        /// Seconds after which messages expire.
        expiry_window: u64,
    },
    /// The call reverts at the source.
    #[error("the call reverts on chain {chain_id}: {reason}")]
    SourceReverts {
        /// The source.
        chain_id: u64,
        /// Why.
        reason: RevertReason,
    },
    /// The call succeeds at the source and sends no message, or another one.
    #[error(
        "calling the {name} on chain {chain_id} would not send the message: what stands there is another contract"
    )]
    SourceIneffective {
        /// The source.
        chain_id: u64,
        /// What was called.
        name: &'static str,
    },
    /// `ETHLiquidity` of the destination has less than should be paid out there.
    #[error("chain {chain_id} cannot pay it out: its ETHLiquidity has {have} wei, {need} are needed")]
    NoLiquidity {
        /// The destination.
        chain_id: u64,
        /// What it has.
        have: U256,
        /// What it would take.
        need: U256,
    },
    /// The destination's node cannot try the delivery out.
    #[error("the delivery cannot be simulated by the node of chain {chain_id}: {reason}")]
    NotSimulated {
        /// The destination.
        chain_id: u64,
        /// Why.
        reason: String,
    },
    /// The delivery reverts.
    #[error("the delivery on chain {chain_id} reverts: {reason}")]
    DeliveryReverts {
        /// The destination.
        chain_id: u64,
        /// Why.
        reason: RevertReason,
    },
    /// What stands at the inbox's address does not do what an inbox does: nothing can be executed there.
    #[error(
        "what stands at the CrossL2Inbox's address on chain {chain_id} is none: it does not compute the checksum of a message"
    )]
    NoInbox {
        /// The destination.
        chain_id: u64,
    },
    /// The messenger of the destination does not do what a messenger does.
    #[error(
        "the delivery on chain {chain_id} has no effect: what stands at the messenger's address relays nothing"
    )]
    NothingRelayed {
        /// The destination.
        chain_id: u64,
    },
    /// The delivery succeeds, and the recipient has not got what was sent, in the smallest unit.
    #[error("the delivery on chain {chain_id} would give the recipient {got} in place of {amount} units")]
    NotCredited {
        /// The destination.
        chain_id: u64,
        /// What the recipient would get.
        got: U256,
        /// What is sent.
        amount: U256,
    },
}

impl PreflightError {
    /// Returns the chain that something is wrong with, where it is one alone.
    pub const fn chain_id(&self) -> Option<u64> {
        match self {
            Self::Unanswered { chain_id, .. }
            | Self::NoContract { chain_id, .. }
            | Self::NoToken { chain_id, .. }
            | Self::NotCrosschain { chain_id, .. }
            | Self::Inactive { chain_id, .. }
            | Self::SourceReverts { chain_id, .. }
            | Self::SourceIneffective { chain_id, .. }
            | Self::NoLiquidity { chain_id, .. }
            | Self::NotSimulated { chain_id, .. }
            | Self::DeliveryReverts { chain_id, .. }
            | Self::NoInbox { chain_id }
            | Self::NothingRelayed { chain_id }
            | Self::NotCredited { chain_id, .. } => Some(*chain_id),
            Self::NoAccount
            | Self::Decimals { .. }
            | Self::NotAccepted { .. }
            | Self::NotKnownToBeAccepted { .. }
            | Self::Expired { .. } => None,
        }
    }
}

/// The decimals of a token, if it tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown(pub Option<u8>);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(decimals) => decimals.fmt(f),
            None => f.write_str("unknown"),
        }
    }
}
