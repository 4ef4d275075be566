// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISemver } from "../universal/ISemver.sol";

/// @title ISuperchainTokenBridge
/// @notice Moves ERC-7802 tokens between chains: burned here, minted there, one for one. The token must have the
///         same address on both chains, and there too let this bridge mint. That is for the token's author to
///         see to; a transfer to a chain without the token cannot be delivered until it is deployed there.
///         All amounts are in the token's smallest unit.
/// @dev    Invariant: the bridge mints no more of a token than its counterparts have burned at the same address, each
///         transfer once; with what is on its way, the sum of the supplies over all chains is constant.
interface ISuperchainTokenBridge is ISemver {
    /// @notice The caller may not do this.
    error Unauthorized();

    /// @notice The relayed message was sent by someone else than the counterpart of this contract.
    error InvalidCrossDomainSender();

    /// @notice An address that must be given is zero.
    error ZeroAddress();

    /// @notice The token does not say that it implements ERC-7802.
    error InvalidERC7802();

    /// @notice Emitted when tokens were sent.
    /// @param token       Address of the token.
    /// @param from        Account that sent them.
    /// @param to          Account that will receive them.
    /// @param amount      Number of tokens.
    /// @param destination Chain ID of the destination.
    event SendERC20(
        address indexed token,
        address indexed from,
        address indexed to,
        uint256 amount,
        uint256 destination
    );

    /// @notice Emitted when tokens have arrived.
    /// @param token  Address of the token.
    /// @param from   Account that sent them.
    /// @param to     Account that received them.
    /// @param amount Number of tokens.
    /// @param source Chain ID of the source.
    event RelayERC20(
        address indexed token,
        address indexed from,
        address indexed to,
        uint256 amount,
        uint256 source
    );

    /// @notice Sends the caller's tokens to an account on another chain. Anyone may call; needs no approval. What is sent to
    ///         this bridge's own address belongs to the bridge there, which cannot move it: it is lost.
    /// @dev    Reverts with `ZeroAddress` (recipient), `InvalidERC7802`, and what token and messenger revert with.
    /// @param _token    Address of the token.
    /// @param _to       Account that will receive them.
    /// @param _amount   Number of tokens.
    /// @param _chainId  Chain ID of the destination.
    /// @return msgHash_ Hash of the message that carries them.
    function sendERC20(
        address _token,
        address _to,
        uint256 _amount,
        uint256 _chainId
    )
        external
        returns (bytes32 msgHash_);

    /// @notice Mints tokens that were sent to this chain. For the messenger, delivering the bridge's own message.
    /// @dev    Reverts with `Unauthorized` unless the messenger calls, with `InvalidCrossDomainSender` unless
    ///         the message is the bridge's own, and with what the token reverts with.
    /// @param _token  Address of the token.
    /// @param _from   Account that sent them.
    /// @param _to     Account that receives them.
    /// @param _amount Number of tokens.
    function relayERC20(address _token, address _from, address _to, uint256 _amount) external;
}
