// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    BlockNumberTooHigh,
    ICrossL2Inbox,
    LogIndexTooHigh,
    NotInAccessList,
    TimestampTooHigh
} from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IERC165 } from "../../contracts/interfaces/IERC165.sol";
import { IERC20 } from "../../contracts/interfaces/IERC20.sol";
import { IERC7786GatewaySource, IERC7786Recipient } from "../../contracts/interfaces/IERC7786.sol";
import {
    IERC7786Gateway,
    MessageNotAccepted,
    RecipientCannotReceive,
    RecipientWithoutCode,
    ValueNotSupported
} from "../../contracts/interfaces/IERC7786Gateway.sol";
import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import { IETHLiquidity } from "../../contracts/interfaces/IETHLiquidity.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { IProxy } from "../../contracts/interfaces/IProxy.sol";
import {
    IRelayBatcher,
    InsufficientValue,
    MalformedBatch,
    RefundRefused
} from "../../contracts/interfaces/IRelayBatcher.sol";
import { ISemver } from "../../contracts/interfaces/ISemver.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import {
    ISuperchainTokenBridge,
    InvalidERC7802
} from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import {
    InvalidAmount,
    InvalidCrossDomainSender,
    Unauthorized,
    ZeroAddress
} from "../../contracts/libraries/CommonErrors.sol";
import { NotEntered, ReentrantCall } from "../../contracts/libraries/TransientReentrancyAware.sol";
// The contract's own file has the errors, too: that is where test harnesses of dapps import them from.
import {
    EventPayloadNotSentMessage,
    IdOriginNotL2ToL2CrossDomainMessenger,
    InvalidMessage,
    MessageAlreadyRelayed,
    MessageDestinationNotRelayChain,
    MessageDestinationSameChain,
    MessageTargetL2ToL2CrossDomainMessenger
} from "../../contracts/predeploys/L2ToL2CrossDomainMessenger.sol";
import { Test } from "forge-std/Test.sol";

