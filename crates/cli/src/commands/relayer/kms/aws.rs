//! Keys of AWS KMS. Region, endpoint and credentials are the SDK's business: its variables, files and roles.

use crate::failure::Failure;
use alloy::signers;
use alloy_signer_aws::{
    AwsSigner, AwsSignerError, aws_config,
    aws_sdk_kms::{
        self,
        error::{ProvideErrorMetadata, SdkError},
    },
};
use causeway_relayer::{KeyService, KeyTrouble, OpenKey};
use std::{error::Error, fmt, sync::Arc};

/// A key, by its id, ARN or alias.
#[derive(Debug)]
pub(super) struct Key(String);

impl Key {
    pub(super) fn new(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AWS KMS (key {})", self.0)
    }
}

#[async_trait::async_trait]
impl KeyService for Key {
    async fn open(&self) -> signers::Result<OpenKey> {
        let config = aws_config::defaults(aws_config::BehaviorVersion::latest()).load().await;
        let client = aws_sdk_kms::Client::new(&config);
        let signer = AwsSigner::new(client, self.0.clone(), None).await.map_err(signers::Error::other)?;
        Ok(Arc::new(signer))
    }

    fn explain(&self, error: &signers::Error) -> (KeyTrouble, String) {
        let signers::Error::Other(other) = error else {
            return (KeyTrouble::Other, Failure::message_of(error));
        };
        match other.downcast_ref::<AwsSignerError>() {
            Some(AwsSignerError::GetPublicKey(error)) => told(error),
            Some(AwsSignerError::Sign(error)) => told(error),
            Some(AwsSignerError::Spki(_) | AwsSignerError::K256(_)) => {
                (KeyTrouble::WrongKind, super::NOT_SECP256K1.to_owned())
            }
            _ => (KeyTrouble::Other, Failure::message_of(error)),
        }
    }
}

/// What AWS tells apart, and its words for it.
fn told<E>(error: &SdkError<E>) -> (KeyTrouble, String)
where
    E: Error + ProvideErrorMetadata + 'static,
{
    let code = error.code();
    let trouble = match error {
        SdkError::ServiceError(_) => code.map_or(KeyTrouble::Other, of_code),
        // What is of another kind, and of one that passes, is a connection that ended too early.
        SdkError::DispatchFailure(failure)
            if failure.is_io() || failure.is_timeout() || failure.as_other().is_some() =>
        {
            KeyTrouble::Unreachable
        }
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => KeyTrouble::Unreachable,
        // Nothing was sent: there are no credentials, or there is no region.
        _ => KeyTrouble::Credentials,
    };
    let reason = match (code, error.message()) {
        // Its words may repeat what was sent, which is for it alone.
        (Some(code), _) if trouble == KeyTrouble::Credentials => {
            format!("it does not take these credentials ({code})")
        }
        (Some(code), Some(words)) => format!("{words} ({code})"),
        _ => Failure::message_of(error),
    };
    (trouble, reason)
}

fn of_code(code: &str) -> KeyTrouble {
    match code {
        "AccessDeniedException" => KeyTrouble::Denied,
        "NotFoundException" | "InvalidArnException" => KeyTrouble::Missing,
        "DisabledException" | "KMSInvalidStateException" => KeyTrouble::Disabled,
        "InvalidKeyUsageException" | "UnsupportedOperationException" => KeyTrouble::WrongKind,
        "KeyUnavailableException"
        | "KMSInternalException"
        | "DependencyTimeoutException"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ThrottlingException" => KeyTrouble::Unreachable,
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "ExpiredToken"
        | "ExpiredTokenException" => KeyTrouble::Credentials,
        _ => KeyTrouble::Other,
    }
}
