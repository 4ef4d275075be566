use alloy::primitives::Address;

use crate::engine::{Message, attempt::Slot, message::Place};

/// A message in a lane: where it is on its way, and what it has been through.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) message: Message,
    pub(crate) phase: Phase,
    /// How often it failed, on chain or in the guard.
    pub(crate) failures: u32,
    /// It failed before, or others like it cost us something: it is guarded and sent apart from the rest, after it.
    pub(crate) doubtful: bool,
    /// The gas that it takes, if it was said that it is not tried before as much has come back.
    pub(crate) withheld: Option<u64>,
    /// How often the guard said that it was delivered while no log of that was seen.
    pub(crate) unseen: u32,
    /// How often the account could not pay for it.
    pub(crate) unfunded: u32,
    /// How often in a row the node could not be asked about it.
    pub(crate) unavailable: u32,
    /// How many answers the lane had got about other messages when that happened last.
    pub(crate) heard: u64,
    /// How often in a row a node refused it for now, by itself or together with others.
    pub(crate) early: u32,
    /// The identifier changed since the present attempt was signed.
    pub(crate) moved: bool,
    /// With how many messages, itself included, it may share a transaction.
    pub(crate) company: usize,
    /// The head when the destination was asked about it last.
    pub(crate) asked: u64,
    /// Its delivery would fail, the destination said then.
    pub(crate) refused: bool,
}

/// What messages have in common of which one can be why another one fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kin {
    Sender(u64, Address),
    Target(Address),
}

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It waits for its turn to be guarded.
    Queued,
    /// The destination is being asked about it, in the group with this number.
    Guarding { group: u64 },
    /// It waits for its turn to be sent, since this head.
    Ready { gas: u64, since: u64 },
    /// It waits for a block of the destination.
    Asleep { until: u64 },
    /// It waits for the next block or tick, whichever comes first.
    Napping,
    /// Others of its source, as young as it, were refused for now: it waits for one of them to go through, or to be older.
    Early,
    /// The block of its source is not as safe yet as it has to be.
    Unsettled,
    /// The gas that messages of its source may use in an hour is used up.
    Capped,
    /// So little of its time is left that no new transaction takes it: it waits for the end of that, or for a clock that
    /// goes back.
    Late,
    /// The attempt there delivers it, or its end is awaited.
    Attempted { slot: Slot },
}

/// A message's turn: doubtful ones come after all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    pub(crate) doubtful: bool,
    pub(crate) place: Place,
}

impl Entry {
    pub(crate) const fn new(message: Message) -> Self {
        Self {
            message,
            phase: Phase::Queued,
            failures: 0,
            doubtful: false,
            withheld: None,
            unseen: 0,
            unfunded: 0,
            unavailable: 0,
            heard: 0,
            early: 0,
            moved: false,
            company: usize::MAX,
            asked: 0,
            refused: false,
        }
    }

    pub(crate) const fn kin(&self) -> [Kin; 2] {
        let Message { source, sender, target, .. } = self.message;
        [Kin::Sender(source, sender), Kin::Target(target)]
    }

    pub(crate) const fn turn(&self) -> Turn {
        Turn { doubtful: self.doubtful, place: self.message.place() }
    }
}
