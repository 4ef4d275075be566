// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { RelayBatch } from "../../contracts/libraries/RelayBatch.sol";
import { GasRules, TransactionGas } from "../../contracts/libraries/TransactionGas.sol";
import { Preinstalled } from "../Preinstalled.sol";
import { RelayBatcherTest } from "../relay/RelayBatcherTest.sol";

/// @notice What is used of Multicall3.
interface IMulticall3 {
    struct Call3Value {
        address target;
        bool allowFailure;
        uint256 value;
        bytes callData;
    }

    struct Result {
        bool success;
        bytes returnData;
    }

    function aggregate3Value(Call3Value[] calldata _calls)
        external
        payable
        returns (Result[] memory returnData_);
}

/// @notice A simple contract: counts its calls.
contract Counter {
    uint256 public calls = 1;

    fallback() external {
        ++calls;
    }
}

/// @notice Makes calls to the messenger, and says what they cost together: nothing else is counted.
contract Meter {
    function measure(bytes[] calldata _calls) external returns (uint256 gas_) {
        for (uint256 i; i < _calls.length; ++i) {
            bytes memory data = _calls[i];
            address messenger = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
            assembly {
                let before := gas()
                pop(call(gas(), messenger, 0, add(data, 0x20), mload(data), 0, 0))
                gas_ := add(gas_, sub(before, gas()))
            }
        }
    }
}

/// @notice What a message costs, in gas of whole transactions: 21,000, calldata, access list and execution, all of which
///         `vm.lastCallGas` counts in `isolate` mode. The same messages go in a batch, through Multicall3 with failures
///         allowed, and in transactions of their own; beside them stands what no batch can do without. Messages have
///         100 bytes, none of them zero. Those to accounts go to one account each, the others to one contract.
abstract contract BatchGasTest is RelayBatcherTest {
    function _assertAllDelivered() internal view {
        for (uint256 i; i < items.length; ++i) {
            assertTrue(_delivered(i));
        }
    }

    /// @notice Gas of a transaction that relays the batch in plain form.
    function _measureBatch() internal returns (uint256 gas_) {
        gas_ = _measure(abi.encodeCall(batcher.relayMessages, (_batch())));
    }

    /// @notice The same in compact form.
    function _measureCompact() internal returns (uint256 gas_) {
        gas_ = _measure(abi.encodeCall(batcher.relayCompact, (RelayBatch.encodeCompact(items))));
    }

    function _measure(bytes memory _data) private returns (uint256 gas_) {
        _declareBatch();
        (bool success,) = address(batcher).call(_data);
        gas_ = vm.lastCallGas().gasTotalUsed;
        assertTrue(success);
        _assertAllDelivered();
    }
}

