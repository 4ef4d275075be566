//! A Ledger in place of a key.

use crate::failure::{ErrorCode, Failure, Outcome};
use alloy::signers::ledger::{HDPath, LedgerSigner};
use clap::Args;

/// Whether a Ledger signs, and with which of its accounts.
#[derive(Debug, Args)]
#[command(next_help_heading = "Wallet options")]
pub(crate) struct LedgerArgs {
    /// Sign with a Ledger: plugged in, unlocked, its Ethereum app open
    #[arg(long, conflicts_with_all = ["private_key", "account", "keystore"])]
    ledger: bool,
    /// Derivation path of the Ledger's account
    #[arg(long, value_name = "PATH", requires = "ledger", default_value = "m/44'/60'/0'/0/0")]
    hd_path: String,
}

impl LedgerArgs {
    /// Asks the device for its account; none where no Ledger is to sign.
    pub(crate) async fn signer(&self) -> Outcome<Option<LedgerSigner>> {
        if !self.ledger {
            return Ok(None);
        }
        // The driver panics in both cases, and in a task of its own that ends the task alone.
        if cfg!(target_os = "linux") && !std::path::Path::new("/dev/bus/usb").exists() {
            return Err(absent("this machine has no USB bus"));
        }
        match tokio::spawn(LedgerSigner::new(HDPath::Other(self.hd_path.clone()), None)).await {
            Ok(Ok(signer)) => Ok(Some(signer)),
            Ok(Err(error)) => Err(absent(&error.to_string())),
            Err(_) => Err(absent("its answer was not understood")),
        }
    }
}

fn absent(why: &str) -> Failure {
    Failure::usage(format!("cannot use the Ledger: {why}")).with_code(ErrorCode::NoKey).with_hint(
        "plug it in, unlock it and open its Ethereum app; on Linux, Ledger's udev rules let you use it without root",
    )
}
