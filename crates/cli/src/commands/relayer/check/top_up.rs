//! The account that would give ether to signers.

use super::finding::{Finding, Level};
use crate::{
    amount::Currency,
    chains::KnownChain,
    commands::relayer::{args::RunArgs, top_up},
    context::Context,
    failure::Failure,
    patience,
};
use alloy::{primitives::Address, providers::Provider};
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
    let top_up = match top_up::top_up(args, context, signers) {
        Ok(Some(top_up)) => top_up,
        Ok(None) => return (None, Vec::new()),
        Err(failure) => return (None, vec![wrong(&failure)]),
    };
    let mut findings = vec![plan(&top_up)];
    findings.extend(join_all(chains.iter().map(|chain| purse(chain, &top_up))).await);
    (Some(top_up), findings)
}

fn wrong(failure: &Failure) -> Finding {
    Finding::error("top-up", failure.message(), failure.hint().unwrap_or("name another one"))
}

fn plan(top_up: &TopUp) -> Finding {
    let ether = |wei| Currency::eth().show(wei);
    let (account, limits) = (top_up.signer.address(), top_up.limits);
    let (below, to, cap) = (ether(limits.below), ether(limits.to), ether(limits.max_per_day));
    let text = format!(
        "{account} would give signers with less than {below} as much as they need for {to}, on each chain {cap} a day at most"
    );
    Finding::ok("top-up", text)
}

async fn purse(chain: &KnownChain, top_up: &TopUp) -> Finding {
    let account = top_up.signer.address();
    let asked = async {
        let chain = chain.clone().connect().await.map_err(|failure| failure.message())?;
        chain.client.provider().get_balance(account).await.map_err(|error| error.to_string())
    };
    let balance = match patience::within(PATIENCE, asked).await {
        Ok(Ok(balance)) => balance,
        Ok(Err(why)) => {
            let text = format!("what the funding account {account} has is not known: {why}");
            return Finding::new(Level::Unknown, "top-up", text).on(chain);
        }
        Err(silent) => return Finding::new(Level::Unknown, "top-up", silent.message()).on(chain),
    };
    let text = format!("the funding account {account} has {}", Currency::eth().show(balance));
    let finding = match balance < top_up.limits.to {
        true => Finding::warning("top-up", text, "that fills no signer: send it ether"),
        false => Finding::ok("top-up", text),
    };
    finding.on(chain)
}
