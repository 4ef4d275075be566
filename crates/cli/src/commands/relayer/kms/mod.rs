//! Accounts whose keys a key management service keeps, and never gives away. Each service is a feature of the build.

#[cfg(feature = "aws-kms")]
mod aws;
#[cfg(feature = "gcp-kms")]
mod gcp;

use crate::{
    config::{KmsAccount, KmsKey},
    failure::Outcome,
};
use causeway_relayer::KmsSigner;

/// What is said of a key whose signatures no chain takes.
#[cfg(any(feature = "aws-kms", feature = "gcp-kms"))]
const NOT_SECP256K1: &str = "what it answers is no public key, or no signature, of secp256k1";

/// What asks a service to sign for an account. It is not asked for anything yet.
pub(super) fn signer(named: &KmsAccount) -> Outcome<KmsSigner> {
    match &named.key {
        #[cfg(feature = "aws-kms")]
        KmsKey::Aws(id) => Ok(KmsSigner::new(named.account, aws::Key::new(id))),
        #[cfg(feature = "gcp-kms")]
        KmsKey::Gcp(version) => Ok(KmsSigner::new(named.account, gcp::Key::new(version))),
        #[cfg(not(all(feature = "aws-kms", feature = "gcp-kms")))]
        key => Err(left_out(key)),
    }
}

#[cfg(not(all(feature = "aws-kms", feature = "gcp-kms")))]
fn left_out(key: &KmsKey) -> crate::failure::Failure {
    let (service, feature) = match key {
        KmsKey::Aws(_) => ("AWS KMS", "aws-kms"),
        KmsKey::Gcp(_) => ("Google Cloud KMS", "gcp-kms"),
    };
    crate::failure::Failure::usage(format!("this program was built without {service}, which has the key {key}")).with_hint(
        format!(
            "build it with `cargo build --release -p causeway --features {feature}`, or have another program sign: --remote-signer"
        ),
    )
}
