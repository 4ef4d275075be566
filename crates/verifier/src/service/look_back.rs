use super::{blocks::block_ref, leave::Leave, pause::Pause, session::Session};
use crate::{Header, SourceEvent};
use causeway_chain::{Backfill, BackfillConfig, BackfillEvent};
use std::sync::Arc;
use tokio::time::Instant;

impl Session<'_> {
    /// Begins to fetch what is older than the oldest block known, as far back as it can be executed.
    pub(super) async fn look_back(&mut self, first: &Header, newest: &Header) -> Result<(), Leave> {
        let since = |age: u64| newest.timestamp.saturating_sub(age).max(self.source.activation);
        let (executable, until) =
            (since(self.source.window), since(self.source.history.unwrap_or(self.source.window)));
        (self.past.lowest, self.past.executable) = (Some(*first), executable);
        if first.number == 0 || first.timestamp < until {
            return self.past_is_read().await;
        }
        let config = &self.source.config;
        let mut backfill = BackfillConfig::new(config.chain_id, config.endpoints.clone(), block_ref(first));
        backfill.content = config.content.clone();
        backfill.until_timestamp = until;
        backfill.max_batch = config.max_batch;
        backfill.concurrency = config.concurrency;
        backfill.connect = config.connect.clone();
        backfill.max_backoff = config.max_backoff;
        self.past.handle = Some(Backfill::spawn(backfill, self.cancel.clone()));
        Ok(())
    }

    /// Says that everything has been fetched that was to be.
    async fn past_is_read(&self) -> Result<(), Leave> {
        let is_all = self
            .past
            .lowest
            .is_none_or(|lowest| lowest.number == 0 || lowest.timestamp < self.past.executable);
        let reason = || "no more is fetched, by configuration".into();
        self.send(if is_all {
            SourceEvent::HistoryComplete
        } else {
            SourceEvent::HistoryEnds { reason: reason() }
        })
        .await
    }

    pub(super) async fn look_back_again(&mut self) -> Result<(), Leave> {
        self.past.again_at = None;
        let view = self.source.verifier.view();
        let chain = view.snapshot().chain(self.source.chain_id).map(|chain| (chain.first, chain.tip));
        match chain {
            Some((first, tip)) => self.look_back(&first, &tip).await,
            None => Ok(()),
        }
    }

    /// Takes in what the backfill tells; `None` when it has ended.
    pub(super) async fn look_at(&mut self, event: Option<BackfillEvent>) -> Result<(), Leave> {
        match event {
            Some(BackfillEvent::Blocks(found)) => {
                self.past.pause = Pause::new();
                let blocks = self.hash(&found).await?;
                self.past.lowest = blocks.last().map(|block| block.header).or(self.past.lowest);
                self.send(SourceEvent::Older(blocks)).await?;
                self.past_is_sound().await
            }
            Some(BackfillEvent::Complete) => {
                self.past.handle = None;
                self.past_is_read().await?;
                self.past_is_sound().await
            }
            Some(BackfillEvent::Pruned { reason }) => {
                if let Some(Header { number, timestamp, .. }) = self.past.lowest {
                    tracing::warn!(
                        chain_id = %self.source.chain_id, from_block = number, from_timestamp = timestamp, reason,
                        "the node has no older blocks: messages from before are answered with `try again`; a node with \
                         more history would know them"
                    );
                }
                let reason = format!("its node has nothing older: {reason}").into();
                self.send(SourceEvent::HistoryEnds { reason }).await?;
                self.past_is_sound().await
            }
            Some(BackfillEvent::Offline { reason }) => self.past_fails(&reason).await,
            Some(BackfillEvent::Online) => self.past_is_sound().await,
            None => {
                // It ends early only when the node insists on another past than the one that is known.
                if let Some(past) = self.past.handle.take()
                    && let Err(error) = past.join().await
                {
                    self.past.again_at = Some(Instant::now() + self.past.pause.next());
                    self.past_fails(&error.to_string()).await?;
                }
                Ok(())
            }
        }
    }

    /// The node is not to be believed, or of no use, where the past is concerned. What is known of the chain counts.
    async fn past_fails(&mut self, reason: &str) -> Result<(), Leave> {
        let reason: Arc<str> = format!("its history cannot be fetched: {reason}").into();
        if self.past.trouble.as_ref() == Some(&reason) {
            return Ok(());
        }
        tracing::warn!(chain_id = %self.source.chain_id, %reason, "the node cannot be used");
        self.past.trouble = Some(Arc::clone(&reason));
        if self.is_caught_up { self.send(SourceEvent::Offline { reason }).await } else { Ok(()) }
    }

    async fn past_is_sound(&mut self) -> Result<(), Leave> {
        let was_not = self.past.trouble.take().is_some();
        if was_not && self.is_caught_up { self.send(SourceEvent::Online).await } else { Ok(()) }
    }
}
