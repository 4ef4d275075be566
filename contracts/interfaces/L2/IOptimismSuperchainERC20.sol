// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISuperchainERC20 } from "./ISuperchainERC20.sol";

/// @title IOptimismSuperchainERC20
/// @notice A token that stands for one on L1 and can move between the chains of the dependency set. Holders of a
///         legacy token for the same L1 token get it by conversion, one for one.
///         - SuperchainTokenBridge mints what was burned on another chain.
///         - The standard bridge mints what it has burned of a legacy token here.
///         - Nobody else mints or burns.
///         The interface's ID is 0xe0ee87f3.
interface IOptimismSuperchainERC20 is ISuperchainERC20 {
    /// @notice An address that must be given is zero.
    error ZeroAddress();

    /// @notice The contract has been initialized, or cannot be because it is not a proxy under construction.
    error InvalidInitialization();

    /// @notice Never thrown: part of the ABI that users know.
    error NotInitializing();

    /// @notice Emitted when the token was initialized.
    /// @param version Always 1.
    event Initialized(uint64 version);

    /// @notice Emitted when the standard bridge has minted tokens.
    /// @param to     Account that received them.
    /// @param amount Number of tokens, in the smallest unit.
    event Mint(address indexed to, uint256 amount);

    /// @notice Emitted when the standard bridge has burned tokens.
    /// @param from   Account that lost them.
    /// @param amount Number of tokens, in the smallest unit.
    event Burn(address indexed from, uint256 amount);

    /// @notice Gives a new token its properties, once and for all. Only the constructor of its proxy can call
    ///         this: anything that has code reverts with `InvalidInitialization`, the implementation included.
    /// @param _remoteToken Token that this one stands for.
    /// @param _name        Name of the token.
    /// @param _symbol      Symbol of the token.
    /// @param _decimals    Number of decimals.
    function initialize(
        address _remoteToken,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external;

    /// @notice Mints tokens in exchange for legacy tokens that were burned. Reverts, in this order, with
    ///         `Unauthorized` unless the standard bridge calls, with `ZeroAddress`, and with
    ///         `TotalSupplyOverflow`.
    /// @param _to     Account to mint to.
    /// @param _amount Number of tokens, in the smallest unit.
    function mint(address _to, uint256 _amount) external;

    /// @notice Burns tokens in exchange for legacy tokens that will be minted; needs no approval. Reverts, in this
    ///         order, with `Unauthorized` unless the standard bridge calls, with `ZeroAddress`, and with
    ///         `InsufficientBalance`.
    /// @param _from   Account to burn from.
    /// @param _amount Number of tokens, in the smallest unit.
    function burn(address _from, uint256 _amount) external;

    /// @notice Token that this one stands for. Never changes.
    function remoteToken() external view returns (address);

    /// @notice Whether the token implements an interface: this one, ERC-7802, ERC-20, ERC-165.
    /// @param _interfaceId ID of the interface.
    /// @return             True if it does.
    function supportsInterface(bytes4 _interfaceId) external view override returns (bool);

    /// @notice No function of the token, which has nothing like it. The interface's ID, as users know it, counts it.
    // forge-lint: disable-next-line(mixed-case-function)
    function __constructor__() external;
}
