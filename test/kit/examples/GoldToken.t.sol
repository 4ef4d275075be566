// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { InteropKit } from "../../../contracts/kit/InteropKit.sol";
import { GoldToken } from "../../../contracts/kit/examples/GoldToken.sol";

/// @notice Tokens and ETH across, through the bridges.
contract GoldTokenTest is InteropKit {
    uint256 internal constant SUPPLY = 1000e18;

    GoldToken internal gold;
    address internal alice;
    address internal bob;

    function setUp() public override {
        super.setUp();
        alice = makeAddr("alice");
        bob = makeAddr("bob");
        onEachChain(_deploy);
    }

    function _deploy() internal {
        gold = new GoldToken{ salt: 0 }(alice, 901, SUPPLY);
    }

    /// @notice Wallets show these, and on no chain may they be another's.
    function test_metadata_isTheSameOnAllChains() public {
        (string memory name, string memory symbol) = (gold.name(), gold.symbol());
        assertEq(name, "Gold");
        assertEq(symbol, "GOLD");
        onChain(902);
        assertEq(gold.name(), name);
        assertEq(gold.symbol(), symbol);
    }

    function testFuzz_sendERC20_thereAndBack_succeeds(uint256 _there, uint256 _back) public {
        _there = bound(_there, 0, SUPPLY);
        _back = bound(_back, 0, _there);

        vm.prank(alice);
        TOKEN_BRIDGE.sendERC20(address(gold), bob, _there, 902);
        assertEq(gold.totalSupply(), SUPPLY - _there);

        relayAll();
        onChain(902);
        assertEq(gold.balanceOf(bob), _there);
        assertEq(gold.totalSupply(), _there);

        vm.prank(bob);
        TOKEN_BRIDGE.sendERC20(address(gold), alice, _back, 901);
        relayAll();
        assertEq(gold.totalSupply(), _there - _back);
        onChain(901);
        assertEq(gold.balanceOf(alice), SUPPLY - _there + _back);
        assertEq(gold.totalSupply(), SUPPLY - _there + _back);
    }

    function testFuzz_sendETH_succeeds(uint256 _amount) public {
        _amount = bound(_amount, 0, 1_000_000 ether);
        deal(alice, _amount);
        uint256 before = bob.balance;

        vm.prank(alice);
        ETH_BRIDGE.sendETH{ value: _amount }(bob, 902);
        assertEq(alice.balance, 0);
        assertEq(bob.balance, before);

        uint256 bobThere = _balanceOn(902, bob);
        relayAll();
        assertEq(bob.balance, before);
        assertEq(_balanceOn(902, bob), bobThere + _amount);
    }

    function _balanceOn(uint256 _chainId, address _account) internal on(_chainId) returns (uint256 balance_) {
        balance_ = _account.balance;
    }
}
