//! The questions to the nodes.

use alloy::{
    eips::BlockNumberOrTag,
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256},
    providers::Provider,
    rpc::types::Header,
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger::relayMessageCall;
use causeway_interop::{
    CROSS_L2_INBOX, ETH_LIQUIDITY, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, SUPERCHAIN_ETH_BRIDGE,
    SUPERCHAIN_TOKEN_BRIDGE, SentMessage,
};
use futures::future::try_join_all;

use super::{Facts, Standing, Trial};
use crate::{
    ChainView, FaultKind, NodeFault, RevertReason, Shipment,
    delivery::{SentError, relay_request, sent_by},
    preflight::Terms,
    probe,
};

/// A message that is not delivered.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The message.
    pub message: &'a SentMessage,
    /// Where its log stands.
    pub identifier: Identifier,
    /// The transaction that sent it.
    pub tx_hash: B256,
}

/// Asks both chains of a message what stands against its delivery. Without a client of the source, its log is taken to be there.
///
/// Whatever a node does not answer is a fact of its own; [`explain`](super::explain) reads them.
pub async fn inspect(
    source: Option<&ChainView>,
    destination: &ChainView,
    subject: &Subject<'_>,
    terms: Terms,
) -> Facts {
    let (standing, (clock, missing, liquidity, trial), is_hollow) = tokio::join!(
        standing(source, subject),
        ask_destination(destination, subject),
        is_hollow(destination, subject)
    );
    let Terms { acceptance, expiry_window, members: [_, member] } = terms;
    Facts {
        standing,
        initiated: subject.identifier.timestamp,
        clock,
        acceptance,
        expiry_window,
        destination: member,
        missing,
        liquidity,
        is_hollow,
        trial,
    }
}

/// Whether a plain message has calldata for an account without code.
async fn is_hollow(chain: &ChainView, subject: &Subject<'_>) -> bool {
    let (_, Shipment::Message { target, message }) = Shipment::of(subject.message) else { return false };
    !message.is_empty() && chain.provider().get_code_at(target).await.is_ok_and(|code| code.is_empty())
}

async fn standing(source: Option<&ChainView>, subject: &Subject<'_>) -> Standing {
    let Some(source) = source else { return Standing::There };
    match sent_by(source.provider(), subject.tx_hash).await {
        Ok(sent) if sent.iter().any(|sent| sent.identifier == subject.identifier) => Standing::There,
        Ok(_) => Standing::Changed,
        Err(SentError::NoReceipt { .. } | SentError::BlockGone { .. }) => Standing::Gone,
        Err(SentError::Node(fault)) => Standing::Unknown(fault),
        Err(error) => Standing::Unknown(NodeFault::refused(&error.to_string())),
    }
}

type Answers = (Result<u64, NodeFault>, Vec<(&'static str, Address)>, Option<(U256, U256)>, Trial);

async fn ask_destination(destination: &ChainView, subject: &Subject<'_>) -> Answers {
    let header = match head(destination).await {
        Ok(header) => header,
        Err(fault) => return (Err(fault.clone()), Vec::new(), None, Trial::Untried(fault)),
    };
    let (_, shipment) = Shipment::of(subject.message);
    let (missing, liquidity, trial) = tokio::join!(
        missing(destination, &shipment),
        liquidity(destination, &shipment),
        try_out(destination, &header, subject)
    );
    // Of what could not be looked at, the trial tells.
    (Ok(header.timestamp), missing.unwrap_or_default(), liquidity, trial)
}

async fn head(chain: &ChainView) -> Result<Header, NodeFault> {
    let block = chain.provider().get_block_by_number(BlockNumberOrTag::Latest).await?;
    block.map(|block| block.header).ok_or_else(|| NodeFault::refused("the node has no newest block"))
}

/// The contracts without code among those that the delivery takes. A plain message can go to an account without code.
async fn missing(chain: &ChainView, shipment: &Shipment) -> Result<Vec<(&'static str, Address)>, NodeFault> {
    let mut needed = vec![
        ("L2ToL2CrossDomainMessenger", L2_TO_L2_CROSS_DOMAIN_MESSENGER),
        ("CrossL2Inbox", CROSS_L2_INBOX),
    ];
    match shipment {
        Shipment::Erc20 { token, .. } => {
            needed.extend([("SuperchainTokenBridge", SUPERCHAIN_TOKEN_BRIDGE), ("token", *token)]);
        }
        Shipment::Ether { .. } => {
            needed.extend([("SuperchainETHBridge", SUPERCHAIN_ETH_BRIDGE), ("ETHLiquidity", ETH_LIQUIDITY)]);
        }
        Shipment::Message { .. } => {}
    }
    let codes = needed.iter().map(async |(_, address)| chain.provider().get_code_at(*address).await);
    let codes = try_join_all(codes).await?;
    Ok(needed
        .into_iter()
        .zip(codes)
        .filter(|(_, code)| code.is_empty())
        .map(|(contract, _)| contract)
        .collect())
}

/// What there is to pay out ether with, and how much of it is to be paid out.
async fn liquidity(chain: &ChainView, shipment: &Shipment) -> Option<(U256, U256)> {
    let Shipment::Ether { amount, .. } = shipment else { return None };
    let have = chain.provider().get_balance(ETH_LIQUIDITY).await.ok()?;
    Some((have, *amount))
}

/// Has the message delivered in an `eth_call`.
async fn try_out(chain: &ChainView, head: &Header, subject: &Subject<'_>) -> Trial {
    let payload = Bytes::from(subject.message.encode_payload());
    // Enough for the blocks to come.
    let price = u128::from(head.base_fee_per_gas.unwrap_or_default()) * 4;
    match probe::measure(chain, relay_request(&subject.identifier, &payload), price).await {
        Ok(outcome) => judge(outcome),
        Err(fault) => match fault.kind {
            FaultKind::NotYet | FaultKind::Closed => Trial::Refused(fault),
            // A node without state overrides executes it without the probe.
            FaultKind::Refused | FaultKind::Reverted(_) | FaultKind::OutOfGas | FaultKind::Unfunded => {
                without_probe(chain, &subject.identifier, &payload).await
            }
            _ => Trial::Untried(fault),
        },
    }
}

fn judge(outcome: probe::Outcome) -> Trial {
    match outcome {
        probe::Outcome::Answer(answer) if relayMessageCall::abi_decode_returns(&answer).is_ok() => {
            Trial::Delivers
        }
        probe::Outcome::Answer(_) => Trial::NothingRelayed,
        probe::Outcome::Reverted(
            RevertReason::NotInAccessList | RevertReason::Known { name: "CrossL2Inbox_NoExecutingDeposits" },
        ) => Trial::Untried(NodeFault::refused("the node ignores the access list, or the price, of a call")),
        probe::Outcome::Reverted(reason) => Trial::Reverts(reason),
    }
}

async fn without_probe(chain: &ChainView, identifier: &Identifier, payload: &Bytes) -> Trial {
    let request = relay_request(identifier, payload).with_from(probe::NOBODY);
    match chain.provider().call(request).await.map_err(NodeFault::from) {
        Ok(answer) => judge(probe::Outcome::Answer(answer)),
        Err(fault) => match fault.kind {
            FaultKind::Reverted(reason) => judge(probe::Outcome::Reverted(reason)),
            FaultKind::OutOfGas => Trial::Reverts(RevertReason::OutOfGas { gas: None }),
            FaultKind::NotYet | FaultKind::Closed | FaultKind::Refused => Trial::Refused(fault),
            _ => Trial::Untried(fault),
        },
    }
}
