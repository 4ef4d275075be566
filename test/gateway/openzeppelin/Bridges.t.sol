// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7786GatewaySource } from "../../../contracts/interfaces/IERC7786.sol";
import { OpenZeppelinTest } from "./OpenZeppelinTest.sol";
import {
    OZBridgeableToken,
    OZCrosschainItems,
    OZCrosschainPicture,
    OZCrosschainToken,
    OZCustodyBridge,
    OZItems,
    OZItemsBridge,
    OZMintingBridge,
    OZPicture,
    OZPictureBridge,
    OZToken
} from "./Tokens.sol";
import { ERC7786Recipient } from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import { BridgeFungible } from "@openzeppelin/contracts/crosschain/bridges/abstract/BridgeFungible.sol";

/// @notice An ERC-20 of chain 901, kept by BridgeERC20 there, minted on 902 by BridgeERC7802. CrosschainLinked is under
///         both.
contract OpenZeppelin_FungibleBridges_Test is OpenZeppelinTest {
    OZToken internal token;
    OZCustodyBridge internal custody;
    OZBridgeableToken internal minted;
    OZMintingBridge internal minter;

    function setUp() public override {
        super.setUp();
        // Each bridge's constructor names the other one, and the token's its bridge.
        address remote = _next(902, 1);
        token = new OZToken(alice);
        custody = new OZCustodyBridge(token, _link(902, remote));
        onChain(902);
        minted = new OZBridgeableToken(remote);
        minter = new OZMintingBridge(minted, _link(901, address(custody)));
        onChain(901);
        vm.prank(alice);
        token.approve(address(custody), type(uint256).max);
    }

    function test_crosschainTransfer_thereAndBack_succeeds() external {
        vm.prank(alice);
        bytes32 id = custody.crosschainTransfer(_at(902, bob), 100 ether);
        assertEq(message(0).hash, id);
        _assertSupplies(100 ether, 0);

        onChain(902);
        vm.expectEmit(address(minter));
        emit BridgeFungible.CrosschainFungibleTransferReceived(id, _at(901, alice), bob, 100 ether);
        relay(0);
        assertEq(minted.balanceOf(bob), 100 ether);
        _assertSupplies(100 ether, 100 ether);

        onChain(902);
        vm.prank(bob);
        minter.crosschainTransfer(_at(901, bob), 30 ether);
        assertEq(relayAll(), 1);
        onChain(901);
        assertEq(token.balanceOf(bob), 30 ether);
        assertEq(token.balanceOf(alice), 900 ether);
        _assertSupplies(70 ether, 70 ether);
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_crosschainTransfer_conserves_succeeds(uint256 _there, uint256 _back) external {
        _there = bound(_there, 0, 1000 ether);
        _back = bound(_back, 0, _there);
        vm.prank(alice);
        custody.crosschainTransfer(_at(902, bob), _there);
        relayAll();
        onChain(902);
        vm.prank(bob);
        minter.crosschainTransfer(_at(901, alice), _back);
        relayAll();
        _assertSupplies(_there - _back, _there - _back);
    }

    /// @notice The bridge trusts the gateway, and among those who use it its counterpart alone.
    function test_receiveMessage_strangersMessage_reverts() external {
        bytes memory payload = abi.encode(_at(901, alice), abi.encodePacked(bob), 100 ether);
        vm.prank(bob);
        IERC7786GatewaySource(GATEWAY).sendMessage(_at(902, address(minter)), payload, new bytes[](0));

        (bool success, bytes memory reason) = tryRelay(0);
        assertFalse(success);
        bytes4 selector = ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector;
        assertEq(reason, abi.encodeWithSelector(selector, GATEWAY, _at(901, bob)));
        _assertSupplies(0, 0);
    }

    function test_receiveMessage_notGateway_reverts() external {
        onChain(902);
        bytes4 selector = ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, address(this), _at(901, address(custody))));
        minter.receiveMessage(bytes32(0), _at(901, address(custody)), "");
    }

    /// @notice A chain without a link: nothing is sent, nothing is taken.
    function test_crosschainTransfer_unknownChain_reverts() external {
        vm.prank(alice);
        vm.expectRevert();
        custody.crosschainTransfer(_at(903, bob), 1 ether);
        _assertSupplies(0, 0);
    }

    function _assertSupplies(uint256 _kept, uint256 _minted) private {
        onChain(901);
        assertEq(token.balanceOf(address(custody)), _kept);
        assertEq(token.totalSupply(), 1000 ether);
        onChain(902);
        assertEq(minted.totalSupply(), _minted);
        onChain(901);
    }
}

/// @notice OpenZeppelin's other tokens and bridges.
contract OpenZeppelin_OtherTokens_Test is OpenZeppelinTest {
    uint256 internal constant ID = 7;

    function test_crosschainToken_succeeds() external {
        OZCrosschainToken token = new OZCrosschainToken(alice, 10 ether, _link(902, _next(902, 0)));
        onChain(902);
        OZCrosschainToken remote = new OZCrosschainToken(alice, 0, _link(901, address(token)));

        onChain(901);
        vm.prank(alice);
        token.crosschainTransfer(_at(902, bob), 4 ether);
        assertEq(token.totalSupply(), 6 ether);
        relayAll();
        onChain(902);
        assertEq(remote.balanceOf(bob), 4 ether);
        assertEq(remote.totalSupply(), 4 ether);
    }

    function test_picture_thereAndBack_succeeds() external {
        OZPicture picture = new OZPicture(alice, ID);
        OZPictureBridge custody = new OZPictureBridge(picture, _link(902, _next(902, 0)));
        address bridge = address(custody);
        onChain(902);
        OZCrosschainPicture copy = new OZCrosschainPicture(_link(901, bridge));

        onChain(901);
        vm.startPrank(alice);
        picture.setApprovalForAll(bridge, true);
        custody.crosschainTransferFrom(alice, _at(902, bob), ID);
        vm.stopPrank();
        relayAll();
        assertEq(picture.ownerOf(ID), bridge);
        onChain(902);
        assertEq(copy.ownerOf(ID), bob);

        vm.prank(bob);
        copy.crosschainTransferFrom(bob, _at(901, bob), ID);
        relayAll();
        onChain(901);
        assertEq(picture.ownerOf(ID), bob);
    }

    function test_items_succeeds() external {
        OZItems items = new OZItems(alice, ID, 10);
        OZItemsBridge custody = new OZItemsBridge(items, _link(902, _next(902, 0)));
        address bridge = address(custody);
        onChain(902);
        OZCrosschainItems copies = new OZCrosschainItems(_link(901, bridge));

        onChain(901);
        vm.startPrank(alice);
        items.setApprovalForAll(bridge, true);
        custody.crosschainTransferFrom(alice, _at(902, bob), ID, 4);
        vm.stopPrank();
        relayAll();
        assertEq(items.balanceOf(bridge, ID), 4);
        onChain(902);
        assertEq(copies.balanceOf(bob, ID), 4);
    }
}
