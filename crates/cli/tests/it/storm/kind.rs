//! What messages of a storm are for, and what has to become of them.

use super::dice::Dice;
use alloy::primitives::{Address, Bytes, U256, address};

/// What a message does where it is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Nothing: its target has no code.
    Account,
    /// Counts its deliveries.
    Counts,
    /// Makes those of a key possible.
    Unlocks,
    /// Reverts before the one that unlocks its key is delivered.
    Locked,
    /// Reverts in every second block: it may be judged good, be paid for, and revert.
    Fickle,
    /// Reverts, always.
    Reverts,
    /// Burns all gas, always.
    Burns,
    /// Returns a megabyte.
    Returns,
    /// Reverts with a megabyte.
    Shouts,
    /// Nothing, and it is too old before a relayer sees it.
    Expired,
}

pub(crate) const KINDS: [Kind; 10] = [
    Kind::Account,
    Kind::Counts,
    Kind::Unlocks,
    Kind::Locked,
    Kind::Fickle,
    Kind::Reverts,
    Kind::Burns,
    Kind::Returns,
    Kind::Shouts,
    Kind::Expired,
];

const LOCKS: Address = address!("000000000000000000000000000000000000c001");

/// A message to send: its kind, and a key that no other of its kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Parcel {
    pub(crate) kind: Kind,
    pub(crate) key: u64,
}

impl Kind {
    pub(crate) const fn target(self) -> Address {
        match self {
            Self::Account => address!("000000000000000000000000000000000000a000"),
            Self::Counts => address!("000000000000000000000000000000000000c000"),
            Self::Unlocks | Self::Locked => LOCKS,
            Self::Fickle => address!("000000000000000000000000000000000000c002"),
            Self::Reverts => address!("000000000000000000000000000000000000c003"),
            Self::Burns => address!("000000000000000000000000000000000000c004"),
            Self::Returns => address!("000000000000000000000000000000000000c005"),
            Self::Shouts => address!("000000000000000000000000000000000000c006"),
            Self::Expired => address!("000000000000000000000000000000000000a001"),
        }
    }

    /// The code at its target, as 0x hex.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Account | Self::Expired => "0x",
            // storage[calldata[0..32]] += 1
            Self::Counts => "0x5f35805460010190555f5ff3",
            // With 32 bytes of calldata: reverts unless storage[it] is set; with more it sets that.
            Self::Unlocks | Self::Locked => "0x36602014600d5760015f3555005b5f35546017575f5ffd5b00",
            // Reverts unless the block's number is even.
            Self::Fickle => "0x43600116600857005b5f5ffd",
            Self::Reverts => "0x5f5ffd",
            Self::Burns => "0xfe",
            Self::Returns => "0x621000005ff3",
            Self::Shouts => "0x621000005ffd",
        }
    }

    /// How many transactions of it may be paid for without delivering it, whatever happens: after so many it is given up.
    /// Those that can always be judged before they are paid for cost nothing.
    pub(crate) const fn may_cost(self) -> usize {
        match self {
            Self::Locked | Self::Fickle => 3,
            _ => 0,
        }
    }

    /// It may cost a relayer something, and need not be delivered.
    pub(crate) const fn is_bad(self) -> bool {
        match self {
            Self::Account | Self::Counts | Self::Unlocks | Self::Locked => false,
            Self::Fickle | Self::Reverts | Self::Burns | Self::Returns | Self::Shouts | Self::Expired => true,
        }
    }

    /// What a message of the storm is for, mostly.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..35 => Self::Account,
            35..70 => Self::Counts,
            70..80 => Self::Unlocks,
            80..86 => Self::Fickle,
            86..92 => Self::Reverts,
            92..96 => Self::Burns,
            96..98 => Self::Returns,
            _ => Self::Shouts,
        }
    }
}

impl Parcel {
    pub(crate) fn calldata(self) -> Bytes {
        let mut data = U256::from(self.key).to_be_bytes_vec();
        if self.kind == Kind::Unlocks {
            data.push(1);
        }
        data.into()
    }

    /// Reads a message that a storm sent.
    pub(crate) fn read(target: Address, calldata: &[u8]) -> Option<Self> {
        let key = U256::try_from_be_slice(calldata.get(..32)?)?.try_into().ok()?;
        KINDS
            .into_iter()
            .map(|kind| Self { kind, key })
            .find(|parcel| parcel.kind.target() == target && parcel.calldata().as_ref() == calldata)
    }
}
