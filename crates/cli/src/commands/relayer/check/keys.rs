//! The accounts that would pay.

use super::{super::accounts, finding::Finding};
use crate::{chains::KnownChain, commands::relayer::args::RunArgs, context::Context, failure::Failure};
use alloy::primitives::Address;
use causeway_devnet::{DEV_ACCOUNTS, Network, RELAYER_ACCOUNT};
use std::{os::unix::fs::PermissionsExt, path::Path};

const REMEDY: &str = "name one with --account NAME, --keystore PATH, --key-file PATH or CAUSEWAY_PRIVATE_KEY";

/// The accounts, and what is to be said of their keys. Chains that nothing but the devnet's key is at hand for are taken away.
pub(super) fn look(
    args: &RunArgs,
    context: &Context<'_>,
    network: Option<&Network>,
    chains: &mut Vec<KnownChain>,
) -> (Vec<Address>, Vec<Finding>) {
    let named = match accounts::named(args, context) {
        Ok(named) => named,
        Err(failure) => return (Vec::new(), vec![of(&failure)]),
    };
    let is_named = !named.is_empty();
    let mut findings = Vec::new();
    if !is_named && args.chain.is_empty() {
        findings.extend(accounts::leave_away_what_needs_a_key(chains).iter().map(left_away));
    }
    let accounts = match accounts::choose(named, args, context, network, chains) {
        Ok(accounts) => accounts,
        Err(failure) => {
            let finding = of(&failure);
            findings.push(if is_named { finding } else { finding.with_remedy(REMEDY) });
            return (Vec::new(), findings);
        }
    };
    let password = context.loaded.config.relayer.password_file.as_deref().filter(|_| is_named);
    findings.extend(args.wallet.files().chain(password).filter_map(exposed));
    findings.extend(accounts.addresses().into_iter().map(|account| match public(account, chains) {
        Some(chain) => Finding::error(
            "key",
            format!("everybody knows the key of {account}, and {} is no devnet", chain.label()),
            "whatever it has there is taken at once: use a key of your own",
        ),
        None if accounts.is_devnets => Finding::ok("key", format!("{account}, the devnet's for relayers")),
        None => Finding::ok("key", format!("{account}, on every chain")),
    }));
    (accounts.addresses(), findings)
}

fn left_away(chain: &KnownChain) -> Finding {
    let text = format!("{} is not relayed: it is no chain of the devnet, and no key is named", chain.label());
    Finding::error("key", text, REMEDY)
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
