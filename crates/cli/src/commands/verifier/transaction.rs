//! Where a transaction is.

use crate::{
    chains::KnownChain,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
};
use alloy::{primitives::B256, providers::Provider};
use causeway_chain::{ConnectOptions, connect};
use futures::future::join_all;
use serde_json::Value;

/// The chain and block that a transaction is in.
pub(super) async fn find(hash: B256, chains: &[KnownChain]) -> Outcome<(&KnownChain, u64)> {
    let mut gaps = Vec::new();
    let looked = join_all(chains.iter().map(|chain| block_of(hash, chain))).await;
    for (chain, found) in chains.iter().zip(looked) {
        match found {
            Ok(Some(number)) => return Ok((chain, number)),
            Ok(None) => {}
            Err(failure) => gaps.push(format!("{}: {}", chain.label(), failure.message())),
        }
    }
    let known = chains.iter().map(KnownChain::label).collect::<Vec<_>>().join(", ");
    if !gaps.is_empty() {
        // What could not be asked may have it.
        return Err(Failure::failed(format!(
            "cannot tell where transaction {hash} is: not every chain can be asked ({})",
            gaps.join("; ")
        ))
        .with_code(ErrorCode::SearchIncomplete)
        .with_hint("ask again when every chain answers"));
    }
    Err(Failure::failed(format!(
        "no transaction {hash} in a block of {known}, and no message there that has this hash"
    ))
    .with_code(ErrorCode::NotFound)
    .with_hint(
        "name its chain with --rpc-url; the transactions of a message are told by `causeway message status HASH`",
    ))
}

/// The block of a chain that a transaction is in, if it is in one.
async fn block_of(hash: B256, chain: &KnownChain) -> Outcome<Option<u64>> {
    let provider = connect(&chain.endpoints, &ConnectOptions { read_retries: 1, ..Default::default() })
        .what("cannot make a client")?;
    let receipt: Option<Value> = provider
        .client()
        .request("eth_getTransactionReceipt", (hash,))
        .await
        .what("cannot ask for the transaction")?;
    let number = receipt.as_ref().and_then(|receipt| receipt["blockNumber"].as_str());
    Ok(number.and_then(|number| u64::from_str_radix(number.trim_start_matches("0x"), 16).ok()))
}
