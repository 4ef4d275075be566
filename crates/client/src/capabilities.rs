//! What a node can do that relaying takes, asked without sending anything.

use alloy::{
    eips::{
        BlockId, BlockNumberOrTag,
        eip2930::{AccessList, AccessListItem},
    },
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256, address, hex},
    providers::Provider,
    rpc::{
        json_rpc::RpcError,
        types::{
            Filter, TransactionRequest,
            simulate::{SimBlock, SimulatePayload},
            state::StateOverridesBuilder,
        },
    },
    transports::TransportError,
};

use crate::{ChainView, NodeFault};

/// Where the code is put that measures a read: nobody has this address.
const METER: Address = address!("00000000000000000000ca05e0a90be0000000ab");
/// Answers the gas that reading a slot of its storage takes.
const CODE: [u8; 13] = hex!("5a 5f54 50 5a 90 03 5f52 6020 5f f3");
/// A slot that an access list declares costs 100, another one 2,100.
const COLD: u64 = 2_000;

/// What a node answers to a question about what it can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ability {
    /// It can.
    Has,
    /// It cannot, and says so.
    Lacks {
        /// In its words.
        reason: String,
    },
    /// It did not answer.
    Unknown {
        /// Why not.
        fault: NodeFault,
    },
}

/// What a node can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Logs of a range of blocks (`eth_getLogs`), by which messages are found.
    pub logs: Ability,
    /// All receipts of a block in one answer (`eth_getBlockReceipts`).
    pub block_receipts: Ability,
    /// Several calls one after the other (`eth_simulateV1`), by which batches are tried out.
    pub simulate: Ability,
    /// State that is another for one call, by which deliveries are tried out and reverts explained.
    pub state_overrides: Ability,
    /// Access lists of calls, without which nothing that executes a message can be tried out.
    pub access_lists: Ability,
    /// The number of transactions of an account, those that wait in the pool included.
    pub pending_nonces: Ability,
}

/// Asks a node what it can do, as of its newest block.
pub async fn capabilities(chain: &ChainView) -> Capabilities {
    let (logs, block_receipts, simulate, metered, pending_nonces) = tokio::join!(
        logs(chain),
        block_receipts(chain),
        simulate(chain),
        metered(chain),
        pending_nonces(chain)
    );
    let [state_overrides, access_lists] = metered;
    Capabilities { logs, block_receipts, simulate, state_overrides, access_lists, pending_nonces }
}

async fn logs(chain: &ChainView) -> Ability {
    let filter = Filter::new().address(METER).select(BlockNumberOrTag::Latest);
    ability(chain.provider().get_logs(&filter).await)
}

async fn block_receipts(chain: &ChainView) -> Ability {
    ability(chain.provider().get_block_receipts(BlockId::latest()).await)
}

async fn pending_nonces(chain: &ChainView) -> Ability {
    ability(chain.provider().get_transaction_count(METER).pending().await)
}

async fn simulate(chain: &ChainView) -> Ability {
    let call = TransactionRequest::default().with_from(METER).with_to(METER);
    let payload = SimulatePayload::default().extend(SimBlock::default().call(call));
    ability(chain.provider().simulate(&payload).await)
}

/// Has a contract read a slot that the access list declares, and tell what that took.
async fn metered(chain: &ChainView) -> [Ability; 2] {
    let access_list = AccessList(vec![AccessListItem { address: METER, storage_keys: vec![B256::ZERO] }]);
    let request = TransactionRequest::default().with_to(METER).with_access_list(access_list);
    let overrides = StateOverridesBuilder::default().with_code(METER, CODE).build();
    match chain.provider().call(request).overrides(overrides).await {
        Ok(answer) => judge(&answer),
        Err(error) => {
            let ability = ability::<Bytes>(Err(error));
            [ability.clone(), ability]
        }
    }
}

fn judge(answer: &[u8]) -> [Ability; 2] {
    let lacks = |reason: &str| Ability::Lacks { reason: reason.to_owned() };
    let Ok(word) = <[u8; 32]>::try_from(answer) else {
        let fault = NodeFault::refused("without state overrides this does not show");
        return [lacks("the node ignores them"), Ability::Unknown { fault }];
    };
    let is_warm = U256::from_be_bytes(word) < U256::from(COLD);
    [Ability::Has, if is_warm { Ability::Has } else { lacks("the node ignores them in calls") }]
}

/// An answer shows that it can; an error object that says something else than an outage, that it cannot.
fn ability<T>(answer: Result<T, TransportError>) -> Ability {
    match answer {
        Ok(_) => Ability::Has,
        Err(RpcError::ErrorResp(payload)) if is_missing(payload.code, &payload.message) => {
            Ability::Lacks { reason: payload.message.into_owned() }
        }
        Err(error) => Ability::Unknown { fault: error.into() },
    }
}

/// "Method not found", by the codes and words in use; providers that sell methods apart say so in words of their own.
fn is_missing(code: i64, message: &str) -> bool {
    const WORDS: [&str; 7] = [
        "not found",
        "not supported",
        "unsupported",
        "does not exist",
        "not available",
        "not whitelisted",
        "not implemented",
    ];
    let message = message.to_lowercase();
    code == -32_601
        || code == -32_004
        || (message.contains("method") && WORDS.iter().any(|word| message.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_slot_is_read_at_the_price_of_a_warm_one() {
        let word = |gas: u64| U256::from(gas).to_be_bytes::<32>();
        assert_eq!(judge(&word(107)), [Ability::Has, Ability::Has]);
        let [overrides, lists] = judge(&word(2_107));
        assert_eq!(overrides, Ability::Has);
        assert!(matches!(lists, Ability::Lacks { .. }));
        let [overrides, lists] = judge(&[]);
        assert!(matches!((overrides, lists), (Ability::Lacks { .. }, Ability::Unknown { .. })));
    }

    #[test]
    fn what_is_missing_is_told_from_an_outage() {
        for (code, message, missing) in [
            (-32_601, "Method not found", true),
            (-32_000, "the method eth_simulateV1 does not exist/is not available", true),
            (-32_001, "rpc method is not whitelisted", true),
            (-32_000, "header not found", false),
            (-32_005, "rate limit exceeded", false),
            (-32_603, "internal error", false),
        ] {
            assert_eq!(is_missing(code, message), missing, "{message}");
        }
    }
}
