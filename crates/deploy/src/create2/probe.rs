//! A creation that is tried out: the code that it gives, and what the contract then answers.

use super::{
    Creation, NodeError,
    node::{Simulated, simulated},
};
use alloy::{
    eips::BlockId,
    primitives::{Address, Bytes, U256, hex},
    providers::{DynProvider, Provider},
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

/// The code that the creation gives, on top of a block and as if in it.
pub(super) async fn simulate(
    provider: &DynProvider,
    creation: &Creation,
    address: Address,
    sender: Address,
    block: BlockId,
) -> Result<Simulated, NodeError> {
    let call = provider.call(request(creation, address, sender, &[])).block(block);
    let answer = call.overrides(overrides(address, sender)).await;
    match simulated(answer, &creation.abi)? {
        // Some factories keep what a constructor says to themselves.
        Simulated::Failed(silent) => match simulated(provider.call(bare(creation)).await, &creation.abi)? {
            Simulated::Failed(reason) => Ok(Simulated::Failed(reason)),
            Simulated::Answer(_) => Ok(Simulated::Failed(silent)),
        },
        // To a node that leaves the state as it is, the sender is no contract: the call does nothing.
        Simulated::Answer(code) if code.is_empty() => {
            match simulated(provider.call(bare(creation)).await, &creation.abi)? {
                Simulated::Answer(alone) if !alone.is_empty() => {
                    Err(NodeError::new("it does not carry out eth_call with state overrides"))
                }
                _ => Ok(Simulated::Answer(code)),
            }
        }
        answer => Ok(answer),
    }
}

/// Whether the creation gives this code in a block; not if the node does not say so.
pub(super) async fn gives(
    provider: &DynProvider,
    creation: &Creation,
    address: Address,
    sender: Address,
    block: u64,
    code: &[u8],
) -> bool {
    let given = simulate(provider, creation, address, sender, block.into()).await;
    matches!(given, Ok(Simulated::Answer(given)) if creation.is_same_code(code, &given))
}
