//! The chain that value should arrive on.

use alloy::{primitives::U256, providers::Provider};
use causeway_interop::{CROSS_L2_INBOX, ETH_LIQUIDITY, L2_TO_L2_CROSS_DOMAIN_MESSENGER};

use super::{PreflightError, Reader};
use crate::Shipment;

/// Checks that what the delivery needs is there.
pub(super) async fn contracts(there: &Reader<'_>, shipment: &Shipment) -> Result<(), PreflightError> {
    let (name, contract) = shipment.contract();
    tokio::try_join!(
        there.has("L2ToL2CrossDomainMessenger", L2_TO_L2_CROSS_DOMAIN_MESSENGER),
        there.has("CrossL2Inbox", CROSS_L2_INBOX),
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

async fn liquidity(there: &Reader<'_>, need: U256) -> Result<(), PreflightError> {
    there.has("ETHLiquidity", ETH_LIQUIDITY).await?;
    let have = there.0.provider().get_balance(ETH_LIQUIDITY).await;
    let have = have.map_err(|error| there.unanswered(error))?;
    if have < need {
        return Err(PreflightError::NoLiquidity { chain_id: there.chain_id(), have, need });
    }
    Ok(())
}
