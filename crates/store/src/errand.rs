use alloy_primitives::{Address, B256, Bytes, U256};

/// What a transaction is for that delivers nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrandKind {
    /// It gives ether to a signer. Its amount is in wei.
    TopUp,
    /// It sends a message again. Its amount is in gas.
    Resend,
    /// It does nothing but use a nonce that another errand of its account waits for. Its amount is 0.
    Filler,
}

impl ErrandKind {
    const ALL: [Self; 3] = [Self::TopUp, Self::Resend, Self::Filler];

    /// The name, as in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopUp => "top-up",
            Self::Resend => "resend",
            Self::Filler => "filler",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What became of an errand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrandState {
    /// It was signed. Whether it was sent, and where it is, nobody knows.
    Open,
    /// A block holds it, and it succeeded.
    Landed,
    /// A block holds it, and it reverted.
    Reverted,
    /// A block holds another transaction of the account with its nonce.
    Replaced,
}

impl ErrandState {
    const ALL: [Self; 4] = [Self::Open, Self::Landed, Self::Reverted, Self::Replaced];

    /// The name, as in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Landed => "landed",
            Self::Reverted => "reverted",
            Self::Replaced => "replaced",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A transaction that was signed for an errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrandVersion {
    /// Its hash.
    pub tx_hash: B256,
    /// Its bytes, as `eth_sendRawTransaction` takes them.
    pub raw_tx: Bytes,
}

/// An errand that is about to be run: its first transaction is signed, and nobody has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewErrand {
    /// The chain.
    pub chain_id: u64,
    /// The account that signed, which is no signer of deliveries.
    pub account: Address,
    /// Its nonce.
    pub nonce: u64,
    /// What it is for.
    pub kind: ErrandKind,
    /// Whom it is for: an account with zeros before it, or the hash of a message. Of one that does nothing, its own account.
    pub subject: B256,
    /// What it counts against the cap, in the unit of its kind.
    pub amount: U256,
    /// The transaction.
    pub version: ErrandVersion,
}

/// A recorded errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// The position in the order of recording.
    pub id: u64,
    /// The chain.
    pub chain_id: u64,
    /// The account that signed.
    pub account: Address,
    /// Its nonce.
    pub nonce: u64,
    /// What it is for.
    pub kind: ErrandKind,
    /// Whom it is for: an account with zeros before it, or the hash of a message. Of one that does nothing, its own account.
    pub subject: B256,
    /// What it counts against the cap, in the unit of its kind.
    pub amount: U256,
    /// What became of it.
    pub state: ErrandState,
    /// The height of the block that ended it.
    pub block_number: Option<u64>,
    /// The transactions that were signed for it, oldest first; a block takes one of them at most.
    pub versions: Vec<ErrandVersion>,
}

/// Whether an errand was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It was: it may be sent.
    Yes,
    /// Of another one of the account, or of the same nonce, the fate is not known yet. Nothing may be sent.
    Busy,
    /// With it, more would have been spent in a day than the cap. Nothing may be sent.
    Capped {
        /// What was spent in the day before, or may be still.
        spent: U256,
    },
}
