use crate::SourceEvent;
use alloy_primitives::U256;
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
    generation: watch::Sender<u64>,
}

/// The source's end.
pub(super) type Held = watch::Receiver<u64>;

impl Reins {
    pub(super) fn new() -> (Self, Held) {
        let (generation, held) = watch::channel(0);
        (Self { generation }, held)
    }

    /// The generation whose news count.
    pub(super) fn generation(&self) -> u64 {
        *self.generation.borrow()
    }

    pub(super) fn restart(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }
}
