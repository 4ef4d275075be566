//! What a node says as of a block.

use std::future::IntoFuture;

use alloy::{
    eips::BlockId,
    rpc::json_rpc::RpcError,
    transports::{TransportError, TransportResult},
};
use causeway_chain::BlockRef;

/// JSON-RPC's code for parameters that are not understood.
const INVALID_PARAMS: i64 = -32602;

/// Asks for something as of a block: by its hash, so that no other block can be meant.
///
/// A node that does not take hashes is asked by the number. Not one that does not know the block: it is behind, or of another
/// fork, or of another chain, and what it says of that height is true of another block.
pub(super) async fn as_of<T, F>(block: BlockRef, ask: impl Fn(BlockId) -> F) -> TransportResult<T>
where
    F: IntoFuture<Output = TransportResult<T>>,
{
    match ask(BlockId::hash(block.hash)).await {
        Err(error) if takes_no_hash(&error) => ask(BlockId::number(block.number)).await,
        answer => answer,
    }
}

fn takes_no_hash(error: &TransportError) -> bool {
    matches!(error, RpcError::ErrorResp(error) if error.code == INVALID_PARAMS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{primitives::B256, rpc::json_rpc::ErrorPayload};
    use std::future::ready;

    /// What is made of it when a node refuses the hash with this code, and says 7 by the number.
    async fn asked(code: i64) -> TransportResult<u64> {
        let block = BlockRef { number: 5, hash: B256::repeat_byte(5), parent_hash: B256::ZERO, timestamp: 0 };
        let refusal = ErrorPayload { code, message: "it is not so".into(), data: None };
        let answer = |id: BlockId| match id {
            BlockId::Hash(_) => Err(RpcError::ErrorResp(refusal.clone())),
            BlockId::Number(_) => Ok(7),
        };
        as_of(block, |id| ready(answer(id))).await
    }

    #[tokio::test]
    async fn a_node_that_takes_numbers_only_is_asked_by_the_number() {
        assert_eq!(asked(INVALID_PARAMS).await.unwrap(), 7);
    }

    /// "header not found" and "resource not found", as nodes say it.
    #[tokio::test]
    async fn a_node_that_does_not_know_the_block_says_nothing_of_it() {
        for code in [-32000, -32001] {
            assert!(asked(code).await.is_err(), "{code}");
        }
    }
}
