//! The account that would give ether to signers.

use super::{
    finding::{Finding, Level},
    keys,
};
use crate::{
    amount::Currency,
    chains::KnownChain,
    commands::relayer::{
        args::RunArgs,
        signer::Signer,
        top_up::{self, Funding},
    },
    context::Context,
    failure::Failure,
    patience,
};
use alloy::{
    primitives::{Address, U256},
    providers::Provider,
};
use causeway_relayer::TopUp;
use futures::future::join_all;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// Who would give ether, if somebody would; what would be given, and what there is to give on each chain.
pub(super) async fn look(
    args: &RunArgs,
    context: &Context<'_>,
    signers: &[Address],
    chains: &[KnownChain],
) -> (Option<TopUp>, Vec<Finding>) {
    let funding = match top_up::funding(args, context, signers) {
        Ok(Some(funding)) => funding,
        Ok(None) => return (None, Vec::new()),
        Err(failure) => return (None, vec![wrong(&failure)]),
    };
    let mut findings = vec![plan(&funding)];
    // Signers are filled where they deliver.
    let destinations = &context.loaded.config.relayer.allow_destinations;
    let about_key = keys::one(&funding.signer, false, chains, destinations).await.into_iter();
    // That a key is at hand is no news.
    let is_key = matches!(funding.signer, Signer::Key(_));
    let news = about_key.filter(|finding| !is_key || finding.level != Level::Ok);
    findings.extend(news.map(|finding| finding.about("top-up")));
    let (account, least) = (funding.signer.account(), funding.limits.to);
    let of = |chain| purse(chain, "top-up", "the funding account", account, least);
    findings.extend(join_all(chains.iter().map(of)).await);
    (Some(funding.shared()), findings)
}

fn wrong(failure: &Failure) -> Finding {
    Finding::error("top-up", failure.message(), failure.hint().unwrap_or("name another one"))
}

fn plan(funding: &Funding) -> Finding {
    let ether = |wei| Currency::eth().show(wei);
    let (account, limits) = (funding.signer.account(), funding.limits);
    let (below, to, cap) = (ether(limits.below), ether(limits.to), ether(limits.max_per_day));
    let text = format!(
        "{account} would give signers with less than {below} as much as they need for {to}, on each chain {cap} a day at most"
    );
    Finding::ok("top-up", text)
}

/// What an account has that delivers nothing.
pub(super) async fn purse(
    chain: &KnownChain,
    subject: &'static str,
    who: &str,
    account: Address,
    least: U256,
) -> Finding {
    let asked = async {
        let chain = chain.clone().connect().await.map_err(|failure| failure.message())?;
        chain.client.provider().get_balance(account).await.map_err(|error| error.to_string())
    };
    let balance = match patience::within(PATIENCE, asked).await {
        Ok(Ok(balance)) => balance,
        Ok(Err(why)) => {
            let text = format!("what {who} {account} has is not known: {why}");
            return Finding::new(Level::Unknown, subject, text).on(chain);
        }
        Err(silent) => return Finding::new(Level::Unknown, subject, silent.message()).on(chain),
    };
    let text = format!("{who} {account} has {}", Currency::eth().show(balance));
    let finding = match balance < least {
        true => Finding::warning(subject, text, "that is not enough: send it ether"),
        false => Finding::ok(subject, text),
    };
    finding.on(chain)
}
