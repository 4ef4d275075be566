//! What is decided while a relayer runs, by other hands than its own: what operators write into the store, and the list of
//! addresses that are screened, in its file.

use std::time::Duration;

use causeway_store::{MessageFilter, MessageStatus};
use tokio::{sync::oneshot, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    ControlError, RelayerControls, RelayerEvent,
    filter::{Filter, ScreeningNews},
};

/// How often it is looked at.
const PAUSE: Duration = Duration::from_secs(1);
/// How long reading the list may take until it is said that it hangs.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many messages are read from the store at once.
const PAGE: u32 = 1_000;

/// Looks until it is cancelled, or the relayer ends. `last` is the last decision that the lanes know of.
pub(crate) async fn watch(controls: RelayerControls, cancel: CancellationToken, mut last: Option<u64>) {
    // What the list says is asked of every message again, even if the store did not answer at first.
    let (mut is_due, mut reader) = (false, ListReader::new(controls.filter().clone()));
    loop {
        match act(&controls, &mut last).await {
            Ok(()) => {}
            Err(ControlError::Stopped) => return,
            Err(error) => tracing::debug!(%error, "what operators decided is not known now"),
        }
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        match reader.news().await {
            Some(ScreeningNews::Read { denied, allowed }) => {
                tracing::info!(denied, allowed, "the screening list changed, and was read");
                controls.announce(RelayerEvent::ScreeningRead { denied, allowed });
                is_due = true;
            }
            Some(ScreeningNews::Kept { error }) => {
                tracing::error!(%error, "the screening list cannot be read: the one from before counts");
                controls.announce(RelayerEvent::ScreeningUnread { reason: error.to_string() });
            }
            None => {}
        }
        if is_due {
            is_due = match sweep(&controls).await {
                Ok(()) => false,
                Err(ControlError::Stopped) => return,
                Err(error) => {
                    tracing::warn!(%error, "cannot go by the new screening list yet");
                    true
                }
            };
        }
    }
}

/// Reads the screening list beside everything else: a disk that hangs holds up nothing.
struct ListReader {
    filter: Filter,
    /// What comes of the reading that is under way.
    reading: Option<oneshot::Receiver<Option<ScreeningNews>>>,
    hangs: bool,
}

impl ListReader {
    const fn new(filter: Filter) -> Self {
        Self { filter, reading: None, hangs: false }
    }

    async fn news(&mut self) -> Option<ScreeningNews> {
        self.filter.screening.as_ref()?;
        let reading = self.reading.get_or_insert_with(|| {
            let (tell, told) = oneshot::channel();
            let filter = self.filter.clone();
            // A thread of its own, which no end of the process waits for.
            std::thread::spawn(move || drop(tell.send(filter.refresh())));
            told
        });
        match timeout(PATIENCE, reading).await {
            Ok(news) => {
                self.reading = None;
                let was_hanging = std::mem::take(&mut self.hangs);
                news.ok().flatten().or_else(|| was_hanging.then(|| self.as_it_was()).flatten())
            }
            Err(_) if std::mem::replace(&mut self.hangs, true) => None,
            Err(_) => self.filter.screening.as_ref().map(|list| ScreeningNews::Kept { error: list.hangs() }),
        }
    }

    fn as_it_was(&self) -> Option<ScreeningNews> {
        let list = self.filter.screening.as_ref()?.list();
        Some(ScreeningNews::Read { denied: list.denied(), allowed: list.allowed() })
    }
}

/// Has the lanes go by what was decided since the last time.
async fn act(controls: &RelayerControls, last: &mut Option<u64>) -> Result<(), ControlError> {
    let Some(known) = last else {
        *last = Some(controls.store().newest_decision().await?);
        return Ok(());
    };
    loop {
        let decisions = controls.store().decisions_after(*known, PAGE).await?;
        if decisions.is_empty() {
            return Ok(());
        }
        for decision in decisions {
            match controls.reconsider(decision.message).await {
                // What goes elsewhere is another relayer's.
                Ok(()) | Err(ControlError::Unknown { .. } | ControlError::NotRelayed { .. }) => {}
                Err(error) => return Err(error),
            }
            *known = decision.id;
        }
    }
}

/// Has every message that waits judged by the list again.
async fn sweep(controls: &RelayerControls) -> Result<(), ControlError> {
    for status in [MessageStatus::Submitted, MessageStatus::Failed, MessageStatus::Pending] {
        let mut filter =
            MessageFilter { status: Some(status), limit: Some(PAGE), ..MessageFilter::default() };
        loop {
            let page = controls.store().messages(&filter).await?;
            let Some(last) = page.last() else { break };
            filter.after = Some(last.seq);
            for record in page {
                controls.screen(record).await?;
            }
        }
    }
    Ok(())
}
