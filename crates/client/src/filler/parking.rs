//! A request that nobody may estimate or sign yet.
//!
//! alloy asks all fillers of a provider at once, each about the same request. But gas can only be estimated when the access
//! list and the price are there, and signing comes last. So, for one round, the request has a gas limit that no block has,
//! which leaves the gas filler nothing to estimate, a nonce that no account reaches, so that none is used up for a request that
//! comes to nothing, and is a transaction with blobs that lacks the blobs, which no wallet signs. Nothing of it is left when
//! [`unpark`] is through, and an error on the way ends the request.

use alloy::rpc::types::TransactionRequest;

/// The gas limit and the nonce of a parked request (EIP-2681 has no such nonce).
const GAS: u64 = u64::MAX;
const NONCE: u64 = u64::MAX;

/// Whether a request can be made incomplete. With authorizations it is of their kind, whatever else it has, and with the blobs
/// of a blob transaction that is complete.
pub(super) const fn can_park(request: &TransactionRequest) -> bool {
    request.authorization_list.is_none() && request.sidecar.is_none()
}

pub(super) fn is_parked(request: &TransactionRequest) -> bool {
    request.gas == Some(GAS)
        || request.nonce == Some(NONCE)
        || request.blob_versioned_hashes.as_ref().is_some_and(Vec::is_empty)
}

pub(super) fn park(request: &mut TransactionRequest) {
    request.gas.get_or_insert(GAS);
    request.nonce.get_or_insert(NONCE);
    request.blob_versioned_hashes.get_or_insert_default();
}

pub(super) fn unpark(request: &mut TransactionRequest) {
    request.gas.take_if(|gas| *gas == GAS);
    request.nonce.take_if(|nonce| *nonce == NONCE);
    request.blob_versioned_hashes.take_if(|hashes| hashes.is_empty());
}
