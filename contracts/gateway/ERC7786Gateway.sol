// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7786GatewaySource, IERC7786Recipient } from "../interfaces/IERC7786.sol";
import {
    IERC7786Gateway,
    MessageNotAccepted,
    RecipientCannotReceive,
    RecipientWithoutCode,
    ValueNotSupported
} from "../interfaces/IERC7786Gateway.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISemver } from "../interfaces/ISemver.sol";
import { InvalidCrossDomainSender, Unauthorized } from "../libraries/CommonErrors.sol";
import { InteropAddress } from "../libraries/InteropAddress.sol";
import { Predeploys } from "../libraries/Predeploys.sol";

/// @custom:semver 1.0.0
/// @title ERC7786Gateway
/// @notice See `IERC7786Gateway`. Reentrancy needs no guard: there is no storage, and a recipient that comes back
///         finds the messenger busy, or sends a message like anyone else.
contract ERC7786Gateway is IERC7786Gateway {
    /// @notice Carries the messages.
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IERC7786GatewaySource
    function supportsAttribute(bytes4) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IERC7786GatewaySource
    function sendMessage(
        bytes calldata _recipient,
        bytes calldata _payload,
        bytes[] calldata _attributes
    )
        external
        payable
        returns (bytes32 sendId_)
    {
        if (msg.value != 0) revert ValueNotSupported(msg.value);
        if (_attributes.length != 0) revert UnsupportedAttribute(bytes4(_attributes[0]));
        (uint256 chainId, address recipient) = InteropAddress.parseEvm(_recipient);
        if (recipient == address(0) || recipient == address(this) || recipient == address(MESSENGER)) {
            revert RecipientCannotReceive(recipient);
        }

        // The messenger tells its targets no hash. With the nonce that the message is about to get, the gateway
        // over there can compute it.
        bytes memory message =
            abi.encodeCall(this.deliverMessage, (MESSENGER.messageNonce(), msg.sender, recipient, _payload));
        sendId_ = MESSENGER.sendMessage(chainId, address(this), message);

        bytes memory sender = InteropAddress.formatEvm(block.chainid, msg.sender);
        emit MessageSent(sendId_, sender, _recipient, _payload, 0, _attributes);
    }

    /// @inheritdoc IERC7786Gateway
    function deliverMessage(
        uint256 _nonce,
        address _sender,
        address _recipient,
        bytes calldata _payload
    )
        external
        payable
    {
        if (msg.sender != address(MESSENGER)) revert Unauthorized();
        (address sender, uint256 source) = MESSENGER.crossDomainMessageContext();
        if (sender != address(this)) revert InvalidCrossDomainSender();
        if (msg.value != 0) revert ValueNotSupported(msg.value);
        if (_recipient.code.length == 0) revert RecipientWithoutCode(_recipient);

        bytes memory from = InteropAddress.formatEvm(source, _sender);
        bytes memory received = abi.encodeCall(
            IERC7786Recipient.receiveMessage, (_messageHash(source, _nonce), from, _payload)
        );
        if (!_isAccepted(_recipient, received)) revert MessageNotAccepted(_recipient);
    }

    /// @notice Hash of the message that is being delivered: the messenger has called with all of it and nothing else.
    /// @return hash_ The same as `Hashing.hashL2toL2CrossDomainMessage`.
    function _messageHash(uint256 _source, uint256 _nonce) private view returns (bytes32 hash_) {
        assembly ("memory-safe") {
            // abi.encode(destination, source, nonce, sender, target, message), behind the free memory pointer and
            // gone after this. Zeros behind the message: calldata has them behind its end.
            let preimage := mload(0x40)
            let size := and(add(calldatasize(), 0x1f), not(0x1f))
            mstore(preimage, chainid())
            mstore(add(preimage, 0x20), _source)
            mstore(add(preimage, 0x40), _nonce)
            mstore(add(preimage, 0x60), address())
            mstore(add(preimage, 0x80), address())
            mstore(add(preimage, 0xa0), 0xc0)
            mstore(add(preimage, 0xc0), calldatasize())
            calldatacopy(add(preimage, 0xe0), 0x00, size)
            hash_ := keccak256(preimage, add(size, 0xe0))
        }
    }

    /// @notice Calls a recipient, and reverts as it does. The messenger bubbles that up, and takes back that the
    ///         message was relayed.
    /// @return accepted_ Whether it has answered with the selector, and nothing else in that word.
    function _isAccepted(address _recipient, bytes memory _call) private returns (bool accepted_) {
        bytes32 expected = IERC7786Recipient.receiveMessage.selector;
        assembly ("memory-safe") {
            if iszero(call(gas(), _recipient, 0, add(_call, 0x20), mload(_call), 0x00, 0x20)) {
                let reason := mload(0x40)
                returndatacopy(reason, 0x00, returndatasize())
                revert(reason, returndatasize())
            }
            // A shorter answer leaves what was in memory before.
            accepted_ := and(gt(returndatasize(), 0x1f), eq(mload(0x00), expected))
        }
    }
}
