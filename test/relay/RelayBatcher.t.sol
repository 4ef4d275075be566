// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ICrossL2Inbox, NotInAccessList } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import {
    IL2ToL2CrossDomainMessenger,
    MessageAlreadyRelayed
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import {
    IRelayBatcher,
    InsufficientValue,
    RefundRefused
} from "../../contracts/interfaces/IRelayBatcher.sol";
import { RelayBatch, RelayItem } from "../../contracts/libraries/RelayBatch.sol";
import { NotEntered, ReentrantCall } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { RelayBatcherTest } from "./RelayBatcherTest.sol";
import { RelayerContract } from "./RelayTargets.sol";

contract RelayBatcher_Version_Test is RelayBatcherTest {
    function test_version_succeeds() external view {
        assertEq(batcher.version(), "1.1.0");
    }
}

contract RelayBatcher_RelayMessages_Test is RelayBatcherTest {
    function test_relayMessages_empty_succeeds() external {
        uint256 before = address(this).balance;
        (uint256 attempted, IRelayBatcher.Failure[] memory failures) = batcher.relayMessages{ value: 7 }("");
        assertEq(attempted, 0);
        assertEq(failures.length, 0);
        assertEq(address(this).balance, before);
    }

    /// @notice Everything that an identifier and a message can be arrives as it is.
    function testFuzz_relayMessages_one_succeeds(RelayItem memory _item, bytes memory _data) external {
        // The target stores the data, and forge draws whole contracts of it.
        _item.gasLimit = 30_000_000;
        (_item.target, _item.message) = (address(target), abi.encodeCall(target.accept, (_item.nonce, _data)));
        items.push(_item);
        _declareBatch();

        vm.expectEmit(address(INBOX));
        emit ICrossL2Inbox.ExecutingMessage(_msgHashOf(_item), _identifierOf(_item));
        vm.expectEmit(address(MESSENGER));
        emit IL2ToL2CrossDomainMessenger.RelayedMessage(
            _item.chainId,
            _item.nonce,
            _hashOf(_item),
            keccak256("")
        );
        _relayBatch(_item.value);
        _assertFailures(0);
        assertEq(target.calls(_item.nonce), 1);
        assertEq(target.values(_item.nonce), _item.value);
        assertEq(target.senders(_item.nonce), _item.sender);
        assertEq(target.sources(_item.nonce), _item.chainId);
        assertEq(target.data(_item.nonce), _data);
    }

    /// @notice A short message after a long one: nothing of the long one is left in its padding.
    function testFuzz_relayMessages_lengths_succeeds(uint8[5] memory _lengths) external {
        for (uint256 i; i < 5; ++i) {
            _add(address(0xDEAD), _filled(_lengths[i]));
        }
        _declareBatch();
        _relayBatch(0);
        _assertFailures(0);
        for (uint256 i; i < 5; ++i) {
            assertTrue(_delivered(i));
        }
    }

    function test_relayMessages_undeclared_succeeds() external {
        _addAccepted(0);
        _declareBatch();
        _addAccepted(0);
        _relayBatch(0);
        _assertFailures(1);
        _assertFailure(0, 1, abi.encodeWithSelector(NotInAccessList.selector));
        assertTrue(_delivered(0));
        assertFalse(_delivered(1));
    }

    function test_relayMessages_sameItemTwice_succeeds() external {
        _addAccepted(3);
        items.push(items[0]);
        _addAccepted(0);
        _declareBatch();
        _relayBatch(6);
        _assertFailures(1);
        _assertFailure(0, 1, abi.encodeWithSelector(MessageAlreadyRelayed.selector));
        assertEq(target.calls(0), 1);
        assertEq(target.calls(2), 1);
        assertEq(address(target).balance, 3);
    }

    /// @notice A message that was sent again has a second log: still one message.
    function test_relayMessages_twoLogsOfOneMessage_succeeds() external {
        _addAccepted(0);
        items.push(items[0]);
        items[1].blockNumber++;
        _declareBatch();
        _relayBatch(0);
        _assertFailures(1);
        _assertFailure(0, 1, abi.encodeWithSelector(MessageAlreadyRelayed.selector));
        assertEq(target.calls(0), 1);
    }

    function test_relayMessages_afterBatch_succeeds() external {
        _addAccepted(0);
        _declareBatch();
        _relayBatch(0);
        _relayBatch(0);
        _assertFailures(1);
        _assertFailure(0, 0, abi.encodeWithSelector(MessageAlreadyRelayed.selector));
    }

    function test_relayMessages_failedAgain_succeeds() external {
        _addAccepted(1);
        _declareBatch();
        target.setOpen(false);
        _relayBatch(1);
        _assertFailures(1);
        _assertFailure(0, 0, abi.encodeWithSignature("Error(string)", "closed"));

        target.setOpen(true);
        _relayBatch(1);
        _assertFailures(0);
        assertEq(target.values(0), 1);
    }

    /// @notice Reasons come whole up to 256 bytes, and their first 256 bytes otherwise, whatever came before.
    function testFuzz_relayMessages_refused_succeeds(bytes[3] memory _reasons, uint16 _length) external {
        _reasons[1] = _filled(bound(_length, 200, 320));
        for (uint256 i; i < 3; ++i) {
            _add(address(target), abi.encodeCall(target.refuse, (_reasons[i])));
            _addAccepted(0);
        }
        _declareBatch();
        _relayBatch(0);
        _assertFailures(3);
        for (uint256 i; i < 3; ++i) {
            _assertFailure(i, 2 * i, _cut(_reasons[i]));
            assertTrue(_delivered(2 * i + 1));
        }
    }

    /// @notice The hash of a failed message takes the place of its payload's head, of which nothing may stay.
    function testFuzz_relayMessages_afterFailure_succeeds(
        uint256 _nonce,
        address _sender,
        uint256 _chainId
    )
        external
    {
        RelayItem storage item = _add(address(target), abi.encodeCall(target.refuse, ("no")));
        (item.nonce, item.sender, item.chainId) = (_nonce | 1 << 255, _sender, bound(_chainId, 0, 1 << 63));
        _addAccepted(0);
        _declareBatch();
        _relayBatch(0);
        _assertFailures(1);
        _assertFailure(0, 0, "no");
        assertTrue(_delivered(1));
    }

    function test_relayMessages_allFail_succeeds() external {
        for (uint256 i; i < 20; ++i) {
            _add(address(target), abi.encodeCall(target.refuse, (abi.encode(i))));
        }
        _declareBatch();
        _relayBatch(0);
        _assertFailures(20);
        for (uint256 i; i < 20; ++i) {
            _assertFailure(i, i, abi.encode(i));
        }
    }

    /// @notice What an item's target sees of its message is of its own message, also after one that failed.
    function test_relayMessages_context_succeeds() external {
        RelayItem storage item = _addAccepted(0);
        (item.sender, item.chainId) = (address(0xA), 7001);
        item = _add(address(target), abi.encodeCall(target.refuse, ("no")));
        (item.sender, item.chainId) = (address(0xB), 7002);
        item = _addAccepted(0);
        (item.sender, item.chainId) = (address(0xC), 7003);
        _declareBatch();
        _relayBatch(0);
        _assertFailures(1);
        assertEq(target.senders(0), address(0xA));
        assertEq(target.sources(0), 7001);
        assertEq(target.senders(2), address(0xC));
        assertEq(target.sources(2), 7003);
    }

    function test_relayMessages_contextAfterBatch_succeeds() external {
        RelayerContract relayer = new RelayerContract();
        _addAccepted(0);
        _add(address(target), abi.encodeCall(target.refuse, ("no")));
        _declareBatch();
        bytes memory batch = _batch();
        vm.expectRevert(NotEntered.selector);
        relayer.relayAndAsk(batch);
        items.pop();
        batch = _batch();
        vm.expectRevert(NotEntered.selector);
        relayer.relayAndAsk(batch);
    }

    /// @notice The target relays a message itself that is in order and declared, and gets its value back.
    function test_relayMessages_reentered_succeeds() external {
        _addAccepted(0);
        bytes memory inner = _batch();
        RelayItem storage outer = _add(address(target), abi.encodeCall(target.reenter, (inner)));
        (outer.value, outer.gasLimit) = (5, 2 * LIMIT);
        _addAccepted(2);
        _declareBatch();
        items[0] = items[2];
        items.pop();

        uint256 before = address(this).balance;
        _relayBatch(10);
        _assertFailures(0);
        assertEq(target.data(0), abi.encodeWithSelector(ReentrantCall.selector));
        assertEq(target.calls(0), 0);
        assertEq(address(target).balance, 7);
        assertEq(address(this).balance, before - 7);
        assertEq(address(batcher).balance, 0);
    }
}

