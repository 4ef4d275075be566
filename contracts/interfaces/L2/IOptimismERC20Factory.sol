// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

/// @title IOptimismERC20Factory
/// @notice A factory of tokens that remembers what it has created. Conversion trusts this record, and not what a
///         token says of itself: a record exists for code that the factory has deployed, and for no other.
interface IOptimismERC20Factory {
    /// @notice Remote token of a token that the factory has created. Anyone may ask. A record never changes.
    /// @param _localToken   Token on this chain.
    /// @return remoteToken_ Token that it stands for, usually on L1; zero if the factory has not created it.
    function deployments(address _localToken) external view returns (address remoteToken_);
}
