//! Programs that sign for accounts.

use super::finding::{Finding, Level};
use crate::{chains::KnownChain, patience};
use alloy::primitives::Address;
use causeway_relayer::{RemoteSigner, RemoteSignerError};

/// Has a program sign for an account what no block can have, on each of the chains that it is to pay on, and says what came of it.
pub(super) async fn look(account: Address, signer: &RemoteSigner, chains: &[&KnownChain]) -> Vec<Finding> {
    let at = signer.endpoint();
    if chains.is_empty() {
        let text = format!("not asked whether {at} signs for {account}: no chain is known");
        return vec![Finding::new(Level::Unknown, "key", text)];
    }
    let mut findings = Vec::new();
    for chain in chains {
        match patience::within(patience::SHORT, signer.try_out(chain.id)).await {
            Ok(Ok(())) => {}
            Ok(Err(error @ (RemoteSignerError::Connect(_) | RemoteSignerError::Away { .. }))) => {
                let text = format!("{error}; it signs for {account}");
                let remedy = "the relayer waits for it; does it run, and does it let this relayer in?";
                return vec![Finding::error("key", text, remedy)];
            }
            Err(_) => {
                let text =
                    format!("the remote signer at {at} does not answer in time, which signs for {account}");
                return vec![Finding::error("key", text, "the relayer waits for it; is it running?")];
            }
            Ok(Err(error)) => findings.push(wrong(account, signer, error).await.on(chain)),
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok("key", format!("{account}, signed for by {at}")));
    }
    findings
}

async fn wrong(account: Address, signer: &RemoteSigner, error: RemoteSignerError) -> Finding {
    let text = error.to_string();
    match error {
        // Whether it is the account or the transaction that it will not have, the list of its accounts tells.
        RemoteSignerError::Refused { .. } => match signer.accounts().await {
            Ok(accounts) if accounts.contains(&account) => Finding::new(
                Level::Unknown,
                "key",
                format!("{text}; it has the key of {account}, and was asked for what no block can have"),
            )
            .with_remedy("is it allowed to sign calls of the messenger and of the batcher on that chain?"),
            Ok(_) => Finding::error(
                "key",
                format!("{text}; of {account} it says that it has no key"),
                "name an account that it has a key of",
            ),
            Err(_) => Finding::error(
                "key",
                format!("{text}; which accounts it has keys of it does not say"),
                format!("does it sign for {account}, and on that chain?"),
            ),
        },
        _ => Finding::error("key", text, "such signatures are not used: name another signer"),
    }
}
