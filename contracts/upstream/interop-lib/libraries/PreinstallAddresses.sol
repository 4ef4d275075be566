// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Preinstalls } from "../../Preinstalls.sol";

/// @title PreinstallAddresses
/// @notice Addresses of preinstalls, by interop-lib's names.
library PreinstallAddresses {
    address internal constant CREATE2_DEPLOYER = Preinstalls.Create2Deployer;
    address internal constant PERMIT2 = Preinstalls.Permit2;
}
