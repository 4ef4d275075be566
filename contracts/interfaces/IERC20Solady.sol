// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { IERC20Solady } from "./vendor/IERC20Solady.sol";
