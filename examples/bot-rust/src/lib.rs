#![doc = include_str!("../README.md")]

use alloy::{
    primitives::{Address, Bytes},
    providers::{DynProvider, Provider, ProviderBuilder, fillers::SimpleNonceManager},
    signers::local::PrivateKeySigner,
};
use causeway_client::{
    Interop, InteropError, InteropExt, MessageEvent, MessageFilter, State,
    delivery::{RelayError, SentReceipt},
};
use futures::StreamExt;
use std::time::Duration;
use tokio::time::sleep;

/// Between two attempts to deliver a message that comes too early.
const PAUSE: Duration = Duration::from_millis(500);

/// A bot on two chains: what is sent from the first to its account on the second it delivers, and answers.
#[derive(Clone, Debug)]
pub struct Bot {
    account: Address,
    source: DynProvider,
    source_id: u64,
    destination: DynProvider,
    destination_id: u64,
}

/// What the bot did with a message.
#[derive(Clone, Debug)]
pub enum Done {
    /// It was delivered, and answered by this message, which was delivered too.
    Answered(Box<SentReceipt>),
    /// It cannot be delivered, for this reason.
    Left(String),
}

impl Bot {
    /// Connects to both chains with one key.
    pub async fn connect(source: &str, destination: &str, key: PrivateKeySigner) -> eyre::Result<Self> {
        let connect = async |url: &str| {
            // Relays may revert before they are sent, when somebody else was faster: a cached nonce would be lost by that.
            let nonces = SimpleNonceManager::default();
            let builder = ProviderBuilder::new().with_nonce_management(nonces).wallet(key.clone());
            eyre::Ok(builder.connect(url).await?.erased())
        };
        let (source, destination) = (connect(source).await?, connect(destination).await?);
        let (source_id, destination_id) = (source.get_chain_id().await?, destination.get_chain_id().await?);
        Ok(Self { account: key.address(), source, source_id, destination, destination_id })
    }

    /// Serves what is sent from now on, and tells of each message. It ends when the caller drops it.
    pub async fn run(&self, mut tell: impl FnMut(&SentReceipt, Result<Done, InteropError>)) {
        let filter = MessageFilter {
            destination: Some(self.destination_id),
            target: Some(self.account),
            ..MessageFilter::default()
        };
        let mut messages = Box::pin(self.source.interop().messages(filter));
        while let Some(event) = messages.next().await {
            match event {
                Ok(MessageEvent::Sent(sent)) => {
                    let done = self.serve(&sent).await;
                    tell(&sent, done);
                }
                // What was not delivered yet, nobody can deliver now; if it is sent again, we hear of it.
                Ok(MessageEvent::Removed(_)) => {}
                // The stream asks again.
                Err(_outage) => {}
            }
        }
    }

    /// Delivers a message and its answer.
    async fn serve(&self, sent: &SentReceipt) -> Result<Done, InteropError> {
        let interop = self.interop();
        match interop.status(sent).await?.state {
            State::Delivered { .. } => {}
            state @ (State::Failed { .. } | State::Expired { .. } | State::Reorged) => {
                return Ok(Done::Left(state.reason().unwrap_or_default()));
            }
            State::Pending { .. } | State::Ready | State::InFlight { .. } => deliver(&interop, sent).await?,
        }
        let text = [b"re: ".as_slice(), &sent.message.message].concat();
        let back = self.destination.interop();
        let pending = back.send_message(self.source_id, sent.message.sender, Bytes::from(text)).await?;
        let answer = pending.get_receipt().await?.message;
        deliver(&interop, &answer).await?;
        Ok(Done::Answered(Box::new(answer)))
    }

    /// Both chains.
    fn interop(&self) -> Interop {
        self.source.interop().with_chain(self.destination.clone())
    }
}

/// Delivers a message; that somebody else has done so is as good.
async fn deliver(interop: &Interop, sent: &SentReceipt) -> Result<(), InteropError> {
    let mut attempts = 0..20;
    loop {
        match interop.relay(sent).await {
            Ok(pending) => return pending.get_receipt().await.map(drop),
            Err(InteropError::Relay(RelayError::AlreadyRelayed)) => return Ok(()),
            // Its sequencer hears of the source's block a little later than we.
            Err(error) if error.is_early() && attempts.next().is_some() => sleep(PAUSE).await,
            Err(error) => return Err(error),
        }
    }
}
