// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { GoldToken } from "../dapp/GoldToken.sol";
import { Test } from "forge-std/Test.sol";
import { ICrossL2Inbox } from "interfaces/L2/ICrossL2Inbox.sol";
import { IERC165, IERC7802 } from "interfaces/L2/IERC7802.sol";
import { IETHLiquidity } from "interfaces/L2/IETHLiquidity.sol";
import { IL2ToL2CrossDomainMessenger } from "interfaces/L2/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "interfaces/L2/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "interfaces/L2/ISuperchainTokenBridge.sol";
import { CrossL2Inbox, Identifier } from "src/L2/CrossL2Inbox.sol";
import { ETHLiquidity } from "src/L2/ETHLiquidity.sol";
import { SuperchainETHBridge } from "src/L2/SuperchainETHBridge.sol";
import { SuperchainTokenBridge } from "src/L2/SuperchainTokenBridge.sol";
import { Predeploys } from "src/libraries/Predeploys.sol";
import { InvalidAmount, Unauthorized, ZeroAddress } from "src/libraries/errors/CommonErrors.sol";

contract Bridges_Test is Test {
    address internal constant MESSENGER = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;

    CrossL2Inbox internal inbox = CrossL2Inbox(Predeploys.CROSS_L2_INBOX);
    ISuperchainTokenBridge internal tokenBridge = ISuperchainTokenBridge(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
    ISuperchainETHBridge internal ethBridge = ISuperchainETHBridge(Predeploys.SUPERCHAIN_ETH_BRIDGE);
    IETHLiquidity internal liquidity = IETHLiquidity(Predeploys.ETH_LIQUIDITY);

    function setUp() public {
        vm.etch(Predeploys.CROSS_L2_INBOX, address(new CrossL2Inbox()).code);
        vm.etch(Predeploys.SUPERCHAIN_TOKEN_BRIDGE, address(new SuperchainTokenBridge()).code);
        vm.etch(Predeploys.SUPERCHAIN_ETH_BRIDGE, address(new SuperchainETHBridge()).code);
        vm.etch(Predeploys.ETH_LIQUIDITY, address(new ETHLiquidity()).code);
        vm.deal(Predeploys.ETH_LIQUIDITY, type(uint128).max);
    }

    function testFuzz_validateMessage_accessList_reverts(Identifier memory _id, bytes32 _msgHash) external {
        _id.blockNumber = bound(_id.blockNumber, 0, type(uint64).max);
        _id.logIndex = bound(_id.logIndex, 0, type(uint32).max);
        _id.timestamp = bound(_id.timestamp, 0, type(uint64).max);
        vm.cool(address(inbox));
        vm.expectRevert(ICrossL2Inbox.NotInAccessList.selector);
        inbox.validateMessage(_id, _msgHash);
    }

    function testFuzz_calculateChecksum_tooHigh_reverts(Identifier memory _id) external {
        _id.timestamp = bound(_id.timestamp, uint256(type(uint64).max) + 1, type(uint256).max);
        (_id.blockNumber, _id.logIndex) = (0, 0);
        vm.expectRevert(CrossL2Inbox.TimestampTooHigh.selector);
        inbox.calculateChecksum(_id, 0);
        _id.logIndex = _id.timestamp;
        vm.expectRevert(CrossL2Inbox.LogIndexTooHigh.selector);
        inbox.calculateChecksum(_id, 0);
        _id.blockNumber = _id.timestamp;
        vm.expectRevert(CrossL2Inbox.BlockNumberTooHigh.selector);
        inbox.calculateChecksum(_id, 0);
    }

    function test_inboxNames_succeeds() external pure {
        assertEq(CrossL2Inbox.NotInAccessList.selector, ICrossL2Inbox.NotInAccessList.selector);
        assertEq(CrossL2Inbox.BlockNumberTooHigh.selector, ICrossL2Inbox.BlockNumberTooHigh.selector);
        assertEq(CrossL2Inbox.LogIndexTooHigh.selector, ICrossL2Inbox.LogIndexTooHigh.selector);
        assertEq(CrossL2Inbox.TimestampTooHigh.selector, ICrossL2Inbox.TimestampTooHigh.selector);
        assertEq(
            CrossL2Inbox.CrossL2Inbox_NoExecutingDeposits.selector,
            ICrossL2Inbox.CrossL2Inbox_NoExecutingDeposits.selector
        );
        assertEq(CrossL2Inbox.ExecutingMessage.selector, ICrossL2Inbox.ExecutingMessage.selector);
        assertEq(ICrossL2Inbox.version.selector, bytes4(0x54fd4d50));
    }

    function testFuzz_sendERC20_succeeds(address _to, uint256 _amount, uint256 _chainId) external {
        vm.assume(_to != address(0));
        GoldToken token = new GoldToken(address(this));
        token.mint(address(this), _amount);
        bytes memory message =
            abi.encodeCall(tokenBridge.relayERC20, (address(token), address(this), _to, _amount));
        _mockAndExpect(
            abi.encodeCall(
                IL2ToL2CrossDomainMessenger.sendMessage, (_chainId, address(tokenBridge), message)
            ),
            abi.encode(bytes32(uint256(1)))
        );

        vm.expectEmit(address(tokenBridge));
        emit ISuperchainTokenBridge.SendERC20(address(token), address(this), _to, _amount, _chainId);
        assertEq(tokenBridge.sendERC20(address(token), _to, _amount, _chainId), bytes32(uint256(1)));
        assertEq(token.totalSupply(), 0);
    }

    function testFuzz_relayERC20_succeeds(
        address _from,
        address _to,
        uint256 _amount,
        uint256 _source
    )
        external
    {
        GoldToken token = new GoldToken(address(this));
        _mockAndExpect(
            abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageContext, ()),
            abi.encode(address(tokenBridge), _source)
        );
        vm.expectEmit(address(token));
        emit IERC7802.CrosschainMint(_to, _amount, address(tokenBridge));
        vm.expectEmit(address(tokenBridge));
        emit SuperchainTokenBridge.RelayERC20(address(token), _from, _to, _amount, _source);
        vm.prank(MESSENGER);
        tokenBridge.relayERC20(address(token), _from, _to, _amount);
        assertEq(token.balanceOf(_to), _amount);
    }

    function test_tokenBridge_reverts() external {
        vm.expectRevert(ISuperchainTokenBridge.ZeroAddress.selector);
        tokenBridge.sendERC20(address(1), address(0), 1, 1);
        vm.mockCall(
            address(1),
            abi.encodeCall(IERC165.supportsInterface, (type(IERC7802).interfaceId)),
            abi.encode(false)
        );
        vm.expectRevert(ISuperchainTokenBridge.InvalidERC7802.selector);
        tokenBridge.sendERC20(address(1), address(2), 1, 1);
        vm.expectRevert(ISuperchainTokenBridge.Unauthorized.selector);
        tokenBridge.relayERC20(address(1), address(2), address(3), 1);
        vm.mockCall(
            MESSENGER,
            abi.encodeWithSelector(IL2ToL2CrossDomainMessenger.crossDomainMessageContext.selector),
            abi.encode(address(1), 1)
        );
        vm.expectRevert(ISuperchainTokenBridge.InvalidCrossDomainSender.selector);
        vm.prank(MESSENGER);
        tokenBridge.relayERC20(address(1), address(2), address(3), 1);
        assertEq(
            SuperchainTokenBridge.InvalidERC7802.selector, ISuperchainTokenBridge.InvalidERC7802.selector
        );
    }

    function testFuzz_sendETH_succeeds(address _to, uint64 _amount, uint256 _chainId) external {
        vm.assume(_to != address(0));
        vm.expectCall(Predeploys.ETH_LIQUIDITY, abi.encodeCall(IETHLiquidity.burn, ()), 1);
        _mockAndExpect(
            abi.encodeCall(
                IL2ToL2CrossDomainMessenger.sendMessage,
                (
                    _chainId,
                    address(ethBridge),
                    abi.encodeCall(ethBridge.relayETH, (address(this), _to, _amount))
                )
            ),
            abi.encode(bytes32(uint256(2)))
        );
        vm.expectEmit(address(liquidity));
        emit IETHLiquidity.LiquidityBurned(address(ethBridge), _amount);
        vm.expectEmit(address(ethBridge));
        emit ISuperchainETHBridge.SendETH(address(this), _to, _amount, _chainId);
        ethBridge.sendETH{ value: _amount }(_to, _chainId);
    }

    function test_relayETH_succeeds() external {
        vm.expectRevert(ISuperchainETHBridge.Unauthorized.selector);
        ethBridge.relayETH(address(1), address(0xB0B), 5);

        _mockAndExpect(
            abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageContext, ()),
            abi.encode(address(ethBridge), 9)
        );
        vm.expectEmit(address(liquidity));
        emit ETHLiquidity.LiquidityMinted(address(ethBridge), 5);
        vm.expectEmit(address(ethBridge));
        emit SuperchainETHBridge.RelayETH(address(1), address(0xB0B), 5, 9);
        vm.prank(MESSENGER);
        ethBridge.relayETH(address(1), address(0xB0B), 5);
        assertEq(address(0xB0B).balance, 5);

        vm.mockCall(
            MESSENGER,
            abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageContext, ()),
            abi.encode(address(1), 9)
        );
        vm.expectRevert(SuperchainETHBridge.InvalidCrossDomainSender.selector);
        vm.prank(MESSENGER);
        ethBridge.relayETH(address(1), address(0xB0B), 5);
        vm.expectRevert(ISuperchainETHBridge.InvalidCrossDomainSender.selector);
        vm.prank(MESSENGER);
        ethBridge.relayETH(address(1), address(0xB0B), 5);
    }

    function test_eth_reverts() external {
        vm.expectRevert(ZeroAddress.selector);
        ethBridge.sendETH{ value: 1 }(address(0), 1);
        vm.expectRevert(Unauthorized.selector);
        liquidity.burn();
        vm.expectRevert(IETHLiquidity.Unauthorized.selector);
        liquidity.mint(1);
        vm.expectRevert(IETHLiquidity.InvalidAmount.selector);
        liquidity.fund();
        assertEq(InvalidAmount.selector, IETHLiquidity.InvalidAmount.selector);
        assertEq(ZeroAddress.selector, ISuperchainETHBridge.ZeroAddress.selector);
        vm.expectEmit(address(liquidity));
        emit ETHLiquidity.LiquidityFunded(address(this), 3);
        liquidity.fund{ value: 3 }();
        assertEq(liquidity.version(), "1.1.1");
    }

    function _mockAndExpect(bytes memory _calldata, bytes memory _returned) private {
        vm.mockCall(MESSENGER, _calldata, _returned);
        vm.expectCall(MESSENGER, _calldata);
    }
}
