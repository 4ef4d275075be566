// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { MalformedBatch } from "../../contracts/interfaces/IRelayBatcher.sol";
import { RelayBatcherTest } from "./RelayBatcherTest.sol";

/// @notice Targets that try to spend the gas of others.
contract RelayBatcher_RelayMessages_Starving_Test is RelayBatcherTest {
    function test_relayMessages_burnsAllGas_succeeds() external {
        _relayWithSpender(abi.encodeCall(target.burn, ()));
    }

    function test_relayMessages_runsOutOfGas_succeeds() external {
        _relayWithSpender(abi.encodeCall(target.spin, ()));
    }

    function test_relayMessages_revertBomb_succeeds() external {
        _relayWithBomb(abi.encodeCall(target.refuseWithBomb, (1 << 20)));
        _assertFailures(1);
        _assertFailure(0, 0, new bytes(256));
    }

    function test_relayMessages_returnBomb_succeeds() external {
        _relayWithBomb(abi.encodeCall(target.acceptWithBomb, (1 << 20)));
        _assertFailures(0);
    }

    /// @notice Two items, the first of which spends its limit of gas, and not more.
    function _relayWithSpender(bytes memory _message) private {
        _add(address(target), _message).gasLimit = 1_000_000;
        _addAccepted(0);
        _declareBatch();
        _relayBatch(0);
        uint256 spent = vm.lastCallGas().gasTotalUsed;
        _assertFailures(1);
        _assertFailure(0, 0, "");
        assertTrue(_delivered(1));
        // All but what the messenger and its proxy keep (EIP-150).
        assertGt(spent, 950_000);
        assertLt(spent, 1_000_000 + LIMIT);
    }

    /// @notice Relays a message that returns a megabyte, in whichever way. The batch pays about what it costs without
    ///         a batch; to copy it once more would cost it two million gas.
    function _relayWithBomb(bytes memory _message) private {
        _add(address(target), _message).gasLimit = 20_000_000;
        _declareBatch();
        uint256 state = vm.snapshotState();
        (bool success,) = address(MESSENGER)
            .call(
                abi.encodeCall(
                    IL2ToL2CrossDomainMessenger.relayMessage, (_identifierOf(items[0]), _payloadOf(items[0]))
                )
            );
        uint256 direct = vm.lastCallGas().gasTotalUsed;
        vm.revertToState(state);

        _relayBatch(0);
        assertEq(success, failures.length == 0);
        assertGt(direct, 4_000_000);
        assertLt(vm.lastCallGas().gasTotalUsed, direct + 15_000);
    }
}

/// @notice What is no batch is told from one before anything is relayed.
contract RelayBatcher_RelayMessages_Malformed_Test is RelayBatcherTest {
    bytes internal batch;

    /// @notice Where the second item begins.
    uint256 internal boundary;

    function setUp() public override {
        super.setUp();
        _addAccepted(0);
        batch = _batch();
        boundary = batch.length;
        _addAccepted(0);
        batch = _batch();
        _declareBatch();
    }

    /// @notice Cut off anywhere but between items.
    function testFuzz_relayMessages_truncated_reverts(uint256 _length) external {
        _length = bound(_length, 1, batch.length - 1);
        vm.assume(_length != boundary);
        bytes memory truncated = batch;
        assembly {
            mstore(truncated, _length)
        }
        _assertMalformed(truncated);
    }

    function testFuzz_relayMessages_trailingBytes_reverts(bytes calldata _more) external {
        vm.assume(_more.length != 0 && _more.length < 148);
        _assertMalformed(bytes.concat(batch, _more));
    }

    /// @notice The last message is said to be longer than it is.
    function testFuzz_relayMessages_messageTooLong_reverts(uint32 _length) external {
        uint256 place = boundary + 144;
        uint256 actual = batch.length - boundary - 148;
        bytes4 length = bytes4(uint32(bound(_length, actual + 1, type(uint32).max)));
        for (uint256 i; i < 4; ++i) {
            batch[place + i] = length[i];
        }
        _assertMalformed(batch);
    }

    /// @notice The bytes that its last message lacks are there, behind the argument.
    function test_relayMessages_messageBehindArgument_reverts() external {
        bytes memory whole = abi.encodeCall(batcher.relayMessages, (batch));
        uint256 shorter = batch.length - 1;
        assembly {
            mstore(add(whole, 0x44), shorter)
        }
        (bool success, bytes memory reason) = address(batcher).call(whole);
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(MalformedBatch.selector));
    }

    /// @notice The argument ends behind the calldata.
    function test_relayMessages_argumentCutOff_reverts() external {
        bytes memory whole = abi.encodeCall(batcher.relayMessages, (batch));
        uint256 longer = whole.length - 0x44 + 1;
        assembly {
            mstore(add(whole, 0x44), longer)
        }
        (bool success, bytes memory reason) = address(batcher).call(whole);
        assertFalse(success);
        assertEq(reason, "");
    }

    /// @notice A message that takes a byte of the next item is another message, which nobody has declared, and what
    ///         is left of the batch is no batch.
    function test_relayMessages_messageTakesOfNext_reverts() external {
        batch[147] = bytes1(uint8(batch[147]) + 1);
        _assertMalformed(batch);
    }

    function _assertMalformed(bytes memory _malformed) private {
        vm.expectRevert(MalformedBatch.selector);
        batcher.relayMessages{ value: 1 }(_malformed);
        assertFalse(_delivered(0));
    }
}
