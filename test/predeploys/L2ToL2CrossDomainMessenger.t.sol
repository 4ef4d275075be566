// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    IL2ToL2CrossDomainMessenger,
    InvalidMessage,
    MessageDestinationSameChain,
    MessageTargetL2ToL2CrossDomainMessenger
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Hashing } from "../../contracts/libraries/Hashing.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { InteropTest } from "../InteropTest.sol";

// Storage slots of the messenger, which genesis files and proofs rely on.
uint256 constant SUCCESSFUL_MESSAGES_SLOT = 0;
uint256 constant MSG_NONCE_SLOT = 1;
uint256 constant SENT_MESSAGES_SLOT = 2;

abstract contract MessengerTest is InteropTest {
    uint256 internal constant THERE = 903;

    function _expectSentMessage(
        uint256 _destination,
        address _target,
        uint256 _nonce,
        address _sender,
        bytes memory _message
    )
        internal
    {
        vm.expectEmit(address(MESSENGER));
        emit IL2ToL2CrossDomainMessenger.SentMessage(_destination, _target, _nonce, _sender, _message);
    }
}

contract L2ToL2CrossDomainMessenger_SendMessage_Test is MessengerTest {
    function testFuzz_sendMessage_succeeds(
        uint256 _destination,
        address _sender,
        address _target,
        bytes calldata _message,
        uint240 _nonce
    )
        external
    {
        vm.assume(_destination != HERE && _target != address(MESSENGER));
        _nonce = uint240(bound(_nonce, 0, type(uint240).max - 1));
        vm.store(address(MESSENGER), bytes32(MSG_NONCE_SLOT), bytes32(uint256(_nonce)));
        bytes32 expected = keccak256(abi.encode(_destination, HERE, _nonce, _sender, _target, _message));

        _expectSentMessage(_destination, _target, _nonce, _sender, _message);
        vm.prank(_sender);
        bytes32 hash = MESSENGER.sendMessage(_destination, _target, _message);

        assertEq(hash, expected);
        assertEq(MESSENGER.sentMessages(_nonce), expected);
        assertEq(MESSENGER.messageNonce(), uint256(_nonce) + 1);
    }

    function test_sendMessage_twice_succeeds() external {
        _expectSentMessage(THERE, address(1), 0, address(this), "");
        bytes32 first = MESSENGER.sendMessage(THERE, address(1), "");
        _expectSentMessage(THERE, address(1), 1, address(this), "");
        bytes32 second = MESSENGER.sendMessage(THERE, address(1), "");

        assertNotEq(first, second);
        assertEq(MESSENGER.sentMessages(0), first);
        assertEq(MESSENGER.sentMessages(1), second);
    }

    function test_sendMessage_anyoneAsTarget_succeeds() external {
        MESSENGER.sendMessage(THERE, address(0), "");
        MESSENGER.sendMessage(THERE, Predeploys.CROSS_L2_INBOX, "");
        MESSENGER.sendMessage(THERE, address(this), "");
        assertEq(MESSENGER.messageNonce(), 3);
    }

    /// @notice A nonce never repeats, not even after 2^240 messages.
    function test_sendMessage_noncesUsedUp_reverts() external {
        vm.store(address(MESSENGER), bytes32(MSG_NONCE_SLOT), bytes32(uint256(type(uint240).max)));
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x01));
        MESSENGER.sendMessage(THERE, address(1), "");
    }

    function test_sendMessage_sameChain_reverts() external {
        vm.expectRevert(MessageDestinationSameChain.selector);
        MESSENGER.sendMessage(HERE, address(1), "");
    }

    function test_sendMessage_messengerAsTarget_reverts() external {
        vm.expectRevert(MessageTargetL2ToL2CrossDomainMessenger.selector);
        MESSENGER.sendMessage(THERE, address(MESSENGER), "");
    }

    function test_sendMessage_sameChainAndMessengerAsTarget_reverts() external {
        vm.expectRevert(MessageDestinationSameChain.selector);
        MESSENGER.sendMessage(HERE, address(MESSENGER), "");
    }

    function test_sendMessage_withValue_reverts() external {
        vm.expectRevert(bytes(""));
        (bool success,) = address(MESSENGER).call{ value: 1 }(
            abi.encodeCall(MESSENGER.sendMessage, (THERE, address(1), ""))
        );
        assertTrue(success, "the cheatcode answers for the call");
    }
}

