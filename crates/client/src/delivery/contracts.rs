use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use alloy::{
    primitives::{Address, Bytes},
    providers::Provider,
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, SentMessage};

use crate::{NodeFault, Shipment};

/// A contract without which a delivery has no effect, by its name and address.
pub type Contract = (&'static str, Address);

const MESSENGER: Contract = ("L2ToL2CrossDomainMessenger", L2_TO_L2_CROSS_DOMAIN_MESSENGER);

/// The bridge that has to pay out what a message carries; none if it carries nothing.
///
/// A call of an account without code succeeds: where the bridge is missing, the message would be used up, and what it carries
/// lost.
pub(crate) fn bridge_of(payload: &Bytes) -> Option<Contract> {
    let (_, shipment) = Shipment::of(&SentMessage::decode_payload(payload).ok()?);
    (!matches!(shipment, Shipment::Message { .. })).then(|| shipment.contract())
}

/// Whether a contract is missing.
pub(crate) async fn is_missing(provider: &impl Provider, (_, address): Contract) -> Result<bool, NodeFault> {
    Ok(provider.get_code_at(address).await?.is_empty())
}

/// The contracts of a chain that were seen: predeploys do not go away.
#[derive(Debug, Default)]
pub struct SeenContracts(Mutex<BTreeSet<Address>>);

impl SeenContracts {
    /// Returns what is missing for a message to be delivered. A node is asked once for each contract that is there.
    pub async fn missing(
        &self,
        provider: &impl Provider,
        payload: &Bytes,
    ) -> Result<Option<Contract>, NodeFault> {
        for contract in [Some(MESSENGER), bridge_of(payload)].into_iter().flatten() {
            if self.seen().contains(&contract.1) {
                continue;
            }
            if is_missing(provider, contract).await? {
                return Ok(Some(contract));
            }
            self.seen().insert(contract.1);
        }
        Ok(None)
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, BTreeSet<Address>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
