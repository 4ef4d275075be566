//! Which kind of failure an error of the libraries is. Where a library gets a new error, the compiler asks for its code here.

use super::ErrorCode;
use alloy::transports::TransportError;
use causeway_chain::{ConnectError, ReadError};
use causeway_client::{
    FaultKind, NodeFault, SurveyError,
    bridge::{BridgeError, SendError},
    delivery::{LandError, RelayError, SentError, WaitError},
    preflight::PreflightError,
};
use causeway_devnet::{DevnetError, DiscoverError, FindAnvilError, NodeExited, ReadNetworkError};
use causeway_relayer::RelayerError;
use causeway_store::{LockError, OpenError, StoreError};
use causeway_verifier::{IndexError, InspectError, ServerError, ServiceError};
use std::error::Error;

/// The code of an error, or of the first of its causes that has one.
pub(super) fn code_of(error: &(dyn Error + 'static)) -> ErrorCode {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(code) = own_code(error) {
            return code;
        }
        next = error.source();
    }
    ErrorCode::Failed
}

fn own_code(error: &(dyn Error + 'static)) -> Option<ErrorCode> {
    fn by<E: Error + 'static>(
        error: &(dyn Error + 'static),
        code: impl Fn(&E) -> ErrorCode,
    ) -> Option<ErrorCode> {
        error.downcast_ref().map(code)
    }
    by(error, bridge)
        .or_else(|| by(error, preflight))
        .or_else(|| by(error, send))
        .or_else(|| by(error, land))
        .or_else(|| by(error, relay))
        .or_else(|| by(error, devnet))
        .or_else(|| by(error, relayer))
        .or_else(|| by(error, verifier))
        .or_else(|| by(error, connect))
        .or_else(|| by(error, fault))
        .or_else(|| by(error, |_: &TransportError| ErrorCode::ChainUnreachable))
        .or_else(|| by(error, |_: &SurveyError| ErrorCode::ChainUnreachable))
        .or_else(|| by(error, |_: &ReadError| ErrorCode::ChainUnreachable))
        .or_else(|| by(error, |_: &SentError| ErrorCode::ChainUnreachable))
        .or_else(|| by(error, |_: &WaitError| ErrorCode::ChainUnreachable))
        .or_else(|| by(error, inspect))
        .or_else(|| by(error, |_: &ServerError| ErrorCode::PortInUse))
        .or_else(|| by(error, lock))
        .or_else(|| by(error, open))
        .or_else(|| by(error, store))
        .or_else(|| by(error, |_: &NodeExited| ErrorCode::DevnetFailed))
        .or_else(|| by(error, find_anvil))
        .or_else(|| by(error, discover))
        .or_else(|| by(error, |_: &ReadNetworkError| ErrorCode::InvalidNetworkFile))
}

const fn bridge(error: &BridgeError) -> ErrorCode {
    match error {
        BridgeError::NoAccount => ErrorCode::NoKey,
        BridgeError::SameChain { .. } => ErrorCode::SameChain,
        BridgeError::ZeroRecipient => ErrorCode::InvalidRecipient,
        BridgeError::ZeroAmount => ErrorCode::InvalidAmount,
        BridgeError::NoToken { .. } => ErrorCode::UnknownToken,
        BridgeError::InsufficientBalance { .. } | BridgeError::Unfunded { .. } => {
            ErrorCode::InsufficientBalance
        }
        BridgeError::Reverts { .. } => ErrorCode::SendReverts,
        BridgeError::Node(node) => fault(node),
    }
}

const fn preflight(error: &PreflightError) -> ErrorCode {
    match error {
        PreflightError::NoAccount => ErrorCode::NoKey,
        PreflightError::Unanswered { .. } => ErrorCode::DestinationUnreachable,
        PreflightError::NoContract { .. }
        | PreflightError::SourceIneffective { .. }
        | PreflightError::NoInbox { .. }
        | PreflightError::NothingRelayed { .. } => ErrorCode::NoInterop,
        PreflightError::NoToken { .. } => ErrorCode::UnknownToken,
        PreflightError::NotCrosschain { .. } | PreflightError::Decimals { .. } => ErrorCode::UnsupportedToken,
        PreflightError::NotAccepted { .. } => ErrorCode::NotADependency,
        PreflightError::NotKnownToBeAccepted { .. } => ErrorCode::DependencyUnknown,
        PreflightError::Inactive { .. } => ErrorCode::InteropInactive,
        PreflightError::Expired { .. } => ErrorCode::ExpiredAtOnce,
        PreflightError::SourceReverts { .. } => ErrorCode::SendReverts,
        PreflightError::NoLiquidity { .. } | PreflightError::NotCredited { .. } => {
            ErrorCode::DeliveryIneffective
        }
        PreflightError::NotSimulated { .. } => ErrorCode::DeliveryNotSimulated,
        PreflightError::DeliveryReverts { .. } => ErrorCode::DeliveryReverts,
    }
}

const fn send(error: &SendError) -> ErrorCode {
    match error {
        SendError::Land(error) => land(error),
        SendError::Reverted { .. } => ErrorCode::TransactionReverted,
        SendError::NoMessage { .. } | SendError::Unread { .. } => ErrorCode::SentNotRead,
    }
}

const fn land(error: &LandError) -> ErrorCode {
    match error {
        LandError::Refused(_) => ErrorCode::TransactionRefused,
        LandError::Unseen { .. } => ErrorCode::SentNotIncluded,
    }
}

const fn relay(error: &RelayError) -> ErrorCode {
    match error {
        RelayError::NoAccount => ErrorCode::NoKey,
        RelayError::AlreadyRelayed => ErrorCode::AlreadyDelivered,
        RelayError::WrongDestination { .. } => ErrorCode::WrongChain,
        RelayError::NoMessenger { .. } | RelayError::NoBridge { .. } => ErrorCode::NoInterop,
        RelayError::NotInAccessList | RelayError::Refused { .. } => ErrorCode::MessageRefused,
        RelayError::Reverts { .. } => ErrorCode::ExecutionReverts,
        RelayError::NotYet { .. } => ErrorCode::NotYetExecutable,
        RelayError::Unfunded { .. } => ErrorCode::InsufficientBalance,
        RelayError::Node(node) => fault(node),
    }
}

const fn fault(fault: &NodeFault) -> ErrorCode {
    match &fault.kind {
        FaultKind::Unfunded => ErrorCode::InsufficientBalance,
        FaultKind::Reverted(_) => ErrorCode::SendReverts,
        FaultKind::NotYet => ErrorCode::NotYetExecutable,
        FaultKind::Closed => ErrorCode::MessageRefused,
        FaultKind::Unavailable => ErrorCode::ChainUnreachable,
        FaultKind::AlreadyKnown
        | FaultKind::NonceTooLow
        | FaultKind::NonceTaken
        | FaultKind::Underpriced
        | FaultKind::OutOfGas
        | FaultKind::Refused => ErrorCode::TransactionRefused,
    }
}

const fn connect(error: &ConnectError) -> ErrorCode {
    match error {
        ConnectError::Client { .. } => ErrorCode::Failed,
        ConnectError::Unreachable { .. } => ErrorCode::ChainUnreachable,
        ConnectError::WrongChain { .. } => ErrorCode::WrongChain,
    }
}

const fn devnet(error: &DevnetError) -> ErrorCode {
    match error {
        DevnetError::PortInUse { .. } | DevnetError::Bind { .. } => ErrorCode::PortInUse,
        DevnetError::PortsExhausted { .. } | DevnetError::NoChains | DevnetError::DependencySet { .. } => {
            ErrorCode::InvalidArgument
        }
        DevnetError::StateInUse { .. } => ErrorCode::StorageInUse,
        DevnetError::File { .. }
        | DevnetError::NetworkFile(_)
        | DevnetError::StateMissing { .. }
        | DevnetError::StateDamaged { .. }
        | DevnetError::StateOfOtherChain { .. }
        | DevnetError::StateNotKept { .. }
        | DevnetError::NodeNotStopped { .. } => ErrorCode::StorageUnusable,
        DevnetError::NodeTooOld { .. } => ErrorCode::NoAnvil,
        DevnetError::Node(_)
        | DevnetError::NotReady { .. }
        | DevnetError::Hangs { .. }
        | DevnetError::Relayer { .. }
        | DevnetError::Verifier { .. }
        | DevnetError::Client { .. } => ErrorCode::DevnetFailed,
    }
}

const fn find_anvil(error: &FindAnvilError) -> ErrorCode {
    match error {
        FindAnvilError::NotFound { .. } => ErrorCode::NoAnvil,
        FindAnvilError::NotThere { .. } => ErrorCode::InvalidArgument,
    }
}

const fn discover(error: &DiscoverError) -> ErrorCode {
    match error {
        DiscoverError::Dir { .. } | DiscoverError::Client { .. } => ErrorCode::Failed,
        DiscoverError::Unreadable(_) => ErrorCode::InvalidNetworkFile,
        DiscoverError::Silent { .. } => ErrorCode::ChainUnreachable,
        DiscoverError::Several { .. } => ErrorCode::SeveralDevnets,
    }
}

const fn relayer(error: &RelayerError) -> ErrorCode {
    match error {
        RelayerError::NoChains
        | RelayerError::DuplicateChain { .. }
        | RelayerError::NoSigners
        | RelayerError::DuplicateSigner { .. }
        | RelayerError::ErrandSigner { .. }
        | RelayerError::ErrandTwice { .. }
        | RelayerError::TopUpBackwards { .. }
        | RelayerError::NoVerifier { .. } => ErrorCode::InvalidConfig,
        RelayerError::Lock(error) => lock(error),
        RelayerError::Connect { source, .. } | RelayerError::ConnectVerifier { source } => connect(source),
        RelayerError::Store { .. } | RelayerError::Leases { .. } => ErrorCode::StorageUnusable,
        RelayerError::Task { .. } => ErrorCode::ServiceFailed,
    }
}

fn verifier(error: &ServiceError) -> ErrorCode {
    match error {
        ServiceError::UnknownChain { .. } | ServiceError::TwoNodes { .. } => ErrorCode::InvalidConfig,
        ServiceError::Client(error) => connect(error),
        ServiceError::Index(IndexError::InUse) => ErrorCode::StorageInUse,
        ServiceError::Index(_) => ErrorCode::StorageUnusable,
        ServiceError::Aborted { .. } => ErrorCode::ServiceFailed,
    }
}

const fn inspect(error: &InspectError) -> ErrorCode {
    match error {
        InspectError::NoNode { .. } => ErrorCode::UnknownChain,
        InspectError::Pruned { .. } | InspectError::Read(_) => ErrorCode::ChainUnreachable,
    }
}

const fn lock(error: &LockError) -> ErrorCode {
    match error {
        LockError::Held { .. } => ErrorCode::StorageInUse,
        LockError::Io { .. } | LockError::Shared { .. } => ErrorCode::StorageUnusable,
    }
}

fn store(error: &StoreError) -> ErrorCode {
    match error {
        StoreError::Reason { .. } => ErrorCode::InvalidArgument,
        _ => ErrorCode::StorageUnusable,
    }
}

const fn open(error: &OpenError) -> ErrorCode {
    match error {
        OpenError::OtherName { .. } => ErrorCode::StorageInUse,
        OpenError::NotADatabase { .. }
        | OpenError::Damaged { .. }
        | OpenError::Foreign { .. }
        | OpenError::NewerSchema { .. }
        | OpenError::AlteredSchema { .. }
        | OpenError::Untrusted { .. }
        | OpenError::Failed { .. } => ErrorCode::StorageUnusable,
    }
}
