//! What is decided while a relayer runs, by other hands than its own: what operators write into the store, and the list of
//! addresses that are screened, in its file.

use std::time::Duration;

use causeway_store::{MessageFilter, MessageStatus};
use tokio_util::sync::CancellationToken;

use crate::{ControlError, RelayerControls, RelayerEvent, filter::ScreeningNews};

/// How often it is looked at.
const PAUSE: Duration = Duration::from_secs(1);
/// How many messages are read from the store at once.
const PAGE: u32 = 1_000;

/// Looks until it is cancelled, or the relayer ends. `last` is the last decision that the lanes know of.
pub(crate) async fn watch(controls: RelayerControls, cancel: CancellationToken, mut last: Option<u64>) {
    // What the list says is asked of every message again, even if the store did not answer at first.
    let mut is_due = false;
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
        match controls.filter().refresh() {
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
