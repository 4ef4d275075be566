use alloy::{
    eips::eip2930::{AccessList, AccessListItem},
    primitives::{B256, Bytes, TxKind, U256, keccak256},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger::{self as Messenger, relayMessageCall};
use causeway_interop::{CROSS_L2_INBOX, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, encode_access_list};

use crate::NodeFault;

/// Returns the access list that declares one message.
pub fn access_list(identifier: &Identifier, payload: &[u8]) -> AccessList {
    let storage_keys = encode_access_list([(identifier, keccak256(payload))]);
    AccessList(vec![AccessListItem { address: CROSS_L2_INBOX, storage_keys }])
}

/// Returns the call that delivers a message, with the access list that it takes.
///
/// Sender, nonce, gas and fees are the caller's to add.
pub fn relay_request(identifier: &Identifier, payload: &Bytes) -> TransactionRequest {
    let id = Messenger::Identifier {
        origin: identifier.origin,
        blockNumber: U256::from(identifier.block_number),
        logIndex: U256::from(identifier.log_index),
        timestamp: U256::from(identifier.timestamp),
        chainId: identifier.chain_id,
    };
    let call = relayMessageCall { _id: id, _sentMessage: payload.clone() };
    TransactionRequest {
        to: Some(TxKind::Call(L2_TO_L2_CROSS_DOMAIN_MESSENGER)),
        input: Bytes::from(call.abi_encode()).into(),
        access_list: Some(access_list(identifier, payload)),
        ..TransactionRequest::default()
    }
}

/// Asks the destination's messenger whether it holds a message for delivered, as of its latest block.
///
/// A reason not to send it again. That it was delivered is what a log says, see [`find_delivery`](super::find_delivery).
pub async fn is_delivered(provider: &impl Provider, message_hash: B256) -> Result<bool, NodeFault> {
    let messenger = Messenger::new(L2_TO_L2_CROSS_DOMAIN_MESSENGER, provider);
    messenger.successfulMessages(message_hash).call().await.map_err(|error| contract_fault(&error))
}

/// Reads the error of a contract call.
pub fn contract_fault(error: &alloy::contract::Error) -> NodeFault {
    use alloy::contract::Error;
    match error {
        Error::TransportError(error) => NodeFault::read(error),
        Error::ZeroData(..) => NodeFault::refused("the contract is not there: the call returned nothing"),
        error => NodeFault::refused(&error.to_string()),
    }
}