/// @notice The numbers by which wallets, indexers and deployed contracts know the predeploys. None may change.
contract Abi_Test is Test {
    function test_selectors_inbox_succeeds() external pure {
        assertEq(ICrossL2Inbox.validateMessage.selector, bytes4(0xab4d6f75));
        assertEq(ICrossL2Inbox.calculateChecksum.selector, bytes4(0x331b637f));
        assertEq(ISemver.version.selector, bytes4(0x54fd4d50));
    }

    function test_selectors_messenger_succeeds() external pure {
        assertEq(IL2ToL2CrossDomainMessenger.sendMessage.selector, bytes4(0x7056f41f));
        assertEq(IL2ToL2CrossDomainMessenger.resendMessage.selector, bytes4(0x6b0c3c5e));
        assertEq(IL2ToL2CrossDomainMessenger.relayMessage.selector, bytes4(0x8d1d298f));
        assertEq(IL2ToL2CrossDomainMessenger.messageNonce.selector, bytes4(0xecc70428));
        assertEq(IL2ToL2CrossDomainMessenger.messageVersion.selector, bytes4(0x52617f3c));
        assertEq(IL2ToL2CrossDomainMessenger.successfulMessages.selector, bytes4(0xb1b1b209));
        assertEq(IL2ToL2CrossDomainMessenger.sentMessages.selector, bytes4(0xbc294d7d));
        assertEq(IL2ToL2CrossDomainMessenger.crossDomainMessageSender.selector, bytes4(0x38ffde18));
        assertEq(IL2ToL2CrossDomainMessenger.crossDomainMessageSource.selector, bytes4(0x24794462));
        assertEq(IL2ToL2CrossDomainMessenger.crossDomainMessageContext.selector, bytes4(0x7936cbee));
    }

    function test_selectors_bridges_succeeds() external pure {
        assertEq(ISuperchainTokenBridge.sendERC20.selector, bytes4(0xc1a433d8));
        assertEq(ISuperchainTokenBridge.relayERC20.selector, bytes4(0x7cfd6dbc));
        assertEq(ISuperchainETHBridge.sendETH.selector, bytes4(0x64a197f3));
        assertEq(ISuperchainETHBridge.relayETH.selector, bytes4(0x4f0edcc9));
        assertEq(IETHLiquidity.burn.selector, bytes4(0x44df8e70));
        assertEq(IETHLiquidity.mint.selector, bytes4(0xa0712d68));
        assertEq(IETHLiquidity.fund.selector, bytes4(0xb60d4288));
    }

    function test_selectors_batcher_succeeds() external pure {
        assertEq(IRelayBatcher.relayMessages.selector, bytes4(0x19d2379e));
        assertEq(IRelayBatcher.relayCompact.selector, bytes4(0x1528f8a5));
        assertEq(
            IRelayBatcher.RelayFailed.selector,
            bytes32(0x83cebe02dfdb0a50bbada8e4a8b7c6140cf5e1553014f46c9d461ab3ee18b872)
        );
        assertEq(
            IRelayBatcher.BatchCutShort.selector,
            bytes32(0x2363471dcce89355c8853b28a99af9103baaf1096f49f4788019ea50e6d9a2ea)
        );
        assertEq(MalformedBatch.selector, bytes4(0xc1f97e35));
        assertEq(InsufficientValue.selector, bytes4(0x7040b58c));
        assertEq(RefundRefused.selector, bytes4(0x08ef7165));
    }

    /// @notice Those of ERC-7786, and the gateway's own.
    function test_selectors_gateway_succeeds() external pure {
        assertEq(IERC7786GatewaySource.sendMessage.selector, bytes4(0xcdfe7f5c));
        assertEq(IERC7786GatewaySource.supportsAttribute.selector, bytes4(0xdc680a0f));
        assertEq(IERC7786Recipient.receiveMessage.selector, bytes4(0x2432ef26));
        assertEq(IERC7786GatewaySource.UnsupportedAttribute.selector, bytes4(0xe1c9e479));
        _assertTopic(
            IERC7786GatewaySource.MessageSent.selector,
            "MessageSent(bytes32,bytes,bytes,bytes,uint256,bytes[])"
        );
        assertEq(IERC7786Gateway.deliverMessage.selector, bytes4(0xc33b1ea3));
        assertEq(ValueNotSupported.selector, bytes4(0x6c90b036));
        assertEq(RecipientCannotReceive.selector, bytes4(0x5f1a99fe));
        assertEq(RecipientWithoutCode.selector, bytes4(0x9a82c80d));
        assertEq(MessageNotAccepted.selector, bytes4(0x084cdf2b));
    }

    function test_selectors_proxy_succeeds() external pure {
        assertEq(IProxy.upgradeTo.selector, bytes4(0x3659cfe6));
        assertEq(IProxy.upgradeToAndCall.selector, bytes4(0x4f1ef286));
        assertEq(IProxy.changeAdmin.selector, bytes4(0x8f283970));
        assertEq(IProxy.admin.selector, bytes4(0xf851a440));
        assertEq(IProxy.implementation.selector, bytes4(0x5c60da1b));
    }

    function test_interfaceIds_succeeds() external pure {
        assertEq(type(IERC7802).interfaceId, bytes4(0x33331994));
        assertEq(type(IERC20).interfaceId, bytes4(0x36372b07));
        assertEq(type(IERC165).interfaceId, bytes4(0x01ffc9a7));
        assertEq(IERC7802.crosschainMint.selector, bytes4(0x18bf5077));
        assertEq(IERC7802.crosschainBurn.selector, bytes4(0x2b8c49e3));
    }

    function test_errors_inbox_succeeds() external pure {
        assertEq(ICrossL2Inbox.CrossL2Inbox_NoExecutingDeposits.selector, bytes4(0xdc9f4daa));
        assertEq(BlockNumberTooHigh.selector, bytes4(0xd1f79e82));
        assertEq(LogIndexTooHigh.selector, bytes4(0x94338eba));
        assertEq(TimestampTooHigh.selector, bytes4(0x596a19a9));
        assertEq(NotInAccessList.selector, bytes4(0xe3c00816));
    }

    function test_errors_messenger_succeeds() external pure {
        assertEq(MessageDestinationSameChain.selector, bytes4(0x8ed9a95d));
        assertEq(MessageTargetL2ToL2CrossDomainMessenger.selector, bytes4(0x4faa2509));
        assertEq(InvalidMessage.selector, bytes4(0x6eca2e4b));
        assertEq(ReentrantCall.selector, bytes4(0x37ed32e8));
        assertEq(IdOriginNotL2ToL2CrossDomainMessenger.selector, bytes4(0x7987c157));
        assertEq(EventPayloadNotSentMessage.selector, bytes4(0xdf1eb586));
        assertEq(MessageDestinationNotRelayChain.selector, bytes4(0x31ac2211));
        assertEq(MessageAlreadyRelayed.selector, bytes4(0x9ca9480b));
        assertEq(NotEntered.selector, bytes4(0xbca35af6));
    }

    function test_errors_bridges_succeeds() external pure {
        assertEq(ZeroAddress.selector, bytes4(0xd92e233d));
        assertEq(Unauthorized.selector, bytes4(0x82b42900));
        assertEq(InvalidCrossDomainSender.selector, bytes4(0xbc22e2aa));
        assertEq(InvalidAmount.selector, bytes4(0x2c5211c6));
        assertEq(InvalidERC7802.selector, bytes4(0x0ed63dae));
    }

    function test_topics_messages_succeeds() external pure {
        assertEq(
            ICrossL2Inbox.ExecutingMessage.selector,
            0x5c37832d2e8d10e346e55ad62071a6a2f9fa5130614ef2ec6617555c6f467ba7
        );
        assertEq(
            IL2ToL2CrossDomainMessenger.SentMessage.selector,
            0x382409ac69001e11931a28435afef442cbfd20d9891907e8fa373ba7d351f320
        );
        assertEq(
            IL2ToL2CrossDomainMessenger.RelayedMessage.selector,
            0xc270d73e26d2d39dee7ef92093555927e344e243415547ecc350b2b5385b68a2
        );
    }

    function test_topics_bridges_succeeds() external pure {
        _assertTopic(
            ISuperchainTokenBridge.SendERC20.selector, "SendERC20(address,address,address,uint256,uint256)"
        );
        _assertTopic(
            ISuperchainTokenBridge.RelayERC20.selector, "RelayERC20(address,address,address,uint256,uint256)"
        );
        _assertTopic(ISuperchainETHBridge.SendETH.selector, "SendETH(address,address,uint256,uint256)");
        _assertTopic(ISuperchainETHBridge.RelayETH.selector, "RelayETH(address,address,uint256,uint256)");
        _assertTopic(IETHLiquidity.LiquidityBurned.selector, "LiquidityBurned(address,uint256)");
        _assertTopic(IETHLiquidity.LiquidityMinted.selector, "LiquidityMinted(address,uint256)");
        _assertTopic(IETHLiquidity.LiquidityFunded.selector, "LiquidityFunded(address,uint256)");
        _assertTopic(IERC7802.CrosschainMint.selector, "CrosschainMint(address,uint256,address)");
        _assertTopic(IERC7802.CrosschainBurn.selector, "CrosschainBurn(address,uint256,address)");
    }

    function _assertTopic(bytes32 _topic, string memory _signature) internal pure {
        assertEq(_topic, keccak256(bytes(_signature)));
    }
}
