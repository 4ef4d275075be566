//! The account that would send messages again.

use super::{finding::Finding, top_up::purse};
use crate::{
    chains::KnownChain,
    commands::relayer::{args::RunArgs, resend, top_up},
    context::Context,
};
use alloy::primitives::{Address, U256};
use futures::future::join_all;

/// What would be sent again, and what there is to pay for it on each chain.
pub(super) async fn look(
    args: &RunArgs,
    context: &Context<'_>,
    signers: &[Address],
    chains: &[KnownChain],
) -> Vec<Finding> {
    // What is wrong with it is said elsewhere.
    let top_up = top_up::funding(args, context, signers).ok().flatten().map(|funding| funding.shared());
    let resend = match resend::resend(args, context, signers, top_up.as_ref()) {
        Ok(Some(resend)) => resend,
        Ok(None) => return Vec::new(),
        Err(failure) => {
            let remedy = failure.hint().unwrap_or("name another one");
            return vec![Finding::error("resend", failure.message(), remedy)];
        }
    };
    let (account, gas) = (resend.signer.address(), resend.limits.max_gas_per_day);
    let text =
        format!("{account} would send expired messages again, on each source with {gas} gas a day at most");
    let mut findings = vec![Finding::ok("resend", text)];
    let of = |chain| purse(chain, "resend", "the account that sends again", account, U256::from(1));
    findings.extend(join_all(chains.iter().map(of)).await);
    findings
}
