//! An account whose key a key management service keeps.

use crate::parse;
use alloy::primitives::Address;
use std::{fmt, str::FromStr};

/// The account, and its key: written as `ACCOUNT=aws:KEY`, or as `ACCOUNT=gcp:VERSION`. None of it is a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KmsAccount {
    pub(crate) account: Address,
    pub(crate) key: KmsKey,
}

/// What a key is called, and at which service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KmsKey {
    /// At AWS: the id, ARN or alias of a key.
    Aws(String),
    /// At Google: a version of a key.
    Gcp(GcpVersion),
}

/// `projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GcpVersion {
    pub(crate) project: String,
    pub(crate) location: String,
    pub(crate) ring: String,
    pub(crate) key: String,
    pub(crate) version: u64,
}

impl FromStr for KmsAccount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (account, key) = text.split_once('=').ok_or("no = separates the account and its key")?;
        Ok(Self { account: parse::address(account.trim())?, key: key.trim().parse()? })
    }
}

impl fmt::Display for KmsAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.account, self.key)
    }
}

impl FromStr for KmsKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (service, name) = text.split_once(':').ok_or("no : separates the service and the key")?;
        match service {
            "aws" if !is_name(name) => Err("expected the id, ARN or alias of a key after aws:"),
            "aws" => Ok(Self::Aws(name.to_owned())),
            "gcp" => name.parse().map(Self::Gcp),
            _ => Err("expected aws: or gcp: before the key"),
        }
    }
}

impl FromStr for GcpVersion {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str =
            "expected projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V after gcp:";
        let parts: Vec<&str> = text.split('/').collect();
        let [
            "projects",
            project,
            "locations",
            location,
            "keyRings",
            ring,
            "cryptoKeys",
            key,
            "cryptoKeyVersions",
            version,
        ] = parts[..]
        else {
            return Err(WRONG);
        };
        if ![project, location, ring, key].into_iter().all(is_name) {
            return Err(WRONG);
        }
        let version = version.parse().map_err(|_| WRONG)?;
        let [project, location, ring, key] = [project, location, ring, key].map(str::to_owned);
        Ok(Self { project, location, ring, key, version })
    }
}

/// Whether something may be called that: it goes into a header of a request.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl fmt::Display for KmsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws(key) => write!(f, "aws:{key}"),
            Self::Gcp(GcpVersion { project, location, ring, key, version }) => write!(
                f,
                "gcp:projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0x00000000000000000000000000000000000000AA";

    #[test]
    fn an_account_and_its_key_are_shown_as_they_are_written() {
        for text in [
            "aws:1234abcd-12ab-34cd-56ef-1234567890ab",
            "aws:arn:aws:kms:us-east-1:111122223333:key/1234abcd",
            "aws:alias/relayer",
            "gcp:projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
        ] {
            let text = format!("{ACCOUNT}={text}");
            let named: KmsAccount = text.parse().unwrap();
            assert_eq!(named.to_string(), text);
            assert_eq!(named.account, ACCOUNT.parse::<Address>().unwrap());
        }
    }

    #[test]
    fn what_names_no_account_or_no_key_is_refused() {
        for text in [
            "",
            "alias/relayer",
            "aws:",
            "aws:two words",
            "azure:key",
            "AWS:key",
            "gcp:",
            "gcp:projects/p/locations/l/keyRings/r/cryptoKeys/k",
            "gcp:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/latest",
            "gcp:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/",
            "gcp:projects/p/locations/l/keyRings/r/cryptoKeys/é/cryptoKeyVersions/1",
            "gcp:projects//locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
            "gcp:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1/",
            "gcp:projects/p/places/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
        ] {
            assert!(format!("{ACCOUNT}={text}").parse::<KmsAccount>().is_err(), "{text}");
        }
        for text in ["aws:alias/relayer", "=aws:alias/relayer", "0x00=aws:alias/relayer"] {
            assert!(text.parse::<KmsAccount>().is_err(), "{text}");
        }
    }
}
