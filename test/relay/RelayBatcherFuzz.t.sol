// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { RelayItem } from "../../contracts/libraries/RelayBatch.sol";
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
        _addRandom(_seeds);
        uint256 required;
        for (uint256 i; i < items.length; ++i) {
            required += items[i].value;
        }
        // Sometimes too little.
        _compare(_batch(), _extra % 8 == 0 ? required / 2 : required + _extra);
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
        _addRandom(_seeds);
        bytes memory batch = _batch();
        vm.assume(batch.length != 0);
        _place %= batch.length;
        if (_isCut) {
            assembly {
                mstore(batch, _place)
            }
        } else {
            batch[_place] = _byte;
        }
        _compare(batch, 100 ether);
    }

    function testFuzz_relayMessages_plainAnything_succeeds(bytes memory _anything) external {
        _declareNothing();
        _compare(_anything, 1 ether);
    }

    function _compare(bytes memory _encoded, uint256 _value) private {
        uint256 state = vm.snapshotState();
        bytes32 found = _run(type(RelayBatcher).runtimeCode, _encoded, _value);
        vm.revertToState(state);
        assertEq(found, _run(type(PlainRelayBatcher).runtimeCode, _encoded, _value));
    }

    /// @notice Everything that can be seen of a batch: result, logs, balances.
    function _run(bytes memory _code, bytes memory _encoded, uint256 _value) private returns (bytes32) {
        vm.etch(address(batcher), _code);
        vm.recordLogs();
        (bool success, bytes memory result) = address(batcher).call{ value: _value, gas: 100_000_000 }(
            abi.encodeCall(batcher.relayMessages, (_encoded))
        );
        VmSafe.Log[] memory logs = vm.getRecordedLogs();
        return keccak256(abi.encode(success, result, logs, address(this).balance, address(target).balance));
    }
}
