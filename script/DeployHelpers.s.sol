// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { CreationCode } from "../contracts/kit/CreationCode.sol";
import { DeployScript } from "../contracts/kit/DeployScript.sol";
import { GatewayDeployment } from "../contracts/libraries/GatewayDeployment.sol";
import { RelayBatch } from "../contracts/libraries/RelayBatch.sol";

/// @title DeployHelpers
/// @notice Puts RelayBatcher and ERC7786Gateway on the chains of CHAINS, at the addresses that everybody knows, as
///         `causeway deploy batcher` and `causeway deploy gateway` do.
contract DeployHelpers is DeployScript {
    /// @notice Both.
    function run() external {
        batcher();
        gateway();
    }

    /// @notice RelayBatcher alone: `--sig 'batcher()'`.
    function batcher() public {
        address account = deployOn(
            chainsOfEnvironment(),
            "RelayBatcher",
            RelayBatch.SALT,
            CreationCode.RelayBatcher(),
            CreationCode.RELAY_BATCHER_CODE_HASH
        );
        assert(account == RelayBatch.BATCHER);
    }

    /// @notice ERC7786Gateway alone: `--sig 'gateway()'`.
    function gateway() public {
        address account = deployOn(
            chainsOfEnvironment(),
            "ERC7786Gateway",
            GatewayDeployment.SALT,
            CreationCode.ERC7786Gateway(),
            CreationCode.ERC7786GATEWAY_CODE_HASH
        );
        assert(account == GatewayDeployment.GATEWAY);
    }
}
