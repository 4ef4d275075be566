// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    IRelayBatcher,
    InsufficientValue,
    MalformedBatch,
    RefundRefused
} from "../interfaces/IRelayBatcher.sol";
import { ISemver } from "../interfaces/ISemver.sol";
import { CompactItems } from "../libraries/CompactItems.sol";
import { FailureReport, FailureReports } from "../libraries/FailureReport.sol";
import { PlainItems } from "../libraries/PlainItems.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { RelayBatch } from "../libraries/RelayBatch.sol";
import { RelayCall, RelayCalls } from "../libraries/RelayCall.sol";

/// @custom:semver 1.1.0
/// @title RelayBatcher
/// @notice See `IRelayBatcher`. Reentrancy needs no guard: there is no storage, and a call refunds out of its own value
///         only. A target that comes back here finds the messenger busy, and the caller that comes back while it is
///         refunded starts a batch like any other.
contract RelayBatcher is IRelayBatcher {
    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.1.0";
    }

    /// @inheritdoc IRelayBatcher
    function relayMessages(bytes calldata _batch)
        external
        payable
        returns (uint256 attempted_, Failure[] memory)
    {
        (uint256 count, uint256 longest, uint256 value) = PlainItems.measure(_batch);
        (uint256 start, uint256 end) = _bounds(_batch);
        attempted_ = _relay(count, longest, value, start, end, PlainItems.read);
    }

    /// @inheritdoc IRelayBatcher
    function relayCompact(bytes calldata _batch)
        external
        payable
        returns (uint256 attempted_, Failure[] memory)
    {
        (uint256 start, uint256 end) = _bounds(_batch);
        (uint256 count, uint256 longest, uint256 value, uint256 items) = CompactItems.readHead(start);
        attempted_ = _relay(count, longest, value, items, end, CompactItems.read);
    }

    /// @notice Where a batch begins and ends in calldata.
    function _bounds(bytes calldata _batch) private pure returns (uint256 start_, uint256 end_) {
        assembly ("memory-safe") {
            start_ := _batch.offset
            end_ := add(start_, _batch.length)
        }
    }

    /// @notice Relays a batch, and ends the call with what came of it.
    /// @param _count   Number of its items.
    /// @param _longest Length of the longest message in it.
    /// @param _value   Sum of its items' values.
    /// @param _item    Where the first item begins in calldata.
    /// @param _end     Where the batch ends.
    /// @param _read    Reads the item at a place into a call, and says where the next one begins.
    /// @return attempted_ Number of items that were attempted, as the report says that the call ends with.
    function _relay(
        uint256 _count,
        uint256 _longest,
        uint256 _value,
        uint256 _item,
        uint256 _end,
        function(uint256, RelayCall) pure returns (uint256) _read
    )
        private
        returns (uint256 attempted_)
    {
        if (_value > msg.value) revert InsufficientValue(_value, msg.value);
        RelayCall relayCall = RelayCalls.allocate(_longest);
        FailureReport report = FailureReports.allocate(_count);
        uint256 left = msg.value;
        // A call of an account without code succeeds, and keeps its value. Where there is no messenger, this contract
        // stands in for it: it knows no `relayMessage` and reverts.
        address messenger = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
        if (messenger.code.length == 0) messenger = address(this);

        // Limits and lengths have 32 bits, so they cannot overflow. Values may add up to more than they should: then
        // `_value` is enormous in the end, and everything is undone.
        unchecked {
            uint256 reserve = RelayBatch.RESERVE + _longest / 3;
            for (; attempted_ < _count; ++attempted_) {
                _item = _read(_item, relayCall);
                _value -= relayCall.value();

                // A call gets at most 63/64 of the gas there is (EIP-150), and silently so; of L + L/63, that is
                // L. On top comes what ends the batch properly when the call has spent all of it.
                uint256 gasLimit = relayCall.gasLimit();
                if (gasleft() < gasLimit + gasLimit / 63 + reserve) {
                    emit BatchCutShort(msg.sender, attempted_, _count);
                    break;
                }
                if (relayCall.send(messenger)) {
                    left -= relayCall.value();
                } else {
                    report.add(attempted_, relayCall.hashMessage());
                    reserve += RelayBatch.RESERVE_PER_FAILURE;
                }
            }
        }

        // All items end where the batch does, and have the value that it says; the first of them no more than that.
        bool isWhole =
            attempted_ == _count ? _item == _end && _value == 0 : _item <= _end && _value <= msg.value;
        if (!isWhole) revert MalformedBatch();
        if (left != 0) _refund(left);
        report.finish(attempted_, _count);
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
