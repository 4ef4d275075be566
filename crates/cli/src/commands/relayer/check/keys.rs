//! The accounts that would pay.

use super::{
    super::{accounts, signer::Signer},
    finding::Finding,
    kms, signer,
};
use crate::{chains::KnownChain, commands::relayer::args::RunArgs, context::Context, failure::Failure};
use alloy::primitives::Address;
use causeway_devnet::{DEV_ACCOUNTS, Network, RELAYER_ACCOUNT};
use std::{os::unix::fs::PermissionsExt, path::Path};

const REMEDY: &str = "name one with --account NAME, --keystore PATH, --key-file PATH, --remote-signer ACCOUNT=URL, \
                      --kms-signer ACCOUNT=KEY or CAUSEWAY_PRIVATE_KEY";

/// The accounts, and what is to be said of their keys. Chains that nothing but the devnet's key is at hand for are taken away.
pub(super) async fn look(
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
    let destinations = &context.loaded.config.relayer.allow_destinations;
    for signer in &accounts.signers {
        findings.extend(one(signer, accounts.is_devnets, chains, destinations).await);
    }
    (accounts.addresses(), findings)
}

/// An account. Its transactions are for these destinations only, if any are named.
pub(super) async fn one(
    signer: &Signer,
    is_devnets: bool,
    chains: &[KnownChain],
    destinations: &[u64],
) -> Vec<Finding> {
    let account = signer.account();
    if let Some(chain) = public(account, chains) {
        return vec![Finding::error(
            "key",
            format!("everybody knows the key of {account}, and {} is no devnet", chain.label()),
            "whatever it has there is taken at once: use a key of your own",
        )];
    }
    match signer {
        Signer::Remote(account, signer) => {
            let pays_on = |chain: &&KnownChain| destinations.is_empty() || destinations.contains(&chain.id);
            let chains: Vec<_> = chains.iter().filter(pays_on).collect();
            signer::look(*account, signer, &chains).await
        }
        Signer::Kms(account, signer) => vec![kms::look(*account, signer).await],
        Signer::Key(_) if is_devnets => {
            vec![Finding::ok("key", format!("{account}, the devnet's for relayers"))]
        }
        Signer::Key(_) => vec![Finding::ok("key", format!("{account}, on every chain"))],
    }
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
