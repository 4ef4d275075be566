//! What came of the transactions that were sent.

use super::report::{Row, Status};
use crate::failure::{ErrorCode, Failure, Outcome};
use causeway_deploy::create2::{Settled, Unsettled};
use serde_json::json;

/// Fills a row of the report in.
pub(super) fn enter(row: &mut Row, result: &Result<Settled, Unsettled>) {
    match result {
        Ok(Settled::Created(created)) => {
            row.status = Status::Deployed;
            row.tx_hash = Some(created.tx_hash);
            row.block_number = Some(created.mined.block_number);
            row.gas = Some(created.gas_used);
            row.cost = Some(created.cost);
            row.code_hash = Some(created.code_hash);
        }
        Ok(Settled::Found { code_hash, reverted }) => {
            row.status = Status::Present;
            (row.tx_hash, row.nonce, row.gas, row.cost) = (None, None, None, None);
            row.code_hash = Some(*code_hash);
            let end = if *reverted { ", and ours reverted: its fee was spent" } else { " in place of ours" };
            row.reason = Some(format!("another transaction created it{end}"));
        }
        Err(error) => {
            row.status = match error {
                Unsettled::Unseen { .. } | Unsettled::Displaced { .. } => Status::Unknown,
                _ => Status::Failed,
            };
            row.reason = Some(error.to_string());
        }
    }
}

/// One failure for all chains on which something went wrong, the gravest first: what may still come.
pub(super) fn judge(
    what: &str,
    results: &[(String, Result<Settled, Unsettled>)],
    chains: Vec<serde_json::Value>,
) -> Outcome {
    let mut failed: Vec<(&str, &Unsettled)> =
        results.iter().filter_map(|(label, result)| Some((label.as_str(), result.as_ref().err()?))).collect();
    failed.sort_by_key(|(_, error)| match error {
        Unsettled::Unseen { .. } => 0,
        Unsettled::Displaced { .. } => 1,
        _ => 2,
    });
    let Some((_, gravest)) = failed.first() else { return Ok(()) };
    let (code, hint) = match gravest {
        Unsettled::Unseen { base_fee: Some(_), .. } => (
            ErrorCode::SentNotIncluded,
            "run the same command again: it goes on, and replaces the transaction by one that pays more",
        ),
        Unsettled::Unseen { .. } => {
            (ErrorCode::SentNotIncluded, "run the same command again: it goes on, and sends nothing twice")
        }
        Unsettled::Refused { .. } => {
            (ErrorCode::TransactionRefused, "run the same command again: what is done is recognised")
        }
        Unsettled::Displaced { .. } => (
            ErrorCode::SentNotIncluded,
            "run the same command again, and send nothing else from the account meanwhile: it signs another one",
        ),
        Unsettled::Reverted { .. } => (
            ErrorCode::TransactionReverted,
            "only the fee was spent; run the same command again: it looks anew whether the chain is ready",
        ),
        Unsettled::CodeDiffers { .. } => (
            ErrorCode::CodeDiffers,
            "does the constructor depend on the block? the address is right for the code that was sent",
        ),
    };
    let said: Vec<String> = failed.iter().map(|(label, error)| format!("{label}: {error}")).collect();
    let failure = Failure::failed(format!("{what} is not on every chain: {}", said.join("; ")));
    Err(failure.with_code(code).with_hint(hint).with_details(json!({ "chains": chains })))
}
