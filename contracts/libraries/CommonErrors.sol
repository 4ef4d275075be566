// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { InvalidAmount, Unauthorized, ZeroAddress } from "./errors/CommonErrors.sol";
import { InvalidCrossDomainSender } from "./errors/InteropErrors.sol";
