// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { ISuperchainERC20 } from "../../../interfaces/L2/ISuperchainERC20.sol";
