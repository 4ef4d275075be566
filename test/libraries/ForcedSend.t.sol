// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ForcedSend } from "../../contracts/libraries/ForcedSend.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Notes that it was called.
contract Noter {
    bool public called;

    receive() external payable {
        called = true;
    }
}

contract ForcedSend_ForceSend_Test is Test {
    function testFuzz_forceSend_succeeds(address _to, uint128 _amount) external {
        vm.assume(_to != address(this) && _to.balance == 0);
        vm.deal(address(this), _amount);
        this.send(_to, _amount);
        assertEq(_to.balance, _amount);
        assertEq(address(this).balance, 0);
    }

    function test_forceSend_contract_succeeds() external {
        Noter noter = new Noter();
        this.send(address(noter), 1 ether);
        assertEq(address(noter).balance, 1 ether);
        assertFalse(noter.called());
    }

    /// @notice The contract that carried the ETH is gone.
    function test_forceSend_leavesNothing_succeeds() external {
        address carrier = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        this.send(address(1), 1);
        assertEq(vm.getNonce(carrier), 0);
        assertEq(carrier.code.length, 0);
        assertEq(carrier.balance, 0);
    }

    /// @notice Bits of memory that the scratch space held before do no harm, nor do those above an address.
    function testFuzz_forceSend_dirt_succeeds(uint256 _dirt) external {
        uint256 before = address(0xB0B).balance;
        this.sendDirty(_dirt);
        assertEq(address(0xB0B).balance, before + 1);
    }

    function test_forceSend_overBalance_reverts() external {
        vm.deal(address(this), 1);
        vm.expectRevert(bytes(""));
        this.send(address(1), 2);
    }

    function send(address _to, uint256 _amount) external {
        ForcedSend.forceSend(_to, _amount);
    }

    function sendDirty(uint256 _dirt) external {
        address to;
        assembly {
            mstore(0x00, _dirt)
            mstore(0x20, _dirt)
            to := or(shl(160, _dirt), 0xb0b)
        }
        ForcedSend.forceSend(to, 1);
    }
}
