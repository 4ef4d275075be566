// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISemver } from "../universal/ISemver.sol";

/// @title ISuperchainETHBridge
/// @notice Moves ETH between chains: into ETHLiquidity here, out of ETHLiquidity there. The recipient is paid
///         without being called, so its code neither runs nor can refuse. All amounts are in wei.
/// @dev    Invariant: the bridge pays out no more than its counterparts have taken in, each transfer once, and holds no
///         ETH between transactions but what was sent to its own address.
interface ISuperchainETHBridge is ISemver {
    /// @notice The caller may not do this.
    error Unauthorized();

    /// @notice The relayed message was sent by someone else than the counterpart of this contract.
    error InvalidCrossDomainSender();

    /// @notice An address that must be given is zero.
    error ZeroAddress();

    /// @notice Emitted when ETH was sent.
    /// @param from        Account that sent it.
    /// @param to          Account that will receive it.
    /// @param amount      Wei.
    /// @param destination Chain ID of the destination.
    event SendETH(address indexed from, address indexed to, uint256 amount, uint256 destination);

    /// @notice Emitted when ETH has arrived.
    /// @param from   Account that sent it.
    /// @param to     Account that received it.
    /// @param amount Wei.
    /// @param source Chain ID of the source.
    event RelayETH(address indexed from, address indexed to, uint256 amount, uint256 source);

    /// @notice Sends the value of the call, which may be zero, to an account on another chain. Anyone may call. What is sent to
    ///         this bridge's own address stays in the bridge there, and is lost.
    /// @dev    Reverts with `ZeroAddress` (recipient), and what the messenger reverts with.
    /// @param _to       Account that will receive it.
    /// @param _chainId  Chain ID of the destination.
    /// @return msgHash_ Hash of the message that carries it.
    function sendETH(address _to, uint256 _chainId) external payable returns (bytes32 msgHash_);

    /// @notice Pays out ETH that was sent to this chain. For the messenger, delivering the bridge's own message.
    /// @dev    Reverts with `Unauthorized` unless the messenger calls, with `InvalidCrossDomainSender` unless
    ///         the message is the bridge's own, without data if ETHLiquidity holds less.
    /// @param _from   Account that sent it.
    /// @param _to     Account that receives it.
    /// @param _amount Wei.
    function relayETH(address _from, address _to, uint256 _amount) external;
}
