//! What the messenger counts, against what was found.

use super::{Place, SHORT, SurveyChain, SurveyDoubt};
use alloy::{eips::BlockId, primitives::U256, rpc::types::Log};
use causeway_bindings::L2ToL2CrossDomainMessenger as Messenger;
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, SentMessage};
use std::collections::BTreeSet;
use tokio::time::timeout;

/// The messenger's nonces have 240 bits, below a version of 16.
const NONCE_BITS: usize = 240;

/// Why there may be more messages than these logs tell, up to the block `head`: their nonces count without a gap.
pub(super) async fn doubt(chain: &SurveyChain, head: u64, logs: &[(Place, Log)]) -> Option<SurveyDoubt> {
    let nonces: BTreeSet<U256> = logs.iter().filter_map(|(_, log)| nonce(log)).collect();
    let told = |what| Some(SurveyDoubt { chain_id: chain.chain_id, what });
    let end = match count(chain, head).await {
        Ok(end) => end,
        Err(reason) => {
            return told(format!("its messenger cannot be asked how many messages it sent: {reason}"));
        }
    };
    let start = match chain.from_block.checked_sub(1) {
        None => U256::ZERO,
        Some(_) if end.is_zero() => U256::ZERO,
        Some(below) => match count(chain, below).await {
            Ok(start) => start,
            // Without the state of old blocks the first message that was found has to do.
            Err(_) => match nonces.first() {
                Some(first) => *first,
                None => {
                    return told(format!(
                        "its node told of no message since block {}, and does not know how many there were before",
                        chain.from_block
                    ));
                }
            },
        },
    };
    let expected = end.saturating_sub(start);
    let found = U256::from(nonces.range(start..end).count());
    if found >= expected {
        return None;
    }
    told(format!(
        "its node told of {found} messages since block {}, of {expected} that its messenger counts: the others are not \
         shown",
        chain.from_block
    ))
}

/// How many messages the messenger had sent, as of a block; none where there is no messenger.
async fn count(chain: &SurveyChain, block: u64) -> Result<U256, String> {
    let messenger = Messenger::new(L2_TO_L2_CROSS_DOMAIN_MESSENGER, &chain.provider);
    let call = messenger.messageNonce().block(BlockId::number(block));
    let answer =
        timeout(SHORT, call.call()).await.map_err(|_| format!("no answer within {} s", SHORT.as_secs()))?;
    let nonce = match answer {
        Ok(nonce) => nonce,
        Err(alloy::contract::Error::ZeroData(..)) => return Ok(U256::ZERO),
        Err(error) => return Err(crate::delivery::contract_fault(&error).reason),
    };
    Ok(without_version(nonce))
}

fn nonce(log: &Log) -> Option<U256> {
    let sent = SentMessage::from_log(log.address(), log.topics(), &log.inner.data.data)?.ok()?;
    Some(without_version(sent.nonce))
}

fn without_version(nonce: U256) -> U256 {
    nonce & ((U256::ONE << NONCE_BITS) - U256::ONE)
}
