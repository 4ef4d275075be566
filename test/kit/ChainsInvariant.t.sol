// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Chains } from "../../contracts/kit/Chains.sol";
import { Box } from "./Targets.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Switches in the calls of an invariant test, each of which starts with forge's own block and chain id.
contract SwitchingHandler is Chains {
    Box public box;
    uint256 public switches;
    mapping(uint256 => uint256) public expected;
    mapping(uint256 => uint256) public time;

    constructor() {
        startChains();
        onEachChain(_deploy);
        time[901] = time[902] = GENESIS_TIME;
    }

    function _deploy() internal {
        box = new Box{ salt: 0 }();
    }

    function set(uint256 _number, bool _second, uint16 _seconds) external {
        uint256 chain = _second ? 902 : 901;
        check(chain);
        box.set(_number);
        expected[chain] = _number;
        warp(chain, _seconds);
        time[chain] += _seconds;
        check(_second ? 901 : 902);
        ++switches;
    }

    function check(uint256 _chain) public {
        _chain = _chain % 2 == 1 ? 901 : 902;
        onChain(_chain);
        assertEq(block.chainid, _chain);
        assertEq(vm.getBlockTimestamp(), time[_chain]);
        assertEq(box.number(), expected[_chain]);
    }
}

contract Chains_Invariant_Test is Test {
    SwitchingHandler internal handler;

    function setUp() public {
        handler = new SwitchingHandler();
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = handler.set.selector;
        targetSelector(FuzzSelector({ addr: address(handler), selectors: selectors }));
        targetContract(address(handler));
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 32
    function invariant_eachChainKeepsItsState() public {
        handler.check(901);
        handler.check(902);
    }
}
