// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC7786GatewaySource } from "./IERC7786.sol";
import { ISemver } from "./ISemver.sol";

/// @notice The gateway carries no ETH.
error ValueNotSupported(uint256 value);

/// @notice No message to this account could ever be delivered: the zero address, the gateway or the messenger.
error RecipientCannotReceive(address recipient);

/// @notice There is no contract at the recipient's address, or none yet.
error RecipientWithoutCode(address recipient);

/// @notice The recipient did not answer as ERC-7786 demands, so it has not understood that it received a message.
error MessageNotAccepted(address recipient);

/// @title IERC7786Gateway
/// @notice ERC-7786 over L2ToL2CrossDomainMessenger: a gateway at the source and at the destination in one contract,
///         which stands at the same address on every chain, `GatewayDeployment.GATEWAY`, has no owner, no storage, and cannot
///         be upgraded. Hence there is nothing to register: a gateway accepts what the messenger delivers from the
///         gateway of another chain, that is from its own address, and nothing else.
///         - A recipient trusts this one address, and reads in `_sender` which account of which chain has sent. The gateway
///           does not judge senders: anyone may send to anyone.
///         - A message has one identifier everywhere: what `sendMessage` returns, `MessageSent` logs and the
///           recipient gets is the hash by which the messenger, its events and relayers know it. `MessageSent` needs no
///           further action, although ERC-7786 allows it to.
///         - Each message is received at most once. One whose recipient reverts, has no code or answers
///           anything but the selector is not used up, and can be relayed again.
///         - Nothing is promised about the order of delivery.
///         - Neither end carries ETH, and no attribute is known.
///         - Where the gateway has not been deployed, the messenger finds no code, and a message is used up. Look
///           for code at the gateway's address on *both* chains before you send anything of value.
interface IERC7786Gateway is IERC7786GatewaySource, ISemver {
    /// @notice Receives a message for an account on this chain, and calls its `receiveMessage`. Only the messenger
    ///         may call, while it relays a message of the gateway of another chain.
    /// @dev    Reverts, in this order, with `Unauthorized`, `InvalidCrossDomainSender`, `ValueNotSupported`,
    ///         `RecipientWithoutCode`, with what the recipient reverts with, `MessageNotAccepted`.
    /// @param _nonce     Nonce that the messenger gave to the message at its source.
    /// @param _sender    Account that sent it there.
    /// @param _recipient Account that is to receive it.
    /// @param _payload   What was sent.
    function deliverMessage(
        uint256 _nonce,
        address _sender,
        address _recipient,
        bytes calldata _payload
    )
        external
        payable;
}
