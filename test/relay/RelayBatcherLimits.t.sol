// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IRelayBatcher } from "../../contracts/interfaces/IRelayBatcher.sol";
import { RelayBatch, RelayItem } from "../../contracts/libraries/RelayBatch.sol";
import { RelayBatcherTest } from "./RelayBatcherTest.sol";
import { RelayerContract, Spender } from "./RelayTargets.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice Gas at its limits, for either form of a batch: each call to the messenger spends all that it gets and fails with a long reason, and
///         the caller spends 10,000 on taking its refund.
abstract contract LimitsTest is RelayBatcherTest {
    /// @notice What a refund may cost its recipient in any case.
    uint256 internal constant REFUND_GAS = 10_000;

    RelayerContract internal relayer;

    function setUp() public override {
        super.setUp();
        vm.etch(address(MESSENGER), type(Spender).runtimeCode);
        relayer = new RelayerContract();
        relayer.setGasToSpend(REFUND_GAS);
        relayer.setCompact(_isCompact());
        _declareNothing();
    }

    function _isCompact() internal pure virtual returns (bool);

    function _batch() internal view override returns (bytes memory batch_) {
        batch_ = _isCompact() ? RelayBatch.encodeCompact(items) : RelayBatch.encode(items);
    }

    /// @notice With what `gasFor` says, nothing is left out, whatever the items spend.
    function testFuzz_gasFor_succeeds(
        uint32[] memory _limits,
        uint16[4] memory _lengths,
        bool _paid
    )
        external
    {
        uint256 count = _limits.length > 12 ? 12 : _limits.length;
        for (uint256 i; i < count; ++i) {
            _addSpender(uint32(bound(_limits[i], 10_000, 300_000)), _lengths[i % 4] % 2000, _paid ? 1 : 0);
        }
        (uint256 attempted, IRelayBatcher.Failure[] memory failed) = _relayWith(RelayBatch.gasFor(items));
        assertEq(attempted, count);
        assertEq(failed.length, count);
    }

    function test_gasFor_longMessages_succeeds() external {
        for (uint256 i; i < 3; ++i) {
            _addSpender(1_000_000, 20_000, 1);
        }
        (uint256 attempted,) = _relayWith(RelayBatch.gasFor(items));
        assertEq(attempted, 3);
    }

    function test_gasFor_manyItems_succeeds() external {
        for (uint256 i; i < 200; ++i) {
            _addSpender(20_000, 0, 1);
        }
        (uint256 attempted,) = _relayWith(RelayBatch.gasFor(items));
        assertEq(attempted, 200);
    }

    /// @notice Whatever gas there is: no call gets less than its limit, and the batch ends properly.
    function testFuzz_relayMessages_gas_succeeds(uint256 _gas, uint32[6] memory _limits) external {
        for (uint256 i; i < 6; ++i) {
            _addSpender(uint32(bound(_limits[i], 10_000, 500_000)), 100 * i, i % 2 == 0 ? 0 : 1);
        }
        _checkWith(_batch(), bound(_gas, 60_000, RelayBatch.gasFor(items)));
    }

    /// @notice With the least gas at which one, two, all items are attempted, where least is left for the rest.
    function testFuzz_relayMessages_leastGas_succeeds(
        uint32[3] memory _limits,
        uint8 _length,
        bool _paid
    )
        external
    {
        for (uint256 i; i < 3; ++i) {
            _addSpender(uint32(bound(_limits[i], 10_000, 500_000)), _length, _paid ? 1 : 0);
        }
        for (uint256 wanted = 1; wanted <= 3; ++wanted) {
            _checkLeast(wanted);
        }
    }

    /// @notice Of so much gas, a 64th is more than what is kept back in any case.
    function test_relayMessages_leastGasHighLimit_succeeds() external {
        _addSpender(8_000_000, 0, 1);
        _addSpender(10_000, 0, 0);
        _checkLeast(1);
    }

    /// @notice Long messages and many earlier failures have to be paid for, too.
    function test_relayMessages_leastGasLongMessages_succeeds() external {
        for (uint256 i; i < 3; ++i) {
            _addSpender(50_000, 60_000, 1);
        }
        for (uint256 wanted = 1; wanted <= 3; ++wanted) {
            _checkLeast(wanted);
        }
    }

    function test_relayMessages_leastGasManyFailures_succeeds() external {
        for (uint256 i; i < 200; ++i) {
            _addSpender(10_000, 0, 1);
        }
        _checkLeast(200);
    }

    function test_relayMessages_nothingAttempted_succeeds() external {
        _addSpender(1_000_000, 0, 0);
        _addSpender(10_000, 0, 0);
        vm.expectEmit(address(batcher));
        emit IRelayBatcher.BatchCutShort(address(relayer), 0, 2);
        (uint256 attempted, IRelayBatcher.Failure[] memory failed) = _relayWith(1_000_000);
        assertEq(attempted, 0);
        assertEq(failed.length, 0);
    }

    /// @notice Finds that gas by bisection, and checks what comes of it. With less gas than it takes to attempt
    ///         anything, and on the way from there, batches end properly, too: none reverts.
    function _checkLeast(uint256 _wanted) private {
        bytes memory batch = _batch();
        uint256 low = 45_000 + batch.length / 4;
        uint256 high = RelayBatch.gasFor(items);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            (uint256 attempted,) = relayer.relay{ value: 1000 }(batch, middle);
            if (attempted < _wanted) low = middle;
            else high = middle;
        }
        assertGe(_checkWith(batch, high), _wanted);
    }

    function _relayWith(uint256 _gas) private returns (uint256, IRelayBatcher.Failure[] memory) {
        return relayer.relay{ value: 1000 }(_batch(), _gas);
    }

    /// @notice Relays with some gas: this must not revert, must tell what was attempted, and give each item its gas.
    function _checkWith(bytes memory _encoded, uint256 _gas) private returns (uint256 attempted_) {
        uint256 before = address(relayer).balance;
        vm.recordLogs();
        IRelayBatcher.Failure[] memory failed;
        (attempted_, failed) = relayer.relay{ value: 1000 }(_encoded, _gas);
        VmSafe.Log[] memory logs = vm.getRecordedLogs();
        assertEq(failed.length, attempted_);
        assertEq(address(relayer).balance, before + 1000);

        // The reason begins with the gas that the messenger's stand-in found, a few steps after it was called.
        for (uint256 i; i < attempted_; ++i) {
            assertEq(failed[i].index, i);
            assertEq(failed[i].messageHash, _hashOf(items[i]));
            assertGe(abi.decode(failed[i].reason, (uint256)) + 100, items[i].gasLimit);
        }
        bool isShort = attempted_ < items.length;
        assertEq(logs.length, attempted_ + (isShort ? 1 : 0));
        if (isShort) {
            assertEq(logs[attempted_].topics[0], IRelayBatcher.BatchCutShort.selector);
            assertEq(logs[attempted_].data, abi.encode(attempted_, items.length));
        }
    }

    function _addSpender(uint32 _gasLimit, uint256 _length, uint128 _value) private {
        RelayItem storage item = _add(address(0xDEAD), new bytes(_length));
        (item.gasLimit, item.value) = (_gasLimit, _value);
    }
}

contract RelayBatcher_RelayMessages_Limits_Test is LimitsTest {
    function _isCompact() internal pure override returns (bool) {
        return false;
    }
}

contract RelayBatcher_RelayCompact_Limits_Test is LimitsTest {
    function _isCompact() internal pure override returns (bool) {
        return true;
    }

    /// @notice Items that leave nothing out take the longest to read.
    function testFuzz_gasFor_wholeItems_succeeds(RelayItem[8] memory _items) external {
        for (uint256 i; i < 8; ++i) {
            RelayItem memory item = _items[i];
            item.gasLimit = uint32(bound(item.gasLimit, 10_000, 300_000)) | 1;
            item.value = uint128(bound(item.value, 1 << 64, 1 << 100)) | 1;
            item.nonce |= 1 << 255;
            item.chainId |= 1 << 255;
            item.timestamp |= 1 << 63;
            items.push(item);
        }
        (uint256 attempted, IRelayBatcher.Failure[] memory failed) =
            relayer.relay{ value: 1 << 110 }(_batch(), RelayBatch.gasFor(items));
        assertEq(attempted, 8);
        assertEq(failed.length, 8);
    }
}
