//! Keys of Google Cloud KMS. Credentials are the SDK's business: GOOGLE_APPLICATION_CREDENTIALS, or those of the machine.

use crate::{config::GcpVersion, environment, failure::Failure};
use alloy::signers;
use alloy_signer_gcp::{
    GcpKeyRingRef, GcpSigner, GcpSignerError, KeySpecifier,
    gcloud_sdk::{
        self, GoogleApi,
        error::ErrorKind,
        google::cloud::kms::v1::key_management_service_client::KeyManagementServiceClient,
        tonic::{Code, Status},
    },
};
use causeway_relayer::{KeyService, KeyTrouble, OpenKey};
use std::{error::Error, fmt, sync::Arc};

const SERVICE: &str = "https://cloudkms.googleapis.com";

/// A version of a key.
#[derive(Debug)]
pub(super) struct Key(GcpVersion);

impl Key {
    pub(super) fn new(version: &GcpVersion) -> Self {
        Self(version.clone())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Google Cloud KMS (key {}, version {})", self.0.key, self.0.version)
    }
}

#[async_trait::async_trait]
impl KeyService for Key {
    async fn open(&self) -> signers::Result<OpenKey> {
        let GcpVersion { project, location, ring, key, version } = &self.0;
        let at = environment::cloud_kms().unwrap_or_else(|| SERVICE.to_owned());
        let client =
            GoogleApi::from_function(KeyManagementServiceClient::new, at.trim_end_matches('/'), None);
        let client = client.await.map_err(signers::Error::other)?;
        let key = KeySpecifier::new(GcpKeyRingRef::new(project, location, ring), key, *version);
        let signer = GcpSigner::new(client, key, None).await.map_err(signers::Error::other)?;
        Ok(Arc::new(signer))
    }

    fn explain(&self, error: &signers::Error) -> (KeyTrouble, String) {
        let signers::Error::Other(other) = error else {
            return (KeyTrouble::Other, Failure::message_of(error));
        };
        // What keeps a request from being sent is said by the error of the SDK, wherever it is among the causes.
        let mut next: Option<&(dyn Error + 'static)> = Some(other.as_ref());
        while let Some(cause) = next {
            if let Some(told) = unsent(cause) {
                return told;
            }
            next = cause.source();
        }
        match other.downcast_ref::<GcpSignerError>() {
            Some(GcpSignerError::RequestError(status)) => (of_code(status), words(status)),
            Some(GcpSignerError::Spki(_) | GcpSignerError::K256(_)) => {
                (KeyTrouble::WrongKind, super::NOT_SECP256K1.to_owned())
            }
            _ => (KeyTrouble::Other, Failure::message_of(error)),
        }
    }
}

/// Why there is no connection, or no token: in words that repeat nothing of a file or an answer with credentials.
fn unsent(error: &(dyn Error + 'static)) -> Option<(KeyTrouble, String)> {
    use gcloud_sdk::error::Error;
    let boxed = || error.downcast_ref::<Box<Error>>().map(|error| &**error);
    let error = error.downcast_ref::<Error>().or_else(boxed)?;
    Some(match error.kind() {
        ErrorKind::GrpcStatus(error) => (KeyTrouble::Unreachable, Failure::message_of(error)),
        ErrorKind::UrlError(error) => (KeyTrouble::Other, Failure::message_of(error)),
        ErrorKind::Http(_) => (KeyTrouble::Unreachable, "who gives out tokens cannot be reached".to_owned()),
        ErrorKind::HttpStatus(status) => {
            (KeyTrouble::Credentials, format!("no token is given for these credentials ({status})"))
        }
        ErrorKind::CredentialsFile(error) => {
            (KeyTrouble::Credentials, format!("the file with credentials cannot be read: {error}"))
        }
        ErrorKind::CredentialsJson(_) => {
            (KeyTrouble::Credentials, "the file with credentials is none".to_owned())
        }
        ErrorKind::TokenSource => (KeyTrouble::Credentials, "there are no credentials".to_owned()),
        _ => (KeyTrouble::Credentials, "no token can be had by these credentials".to_owned()),
    })
}

fn of_code(status: &Status) -> KeyTrouble {
    match status.code() {
        Code::PermissionDenied => KeyTrouble::Denied,
        Code::NotFound => KeyTrouble::Missing,
        Code::FailedPrecondition => KeyTrouble::Disabled,
        Code::InvalidArgument => KeyTrouble::WrongKind,
        Code::Unauthenticated => KeyTrouble::Credentials,
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted | Code::Internal => {
            KeyTrouble::Unreachable
        }
        _ => KeyTrouble::Other,
    }
}

/// What the service said, and what is below it. The rest of a status is for programs.
fn words(status: &Status) -> String {
    let cause =
        status.source().map(Failure::message_of).filter(|cause| !status.message().contains(cause.as_str()));
    let said = format!("{} ({:?})", status.message(), status.code());
    cause.map_or(said.clone(), |cause| format!("{said}: {cause}"))
}
