//! The accounts that pay for deliveries.

use super::{args::RunArgs, signer::Signer};
use crate::{
    chains::KnownChain,
    config::RemoteAccount,
    context::Context,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    key_file, wallet,
};
use alloy::{primitives::Address, signers::local::PrivateKeySigner};
use causeway_devnet::{Network, relayer_key};
use causeway_relayer::RelaySigner;

/// Accounts that pay, at least one.
#[derive(Debug)]
pub(super) struct Accounts {
    pub(super) signers: Vec<Signer>,
    /// Whether it is the devnet's, whose key everybody knows.
    pub(super) is_devnets: bool,
}

impl Accounts {
    pub(super) fn addresses(&self) -> Vec<Address> {
        self.signers.iter().map(Signer::account).collect()
    }

    /// As a relayer takes them.
    pub(super) fn shared(&self) -> Vec<RelaySigner> {
        self.signers.iter().map(Signer::shared).collect()
    }

    /// For people, in one line.
    pub(super) fn names(&self) -> String {
        self.addresses().iter().map(Address::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// The accounts that are named, and what signs for them: by flags, else by the configuration. None, if none is.
pub(super) fn named(args: &RunArgs, context: &Context<'_>) -> Outcome<Vec<Signer>> {
    let hidden = context.printer.hidden();
    let mut signers: Vec<_> = args.wallet.signer(hidden)?.map(Signer::Key).into_iter().collect();
    for path in &args.key_file {
        signers.push(Signer::Key(key_file::read(path, hidden)?));
    }
    for text in &args.remote_signer {
        let signer = RemoteAccount::named(text).and_then(|named| Signer::remote(&named, context));
        signers.push(signer.map_err(|failure| failure.context("cannot use --remote-signer"))?);
    }
    for named in &args.kms_signer {
        let signer = Signer::kms(named);
        signers.push(signer.map_err(|failure| failure.context("cannot use --kms-signer"))?);
    }
    if signers.is_empty() {
        signers = configured(context)?;
    }
    for (index, signer) in signers.iter().enumerate() {
        let account = signer.account();
        if signers[..index].iter().any(|other| other.account() == account) {
            return Err(Failure::usage(format!("two of the keys are of one account, {account}"))
                .with_code(ErrorCode::InvalidKey)
                .with_hint("each account works for itself: name it once"));
        }
    }
    Ok(signers)
}

/// Those of the configuration.
fn configured(context: &Context<'_>) -> Outcome<Vec<Signer>> {
    let section = &context.loaded.config.relayer;
    let of = |key: &'static str| move |failure: Failure| failure.context(format!("cannot use relayer.{key}"));
    let mut signers = Vec::new();
    for path in section.keystores.iter() {
        let signer = wallet::from_keystore(path, section.password_file.as_deref());
        signers.push(Signer::Key(signer.map_err(of("keystores"))?));
    }
    for path in section.key_files.iter() {
        let signer = key_file::read(path, context.printer.hidden());
        signers.push(Signer::Key(signer.map_err(of("key-files"))?));
    }
    for named in section.remote_signers.iter() {
        signers.push(Signer::remote(named, context).map_err(of("remote-signers"))?);
    }
    for named in section.kms_signers.iter() {
        signers.push(Signer::kms(named).map_err(of("kms-signers"))?);
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
    named: Vec<Signer>,
    args: &RunArgs,
    context: &Context<'_>,
    network: Option<&Network>,
    chains: &[KnownChain],
) -> Outcome<Accounts> {
    if !named.is_empty() {
        return Ok(Accounts { signers: named, is_devnets: false });
    }
    let alone = |key: PrivateKeySigner, is_devnets| Accounts { signers: vec![Signer::Key(key)], is_devnets };
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
