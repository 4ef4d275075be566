//! Which messages a relayer delivers: what its operator wants, by rules and by a list of addresses in a file.
//!
//! Pure, but for [`Screening`], which reads the file. What is not admitted stays recorded like every other message, and is taken up
//! when it is admitted later.

mod list;
mod parties;
mod reason;
mod rules;
mod screening;
mod selection;

pub use list::{ScreeningError, ScreeningList};
pub use reason::Reason;
pub use rules::Rules;
pub use screening::{Screening, ScreeningFault, ScreeningNews};
pub use selection::Selection;

use causeway_interop::SentMessage;
use parties::Parties;

/// What is delivered. The default admits everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By what a message is.
    pub rules: Rules,
    /// By whom it is of, and for.
    pub screening: Option<Screening>,
}

impl Filter {
    /// Says whether a message from the chain `source` is delivered, or which rule keeps it.
    pub fn admits(&self, message: &SentMessage, source: u64) -> Result<(), Reason> {
        let parties = Parties::of(message);
        self.rules.admit(message, source, &parties)?;
        match &self.screening {
            Some(screening) => screening.list().admit(&parties),
            None => Ok(()),
        }
    }

    /// Reads the list again if its file changed. Says what came of it, if it did.
    pub fn refresh(&self) -> Option<ScreeningNews> {
        self.screening.as_ref().and_then(Screening::refresh)
    }
}

#[cfg(test)]
mod tests;
