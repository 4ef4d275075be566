//! Every environment variable the binary reads, declared once.
//!
//! `CAUSEWAY_<SECTION>__<KEY>` sets any key of the configuration file (see [`crate::config`]); the ones here stand
//! beside it. Flags that have an environment variable of their own name it in their help text.
#![allow(clippy::disallowed_methods)]

use std::{env, ffi::OsString, path::PathBuf};

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
/// Path of a JSON keystore, as foundry's tools read it.
pub(crate) const ETH_KEYSTORE: &str = "ETH_KEYSTORE";
/// Name of an account in the default keystore folder, as foundry's tools read it.
pub(crate) const ETH_KEYSTORE_ACCOUNT: &str = "ETH_KEYSTORE_ACCOUNT";
/// Path of a file with the keystore's password, as foundry's tools read it.
pub(crate) const ETH_PASSWORD: &str = "ETH_PASSWORD";
/// An RPC URL, as foundry's tools read it.
pub(crate) const ETH_RPC_URL: &str = "ETH_RPC_URL";

/// Variables with the configuration's prefix that set no configuration key.
pub(crate) const NOT_CONFIGURATION: [&str; 6] = [CONFIG, HOME, NETWORK, ANVIL, PRIVATE_KEY, LOG_FORMAT];

/// A variable's value, unless it is unset or empty.
pub(crate) fn read(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether a variable is there without a value.
pub(crate) fn is_set_to_nothing(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| value.is_empty())
}

/// The executable search path.
pub(crate) fn search_path() -> Option<OsString> {
    read("PATH")
}

/// The log filter in `tracing`'s syntax.
pub(crate) fn log_filter() -> Option<String> {
    read("RUST_LOG").and_then(|value| value.into_string().ok())
}

/// The user's home folder.
pub(crate) fn user_home() -> Option<PathBuf> {
    read("HOME").map(PathBuf::from)
}

/// The folder for what outlives a command: `$CAUSEWAY_HOME`, else `$XDG_STATE_HOME/causeway`, else
/// `~/.local/state/causeway`.
pub(crate) fn state_folder() -> Option<PathBuf> {
    read(HOME)
        .map(PathBuf::from)
        .or_else(|| read("XDG_STATE_HOME").map(|folder| PathBuf::from(folder).join("causeway")))
        .or_else(|| user_home().map(|home| home.join(".local/state/causeway")))
}