contract RelayBatcher_Gas_Test is BatchGasTest {
    string internal constant GROUP = "RelayBatcher";

    Counter internal counter;

    function setUp() public override {
        super.setUp();
        assertEq(keccak256(Preinstalled.MULTICALL3_CODE), Preinstalled.MULTICALL3_CODE_HASH);
        vm.etch(Preinstalled.MULTICALL3, Preinstalled.MULTICALL3_CODE);
        counter = new Counter();
    }

    /// @notice A single message is dearer in a batch than without one, by a call, and still cheaper than in Multicall3.
    function test_relayMessages_one_succeeds() external {
        for (uint256 i; i < 2; ++i) {
            (uint256 batch, uint256 multicall, uint256 single) = _compare(1, i == 1);
            assertLt(single, batch);
            assertLt(batch, single + 4000);
            assertLt(batch, multicall);
        }
    }

    function test_relayMessages_ten_succeeds() external {
        _compareMany(10);
    }

    function test_relayMessages_fifty_succeeds() external {
        _compareMany(50);
    }

    function test_relayMessages_hundred_succeeds() external {
        _compareMany(100);
    }

    function _compareMany(uint256 _count) private {
        for (uint256 i; i < 2; ++i) {
            (uint256 batch, uint256 multicall, uint256 single) = _compare(_count, i == 1);
            assertLt(batch + 3000, multicall);
            assertLt(multicall, single);
        }
    }

    /// @notice Measures, for each message of a number of them, and writes the figures to the snapshot.
    function _compare(
        uint256 _count,
        bool _toContract
    )
        private
        returns (uint256 batch_, uint256 multicall_, uint256 single_)
    {
        delete items;
        for (uint256 i; i < _count; ++i) {
            _add(_toContract ? address(counter) : makeAddr(vm.toString(i)), _filled(100));
        }
        uint256 state = vm.snapshotState();
        batch_ = _measureBatch() / _count;
        vm.revertToState(state);
        uint256 compact = _measureCompact() / _count;
        vm.revertToState(state);
        multicall_ = _measureMulticall() / _count;
        vm.revertToState(state);
        single_ = _measureSingles() / _count;
        vm.revertToState(state);
        uint256 least = _measureFloor() / _count;
        vm.revertToState(state);
        assertLt(least, compact);
        // What the first item says costs more to read than the plain form costs; all others pay it back.
        if (_count > 1) assertLt(compact, batch_);

        string memory suffix = string.concat(
            " ", vm.toString(_count), " per message to ", _toContract ? "a contract" : "an account"
        );
        vm.snapshotValue(GROUP, string.concat("batch", suffix), batch_);
        vm.snapshotValue(GROUP, string.concat("compact", suffix), compact);
        vm.snapshotValue(GROUP, string.concat("multicall3", suffix), multicall_);
        vm.snapshotValue(GROUP, string.concat("singles", suffix), single_);
        vm.snapshotValue(GROUP, string.concat("floor", suffix), least);
    }

    function _measureMulticall() internal returns (uint256 gas_) {
        IMulticall3.Call3Value[] memory calls = new IMulticall3.Call3Value[](items.length);
        for (uint256 i; i < items.length; ++i) {
            calls[i] = IMulticall3.Call3Value({
                target: address(MESSENGER),
                allowFailure: true,
                value: 0,
                callData: abi.encodeCall(
                    IL2ToL2CrossDomainMessenger.relayMessage, (_identifierOf(items[i]), _payloadOf(items[i]))
                )
            });
        }
        _declareBatch();
        IMulticall3(Preinstalled.MULTICALL3).aggregate3Value(calls);
        gas_ = vm.lastCallGas().gasTotalUsed;
        _assertAllDelivered();
    }

    function _measureSingles() internal returns (uint256 gas_) {
        for (uint256 i; i < items.length; ++i) {
            _declare(_identifierOf(items[i]), _payloadOf(items[i]));
            MESSENGER.relayMessage(_identifierOf(items[i]), _payloadOf(items[i]));
            gas_ += vm.lastCallGas().gasTotalUsed;
        }
        _assertAllDelivered();
    }

    /// @notice What no batcher can do without: 21,000 for the transaction, the access list, the messenger's own work.
    function _measureFloor() internal returns (uint256 gas_) {
        bytes[] memory calls = new bytes[](items.length);
        for (uint256 i; i < items.length; ++i) {
            calls[i] = abi.encodeCall(
                IL2ToL2CrossDomainMessenger.relayMessage, (_identifierOf(items[i]), _payloadOf(items[i]))
            );
        }
        Meter meter = new Meter();
        _declareBatch();
        gas_ = 21_000 + 2400 + 3800 * items.length + meter.measure(calls);
        _assertAllDelivered();
    }
}

/// @notice The same by other rules for a transaction's data. forge measures without a floor; what each set of rules makes
///         of the gas that was measured is arithmetic (`TransactionGas`).
contract RelayBatcher_GasRules_Test is BatchGasTest {
    string internal constant GROUP = "RelayBatcherRules";

    /// @notice Messages in a batch.
    uint256 internal constant COUNT = 100;

    function test_rules_bytes100_succeeds() external {
        _compare(100);
    }

    function test_rules_bytes1000_succeeds() external {
        _compare(1000);
    }

    function test_rules_bytes2000_succeeds() external {
        _compare(2000);
    }

    function _compare(uint256 _length) private {
        for (uint256 i; i < COUNT; ++i) {
            _add(makeAddr(vm.toString(i)), _filled(_length));
        }
        uint256 state = vm.snapshotState();
        uint256 used = _measureBatch();
        vm.revertToState(state);
        _write("plain", _length, used, abi.encodeCall(batcher.relayMessages, (_batch())));
        used = _measureCompact();
        _write(
            "compact", _length, used, abi.encodeCall(batcher.relayCompact, (RelayBatch.encodeCompact(items)))
        );
    }

    function _write(string memory _form, uint256 _length, uint256 _used, bytes memory _data) private {
        // What is paid for data is known, the rest is execution.
        GasRules memory rules = TransactionGas.prague();
        (rules.floorZeroByte, rules.floorByte) = (0, 0);
        uint256 execution = _used - TransactionGas.limitFor(rules, _data, 1, 2 * COUNT, 0);
        _writeBy("no floor", rules, _form, _length, _data, execution);
        _writeBy("prague", TransactionGas.prague(), _form, _length, _data, execution);
        _writeBy("amsterdam", TransactionGas.amsterdam(), _form, _length, _data, execution);
    }

    function _writeBy(
        string memory _name,
        GasRules memory _rules,
        string memory _form,
        uint256 _length,
        bytes memory _data,
        uint256 _execution
    )
        private
    {
        uint256 gas_ = TransactionGas.limitFor(_rules, _data, 1, 2 * COUNT, _execution) / COUNT;
        string memory name = string.concat(_form, " ", vm.toString(_length), " bytes, ", _name);
        vm.snapshotValue(GROUP, name, gas_);
    }
}
