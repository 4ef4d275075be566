// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    IRelayBatcher,
    InsufficientValue,
    MalformedBatch,
    RefundRefused
} from "../interfaces/IRelayBatcher.sol";
import { ISemver } from "../interfaces/ISemver.sol";
import { FailureReport, FailureReports } from "../libraries/FailureReport.sol";
import { RelayBatch } from "../libraries/RelayBatch.sol";
import { RelayCall, RelayCalls } from "../libraries/RelayCall.sol";

/// @custom:semver 1.0.0
/// @title RelayBatcher
/// @notice See `IRelayBatcher`. Reentrancy needs no guard: there is no storage, and a call refunds out of its own value
///         only. A target that comes back here finds the messenger busy, and the caller that comes back while it is
///         refunded starts a batch like any other.
contract RelayBatcher is IRelayBatcher {
    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IRelayBatcher
    function relayMessages(bytes calldata _batch)
        external
        payable
        returns (uint256 attempted_, Failure[] memory)
    {
        (uint256 count, uint256 longest) = _measure(_batch);
        RelayCall relayCall = RelayCalls.allocate(longest);
        FailureReport report = FailureReports.allocate(count);
        uint256 reserve = RelayBatch.RESERVE + longest / 3;
        uint256 left = msg.value;
        uint256 item;
        assembly ("memory-safe") {
            item := _batch.offset
        }

        // Nothing here can overflow: limits have 32 bits, lengths too, and `_measure` has added up the values.
        unchecked {
            for (; attempted_ < count; ++attempted_) {
                uint256 size = relayCall.load(item);
                uint256 gasLimit;
                uint256 value;
                assembly ("memory-safe") {
                    gasLimit := shr(224, calldataload(add(item, 52)))
                    value := shr(128, calldataload(add(item, 56)))
                }

                // A call gets at most 63/64 of the gas there is (EIP-150), and silently so; of L + L/63, that is
                // L. On top comes what ends the batch properly when the call has spent all of it.
                if (gasleft() < gasLimit + gasLimit / 63 + reserve) {
                    emit BatchCutShort(msg.sender, attempted_, count);
                    break;
                }
                if (relayCall.send(size, gasLimit, value)) {
                    left -= value;
                } else {
                    report.add(attempted_, relayCall.takeMessageHash());
                    reserve += RelayBatch.RESERVE_PER_FAILURE;
                }
                assembly ("memory-safe") {
                    item := add(item, add(148, shr(224, calldataload(add(item, 144)))))
                }
            }
        }

        if (left != 0) _refund(left);
        report.finish(attempted_, count);
    }

    /// @notice Looks through a batch before anything is done with it.
    /// @return count_   Number of its items.
    /// @return longest_ Length of the longest message in it.
    function _measure(bytes calldata _batch) private view returns (uint256 count_, uint256 longest_) {
        uint256 required;
        bool whole;
        assembly ("memory-safe") {
            let item := _batch.offset
            let end := add(item, _batch.length)
            // Values have 128 bits, and there cannot be so many that their sum overflows.
            for { } lt(item, end) { } {
                required := add(required, shr(128, calldataload(add(item, 56))))
                let length := shr(224, calldataload(add(item, 144)))
                if gt(length, longest_) { longest_ := length }
                count_ := add(count_, 1)
                item := add(item, add(length, 148))
            }
            // An item that is cut off anywhere ends behind the batch.
            whole := eq(item, end)
        }
        if (!whole) revert MalformedBatch();
        if (required > msg.value) revert InsufficientValue(required, msg.value);
    }

    /// @notice Pays the caller, who has the gas that is left to take it.
    function _refund(uint256 _amount) private {
        bool success;
        assembly ("memory-safe") {
            success := call(gas(), caller(), _amount, 0x00, 0x00, 0x00, 0x00)
        }
        if (!success) revert RefundRefused();
    }
}
