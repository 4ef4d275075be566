// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title IERC7786GatewaySource
/// @notice Where messages are sent, by ERC-7786. Senders and recipients are interoperable addresses (ERC-7930, binary).
interface IERC7786GatewaySource {
    /// @notice Emitted for every message that is sent.
    /// @param sendId     Identifier of the message at the gateway, or zero if it has none.
    /// @param sender     Account that sent it, with this chain.
    /// @param recipient  Account that is to receive it, with its chain.
    /// @param payload    What is sent.
    /// @param value      Wei that go with it.
    /// @param attributes What else the gateway was told, each a selector with its arguments.
    event MessageSent(
        bytes32 indexed sendId,
        bytes sender,
        bytes recipient,
        bytes payload,
        uint256 value,
        bytes[] attributes
    );

    /// @notice The gateway does not know this attribute.
    error UnsupportedAttribute(bytes4 selector);

    /// @notice Sends a message.
    /// @param _recipient  Account that is to receive it, with its chain.
    /// @param _payload    What to send.
    /// @param _attributes What else the gateway is to know.
    /// @return sendId_    Identifier of the message at the gateway, or zero if it has none.
    function sendMessage(
        bytes calldata _recipient,
        bytes calldata _payload,
        bytes[] calldata _attributes
    )
        external
        payable
        returns (bytes32 sendId_);

    /// @notice Whether the gateway knows an attribute.
    /// @param _selector First four bytes of the attribute.
    /// @return          True if a message may have it.
    function supportsAttribute(bytes4 _selector) external view returns (bool);
}

/// @title IERC7786Recipient
/// @notice What receives messages, by ERC-7786.
interface IERC7786Recipient {
    /// @notice Takes a message. Whoever implements this checks that the caller is a gateway that it trusts: anyone else
    ///         may call with any sender.
    /// @param _receiveId Identifier of the message, which no other message of that gateway has, or zero.
    /// @param _sender    Account that sent it, with its chain.
    /// @param _payload   What was sent.
    /// @return           Selector of this function, 0x2432ef26.
    function receiveMessage(
        bytes32 _receiveId,
        bytes calldata _sender,
        bytes calldata _payload
    )
        external
        payable
        returns (bytes4);
}
