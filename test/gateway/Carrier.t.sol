// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Carrier } from "./Carrier.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Over three chains: the recipients receive each payload exactly once if it was delivered, and as it was sent, and
///         nothing else.
contract ERC7786Gateway_Invariant_Test is Test {
    Carrier internal carrier;

    function setUp() public {
        carrier = new Carrier();
        targetContract(address(carrier));
        bytes4[] memory selectors = new bytes4[](6);
        selectors[0] = Carrier.send.selector;
        selectors[1] = Carrier.deliver.selector;
        selectors[2] = Carrier.deliverLast.selector;
        selectors[3] = Carrier.resendAny.selector;
        selectors[4] = Carrier.toggle.selector;
        selectors[5] = Carrier.forge.selector;
        targetSelector(FuzzSelector({ addr: address(carrier), selectors: selectors }));
    }

    /// @notice Each step has checked its own outcome; what has come of all of them is looked at in the end.
    /// forge-config: default.invariant.runs = 4
    /// forge-config: default.invariant.depth = 32
    function invariant_receivedOnceAsSent() public view {
        assertLe(carrier.countDelivered(), carrier.countSent());
    }

    function afterInvariant() public {
        carrier.check();
    }
}

/// @notice One long run in which everything happens, since a suite that delivers nothing would hold as well.
contract ERC7786Gateway_Paths_Test is Carrier {
    function test_paths_succeeds() public {
        for (uint256 i; i < 60; ++i) {
            send();
            if (i % 2 == 0) deliverLast();
            else deliver();
            if (i % 7 == 0) toggle();
            if (i % 3 == 0) forge();
            if (i % 11 == 0) resendAny();
        }
        check();
        assertEq(countSent(), 60);
        assertGt(countDelivered(), 10);
        assertGt(refusals, 3);
        assertGt(replays, 3);
        assertGt(forgeries, 10);
    }
}
