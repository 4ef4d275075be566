// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IOptimismERC20Factory } from "../L2/IOptimismERC20Factory.sol";
import { ISemver } from "./ISemver.sol";

/// @title IOptimismMintableERC20Factory
/// @notice Creates legacy tokens. Anyone may: a token gives its creator no rights, for only the standard bridge
///         mints and burns it. That a remote token exists is not checked, nor that name, symbol and decimals are
///         its own; there can be several legacy tokens for one remote token.
///         - The factory records exactly the tokens that it has created, each with the remote token it was
///           created for.
///         - The same arguments never create a second token.
interface IOptimismMintableERC20Factory is IOptimismERC20Factory, ISemver {
    /// @custom:legacy
    /// @notice Emitted before `OptimismMintableERC20Created`, which it says less than.
    /// @param remoteToken Token that the new one stands for.
    /// @param localToken  New token.
    event StandardL2TokenCreated(address indexed remoteToken, address indexed localToken);

    /// @notice Emitted when a token was created.
    /// @param localToken  New token.
    /// @param remoteToken Token that the new one stands for.
    /// @param deployer    Account that asked for it.
    event OptimismMintableERC20Created(
        address indexed localToken,
        address indexed remoteToken,
        address deployer
    );

    /// @custom:legacy
    /// @notice As `createOptimismMintableERC20`.
    function createStandardL2Token(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol
    )
        external
        returns (address localToken_);

    /// @notice Creates a token with 18 decimals. See `createOptimismMintableERC20WithDecimals`.
    /// @param _remoteToken Token that the new one stands for.
    /// @param _name        Name of the new token.
    /// @param _symbol      Symbol of the new token.
    /// @return localToken_ New token.
    function createOptimismMintableERC20(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol
    )
        external
        returns (address localToken_);

    /// @notice Creates a token, by CREATE2 with the hash of the ABI-encoded arguments as salt.
    /// @dev    Reverts with "OptimismMintableERC20Factory: must provide remote token address" if that is zero, and
    ///         without data if the token exists.
    /// @param _remoteToken Token that the new one stands for.
    /// @param _name        Name of the new token.
    /// @param _symbol      Symbol of the new token.
    /// @param _decimals    Number of decimals of the new token.
    /// @return localToken_ New token.
    function createOptimismMintableERC20WithDecimals(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external
        returns (address localToken_);

    /// @notice Bridge of the tokens: the standard bridge of this chain.
    function bridge() external view returns (address);

    /// @custom:legacy
    /// @notice As `bridge`.
    function BRIDGE() external view returns (address);
}
