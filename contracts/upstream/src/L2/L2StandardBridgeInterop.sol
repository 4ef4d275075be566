// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { L2StandardBridgeInterop } from "../../../legacy/L2StandardBridgeInterop.sol";
import {
    InvalidDecimals,
    InvalidLegacyERC20Address,
    InvalidSuperchainERC20Address,
    InvalidTokenPair
} from "../../../libraries/errors/InteropErrors.sol";
