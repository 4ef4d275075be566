use super::{
    ServiceError,
    news::{News, Reins},
};
use crate::{Core, Desk, FallenBlock, IndexError, SourceEvent, Step, verifier::Order};
use alloy_primitives::U256;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::mpsc, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

/// News that are written at once at most: what comes in while something is written is written together.
const AT_ONCE: usize = 64;

/// Writes down what the sources tell, and shows what follows.
pub(super) struct Keeper {
    /// Never contended: it is worked on in one blocking task at a time.
    core: Arc<Mutex<Core>>,
    desk: Desk,
    news: mpsc::Receiver<News>,
    reins: BTreeMap<U256, Reins>,
    is_closed: bool,
}

/// However it ends, if only with the runtime: what nobody keeps up to date must not count.
impl Drop for Keeper {
    fn drop(&mut self) {
        if !self.is_closed {
            self.desk.close("the verifier ended abnormally");
        }
    }
}

impl Keeper {
    pub(super) fn new(
        core: Core,
        desk: Desk,
        news: mpsc::Receiver<News>,
        reins: BTreeMap<U256, Reins>,
    ) -> Self {
        Self { core: Arc::new(Mutex::new(core)), desk, news, reins, is_closed: false }
    }

    /// Works until it is stopped, or the index fails. Nothing is answered *valid* afterwards.
    pub(super) async fn run(mut self, stop: CancellationToken) -> Result<(), ServiceError> {
        let ended = self.work(&stop).await;
        match &ended {
            Ok(()) => self.desk.close("the verifier has stopped"),
            Err(error) => {
                tracing::error!(%error, "the verifier stops");
                self.desk.close("the verifier's index failed");
            }
        }
        self.is_closed = true;
        stop.cancel();
        ended
    }

    async fn work(&mut self, stop: &CancellationToken) -> Result<(), ServiceError> {
        if self.desk.view().failsafe() {
            // Who has restarted it may not know: somebody else switched it on, perhaps long ago.
            tracing::warn!(
                "the failsafe is on since before this start: every check is refused until it is switched off"
            );
        }
        let mut news = Vec::with_capacity(AT_ONCE);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                order = self.desk.order() => self.obey(order).await?,
                _ = self.news.recv_many(&mut news, AT_ONCE), if !self.news.is_closed() || !self.news.is_empty() => {
                    let events = self.sift(&mut news);
                    self.step(events).await?;
                }
            }
        }
    }

    /// The news that still count.
    fn sift(&self, news: &mut Vec<News>) -> Vec<(U256, SourceEvent)> {
        let counts = |news: &News| {
            self.reins.get(&news.chain_id).is_some_and(|reins| reins.generation() == news.generation)
        };
        news.drain(..).filter(counts).map(|news| (news.chain_id, news.event)).collect()
    }

    async fn step(&self, events: Vec<(U256, SourceEvent)>) -> Result<(), ServiceError> {
        if events.is_empty() {
            return Ok(());
        }
        let (step, disk_bytes) = self
            .on_core(|core| {
                let step = core.step(events)?;
                Ok((step, core.index().disk_bytes()?))
            })
            .await?;
        self.desk.note_disk_bytes(disk_bytes);
        self.desk.publish(&step);
        report(&step);
        for (chain_id, why) in &step.adrift {
            tracing::warn!(%chain_id, %why, "the news do not fit what is known: following the chain anew");
            self.restart(*chain_id, Some(Arc::clone(why)));
        }
        Ok(())
    }

    fn restart(&self, chain_id: U256, why: Option<Arc<str>>) {
        if let Some(reins) = self.reins.get(&chain_id) {
            reins.restart(why);
        }
    }

    /// Carries out what the operator wants.
    async fn obey(&self, order: Order) -> Result<(), ServiceError> {
        match order {
            Order::SetFailsafe { enabled, reason, done } => {
                let set = self.on_core(move |core| core.set_failsafe(enabled)).await;
                if let Ok(view) = &set {
                    if enabled {
                        tracing::warn!(reason, "the failsafe is on: every check is refused");
                    } else {
                        tracing::warn!(reason, "the failsafe is off: checks are answered");
                    }
                    self.desk.show(Arc::clone(view));
                }
                // Who asked may have gone away.
                match set {
                    Ok(_) => drop(done.send(Ok(()))),
                    Err(ServiceError::Index(error)) => drop(done.send(Err(error))),
                    Err(other) => return Err(other),
                }
            }
            Order::Resume { chain_id, reason, done } => {
                tracing::warn!(%chain_id, reason, "the chain is resumed: it is fetched anew");
                // What is under way, or begins before all is forgotten, belongs to what is forgotten.
                self.restart(chain_id, None);
                self.step(vec![(chain_id, SourceEvent::Forget)]).await?;
                self.restart(chain_id, None);
                let _ = done.send(());
            }
        }
        Ok(())
    }

    /// Works on the core where waiting for the disk holds nobody up.
    async fn on_core<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Core) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let core = Arc::clone(&self.core);
        let worked = spawn_blocking(move || work(&mut core.lock().unwrap_or_else(PoisonError::into_inner)));
        match worked.await {
            Ok(result) => Ok(result?),
            Err(error) => Err(ServiceError::Aborted { reason: error.to_string() }),
        }
    }
}

/// Says what an operator has to know.
fn report(step: &Step) {
    for (chain_id, from) in &step.removed {
        tracing::info!(%chain_id, from, "blocks went away");
    }
    for FallenBlock { chain_id, header, cause, .. } in &step.fallen {
        let (number, hash) = (header.number, header.hash);
        // Not an error of ours: who runs the verifier sees it in its views, and tells it better than a log.
        tracing::warn!(%chain_id, number, %hash, %cause, rule = cause.code(), "a block has to be replaced");
    }
}
