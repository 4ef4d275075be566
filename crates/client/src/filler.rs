//! A filler for alloy's providers: what executes messages declares them, and pays a price that is no deposit's.

mod declare;
mod parking;
mod price;

use std::sync::Arc;

use alloy::{
    eips::eip2930::AccessList,
    network::Network,
    primitives::{Address, TxKind},
    providers::{
        Provider, SendableTx,
        fillers::{FillerControlFlow, TxFiller},
        utils::Eip1559Estimation,
    },
    rpc::{json_rpc::RpcError, types::TransactionRequest},
    transports::TransportResult,
};

use self::{declare::declared, price::Known};
use crate::{Execution, ExecutionError};

/// Fills in what a transaction needs that executes messages, from its own calldata.
///
/// It looks at calls of `relayMessage`, `validateMessage`, `RelayBatcher`, and of Multicall3 with any of these in it. All
/// other requests pass as they are.
///
/// - **The access list**: every message is declared, after what is declared already. What is declared is not declared twice.
/// - **The price**: a transaction without a price gets one; so does one with a price of zero, which the inbox would take for
///   a deposit wherever the base fee is positive (`CrossL2Inbox_NoExecutingDeposits`). Any other price stays. This comes
///   before gas is estimated, since an estimate without a price fails in the same way on some nodes.
/// - **The gas limit**, by an estimate with all of that and a fifth to spare. It comes before alloy gives out a nonce: what reverts, since somebody
///   else has delivered the message for instance, costs none, and leaves no gap behind. No failure in it makes a batch revert,
///   so an estimate by trial finds a limit with which nothing is delivered: `RelayBatcher`'s own formula takes its place.
///
/// Simulations by the provider (`eth_call`, `eth_estimateGas`) get all of it, too. Their price is four times what the last
/// transaction was offered; before the first, or [`InteropFiller::connect`], it is one wei, which is enough for nodes that
/// ignore the base fee in simulations (reth, anvil). Their sender has to be able to pay that price.
///
/// ```no_run
/// use alloy::providers::ProviderBuilder;
/// use causeway_client::InteropFiller;
///
/// # fn example(signer: alloy::signers::local::PrivateKeySigner) -> Result<(), Box<dyn std::error::Error>> {
/// let provider = ProviderBuilder::new()
///     .filler(InteropFiller::new())
///     .wallet(signer)
///     .connect_http("http://127.0.0.1:9546".parse()?);
/// # Ok(()) }
/// ```
///
/// A transaction with authorizations (EIP-7702) has to bring its own price and gas limit: alloy would sign it while they are
/// asked for.
///
/// It can stand anywhere among the fillers of a provider: while it works, the others see a transaction that is not complete.
/// What a provider *around* that one has signed already it cannot change, so it belongs to the provider that signs, or to
/// one around it. A transaction whose calldata cannot be read is not sent.
#[derive(Clone, Debug, Default)]
pub struct InteropFiller {
    known: Arc<Known>,
}

impl InteropFiller {
    /// Makes a filler that asks for what it has to know when it first fills a transaction.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a filler that asks a node of the chain now, so that simulations before the first transaction know the chain (a
    /// batch does not say it) and its base fee.
    pub async fn connect<N: Network>(provider: &impl Provider<N>) -> TransportResult<Self> {
        let filler = Self::default();
        filler.known.set_chain_id(provider.get_chain_id().await?);
        filler.known.set_price(provider.estimate_eip1559_fees().await?.max_fee_per_gas);
        Ok(filler)
    }

    /// What a request executes, if it looks as if it did.
    fn execution(&self, request: &TransactionRequest) -> Option<Result<Execution, ExecutionError>> {
        let (to, calldata) = executing_call(request)?;
        let chain_id = request.chain_id.or_else(|| self.known.chain_id());
        Some(Execution::of(to, calldata, chain_id))
    }

    /// Whether there is anything to do for a request.
    fn has_work(&self, request: &TransactionRequest) -> bool {
        if parking::is_parked(request) {
            return true;
        }
        match self.execution(request) {
            None => false,
            Some(Err(_)) => true,
            Some(Ok(execution)) if execution.messages.is_empty() => false,
            Some(Ok(execution)) => {
                price::is_missing(request)
                    || request.gas.is_none()
                    || declared(request.access_list.as_ref(), &execution.messages)
                        .map_or(true, |list| request.access_list.as_ref() != Some(&list))
            }
        }
    }

    /// What of it needs no question.
    fn fill_call(&self, request: &mut TransactionRequest) -> Result<(), FillError> {
        let Some(execution) = self.execution(request) else { return Ok(()) };
        let execution = execution?;
        if execution.messages.is_empty() {
            return Ok(());
        }
        request.access_list = Some(declared(request.access_list.as_ref(), &execution.messages)?);
        if price::is_missing(request) {
            price::simulate(request, self.known.price());
        }
        if request.gas.is_none() {
            request.gas = execution.gas_limit;
        }
        Ok(())
    }
}

