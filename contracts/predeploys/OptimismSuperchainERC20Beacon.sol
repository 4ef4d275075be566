// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IBeacon } from "../interfaces/IBeacon.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { Predeploys } from "../libraries/Predeploys.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000027
/// @custom:semver 1.0.1
/// @title OptimismSuperchainERC20Beacon
/// @notice Beacon of all tokens that OptimismSuperchainERC20Factory has created. Whoever can upgrade this predeploy
///         has every superchain token of the chain in their hands.
contract OptimismSuperchainERC20Beacon is IBeacon, ISemver {
    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.0.1";
    }

    /// @inheritdoc IBeacon
    function implementation() external pure returns (address) {
        return Predeploys.OPTIMISM_SUPERCHAIN_ERC20;
    }
}
