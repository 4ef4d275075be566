use std::fmt;

use alloy::{
    primitives::{Bytes, U256, hex},
    sol_types::{Panic, Revert, SolError},
};
use causeway_bindings::{
    CrossL2Inbox, ETHLiquidity, L2NativeSuperchainERC20, L2ToL2CrossDomainMessenger, SuperchainETHBridge,
    SuperchainTokenBridge,
};

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
    /// Another error of the interop contracts or of a SuperchainERC20.
    Known {
        /// The error's name.
        name: &'static str,
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
                Ok(revert) => Self::Text { text: printable(&revert.reason) },
                Err(_) => Self::unknown(data),
            },
            Panic::SELECTOR => match Panic::abi_decode(data) {
                Ok(panic) => Self::Panic { code: panic.code },
                Err(_) => Self::unknown(data),
            },
            selector => match known_name(selector) {
                Some(name) => Self::Known { name },
                None => Self::unknown(data),
            },
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
            Self::Panic { code } => write!(f, "panic 0x{code:02x}"),
            Self::Unknown { data } if data.len() > SHOWN => {
                write!(f, "0x{}… ({} bytes)", hex::encode(&data[..SHOWN]), data.len())
            }
            Self::Unknown { data } => write!(f, "{data}"),
            Self::Empty => f.write_str("no reason given"),
        }
    }
}

/// Returns the name of an error of the contracts that a message usually meets. None of these has arguments.
fn known_name(selector: [u8; 4]) -> Option<&'static str> {
    use L2ToL2CrossDomainMessenger::L2ToL2CrossDomainMessengerErrors as Messenger;
    Messenger::name_by_selector(selector)
        .or_else(|| CrossL2Inbox::CrossL2InboxErrors::name_by_selector(selector))
        .or_else(|| SuperchainTokenBridge::SuperchainTokenBridgeErrors::name_by_selector(selector))
        .or_else(|| SuperchainETHBridge::SuperchainETHBridgeErrors::name_by_selector(selector))
        .or_else(|| ETHLiquidity::ETHLiquidityErrors::name_by_selector(selector))
        .or_else(|| L2NativeSuperchainERC20::L2NativeSuperchainERC20Errors::name_by_selector(selector))
}

/// Makes a foreign text fit for one line, without control characters, and not endless.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_contracts_have_names() {
        for (data, text) in [
            (L2ToL2CrossDomainMessenger::MessageAlreadyRelayed {}.abi_encode(), "MessageAlreadyRelayed()"),
            (CrossL2Inbox::NotInAccessList {}.abi_encode(), "NotInAccessList()"),
            (CrossL2Inbox::TimestampTooHigh {}.abi_encode(), "TimestampTooHigh()"),
            (SuperchainTokenBridge::InvalidERC7802 {}.abi_encode(), "InvalidERC7802()"),
            (L2NativeSuperchainERC20::InsufficientBalance {}.abi_encode(), "InsufficientBalance()"),
            (Revert { reason: "not\nnow".to_owned() }.abi_encode(), "\"not now\""),
            (Panic { code: U256::from(0x11) }.abi_encode(), "panic 0x11"),
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
    }
}
