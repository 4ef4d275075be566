// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOptimismERC20Factory } from "../interfaces/L2/IOptimismERC20Factory.sol";
import { IOptimismSuperchainERC20 } from "../interfaces/L2/IOptimismSuperchainERC20.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { BeaconProxy } from "../universal/BeaconProxy.sol";
import { CREATE3 } from "solady/utils/CREATE3.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000026
/// @custom:semver 1.0.1
/// @title OptimismSuperchainERC20Factory
/// @notice See `IOptimismSuperchainERC20Factory`.
contract OptimismSuperchainERC20Factory is IOptimismERC20Factory, ISemver {
    /// @notice See `IOptimismSuperchainERC20Factory`.
    event OptimismSuperchainERC20Created(
        address indexed superchainToken,
        address indexed remoteToken,
        address deployer
    );

    /// @inheritdoc IOptimismERC20Factory
    /// @dev Slot 0.
    mapping(address localToken => address remoteToken) public deployments;

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.0.1";
    }

    /// @notice See `IOptimismSuperchainERC20Factory`.
    function deploy(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external
        returns (address superchainToken_)
    {
        bytes memory initialization =
            abi.encodeCall(IOptimismSuperchainERC20.initialize, (_remoteToken, _name, _symbol, _decimals));
        bytes memory creationCode = bytes.concat(
            type(BeaconProxy).creationCode,
            abi.encode(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON, initialization)
        );
        bytes32 salt = keccak256(abi.encode(_remoteToken, _name, _symbol, _decimals));

        superchainToken_ = CREATE3.deployDeterministic(creationCode, salt);
        deployments[superchainToken_] = _remoteToken;

        emit OptimismSuperchainERC20Created(superchainToken_, _remoteToken, msg.sender);
    }
}
