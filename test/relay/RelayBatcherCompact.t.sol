// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    IRelayBatcher,
    InsufficientValue,
    MalformedBatch
} from "../../contracts/interfaces/IRelayBatcher.sol";
import { RelayBatch, RelayItem } from "../../contracts/libraries/RelayBatch.sol";
import { RelayBatcherTest } from "./RelayBatcherTest.sol";
import { Mirror } from "./RelayTargets.sol";

/// @notice The compact form, byte by byte.
contract RelayBatch_EncodeCompact_Test is RelayBatcherTest {
    function test_encodeCompact_empty_succeeds() external view {
        assertEq(RelayBatch.encodeCompact(items), hex"000000");
    }

    /// @notice The second item goes on where the first one is, the third has everything of its own.
    function test_encodeCompact_layout_succeeds() external {
        items.push(_item(17, 3, 1_700_000_000, 901, 300_000, 0, address(0xA1), 5, address(0xB1), hex"aabb"));
        items.push(_item(17, 4, 1_700_000_000, 901, 300_000, 0, address(0xA1), 6, address(0xB1), ""));
        items.push(_item(18, 0, 1_700_000_002, 902, 300_001, 256, address(0xA2), 1, address(0xB2), hex"00"));
        bytes memory first = bytes.concat(
            hex"df0111046553f10001030203850105030493e0",
            hex"00000000000000000000000000000000000000a100000000000000000000000000000000000000b10102aabb"
        );
        bytes memory third = bytes.concat(
            hex"ff0112046553f102000203860101030493e1020100",
            hex"00000000000000000000000000000000000000a200000000000000000000000000000000000000b2010100"
        );
        assertEq(RelayBatch.encodeCompact(items), bytes.concat(hex"01030102020100", first, hex"0000", third));
    }

    /// @notice What zero leaves out, and the highest that each field can be.
    function test_encodeCompact_limits_succeeds() external {
        items.push(_item(0, 1, 0, 0, 0, 0, address(0), 1, address(0), ""));
        assertEq(RelayBatch.encodeCompact(items), hex"010100000000");
        items[0] = _item({
            _blockNumber: type(uint64).max,
            _logIndex: type(uint32).max,
            _timestamp: type(uint64).max,
            _chainId: type(uint256).max,
            _gasLimit: type(uint32).max,
            _value: type(uint128).max,
            _target: address(type(uint160).max),
            _nonce: type(uint256).max,
            _sender: address(type(uint160).max),
            _message: ""
        });
        // After these, the counters go on from zero: the nonce has no more bits, the log index would need one.
        items.push(items[0]);
        (items[1].nonce, items[1].logIndex) = (0, 0);
        bytes memory batch = RelayBatch.encodeCompact(items);
        assertEq(batch.length, 2 + 1 + 18 + 1 + 9 + 9 + 5 + 33 + 33 + 5 + 17 + 40 + 1 + 3);
        assertEq(uint8(batch[21]), 0xff);
        assertEq(uint24(bytes3(_tail(batch, 3))), 0x020000);
    }

    /// @notice No two batches have the same form.
    function testFuzz_encodeCompact_differs_succeeds(
        RelayItem[2] memory _items,
        uint8 _field,
        bool _isFirst
    )
        external
    {
        items.push(_items[0]);
        items.push(_items[1]);
        bytes memory before = RelayBatch.encodeCompact(items);
        RelayItem storage item = items[_isFirst ? 0 : 1];
        _field %= 10;
        unchecked {
            if (_field == 0) ++item.blockNumber;
            if (_field == 1) ++item.logIndex;
            if (_field == 2) ++item.timestamp;
            if (_field == 3) ++item.chainId;
            if (_field == 4) ++item.gasLimit;
            if (_field == 5) ++item.value;
            if (_field == 6) item.target = address(uint160(item.target) + 1);
            if (_field == 7) ++item.nonce;
            if (_field == 8) item.sender = address(uint160(item.sender) + 1);
            if (_field == 9) item.message = bytes.concat(item.message, hex"00");
        }
        assertNotEq(keccak256(RelayBatch.encodeCompact(items)), keccak256(before));
    }

    function _tail(bytes memory _bytes, uint256 _length) private pure returns (bytes memory tail_) {
        tail_ = new bytes(_length);
        for (uint256 i; i < _length; ++i) {
            tail_[i] = _bytes[_bytes.length - _length + i];
        }
    }

    function _item(
        uint64 _blockNumber,
        uint32 _logIndex,
        uint64 _timestamp,
        uint256 _chainId,
        uint32 _gasLimit,
        uint128 _value,
        address _target,
        uint256 _nonce,
        address _sender,
        bytes memory _message
    )
        private
        pure
        returns (RelayItem memory item_)
    {
        (item_.blockNumber, item_.logIndex, item_.timestamp) = (_blockNumber, _logIndex, _timestamp);
        (item_.chainId, item_.gasLimit, item_.value) = (_chainId, _gasLimit, _value);
        (item_.target, item_.nonce, item_.sender, item_.message) = (_target, _nonce, _sender, _message);
    }
}

