//! What a relayer is told on the command line.

use super::api_settings::ApiArgs;
use crate::{
    candidates,
    config::KmsAccount,
    parse,
    wallet::{WALLET_HEADING, WalletArgs},
};
use clap::Args;
use std::path::PathBuf;

/// What is relayed, and who pays.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  causeway relayer run                     on a running devnet
  causeway relayer run --chain op-mainnet --chain unichain --account relayer
  causeway relayer run --listen            with an HTTP API on 127.0.0.1:8460")]
pub(crate) struct RunArgs {
    /// Relay between these chains only: id, name or URL (repeatable) [default: all that are known]
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    pub(super) chain: Vec<String>,
    /// Database that holds what was done, and that the relayer goes on from: a path, or @FILE with the URL of a Postgres database,
    /// which several relayers may share [default: relayer.sqlite in the state folder]
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    pub(super) database: Option<PathBuf>,
    /// First block to look at on a chain that the database does not know yet [default: its start-block, else the newest]
    #[arg(long, value_name = "NUMBER", value_parser = parse::number)]
    pub(super) from_block: Option<u64>,
    /// One more chain, by URL, or by @FILE that holds it: `ps` shows URLs to everybody on this machine (repeatable)
    #[arg(long, value_name = "URL")]
    pub(super) rpc_url: Vec<String>,
    /// File with the key of an account that pays, 0x and 64 digits, readable by its owner alone; several share the work
    /// (repeatable) [default: relayer.keystores, key-files, remote-signers and kms-signers of the configuration]
    #[arg(long, value_name = "PATH", value_parser = parse::path(), help_heading = WALLET_HEADING)]
    pub(super) key_file: Vec<PathBuf>,
    /// An account that pays, whose key another program has, and that program's URL: it is asked to sign (eth_signTransaction).
    /// With @FILE instead, a file that its owner alone may read holds the URL (repeatable)
    #[arg(long, value_name = "ACCOUNT=URL", help_heading = WALLET_HEADING)]
    pub(super) remote_signer: Vec<String>,
    /// An account that pays, and its key at a key management service: aws: and the id, ARN or alias of a key of AWS KMS, or gcp: and
    /// projects/…/cryptoKeyVersions/… of Google Cloud KMS. It takes a program that was built with them (repeatable)
    #[arg(long, value_name = "ACCOUNT=KEY", help_heading = WALLET_HEADING)]
    pub(super) kms_signer: Vec<KmsAccount>,
    /// File with the key of the account that gives ether to accounts that pay when they have too little, as
    /// relayer.top-up-below, top-up-to and top-up-max-per-day of the configuration say
    #[arg(long, value_name = "PATH", value_parser = parse::path(), help_heading = WALLET_HEADING)]
    pub(super) top_up_key_file: Option<PathBuf>,
    /// File with the key of the account that sends messages again that expired, where relayer.auto-resend or a route of the
    /// configuration wants it
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    pub(super) resend_key_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) wallet: WalletArgs,
    #[command(flatten)]
    pub(super) api: ApiArgs,
}
