// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Handler } from "./Handler.sol";
import { Path } from "./Model.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Base of the two campaigns: a handler, and what it may do how often.
abstract contract InteropInvariantTest is Test {
    Handler internal handler;

    function setUp() external {
        handler = new Handler();
        // One that is there twice is drawn twice as often.
        bytes4[21] memory steps = [
            Handler.sendMessage.selector,
            Handler.sendMessage.selector,
            Handler.sendTokens.selector,
            Handler.sendTokens.selector,
            Handler.sendETH.selector,
            Handler.sendETH.selector,
            Handler.resend.selector,
            Handler.resendUnknown.selector,
            Handler.relay.selector,
            Handler.relay.selector,
            Handler.relay.selector,
            Handler.relayAny.selector,
            Handler.relayAny.selector,
            Handler.relayTwo.selector,
            Handler.relayTwo.selector,
            Handler.relayUnfit.selector,
            Handler.relayUnfit.selector,
            Handler.changeMind.selector,
            Handler.changeMind.selector,
            Handler.meddle.selector,
            Handler.passTime.selector
        ];
        bytes4[] memory selectors = new bytes4[](steps.length);
        for (uint256 i = 0; i < steps.length; ++i) {
            selectors[i] = steps[i];
        }
        targetContract(address(handler));
        targetSelector(FuzzSelector({ addr: address(handler), selectors: selectors }));
    }

    function _check() internal view {
        handler.checkExecutions();
        handler.checkConservation();
        handler.checkNonces();
        handler.checkBalances();
        handler.checkContext();
        handler.checkOutcomes();
    }
}

/// @notice What always holds, after each step of every run. It is one function, because for every further one
///         forge would run the very same steps again. The fuzzer's dictionary is off: there are no arguments to
///         draw from it, and filling it takes longer than the steps.
contract Interop_Invariant_Test is InteropInvariantTest {
    /// forge-config: default.invariant.include_storage = false
    /// forge-config: default.invariant.include_push_bytes = false
    function invariant_interopHolds() external view {
        _check();
    }

    function afterInvariant() external {
        handler.lookEverywhere();
        _check();
    }
}

/// @notice One run that is long enough for everything to happen, and a check that it did: a suite in which
///         nothing is ever relayed would hold as well.
contract Interop_Paths_Test is InteropInvariantTest {
    /// forge-config: default.invariant.runs = 1
    /// forge-config: default.invariant.depth = 800
    /// forge-config: default.invariant.include_storage = false
    /// forge-config: default.invariant.include_push_bytes = false
    function invariant_everyPathIsTaken() external view {
        _check();
    }

    function afterInvariant() external {
        handler.lookEverywhere();
        _check();
        for (uint256 i = 0; i <= uint256(type(Path).max); ++i) {
            assertGt(handler.times(Path(i)), 0, string.concat("never taken: Path ", vm.toString(i)));
        }
    }
}
