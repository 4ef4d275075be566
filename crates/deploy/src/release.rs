use alloy::primitives::B256;
use serde::Deserialize;
use std::sync::LazyLock;

/// A contract as a release of the reference has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Release {
    /// Name of the contract.
    pub contract: &'static str,
    /// What its `version()` answers, or would; empty for a contract without versions.
    pub version: &'static str,
    /// Hash of its runtime bytecode. None of these contracts has immutables.
    pub code_hash: B256,
    /// The release of the reference that has it first, among those that were looked at, or a commit between releases.
    pub release: &'static str,
}

/// The contracts of the reference's releases, the newest version of each first. The README says where they are from.
pub fn releases() -> &'static [Release] {
    &RELEASES
}

static RELEASES: LazyLock<Vec<Release>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../releases/reference.json")).expect("the file is checked by a test")
});

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn releases_are_told_apart() {
        let hashes: BTreeSet<_> = releases().iter().map(|release| release.code_hash).collect();
        assert_eq!(hashes.len(), releases().len(), "no code has two names");
        let names: BTreeSet<_> =
            releases().iter().map(|release| (release.contract, release.version, release.code_hash)).collect();
        assert_eq!(names.len(), releases().len());
    }

    #[test]
    fn the_versions_that_chains_have_are_known() {
        let has = |contract, version| {
            releases().iter().any(|release| (release.contract, release.version) == (contract, version))
        };
        for (contract, version) in [
            ("CrossL2Inbox", "1.0.0-beta.8"),
            ("CrossL2Inbox", "1.0.2"),
            ("CrossL2Inbox", "1.1.0"),
            ("L2ToL2CrossDomainMessenger", "1.3.0"),
            ("L2ToL2CrossDomainMessenger", "1.3.2"),
            ("SuperchainETHBridge", "1.0.1"),
            ("ETHLiquidity", "1.1.0"),
            ("ETHLiquidity", "1.1.1"),
            ("SuperchainTokenBridge", "1.0.1"),
            ("L2ProxyAdmin", "1.1.0"),
            ("Proxy", ""),
        ] {
            assert!(has(contract, version), "{contract} {version}");
        }
    }
}
