// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7786GatewaySource } from "../../contracts/interfaces/IERC7786.sol";
import {
    IERC7786Gateway,
    RecipientCannotReceive,
    ValueNotSupported
} from "../../contracts/interfaces/IERC7786Gateway.sol";
import {
    IL2ToL2CrossDomainMessenger,
    MessageDestinationSameChain
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Hashing } from "../../contracts/libraries/Hashing.sol";
import { InteropAddressTooShort, UnsupportedChainType } from "../../contracts/libraries/InteropAddress.sol";
import { GatewayTest } from "./GatewayTest.sol";

/// @notice Calls the gateway twice in one transaction.
contract TwiceSender {
    function send(
        IERC7786Gateway _gateway,
        bytes calldata _to,
        bytes calldata _payload
    )
        external
        returns (bytes32 first_, bytes32 second_)
    {
        first_ = _gateway.sendMessage(_to, _payload, new bytes[](0));
        second_ = _gateway.sendMessage(_to, _payload, new bytes[](0));
    }
}

contract ERC7786Gateway_SendMessage_Test is GatewayTest {
    address internal constant BOB = address(0xB0B);

    /// @notice One message of the messenger, and one event with the same identifier.
    function testFuzz_sendMessage_succeeds(
        address _caller,
        address _to,
        uint64 _chainId,
        bytes calldata _payload
    )
        external
    {
        vm.assume(_to != address(0) && _to != address(GATEWAY) && _to != address(MESSENGER));
        uint256 chainId = bound(_chainId, 0x100, 0xffff);
        vm.assume(chainId != HERE);
        uint256 nonce = MESSENGER.messageNonce();
        bytes memory message = abi.encodeCall(IERC7786Gateway.deliverMessage, (nonce, _caller, _to, _payload));
        bytes32 hash = Hashing.hashL2toL2CrossDomainMessage(
            chainId, HERE, nonce, address(GATEWAY), address(GATEWAY), message
        );

        vm.expectEmit(address(MESSENGER));
        emit IL2ToL2CrossDomainMessenger.SentMessage(
            chainId,
            address(GATEWAY),
            nonce,
            address(GATEWAY),
            message
        );
        vm.expectEmit(address(GATEWAY));
        emit IERC7786GatewaySource.MessageSent(
            hash,
            _interop(HERE, _caller),
            _interop(chainId, _to),
            _payload,
            0,
            _none()
        );
        vm.prank(_caller);
        assertEq(GATEWAY.sendMessage(_interop(chainId, _to), _payload, _none()), hash);
        assertEq(MESSENGER.sentMessages(nonce), hash);
    }

    function test_sendMessage_sameTwice_hasTwoIdentifiers_succeeds() external {
        (bytes32 first, bytes32 second) = new TwiceSender().send(GATEWAY, _interop(SOURCE, BOB), "the same");
        assertNotEq(first, second);
        assertEq(MESSENGER.sentMessages(0), first);
        assertEq(MESSENGER.sentMessages(1), second);
    }

    function testFuzz_sendMessage_value_reverts(uint256 _value) external {
        _value = bound(_value, 1, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(ValueNotSupported.selector, _value));
        GATEWAY.sendMessage{ value: _value }(_interop(SOURCE, BOB), "", _none());
    }

    /// @notice Every attribute is unknown. One that is too short for a selector is told with zeros behind it.
    function testFuzz_sendMessage_attribute_reverts(bytes calldata _first, bytes[] calldata _more) external {
        bytes[] memory attributes = new bytes[](1 + _more.length);
        attributes[0] = _first;
        for (uint256 i; i < _more.length; ++i) {
            attributes[i + 1] = _more[i];
        }
        // Shorter data is padded.
        // forge-lint: disable-next-line(unsafe-typecast)
        bytes4 key = bytes4(_first);
        vm.expectRevert(abi.encodeWithSelector(IERC7786GatewaySource.UnsupportedAttribute.selector, key));
        GATEWAY.sendMessage(_interop(SOURCE, BOB), "", attributes);
    }

    function testFuzz_supportsAttribute_succeeds(bytes4 _selector) external view {
        assertFalse(GATEWAY.supportsAttribute(_selector));
    }

    /// @notice What could never be delivered.
    function test_sendMessage_cannotReceive_reverts() external {
        address[3] memory never = [address(0), address(GATEWAY), address(MESSENGER)];
        for (uint256 i; i < never.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(RecipientCannotReceive.selector, never[i]));
            GATEWAY.sendMessage(_interop(SOURCE, never[i]), "", _none());
        }
    }

    function test_sendMessage_sameChain_reverts() external {
        vm.expectRevert(MessageDestinationSameChain.selector);
        GATEWAY.sendMessage(_interop(HERE, BOB), "", _none());
    }

    /// @notice No recipient, which ERC-7786 leaves to gateways that broadcast. All other addresses that are none
    ///         are in the library's tests.
    function test_sendMessage_noRecipient_reverts() external {
        vm.expectRevert(abi.encodeWithSelector(InteropAddressTooShort.selector, 0));
        GATEWAY.sendMessage("", "", _none());
    }

    function test_sendMessage_otherChainType_reverts() external {
        bytes memory solana = hex"000100022045296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef0"
            hex"2005333498d5aea4ae009585c43f7b8c30df8e70187d4a713d134f977fc8dfe0b5";
        vm.expectRevert(abi.encodeWithSelector(UnsupportedChainType.selector, bytes2(0x0002)));
        GATEWAY.sendMessage(solana, "", _none());
    }
}
