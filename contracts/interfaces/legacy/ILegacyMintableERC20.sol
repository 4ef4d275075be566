// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

import { IERC165 } from "../IERC165.sol";

/// @custom:legacy
/// @title ILegacyMintableERC20
/// @notice A bridged token as it was before Bedrock. The interface's ID is 0x1d1d8b63.
interface ILegacyMintableERC20 is IERC165 {
    /// @notice Mints tokens. Reverts unless the token's bridge calls.
    /// @param _to     Account to mint to.
    /// @param _amount Number of tokens, in the smallest unit.
    function mint(address _to, uint256 _amount) external;

    /// @notice Burns tokens; needs no approval. Reverts unless the token's bridge calls, or if the account holds
    ///         less.
    /// @param _from   Account to burn from.
    /// @param _amount Number of tokens, in the smallest unit.
    function burn(address _from, uint256 _amount) external;

    /// @notice Token on L1 that this one stands for.
    function l1Token() external view returns (address);
}
