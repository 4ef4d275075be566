use crate::engine::{Message, SignedTx, message::Place};

/// A message in a lane: where it is on its way, and what it has been through.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) message: Message,
    pub(crate) phase: Phase,
    /// How often it failed, on chain or in the guard.
    pub(crate) failures: u32,
    /// How often the guard said that it was delivered while no log of that was seen.
    pub(crate) unseen: u32,
    /// How often the account could not pay for it.
    pub(crate) unfunded: u32,
    /// How often in a row the node could not be asked about it.
    pub(crate) unavailable: u32,
    /// How many answers the lane had got about other messages when that happened last.
    pub(crate) heard: u64,
    /// The identifier changed since the present attempt was signed.
    pub(crate) moved: bool,
    /// Bytes that were signed and that the node did not take, to be used again if their nonce still fits.
    pub(crate) parked: Option<Parked>,
}

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It waits for its turn to be guarded.
    Queued,
    /// The destination is being asked about it.
    Guarding,
    /// It waits for its turn to be sent.
    Ready { gas: u64 },
    /// It waits for a block of the destination.
    Asleep { until: u64 },
    /// It waits for the next block or tick, whichever comes first.
    Napping,
    /// The attempt with this nonce delivers it.
    Attempted { nonce: u64 },
}

/// Signed bytes that the node did not take.
#[derive(Clone, Debug)]
pub(crate) struct Parked {
    pub(crate) nonce: u64,
    pub(crate) tx: SignedTx,
}

impl Entry {
    pub(crate) const fn new(message: Message) -> Self {
        Self {
            message,
            phase: Phase::Queued,
            failures: 0,
            unseen: 0,
            unfunded: 0,
            unavailable: 0,
            heard: 0,
            moved: false,
            parked: None,
        }
    }

    pub(crate) const fn place(&self) -> Place {
        self.message.place()
    }
}
