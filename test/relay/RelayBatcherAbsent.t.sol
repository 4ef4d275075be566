// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IRelayBatcher, RefundRefused } from "../../contracts/interfaces/IRelayBatcher.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { RelayBatch } from "../../contracts/libraries/RelayBatch.sol";
import { RelayBatcherTest } from "./RelayBatcherTest.sol";
import { Mute } from "./RelayTargets.sol";

/// @notice Chains without a messenger, on which calls to its address succeed. Nothing there is delivered, so nothing may
///         be said to be, and no value may stay.
contract RelayBatcher_Absent_Test is RelayBatcherTest {
    function setUp() public override {
        super.setUp();
        _addAccepted(5);
        _addAccepted(0);
        _addAccepted(7);
        _declareBatch();
    }

    function test_relayMessages_noCode_succeeds() external {
        vm.etch(address(MESSENGER), "");
        uint256 before = address(this).balance;
        _relayBatch(20);
        _assertAllFailed();
        assertEq(address(this).balance, before);
        assertEq(address(MESSENGER).balance, 0);
    }

    function test_relayCompact_noCode_succeeds() external {
        vm.etch(address(MESSENGER), "");
        uint256 before = address(this).balance;
        (uint256 attempted, IRelayBatcher.Failure[] memory failures_) =
            batcher.relayCompact{ value: 20 }(RelayBatch.encodeCompact(items));
        assertEq(attempted, 3);
        _keep(failures_);
        _assertAllFailed();
        assertEq(address(this).balance, before);
    }

    /// @notice ETH that was forced into the batcher does not change that.
    function test_relayMessages_noCodeForcedEther_succeeds() external {
        vm.etch(address(MESSENGER), "");
        vm.deal(address(batcher), 1000);
        uint256 before = address(this).balance;
        _relayBatch(12);
        _assertAllFailed();
        assertEq(address(this).balance, before);
        assertEq(address(batcher).balance, 1000);
    }

    /// @notice The messenger's proxy is there, and was upgraded to nothing.
    function test_relayMessages_noImplementation_reverts() external {
        vm.etch(Predeploys.implementationOf(address(MESSENGER)), "");
        _assertUndone();
    }

    function test_relayMessages_otherCode_reverts() external {
        vm.etch(address(MESSENGER), type(Mute).runtimeCode);
        _assertUndone();
    }

    /// @notice Without value, the same is a failure like any other.
    function test_relayMessages_noImplementationNoValue_succeeds() external {
        vm.etch(Predeploys.implementationOf(address(MESSENGER)), "");
        (items[0].value, items[2].value) = (0, 0);
        _relayBatch(0);
        _assertAllFailed();
    }

    function _assertUndone() private {
        uint256 before = address(this).balance;
        bytes memory batch = _batch();
        vm.expectRevert(RefundRefused.selector);
        batcher.relayMessages{ value: 12 }(batch);
        assertEq(address(this).balance, before);
        batch = RelayBatch.encodeCompact(items);
        vm.expectRevert(RefundRefused.selector);
        batcher.relayCompact{ value: 12 }(batch);
        assertEq(address(this).balance, before);
    }

    function _assertAllFailed() private view {
        _assertFailures(3);
        for (uint256 i; i < 3; ++i) {
            _assertFailure(i, i, "");
        }
    }

    function _keep(IRelayBatcher.Failure[] memory _failures) private {
        delete failures;
        for (uint256 i; i < _failures.length; ++i) {
            failures.push(_failures[i]);
        }
    }
}
