// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

/// @title IMintableAndBurnableERC20
/// @notice What legacy and superchain tokens have in common, as far as conversion needs it.
interface IMintableAndBurnableERC20 {
    /// @notice Mints tokens. Reverts unless the standard bridge calls.
    /// @param _to     Account to mint to.
    /// @param _amount Number of tokens, in the smallest unit.
    function mint(address _to, uint256 _amount) external;

    /// @notice Burns tokens; needs no approval. Reverts unless the standard bridge calls, or if the account holds
    ///         less.
    /// @param _from   Account to burn from.
    /// @param _amount Number of tokens, in the smallest unit.
    function burn(address _from, uint256 _amount) external;

    /// @notice Number of decimals for display.
    function decimals() external view returns (uint8);
}
