// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { StateSwap, World } from "../../contracts/kit/StateSwap.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Slots that forge does not let us exchange, such as a precompile's: a chain may not be kept or entered
///         without them.
contract StateSwap_Refused_Test is Test {
    using StateSwap for World;

    address internal constant PRECOMPILE = address(1);

    World internal world;

    function callSave(uint256 _chainId) external {
        world.save(_chainId);
    }

    function callLoad(uint256 _from, uint256 _to) external {
        world.load(_from, _to);
    }

    function test_save_slotCannotBeRead_reverts() public {
        world.trackSlot(PRECOMPILE, 0);
        vm.expectRevert(bytes(""));
        this.callSave(901);
    }

    function test_load_slotCannotBeWritten_reverts() public {
        world.trackSlot(PRECOMPILE, 0);
        world.values[902].push(bytes32(uint256(1)));
        vm.expectRevert(bytes(""));
        this.callLoad(901, 902);
    }

    function test_load_slotIsTheSame_succeeds() public {
        world.trackSlot(PRECOMPILE, 0);
        this.callLoad(901, 902);
    }
}
