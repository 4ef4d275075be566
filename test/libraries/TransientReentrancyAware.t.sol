// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    NotEntered,
    ReentrantCall,
    TransientReentrancyAware
} from "../../contracts/libraries/TransientReentrancyAware.sol";
import { TransientSlot } from "../../contracts/libraries/TransientSlot.sol";
import { Test } from "forge-std/Test.sol";

contract Guarded is TransientReentrancyAware {
    function run(bytes calldata _call) external nonReentrant returns (bytes memory result_) {
        bool success;
        (success, result_) = address(this).call(_call);
        if (success) return result_;
        assembly {
            revert(add(result_, 0x20), mload(result_))
        }
    }

    /// @notice Runs twice in one transaction, one after the other.
    function runTwice() external {
        this.run(abi.encodeCall(this.entered, ()));
        this.run(abi.encodeCall(this.entered, ()));
    }

    function onlyInside() external view onlyEntered returns (uint256) {
        return 42;
    }

    function entered() external view returns (bool) {
        return _entered();
    }
}

contract TransientReentrancyAware_Test is Test {
    Guarded internal guarded = new Guarded();

    function test_entered_succeeds() external {
        assertFalse(guarded.entered());
        assertTrue(abi.decode(guarded.run(abi.encodeCall(guarded.entered, ())), (bool)));
        assertFalse(guarded.entered());
    }

    function test_nonReentrant_oneAfterTheOther_succeeds() external {
        guarded.runTwice();
    }

    function test_nonReentrant_oneInTheOther_reverts() external {
        bytes memory inner = abi.encodeCall(guarded.run, (abi.encodeCall(guarded.entered, ())));
        vm.expectRevert(ReentrantCall.selector);
        guarded.run(inner);
    }

    function test_onlyEntered_inside_succeeds() external {
        assertEq(abi.decode(guarded.run(abi.encodeCall(guarded.onlyInside, ())), (uint256)), 42);
    }

    function test_onlyEntered_outside_reverts() external {
        vm.expectRevert(NotEntered.selector);
        guarded.onlyInside();
    }
}

contract TransientSlot_Test is Test {
    function testFuzz_store_succeeds(bytes32 _slot, uint256 _value) external {
        assertEq(this.storeAndLoad(_slot, _value), _value);
    }

    /// @notice What is stored ends with the transaction, and calls of a test are transactions here.
    function testFuzz_load_nextTransaction_succeeds(bytes32 _slot, uint256 _value) external {
        this.storeAndLoad(_slot, _value);
        assertEq(this.load(_slot), 0);
    }

    function storeAndLoad(bytes32 _slot, uint256 _value) external returns (uint256) {
        TransientSlot.store(_slot, _value);
        return TransientSlot.load(_slot);
    }

    function load(bytes32 _slot) external view returns (uint256) {
        return TransientSlot.load(_slot);
    }
}
