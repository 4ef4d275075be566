// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../interfaces/L2/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/L2/IL2ToL2CrossDomainMessenger.sol";
import { Hashing } from "./Hashing.sol";
import { Predeploys } from "./Predeploys.sol";

/// @title CrossDomainMessageLib
/// @notice What the target of a message asks first: who has sent it, and whether another was delivered before.
library CrossDomainMessageLib {
    /// @notice The identifier's block number needs more than 64 bits.
    error BlockNumberTooHigh();

    /// @notice The identifier's log index needs more than 32 bits.
    error LogIndexTooHigh();

    /// @notice The identifier's timestamp needs more than 64 bits.
    error TimestampTooHigh();

    /// @notice A message that has to come first was not delivered yet. Relayers know this error, and wait for the message.
    error RequiredMessageNotSuccessful(bytes32 msgHash);

    /// @notice The caller is not the messenger.
    error CallerNotL2toL2CrossDomainMessenger();

    /// @notice The message was sent by someone else than the counterpart of this contract.
    error InvalidCrossDomainSender();

    IL2ToL2CrossDomainMessenger private constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// @notice Requires that a message was delivered here. Reverts with `RequiredMessageNotSuccessful`.
    /// @param _msgHash Hash of the message.
    function requireMessageSuccess(bytes32 _msgHash) internal view {
        if (!MESSENGER.successfulMessages(_msgHash)) revert RequiredMessageNotSuccessful(_msgHash);
    }

    /// @notice Requires that the messenger calls. Reverts with `CallerNotL2toL2CrossDomainMessenger`.
    function requireCallerIsCrossDomainMessenger() internal view {
        if (msg.sender != address(MESSENGER)) revert CallerNotL2toL2CrossDomainMessenger();
    }

    /// @notice Requires that the messenger calls with a message of the contract at this one's address on another chain. Reverts with
    ///         `CallerNotL2toL2CrossDomainMessenger`, `InvalidCrossDomainSender`.
    function requireCrossDomainCallback() internal view {
        requireCallerIsCrossDomainMessenger();

        if (MESSENGER.crossDomainMessageSender() != address(this)) revert InvalidCrossDomainSender();
    }

    /// @notice Checksum of a log, as `ICrossL2Inbox.calculateChecksum` gives it. Reverts with `BlockNumberTooHigh`,
    ///         `LogIndexTooHigh`, `TimestampTooHigh`, in this order.
    /// @param _id        Identifier of the log.
    /// @param _msgHash   Hash of the log's payload.
    /// @return checksum_ Checksum with its type byte.
    function calculateChecksum(
        Identifier memory _id,
        bytes32 _msgHash
    )
        internal
        pure
        returns (bytes32 checksum_)
    {
        if (_id.blockNumber > type(uint64).max) revert BlockNumberTooHigh();
        if (_id.logIndex > type(uint32).max) revert LogIndexTooHigh();
        if (_id.timestamp > type(uint64).max) revert TimestampTooHigh();

        checksum_ = Hashing.checksum(_id, _msgHash);
    }
}
