// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title IETHLiquidity
/// @notice Store of ETH that turns burning and minting into paying in and out. A chain starts with
///         `type(uint128).max` wei in it, more than there is ETH, so that it cannot run dry. What it lacks of that
///         has come in from other chains. All amounts are in wei.
/// @dev    Invariant: ETH leaves by `mint` alone, and `mint` pays nobody but SuperchainETHBridge. Over all chains of a
///         dependency set, what has been minted never exceeds what has been burned.
interface IETHLiquidity {
    /// @notice The caller may not do this.
    error Unauthorized();

    /// @notice The amount is not acceptable, usually because it is zero.
    error InvalidAmount();

    /// @notice Emitted when the bridge has paid in.
    /// @param caller Bridge.
    /// @param value  Wei paid in.
    event LiquidityBurned(address indexed caller, uint256 value);

    /// @notice Emitted when the bridge was paid out.
    /// @param caller Bridge.
    /// @param value  Wei paid out.
    event LiquidityMinted(address indexed caller, uint256 value);

    /// @notice Emitted when someone has added to the store.
    /// @param funder Account that did.
    /// @param value  Wei added.
    event LiquidityFunded(address indexed funder, uint256 value);

    /// @notice Takes ETH in that leaves the chain. Reverts with `Unauthorized` unless SuperchainETHBridge calls.
    function burn() external payable;

    /// @notice Pays ETH out to the bridge that has come to the chain, by force if the bridge does not take it.
    ///         Reverts with `Unauthorized` unless SuperchainETHBridge calls, and without data if the store holds
    ///         less.
    /// @param _amount Wei to pay.
    function mint(uint256 _amount) external;

    /// @notice Adds to the store. Anyone may; the ETH is gone for the funder. Reverts with `InvalidAmount` on
    ///         zero.
    function fund() external payable;

    /// @notice Semantic version of the contract.
    /// @return Version, such as "1.2.3".
    function version() external view returns (string memory);
}
