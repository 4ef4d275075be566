// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {
    MessageNotAccepted,
    RecipientCannotReceive,
    RecipientWithoutCode,
    ValueNotSupported
} from "../interfaces/IERC7786Gateway.sol";
import {
    InvalidAmount,
    InvalidCrossDomainSender,
    Unauthorized,
    ZeroAddress
} from "../libraries/CommonErrors.sol";
import {
    Kit_IdentifierMatchesNoLog,
    Kit_LogOfUnknownBlock,
    Kit_LogOfUnknownPast,
    Kit_MessageExpired,
    Kit_MessageFromTheFuture,
    Kit_NotInDependencySet,
    Kit_PredeployAbsent,
    Kit_SourceFailed
} from "./Errors.sol";

/// @title Reasons
/// @notice Nobody calls this. forge names an error in what it prints if some contract that it has compiled can revert
///         with it by a statement. These come as bytes, from the kit, or from bytecode that a chain starts with.
abstract contract Reasons {
    /// @notice Reverts with what the kit refuses an execution with, or an account that a devnet has and the kit has not.
    function refusals(uint256 _number) external pure {
        if (_number == 0) revert Kit_IdentifierMatchesNoLog();
        if (_number == 1) revert Kit_LogOfUnknownBlock();
        if (_number == 2) revert Kit_LogOfUnknownPast();
        if (_number == 3) revert Kit_MessageExpired(0, 0);
        if (_number == 4) revert Kit_MessageFromTheFuture(0, 0);
        if (_number == 5) revert Kit_NotInDependencySet(0);
        if (_number == 6) revert Kit_SourceFailed(0);
        revert Kit_PredeployAbsent(address(0));
    }

    /// @notice Reverts with errors at file level of contracts that a chain starts with.
    function predeploys(uint256 _number) external pure {
        if (_number == 0) revert InvalidAmount();
        if (_number == 1) revert InvalidCrossDomainSender();
        if (_number == 2) revert Unauthorized();
        if (_number == 3) revert ZeroAddress();
        if (_number == 4) revert MessageNotAccepted(address(0));
        if (_number == 5) revert RecipientCannotReceive(address(0));
        if (_number == 6) revert RecipientWithoutCode(address(0));
        revert ValueNotSupported(0);
    }
}
