//! Before value leaves a chain: will it arrive?
//!
//! What is burnt or locked at the source is there again only when the destination executes the message, and nothing gives
//! it back when the destination never can. So [`look`] reads both ends first ([`depart`] the source,
//! [`arrive`](Departure::arrive) the destination), and lets the destination's own contracts
//! execute the very message that the source would send. Nothing is sent by it.
//!
//! **The source**: code at the messenger, at the bridge and at the token, the token's own word (ERC-165) that it supports
//! IERC7802, and the call itself, tried out from the account: it has to answer the hash of the message that is expected.
//! A proxy without an implementation answers nothing, however willingly it takes the ether.
//!
//! **The destination**: code at the messenger, the inbox, the bridge and the token, the token's word there, the same
//! decimals on both chains, ether in `ETHLiquidity`, a clock by which the message is not expired when it is sent, and the
//! source in its dependency set ([`Acceptance`]). Then the delivery is simulated, in one `eth_call` on the latest block:
//! Multicall3 reads the recipient's balance, has the real messenger relay the message to the real bridge and token, reads
//! the balance again, and asks the messenger for its mark. What is not real is the inbox, whose code is replaced for this
//! call by one that accepts what the messenger relays (no log of the source exists yet that it could accept; that the real one
//! computes a checksum is looked at before), and Multicall3 where the chain has none. A node that has no state overrides cannot simulate, which is an error and no consent; so is everything
//! that a node does not answer.

mod acceptance;
mod destination;
mod error;
mod simulation;
mod source;

pub use acceptance::{Acceptance, ask_verifier};
pub use error::PreflightError;

use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, U256},
    providers::Provider,
};
use causeway_interop::{Member, SentMessage};

use crate::{ChainView, NodeFault, Shipment};

/// What is known of two chains besides what their nodes tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whether the destination accepts messages of the source.
    pub acceptance: Acceptance,
    /// Seconds after which the destination executes a message no more.
    pub expiry_window: u64,
    /// When interop is active at the source, and at the destination.
    pub members: [Member; 2],
}

impl Terms {
    /// Checks them at the times of both chains' newest blocks.
    fn demand(&self, ids: [u64; 2], times: [u64; 2]) -> Result<(), PreflightError> {
        let [source_id, destination_id] = ids;
        self.acceptance.demand(source_id, destination_id)?;
        for ((chain_id, time), member) in ids.into_iter().zip(times).zip(self.members) {
            if !member.is_active(time) {
                return Err(PreflightError::Inactive { chain_id, activation: member.activation });
            }
        }
        let behind = times[1].saturating_sub(times[0]);
        if behind > self.expiry_window {
            let expiry_window = self.expiry_window;
            return Err(PreflightError::Expired { source_id, destination_id, behind, expiry_window });
        }
        Ok(())
    }
}

/// A shipment that its source would send: as much as can be said without its destination.
#[derive(Clone, Debug)]
pub struct Departure<'a> {
    source: &'a ChainView,
    account: Address,
    shipment: &'a Shipment,
    message: SentMessage,
}

/// Looks at the source of a shipment from its account, and tries the call out there.
///
/// That the account has what it sends is [`check`](crate::bridge::check)'s to say; without it, the call reverts. What is
/// wrong here nobody can know better: the value would go to an account that is no bridge, or nowhere.
pub async fn depart<'a>(
    source: &'a ChainView,
    destination_id: U256,
    shipment: &'a Shipment,
) -> Result<Departure<'a>, PreflightError> {
    let account = source.account().ok_or(PreflightError::NoAccount)?;
    let here = Reader(source);
    source::contracts(&here, shipment).await?;
    let message = source::rehearse(&here, account, shipment, destination_id).await?;
    Ok(Departure { source, account, shipment, message })
}

impl Departure<'_> {
    /// Looks at the destination, and returns every reason for which it would not arrive there, the plainest first.
    ///
    /// One fault does not hide another: whoever sends in spite of the one should know of the other.
    pub async fn arrive(&self, destination: &ChainView, terms: &Terms) -> Vec<PreflightError> {
        let (here, there) = (Reader(self.source), Reader(destination));
        let contracts = destination::contracts(&there, self.shipment).await;
        let terms = async {
            let times = tokio::try_join!(here.time(), there.time())?;
            terms.demand([here.chain_id(), there.chain_id()], times.into())
        };
        let delivery = async {
            // Without the contracts there is nothing to simulate.
            if contracts.is_err() {
                return Ok(());
            }
            same_decimals(&here, &there, self.shipment).await?;
            simulation::deliver(&there, self.account, here.chain_id(), &self.message, self.shipment, None)
                .await
        };
        let (terms, delivery) = tokio::join!(terms, delivery);
        [contracts, terms, delivery].into_iter().filter_map(Result::err).collect()
    }
}

/// Looks at both ends of a shipment from the source's account, and returns why it would not arrive, if anything says so.
pub async fn look(
    source: &ChainView,
    destination: &ChainView,
    shipment: &Shipment,
    terms: &Terms,
) -> Result<(), PreflightError> {
    let departure = depart(source, U256::from(destination.chain_id()), shipment).await?;
    departure.arrive(destination, terms).await.into_iter().next().map_or(Ok(()), Err)
}

/// Has the destination's own contracts deliver a message in an `eth_call`, as if its source had sent it again by now. Its log is
/// looked up nowhere: one that expired is tried out like one that was never sent. `relayMessage` has no more gas than `max_gas`.
pub async fn deliver_anew(
    destination: &ChainView,
    account: Address,
    source_id: u64,
    message: &SentMessage,
    max_gas: u64,
) -> Result<(), PreflightError> {
    let (_, shipment) = Shipment::of(message);
    simulation::deliver(&Reader(destination), account, source_id, message, &shipment, Some(max_gas)).await
}

async fn same_decimals(
    here: &Reader<'_>,
    there: &Reader<'_>,
    shipment: &Shipment,
) -> Result<(), PreflightError> {
    let Some(token) = shipment.token() else { return Ok(()) };
    let (source, destination) = tokio::try_join!(here.decimals(token), there.decimals(token))?;
    if source == destination {
        return Ok(());
    }
    let (source_id, destination_id) = (here.chain_id(), there.chain_id());
    Err(PreflightError::Decimals {
        token,
        source_id,
        source_decimals: source,
        destination_id,
        decimals: destination,
    })
}

/// Asks one chain, and names it where it does not answer.
struct Reader<'a>(&'a ChainView);

impl Reader<'_> {
    const fn chain_id(&self) -> u64 {
        self.0.chain_id()
    }

    fn unanswered(&self, fault: impl Into<NodeFault>) -> PreflightError {
        PreflightError::Unanswered { chain_id: self.chain_id(), fault: fault.into() }
    }

    /// The timestamp of the newest block.
    async fn time(&self) -> Result<u64, PreflightError> {
        let block = self.0.provider().get_block_by_number(BlockNumberOrTag::Latest).await;
        let block = block.map_err(|error| self.unanswered(error))?;
        block
            .map(|block| block.header.timestamp)
            .ok_or_else(|| self.unanswered(NodeFault::refused("the node has no newest block")))
    }
}
