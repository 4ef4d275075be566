use alloy::primitives::{Address, U256};
use causeway_chain::ConnectError;
use causeway_interop::SafetyLevel;
use causeway_store::{LockError, StoreDisposition, StoreError};

use causeway_client::Disposition;

/// Why a relayer cannot start, or had to stop.
///
/// A node that cannot be reached is no reason: the relayer waits for it.
#[derive(Debug, thiserror::Error)]
pub enum RelayerError {
    /// There are no chains to relay between.
    #[error("no chains to relay between")]
    NoChains,
    /// A chain is configured twice.
    #[error("chain {chain_id} is configured twice")]
    DuplicateChain {
        /// The chain.
        chain_id: u64,
    },
    /// There is no account to sign with.
    #[error("no account to sign with")]
    NoSigners,
    /// An account is configured twice.
    #[error("account {account} is configured twice")]
    DuplicateSigner {
        /// The account.
        account: Address,
    },
    /// An account that signs deliveries is to do something else besides.
    #[error(
        "account {account} delivers and is {role}, too, but its nonces are for deliveries alone: name another account as {role}"
    )]
    ErrandSigner {
        /// The account.
        account: Address,
        /// What it is to be besides.
        role: &'static str,
    },
    /// An account is to do two things that deliver nothing.
    #[error(
        "account {account} is to fund signers and to send messages again, and can do one thing only: name two accounts"
    )]
    ErrandTwice {
        /// The account.
        account: Address,
    },
    /// Signers are to be given ether until they have less than when they are given some.
    #[error(
        "signers that have less than {below} wei would be given ether until they have {to}: say {below} at least"
    )]
    TopUpBackwards {
        /// When they are given some.
        below: U256,
        /// What they have then.
        to: U256,
    },
    /// The store cannot be had for oneself.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// There is no client for a chain's node.
    #[error("chain {chain_id}: {source}")]
    Connect {
        /// The chain.
        chain_id: u64,
        /// What went wrong.
        source: ConnectError,
    },
    /// There is no client for the verifier.
    #[error("verifier: {source}")]
    ConnectVerifier {
        /// What went wrong.
        source: ConnectError,
    },
    /// A route wants what only a verifier can tell, and none is named.
    #[error(
        "blocks of chain {chain_id} have to be {level}, which only a verifier can tell: name one, or say safe or finalized"
    )]
    NoVerifier {
        /// The source.
        chain_id: u64,
        /// How safe its blocks have to be.
        level: SafetyLevel,
    },
    /// The store did not take, or give, what has to be recorded. Without it nothing may be sent.
    #[error("chain {chain_id}: {source}")]
    Store {
        /// The chain that it was about.
        chain_id: u64,
        /// What went wrong.
        source: StoreError,
    },
    /// The store did not say who of several relayers is to work.
    #[error("leases: {source}")]
    Leases {
        /// What went wrong.
        source: StoreError,
    },
    /// A part of the relayer ended in a way that it never should.
    #[error("a task of the relayer failed: {reason}")]
    Task {
        /// What the runtime says.
        reason: String,
    },
}

impl RelayerError {
    /// Returns what to do about it.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Store { source, .. } | Self::Leases { source }
                if source.disposition() == StoreDisposition::Wait =>
            {
                Disposition::Wait
            }
            Self::Lock(LockError::Held { .. }) => Disposition::Wait,
            Self::NoChains
            | Self::DuplicateChain { .. }
            | Self::NoSigners
            | Self::DuplicateSigner { .. }
            | Self::ErrandSigner { .. }
            | Self::ErrandTwice { .. }
            | Self::TopUpBackwards { .. }
            | Self::Lock(LockError::Io { .. } | LockError::Shared { .. })
            | Self::Connect { .. }
            | Self::ConnectVerifier { .. }
            | Self::NoVerifier { .. }
            | Self::Store { .. }
            | Self::Leases { .. }
            | Self::Task { .. } => Disposition::Halt,
        }
    }

    /// Whether another relayer has taken over what this one was about to write.
    pub(crate) const fn is_fenced(&self) -> bool {
        matches!(
            self,
            Self::Store { source: StoreError::Fenced { .. }, .. }
                | Self::Leases { source: StoreError::Fenced { .. } }
        )
    }

    /// Of several errors at once the gravest is told.
    pub(crate) fn gravity(&self) -> u8 {
        match self.disposition() {
            _ if self.is_fenced() => 0,
            Disposition::Wait => 1,
            _ => 2,
        }
    }
}
