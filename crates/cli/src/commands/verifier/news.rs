//! What a running verifier tells on the terminal: what an operator would want to be woken for, and nothing else.

use crate::{events::ServiceEvent, printer::Printer};
use alloy::primitives::U256;
use causeway_verifier::{ChainStatus, FallenBlock, SourceState, Verifier, View};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::watch;

/// The changes that are worth a line.
#[derive(Debug)]
pub(crate) struct News {
    views: watch::Receiver<Arc<View>>,
    labels: BTreeMap<U256, String>,
    told: BTreeMap<U256, Told>,
    /// Whether the failsafe was on when it was last looked at.
    failsafe: bool,
    /// Whether that all is well is worth a line, too.
    all: bool,
}

/// What was said of a chain last.
#[derive(Debug, Default)]
struct Told {
    state: Option<SourceState>,
    complete: bool,
    ends: Option<Arc<str>>,
    reorgs: u64,
    fallen: Option<FallenBlock>,
}

impl News {
    /// Everything, of chains with these labels.
    pub(crate) fn all(verifier: &Verifier, labels: impl IntoIterator<Item = (u64, String)>) -> Self {
        let labels = labels.into_iter().map(|(chain_id, label)| (U256::from(chain_id), label)).collect();
        let mut views = verifier.views();
        views.mark_changed();
        Self { views, labels, told: BTreeMap::new(), failsafe: false, all: true }
    }

    /// Only what went wrong, and when it is mended.
    pub(crate) fn troubles(verifier: &Verifier, labels: impl IntoIterator<Item = (u64, String)>) -> Self {
        Self { all: false, ..Self::all(verifier, labels) }
    }

    /// Waits for a change, and prints what is new in it.
    pub(crate) async fn print(&mut self, printer: &Printer) {
        if self.views.changed().await.is_err() {
            return std::future::pending().await;
        }
        let view = Arc::clone(&self.views.borrow_and_update());
        if view.failsafe() != self.failsafe {
            self.failsafe = view.failsafe();
            let text = if self.failsafe {
                "the failsafe is on: every check is refused"
            } else {
                "the failsafe is off"
            };
            printer.event(text, &ServiceEvent::Failsafe { enabled: self.failsafe });
        }
        for (chain_id, status) in view.chains() {
            let label = self.labels.get(&chain_id).cloned().unwrap_or_else(|| chain_id.to_string());
            let fallen = view.fallen().iter().find(|block| block.chain_id == chain_id);
            let told = self.told.entry(chain_id).or_default();
            for (text, event) in told.news(&label, chain_id, status, fallen) {
                let is_well =
                    matches!(event, ServiceEvent::State { .. } | ServiceEvent::HistoryComplete { .. })
                        && matches!(status.state, SourceState::Starting | SourceState::Following);
                if self.all || !is_well {
                    printer.event(&text, &event);
                }
            }
        }
    }
}

impl Told {
    fn news(
        &mut self,
        label: &str,
        chain_id: U256,
        status: &ChainStatus,
        fallen: Option<&FallenBlock>,
    ) -> Vec<(String, ServiceEvent)> {
        let mut news = Vec::new();
        let chain_id = chain_id.into();
        if self.reorgs != status.reorgs {
            self.reorgs = status.reorgs;
            let tip = status.heads.local_unsafe.map(|tip| tip.number);
            let text = format!("{label}: blocks went away; the newest is {}", tip.unwrap_or_default());
            news.push((text, ServiceEvent::Reorg { chain_id, head: tip }));
        }
        if self.state.as_ref() != Some(&status.state) {
            self.state = Some(status.state.clone());
            let tip = status.heads.local_unsafe.map(|tip| tip.number);
            let at = tip.map(|tip| format!(", block {tip}")).unwrap_or_default();
            let text = format!("{label}: {}{at}", status.state);
            let (state, reason) = (status.state.code(), status.state.reason().map(str::to_owned));
            news.push((text, ServiceEvent::State { chain_id, state, reason, head: tip }));
        }
        if status.history_complete && !self.complete {
            self.complete = true;
            let first = status.first.map(|first| first.number);
            let text = format!("{label}: history complete, from block {}", first.unwrap_or_default());
            news.push((text, ServiceEvent::HistoryComplete { chain_id, first }));
        }
        if self.ends != status.history_ends {
            self.ends.clone_from(&status.history_ends);
            if let Some(reason) = &status.history_ends {
                let first = status.first.map(|first| first.number);
                let text = format!("{label}: history from block {} on: {reason}", first.unwrap_or_default());
                let reason = reason.to_string();
                news.push((text, ServiceEvent::HistoryEnds { chain_id, first, reason }));
            }
        }
        if self.fallen.as_ref() != fallen {
            self.fallen = fallen.copied();
            news.push(match fallen {
                Some(block) => (
                    format!("{label}: block {} has to be replaced: {}", block.header.number, block.cause),
                    ServiceEvent::InvalidBlock {
                        chain_id,
                        number: block.header.number,
                        hash: block.header.hash,
                        rule: block.cause.code(),
                        cause: block.cause.to_string(),
                    },
                ),
                None => (format!("{label}: no block is invalid any more"), ServiceEvent::Mended { chain_id }),
            });
        }
        news
    }
}
