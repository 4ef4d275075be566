use std::time::{Duration, Instant};

use alloy::{eips::BlockNumberOrTag, providers::Provider};
use tokio::time::{sleep, timeout};

use super::{Interop, InteropError, MessageRef, asking::delivery, locate::resent};
use crate::{
    ChainView,
    delivery::{SentError, SentReceipt},
    status::{Delivered, Standing, State, standing},
};

/// How often a chain is asked at most, and at least.
const EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];

impl Interop {
    /// Waits up to `patience` until a message is delivered, and returns the log that says so.
    ///
    /// It ends before, with [`InteropError::Over`], when the message expires or a reorg of its source takes it away. A node
    /// that does not answer is waited for, and so is one that has the messenger's mark and not its log yet. A message that
    /// fails is waited for, too: what its target reverts today it may accept tomorrow.
    pub async fn wait_delivered(
        &self,
        message: impl Into<MessageRef>,
        patience: Duration,
    ) -> Result<Delivered, InteropError> {
        let start = Instant::now();
        let mut sent = self.until_sent(message.into(), patience).await?;
        let waiting = async {
            loop {
                match self.glance(&mut sent).await {
                    Ok(Some(delivered)) => return Ok(delivered),
                    Ok(None) | Err(InteropError::Node(_)) => {}
                    Err(error) => return Err(error),
                }
                let [most, least] = EVERY;
                sleep(self.provider.client().poll_interval().clamp(most, least)).await;
            }
        };
        timeout(patience.saturating_sub(start.elapsed()), waiting)
            .await
            .unwrap_or(Err(InteropError::NotInTime { after: patience }))
    }

    /// One look at both ends. What is sent again, or moved by a reorg, is waited for in its new place.
    async fn glance(&self, sent: &mut SentReceipt) -> Result<Option<Delivered>, InteropError> {
        let there = self.destination_of(sent).await?;
        let delivered = delivery(&there, sent).await?;
        if let Some(delivered) = delivered {
            return Ok(delivered);
        }
        // Only what is known is looked at: an outage of the source decides nothing.
        let source = self.source_of(sent).await?.ok().flatten();
        let gone = match &source {
            Some(source) => match standing(source, sent).await {
                Standing::Moved(moved) => {
                    *sent = *moved;
                    None
                }
                Standing::Replaced => Some(State::Reorged),
                Standing::There | Standing::Pooled | Standing::Unknown(_) => self.expired(sent, &there).await,
            },
            None => self.expired(sent, &there).await,
        };
        let Some(gone) = gone else { return Ok(None) };
        if let Some(source) = &source
            && let Some(resent) = resent(source, sent).await
        {
            *sent = resent;
            return Ok(None);
        }
        // Its delivery may have come in between.
        match delivery(&there, sent).await? {
            Some(delivered) => Ok(delivered),
            None => Err(InteropError::Over { reason: gone.reason().unwrap_or_default() }),
        }
    }

    /// The message, as soon as a node knows it: one may be behind, or its transaction in no block yet.
    async fn until_sent(&self, message: MessageRef, patience: Duration) -> Result<SentReceipt, InteropError> {
        let (mut last, [_, pause]) = (None, EVERY);
        let looking = async {
            loop {
                match self.locate(message.clone()).await {
                    Err(error) if may_be_located_later(&error) => last = Some(error),
                    located => return located,
                }
                sleep(pause).await;
            }
        };
        // A node may not answer at all.
        let located = timeout(patience, looking).await;
        located.unwrap_or_else(|_| Err(last.unwrap_or(InteropError::NotInTime { after: patience })))
    }

    /// Whether a message is too old for the destination's newest block.
    async fn expired(&self, sent: &SentReceipt, there: &ChainView) -> Option<State> {
        let head = there.provider().get_block_by_number(BlockNumberOrTag::Latest).await.ok().flatten()?;
        let age = head.header.timestamp.saturating_sub(sent.identifier.timestamp);
        let window = self.trust.expiry_window();
        (age > window).then_some(State::Expired { age, window })
    }
}

/// Whether a message that was not found may be found a moment later: no node that was asked knows it yet, or one could not be asked,
/// or not for all that it takes.
const fn may_be_located_later(error: &InteropError) -> bool {
    matches!(
        error,
        InteropError::NotIncluded { .. }
            | InteropError::Unknown { .. }
            | InteropError::Node(_)
            | InteropError::Messages(
                SentError::Node(_) | SentError::NoReceipt { .. } | SentError::BlockGone { .. }
            )
    )
}
