mod known;

use std::fmt;

use crate::{CrossL2Inbox, L2ToL2CrossDomainMessenger};
use alloy::{
    primitives::{Bytes, U256, hex},
    sol_types::{Panic, Revert, SolError},
};
use known::Found;

/// Why a call reverted, as far as its data tells.
///
/// The data may come from the contract that was called or from any below it: a message's target chooses its own, and
/// can imitate any of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevertReason {
    /// `MessageAlreadyRelayed()`: the message was delivered before.
    AlreadyRelayed,
    /// `NotInAccessList()`: the transaction does not declare the message.
    NotInAccessList,
    /// `MessageDestinationNotRelayChain()`: the message goes to another chain.
    WrongDestination,
    /// Another error without arguments of the interop contracts, or of a library that many contracts are made of.
    Known {
        /// The error's name.
        name: &'static str,
    },
    /// An error of these with arguments.
    Detailed {
        /// The error and its arguments, as one would write it.
        text: String,
    },
    /// `Error(string)`: the text of a `require`.
    Text {
        /// The text.
        text: String,
    },
    /// `Panic(uint256)`: a failed assertion, an overflow and the like.
    Panic {
        /// The code.
        code: U256,
    },
    /// Data that says nothing to us.
    Unknown {
        /// The data.
        data: Bytes,
    },
    /// No data, and all the gas was used up: by a loop, by work that is too much, or by an invalid instruction.
    OutOfGas {
        /// How much there was, where that is known.
        gas: Option<u64>,
    },
    /// No data at all.
    Empty,
}

impl RevertReason {
    /// Reads the data of a revert.
    pub fn decode(data: &[u8]) -> Self {
        use L2ToL2CrossDomainMessenger as Messenger;
        let Some(selector) = data.first_chunk::<4>().copied() else {
            return if data.is_empty() { Self::Empty } else { Self::unknown(data) };
        };
        match selector {
            Messenger::MessageAlreadyRelayed::SELECTOR => Self::AlreadyRelayed,
            Messenger::MessageDestinationNotRelayChain::SELECTOR => Self::WrongDestination,
            CrossL2Inbox::NotInAccessList::SELECTOR => Self::NotInAccessList,
            Revert::SELECTOR => match Revert::abi_decode(data) {
                Ok(revert) => Self::Text { text: excerpt(&revert.reason) },
                Err(_) => Self::unknown(data),
            },
            Panic::SELECTOR => match Panic::abi_decode(data) {
                Ok(panic) => Self::Panic { code: panic.code },
                Err(_) => Self::unknown(data),
            },
            _ => match known::find(data) {
                Some(Found::Name(name)) => Self::Known { name },
                Some(Found::Call(text)) => Self::Detailed { text },
                None => Self::unknown(data),
            },
        }
    }

    /// Returns a stable name of the kind, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlreadyRelayed
            | Self::NotInAccessList
            | Self::WrongDestination
            | Self::Known { .. }
            | Self::Detailed { .. } => "error",
            Self::Text { .. } => "text",
            Self::Panic { .. } => "panic",
            Self::Unknown { .. } => "unknown-data",
            Self::OutOfGas { .. } => "out-of-gas",
            Self::Empty => "no-data",
        }
    }

    fn unknown(data: &[u8]) -> Self {
        Self::Unknown { data: Bytes::copy_from_slice(data) }
    }
}

impl fmt::Display for RevertReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More bytes than this tell a reader nothing.
        const SHOWN: usize = 68;
        match self {
            Self::AlreadyRelayed => f.write_str("MessageAlreadyRelayed()"),
            Self::NotInAccessList => f.write_str("NotInAccessList()"),
            Self::WrongDestination => f.write_str("MessageDestinationNotRelayChain()"),
            Self::Known { name } => write!(f, "{name}()"),
            Self::Text { text } => write!(f, "{text:?}"),
            Self::Detailed { text } => f.write_str(text),
            Self::Panic { code } => write!(f, "Panic: {} (0x{code:02x})", panic_name(*code)),
            Self::Unknown { data } if data.len() > SHOWN => {
                write!(f, "0x{}… ({} bytes)", hex::encode(&data[..SHOWN]), data.len())
            }
            Self::Unknown { data } => write!(f, "{data}"),
            Self::OutOfGas { gas: Some(gas) } => {
                write!(f, "out of gas: all of {gas} gas was used up, or an invalid instruction was met")
            }
            Self::OutOfGas { gas: None } => f.write_str("out of gas"),
            Self::Empty => f.write_str("no reason given"),
        }
    }
}