contract L2ToL2CrossDomainMessenger_ResendMessage_Test is MessengerTest {
    address internal constant TARGET = address(0x7A4);

    function testFuzz_resendMessage_succeeds(
        address _sender,
        address _caller,
        bytes calldata _message
    )
        external
    {
        MESSENGER.sendMessage(THERE, TARGET, "the one before");
        vm.prank(_sender);
        bytes32 sent = MESSENGER.sendMessage(THERE, TARGET, _message);

        _expectSentMessage(THERE, TARGET, 1, _sender, _message);
        vm.prank(_caller);
        bytes32 resent = MESSENGER.resendMessage(THERE, 1, _sender, TARGET, _message);

        assertEq(resent, sent);
        assertEq(MESSENGER.sentMessages(1), sent);
        assertEq(MESSENGER.messageNonce(), 2);
    }

    function test_resendMessage_repeatedly_succeeds() external {
        bytes32 sent = MESSENGER.sendMessage(THERE, TARGET, "message");
        for (uint256 i = 0; i < 3; i++) {
            _expectSentMessage(THERE, TARGET, 0, address(this), "message");
            assertEq(MESSENGER.resendMessage(THERE, 0, address(this), TARGET, "message"), sent);
        }
    }

    /// @notice Every part of a message must be the one that was sent.
    function test_resendMessage_differing_reverts() external {
        MESSENGER.sendMessage(THERE, TARGET, "message");
        vm.expectRevert(InvalidMessage.selector);
        MESSENGER.resendMessage(THERE + 1, 0, address(this), TARGET, "message");
        vm.expectRevert(InvalidMessage.selector);
        MESSENGER.resendMessage(THERE, 1, address(this), TARGET, "message");
        vm.expectRevert(InvalidMessage.selector);
        MESSENGER.resendMessage(THERE, 0, address(1), TARGET, "message");
        vm.expectRevert(InvalidMessage.selector);
        MESSENGER.resendMessage(THERE, 0, address(this), address(1), "message");
        vm.expectRevert(InvalidMessage.selector);
        MESSENGER.resendMessage(THERE, 0, address(this), TARGET, "massage");
    }

    function test_resendMessage_neverSent_reverts() external {
        vm.expectRevert(InvalidMessage.selector);
        MESSENGER.resendMessage(THERE, 0, address(this), TARGET, "message");
    }

    /// @notice The source is part of the hash: what was sent elsewhere cannot be sent again from here.
    function test_resendMessage_sentFromAnotherChain_reverts() external {
        MESSENGER.sendMessage(THERE, TARGET, "message");
        vm.chainId(HERE + 10);
        vm.expectRevert(InvalidMessage.selector);
        MESSENGER.resendMessage(THERE, 0, address(this), TARGET, "message");
    }
}

contract L2ToL2CrossDomainMessenger_Storage_Test is MessengerTest {
    function test_storage_layout_succeeds() external {
        vm.store(address(MESSENGER), bytes32(MSG_NONCE_SLOT), bytes32(uint256(41)));
        bytes32 hash = MESSENGER.sendMessage(THERE, address(1), "");

        assertEq(uint256(vm.load(address(MESSENGER), bytes32(MSG_NONCE_SLOT))), 42);
        assertEq(vm.load(address(MESSENGER), keccak256(abi.encode(41, SENT_MESSAGES_SLOT))), hash);

        vm.store(
            address(MESSENGER), keccak256(abi.encode(hash, SUCCESSFUL_MESSAGES_SLOT)), bytes32(uint256(1))
        );
        assertTrue(MESSENGER.successfulMessages(hash));
    }

    function test_storage_untouched_succeeds() external view {
        for (uint256 slot = 0; slot < 3; slot++) {
            assertEq(vm.load(address(MESSENGER), bytes32(slot)), bytes32(0));
        }
    }
}

contract L2ToL2CrossDomainMessenger_MessageNonce_Test is MessengerTest {
    /// @notice Dirt in the upper bits of the slot, where the version goes, does not show.
    function testFuzz_messageNonce_succeeds(uint256 _slot) external {
        vm.store(address(MESSENGER), bytes32(MSG_NONCE_SLOT), bytes32(_slot));
        assertEq(MESSENGER.messageNonce(), _slot << 16 >> 16);
        assertEq(MESSENGER.messageNonce() >> 240, MESSENGER.messageVersion());
    }
}

contract L2ToL2CrossDomainMessenger_Versions_Test is MessengerTest {
    function test_messageVersion_succeeds() external view {
        assertEq(MESSENGER.messageVersion(), 0);
    }

    function test_version_succeeds() external view {
        assertEq(MESSENGER.version(), "1.3.2");
    }
}

contract L2ToL2CrossDomainMessenger_Hash_Test is MessengerTest {
    function testFuzz_hashL2toL2CrossDomainMessage_succeeds(
        uint256 _destination,
        uint256 _source,
        uint256 _nonce,
        address _sender,
        address _target,
        bytes memory _message
    )
        external
        pure
    {
        assertEq(
            Hashing.hashL2toL2CrossDomainMessage(_destination, _source, _nonce, _sender, _target, _message),
            keccak256(abi.encode(_destination, _source, _nonce, _sender, _target, _message))
        );
    }
}
