// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { RelayBatch, RelayItem } from "../../contracts/libraries/RelayBatch.sol";
import { RelayBatcher } from "../../contracts/relay/RelayBatcher.sol";
import { PlainRelayBatcher } from "./PlainRelayBatcher.sol";
import { RelayBatcherTest } from "./RelayBatcherTest.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice Batches of good and bad items at random.
abstract contract RandomBatchTest is RelayBatcherTest {
    /// @notice What can be wrong with an item.
    enum Kind {
        Good,
        GoodToAccount,
        Refused,
        Burning,
        ReturningMuch,
        TooLittleGas,
        Undeclared,
        Repeated
    }

    uint256 internal constant KINDS = 8;

    Kind[] internal kinds;

    /// @notice Adds an item for each seed, and declares all that are to be declared. Undeclared is what has another
    ///         timestamp than was declared.
    function _addRandom(uint256[] memory _seeds) internal {
        uint256 count = _seeds.length > 12 ? 12 : _seeds.length;
        for (uint256 i; i < count; ++i) {
            _addKind(Kind(_seeds[i] % KINDS), _seeds[i] >> 8);
        }
        _declareBatch();
        for (uint256 i; i < count; ++i) {
            if (kinds[i] == Kind.Undeclared) items[i].timestamp++;
        }
    }

    function _addKind(Kind _kind, uint256 _seed) private {
        uint256 index = items.length;
        if (_kind == Kind.Repeated && index == 0) _kind = Kind.Good;
        kinds.push(_kind);
        if (_kind == Kind.Repeated) {
            // Of one that can be delivered, this is the second delivery; any other fails as the first one did.
            items.push(items[_seed % index]);
            kinds[index] = kinds[_seed % index];
            if (kinds[index] < Kind.Refused) kinds[index] = Kind.Repeated;
            return;
        }

        bytes memory data = new bytes(_seed % 300);
        bytes memory message = abi.encodeCall(target.accept, (index, data));
        if (_kind == Kind.GoodToAccount) message = data;
        if (_kind == Kind.Refused) message = abi.encodeCall(target.refuse, (data));
        if (_kind == Kind.Burning) message = abi.encodeCall(target.burn, ());
        if (_kind == Kind.ReturningMuch) message = abi.encodeCall(target.refuseWithBomb, (10_000));
        RelayItem storage item =
            _add(_kind == Kind.GoodToAccount ? address(0xDEAD) : address(target), message);
        item.gasLimit = _kind == Kind.TooLittleGas ? uint32(bound(_seed, 0, 40_000)) : 1_000_000;
        item.value = uint128(bound(_seed, 0, 1 ether));
        item.chainId = _seed % 1e18;
        item.sender = makeAddr(vm.toString(_seed));
    }
}

contract RelayBatcher_RelayMessages_Fuzz_Test is RandomBatchTest {
    /// @notice The good ones are delivered, once each; the others are reported, in order, and cost nothing of value.
    function testFuzz_relayMessages_mixed_succeeds(uint256[] memory _seeds, uint64 _extra) external {
        _addRandom(_seeds);
        uint256 required;
        uint256 good;
        for (uint256 i; i < items.length; ++i) {
            required += items[i].value;
            if (_isGood(i)) good += items[i].value;
        }

        uint256 before = address(this).balance;
        _relayBatch(required + _extra);
        assertEq(address(this).balance, before - good);
        assertEq(address(target).balance + address(0xDEAD).balance, good);
        assertEq(address(batcher).balance, 0);

        uint256 failed;
        for (uint256 i; i < items.length; ++i) {
            if (_isGood(i)) {
                assertTrue(_delivered(i));
                if (kinds[i] == Kind.Good) assertEq(target.calls(i), 1);
            } else {
                assertEq(failures[failed].index, i);
                assertEq(failures[failed++].messageHash, _hashOf(items[i]));
                assertEq(_delivered(i), kinds[i] == Kind.Repeated);
            }
        }
        _assertFailures(failed);
    }

    function _isGood(uint256 _index) private view returns (bool) {
        return kinds[_index] < Kind.Refused;
    }
}

