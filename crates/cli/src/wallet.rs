//! The account that signs: named by the flags and variables that foundry users know.

use crate::{
    at_file, environment,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    hidden::Hidden,
    parse,
};
use alloy::{primitives::B256, signers::local::PrivateKeySigner};
use clap::Args;
use std::{
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

/// Under which flags stand in a help text that say who signs.
pub(crate) const WALLET_HEADING: &str = "Wallet options";

/// Which key signs. On a devnet none is needed: its funded account is used.
#[derive(Clone, Args)]
#[command(next_help_heading = WALLET_HEADING)]
pub(crate) struct WalletArgs {
    /// Raw private key; `ps` shows it to everybody on this machine: better --account, --keystore or the variable
    #[arg(long, value_name = "KEY", env = environment::PRIVATE_KEY, hide_env_values = true, conflicts_with_all = ["account", "keystore"])]
    private_key: Option<String>,
    /// Account name in foundry's keystore folder (~/.foundry/keystores)
    #[arg(long, value_name = "NAME", env = environment::ETH_KEYSTORE_ACCOUNT, hide_env_values = true, conflicts_with = "keystore")]
    account: Option<String>,
    /// Path of a JSON keystore
    #[arg(long, value_name = "PATH", env = environment::ETH_KEYSTORE, hide_env_values = true, value_parser = parse::path())]
    keystore: Option<PathBuf>,
    /// File with the keystore's password; asked for on a terminal when left away
    #[arg(long, value_name = "PATH", env = environment::ETH_PASSWORD, hide_env_values = true, value_parser = parse::path())]
    password_file: Option<PathBuf>,
}

// A derived Debug would print the key.
impl std::fmt::Debug for WalletArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WalletArgs").finish_non_exhaustive()
    }
}

impl WalletArgs {
    /// The signer that the flags name, or none when they name none.
    pub(crate) fn signer(&self, hidden: &Hidden) -> Outcome<Option<PrivateKeySigner>> {
        if let Some(key) = &self.private_key {
            hidden.key(key);
            let named = environment::named_by("--private-key", environment::PRIVATE_KEY, key);
            return from_key(key).map(Some).map_err(|failure| {
                let failure = match at_file::no_key(key) {
                    Some(hint) => failure.with_hint(hint),
                    None => failure,
                };
                match named {
                    environment::PRIVATE_KEY => failure.context("cannot use CAUSEWAY_PRIVATE_KEY"),
                    _ => failure,
                }
            });
        }
        let (path, named) = match (&self.keystore, &self.account) {
            (Some(path), _) => {
                (path.clone(), environment::named_by("--keystore", environment::ETH_KEYSTORE, path))
            }
            (None, Some(name)) => (
                keystore_folder()?.join(name),
                environment::named_by("--account", environment::ETH_KEYSTORE_ACCOUNT, name),
            ),
            (None, None) => return Ok(None),
        };
        let signer = from_keystore(&path, self.password_file.as_deref());
        signer.map(Some).map_err(|failure| failure.context(format!("cannot use {named}")))
    }
}

impl WalletArgs {
    /// The files with secrets that the flags name.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.password_file.iter().chain(&self.keystore).map(PathBuf::as_path)
    }
}

/// Reads a raw key. What was given is never repeated: it may be most of a real key.
pub(crate) fn from_key(key: &str) -> Outcome<PrivateKeySigner> {
    let wrong = || {
        Failure::usage(
            "the private key is wrong: expected 0x and 64 hexadecimal digits, within the curve's order",
        )
        .with_code(ErrorCode::InvalidKey)
        .with_hint("`cast wallet new` makes one; `--account NAME` uses a keystore instead")
    };
    let bytes: B256 = key.trim().parse().map_err(|_| wrong())?;
    PrivateKeySigner::from_bytes(&bytes).map_err(|_| wrong())
}

fn keystore_folder() -> Outcome<PathBuf> {
    environment::user_home().map(|home| home.join(".foundry/keystores")).ok_or_else(|| {
        Failure::usage("no home folder is known")
            .with_code(ErrorCode::InvalidKey)
            .with_hint("name the file with --keystore")
    })
}

pub(crate) fn from_keystore(path: &Path, password_file: Option<&Path>) -> Outcome<PrivateKeySigner> {
    if !path.is_file() {
        let missing = Failure::usage(format!("there is no keystore at {}", path.display()));
        return Err(missing.with_code(ErrorCode::InvalidKey).with_hint(
            "`cast wallet import NAME --interactive` makes one; `cast wallet list` shows what exists",
        ));
    }
    let password = match password_file {
        Some(file) => fs::read_to_string(file)
            .what(format!(
                "cannot read the password file {} of {}",
                file.display(),
                environment::named_by("--password-file", environment::ETH_PASSWORD, file)
            ))
            .code(ErrorCode::InvalidKey)?
            .trim_end_matches(['\r', '\n'])
            .to_owned(),
        None if io::stdin().is_terminal() => {
            rpassword::prompt_password(format!("Password of {}: ", path.display()))
                .what("cannot read the password")?
        }
        None => {
            return Err(Failure::usage("the keystore needs a password, and there is no terminal to ask on")
                .with_code(ErrorCode::InvalidKey)
                .with_hint("name a file that holds it with --password-file"));
        }
    };
    PrivateKeySigner::decrypt_keystore(path, password).map_err(|_| {
        Failure::usage(format!("cannot open the keystore {}: wrong password or no keystore", path.display()))
            .with_code(ErrorCode::InvalidKey)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_is_not_repeated() {
        for bad in ["", "0x12", "s3cret", &"0".repeat(64), &"f".repeat(64)] {
            let failure = from_key(bad).unwrap_err();
            let shown = failure.message() + failure.hint().unwrap_or_default();
            assert!(bad.len() < 3 || !shown.contains(bad), "{shown}");
        }
    }
}
