//! The chain that value leaves, and what both ends have in common.

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, FixedBytes, U256, fixed_bytes},
    providers::Provider,
    rpc::types::TransactionRequest,
};
use causeway_bindings::{L2ToL2CrossDomainMessenger, SuperchainERC20};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, SentMessage};

use super::{PreflightError, Reader, error::Shown};
use crate::{FaultKind, NodeFault, Shipment, delivery::contract_fault};

/// The ERC-165 ids of ERC-165 itself, of IERC7802, and of what no contract supports.
const ERC165_ID: FixedBytes<4> = fixed_bytes!("01ffc9a7");
const IERC7802_ID: FixedBytes<4> = fixed_bytes!("33331994");
const INVALID_ID: FixedBytes<4> = fixed_bytes!("ffffffff");

/// Others may send between the look at the nonce and the rehearsal, or the node that answers the second may be behind.
const NONCES_BEHIND: u64 = 64;
const NONCES_AHEAD: u64 = 512;

/// Checks that what the source needs is there.
pub(super) async fn contracts(here: &Reader<'_>, shipment: &Shipment) -> Result<(), PreflightError> {
    let (name, contract) = shipment.contract();
    tokio::try_join!(
        here.has("L2ToL2CrossDomainMessenger", L2_TO_L2_CROSS_DOMAIN_MESSENGER),
        here.has(name, contract),
        async {
            match shipment.token() {
                Some(token) => here.is_crosschain(token).await,
                None => Ok(()),
            }
        },
    )?;
    Ok(())
}

/// Tries the call out from the account, and returns the message that it would send.
pub(super) async fn rehearse(
    here: &Reader<'_>,
    account: Address,
    shipment: &Shipment,
    destination: U256,
) -> Result<SentMessage, PreflightError> {
    let chain_id = here.chain_id();
    let provider = here.0.provider();
    let (name, contract) = shipment.contract();
    let messenger = L2ToL2CrossDomainMessenger::new(L2_TO_L2_CROSS_DOMAIN_MESSENGER, provider);
    let nonce = messenger.messageNonce().call().await;
    let nonce = nonce.map_err(|error| here.unanswered(contract_fault(&error)))?;
    let request = TransactionRequest::default()
        .with_from(account)
        .with_to(contract)
        .with_input(shipment.call(destination))
        .with_value(shipment.value());
    let answer = provider.call(request).await.map_err(NodeFault::from).map_err(|fault| match fault.kind {
        FaultKind::Reverted(reason) => PreflightError::SourceReverts { chain_id, reason },
        _ => here.unanswered(fault),
    })?;
    let hash = B256::try_from(answer.as_ref());
    let hash = hash.map_err(|_| PreflightError::SourceIneffective { chain_id, name })?;
    let first = nonce.saturating_sub(U256::from(NONCES_BEHIND));
    (0..NONCES_BEHIND + NONCES_AHEAD)
        .map(|step| shipment.message(account, first.saturating_add(U256::from(step)), destination))
        .find(|message| message.message_hash(U256::from(chain_id)) == hash)
        .ok_or(PreflightError::SourceIneffective { chain_id, name })
}

impl Reader<'_> {
    /// Checks that there is code.
    pub(super) async fn has(&self, name: &'static str, address: Address) -> Result<(), PreflightError> {
        if self.is_empty(address).await? {
            return Err(PreflightError::NoContract { chain_id: self.chain_id(), name, address });
        }
        Ok(())
    }

    pub(super) async fn is_empty(&self, address: Address) -> Result<bool, PreflightError> {
        let code = self.0.provider().get_code_at(address).await;
        Ok(code.map_err(|error| self.unanswered(error))?.is_empty())
    }

    /// Checks that a contract says of itself, as ERC-165 has it, that it supports IERC7802.
    pub(super) async fn is_crosschain(&self, token: Address) -> Result<(), PreflightError> {
        let chain_id = self.chain_id();
        if self.is_empty(token).await? {
            return Err(PreflightError::NoToken { chain_id, token });
        }
        let (erc165, invalid, erc7802) = tokio::try_join!(
            self.claims(token, ERC165_ID),
            self.claims(token, INVALID_ID),
            self.claims(token, IERC7802_ID),
        )?;
        if erc165 && !invalid && erc7802 {
            Ok(())
        } else {
            Err(PreflightError::NotCrosschain { chain_id, token })
        }
    }

    async fn claims(&self, token: Address, id: FixedBytes<4>) -> Result<bool, PreflightError> {
        let contract = SuperchainERC20::new(token, self.0.provider());
        self.unless_foreign(contract.supportsInterface(id).call().await, false)
    }

    /// What one whole token is made of; unknown where the contract does not tell.
    pub(super) async fn decimals(&self, token: Address) -> Result<Shown, PreflightError> {
        let contract = SuperchainERC20::new(token, self.0.provider());
        let decimals = contract.decimals().call().await.map(Some);
        self.unless_foreign(decimals, None).map(Shown)
    }

    /// Another contract than the one that is looked for reverts, or answers with something else. Only what the node itself
    /// fails at is an error.
    pub(super) fn unless_foreign<T>(
        &self,
        answer: alloy::contract::Result<T>,
        foreign: T,
    ) -> Result<T, PreflightError> {
        answer.or_else(|error| match contract_fault(&error) {
            NodeFault { kind: FaultKind::Reverted(_) | FaultKind::Refused | FaultKind::OutOfGas, .. } => {
                Ok(foreign)
            }
            fault => Err(self.unanswered(fault)),
        })
    }
}
