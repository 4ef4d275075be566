// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISemver } from "../universal/ISemver.sol";

/// @title IL2StandardBridgeInterop
/// @notice Converts between legacy and superchain tokens that stand for the same remote token, one for one.
///         - What is burned of the one is minted of the other, to the same account: the supply of all tokens for
///           a remote token, legacy and superchain, on all chains, stays what it was.
///         - A token counts as what it is by its factory's record, never by its own word.
interface IL2StandardBridgeInterop is ISemver {
    /// @notice The tokens have different numbers of decimals.
    error InvalidDecimals();

    /// @notice OptimismMintableERC20Factory has not created the token that should be the legacy one.
    error InvalidLegacyERC20Address();

    /// @notice OptimismSuperchainERC20Factory has not created the token that should be the superchain one.
    error InvalidSuperchainERC20Address();

    /// @notice The tokens stand for different remote tokens.
    error InvalidTokenPair();

    /// @notice Emitted when tokens were converted.
    /// @param from   Token that was burned.
    /// @param to     Token that was minted.
    /// @param caller Account whose tokens they were and are.
    /// @param amount Number of tokens, in the smallest unit of either.
    event Converted(address indexed from, address indexed to, address indexed caller, uint256 amount);

    /// @notice Converts the caller's tokens, from a legacy token to a superchain token or back. Anyone may, between
    ///         any two that are a pair. Needs no approval.
    /// @dev    Reverts, in this order, with `InvalidDecimals`, `InvalidLegacyERC20Address`,
    ///         `InvalidSuperchainERC20Address`, `InvalidTokenPair`, and as the tokens' `burn` and `mint` do; as
    ///         `decimals` does, or without data, for something that is no token.
    /// @param _from   Token to burn.
    /// @param _to     Token to mint.
    /// @param _amount Number of tokens, in the smallest unit of either.
    function convert(address _from, address _to, uint256 _amount) external;
}
