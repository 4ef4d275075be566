// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IBeacon } from "../../contracts/interfaces/IBeacon.sol";
import { ISemver } from "../../contracts/interfaces/ISemver.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { TokenLayerTest } from "../TokenLayerTest.sol";

contract OptimismSuperchainERC20Beacon_Implementation_Test is TokenLayerTest {
    address internal constant BEACON = Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON;

    /// @notice The predeploy's proxy has a function of the same name, for its administrator alone.
    function testFuzz_implementation_succeeds(address _caller) external {
        vm.assume(_caller != Predeploys.PROXY_ADMIN && _caller != address(0));
        vm.prank(_caller);
        assertEq(IBeacon(BEACON).implementation(), 0xB9415c6cA93bdC545D4c5177512FCC22EFa38F28);
    }

    function test_implementation_admin_succeeds() external {
        vm.prank(Predeploys.PROXY_ADMIN);
        assertEq(IBeacon(BEACON).implementation(), Predeploys.implementationOf(BEACON));
    }

    function test_version_succeeds() external view {
        assertEq(ISemver(BEACON).version(), "1.0.1");
    }
}
