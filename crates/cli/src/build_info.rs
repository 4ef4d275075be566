use causeway_verifier::BuildInfo;

/// What this program is, for the metrics of what runs in it.
pub(crate) fn build_info() -> BuildInfo {
    BuildInfo { version: env!("CARGO_PKG_VERSION").to_owned(), commit: env!("CAUSEWAY_COMMIT").to_owned() }
}
