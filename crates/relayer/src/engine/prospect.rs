use alloy::primitives::Address;

/// What a message that is not delivered waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// Its turn: to be tried out on the destination, or to be sent.
    Turn,
    /// The signature of its first transaction, of which no node can have anything yet.
    Signing {
        /// The account that is to sign.
        signer: Address,
    },
    /// The end of the transaction that carries it.
    Carried,
    /// The next block, or the end of a short pause: it could not be judged now.
    Pause,
    /// This block of the destination. Its delivery would fail, so that it wakes as well when something of its sender or
    /// target is delivered.
    Refused {
        /// The block's number.
        block: u64,
    },
    /// This block of the destination.
    Block {
        /// The block's number.
        block: u64,
    },
    /// The time when as much gas has come back as it takes: somebody's budget for what is paid in vain is used up.
    Withheld {
        /// Whose, in words: `its token`, `its sender`, …
        party: String,
        /// The number of the destination's block at which it is looked at again.
        block: u64,
        /// Before this time of the destination's blocks it is not sent, in seconds since 1970.
        not_before: u64,
    },
    /// Lower fees: what gas costs is above the ceiling. That is looked at with every block.
    Dear,
    /// The end of the hour: the gas of what landed in it, or may land still, is at the cap.
    Capped,
    /// The same of the gas that messages of its source took, or may take still.
    RouteCapped,
    /// Somebody who puts it back: a rule of the configuration keeps it.
    Filtered {
        /// Which one.
        reason: String,
    },
    /// Its source's block, which is not as safe yet as its route wants it.
    Safety,
    /// That the destination knows its source's newest blocks, and its clock is there: others as young as it were refused for now.
    Early,
    /// Its end: so little of its time is left that no new transaction takes it.
    Late,
    /// Nothing: the lane does not have it. It was given up, has expired, or comes with the next block of its source.
    Dropped,
}
