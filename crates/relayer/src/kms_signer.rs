//! An account whose key a key management service keeps.

use std::{fmt, sync::Arc, time::Duration};

use alloy::{
    consensus::SignableTransaction,
    network::TxSigner,
    primitives::{Address, B256, Signature},
    signers::{self, Signer},
};
use tokio::{sync::Mutex, time::timeout};

use crate::remote_signer::never_executed;

/// For one signature: as long as it lasts, its account does nothing else.
const PATIENCE: Duration = Duration::from_secs(10);

/// A key of a service, ready to sign.
pub type OpenKey = Arc<dyn Signer + Send + Sync>;

/// A key that a service keeps, by whatever name it has there. Its `Display` is for people: the service and that name.
#[async_trait::async_trait]
pub trait KeyService: fmt::Debug + fmt::Display + Send + Sync {
    /// Asks the service for the public key. What is returned has the address of that key, and signs digests with it.
    async fn open(&self) -> signers::Result<OpenKey>;

    /// What is wrong, of an error that [`Self::open`] or a key that it returned came to, and the words for it, with the causes. They
    /// are logged and shown: no part of a credential is among them.
    fn explain(&self, error: &signers::Error) -> (KeyTrouble, String);
}

/// What is wrong with a key or with who asks for it, as far as services tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyTrouble {
    /// The service is not there, or has too much to do.
    Unreachable,
    /// Nobody is named who asks, or the service does not believe it.
    Credentials,
    /// Who asks may not use the key.
    Denied,
    /// There is no such key.
    Missing,
    /// The key is there and not in use: disabled, to be deleted, or not made yet.
    Disabled,
    /// It is no key of secp256k1, or not for signatures.
    WrongKind,
    /// Something else.
    Other,
}

/// An account that a key management service signs for: AWS KMS, Google Cloud KMS, or whatever else signs digests.
///
/// The service is not trusted to have the right key: it is asked for the public key before it signs anything, and a signature
/// counts only if it is the account's for exactly the transaction that was asked for. It sees digests only, so that it cannot
/// tell what it signs.
///
/// Clones share what was asked.
#[derive(Clone)]
pub struct KmsSigner {
    account: Address,
    service: Arc<dyn KeyService>,
    patience: Duration,
    /// While nothing went wrong with it, and only if it is the account's.
    opened: Arc<Mutex<Option<OpenKey>>>,
}

/// Why a key management service did not sign.
#[derive(Debug, thiserror::Error)]
pub enum KmsSignerError {
    /// It took too long.
    #[error("{service} does not answer within {patience:?}")]
    Late {
        /// The service, and its name for the key.
        service: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// It cannot be asked, or it says no.
    #[error("{service} does not sign: {reason}")]
    Failed {
        /// The service, and its name for the key.
        service: String,
        /// What is wrong, as far as the service tells it apart.
        trouble: KeyTrouble,
        /// What went wrong, with its causes.
        reason: String,
    },
    /// What it has under that name is the key of another account. Nothing was signed.
    #[error("{service} has the key of {other}, not that of {account}")]
    AnotherKey {
        /// The service, and its name for the key.
        service: String,
        /// Whose signature was wanted.
        account: Address,
        /// Whose key it has.
        other: Address,
    },
    /// What it signed, or what it signed it with, is something else than it was asked for.
    #[error("{service} answers with a signature that is not that of {account} for what was to be signed")]
    AnotherSignature {
        /// The service, and its name for the key.
        service: String,
        /// Whose signature was wanted.
        account: Address,
    },
}

impl KmsSigner {
    /// Prepares to ask; nothing is asked for yet, and the service may be away.
    pub fn new(account: Address, service: impl KeyService + 'static) -> Self {
        Self { account, service: Arc::new(service), patience: PATIENCE, opened: Arc::default() }
    }

    /// The same, with a time after which it gives a signature up. Ten seconds by default.
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The service, and its name for the key, for people.
    pub fn service(&self) -> &dyn KeyService {
        &*self.service
    }

    /// Has it sign a transaction of the kind that a relayer makes, for a chain, and judges the signature as always. No block can
    /// ever have that transaction: it pays nothing, and no account has its nonce.
    pub async fn try_out(&self, chain_id: u64) -> Result<(), KmsSignerError> {
        self.sign(never_executed(chain_id).signature_hash()).await.map(drop)
    }

    async fn sign(&self, hash: B256) -> Result<Signature, KmsSignerError> {
        if let Ok(answer) = timeout(self.patience, self.ask(hash)).await {
            return answer;
        }
        // Nothing may ever come over that connection again. Who holds the lock makes another one.
        if let Ok(mut opened) = self.opened.try_lock() {
            *opened = None;
        }
        Err(KmsSignerError::Late { service: self.service.to_string(), patience: self.patience })
    }

    async fn ask(&self, hash: B256) -> Result<Signature, KmsSignerError> {
        let answer = self.open().await?.sign_hash(&hash).await;
        let judged = answer.map_err(|error| self.failed(&error)).and_then(|answer| self.judge(answer, hash));
        if judged.is_err() {
            // An alias may name another key by now: the next one asks whose it is.
            *self.opened.lock().await = None;
        }
        judged
    }

    /// The key, if it is the account's.
    async fn open(&self) -> Result<OpenKey, KmsSignerError> {
        // Held while the service is asked: all chains ask at the start, and one question will do.
        let mut opened = self.opened.lock().await;
        if let Some(key) = &*opened {
            return Ok(Arc::clone(key));
        }
        let key = self.service.open().await.map_err(|error| self.failed(&error))?;
        let (account, other) = (self.account, key.address());
        if other != account {
            return Err(KmsSignerError::AnotherKey { service: self.service.to_string(), account, other });
        }
        *opened = Some(Arc::clone(&key));
        Ok(key)
    }

    /// Takes a signature, if it is the account's for what was to be signed.
    fn judge(&self, signature: Signature, hash: B256) -> Result<Signature, KmsSignerError> {
        // No node takes the other of the two forms that every signature has.
        let signature = signature.normalized_s();
        match signature.recover_address_from_prehash(&hash) {
            Ok(account) if account == self.account => Ok(signature),
            _ => Err(KmsSignerError::AnotherSignature {
                service: self.service.to_string(),
                account: self.account,
            }),
        }
    }

    fn failed(&self, error: &signers::Error) -> KmsSignerError {
        let (trouble, reason) = self.service.explain(error);
        KmsSignerError::Failed { service: self.service.to_string(), trouble, reason }
    }
}

#[async_trait::async_trait]
impl TxSigner<Signature> for KmsSigner {
    fn address(&self) -> Address {
        self.account
    }

    async fn sign_transaction(
        &self,
        tx: &mut dyn SignableTransaction<Signature>,
    ) -> signers::Result<Signature> {
        let hash = tx.signature_hash();
        self.sign(hash).await.map_err(signers::Error::other)
    }
}

impl fmt::Debug for KmsSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsSigner")
            .field("account", &self.account)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
