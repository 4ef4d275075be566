/// Why a relayer works for a chain no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is another relayer's, or is left to one.
    ToAnother,
    /// The store did not answer, or not in time: nobody knows who works for it by now.
    StoreAway,
    /// The relayer ends, or cannot go on.
    Ended,
}

impl Left {
    /// In words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::ToAnother => "the chain is left to another relayer",
            Self::StoreAway => "the database did not answer in time, so others may work for the chain by now",
            Self::Ended => "the relayer ends its work",
        }
    }
}
