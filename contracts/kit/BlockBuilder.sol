// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Reasons } from "./Reasons.sol";

/// @title BlockBuilder
/// @notice Stands for whoever keeps inadmissible transactions out of a chain. The kit has it revert in the place of
///         the call that is not made, so that `vm.expectRevert` before `relay` works for both.
contract BlockBuilder is Reasons {
    /// @notice Reverts.
    /// @param _reason What to revert with.
    function refuse(bytes calldata _reason) external pure {
        assembly ("memory-safe") {
            let reason := mload(0x40)
            calldatacopy(reason, _reason.offset, _reason.length)
            revert(reason, _reason.length)
        }
    }

    /// @notice Remembers until the end of the transaction that it was called.
    /// @return again_ Whether it was called before in the same transaction.
    function probe() external returns (bool again_) {
        assembly ("memory-safe") {
            again_ := tload(0)
            tstore(0, 1)
        }
    }
}
