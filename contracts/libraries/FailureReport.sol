// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IRelayBatcher } from "../interfaces/IRelayBatcher.sol";

/// @notice Memory address of a report.
type FailureReport is uint256;

using FailureReports for FailureReport global;

/// @title FailureReports
/// @notice Builds what `relayMessages` returns, `(uint256, Failure[])`, in its encoded form as failures come in.
///         Adding a failure and ending the report both cost little and a known amount of gas for each failure, which
///         an encoder at the end would not: gas has to be kept back for it. Nothing else may allocate memory
///         meanwhile.
///
///         From the report's address on: attempted items, 0x40, number of failures, one word of room for each item
///         (places of the failures), failures.
library FailureReports {
    /// @notice Most bytes of a reason that are reported.
    uint256 internal constant MAX_REASON = 256;

    /// @notice Allocates an empty report.
    /// @param _count   Number of items in the batch.
    /// @return report_ Its address.
    function allocate(uint256 _count) internal pure returns (FailureReport report_) {
        assembly ("memory-safe") {
            report_ := mload(0x40)
            mstore(add(report_, 0x20), 0x40)
            mstore(add(report_, 0x40), 0)
            let failures := add(add(report_, 0x60), shl(5, _count))
            mstore(0x40, failures)
            // Pays for the memory now. Later it would be one failure that pays, out of what is kept back.
            mstore(failures, 0)
        }
    }

    /// @notice Adds a failure, whose reason is what the last call returned, and emits `RelayFailed`.
    /// @param _report      Report to add to.
    /// @param _index       Position of the item.
    /// @param _messageHash Hash of its message.
    function add(FailureReport _report, uint256 _index, bytes32 _messageHash) internal {
        bytes32 topic = IRelayBatcher.RelayFailed.selector;
        assembly ("memory-safe") {
            let failure := mload(0x40)
            let size := returndatasize()
            if gt(size, MAX_REASON) { size := MAX_REASON }
            // The failure: index, hash, place of the reason (0x60), its length, the reason padded with zeros.
            let reason := add(failure, 0x80)
            mstore(add(failure, 0x60), size)
            mstore(add(reason, size), 0)
            returndatacopy(reason, 0x00, size)
            let end := add(reason, and(add(size, 0x1f), not(0x1f)))

            // The event's data ends like it and is one word shorter.
            mstore(add(failure, 0x20), _index)
            mstore(add(failure, 0x40), 0x40)
            log3(add(failure, 0x20), sub(end, add(failure, 0x20)), topic, caller(), _messageHash)

            mstore(failure, _index)
            mstore(add(failure, 0x20), _messageHash)
            mstore(add(failure, 0x40), 0x60)
            mstore(0x40, end)

            // Places count from the first place on.
            let places := add(_report, 0x60)
            let known := mload(add(_report, 0x40))
            mstore(add(places, shl(5, known)), sub(failure, places))
            mstore(add(_report, 0x40), add(known, 1))
        }
    }

    /// @notice Ends the transaction's call with the report as its return value.
    /// @param _report    Report to return.
    /// @param _attempted Number of items that were attempted.
    /// @param _count     Number of items in the batch.
    function finish(FailureReport _report, uint256 _attempted, uint256 _count) internal pure {
        assembly ("memory-safe") {
            mstore(_report, _attempted)

            // Closes the gap of places that no failure has taken.
            let places := add(_report, 0x60)
            let placesEnd := add(places, shl(5, mload(add(_report, 0x40))))
            let failures := add(places, shl(5, _count))
            let gap := sub(failures, placesEnd)
            mcopy(placesEnd, failures, sub(mload(0x40), failures))
            for { let place := places } lt(place, placesEnd) { place := add(place, 0x20) } {
                mstore(place, sub(mload(place), gap))
            }
            return(_report, sub(sub(mload(0x40), gap), _report))
        }
    }
}
