//! The accounts that pay for deliveries.

use super::args::RunArgs;
use crate::{
    chains::KnownChain,
    context::Context,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    key_file, wallet,
};
use alloy::{primitives::Address, signers::local::PrivateKeySigner};
use causeway_devnet::{Network, relayer_key};
use causeway_relayer::RelaySigner;
use std::sync::Arc;

/// Accounts that pay.
#[derive(Debug)]
pub(super) struct Accounts {
    pub(super) first: PrivateKeySigner,
    pub(super) others: Vec<PrivateKeySigner>,
    /// Whether it is the devnet's, whose key everybody knows.
    pub(super) is_devnets: bool,
}

impl Accounts {
    fn all(&self) -> impl Iterator<Item = &PrivateKeySigner> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub(super) fn addresses(&self) -> Vec<Address> {
        self.all().map(PrivateKeySigner::address).collect()
    }

    /// As a relayer takes them.
    pub(super) fn shared(&self) -> Vec<RelaySigner> {
        self.all().map(|signer| Arc::new(signer.clone()) as RelaySigner).collect()
    }

    /// For people, in one line.
    pub(super) fn names(&self) -> String {
        self.all().map(|signer| signer.address().to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// The accounts whose keys are named: by flags, else by the configuration. None, if none is.
pub(super) fn named(args: &RunArgs, context: &Context<'_>) -> Outcome<Vec<PrivateKeySigner>> {
    let hidden = context.printer.hidden();
    let mut signers: Vec<_> = args.wallet.signer(hidden)?.into_iter().collect();
    for path in &args.key_file {
        signers.push(key_file::read(path, hidden)?);
    }
    if signers.is_empty() {
        let section = &context.loaded.config.relayer;
        for path in section.keystores.iter() {
            let signer = wallet::from_keystore(path, section.password_file.as_deref());
            signers.push(signer.map_err(|failure| failure.context("cannot use relayer.keystores"))?);
        }
        for path in section.key_files.iter() {
            let signer = key_file::read(path, hidden);
            signers.push(signer.map_err(|failure| failure.context("cannot use relayer.key-files"))?);
        }
    }
    for (index, signer) in signers.iter().enumerate() {
        if signers[..index].iter().any(|other| other.address() == signer.address()) {
            return Err(Failure::usage(format!("two of the keys are of one account, {}", signer.address()))
                .with_code(ErrorCode::InvalidKey)
                .with_hint("each account works for itself: name it once"));
        }
    }
    Ok(signers)
}

/// Without a key only the devnet's chains can be relayed, by an account whose key everybody knows. Takes the others away.
pub(super) fn leave_away_what_needs_a_key(chains: &mut Vec<KnownChain>) -> Vec<KnownChain> {
    if !chains.iter().any(|chain| chain.on_devnet) {
        return Vec::new();
    }
    chains.extract_if(.., |chain| !chain.on_devnet).collect()
}

/// The accounts that pay: those that are named, else the devnet's. A devnet has one for this, beside those that are the user's:
/// a relayer's account is nobody else's, or their nonces collide.
pub(super) fn choose(
    mut named: Vec<PrivateKeySigner>,
    args: &RunArgs,
    context: &Context<'_>,
    network: Option<&Network>,
    chains: &[KnownChain],
) -> Outcome<Accounts> {
    if !named.is_empty() {
        return Ok(Accounts { first: named.remove(0), others: named, is_devnets: false });
    }
    let alone = |first, is_devnets| Accounts { first, others: Vec::new(), is_devnets };
    match network {
        Some(network) if chains.iter().all(|chain| chain.on_devnet) => {
            if network.relayer.is_some() {
                return Err(Failure::usage("this devnet relays by itself")
                    .with_hint("start it without --autorelay, or name another account with --private-key"));
            }
            let account = relayer_key().expose().parse();
            let account = account.what("cannot read the key of the devnet's relayer")?;
            Ok(alone(account, true))
        }
        _ => Ok(alone(context.signer(&args.wallet, None, &[])?, false)),
    }
}
