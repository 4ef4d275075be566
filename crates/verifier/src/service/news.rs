use crate::SourceEvent;
use alloy_primitives::U256;
use std::sync::Arc;
use tokio::sync::watch;

/// News of a chain, on their way to the keeper.
#[derive(Debug)]
pub(super) struct News {
    pub(super) chain_id: U256,
    /// Which beginning of the source they belong to: those of an earlier one are void.
    pub(super) generation: u64,
    pub(super) event: SourceEvent,
}

/// The keeper's end of a source: makes it begin anew from what the index has.
#[derive(Debug)]
pub(super) struct Reins {
    beginning: watch::Sender<Beginning>,
}

/// How a source begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Beginning {
    /// How often it has begun before.
    pub(super) generation: u64,
    /// What was wrong with its news, if that is why it begins anew.
    pub(super) why: Option<Arc<str>>,
}

/// The source's end.
pub(super) type Held = watch::Receiver<Beginning>;

impl Reins {
    pub(super) fn new() -> (Self, Held) {
        let (beginning, held) = watch::channel(Beginning::default());
        (Self { beginning }, held)
    }

    /// The generation whose news count.
    pub(super) fn generation(&self) -> u64 {
        self.beginning.borrow().generation
    }

    pub(super) fn restart(&self, why: Option<Arc<str>>) {
        self.beginning.send_modify(|beginning| {
            *beginning = Beginning { generation: beginning.generation + 1, why };
        });
    }
}
