// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { InvalidERC7802 } from "../libraries/errors/InteropErrors.sol";
import { ISuperchainTokenBridge } from "./L2/ISuperchainTokenBridge.sol";