/// What is filled in.
#[derive(Clone, Debug)]
pub struct Filling {
    access_list: AccessList,
    gas_limit: u64,
    fees: Option<Eip1559Estimation>,
}

/// Why a request cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// What it executes cannot be told.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// What it declares already is no declaration of messages; with that in it, it would not be admitted.
    #[error("the access list under CrossL2Inbox declares no messages: {0}")]
    AccessList(#[from] causeway_interop::AccessListError),
}

impl<N> TxFiller<N> for InteropFiller
where
    N: Network,
    N::TransactionRequest: AsRef<TransactionRequest> + AsMut<TransactionRequest>,
{
    type Fillable = Option<Filling>;

    fn status(&self, request: &N::TransactionRequest) -> FillerControlFlow {
        if self.has_work(request.as_ref()) { FillerControlFlow::Ready } else { FillerControlFlow::Finished }
    }

    /// Makes the request one that neither is estimated nor signed in this round: what is missing has to be asked for.
    fn fill_sync(&self, tx: &mut SendableTx<N>) {
        let Some(request) = tx.as_mut_builder() else { return };
        if !self.has_work(request.as_ref()) {
            return;
        }
        let request = request.as_mut();
        if parking::can_park(request) {
            parking::park(request);
        } else if let Some(Ok(execution)) = self.execution(request)
            && let Ok(list) = declared(request.access_list.as_ref(), &execution.messages)
        {
            request.access_list = Some(list);
        }
    }

    async fn prepare<P: Provider<N>>(
        &self,
        provider: &P,
        request: &N::TransactionRequest,
    ) -> TransportResult<Self::Fillable> {
        let mut filled = request.clone();
        let request = filled.as_mut();
        parking::unpark(request);
        let Some((to, calldata)) = executing_call(request) else { return Ok(None) };
        let chain_id = match request.chain_id.or_else(|| self.known.chain_id()) {
            Some(chain_id) => chain_id,
            None => provider.get_chain_id().await?,
        };
        let usage = |error: FillError| RpcError::local_usage(error);
        let execution = Execution::of(to, calldata, Some(chain_id)).map_err(|error| usage(error.into()))?;
        let access_list = declared(request.access_list.as_ref(), &execution.messages);
        let access_list = access_list.map_err(|error| usage(error.into()))?;
        let fees = match price::is_missing(request) {
            true => Some(provider.estimate_eip1559_fees().await?),
            false => None,
        };
        self.known.set_chain_id(chain_id);
        if let Some(fees) = &fees {
            self.known.set_price(fees.max_fee_per_gas);
        }
        let surplus = declare::surplus_gas(&access_list, &execution.messages);
        request.access_list = Some(access_list.clone());
        if let Some(fees) = &fees {
            price::set(request, fees);
        }
        let gas_limit = match request.gas.or(execution.gas_limit.map(|gas| gas.saturating_add(surplus))) {
            Some(gas) => gas,
            None => padded(provider.estimate_gas(filled).await?),
        };
        Ok(Some(Filling { access_list, gas_limit, fees }))
    }

    async fn fill(&self, filling: Self::Fillable, mut tx: SendableTx<N>) -> TransportResult<SendableTx<N>> {
        if let Some(request) = tx.as_mut_builder() {
            let request = request.as_mut();
            parking::unpark(request);
            if let Some(Filling { access_list, gas_limit, fees }) = filling {
                request.access_list = Some(access_list);
                request.gas = Some(gas_limit);
                if let Some(fees) = fees {
                    price::set(request, &fees);
                }
            }
        }
        Ok(tx)
    }

    async fn prepare_call(&self, request: &mut N::TransactionRequest) -> TransportResult<()> {
        self.fill_call(request.as_mut()).map_err(RpcError::local_usage)
    }

    fn prepare_call_sync(&self, request: &mut N::TransactionRequest) -> TransportResult<()> {
        self.fill_call(request.as_mut()).map_err(RpcError::local_usage)
    }
}

/// A fifth to spare: the state at execution is another than that of the estimate.
const fn padded(estimate: u64) -> u64 {
    estimate.saturating_add(estimate / 5)
}

/// The call that a request makes, if it may execute messages.
fn executing_call(request: &TransactionRequest) -> Option<(Address, &[u8])> {
    let Some(TxKind::Call(to)) = request.to else { return None };
    let calldata = request.input.input()?;
    Execution::is_likely(to, calldata).then_some((to, calldata.as_ref()))
}

#[cfg(test)]
mod tests;
