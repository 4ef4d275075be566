//! The account that pays for deliveries.

use crate::{
    chains::KnownChain,
    context::Context,
    failure::{Failure, Outcome, OutcomeExt},
    wallet::WalletArgs,
};
use alloy::signers::local::PrivateKeySigner;
use causeway_devnet::{Network, relayer_key};

/// Without a key only the devnet's chains can be relayed, by an account whose key everybody knows.
pub(super) fn leave_away_what_needs_a_key(chains: &mut Vec<KnownChain>) {
    if chains.iter().any(|chain| chain.on_devnet) {
        for chain in chains.extract_if(.., |chain| !chain.on_devnet) {
            let chain = chain.label();
            tracing::error!(chain, "not relayed: it is no chain of the devnet, and no key was named for it");
        }
    }
}

/// The account that pays, and whether it is the devnet's, whose key everybody knows. A devnet has one for this, beside those
/// that are the user's: a relayer's account is nobody else's, or their nonces collide.
pub(super) fn signer(
    key: Option<PrivateKeySigner>,
    wallet: &WalletArgs,
    context: &Context<'_>,
    network: Option<&Network>,
    chains: &[KnownChain],
) -> Outcome<(PrivateKeySigner, bool)> {
    if let Some(signer) = key {
        return Ok((signer, false));
    }
    match network {
        Some(network) if chains.iter().all(|chain| chain.on_devnet) => {
            if network.relayer.is_some() {
                return Err(Failure::usage("this devnet relays by itself")
                    .with_hint("start it without --autorelay, or name another account with --private-key"));
            }
            let account = relayer_key().expose().parse();
            Ok((account.what("cannot read the key of the devnet's relayer")?, true))
        }
        _ => Ok((context.signer(wallet, None, &[])?, false)),
    }
}
