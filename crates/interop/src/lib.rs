#![doc = include_str!("../README.md")]

pub mod abi;
pub mod graph;
pub mod relay_batch;
pub mod rules;

mod access;
mod access_list;
mod chain_address;
mod chain_id;
mod chain_type;
mod checksum;
mod claim;
mod dependency_set;
mod entry_kind;
mod event;
mod executing_message;
mod facts;
mod identifier;
mod interoperable_address;
mod interoperable_name;
mod invalid_reason;
mod message_hash;
mod missing;
mod payload;
mod predeploys;
mod relayed_message;
mod roots;
mod rpc_code;
mod safety_level;
mod sent_message;
mod verdict;

pub use access::{Access, AccessEntries};
pub use access_list::{
    AccessListDecoder, AccessListError, decode_access_list, encode_access_list, parse_access,
};
pub use chain_address::{ChainAddress, ChainAddressError};
pub use chain_id::{ChainIdError, parse_chain_id};
pub use chain_type::ChainType;
pub use checksum::Checksum;
pub use claim::{Claim, ClaimedMessage, SameTimestamp};
pub use dependency_set::{
    DependencySet, DependencySetBuilder, DependencySetError, MESSAGE_EXPIRY_WINDOW, Member,
};
pub use entry_kind::EntryKind;
pub use event::EventError;
pub use executing_message::ExecutingMessage;
pub use facts::{BlockPosition, Facts, LogFact, SourceBlock};
pub use identifier::{Identifier, IdentifierError};
pub use interoperable_address::{InteroperableAddress, InteroperableAddressError, NameChecksum};
pub use interoperable_name::{InteroperableName, InteroperableNameError, NamedChain};
pub use invalid_reason::InvalidReason;
pub use message_hash::message_hash;
pub use missing::Missing;
pub use payload::{Payload, log_hash, msg_hash, payload};
pub use predeploys::{
    CROSS_L2_INBOX, ETH_LIQUIDITY, L2_TO_L2_CROSS_DOMAIN_MESSENGER, OPTIMISM_SUPERCHAIN_ERC20_BEACON,
    OPTIMISM_SUPERCHAIN_ERC20_FACTORY, SUPERCHAIN_ETH_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE,
};
pub use relayed_message::RelayedMessage;
pub use roots::{output_root, super_root};
pub use rpc_code::{Disposition, RpcCode};
pub use safety_level::{SafetyLevel, SafetyLevelError};
pub use sent_message::SentMessage;
pub use verdict::Verdict;
