// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ISemver } from "../interfaces/universal/ISemver.sol";
import { ForcedSend } from "../libraries/ForcedSend.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { InvalidAmount, Unauthorized } from "../libraries/errors/CommonErrors.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000025
/// @custom:semver 1.1.1
/// @title ETHLiquidity
/// @notice See `IETHLiquidity`.
contract ETHLiquidity is ISemver {
    /// @notice See `IETHLiquidity`.
    event LiquidityBurned(address indexed caller, uint256 value);

    /// @notice See `IETHLiquidity`.
    event LiquidityMinted(address indexed caller, uint256 value);

    /// @notice See `IETHLiquidity`.
    event LiquidityFunded(address indexed funder, uint256 value);

    /// @notice Lets nobody but the bridge pass.
    modifier onlyBridge() {
        _requireBridge();
        _;
    }

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.1.1";
    }

    /// @notice See `IETHLiquidity`.
    function burn() external payable onlyBridge {
        emit LiquidityBurned(msg.sender, msg.value);
    }

    /// @notice See `IETHLiquidity`.
    function mint(uint256 _amount) external onlyBridge {
        // The bridge takes ETH from here, so a plain call does. The reference's bridge takes it only by force: where it
        // is still in place, because this contract was upgraded first, ETH arrives all the same.
        (bool success,) = msg.sender.call{ value: _amount }("");
        if (!success) ForcedSend.forceSend(msg.sender, _amount);

        emit LiquidityMinted(msg.sender, _amount);
    }

    /// @notice See `IETHLiquidity`.
    function fund() external payable {
        if (msg.value == 0) revert InvalidAmount();

        emit LiquidityFunded(msg.sender, msg.value);
    }

    function _requireBridge() private view {
        if (msg.sender != Predeploys.SUPERCHAIN_ETH_BRIDGE) revert Unauthorized();
    }
}
