use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger::relayMessageCall;
use causeway_interop::Identifier;

use crate::{
    ChainClient, ChainView, FaultKind, NodeFault, RevertReason,
    delivery::{
        Estimate, SignedTransaction,
        contracts::{bridge_of, is_missing},
        estimate, relay_request,
    },
    probe,
};

/// Why a message was not relayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// There is no account to pay with.
    #[error("no account to relay with")]
    NoAccount,
    /// The message was delivered before.
    #[error("the message was already relayed")]
    AlreadyRelayed,
    /// The message goes to another chain than this one.
    #[error("the message does not go to chain {chain_id}")]
    WrongDestination {
        /// The chain that was asked to relay it.
        chain_id: u64,
    },
    /// What stands at the messenger's address relays nothing, or nothing stands there.
    #[error("chain {chain_id} has no L2ToL2CrossDomainMessenger: nothing there can execute the message")]
    NoMessenger {
        /// The chain.
        chain_id: u64,
    },
    /// The bridge that should pay out what the message carries is not there. A call of an account without code succeeds, so the
    /// message would be used up for nothing.
    #[error(
        "chain {chain_id} has no {name}: what the message carries would be lost, for there is no code at {address}"
    )]
    NoBridge {
        /// The chain.
        chain_id: u64,
        /// The bridge.
        name: &'static str,
        /// Where it should be.
        address: Address,
    },
    /// The destination found no declaration of the message: the node ignores access lists.
    #[error("the node ignored the transaction's access list")]
    NotInAccessList,
    /// The message's target, or a contract below it, reverts.
    #[error("the message's execution reverts: {reason}")]
    Reverts {
        /// Why.
        reason: RevertReason,
    },
    /// The destination does not know the source's block yet: try again in a moment.
    #[error("the destination cannot judge the message yet: {reason}")]
    NotYet {
        /// What the node said.
        reason: String,
    },
    /// The destination holds the message for invalid, or takes none at all.
    #[error("the destination refuses the message: {reason}")]
    Refused {
        /// What the node said.
        reason: String,
    },
    /// The account cannot pay for the transaction.
    #[error("the account cannot pay for the relay: {reason}")]
    Unfunded {
        /// What the node said, or what is missing.
        reason: String,
    },
    /// The node could not be asked, or gave another error.
    #[error("cannot ask the node: {0}")]
    Node(NodeFault),
}

impl RelayError {
    /// Reads what a node of the destination answered.
    pub fn new(fault: NodeFault, chain_id: u64) -> Self {
        let NodeFault { kind, reason } = fault;
        match kind {
            FaultKind::Reverted(RevertReason::AlreadyRelayed) => Self::AlreadyRelayed,
            FaultKind::Reverted(RevertReason::WrongDestination) => Self::WrongDestination { chain_id },
            FaultKind::Reverted(RevertReason::NotInAccessList) => Self::NotInAccessList,
            FaultKind::Reverted(reason) => Self::Reverts { reason },
            FaultKind::NotYet => Self::NotYet { reason },
            FaultKind::OutOfGas => Self::Reverts { reason: RevertReason::OutOfGas { gas: None } },
            FaultKind::Refused | FaultKind::Closed => Self::Refused { reason },
            FaultKind::Unfunded => Self::Unfunded { reason },
            kind @ (FaultKind::AlreadyKnown
            | FaultKind::NonceTooLow
            | FaultKind::NonceTaken
            | FaultKind::Underpriced
            | FaultKind::Unavailable) => Self::Node(NodeFault { kind, reason }),
        }
    }
}

/// Signs the transaction that delivers a message from the client's account. Nothing is sent.
///
/// It is tried out first, with its access list: what would revert is not signed, nor what no messenger answers. Whether
/// the message was delivered is for the logs to say, see [`delivers`](crate::delivery::delivers) and
/// [`wait_delivered`](crate::delivery::wait_delivered).
pub async fn prepare_relay(
    destination: &ChainClient,
    identifier: &Identifier,
    payload: &Bytes,
) -> Result<SignedTransaction, RelayError> {
    let account = destination.account().ok_or(RelayError::NoAccount)?;
    let request = rehearse_relay(destination, identifier, payload).await?;
    let signed = SignedTransaction::sign(destination, account, request).await;
    signed.map_err(|fault| RelayError::new(fault, destination.chain_id()))
}

/// Tries the transaction out that delivers a message from the view's account, and returns it with all but its nonce.
pub(crate) async fn rehearse_relay(
    destination: &ChainView,
    identifier: &Identifier,
    payload: &Bytes,
) -> Result<TransactionRequest, RelayError> {
    let account = destination.account().ok_or(RelayError::NoAccount)?;
    let (provider, chain_id) = (destination.provider(), destination.chain_id());
    let fail = |fault| RelayError::new(fault, chain_id);

    if let Some(bridge @ (name, address)) = bridge_of(payload)
        && is_missing(provider, bridge).await.map_err(fail)?
    {
        return Err(RelayError::NoBridge { chain_id, name, address });
    }
    let fees = provider.estimate_eip1559_fees().await.map_err(|error| fail(error.into()))?;
    let request = relay_request(identifier, payload)
        .with_from(account)
        .with_max_fee_per_gas(fees.max_fee_per_gas)
        .with_max_priority_fee_per_gas(fees.max_priority_fee_per_gas);
    let gas = match estimate(provider, account, request.clone()).await.map_err(fail) {
        Ok(Estimate::Gas(gas)) => gas,
        Ok(Estimate::Unaffordable { have, need }) => {
            return Err(RelayError::Unfunded { reason: format!("it has {have} wei, needs {need}") });
        }
        // Does it say nothing because it had no gas left for that?
        Err(RelayError::Reverts {
            reason: silent @ (RevertReason::Empty | RevertReason::OutOfGas { .. }),
        }) => {
            let measured = probe::measure(destination, request, fees.max_fee_per_gas).await;
            let reason = match measured {
                Ok(probe::Outcome::Reverted(reason)) => reason,
                _ => silent,
            };
            return Err(RelayError::Reverts { reason });
        }
        Err(error) => return Err(error),
    };
    let request = request.with_gas_limit(gas);
    // A call of an account without code succeeds too; it answers nothing, where a messenger answers bytes.
    let answer = provider.call(request.clone()).await.map_err(|error| fail(error.into()))?;
    if relayMessageCall::abi_decode_returns(&answer).is_err() {
        return Err(RelayError::NoMessenger { chain_id });
    }
    Ok(request)
}