/// What Solidity means by a panic's code.
fn panic_name(code: U256) -> &'static str {
    match u64::try_from(code).unwrap_or(u64::MAX) {
        0x00 => "unspecified",
        0x01 => "failed assertion",
        0x11 => "arithmetic overflow",
        0x12 => "division by zero",
        0x21 => "no such value of the enum",
        0x22 => "wrongly encoded byte array in storage",
        0x31 => "pop of an empty array",
        0x32 => "index out of bounds",
        0x41 => "too much memory",
        0x51 => "call of an uninitialised function",
        _ => "unknown code",
    }
}

/// The beginning of a foreign text: no more than a reader has use for. What is not printable is escaped where it is shown: control characters, and those that
/// turn the direction of what follows.
pub fn excerpt(text: &str) -> String {
    /// More characters than this are not read.
    const SHOWN: usize = 200;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{L2NativeSuperchainERC20, SuperchainTokenBridge};

    #[test]
    fn errors_of_the_contracts_have_names() {
        let unknown = format!("Panic: unknown code (0x{})", "f".repeat(64));
        for (data, text) in [
            (L2ToL2CrossDomainMessenger::MessageAlreadyRelayed {}.abi_encode(), "MessageAlreadyRelayed()"),
            (CrossL2Inbox::NotInAccessList {}.abi_encode(), "NotInAccessList()"),
            (CrossL2Inbox::TimestampTooHigh {}.abi_encode(), "TimestampTooHigh()"),
            (SuperchainTokenBridge::InvalidERC7802 {}.abi_encode(), "InvalidERC7802()"),
            (L2NativeSuperchainERC20::InsufficientBalance {}.abi_encode(), "InsufficientBalance()"),
            (Revert { reason: "not\nnow".to_owned() }.abi_encode(), r#""not\nnow""#),
            (
                Revert { reason: "a\u{1b}[2Jb\u{202e}c\u{200b}".to_owned() }.abi_encode(),
                r#""a\u{1b}[2Jb\u{202e}c\u{200b}""#,
            ),
            (Panic { code: U256::from(0x11) }.abi_encode(), "Panic: arithmetic overflow (0x11)"),
            (Panic { code: U256::from(0x01) }.abi_encode(), "Panic: failed assertion (0x01)"),
            (Panic { code: U256::MAX }.abi_encode(), &unknown),
            (vec![], "no reason given"),
            (vec![1, 2], "0x0102"),
            (vec![1, 2, 3, 4], "0x01020304"),
        ] {
            assert_eq!(RevertReason::decode(&data).to_string(), text);
        }
    }

    #[test]
    fn hostile_data_is_shortened() {
        let long = RevertReason::decode(&[7; 10_000]).to_string();
        assert!(long.len() < 200 && long.ends_with("(10000 bytes)"), "{long}");
        let cut = &Revert { reason: "x".repeat(100) }.abi_encode()[..60];
        assert!(matches!(RevertReason::decode(cut), RevertReason::Unknown { .. }));
        let text = Revert { reason: "x".repeat(10_000) }.abi_encode();
        assert!(RevertReason::decode(&text).to_string().len() < 300);
        let control = Revert { reason: "\u{1b}".repeat(10_000) }.abi_encode();
        let shown = RevertReason::decode(&control).to_string();
        assert!(shown.len() < 1_300 && shown.ends_with("…\"") && !shown.contains('\u{1b}'), "{shown}");
    }
}
