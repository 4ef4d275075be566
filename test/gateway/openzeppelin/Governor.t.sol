// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { OZGoverned, OZGovernor, OZRemoteExecutor } from "./Governance.sol";
import { OpenZeppelinTest } from "./OpenZeppelinTest.sol";
import { Mode } from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import { ERC7786Recipient } from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";

/// @notice A governor on chain 901 with an executor on 902, to which something there belongs.
contract OpenZeppelin_GovernorCrosschain_Test is OpenZeppelinTest {
    /// @notice One call that is to succeed (ERC-7579).
    Mode internal constant SINGLE = Mode.wrap(bytes32(0));

    OZGovernor internal governor;
    OZRemoteExecutor internal executor;
    OZGoverned internal governed;

    function setUp() public override {
        super.setUp();
        governor = new OZGovernor(alice);
        onChain(902);
        executor = new OZRemoteExecutor(GATEWAY, _at(901, address(governor)));
        governed = new OZGoverned(address(executor));
        onChain(901);
    }

    function test_relayCrosschain_proposal_succeeds() external {
        _decide(abi.encodePacked(governed, uint256(0), abi.encodeCall(governed.set, (42))));
        assertEq(relayAll(), 1);
        onChain(902);
        assertEq(governed.number(), 42);
    }

    /// @notice What fails over there is not used up.
    function test_relayCrosschain_callReverts_reverts() external {
        // To the governed contract of a chain on which it is not yet.
        address later = makeAddr("later");
        _decide(abi.encodePacked(later, uint256(0), abi.encodeCall(governed.set, (42))));
        onChain(902);
        vm.etch(later, hex"60006000fd");
        (bool success,) = tryRelay(0);
        assertFalse(success);

        vm.etch(later, hex"00");
        relay(0);
    }

    function test_relayCrosschain_notTheGovernor_reverts() external {
        onChain(902);
        bytes memory payload =
            abi.encodePacked(SINGLE, governed, uint256(0), abi.encodeCall(governed.set, (42)));
        bytes4 selector = ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector;
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(selector, alice, _at(901, address(governor))));
        executor.receiveMessage(bytes32(0), _at(901, address(governor)), payload);
    }

    /// @notice On both chains, whose clocks are to agree.
    function _mine(uint256 _blocks) private {
        mine(901, _blocks);
        mine(902, _blocks);
    }

    /// @notice Proposes to have the executor make a call, votes for it, and executes the proposal.
    function _decide(bytes memory _execution) private {
        address[] memory targets = new address[](1);
        uint256[] memory values = new uint256[](1);
        bytes[] memory calls = new bytes[](1);
        targets[0] = address(governor);
        calls[0] = abi.encodeCall(
            governor.relayCrosschain, (GATEWAY, _at(902, address(executor)), SINGLE, _execution)
        );

        uint256 proposal = governor.propose(targets, values, calls, "");
        _mine(1);
        vm.prank(alice);
        governor.castVote(proposal, 1);
        _mine(3);
        governor.execute(targets, values, calls, keccak256(""));
    }
}
