// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { RelayBatch } from "../../contracts/libraries/RelayBatch.sol";
import { RelayBatcher } from "../../contracts/relay/RelayBatcher.sol";
import { DeploymentTest } from "../DeploymentTest.sol";

contract RelayBatcher_Deployment_Test is
    DeploymentTest(
        RelayBatch.BATCHER,
        RelayBatch.SALT,
        type(RelayBatcher).creationCode,
        type(RelayBatcher).runtimeCode,
        "1.1.0"
    )
{ }
