// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

import { IERC165 } from "../IERC165.sol";

/// @title IOptimismMintableERC20
/// @notice A bridged token: it stands for a token on another chain, and a bridge mints and burns it. The
///         interface's ID is 0xec4fc8e3.
interface IOptimismMintableERC20 is IERC165 {
    /// @notice Mints tokens that the bridge holds on the other chain. Reverts unless the bridge calls.
    /// @param _to     Account to mint to.
    /// @param _amount Number of tokens, in the smallest unit.
    function mint(address _to, uint256 _amount) external;

    /// @notice Burns tokens that the bridge then releases on the other chain; needs no approval. Reverts unless
    ///         the bridge calls, or if the account holds less.
    /// @param _from   Account to burn from.
    /// @param _amount Number of tokens, in the smallest unit.
    function burn(address _from, uint256 _amount) external;

    /// @notice Token on the other chain that this one stands for. Never changes.
    function remoteToken() external view returns (address);

    /// @notice Bridge that mints and burns. Never changes.
    function bridge() external view returns (address);
}
