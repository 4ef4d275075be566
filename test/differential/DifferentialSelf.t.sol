// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    ExtraLog,
    ExtraSlot,
    Generous,
    Lenient,
    StaysEntered,
    TakesBack,
    WrongError,
    WrongOrder
} from "./Mutants.sol";
import { Sequences } from "./Sequences.sol";

/// @notice The harness itself: it finds what was planted, and says what it is.
contract Differential_Self_Test is Sequences {
    /// @notice Places a mutant as what was given, and looks for it in some sequences.
    function _assertFound(bytes memory _mutant, string[3] memory _words) internal {
        vm.etch(_keeper(GIVEN, 1), _mutant);
        string memory difference;
        for (uint256 seed; seed < 100 && bytes(difference).length == 0; ++seed) {
            difference = _runSequence(seed, 10);
        }
        for (uint256 i; i < _words.length; ++i) {
            assertTrue(vm.indexOf(difference, _words[i]) != type(uint256).max, difference);
        }
    }

    function test_self_revertOrder_isFound() external {
        _assertFound(type(WrongOrder).runtimeCode, ["sendMessage", "differs in answer", "0x4faa2509"]);
    }

    function test_self_revertData_isFound() external {
        _assertFound(
            type(WrongError).runtimeCode, ["relayMessage", "given: reverted with 0x\n", "0x9ca9480b"]
        );
    }

    function test_self_log_isFound() external {
        _assertFound(type(ExtraLog).runtimeCode, ["differs in log", "given: 0x4200", "ours:  none"]);
    }

    function test_self_storage_isFound() external {
        _assertFound(type(ExtraSlot).runtimeCode, ["differs in storage of 0x4200", "5107", "input: 0x"]);
    }

    function test_self_transientState_isFound() external {
        _assertFound(type(StaysEntered).runtimeCode, ["several calls", "differs in", "input: 0x"]);
    }

    function test_self_balance_isFound() external {
        vm.deal(address(MESSENGER), 1 ether);
        _assertFound(type(Generous).runtimeCode, ["differs in balance of", "relayMessage", "value: "]);
    }

    function test_self_malformedInput_isFound() external {
        _assertFound(type(Lenient).runtimeCode, ["sendMessage", "given: returned", "ours:  reverted"]);
    }

    /// @notice What nobody can see is no difference.
    function test_self_revertedLog_isNotFound() external {
        vm.etch(_keeper(GIVEN, 1), type(TakesBack).runtimeCode);
        for (uint256 seed; seed < 20; ++seed) {
            string memory difference = _runSequence(seed, 10);
            assertTrue(bytes(difference).length == 0, difference);
        }
    }
}
