// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISemver } from "../universal/ISemver.sol";
import { IOptimismERC20Factory } from "./IOptimismERC20Factory.sol";

/// @title IOptimismSuperchainERC20Factory
/// @notice Creates superchain tokens. Anyone may: a token gives its creator no rights. That a remote token exists is
///         not checked, nor that name, symbol and decimals are its own; each combination is a token of its own.
///         - The same arguments give the same address on every chain, whatever the tokens' code. The address says
///           which properties a token has, so nobody can occupy it with others.
///         - The factory records exactly the tokens that it has created, each with the remote token it was created
///           for.
///         - The same arguments never create a second token on a chain.
interface IOptimismSuperchainERC20Factory is IOptimismERC20Factory, ISemver {
    /// @notice Emitted when a token was created.
    /// @param superchainToken New token.
    /// @param remoteToken     Token that the new one stands for.
    /// @param deployer        Account that asked for it.
    event OptimismSuperchainERC20Created(
        address indexed superchainToken,
        address indexed remoteToken,
        address deployer
    );

    /// @notice Creates a token, by CREATE3 with the hash of the ABI-encoded arguments as salt.
    /// @dev    Reverts with `DeploymentFailed` if the token exists, or if the beacon has no implementation. A token
    ///         for the zero address can be created, but is recorded like none, and never converted.
    /// @param _remoteToken      Token that the new one stands for.
    /// @param _name             Name of the new token.
    /// @param _symbol           Symbol of the new token.
    /// @param _decimals         Number of decimals of the new token.
    /// @return superchainToken_ New token.
    function deploy(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external
        returns (address superchainToken_);
}
