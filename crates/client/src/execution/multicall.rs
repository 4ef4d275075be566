//! The calls within a call of Multicall3.

use self::Multicall3::Multicall3Calls;
use super::ExecutionError;
use alloy::{
    primitives::{Address, Bytes},
    sol,
    sol_types::SolInterface,
};

sol! {
    /// Every way in which Multicall3 takes calls.
    #[allow(missing_docs)]
    interface Multicall3 {
        struct Call { address target; bytes callData; }
        struct Call3 { address target; bool allowFailure; bytes callData; }
        struct Call3Value { address target; bool allowFailure; uint256 value; bytes callData; }
        function aggregate(Call[] calldata calls) external payable;
        function tryAggregate(bool requireSuccess, Call[] calldata calls) external payable;
        function blockAndAggregate(Call[] calldata calls) external payable;
        function tryBlockAndAggregate(bool requireSuccess, Call[] calldata calls) external payable;
        function aggregate3(Call3[] calldata calls) external payable;
        function aggregate3Value(Call3Value[] calldata calls) external payable;
    }
}

/// Whether a function with this selector takes calls.
pub(super) fn is_multicall(selector: [u8; 4]) -> bool {
    Multicall3Calls::valid_selector(selector)
}

/// The calls, each with its target.
pub(super) fn calls(calldata: &[u8]) -> Result<Vec<(Address, Bytes)>, ExecutionError> {
    let call = Multicall3Calls::abi_decode(calldata)
        .map_err(|error| ExecutionError::Calldata { function: "Multicall3", reason: error.to_string() })?;
    let plain =
        |calls: Vec<Multicall3::Call>| calls.into_iter().map(|call| (call.target, call.callData)).collect();
    Ok(match call {
        Multicall3Calls::aggregate(call) => plain(call.calls),
        Multicall3Calls::tryAggregate(call) => plain(call.calls),
        Multicall3Calls::blockAndAggregate(call) => plain(call.calls),
        Multicall3Calls::tryBlockAndAggregate(call) => plain(call.calls),
        Multicall3Calls::aggregate3(call) => {
            call.calls.into_iter().map(|call| (call.target, call.callData)).collect()
        }
        Multicall3Calls::aggregate3Value(call) => {
            call.calls.into_iter().map(|call| (call.target, call.callData)).collect()
        }
    })
}
