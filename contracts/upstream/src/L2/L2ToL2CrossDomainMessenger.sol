// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// For those who import the names from here.
// forge-lint: disable-start(unused-import)

import { ICrossL2Inbox, Identifier } from "../../../interfaces/L2/ICrossL2Inbox.sol";
import {
    EventPayloadNotSentMessage,
    IdOriginNotL2ToL2CrossDomainMessenger,
    InvalidMessage,
    MessageAlreadyRelayed,
    MessageDestinationNotRelayChain,
    MessageDestinationSameChain,
    MessageTargetL2ToL2CrossDomainMessenger
} from "../../../libraries/errors/InteropErrors.sol";
import { L2ToL2CrossDomainMessenger } from "../../../predeploys/L2ToL2CrossDomainMessenger.sol";
