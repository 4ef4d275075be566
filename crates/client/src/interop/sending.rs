use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
};

use super::{Interop, InteropError, PendingMessages, cross_call::remote_call};
use crate::{
    NodeFault, Shipment,
    bridge::check,
    delivery::is_refusal,
    preflight::{PreflightError, depart},
};

impl Interop {
    /// Sends a message: calls `target` on the chain `destination` with this calldata, as soon as somebody relays it.
    ///
    /// The call is tried out at the source. What the target does with it there is not looked at: it may accept tomorrow what
    /// it reverts today.
    pub async fn send_message(
        &self,
        destination: u64,
        target: Address,
        calldata: impl Into<Bytes>,
    ) -> Result<PendingMessages, InteropError> {
        self.send(destination, &Shipment::Message { target, message: calldata.into() }).await
    }

    /// Has a call executed on another chain: of any `sol!` contract by its call builder, or a request that has a target and
    /// calldata.
    ///
    /// See [`OnChain`](super::OnChain) for the same the other way round: `contract.method().on(902)`.
    pub async fn call(
        &self,
        destination: u64,
        call: &impl AsRef<TransactionRequest>,
    ) -> Result<PendingMessages, InteropError> {
        let (target, calldata) = remote_call(call.as_ref())?;
        self.send_message(destination, target, calldata).await
    }

    /// Sends tokens (a SuperchainERC20, in its smallest unit): burnt here, minted at `destination`.
    ///
    /// If there is a provider of the destination, both ends are looked at first, and the delivery is tried out there. Where there
    /// are only those of other chains, it is refused: that may be a slip. Without any, only the source is looked at, and
    /// nobody has seen that the token, the bridge or the chain is there at all.
    pub async fn send_erc20(
        &self,
        destination: u64,
        token: Address,
        recipient: Address,
        amount: U256,
    ) -> Result<PendingMessages, InteropError> {
        self.send(destination, &Shipment::Erc20 { token, recipient, amount }).await
    }

    /// Sends ether, in wei. Both ends are looked at as for [tokens](Interop::send_erc20).
    pub async fn send_eth(
        &self,
        destination: u64,
        recipient: Address,
        amount: U256,
    ) -> Result<PendingMessages, InteropError> {
        self.send(destination, &Shipment::Ether { recipient, amount }).await
    }

    /// Sends any shipment.
    pub async fn send(&self, destination: u64, shipment: &Shipment) -> Result<PendingMessages, InteropError> {
        let here = self.with_sender(self.here().await?).await?;
        let account = check(&here, shipment, U256::from(destination)).await?;
        let departure = depart(&here, U256::from(destination), shipment).await?;
        let moves_value = !matches!(shipment, Shipment::Message { .. });
        let unanswered = |fault| PreflightError::Unanswered { chain_id: destination, fault };
        if moves_value {
            match self.find(destination).await.map_err(unanswered)? {
                Some(there) => {
                    let terms = self.terms(here.chain_id(), &there).await.map_err(unanswered)?;
                    if let Some(error) = departure.arrive(&there, &terms).await.into_iter().next() {
                        return Err(error.into());
                    }
                }
                None if self.knows_others() => {
                    return Err(InteropError::NoProvider { chain_id: destination });
                }
                None => {}
            }
        }
        let request = TransactionRequest::default()
            .with_from(account)
            .with_to(shipment.contract().1)
            .with_input(shipment.call(U256::from(destination)))
            .with_value(shipment.value());
        match self.provider.send_transaction(request).await {
            Ok(pending) => Ok(PendingMessages::new(pending)),
            Err(error) if is_refusal(&error) => Err(InteropError::Refused(NodeFault::from(error))),
            Err(error) => Err(InteropError::Unsure(NodeFault::from(error))),
        }
    }
}
