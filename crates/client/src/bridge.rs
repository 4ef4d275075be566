//! Sending messages, tokens and ether to another chain by hand.
//!
//! In two steps, of which only the second can cost anything: [`prepare`] checks, tries out and signs, [`Prepared::send`] sends.
//! What must hold at the destination for the value to arrive there is [`preflight`](crate::preflight)'s to find out, before.

use std::time::{Duration, Instant};

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
};
use causeway_bindings::SuperchainERC20;
use tokio::time::{sleep, timeout};

use crate::{
    ChainClient, ChainView, FaultKind, NodeFault, RevertReason, Shipment,
    delivery::{
        Estimate, LandError, SentError, SentReceipt, SignedTransaction, contract_fault, estimate,
        sent_messages, wait_receipt,
    },
};

/// Between two looks at a block that could not be read.
const PAUSE: Duration = Duration::from_millis(500);

/// Why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BridgeError {
    /// There is no account to send from.
    #[error("no account to send from")]
    NoAccount,
    /// The destination is the chain itself.
    #[error("chain {chain_id} is both source and destination")]
    SameChain {
        /// The chain.
        chain_id: u64,
    },
    /// The recipient is the zero address.
    #[error("the recipient is the zero address")]
    ZeroRecipient,
    /// There is nothing to send.
    #[error("the amount is zero")]
    ZeroAmount,
    /// The token's address holds no contract on this chain.
    #[error("there is no contract at {token} on chain {chain_id}")]
    NoToken {
        /// The address.
        token: Address,
        /// The chain.
        chain_id: u64,
    },
    /// The account has less than it should send, in the smallest unit.
    #[error("insufficient balance: {account} has {have}, needs {need}")]
    InsufficientBalance {
        /// The account.
        account: Address,
        /// What it has.
        have: U256,
        /// What it would take.
        need: U256,
    },
    /// The account cannot pay for the transaction.
    #[error("{account} cannot pay for the transaction: {reason}")]
    Unfunded {
        /// The account.
        account: Address,
        /// What the node said, or what is missing.
        reason: String,
    },
    /// The call would revert.
    #[error("the call reverts: {reason}")]
    Reverts {
        /// Why.
        reason: RevertReason,
    },
    /// The node could not be asked, or refused.
    #[error("cannot ask the node: {0}")]
    Node(#[from] NodeFault),
}

/// Why a shipment that was prepared is not known to be on its way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The node does not take the transaction, or it was not seen in a block.
    #[error(transparent)]
    Land(#[from] LandError),
    /// The transaction is in a block, and reverted there: nothing but its fee was spent.
    #[error("transaction {tx_hash} reverted")]
    Reverted {
        /// The transaction.
        tx_hash: B256,
    },
    /// The transaction succeeded without sending a message. What it carried is where it was sent to.
    #[error("transaction {tx_hash} sent no message: what was called is not the interop contract")]
    NoMessage {
        /// The transaction.
        tx_hash: B256,
    },
    /// The transaction succeeded, and its message cannot be told.
    #[error("transaction {tx_hash} succeeded, but its message cannot be told: {source}")]
    Unread {
        /// The transaction.
        tx_hash: B256,
        /// Why.
        source: SentError,
    },
}

impl SendError {
    /// Returns whether it is certain that nothing was sent: to try again cannot send it twice.
    pub const fn is_harmless(&self) -> bool {
        matches!(self, Self::Land(LandError::Refused(_)) | Self::Reverted { .. })
    }
}

/// A shipment that is signed and not sent yet.
#[derive(Clone, Debug)]
pub struct Prepared {
    source: ChainClient,
    transaction: SignedTransaction,
}

impl Prepared {
    /// Returns the transaction: its hash and nonce tell what became of it, whatever happens while it is sent.
    pub const fn transaction(&self) -> &SignedTransaction {
        &self.transaction
    }

