use alloy::primitives::{Address, FixedBytes, U256};

/// Which rule keeps a message from being delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Messages of its source are not wanted.
    #[error("messages from chain {chain_id} are not wanted")]
    Source {
        /// The chain.
        chain_id: u64,
    },
    /// Messages to its destination are not wanted.
    #[error("messages to chain {chain_id} are not wanted")]
    Destination {
        /// The chain.
        chain_id: U256,
    },
    /// Its sender is not wanted.
    #[error("the sender {address} is not wanted")]
    Sender {
        /// Who called the messenger, or used the bridge.
        address: Address,
    },
    /// Its target is not wanted.
    #[error("the target {address} is not wanted")]
    Target {
        /// Who would be called, or paid.
        address: Address,
    },
    /// The token that it carries is not wanted.
    #[error("the token {address} is not wanted")]
    Token {
        /// The token.
        address: Address,
    },
    /// What it calls is not wanted.
    #[error("{}", match selector {
        Some(selector) => format!("calls of {selector} are not wanted"),
        None => "only calls of some functions are wanted, and it calls none".to_owned(),
    })]
    Selector {
        /// The first four bytes of the calldata; `None` for less.
        selector: Option<FixedBytes<4>>,
    },
    /// It carries less or more ether than is wanted.
    #[error("it carries {value} wei, which is less or more than is wanted")]
    Value {
        /// What it carries, in wei.
        value: U256,
    },
    /// Somebody who takes part is on the screening list.
    #[error("{address} is on the screening list{}", note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default())]
    Screened {
        /// Who.
        address: Address,
        /// What the list says of it.
        note: Option<String>,
    },
    /// The screening list names who may take part, and nobody who does is there.
    #[error("nobody who takes part is allowed by the screening list")]
    NotListed,
}
