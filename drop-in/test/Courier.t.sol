// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { CallerNotL2ToL2CrossDomainMessenger, Courier, InvalidCrossDomainSender } from "../dapp/Courier.sol";
import { ICrossL2Inbox, Identifier } from "@contracts-bedrock-interfaces/L2/ICrossL2Inbox.sol";
import { CrossL2Inbox } from "@contracts-bedrock/L2/CrossL2Inbox.sol";
import { Predeploys } from "@contracts-bedrock/libraries/Predeploys.sol";
import { SuperchainERC20 } from "@interop-lib/SuperchainERC20.sol";
import { IERC165, IERC7802 } from "@interop-lib/interfaces/IERC7802.sol";
import { IETHLiquidity } from "@interop-lib/interfaces/IETHLiqudity.sol";
import { Identifier as SameIdentifier } from "@interop-lib/interfaces/IIdentifier.sol";
import { IL2ToL2CrossDomainMessenger } from "@interop-lib/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISemver } from "@interop-lib/interfaces/ISemver.sol";
import { ISuperchainERC20 } from "@interop-lib/interfaces/ISuperchainERC20.sol";
import { ISuperchainETHBridge } from "@interop-lib/interfaces/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "@interop-lib/interfaces/ISuperchainTokenBridge.sol";
import { CrossDomainMessageLib } from "@interop-lib/libraries/CrossDomainMessageLib.sol";
import { Encoding } from "@interop-lib/libraries/Encoding.sol";
import { Hashing } from "@interop-lib/libraries/Hashing.sol";
import { PredeployAddresses } from "@interop-lib/libraries/PredeployAddresses.sol";
import { PreinstallAddresses } from "@interop-lib/libraries/PreinstallAddresses.sol";
import { TransientContext, TransientReentrancyAware } from "@interop-lib/libraries/TransientContext.sol";
import { TransferFailed, Unauthorized } from "@interop-lib/libraries/errors/CommonErrors.sol";
import { Test } from "forge-std/Test.sol";

contract Courier_Test is Test {
    Courier internal courier = new Courier();

    function testFuzz_send_succeeds(uint256 _chainId, string calldata _text) external {
        _mockAndExpect(
            Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            abi.encodeWithSelector(
                IL2ToL2CrossDomainMessenger.sendMessage.selector,
                _chainId,
                address(courier),
                abi.encodeCall(courier.receiveNote, (_text))
            ),
            abi.encode("")
        );
        courier.send(_chainId, _text);
    }

    function test_receiveNote_succeeds() external {
        vm.expectRevert(CallerNotL2ToL2CrossDomainMessenger.selector);
        courier.receiveNote("hello");

        _deliverFrom(address(1));
        vm.expectRevert(InvalidCrossDomainSender.selector);
        courier.receiveNote("hello");

        _deliverFrom(address(courier));
        vm.expectEmit(true, true, true, true, address(courier));
        emit Courier.NoteReceived(901, "hello");
        courier.receiveNote("hello");
    }

    function test_receiveNoteAfter_succeeds() external {
        vm.expectRevert(CrossDomainMessageLib.CallerNotL2toL2CrossDomainMessenger.selector);
        courier.receiveNoteAfter(0, "hello");

        _deliverFrom(address(1));
        vm.expectRevert(CrossDomainMessageLib.InvalidCrossDomainSender.selector);
        courier.receiveNoteAfter(0, "hello");

        bytes memory call = abi.encodeCall(IL2ToL2CrossDomainMessenger.successfulMessages, (bytes32("first")));
        vm.mockCall(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER, call, abi.encode(false));
        _deliverFrom(address(courier));
        vm.expectRevert(
            abi.encodeWithSelector(
                CrossDomainMessageLib.RequiredMessageNotSuccessful.selector, bytes32("first")
            )
        );
        courier.receiveNoteAfter("first", "hello");

        vm.mockCall(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER, call, abi.encode(true));
        _deliverFrom(address(courier));
        courier.receiveNoteAfter("first", "hello");
    }

    function testFuzz_believe_succeeds(Identifier calldata _id, bytes calldata _payload) external {
        _mockAndExpect(
            Predeploys.CROSS_L2_INBOX,
            abi.encodeCall(ICrossL2Inbox.validateMessage, (_id, keccak256(_payload))),
            ""
        );
        vm.expectEmit(address(courier));
        emit Courier.LogBelieved(_id, keccak256(_payload));
        courier.believe(_id, _payload);
    }

    function testFuzz_calculateChecksum_isTheInboxes(
        address _origin,
        uint64 _blockNumber,
        uint32 _logIndex,
        uint64 _timestamp,
        uint256 _chainId,
        bytes32 _msgHash
    )
        external
    {
        SameIdentifier memory id = Identifier(_origin, _blockNumber, _logIndex, _timestamp, _chainId);
        assertEq(
            CrossDomainMessageLib.calculateChecksum(id, _msgHash),
            new CrossL2Inbox().calculateChecksum(id, _msgHash)
        );
    }

    function test_interopLib_names_succeeds() external pure {
        assertEq(PredeployAddresses.SUPERCHAIN_TOKEN_BRIDGE, Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
        assertEq(PreinstallAddresses.PERMIT2, 0x000000000022D473030F116dDEE9F6B43aC78BA3);
        assertEq(Unauthorized.selector, ISuperchainERC20.Unauthorized.selector);
        assertEq(Unauthorized.selector, IETHLiquidity.Unauthorized.selector);
        assertEq(Unauthorized.selector, ISuperchainETHBridge.Unauthorized.selector);
        assertEq(Unauthorized.selector, ISuperchainTokenBridge.Unauthorized.selector);
        assertEq(TransferFailed.selector, bytes4(0x90b8ec18));
        assertEq(type(IERC7802).interfaceId, bytes4(0x33331994));
        assertEq(type(IERC165).interfaceId, bytes4(0x01ffc9a7));
        assertEq(ISemver.version.selector, SuperchainERC20.version.selector);
        assertEq(Encoding.encodeVersionedNonce(7, 1), 1 << 240 | 7);
        assertEq(
            Hashing.hashL2toL2CrossDomainMessage(1, 2, 3, address(4), address(5), ""),
            keccak256(abi.encode(1, 2, 3, address(4), address(5), bytes("")))
        );
        assertEq(TransientReentrancyAware.NotEntered.selector, bytes4(0xbca35af6));
    }

    function test_transientContext_succeeds() external {
        TransientContext.set("slot", 1);
        TransientContext.increment();
        assertEq(TransientContext.get("slot"), 0);
        TransientContext.set("slot", 2);
        TransientContext.decrement();
        assertEq(TransientContext.get("slot"), 1);
        assertEq(TransientContext.callDepth(), 0);
    }

    function _deliverFrom(address _sender) private {
        vm.mockCall(
            Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            abi.encodeWithSelector(IL2ToL2CrossDomainMessenger.crossDomainMessageContext.selector),
            abi.encode(_sender, 901)
        );
        vm.mockCall(
            Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            abi.encodeWithSelector(IL2ToL2CrossDomainMessenger.crossDomainMessageSender.selector),
            abi.encode(_sender)
        );
        vm.prank(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);
    }

    function _mockAndExpect(address _receiver, bytes memory _calldata, bytes memory _returned) private {
        vm.mockCall(_receiver, _calldata, _returned);
        vm.expectCall(_receiver, _calldata);
    }
}
