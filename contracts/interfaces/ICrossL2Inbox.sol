// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import {
    BlockNumberTooHigh,
    LogIndexTooHigh,
    NotInAccessList,
    TimestampTooHigh
} from "../libraries/errors/InteropErrors.sol";
import { ICrossL2Inbox, Identifier } from "./L2/ICrossL2Inbox.sol";
