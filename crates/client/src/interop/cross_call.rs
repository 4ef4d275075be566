use alloy::{
    contract::{CallBuilder, SolCallBuilder},
    primitives::{Address, B256, Bytes, TxKind, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger::sendMessageCall;
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;

use super::{InteropError, PendingMessages};
use crate::{
    NodeFault,
    delivery::{contract_fault, is_refusal},
};

/// Has a call executed on another chain: `counter.increment().on(902)`.
pub trait OnChain {
    /// What holds the provider of the contract's chain, which is the source.
    type Provider;

    /// Makes a message of the call: the same contract on the chain `destination` is called with the same arguments.
    fn on(self, destination: u64) -> CrossCall<Self::Provider>;
}

/// A call that is executed on another chain. It is sent by the provider of the contract that it was made of.
#[derive(Debug)]
#[must_use = "a call does nothing unless it is sent"]
pub struct CrossCall<P> {
    builder: SolCallBuilder<P, sendMessageCall>,
    fault: Option<InteropError>,
}

impl<P: Provider, D> OnChain for CallBuilder<P, D> {
    type Provider = P;

    fn on(self, destination: u64) -> CrossCall<P> {
        let call = remote_call(self.as_ref());
        let (message, fault) = match call {
            Ok((target, calldata)) => {
                let call = sendMessageCall {
                    _destination: U256::from(destination),
                    _target: target,
                    _message: calldata,
                };
                (call.abi_encode(), None)
            }
            Err(error) => (Vec::new(), Some(error)),
        };
        let builder = self.clear_decoder().map(|request| TransactionRequest {
            to: Some(TxKind::Call(L2_TO_L2_CROSS_DOMAIN_MESSENGER)),
            input: Bytes::from(message).into(),
            ..request
        });
        CrossCall { builder: builder.with_sol_decoder(), fault }
    }
}

impl<P: Provider> CrossCall<P> {
    /// Has this account send the message.
    pub fn from(self, account: Address) -> Self {
        self.map(|builder| builder.from(account))
    }

    /// Changes the transaction that sends the message: gas, price, nonce.
    pub fn map(
        self,
        change: impl FnOnce(SolCallBuilder<P, sendMessageCall>) -> SolCallBuilder<P, sendMessageCall>,
    ) -> Self {
        Self { builder: change(self.builder), fault: self.fault }
    }

    /// Tries it out at the source, and returns the hash that the message would have if it were sent now.
    pub async fn simulate(self) -> Result<B256, InteropError> {
        let builder = self.checked()?;
        builder.call().await.map_err(|error| InteropError::Node(contract_fault(&error)))
    }

    /// Returns the gas that sending the message takes.
    pub async fn estimate_gas(self) -> Result<u64, InteropError> {
        let builder = self.checked()?;
        builder.estimate_gas().await.map_err(|error| InteropError::Node(contract_fault(&error)))
    }

    /// Sends the message, after it was tried out at the source: without a messenger there, nothing would be sent. What the
    /// contract at the destination does with it is not looked at.
    pub async fn send(self) -> Result<PendingMessages, InteropError> {
        let builder = self.checked()?;
        builder.call().await.map_err(|error| InteropError::Refused(contract_fault(&error)))?;
        match builder.send().await {
            Ok(pending) => Ok(PendingMessages::new(pending)),
            Err(alloy::contract::Error::TransportError(error)) if !is_refusal(&error) => {
                Err(InteropError::Unsure(NodeFault::from(error)))
            }
            Err(error) => Err(InteropError::Refused(contract_fault(&error))),
        }
    }

    fn checked(self) -> Result<SolCallBuilder<P, sendMessageCall>, InteropError> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.builder),
        }
    }
}

/// The account that a request calls, and with what. A message carries no value.
pub(super) fn remote_call(request: &TransactionRequest) -> Result<(Address, Bytes), InteropError> {
    let Some(TxKind::Call(target)) = request.to else { return Err(InteropError::NoTarget) };
    match request.value {
        Some(value) if !value.is_zero() => Err(InteropError::CarriesValue { value }),
        _ => Ok((target, request.input.input().cloned().unwrap_or_default())),
    }
}
