//! The chain that value should arrive on.

use alloy::{
    primitives::{B256, U256},
    providers::Provider,
};
use causeway_bindings::CrossL2Inbox;
use causeway_interop::{CROSS_L2_INBOX, ETH_LIQUIDITY, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER};

use super::{PreflightError, Reader};
use crate::Shipment;

/// Checks that what the delivery needs is there.
pub(super) async fn contracts(there: &Reader<'_>, shipment: &Shipment) -> Result<(), PreflightError> {
    let (name, contract) = shipment.contract();
    tokio::try_join!(
        there.has("L2ToL2CrossDomainMessenger", L2_TO_L2_CROSS_DOMAIN_MESSENGER),
        inbox(there),
        there.has(name, contract),
        async {
            match shipment {
                Shipment::Erc20 { token, .. } => there.is_crosschain(*token).await,
                Shipment::Ether { amount, .. } => liquidity(there, *amount).await,
                Shipment::Message { .. } => Ok(()),
            }
        },
    )?;
    Ok(())
}

/// Checks that what stands at the inbox's address is one: in the simulation another code takes its place. It has to compute
/// the checksum of a message, for which nothing has to be declared.
async fn inbox(there: &Reader<'_>) -> Result<(), PreflightError> {
    there.has("CrossL2Inbox", CROSS_L2_INBOX).await?;
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: 1,
        log_index: 2,
        timestamp: 3,
        chain_id: U256::from(4),
    };
    let asked = CrossL2Inbox::Identifier {
        origin: identifier.origin,
        blockNumber: U256::from(identifier.block_number),
        logIndex: U256::from(identifier.log_index),
        timestamp: U256::from(identifier.timestamp),
        chainId: identifier.chain_id,
    };
    let payload_hash = B256::repeat_byte(5);
    let contract = CrossL2Inbox::new(CROSS_L2_INBOX, there.0.provider());
    let answer = contract.calculateChecksum(asked, payload_hash).call().await.map(Some);
    let expected = B256::from(identifier.checksum(payload_hash));
    if there.unless_foreign(answer, None)? == Some(expected) {
        return Ok(());
    }
    Err(PreflightError::NoInbox { chain_id: there.chain_id() })
}

async fn liquidity(there: &Reader<'_>, need: U256) -> Result<(), PreflightError> {
    there.has("ETHLiquidity", ETH_LIQUIDITY).await?;
    let have = there.0.provider().get_balance(ETH_LIQUIDITY).await;
    let have = have.map_err(|error| there.unanswered(error))?;
    if have < need {
        return Err(PreflightError::NoLiquidity { chain_id: there.chain_id(), have, need });
    }
    Ok(())
}
