/// Why bytes are no batch, or items make none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayBatchError {
    /// The batch ends within an item.
    #[error("the batch ends at byte {at}, within item {item}")]
    CutOff {
        /// How long it is, in bytes.
        at: usize,
        /// The item, from zero.
        item: usize,
    },
    /// Something follows the last item.
    #[error("{count} bytes follow the last item")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// A number has a leading zero, or more bytes than its field can have.
    #[error("the number at byte {at} is not written as it should be")]
    Number {
        /// Where it begins.
        at: usize,
    },
    /// A message is longer than the batch says that the longest is.
    #[error("the message of item {item} has {length} bytes, and the longest should have {longest}")]
    TooLong {
        /// The item, from zero.
        item: usize,
        /// The message's length, in bytes.
        length: usize,
        /// What the batch says.
        longest: usize,
    },
    /// The items' values do not add up to what the batch says.
    #[error("the values of the items do not add up to what the batch says")]
    Value,
    /// A log index that counts on from the item before exceeds 32 bits: no block has it.
    #[error("the log index of item {item} exceeds 32 bits")]
    LogIndex {
        /// The item, from zero.
        item: usize,
    },
    /// A message, or a batch, is too long for its length to be written in 32 bits.
    #[error("more than 32 bits can count")]
    Oversized,
}
