//! What the API shows, as JSON.

mod cost;
mod forms;
mod message;
mod news;
mod next_step;
mod resending;
mod standing;

pub(super) use cost::CostTotalView;
pub(super) use forms::{ChainId, Checksummed, Decimal, rfc3339};
pub(super) use message::{MessageView, TimelineView};
pub(super) use news::news;
pub(super) use next_step::{Outlook, Signers, Unsettled, next_step};
pub(super) use resending::Resending;
pub(super) use standing::{Standing, status_of};
