// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import {
    InvalidDecimals,
    InvalidLegacyERC20Address,
    InvalidSuperchainERC20Address,
    InvalidTokenPair
} from "../libraries/errors/InteropErrors.sol";
import { IL2StandardBridgeInterop } from "./L2/IL2StandardBridgeInterop.sol";