contract RelayBatcher_RelayMessages_Value_Test is RelayBatcherTest {
    function testFuzz_relayMessages_value_succeeds(uint128[3] memory _values, uint128 _extra) external {
        uint256 required;
        for (uint256 i; i < 3; ++i) {
            _addAccepted(_values[i] >> 2);
            required += _values[i] >> 2;
        }
        _declareBatch();
        uint256 before = address(this).balance;
        _relayBatch(required + (_extra >> 2));
        _assertFailures(0);
        for (uint256 i; i < 3; ++i) {
            assertEq(target.values(i), _values[i] >> 2);
        }
        assertEq(address(this).balance, before - required);
    }

    function test_relayMessages_valueOfFailed_succeeds() external {
        _addAccepted(1);
        _add(address(target), abi.encodeCall(target.refuse, ("no"))).value = 10;
        _addAccepted(100);
        _declareBatch();
        uint256 before = address(this).balance;
        _relayBatch(111);
        _assertFailures(1);
        assertEq(address(target).balance, 101);
        assertEq(address(this).balance, before - 101);
    }

    function testFuzz_relayMessages_valueTooSmall_reverts(uint256 _missing) external {
        _addAccepted(type(uint128).max);
        _addAccepted(2);
        _declareBatch();
        uint256 required = uint256(type(uint128).max) + 2;
        _missing = bound(_missing, 1, required);
        bytes memory batch = _batch();
        vm.deal(address(this), required);
        vm.expectRevert(abi.encodeWithSelector(InsufficientValue.selector, required, required - _missing));
        batcher.relayMessages{ value: required - _missing }(batch);
        assertEq(target.calls(0), 0);
    }

    /// @notice With the highest values that there are, sums are still right.
    function test_relayMessages_valuesOfManyItems_reverts() external {
        for (uint256 i; i < 3; ++i) {
            _addAccepted(type(uint128).max);
        }
        bytes memory batch = _batch();
        vm.expectRevert(abi.encodeWithSelector(InsufficientValue.selector, 3 * uint256(type(uint128).max), 1));
        batcher.relayMessages{ value: 1 }(batch);
    }

    /// @notice What others forced into the contract neither pays for items nor goes to a caller.
    function test_relayMessages_forcedEther_succeeds() external {
        vm.deal(address(batcher), 1000);
        _addAccepted(3);
        _declareBatch();
        bytes memory batch = _batch();
        vm.expectRevert(abi.encodeWithSelector(InsufficientValue.selector, 3, 2));
        batcher.relayMessages{ value: 2 }(batch);

        uint256 before = address(this).balance;
        _relayBatch(5);
        assertEq(address(batcher).balance, 1000);
        assertEq(address(this).balance, before - 3);
    }

    function test_receive_reverts() external {
        (bool success,) = address(batcher).call{ value: 1 }("");
        assertFalse(success);
    }
}