/// @notice The batcher and its plain counterpart, at the same place and on the same state, do the same.
contract RelayBatcher_RelayMessages_Diff_Test is RandomBatchTest {
    function testFuzz_relayMessages_plain_succeeds(uint256[] memory _seeds, uint64 _extra) external {
        _compare(batcher.relayMessages.selector, _random(_seeds, false), _valueOf(_extra));
    }

    function testFuzz_relayCompact_plain_succeeds(uint256[] memory _seeds, uint64 _extra) external {
        _compare(batcher.relayCompact.selector, _random(_seeds, true), _valueOf(_extra));
    }

    /// @notice Both forms of a batch come to the same.
    function testFuzz_relayCompact_otherForm_succeeds(uint256[] memory _seeds, uint64 _extra) external {
        bytes memory compact = _random(_seeds, true);
        uint256 value = _valueOf(_extra);
        uint256 state = vm.snapshotState();
        bytes32 found = _run(type(RelayBatcher).runtimeCode, batcher.relayCompact.selector, compact, value);
        vm.revertToState(state);
        bytes32 expected =
            _run(type(RelayBatcher).runtimeCode, batcher.relayMessages.selector, _batch(), value);
        assertEq(found, expected);
    }

    /// @notice Batches of which one byte is another, or that end early.
    function testFuzz_relayMessages_plainDamaged_succeeds(
        uint256[] memory _seeds,
        uint256 _place,
        bytes1 _byte,
        bool _isCut
    )
        external
    {
        bytes memory batch = _random(_seeds, false);
        _compare(batcher.relayMessages.selector, _damage(batch, _place, _byte, _isCut), 100 ether);
    }

    function testFuzz_relayCompact_plainDamaged_succeeds(
        uint256[] memory _seeds,
        uint256 _place,
        bytes1 _byte,
        bool _isCut
    )
        external
    {
        bytes memory batch = _damage(_random(_seeds, true), _place, _byte, _isCut);
        // One that asks for more memory than there is gas for ends without a reason, in either way.
        if (_isHuge(batch)) return;
        _compare(batcher.relayCompact.selector, batch, 100 ether);
    }

    function testFuzz_relayMessages_plainAnything_succeeds(bytes memory _anything) external {
        _declareNothing();
        _compare(batcher.relayMessages.selector, _anything, 1 ether);
    }

    function testFuzz_relayCompact_plainAnything_succeeds(
        uint8 _count,
        uint16 _longest,
        bytes memory _anything
    )
        external
    {
        _declareNothing();
        bytes memory head = abi.encodePacked(hex"01", (_count & 7) | 1, hex"02", _longest | 0x100, hex"00");
        _compare(batcher.relayCompact.selector, bytes.concat(head, _anything), 1 ether);
    }

    function _random(uint256[] memory _seeds, bool _isCompact) private returns (bytes memory) {
        _addRandom(_seeds);
        return _isCompact ? RelayBatch.encodeCompact(items) : _batch();
    }

    /// @notice What the batch needs and something more; sometimes too little.
    function _valueOf(uint64 _extra) private view returns (uint256 value_) {
        for (uint256 i; i < items.length; ++i) {
            value_ += items[i].value;
        }
        value_ = _extra % 8 == 0 ? value_ / 2 : value_ + _extra;
    }

    function _damage(
        bytes memory _encoded,
        uint256 _place,
        bytes1 _byte,
        bool _isCut
    )
        private
        pure
        returns (bytes memory)
    {
        if (_encoded.length == 0) return _encoded;
        _place %= _encoded.length;
        if (_isCut) {
            assembly {
                mstore(_encoded, _place)
            }
        } else {
            _encoded[_place] = _byte;
        }
        return _encoded;
    }

    /// @notice Whether the head of a compact batch has a number of items or a longest message above two bytes.
    function _isHuge(bytes memory _encoded) private pure returns (bool) {
        if (_encoded.length < 2) return false;
        uint256 size = uint8(_encoded[0]);
        uint256 next = 1 + size;
        return size > 1 || (next < _encoded.length && uint8(_encoded[next]) > 2);
    }

    function _compare(bytes4 _function, bytes memory _encoded, uint256 _value) private {
        uint256 state = vm.snapshotState();
        bytes32 found = _run(type(RelayBatcher).runtimeCode, _function, _encoded, _value);
        vm.revertToState(state);
        assertEq(found, _run(type(PlainRelayBatcher).runtimeCode, _function, _encoded, _value));
    }

    /// @notice Everything that can be seen of a batch: result, logs, balances.
    function _run(
        bytes memory _code,
        bytes4 _function,
        bytes memory _encoded,
        uint256 _value
    )
        private
        returns (bytes32)
    {
        vm.etch(address(batcher), _code);
        vm.recordLogs();
        (bool success, bytes memory result) = address(batcher).call{ value: _value, gas: 100_000_000 }(
            abi.encodeWithSelector(_function, _encoded)
        );
        VmSafe.Log[] memory logs = vm.getRecordedLogs();
        // forge also records what a revert took back.
        if (!success) delete logs;
        return keccak256(abi.encode(success, result, logs, address(this).balance, address(target).balance));
    }
}
