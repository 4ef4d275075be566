// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { IRelayBatcher } from "../../contracts/interfaces/IRelayBatcher.sol";
import { CompactItems } from "../../contracts/libraries/CompactItems.sol";
import { FailureReport, FailureReports } from "../../contracts/libraries/FailureReport.sol";
import { PlainItems } from "../../contracts/libraries/PlainItems.sol";
import { RelayBatch, RelayItem } from "../../contracts/libraries/RelayBatch.sol";
import { RelayCall, RelayCalls } from "../../contracts/libraries/RelayCall.sol";
import { RelayBatcherTest } from "./RelayBatcherTest.sol";
import { Target } from "./RelayTargets.sol";

/// @notice Keeps what it is called with.
contract Listener {
    bytes public heard;

    fallback() external {
        heard = msg.data;
    }
}

/// @notice Uses the batcher's libraries in memory that is not clean, as free memory may be.
contract RelayMemory {
    /// @notice Data of the call for the first item of a batch, and the hash of its message.
    function call(
        bytes calldata _batch,
        uint256 _longest,
        bool _isCompact
    )
        external
        returns (bytes memory data_, bytes32 messageHash_)
    {
        Listener listener = new Listener();
        uint256 item;
        assembly {
            item := _batch.offset
        }
        if (_isCompact) (,,, item) = CompactItems.readHead(item);
        _soil();
        RelayCall relayCall = RelayCalls.allocate(_longest);
        if (_isCompact) CompactItems.read(item, relayCall);
        else PlainItems.read(item, relayCall);
        // Leaves nothing behind in the call.
        messageHash_ = relayCall.hashMessage();
        relayCall.send(address(listener));
        data_ = listener.heard();
    }

    /// @notice Report of one failure among three items.
    function report(
        Target _target,
        bytes calldata _reason
    )
        external
        returns (uint256, IRelayBatcher.Failure[] memory)
    {
        bytes memory data = abi.encodeCall(Target.refuse, (_reason));
        _soil();
        FailureReport failureReport = FailureReports.allocate(3);
        assembly {
            pop(call(gas(), _target, 0, add(data, 0x20), mload(data), 0, 0))
        }
        failureReport.add(1, "hash");
        failureReport.finish(2, 3);
    }

    function _soil() private pure {
        assembly {
            let free := mload(0x40)
            for { let place := free } lt(place, add(free, 0x2000)) { place := add(place, 0x20) } {
                mstore(place, not(0))
            }
        }
    }
}

contract RelayMemory_Test is RelayBatcherTest {
    RelayMemory internal dirty = new RelayMemory();

    function testFuzz_call_succeeds(bytes memory _message, uint8 _longer, bool _isCompact) external {
        RelayItem storage item = _add(address(target), _message);
        item.gasLimit = 10_000_000;
        (bytes memory data, bytes32 messageHash) = dirty.call(
            _isCompact ? RelayBatch.encodeCompact(items) : RelayBatch.encode(items),
            _message.length + _longer,
            _isCompact
        );
        bytes memory relay = abi.encodeCall(
            IL2ToL2CrossDomainMessenger.relayMessage, (_identifierOf(item), _payloadOf(item))
        );
        assertEq(data, relay);
        assertEq(messageHash, _hashOf(item));
    }

    function testFuzz_report_succeeds(bytes memory _reason) external {
        IRelayBatcher.Failure[] memory expected = new IRelayBatcher.Failure[](1);
        expected[0] = IRelayBatcher.Failure({ index: 1, messageHash: "hash", reason: _cut(_reason) });
        (bool success, bytes memory result) =
            address(dirty).call(abi.encodeCall(dirty.report, (target, _reason)));
        assertTrue(success);
        assertEq(result, abi.encode(2, expected));
    }
}
