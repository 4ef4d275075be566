// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Kit_PredeployAbsent } from "./Errors.sol";

/// @title Absent
/// @notice Stands in the place of a predeploy of the OP Stack that a chain of the kit does not have. Without it a transfer
///         to that place would succeed, and so would a call that expects nothing in return.
contract Absent {
    fallback() external payable {
        revert Kit_PredeployAbsent(address(this));
    }

    receive() external payable {
        revert Kit_PredeployAbsent(address(this));
    }
}
