// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { ISuperchainERC20 } from "./L2/ISuperchainERC20.sol";