contract RelayBatcher_RelayCompact_Test is RelayBatcherTest {
    function test_relayCompact_empty_succeeds() external {
        uint256 before = address(this).balance;
        (uint256 attempted, IRelayBatcher.Failure[] memory failures_) =
            batcher.relayCompact{ value: 7 }(RelayBatch.encodeCompact(items));
        assertEq(attempted, 0);
        assertEq(failures_.length, 0);
        assertEq(address(this).balance, before);
    }

    /// @notice Every call of the messenger is the one that the plain form makes, whatever items have in common.
    function testFuzz_relayCompact_calls_succeeds(
        RelayItem[4] memory _items,
        uint16[4] memory _same
    )
        external
    {
        vm.etch(address(MESSENGER), type(Mirror).runtimeCode);
        uint256 value;
        for (uint256 i; i < 4; ++i) {
            RelayItem memory item = _items[i];
            if (i != 0) _copy(_items[i - 1], item, _same[i]);
            item.gasLimit = uint32(bound(item.gasLimit, 100_000, 200_000));
            item.value >>= 3;
            value += item.value;
            items.push(item);
        }
        (, IRelayBatcher.Failure[] memory plain) =
            batcher.relayMessages{ value: value }(RelayBatch.encode(items));
        (, IRelayBatcher.Failure[] memory compact) =
            batcher.relayCompact{ value: value }(RelayBatch.encodeCompact(items));
        assertEq(plain.length, 4);
        assertEq(abi.encode(plain), abi.encode(compact));
    }

    /// @notice An item after one that failed, whose hash was made in place.
    function test_relayCompact_afterFailure_succeeds() external {
        _add(address(target), abi.encodeCall(target.refuse, ("no")));
        _add(address(target), abi.encodeCall(target.accept, (1, "data")));
        _declareBatch();
        (, IRelayBatcher.Failure[] memory failures_) = batcher.relayCompact(RelayBatch.encodeCompact(items));
        assertEq(failures_.length, 1);
        assertTrue(_delivered(1));
        assertEq(target.senders(1), SENDER);
    }

    function testFuzz_relayCompact_valueTooSmall_reverts(uint256 _missing) external {
        _addAccepted(type(uint128).max);
        _addAccepted(2);
        uint256 required = uint256(type(uint128).max) + 2;
        _missing = bound(_missing, 1, required);
        bytes memory batch = RelayBatch.encodeCompact(items);
        vm.expectRevert(abi.encodeWithSelector(InsufficientValue.selector, required, required - _missing));
        batcher.relayCompact{ value: required - _missing }(batch);
    }

    /// @notice A log index after the last one that there can be: that item fails, as the inbox says.
    function test_relayCompact_logIndexOverflow_succeeds() external {
        _addAccepted(0).logIndex = type(uint32).max;
        _addAccepted(0).logIndex = 0;
        _declareBatch();
        bytes memory batch = RelayBatch.encodeCompact(items);
        // Its index left out: the bit goes, and so does the zero behind it.
        uint256 place = batch.length - (2 + 2 + items[1].message.length);
        assertEq(bytes2(bytes.concat(batch[place], batch[place + 1])), bytes2(0x0200));
        bytes memory shorter = new bytes(batch.length - 1);
        for (uint256 i; i < shorter.length; ++i) {
            shorter[i] = batch[i > place ? i + 1 : i];
        }
        shorter[place] = 0x00;
        (, IRelayBatcher.Failure[] memory failures_) = batcher.relayCompact(shorter);
        assertEq(failures_.length, 1);
        assertEq(failures_[0].index, 1);
        assertEq(failures_[0].reason, abi.encodeWithSignature("LogIndexTooHigh()"));
        assertTrue(_delivered(0));
    }

    /// @notice Makes an item like the one before in some fields.
    function _copy(RelayItem memory _from, RelayItem memory _to, uint16 _fields) private pure {
        if (_fields & 1 != 0) (_to.blockNumber, _to.timestamp) = (_from.blockNumber, _from.timestamp);
        unchecked {
            if (_fields & 2 != 0) _to.logIndex = _from.logIndex + 1;
            if (_fields & 4 != 0) _to.nonce = _from.nonce + 1;
        }
        if (_fields & 8 != 0) _to.chainId = _from.chainId;
        if (_fields & 16 != 0) _to.gasLimit = _from.gasLimit;
        if (_fields & 32 != 0) _to.value = _from.value;
        if (_fields & 64 != 0) _to.target = _from.target;
        if (_fields & 128 != 0) _to.sender = _from.sender;
        if (_fields & 256 != 0) _to.value = 0;
    }
}

