// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IRelayBatcher } from "../../contracts/interfaces/IRelayBatcher.sol";
import { AccessListKeys } from "../../contracts/libraries/AccessListKeys.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { RelayBatch, RelayItem } from "../../contracts/libraries/RelayBatch.sol";
import { RelayBatcher } from "../../contracts/relay/RelayBatcher.sol";
import { RelayTest } from "../InteropTest.sol";
import { Target } from "./RelayTargets.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice Base of tests that relay batches. The test contract is the relayer.
abstract contract RelayBatcherTest is RelayTest {
    address internal constant SENDER = address(0x5E4D);

    /// @notice Enough for any delivery here that is to succeed.
    uint32 internal constant LIMIT = 300_000;

    IRelayBatcher internal batcher = IRelayBatcher(RelayBatch.BATCHER);

    Target internal target;

    /// @notice Failures of the last batch.
    IRelayBatcher.Failure[] internal failures;

    /// @notice Items of the batch that a test is about to relay.
    RelayItem[] internal items;

    receive() external payable virtual { }

    function setUp() public virtual override {
        super.setUp();
        vm.etch(address(batcher), type(RelayBatcher).runtimeCode);
        target = new Target();
        vm.deal(address(this), type(uint192).max);
    }

    /// @notice Adds a message to the batch. Nonce and log index are its position.
    function _add(address _target, bytes memory _message) internal returns (RelayItem storage item_) {
        uint256 index = items.length;
        items.push(
            RelayItem({
                blockNumber: 17,
                // Batches here are short.
                // forge-lint: disable-next-line(unsafe-typecast)
                logIndex: uint32(index),
                timestamp: 1_700_000_000,
                chainId: SOURCE,
                gasLimit: LIMIT,
                value: 0,
                target: _target,
                nonce: index,
                sender: SENDER,
                message: _message
            })
        );
        item_ = items[index];
    }

    /// @notice Adds a message that the target accepts, with its position as the key.
    function _addAccepted(uint128 _value) internal returns (RelayItem storage item_) {
        item_ = _add(address(target), abi.encodeCall(target.accept, (items.length, "data")));
        item_.value = _value;
    }

    function _batch() internal view virtual returns (bytes memory batch_) {
        batch_ = RelayBatch.encode(items);
    }

    /// @notice Declares every item of the batch in the access list of the transactions to come.
    function _declareBatch() internal {
        bytes32[] memory keys = new bytes32[](3 * items.length);
        uint256 count;
        for (uint256 i; i < items.length; ++i) {
            bytes32[] memory ofItem = AccessListKeys.encode(_identifierOf(items[i]), _msgHashOf(items[i]));
            for (uint256 j; j < ofItem.length; ++j) {
                keys[count++] = ofItem[j];
            }
        }
        assembly {
            mstore(keys, count)
        }
        _declareKeys(Predeploys.CROSS_L2_INBOX, keys);
    }

    /// @notice Relays the batch with a value, keeps the failures, and sees that events tell the same. Gas is ample.
    function _relayBatch(uint256 _value) internal {
        bytes memory batch = _batch();
        vm.recordLogs();
        (uint256 attempted, IRelayBatcher.Failure[] memory failures_) =
            batcher.relayMessages{ value: _value }(batch);
        assertEq(attempted, items.length);

        delete failures;
        for (uint256 i; i < failures_.length; ++i) {
            failures.push(failures_[i]);
        }
        _assertFailedEvents(vm.getRecordedLogs());
    }

    function _assertFailedEvents(VmSafe.Log[] memory _logs) private view {
        bytes32 self = bytes32(uint256(uint160(address(this))));
        uint256 count;
        for (uint256 i; i < _logs.length; ++i) {
            if (_logs[i].emitter != address(batcher) || _logs[i].topics[1] != self) continue;
            IRelayBatcher.Failure memory failure = failures[count++];
            assertEq(_logs[i].topics.length, 3);
            assertEq(_logs[i].topics[0], IRelayBatcher.RelayFailed.selector);
            assertEq(_logs[i].topics[2], failure.messageHash);
            assertEq(_logs[i].data, abi.encode(failure.index, failure.reason));
        }
        assertEq(count, failures.length);
    }

    function _assertFailures(uint256 _count) internal view {
        assertEq(failures.length, _count);
    }

    /// @notice Checks the failure at position `_at` of the report: that of item `_index`.
    function _assertFailure(uint256 _at, uint256 _index, bytes memory _reason) internal view {
        assertEq(failures[_at].index, _index);
        assertEq(failures[_at].messageHash, _hashOf(items[_index]));
        assertEq(failures[_at].reason, _reason);
    }

    /// @notice As much of a reason as is reported.
    function _cut(bytes memory _reason) internal pure returns (bytes memory) {
        if (_reason.length > 256) {
            assembly {
                mstore(_reason, 256)
            }
        }
        return _reason;
    }

    function _identifierOf(RelayItem memory _item) internal pure returns (Identifier memory) {
        return Identifier({
            origin: Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            blockNumber: _item.blockNumber,
            logIndex: _item.logIndex,
            timestamp: _item.timestamp,
            chainId: _item.chainId
        });
    }

    function _sentOf(RelayItem memory _item) internal pure returns (Sent memory) {
        return Sent({
            destination: HERE,
            nonce: _item.nonce,
            sender: _item.sender,
            target: _item.target,
            message: _item.message
        });
    }

    function _payloadOf(RelayItem memory _item) internal pure returns (bytes memory) {
        return _payload(_sentOf(_item));
    }

    function _msgHashOf(RelayItem memory _item) internal pure returns (bytes32) {
        return keccak256(_payloadOf(_item));
    }

    /// @notice Hash of the message of an item, as the messenger keeps it.
    function _hashOf(RelayItem memory _item) internal pure returns (bytes32) {
        return
            keccak256(abi.encode(HERE, _item.chainId, _item.nonce, _item.sender, _item.target, _item.message));
    }

    /// @notice Whether the message of an item was delivered.
    function _delivered(uint256 _index) internal view returns (bool) {
        return MESSENGER.successfulMessages(_hashOf(items[_index]));
    }

    /// @notice Bytes of which none is zero.
    function _filled(uint256 _length) internal pure returns (bytes memory message_) {
        message_ = new bytes(_length);
        for (uint256 i; i < _length; ++i) {
            message_[i] = 0xff;
        }
    }
}
