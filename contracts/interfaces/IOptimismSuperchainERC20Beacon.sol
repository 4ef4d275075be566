// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { IOptimismSuperchainERC20Beacon } from "./L2/IOptimismSuperchainERC20Beacon.sol";
