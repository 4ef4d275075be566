//! The accounts that would pay.

use super::{super::accounts, finding::Finding};
use crate::{chains::KnownChain, commands::relayer::run::RunArgs, context::Context, failure::Failure};
use alloy::primitives::Address;
use causeway_devnet::{DEV_ACCOUNTS, Network, RELAYER_ACCOUNT};
use std::{os::unix::fs::PermissionsExt, path::Path};

/// The accounts, and what is to be said of their keys.
pub(super) fn look(
    args: &RunArgs,
    context: &Context<'_>,
    network: Option<&Network>,
    chains: &[KnownChain],
) -> (Vec<Address>, Vec<Finding>) {
    let key = match args.wallet.signer(context.printer.hidden()) {
        Ok(key) => key,
        Err(failure) => return (Vec::new(), vec![of(&failure)]),
    };
    let is_named = key.is_some();
    match accounts::signer(key, &args.wallet, context, network, chains) {
        Ok((signer, is_devnets)) => {
            let account = signer.address();
            let mut findings = args.wallet.files().filter_map(exposed).collect::<Vec<_>>();
            findings.push(match public(account, chains) {
                Some(chain) => Finding::error(
                    "key",
                    format!("everybody knows the key of {account}, and {} is no devnet", chain.label()),
                    "whatever it has there is taken at once: use a key of your own",
                ),
                None if is_devnets => Finding::ok("key", format!("{account}, the devnet's for relayers")),
                None => Finding::ok("key", format!("{account}, on every chain")),
            });
            (vec![account], findings)
        }
        Err(failure) => {
            let finding = of(&failure);
            (
                Vec::new(),
                vec![if is_named {
                    finding
                } else {
                    finding
                        .with_remedy("name one with --account NAME, --keystore PATH or CAUSEWAY_PRIVATE_KEY")
                }],
            )
        }
    }
}

/// Takes away the chains that `relayer run` does not relay, for nothing but the devnet's key is at hand.
pub(super) fn leave_away(args: &RunArgs, chains: &mut Vec<KnownChain>) -> Vec<Finding> {
    if args.wallet.names_a_key() || !args.chain.is_empty() || !chains.iter().any(|chain| chain.on_devnet) {
        return Vec::new();
    }
    let left = chains.extract_if(.., |chain| !chain.on_devnet);
    let finding = |chain: KnownChain| {
        let text =
            format!("{} is not relayed: it is no chain of the devnet, and no key is named", chain.label());
        Finding::error("key", text, "name one with --account NAME, --keystore PATH or CAUSEWAY_PRIVATE_KEY")
    };
    left.map(finding).collect()
}

/// A chain that is none of a devnet, where the account is one of those whose keys stand in every manual.
fn public(account: Address, chains: &[KnownChain]) -> Option<&KnownChain> {
    let is_public = DEV_ACCOUNTS.contains(&account) || RELAYER_ACCOUNT == account;
    chains.iter().filter(|_| is_public).find(|chain| !chain.on_devnet && !chain.endpoints.is_loopback())
}

fn of(failure: &Failure) -> Finding {
    Finding::error("key", failure.message(), failure.hint().unwrap_or("name another one"))
}

/// What others may read who work on this machine.
fn exposed(path: &Path) -> Option<Finding> {
    let mode = path.metadata().ok()?.permissions().mode() & 0o777;
    let text = format!("{} may be read by others (mode {mode:o})", path.display());
    (mode & 0o077 != 0).then(|| Finding::warning("key", text, "chmod 600"))
}