/// @notice What is no compact batch is refused whole, however much of it has been relayed by then.
contract RelayBatcher_RelayCompact_Malformed_Test is RelayBatcherTest {
    bytes internal batch;

    function setUp() public override {
        super.setUp();
        _addAccepted(1);
        _addAccepted(2);
        _declareBatch();
        batch = RelayBatch.encodeCompact(items);
        // Count, longest message, value: two bytes each.
        assertEq(bytes2(bytes.concat(batch[0], batch[1])), bytes2(0x0102));
        assertEq(bytes2(bytes.concat(batch[4], batch[5])), bytes2(0x0103));
    }

    function testFuzz_relayCompact_truncated_reverts(uint256 _length) external {
        _length = bound(_length, 6, batch.length - 1);
        bytes memory truncated = batch;
        assembly {
            mstore(truncated, _length)
        }
        _assertMalformed(truncated);
    }

    /// @notice No batch at all: not even the empty one.
    function test_relayCompact_noHead_reverts() external {
        _assertMalformed("");
        _assertMalformed(hex"00");
        _assertMalformed(hex"0000");
    }

    function testFuzz_relayCompact_trailingBytes_reverts(bytes calldata _more) external {
        vm.assume(_more.length != 0);
        _assertMalformed(bytes.concat(batch, _more));
    }

    function test_relayCompact_otherCount_reverts() external {
        for (uint8 count; count < 5; ++count) {
            if (count == 2) continue;
            bytes memory other = batch;
            other[1] = bytes1(count);
            _assertMalformed(other);
        }
    }

    function test_relayCompact_otherValue_reverts() external {
        vm.deal(address(batcher), 100);
        for (uint8 value = 1; value < 7; ++value) {
            if (value == 3) continue;
            bytes memory other = batch;
            other[5] = bytes1(value);
            _assertMalformed(other);
        }
        assertEq(address(batcher).balance, 100);
    }

    function test_relayCompact_longerThanLongest_reverts() external {
        batch[3] = bytes1(uint8(batch[3]) - 1);
        _assertMalformed(batch);
    }

    /// @notice The gas ends the batch before its second item, which does not end where the batch does.
    function testFuzz_relayCompact_cutShort_truncated_reverts(uint256 _missing) external {
        items[1].gasLimit = type(uint32).max;
        bytes memory truncated = RelayBatch.encodeCompact(items);
        _missing = bound(_missing, 1, items[1].message.length);
        assembly {
            mstore(truncated, sub(mload(truncated), _missing))
        }
        _assertMalformed(truncated);
    }

    /// @notice The same with a first item that has more value than the batch says, and finds it in the batcher.
    function test_relayCompact_cutShort_otherValue_reverts() external {
        vm.deal(address(batcher), 100);
        items[1].gasLimit = type(uint32).max;
        (items[0].value, items[1].value) = (7, 0);
        _declareBatch();
        batch = RelayBatch.encodeCompact(items);
        assertEq(bytes2(bytes.concat(batch[4], batch[5])), bytes2(0x0107));
        batch[5] = 0x06;
        _assertMalformed(batch);
        assertEq(address(batcher).balance, 100);
    }

    /// @notice A zero before a number is another way to write it.
    function test_relayCompact_leadingZero_reverts() external {
        _assertMalformed(_replaced(0, 2, hex"020002"));
        _assertMalformed(_replaced(2, 2, bytes.concat(hex"0200", batch[3])));
        _assertMalformed(_replaced(4, 2, hex"020003"));
        // The block number of the first item, behind the byte that says what it has.
        assertEq(bytes2(bytes.concat(batch[7], batch[8])), bytes2(0x0111));
        _assertMalformed(_replaced(7, 2, hex"020011"));
        _assertMalformed(_replaced(7, 2, hex"0100"));
        // The length of the last message.
        uint256 place = batch.length - items[1].message.length - 2;
        _assertMalformed(_replaced(place, 2, bytes.concat(hex"0200", batch[place + 1])));
    }

    function test_relayCompact_tooManyBytes_reverts() external {
        _assertMalformed(_replaced(0, 2, hex"050000000002"));
        _assertMalformed(_replaced(7, 2, hex"09110000000000000000"));
        _assertMalformed(
            _replaced(7, 2, hex"21111111111111111111111111111111111111111111111111111111111111111111")
        );
        _assertMalformed(_replaced(7, 2, bytes.concat(hex"ff", new bytes(255))));
    }

    function _replaced(uint256 _at, uint256 _length, bytes memory _by) private view returns (bytes memory) {
        bytes memory whole = batch;
        bytes memory start = new bytes(_at);
        bytes memory rest = new bytes(whole.length - _at - _length);
        for (uint256 i; i < whole.length; ++i) {
            if (i < _at) start[i] = whole[i];
            if (i >= _at + _length) rest[i - _at - _length] = whole[i];
        }
        return bytes.concat(start, _by, rest);
    }

    function _assertMalformed(bytes memory _malformed) private {
        uint256 before = address(this).balance;
        vm.expectRevert(MalformedBatch.selector);
        batcher.relayCompact{ value: 6 }(_malformed);
        assertFalse(_delivered(0));
        assertEq(address(this).balance, before);
    }
}
