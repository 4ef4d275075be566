// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { IERC7802 } from "./L2/IERC7802.sol";
