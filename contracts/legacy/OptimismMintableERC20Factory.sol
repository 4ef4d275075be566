// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOptimismERC20Factory } from "../interfaces/L2/IOptimismERC20Factory.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { OptimismMintableERC20 } from "./OptimismMintableERC20.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000012
/// @custom:semver 1.11.0
/// @title OptimismMintableERC20Factory
/// @notice See `IOptimismMintableERC20Factory`. The bridge is the standard bridge of an L2, and no initializer sets
///         it: nobody can be the first to name another.
contract OptimismMintableERC20Factory is IOptimismERC20Factory, ISemver {
    /// @notice See `IOptimismMintableERC20Factory`.
    event StandardL2TokenCreated(address indexed remoteToken, address indexed localToken);

    /// @notice See `IOptimismMintableERC20Factory`.
    event OptimismMintableERC20Created(
        address indexed localToken,
        address indexed remoteToken,
        address deployer
    );

    /// @notice See `IOptimismMintableERC20Factory`.
    address public constant BRIDGE = Predeploys.L2_STANDARD_BRIDGE;

    /// @notice Where the reference has its initializer's state and the bridge. Nothing reads it.
    uint256[2] private spacer;

    /// @inheritdoc IOptimismERC20Factory
    /// @dev Slot 2.
    mapping(address localToken => address remoteToken) public deployments;

    /// @notice See `IOptimismMintableERC20Factory`.
    function createStandardL2Token(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol
    )
        external
        returns (address localToken_)
    {
        localToken_ = createOptimismMintableERC20(_remoteToken, _name, _symbol);
    }

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.11.0";
    }

    /// @notice See `IOptimismMintableERC20Factory`.
    function bridge() external pure returns (address) {
        return BRIDGE;
    }

    /// @notice See `IOptimismMintableERC20Factory`.
    function createOptimismMintableERC20(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol
    )
        public
        returns (address localToken_)
    {
        localToken_ = createOptimismMintableERC20WithDecimals(_remoteToken, _name, _symbol, 18);
    }

    /// @notice See `IOptimismMintableERC20Factory`.
    function createOptimismMintableERC20WithDecimals(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        public
        returns (address localToken_)
    {
        require(_remoteToken != address(0), "OptimismMintableERC20Factory: must provide remote token address");

        bytes32 salt = keccak256(abi.encode(_remoteToken, _name, _symbol, _decimals));
        localToken_ = address(
            new OptimismMintableERC20{ salt: salt }(BRIDGE, _remoteToken, _name, _symbol, _decimals)
        );
        deployments[localToken_] = _remoteToken;

        emit StandardL2TokenCreated(_remoteToken, localToken_);
        emit OptimismMintableERC20Created(localToken_, _remoteToken, msg.sender);
    }
}