    /// Sends it, and waits up to `patience` for its message to be in a block. For the delivery, see
    /// [`wait_delivered`](crate::delivery::wait_delivered).
    ///
    /// Where this fails, or does not come to its end, the value may have left: see [`SendError::is_harmless`].
    pub async fn send(&self, patience: Duration) -> Result<SentReceipt, SendError> {
        let start = Instant::now();
        let mut receipt = self.transaction.land(patience).await?;
        let tx_hash = receipt.transaction_hash;
        loop {
            if !receipt.status() {
                return Err(SendError::Reverted { tx_hash });
            }
            let source = match sent_messages(self.source.provider(), &receipt).await {
                Ok(sent) => return sent.into_iter().next().ok_or(SendError::NoMessage { tx_hash }),
                Err(error) => error,
            };
            // The node cannot be asked now, or knows the block of its receipt no more, or not yet: the receipt is read anew.
            if !matches!(source, SentError::Node(_) | SentError::BlockGone { .. }) {
                return Err(SendError::Unread { tx_hash, source });
            }
            let left = patience.saturating_sub(start.elapsed());
            let again = async {
                sleep(PAUSE).await;
                wait_receipt(&self.source, tx_hash, left).await.ok()
            };
            receipt = match timeout(left, again).await {
                Ok(Some(receipt)) => receipt,
                _ => return Err(SendError::Unread { tx_hash, source }),
            };
        }
    }
}

/// Checks a shipment from the client's account as far as the source can tell, tries the call out there, and signs it.
/// Nothing is sent.
pub async fn prepare(
    source: &ChainClient,
    shipment: &Shipment,
    destination: U256,
) -> Result<Prepared, BridgeError> {
    let account = check(source, shipment, destination).await?;
    let provider = source.provider();
    let fail = |fault| read_fault(fault, account);
    let fees = provider.estimate_eip1559_fees().await.map_err(|error| fail(error.into()))?;
    let request = TransactionRequest::default()
        .with_from(account)
        .with_to(shipment.contract().1)
        .with_input(shipment.call(destination))
        .with_value(shipment.value())
        .with_max_fee_per_gas(fees.max_fee_per_gas)
        .with_max_priority_fee_per_gas(fees.max_priority_fee_per_gas);
    let gas = match estimate(provider, account, request.clone()).await.map_err(fail)? {
        Estimate::Gas(gas) => gas,
        Estimate::Unaffordable { have, need } => {
            let reason = format!("it has {have} wei, needs {need} with fees");
            return Err(BridgeError::Unfunded { account, reason });
        }
    };
    let signed = SignedTransaction::sign(source, account, request.with_gas_limit(gas)).await;
    Ok(Prepared { source: source.clone(), transaction: signed.map_err(fail)? })
}

/// Checks what needs no look at the destination: that there is something to send, someone to send it to, and that the
/// account has it. Returns the account.
pub async fn check(
    source: &ChainView,
    shipment: &Shipment,
    destination: U256,
) -> Result<Address, BridgeError> {
    let account = source.account().ok_or(BridgeError::NoAccount)?;
    let chain_id = source.chain_id();
    if destination == U256::from(chain_id) {
        return Err(BridgeError::SameChain { chain_id });
    }
    let (have, need) = match shipment {
        Shipment::Message { .. } => return Ok(account),
        Shipment::Erc20 { recipient, .. } | Shipment::Ether { recipient, .. } if recipient.is_zero() => {
            return Err(BridgeError::ZeroRecipient);
        }
        Shipment::Erc20 { amount, .. } | Shipment::Ether { amount, .. } if amount.is_zero() => {
            return Err(BridgeError::ZeroAmount);
        }
        Shipment::Erc20 { token, amount, .. } => (token_balance(source, *token, account).await?, *amount),
        Shipment::Ether { amount, .. } => {
            (source.provider().get_balance(account).await.map_err(NodeFault::from)?, *amount)
        }
    };
    if have < need {
        return Err(BridgeError::InsufficientBalance { account, have, need });
    }
    Ok(account)
}

async fn token_balance(source: &ChainView, token: Address, account: Address) -> Result<U256, BridgeError> {
    let provider = source.provider();
    if provider.get_code_at(token).await.map_err(NodeFault::from)?.is_empty() {
        return Err(BridgeError::NoToken { token, chain_id: source.chain_id() });
    }
    let balance = SuperchainERC20::new(token, provider).balanceOf(account).call().await;
    Ok(balance.map_err(|error| contract_fault(&error))?)
}

fn read_fault(fault: NodeFault, account: Address) -> BridgeError {
    match fault {
        NodeFault { kind: FaultKind::Reverted(reason), .. } => BridgeError::Reverts { reason },
        NodeFault { kind: FaultKind::Unfunded, reason } => BridgeError::Unfunded { account, reason },
        fault => BridgeError::Node(fault),
    }
}
