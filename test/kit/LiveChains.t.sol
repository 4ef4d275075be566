// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Chains } from "../../contracts/kit/Chains.sol";
import { Kit_RpcMissing } from "../../contracts/kit/Errors.sol";
import { Box, MESSENGER } from "./Targets.sol";

/// @notice What only forks of live chains do. Without a node there is nothing to test; `make test-kit-live` has one.
contract Chains_Live_Test is Chains {
    function setUp() public {
        startChains();
        vm.skip(!isLive());
    }

    function callAddChain(uint256 _chainId) external {
        addChain(_chainId);
    }

    function test_startChains_live_succeeds() public view {
        assertEq(block.chainid, 901);
        assertEq(timeOn(901), timeOn(902));
        assertEq(MESSENGER.version(), "1.3.2");
    }

    function test_onChain_live_contractExistsOnItsChain() public {
        Box box = new Box();
        box.set(5);
        onChain(902);
        assertEq(address(box).code.length, 0);
        assertEq(vm.load(address(box), 0), 0);
        onChain(901);
        assertEq(box.number(), 5);
    }

    function test_addChain_live_staysOnTheCurrent() public {
        Box box = new Box();
        box.set(5);
        uint256 height = vm.getBlockNumber();
        addChain(903);
        assertEq(block.chainid, 901);
        assertEq(vm.getBlockNumber(), height);
        assertEq(box.number(), 5);

        onChain(903);
        assertEq(block.chainid, 903);
        assertEq(address(box).code.length, 0);
        assertEq(MESSENGER.version(), "1.3.2");
    }

    function test_addChain_liveThatIsBehind_catchesUp() public {
        warp(901, 1000);
        addChain(903);
        assertEq(timeOn(903), timeOn(901));
    }

    function test_addChain_liveWithoutUrl_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Kit_RpcMissing.selector, 904));
        this.callAddChain(904);
    }
}
