// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { Test } from "forge-std/Test.sol";

contract Predeploys_ImplementationOf_Test is Test {
    function test_implementationOf_succeeds() external pure {
        assertEq(
            Predeploys.implementationOf(Predeploys.CROSS_L2_INBOX), 0xC0D3C0d3C0D3C0d3c0d3c0D3c0D3C0d3C0D30022
        );
        assertEq(
            Predeploys.implementationOf(0x42000000000000000000000000000000000007fF),
            address(uint160(Predeploys.CODE_NAMESPACE) + 0x07ff)
        );
    }
}
