//! A creation that is tried out: the code that it gives, and what the contract then answers.

use super::Creation;
use alloy::{
    primitives::{Address, Bytes, U256, hex},
    rpc::types::{
        TransactionRequest,
        state::{AccountOverride, StateOverride},
    },
};

/// Stands in the sender's place for a simulation, so that the factory sees the sender.
///
/// Its input: the factory, the address of the contract to be, the length of the factory's input, that input, and then perhaps
/// the input of a call. It calls the factory; answers the code of the contract, or what the contract answers to the call. What
/// reverts, reverts it.
const CODE: [u8; 79] = hex!(
    // CALL(gas, factory, 0, 0, length, 0, 0), and its revert.
    "604035806060" "5f37" "5f5f825f5f5f355af1" "3d5f5f3e" "601b573d5ffd5b"
    // Is there more? Without it, the contract's code.
    "60600180360380603357" "6020353b805f5f6020353c5ff35b"
    // STATICCALL(gas, contract, 0, rest, 0, 0), and its answer or revert.
    "80915f375f5f825f6020355afa" "3d5f5f3e" "604b573d5ffd5b3d5ff3"
);

/// Tries out a creation by `sender`, followed by a call of the contract, unless that is empty.
pub(super) fn request(
    creation: &Creation,
    address: Address,
    sender: Address,
    call: &[u8],
) -> TransactionRequest {
    let create = creation.call();
    let input = [
        creation.factory.address().into_word().as_slice(),
        address.into_word().as_slice(),
        &U256::from(create.len()).to_be_bytes::<32>(),
        &create,
        call,
    ]
    .concat();
    TransactionRequest::default().from(sender).to(sender).input(Bytes::from(input).into())
}

/// The state that it is tried out on: as if the contract were not there yet.
pub(super) fn overrides(address: Address, sender: Address) -> StateOverride {
    let probe = AccountOverride { code: Some(Bytes::from_static(&CODE)), ..AccountOverride::default() };
    let nothing = AccountOverride {
        code: Some(Bytes::new()),
        nonce: Some(0),
        state: Some(Default::default()),
        ..AccountOverride::default()
    };
    [(sender, probe), (address, nothing)].into_iter().collect()
}

/// The creation alone, as the factory carries it out: what its constructor reverts with, which some factories keep to
/// themselves.
pub(super) fn bare(creation: &Creation) -> TransactionRequest {
    TransactionRequest {
        from: Some(creation.factory.address()),
        to: Some(alloy::primitives::TxKind::Create),
        input: creation.init_code.clone().into(),
        ..TransactionRequest::default()
    }
}
