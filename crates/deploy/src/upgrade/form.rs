use super::{Manifest, ManifestError};

/// The manifests that are shipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As in 2026: `setFeature`, creations by CREATE2, upgrades of the proxies, the funding.
    #[default]
    Bundle,
    /// As in the specs: each contract is created by a sender of its own.
    Create,
}

impl Form {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Bundle, Self::Create];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Create => "create",
        }
    }

    /// Its manifest, as text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Bundle => include_str!("../../upgrades/bundle.toml"),
            Self::Create => include_str!("../../upgrades/create.toml"),
        }
    }

    /// Its manifest.
    ///
    /// # Errors
    ///
    /// None, as long as the tests pass.
    pub fn manifest(self) -> Result<Manifest, ManifestError> {
        Manifest::parse(self.text())
    }
}
