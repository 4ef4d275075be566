//! The relayer's decisions, pure: one [`Lane`] per destination turns events into commands.
//!
//! A lane does no I/O and has no clock. What happened, and when, comes in as [`Event`]s; what is to be done goes
//! out as [`Command`]s, and whoever carries a command out answers with an event. Between the two every message is
//! on one path:
//!
//! ```text
//! queued ─▶ guarding ─▶ ready ─▶ attempt: signing ─▶ unsent ─▶ sending ─▶ pooled ─▶ delivered
//!   ▲          │          │          │        refused │    ▲                 │ │ reverted, replaced
//!   └──────────┴── asleep, napping ◀─┴────────────────┘    └─ next version ◀─┘ │
//!   └──────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! An attempt is a nonce of one of the lane's accounts, and carries one message or many. Its parts: the roster has the
//! messages, the fleet the accounts with their attempts, and the lane decides between them who is asked about, signed
//! and sent.
//!
//! What a lane promises whatever the events are:
//!
//! * A message is in at most one live attempt, over all accounts. An attempt ends when a block that was read shows its
//!   nonce used, or when the node refused bytes that no node ever held.
//! * What a node may have is never forgotten. When it is not good enough any more, the next version of it takes the same
//!   nonce with higher fees: a block takes one of them. It carries those of the attempt's messages that are still wanted
//!   and were judged anew, and no others; the rest wait for the end of the nonce.
//! * A block is taken in with all its deliveries, and judges each message of a transaction by itself. What a transaction
//!   in a block carried and did not deliver was paid in vain, for that message and for whoever sent it.
//! * Bytes are committed to the store before they are broadcast, and what is sent again is the same bytes.
//! * Nothing is submitted for a message whose delivery was seen, unless a reorg undid that delivery.
//! * A message that is not delivered always has a command outstanding, or something that wakes it.

mod account;
mod attempt;
mod attempts;
mod budget;
mod caps;
mod clock;
mod command;
mod entry;
mod event;
mod fleet;
mod guards;
mod hold;
mod lane;
mod message;
mod origin;
mod policy;
mod prospect;
mod roster;
mod spent;
mod stakes;
mod trust;
mod turns;
mod weight;

#[cfg(test)]
mod audit;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod test_util;

pub use command::{AttemptOutcome, Command, Notice};
pub use event::{
    BroadcastOutcome, Delivery, Event, Experience, GuardOutcome, Guarded, InVain, NotCommitted,
    ReceiptOutcome,
};
pub use lane::Lane;
pub use message::{Item, Message, SignedTx};
pub use policy::{Limits, Policy};
pub use prospect::Prospect;
pub use weight::Weight;

pub(crate) use trust::is_within_budget;
