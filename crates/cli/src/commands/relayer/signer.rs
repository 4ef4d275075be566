//! An account that pays, and what signs for it.

use super::kms;
use crate::{
    config::{KmsAccount, RemoteAccount},
    context::Context,
    failure::{ErrorCode, Outcome, OutcomeExt},
};
use alloy::{primitives::Address, signers::local::PrivateKeySigner};
use causeway_chain::ConnectOptions;
use causeway_relayer::{KmsSigner, RelaySigner, RemoteSigner};
use std::sync::Arc;

/// What signs for an account.
#[derive(Clone, Debug)]
pub(super) enum Signer {
    /// Its key, in memory.
    Key(PrivateKeySigner),
    /// Another program, which has its key.
    Remote(Address, RemoteSigner),
    /// A service, which keeps its key.
    Kms(Address, KmsSigner),
}

impl Signer {
    /// The program that is to sign for an account. It is not asked for anything yet, and may be away.
    pub(super) fn remote(named: &RemoteAccount, context: &Context<'_>) -> Outcome<Self> {
        let endpoint = named.endpoint()?;
        context.printer.hidden().endpoint(&endpoint);
        let signer = RemoteSigner::new(&endpoint, named.account, &ConnectOptions::default());
        let signer =
            signer.what(format!("cannot use the signer of {}", named.account)).code(ErrorCode::InvalidKey)?;
        Ok(Self::Remote(named.account, signer))
    }

    /// The service that is to sign for an account. It is not asked for anything yet, and may be away.
    pub(super) fn kms(named: &KmsAccount) -> Outcome<Self> {
        let signer = kms::signer(named).map_err(|failure| failure.with_code(ErrorCode::InvalidKey))?;
        Ok(Self::Kms(named.account, signer))
    }

    pub(super) const fn account(&self) -> Address {
        match self {
            Self::Key(key) => key.address(),
            Self::Remote(account, _) | Self::Kms(account, _) => *account,
        }
    }

    /// As a relayer takes it.
    pub(super) fn shared(&self) -> RelaySigner {
        match self {
            Self::Key(key) => Arc::new(key.clone()),
            Self::Remote(_, signer) => Arc::new(signer.clone()),
            Self::Kms(_, signer) => Arc::new(signer.clone()),
        }
    }
}
