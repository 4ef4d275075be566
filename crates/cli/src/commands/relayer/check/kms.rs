//! Key management services that sign for accounts.

use super::finding::Finding;
use alloy::primitives::Address;
use causeway_relayer::{KeyTrouble, KmsSigner, KmsSignerError};

/// What is signed for a trial is of no chain. The service does not see which it is: it signs for all of them alike.
const NO_CHAIN: u64 = 0;

/// Has a service sign what no block can have, and says what came of it.
pub(super) async fn look(account: Address, signer: &KmsSigner) -> Finding {
    let Err(error) = signer.try_out(NO_CHAIN).await else {
        return Finding::ok("key", format!("{account}, signed for by {}", signer.service()));
    };
    let remedy = match error {
        KmsSignerError::Late { .. } => "the relayer waits for it; can it be reached from here?",
        KmsSignerError::Failed { trouble, .. } => against(trouble),
        KmsSignerError::AnotherKey { .. } => "name the key of this account, or the account of this key",
        KmsSignerError::AnotherSignature { .. } => "such signatures are not used: name another key",
    };
    Finding::error("key", format!("of {account}: {error}"), remedy)
}

const fn against(trouble: KeyTrouble) -> &'static str {
    match trouble {
        KeyTrouble::Unreachable => "the relayer waits for it; can it be reached from here?",
        KeyTrouble::Credentials => {
            "give the relayer credentials of the service (and at AWS a region), in the variables, files or roles that \
             docs/relayer.md names under \"Who signs\""
        }
        KeyTrouble::Denied => {
            "allow these credentials to read its public key and to sign with it: kms:GetPublicKey and kms:Sign at AWS, \
             cloudkms.cryptoKeyVersions.viewPublicKey and useToSign at Google"
        }
        KeyTrouble::Missing => "name a key that is there, in this region or project",
        KeyTrouble::Disabled => "enable it; until then the relayer waits, and other accounts go first",
        KeyTrouble::WrongKind => {
            "name a key of secp256k1 that signs: ECC_SECG_P256K1 for SIGN_VERIFY at AWS, EC_SIGN_SECP256K1_SHA256 at Google"
        }
        _ => {
            "the relayer waits for it; is the key enabled, and are these credentials allowed to sign with it?"
        }
    }
}