contract RelayBatcher_RelayMessages_Refund_Test is RelayBatcherTest {
    RelayerContract internal relayer;

    function setUp() public override {
        super.setUp();
        relayer = new RelayerContract();
    }

    function test_relayMessages_refundRefused_reverts() external {
        relayer.setAccepts(false);
        _addAccepted(1);
        _declareBatch();
        bytes memory batch = _batch();
        vm.expectRevert(RefundRefused.selector);
        relayer.relay{ value: 2 }(batch, 1_000_000);
        assertFalse(_delivered(0));
        assertEq(address(target).balance, 0);
    }

    /// @notice Who is owed nothing is not called.
    function test_relayMessages_nothingToRefund_succeeds() external {
        relayer.setAccepts(false);
        _addAccepted(1);
        _declareBatch();
        relayer.relay{ value: 1 }(_batch(), 1_000_000);
        assertTrue(_delivered(0));
    }

    /// @notice The caller relays another batch out of its refund, and is refunded again.
    function test_relayMessages_reenteredFromRefund_succeeds() external {
        _addAccepted(3);
        _addAccepted(4);
        _declareBatch();
        RelayItem memory second = items[1];
        items.pop();
        bytes memory first = _batch();
        relayer.setNext(RelayBatch.encode(second));
        relayer.relay{ value: 10 }(first, 1_000_000);
        assertEq(target.values(0), 3);
        assertEq(target.values(1), 4);
        assertEq(address(relayer).balance, 3);
        assertEq(address(batcher).balance, 0);
    }
}
