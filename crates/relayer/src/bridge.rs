//! Sending messages, tokens and ether to another chain by hand.

use std::time::Duration;

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, FixedBytes, U256, fixed_bytes},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use causeway_bindings::{
    L2ToL2CrossDomainMessenger, SuperchainERC20, SuperchainETHBridge, SuperchainTokenBridge,
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, SUPERCHAIN_ETH_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE};

use crate::{
    ChainClient, FaultKind, NodeFault, RevertReason,
    delivery::{
        Estimate, SentError, SentReceipt, WaitError, contract_fault, estimate, sent_messages, wait_receipt,
    },
};

/// The ERC-165 id of IERC7802.
const IERC7802_ID: FixedBytes<4> = fixed_bytes!("33331994");

/// Why nothing was sent, or why it is not known what was.
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
    /// The token's address holds no contract on this chain.
    #[error("there is no contract at {token} on chain {chain_id}")]
    NoToken {
        /// The address.
        token: Address,
        /// The chain.
        chain_id: u64,
    },
    /// The contract is no token that the bridge can move.
    #[error("{token} is no SuperchainERC20: it does not support IERC7802")]
    NotCrosschain {
        /// The contract.
        token: Address,
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
    /// The call would revert; nothing was sent.
    #[error("the call reverts: {reason}")]
    Reverts {
        /// Why.
        reason: RevertReason,
    },
    /// The transaction is in a block, and reverted there.
    #[error("transaction {tx_hash} reverted")]
    Reverted {
        /// The transaction.
        tx_hash: B256,
    },
    /// The transaction was sent, but not seen in a block in time.
    #[error("transaction {tx_hash} was sent but not seen in a block: {source}")]
    NotIncluded {
        /// The transaction.
        tx_hash: B256,
        /// What came of the wait.
        source: Box<WaitError>,
    },
    /// The transaction succeeded without sending a message.
    #[error("transaction {tx_hash} sent no message: what was called is not the interop contract")]
    NoMessage {
        /// The transaction.
        tx_hash: B256,
    },
    /// The message of the transaction cannot be told.
    #[error(transparent)]
    Sent(#[from] SentError),
    /// The node could not be asked, or refused.
    #[error("cannot ask the node: {0}")]
    Node(#[from] NodeFault),
}

/// Sends SuperchainERC20 tokens from the client's account. `amount` is in the token's smallest unit.
///
/// Waits up to `patience` for the transaction to be in a block; for the delivery, see
/// [`wait_delivered`](crate::delivery::wait_delivered).
pub async fn send_erc20(
    source: &ChainClient,
    token: Address,
    recipient: Address,
    amount: U256,
    destination: U256,
    patience: Duration,
) -> Result<SentReceipt, BridgeError> {
    let account = check(source, recipient, destination)?;
    check_token(source, account, token, amount).await?;
    let call = SuperchainTokenBridge::sendERC20Call {
        _token: token,
        _to: recipient,
        _amount: amount,
        _chainId: destination,
    };
    send(source, account, SUPERCHAIN_TOKEN_BRIDGE, call.abi_encode(), U256::ZERO, patience).await
}

/// Sends ether from the client's account. `amount` is in wei.
///
/// Waits up to `patience` for the transaction to be in a block.
pub async fn send_eth(
    source: &ChainClient,
    recipient: Address,
    amount: U256,
    destination: U256,
    patience: Duration,
) -> Result<SentReceipt, BridgeError> {
    let account = check(source, recipient, destination)?;
    let have = source.provider().get_balance(account).await.map_err(NodeFault::from)?;
    if have < amount {
        return Err(BridgeError::InsufficientBalance { account, have, need: amount });
    }
    let call = SuperchainETHBridge::sendETHCall { _to: recipient, _chainId: destination };
    send(source, account, SUPERCHAIN_ETH_BRIDGE, call.abi_encode(), amount, patience).await
}

/// Sends a message from the client's account: a call of `target` on the destination with this calldata.
///
/// Waits up to `patience` for the transaction to be in a block.
pub async fn send_message(
    source: &ChainClient,
    target: Address,
    message: Bytes,
    destination: U256,
    patience: Duration,
) -> Result<SentReceipt, BridgeError> {
    let account = source.account().ok_or(BridgeError::NoAccount)?;
    check_destination(source, destination)?;
    let call = L2ToL2CrossDomainMessenger::sendMessageCall {
        _destination: destination,
        _target: target,
        _message: message,
    };
    send(source, account, L2_TO_L2_CROSS_DOMAIN_MESSENGER, call.abi_encode(), U256::ZERO, patience).await
}

fn check(source: &ChainClient, recipient: Address, destination: U256) -> Result<Address, BridgeError> {
    let account = source.account().ok_or(BridgeError::NoAccount)?;
    check_destination(source, destination)?;
    if recipient.is_zero() {
        return Err(BridgeError::ZeroRecipient);
    }
    Ok(account)
}

fn check_destination(source: &ChainClient, destination: U256) -> Result<(), BridgeError> {
    let chain_id = source.chain_id();
    if destination == U256::from(chain_id) {
        return Err(BridgeError::SameChain { chain_id });
    }
    Ok(())
}

/// Checks that the token is one, and that the account has enough of it.
async fn check_token(
    source: &ChainClient,
    account: Address,
    token: Address,
    amount: U256,
) -> Result<(), BridgeError> {
    let provider = source.provider();
    let code = provider.get_code_at(token).await.map_err(NodeFault::from)?;
    if code.is_empty() {
        return Err(BridgeError::NoToken { token, chain_id: source.chain_id() });
    }
    let contract = SuperchainERC20::new(token, provider);
    let supports = match contract.supportsInterface(IERC7802_ID).call().await {
        Ok(supports) => supports,
        Err(error) => match contract_fault(&error) {
            // Any other contract reverts, or answers with something else.
            NodeFault { kind: FaultKind::Reverted(_) | FaultKind::Refused, .. } => false,
            fault => return Err(fault.into()),
        },
    };
    if !supports {
        return Err(BridgeError::NotCrosschain { token });
    }
    let have = contract.balanceOf(account).call().await.map_err(|error| contract_fault(&error))?;
    if have < amount {
        return Err(BridgeError::InsufficientBalance { account, have, need: amount });
    }
    Ok(())
}

/// Tries the call out, sends it, and finds the message that it sent.
async fn send(
    source: &ChainClient,
    account: Address,
    contract: Address,
    input: Vec<u8>,
    value: U256,
    patience: Duration,
) -> Result<SentReceipt, BridgeError> {
    let provider = source.provider();
    let fail = |error| read_fault(NodeFault::from(error), account);
    let fees = provider.estimate_eip1559_fees().await.map_err(fail)?;
    let request = TransactionRequest::default()
        .with_from(account)
        .with_to(contract)
        .with_input(input)
        .with_value(value)
        .with_max_fee_per_gas(fees.max_fee_per_gas)
        .with_max_priority_fee_per_gas(fees.max_priority_fee_per_gas);
    let gas = match estimate(provider, account, request.clone()).await {
        Ok(Estimate::Gas(gas)) => gas,
        Ok(Estimate::Unaffordable { have, need }) => {
            let reason = format!("it has {have} wei, needs {need} with fees");
            return Err(BridgeError::Unfunded { account, reason });
        }
        Err(fault) => return Err(read_fault(fault, account)),
    };
    let pending = provider.send_transaction(request.with_gas_limit(gas)).await.map_err(fail)?;
    let tx_hash = *pending.tx_hash();

    let receipt = wait_receipt(source, tx_hash, patience)
        .await
        .map_err(|source| BridgeError::NotIncluded { tx_hash, source: Box::new(source) })?;
    if !receipt.status() {
        return Err(BridgeError::Reverted { tx_hash });
    }
    let sent = sent_messages(provider, &receipt).await?;
    sent.into_iter().next().ok_or(BridgeError::NoMessage { tx_hash })
}

fn read_fault(fault: NodeFault, account: Address) -> BridgeError {
    match fault {
        NodeFault { kind: FaultKind::Reverted(reason), .. } => BridgeError::Reverts { reason },
        NodeFault { kind: FaultKind::Unfunded, reason } => BridgeError::Unfunded { account, reason },
        fault => BridgeError::Node(fault),
    }
}
