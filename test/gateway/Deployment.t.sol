// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ERC7786Gateway } from "../../contracts/gateway/ERC7786Gateway.sol";
import { GatewayDeployment } from "../../contracts/libraries/GatewayDeployment.sol";
import { DeploymentTest } from "../DeploymentTest.sol";

contract ERC7786Gateway_Deployment_Test is
    DeploymentTest(
        GatewayDeployment.GATEWAY,
        GatewayDeployment.SALT,
        type(ERC7786Gateway).creationCode,
        type(ERC7786Gateway).runtimeCode,
        "1.0.0"
    )
{ }
