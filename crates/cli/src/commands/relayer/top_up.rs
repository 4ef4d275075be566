//! Who gives ether to signers that have too little.

use super::{args::RunArgs, signer::Signer};
use crate::{
    config::Wei,
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    key_file, wallet,
};
use alloy::{primitives::Address, signers::local::PrivateKeySigner};
use causeway_relayer::{TopUp, errand::TopUpLimits};
use std::path::Path;

const HINT: &str = "relayer.top-up-key-file (or top-up-keystore, top-up-remote-signer, top-up-kms-signer) says who gives, \
                    top-up-below who is given some, top-up-to how much they have then, and top-up-max-per-day how much is given \
                    on a chain within 24 hours";

/// The funding account, what signs for it, and its limits.
#[derive(Clone, Debug)]
pub(super) struct Funding {
    pub(super) signer: Signer,
    pub(super) limits: TopUpLimits,
}

impl Funding {
    /// As a relayer takes it.
    pub(super) fn shared(&self) -> TopUp {
        TopUp { signer: self.signer.shared(), limits: self.limits }
    }
}

/// The funding account, if there is one. It delivers nothing: `signers` do.
pub(super) fn funding(
    args: &RunArgs,
    context: &Context<'_>,
    signers: &[Address],
) -> Outcome<Option<Funding>> {
    let section = &context.loaded.config.relayer;
    let numbers = (section.top_up_below, section.top_up_to, section.top_up_max_per_day);
    let (signer, limits) = match (signer(args, context)?, numbers) {
        (None, (None, None, None)) => return Ok(None),
        (Some(signer), (Some(Wei(below)), Some(Wei(to)), Some(Wei(max_per_day)))) => {
            (signer, TopUpLimits { below, to, max_per_day })
        }
        (signer, _) => {
            let named = [signer.is_some(), numbers.0.is_some(), numbers.1.is_some(), numbers.2.is_some()];
            return Err(wrong(format!("signers are to be topped up, and {}", missing(named)), HINT));
        }
    };
    let account = signer.account();
    if signers.contains(&account) {
        let text = format!(
            "the funding account {account} delivers, too, but a signer's nonces are for deliveries alone"
        );
        return Err(wrong(text, "name another account with relayer.top-up-key-file or its like"));
    }
    if limits.to < limits.below {
        let text = "relayer.top-up-to is less than relayer.top-up-below, so that a signer would be topped up for ever";
        return Err(wrong(text.to_owned(), "say as much at least"));
    }
    Ok(Some(Funding { signer, limits }))
}

/// What is not said of the funding account, below which, to which, and of how much a day.
fn missing(named: [bool; 4]) -> String {
    let keys = ["top-up-key-file", "top-up-below", "top-up-to", "top-up-max-per-day"];
    let missing: Vec<_> = keys.iter().zip(named).filter(|(_, is_named)| !is_named).collect();
    let said: Vec<_> = missing.iter().map(|(key, _)| format!("relayer.{key}")).collect();
    format!("{} {} missing", said.join(", "), if said.len() == 1 { "is" } else { "are" })
}

/// What signs for the funding account: by flag, else by the configuration.
fn signer(args: &RunArgs, context: &Context<'_>) -> Outcome<Option<Signer>> {
    let section = &context.loaded.config.relayer;
    if let Some(path) = &args.top_up_key_file {
        return key_file::read(path, context.printer.hidden()).map(Signer::Key).map(Some);
    }
    let named = [
        ("top-up-key-file", section.top_up_key_file.is_some()),
        ("top-up-keystore", section.top_up_keystore.is_some()),
        ("top-up-remote-signer", section.top_up_remote_signer.is_some()),
        ("top-up-kms-signer", section.top_up_kms_signer.is_some()),
    ];
    let named: Vec<_> = named.iter().filter(|(_, is_named)| *is_named).map(|(key, _)| *key).collect();
    if let [first, second, ..] = named[..] {
        let text = format!("both relayer.{first} and relayer.{second} are named");
        return Err(wrong(text, "there is one such account: name one of them"));
    }
    let of = |key: &'static str| move |failure: Failure| failure.context(format!("cannot use relayer.{key}"));
    if let Some(remote) = &section.top_up_remote_signer {
        return Signer::remote(remote, context).map(Some).map_err(of("top-up-remote-signer"));
    }
    if let Some(kms) = &section.top_up_kms_signer {
        return Signer::kms(kms).map(Some).map_err(of("top-up-kms-signer"));
    }
    let files = (section.top_up_key_file.as_deref(), section.top_up_keystore.as_deref());
    Ok(named_key(None, files, "top-up", context)?.map(Signer::Key))
}

/// The key of an account that delivers nothing: by flag, else by the configuration, where its keys begin with `name`.
pub(super) fn named_key(
    flag: Option<&Path>,
    (key_file, keystore): (Option<&Path>, Option<&Path>),
    name: &str,
    context: &Context<'_>,
) -> Outcome<Option<PrivateKeySigner>> {
    let hidden = context.printer.hidden();
    if let Some(path) = flag {
        return key_file::read(path, hidden).map(Some);
    }
    let of = |what: &str| {
        let key = format!("cannot use relayer.{name}-{what}");
        move |failure: Failure| failure.context(key)
    };
    match (key_file, keystore) {
        (Some(_), Some(_)) => {
            let text = format!("both relayer.{name}-key-file and relayer.{name}-keystore are named");
            Err(wrong(text, "there is one such account: name one of them"))
        }
        (Some(path), None) => key_file::read(path, hidden).map(Some).map_err(of("key-file")),
        (None, Some(path)) => {
            let password = context.loaded.config.relayer.password_file.as_deref();
            wallet::from_keystore(path, password).map(Some).map_err(of("keystore"))
        }
        (None, None) => Ok(None),
    }
}

pub(super) fn wrong(text: String, hint: &str) -> Failure {
    Failure::usage(text).with_code(ErrorCode::InvalidConfig).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(missing([true, true, false, true]), "relayer.top-up-to is missing");
        assert_eq!(
            missing([false, true, true, false]),
            "relayer.top-up-key-file, relayer.top-up-max-per-day are missing"
        );
    }
}
