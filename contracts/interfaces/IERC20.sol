// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

/// @title IERC20
/// @notice The token standard's mandatory part: https://eips.ethereum.org/EIPS/eip-20
///         All amounts are in the token's smallest unit. Anyone may call everything; what a transfer that is not
///         covered by balance or allowance reverts with is the token's own affair.
interface IERC20 {
    /// @notice Emitted when tokens move, are minted (`from` zero) or burned (`to` zero).
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice Emitted when an allowance is set.
    event Approval(address indexed owner, address indexed spender, uint256 value);

    /// @notice Number of tokens in existence on this chain.
    function totalSupply() external view returns (uint256);

    /// @notice Number of tokens that an account holds.
    function balanceOf(address _account) external view returns (uint256);

    /// @notice Number of the owner's tokens that the spender may still move.
    function allowance(address _owner, address _spender) external view returns (uint256);

    /// @notice Moves the caller's tokens.
    function transfer(address _to, uint256 _amount) external returns (bool);

    /// @notice Sets the caller's allowance for a spender.
    function approve(address _spender, uint256 _amount) external returns (bool);

    /// @notice Moves the owner's tokens, on an allowance for the caller.
    function transferFrom(address _from, address _to, uint256 _amount) external returns (bool);
}
