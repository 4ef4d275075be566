// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {
    BlockNumberTooHigh,
    ICrossL2Inbox,
    Identifier,
    NotInAccessList
} from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IProxy } from "../../contracts/interfaces/IProxy.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { GoldToken } from "../../contracts/kit/examples/GoldToken.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { Believer } from "./Targets.sol";

contract RecordedInbox_Test is InteropKit {
    Believer internal believer;
    Identifier internal id =
        Identifier({ origin: address(1), blockNumber: 2, logIndex: 3, timestamp: 4, chainId: 901 });

    function setUp() public override {
        super.setUp();
        vm.skip(isLive());
        onEachChain(_deploy);
    }

    function _deploy() internal {
        believer = new Believer{ salt: 0 }();
    }

    /// @notice What a contract writes in a transaction in which the recording was interrupted belongs to its chain.
    function test_validateMessage_declared_keepsChainsApart() public {
        declare(id, "payload");
        believer.consider(id, "payload");
        declareNothing();

        onChain(902);
        assertEq(believer.attempts(), 0);
        assertEq(believer.believed(), 0);
        onChain(901);
        assertEq(believer.attempts(), 1);
        assertEq(believer.refusals(), 0);
        assertEq(believer.believed(), keccak256("payload"));
    }

    function test_validateMessage_undeclared_keepsChainsApart() public {
        believer.consider(id, "payload");

        onChain(902);
        assertEq(believer.attempts(), 0);
        assertEq(believer.refusals(), 0);
        onChain(901);
        assertEq(believer.attempts(), 1);
        assertEq(believer.refusals(), 1);
        assertEq(believer.believed(), 0);
    }

    function test_validateMessage_contractDeployedBefore_keepsChainsApart() public {
        Believer other = new Believer();
        vm.expectRevert(NotInAccessList.selector);
        other.believe(id, "payload");
        onChain(902);
        assertEq(address(other).code.length, 0);
    }

    /// @notice `deal` of a token uses `vm.record`, which we need for the first call's slots.
    function test_validateMessage_thenDealOfAToken_keepsChainsApart() public {
        GoldToken gold = new GoldToken(address(this), 901, 5);
        believer.consider(id, "payload");
        deal(address(gold), address(1), 7);

        onChain(902);
        assertEq(believer.refusals(), 0);
        onChain(901);
        assertEq(believer.refusals(), 1);
        assertEq(gold.balanceOf(address(1)), 7);
    }

    function test_validateMessage_overflow_reverts() public {
        id.blockNumber = 1 << 64;
        vm.expectRevert(BlockNumberTooHigh.selector);
        INBOX.validateMessage(id, 0);
    }

    /// forge-config: default.isolate = false
    function test_validateMessage_deposit_reverts() public {
        vm.fee(1);
        vm.txGasPrice(0);
        vm.expectRevert(ICrossL2Inbox.CrossL2Inbox_NoExecutingDeposits.selector);
        INBOX.validateMessage(id, 0);
    }

    function test_inbox_restIsTheProxys_succeeds() public {
        assertEq(INBOX.version(), "1.1.0");
        vm.prank(Predeploys.PROXY_ADMIN);
        assertEq(
            IProxy(payable(Predeploys.CROSS_L2_INBOX)).implementation(),
            Predeploys.implementationOf(Predeploys.CROSS_L2_INBOX)
        );
    }
}
