//! Every environment variable the binary reads, declared once.
//!
//! `CAUSEWAY_<SECTION>__<KEY>` sets any key of the configuration file (see [`crate::config`]); the ones here stand
//! beside it. Flags that have an environment variable of their own name it in their help text. A variable that is set to
//! nothing, as templates and compose files leave them, is not set.
#![allow(clippy::disallowed_methods)]

use std::{
    env,
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
};

/// The prefix of the variables that set configuration keys.
pub(crate) const CONFIG_PREFIX: &str = "CAUSEWAY_";
/// Path of the configuration file.
pub(crate) const CONFIG: &str = "CAUSEWAY_CONFIG";
/// Where Causeway keeps what outlives a command: network files of running devnets, the relayer's database.
pub(crate) const HOME: &str = "CAUSEWAY_HOME";
/// Path of the network file of the devnet to use.
pub(crate) const NETWORK: &str = "CAUSEWAY_NETWORK";
/// Path of the anvil executable.
pub(crate) const ANVIL: &str = "CAUSEWAY_ANVIL";
/// A raw private key.
pub(crate) const PRIVATE_KEY: &str = "CAUSEWAY_PRIVATE_KEY";
/// Format of log lines: `text` or `json`.
pub(crate) const LOG_FORMAT: &str = "CAUSEWAY_LOG_FORMAT";
/// The URL of a Postgres database.
pub(crate) const DATABASE_URL: &str = "CAUSEWAY_DATABASE_URL";
/// The token of those who may command a relayer by its API, or `@` and the file that holds it.
pub(crate) const RELAYER_TOKEN: &str = "CAUSEWAY_RELAYER_TOKEN";
/// A shell that asks what could be typed next; its completions set it.
pub(crate) const COMPLETE: &str = "CAUSEWAY_COMPLETE";
/// Path of a JSON keystore, as foundry's tools read it.
pub(crate) const ETH_KEYSTORE: &str = "ETH_KEYSTORE";
/// Name of an account in the default keystore folder, as foundry's tools read it.
pub(crate) const ETH_KEYSTORE_ACCOUNT: &str = "ETH_KEYSTORE_ACCOUNT";
/// Path of a file with the keystore's password, as foundry's tools read it.
pub(crate) const ETH_PASSWORD: &str = "ETH_PASSWORD";
/// An RPC URL, as foundry's tools read it.
pub(crate) const ETH_RPC_URL: &str = "ETH_RPC_URL";
/// The profile of foundry.toml, as foundry's tools read it.
pub(crate) const FOUNDRY_PROFILE: &str = "FOUNDRY_PROFILE";
/// Where Google Cloud KMS is, if not where everybody finds it, as Google's tools read it.
#[cfg(feature = "gcp-kms")]
pub(crate) const CLOUD_KMS: &str = "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS";
/// The log filter in `tracing`'s syntax.
pub(crate) const RUST_LOG: &str = "RUST_LOG";

/// Debug builds only: the point at which the process ends, and the so manieth time there, as `NAME:TIMES`.
#[cfg(debug_assertions)]
pub(crate) const CRASH_AT: &str = "CAUSEWAY_CRASH_AT";

/// Variables with the configuration's prefix that set no configuration key.
pub(crate) const NOT_CONFIGURATION: [&str; 9] =
    [CONFIG, HOME, NETWORK, ANVIL, PRIVATE_KEY, LOG_FORMAT, DATABASE_URL, RELAYER_TOKEN, COMPLETE];

/// A variable's value, unless it is unset or empty.
pub(crate) fn read(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Every variable that has the configuration's prefix and a value, in the order of their names.
pub(crate) fn with_prefix() -> Vec<(String, OsString)> {
    let mut variables: Vec<_> = env::vars_os()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with(CONFIG_PREFIX))
        .filter(|(name, _)| !NOT_CONFIGURATION.contains(&name.as_str()) && !is_for_tests(name))
        .collect();
    variables.sort();
    variables
}

#[cfg(debug_assertions)]
fn is_for_tests(name: &str) -> bool {
    name == CRASH_AT
}

#[cfg(not(debug_assertions))]
const fn is_for_tests(_: &str) -> bool {
    false
}

/// How a value was named that a flag or else a variable gives: what a message about it has to say.
pub(crate) fn named_by<'a>(flag: &'a str, variable: &'a str, value: impl AsRef<OsStr>) -> &'a str {
    let value = value.as_ref();
    let is_variables = read(variable).is_some_and(|set| {
        set == value || expand(Path::new(&set)).is_ok_and(|path| path.as_os_str() == value)
    });
    if is_variables { variable } else { flag }
}

/// The executable search path.
pub(crate) fn search_path() -> Option<OsString> {
    read("PATH")
}

/// The log filter in `tracing`'s syntax.
pub(crate) fn log_filter() -> Option<OsString> {
    read(RUST_LOG)
}

/// Where Google Cloud KMS is, if not where everybody finds it.
#[cfg(feature = "gcp-kms")]
pub(crate) fn cloud_kms() -> Option<String> {
    read(CLOUD_KMS)?.into_string().ok()
}

/// The user's home folder.
pub(crate) fn user_home() -> Option<PathBuf> {
    read("HOME").map(PathBuf::from)
}

/// The system's folder for temporary files.
pub(crate) fn temporary_files() -> PathBuf {
    let folder = env::temp_dir();
    // What the standard library makes of a variable that is set to nothing.
    if folder.as_os_str().is_empty() { PathBuf::from("/tmp") } else { folder }
}

/// A path whose `~/`, which a shell has not replaced, is the home folder: so it is in files, in variables of services, and
/// after `--flag=`.
pub(crate) fn expand(path: &Path) -> io::Result<PathBuf> {
    let Ok(below) = path.strip_prefix("~") else { return Ok(path.to_owned()) };
    let home = user_home().ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::NotFound,
            "it begins with ~/, and HOME is not set: write the whole path",
        )
    })?;
    Ok(home.join(below))
}

/// The folder for what outlives a command: `$CAUSEWAY_HOME`, else `$XDG_STATE_HOME/causeway`, else
/// `~/.local/state/causeway`. None, if that takes a home folder and there is none.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let named = |name| read(name).map(PathBuf::from);
    match named(HOME) {
        Some(folder) => expand(&folder).ok(),
        None => named("XDG_STATE_HOME")
            .map(|folder| folder.join("causeway"))
            .or_else(|| user_home().map(|home| home.join(".local/state/causeway"))),
    }
}
