//! What a call executes: the messages that a transaction's access list has to declare, read from its calldata.
//!
//! Pure: no node is asked. The relayer's batches, `relayMessage`, `validateMessage`, and Multicall3 with any of these in it.

mod multicall;

use alloy::{
    primitives::{Address, U256, keccak256},
    sol_types::SolCall,
};
use causeway_bindings::{
    CrossL2Inbox::validateMessageCall,
    L2ToL2CrossDomainMessenger::relayMessageCall,
    MULTICALL3, RELAY_BATCHER,
    RelayBatcher::{relayCompactCall, relayMessagesCall},
};
use causeway_interop::{
    CROSS_L2_INBOX, ExecutingMessage, Identifier, IdentifierError, L2_TO_L2_CROSS_DOMAIN_MESSENGER, abi,
    relay_batch::{self, RelayBatchError, RelayItem},
};

/// Calls within calls within calls: deeper than this, nothing is looked at.
const DEPTH: usize = 4;

/// What a call executes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execution {
    /// The messages, in the order in which they are executed.
    pub messages: Vec<ExecutingMessage>,
    /// The gas limit that its transaction needs, where an estimate by trial does not tell: a batch, whose failures it
    /// survives.
    pub gas_limit: Option<u64>,
}

/// Why it cannot be told what a call executes. Sent like that, it would revert, or find its messages undeclared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecutionError {
    /// The calldata is not that of the function whose selector it has.
    #[error("the calldata of {function} cannot be read: {reason}")]
    Calldata {
        /// The function.
        function: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The identifier points at nothing that a chain could hold.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
    /// A batch is none.
    #[error("the batch cannot be read: {0}")]
    Batch(#[from] RelayBatchError),
    /// A batch says nothing of the chain that executes it, and nobody said which that is.
    #[error("the chain that executes the batch is not known")]
    UnknownChain,
}

impl Execution {
    /// Reads what a call of `to` with this calldata executes. A call that executes nothing gives no messages.
    ///
    /// `chain_id` is the chain that the call is for. Only batches need it.
    pub fn of(to: Address, calldata: &[u8], chain_id: Option<u64>) -> Result<Self, ExecutionError> {
        let mut execution = Self::default();
        execution.read(to, calldata, chain_id, DEPTH)?;
        Ok(execution)
    }

    /// Returns whether a call of `to` with this calldata may execute messages: whether it is worth a closer look.
    pub fn is_likely(to: Address, calldata: &[u8]) -> bool {
        let Some(selector) = calldata.first_chunk::<4>() else { return false };
        match to {
            L2_TO_L2_CROSS_DOMAIN_MESSENGER => *selector == relayMessageCall::SELECTOR,
            CROSS_L2_INBOX => *selector == validateMessageCall::SELECTOR,
            RELAY_BATCHER => [relayMessagesCall::SELECTOR, relayCompactCall::SELECTOR].contains(selector),
            MULTICALL3 => multicall::is_multicall(*selector),
            _ => false,
        }
    }

    fn read(
        &mut self,
        to: Address,
        calldata: &[u8],
        chain_id: Option<u64>,
        depth: usize,
    ) -> Result<(), ExecutionError> {
        if !Self::is_likely(to, calldata) {
            return Ok(());
        }
        match to {
            L2_TO_L2_CROSS_DOMAIN_MESSENGER => {
                let call: relayMessageCall = decode("relayMessage", calldata)?;
                let (id, msg_hash) = (call._id, keccak256(&call._sentMessage));
                self.messages.push(ExecutingMessage {
                    msg_hash,
                    identifier: place(id.origin, [id.blockNumber, id.logIndex, id.timestamp, id.chainId])?,
                });
            }
            CROSS_L2_INBOX => {
                let call: validateMessageCall = decode("validateMessage", calldata)?;
                let id = call._id;
                self.messages.push(ExecutingMessage {
                    msg_hash: call._msgHash,
                    identifier: place(id.origin, [id.blockNumber, id.logIndex, id.timestamp, id.chainId])?,
                });
            }
            RELAY_BATCHER => self.batch(calldata, chain_id, depth)?,
            _ if depth > 0 => {
                for (target, data) in multicall::calls(calldata)? {
                    self.read(target, &data, chain_id, depth - 1)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn batch(&mut self, calldata: &[u8], chain_id: Option<u64>, depth: usize) -> Result<(), ExecutionError> {
        let items = if calldata.starts_with(&relayCompactCall::SELECTOR) {
            let call: relayCompactCall = decode("relayCompact", calldata)?;
            relay_batch::decode_compact(&call._batch)?
        } else {
            let call: relayMessagesCall = decode("relayMessages", calldata)?;
            relay_batch::decode_plain(&call._batch)?
        };
        if items.is_empty() {
            return Ok(());
        }
        let chain_id = U256::from(chain_id.ok_or(ExecutionError::UnknownChain)?);
        let message = |item: &RelayItem| ExecutingMessage {
            msg_hash: item.payload_hash(chain_id),
            identifier: item.identifier(),
        };
        self.messages.extend(items.iter().map(message));
        if depth == DEPTH {
            self.gas_limit = Some(relay_batch::gas_limit(&items, calldata));
        }
        Ok(())
    }
}

fn decode<C: SolCall>(function: &'static str, calldata: &[u8]) -> Result<C, ExecutionError> {
    C::abi_decode(calldata).map_err(|error| ExecutionError::Calldata { function, reason: error.to_string() })
}

/// Both contracts have a type of this of their own.
fn place(origin: Address, [block, log, time, chain]: [U256; 4]) -> Result<Identifier, IdentifierError> {
    abi::Identifier { origin, blockNumber: block, logIndex: log, timestamp: time, chainId: chain }.try_into()
}

#[cfg(test)]
mod tests;
