// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISuperchainERC20 } from "./L2/ISuperchainERC20.sol";

/// @title IOwnedSuperchainERC20
/// @notice A token to be put at one address on several chains, with a name, a symbol and an owner of its own.
///         - SuperchainTokenBridge mints what was burned on another chain, as with every `SuperchainERC20`.
///         - The supply that the token is created with exists once, over all chains: on its home, and only there.
///         - The owner mints more, on any chain. Without an owner, nobody ever does.
///         - Nobody burns, but the bridge what leaves a chain.
///         The constructor's arguments are the same on every chain, and nothing else counts in what the token becomes: not who
///         deploys it, nor when. So whoever deploys it where it does not stand yet deploys the same token.
///
///         Assumptions:
///         - The owner's address is the same person's on every chain. An account with a key is; a contract may have other
///           owners on another chain, or be anyone's to create there. What an owner mints on one chain, the bridge takes
///           to all.
///         - No two chains of the set have the home's chain ID.
interface IOwnedSuperchainERC20 is ISuperchainERC20 {
    /// @notice An address that must be given is zero.
    error ZeroAddress();

    /// @notice The token was to be created with a supply, and without an owner to get it.
    error SupplyWithoutOwner();

    /// @notice Ownership cannot be given to nobody this way. There is `renounceOwnership`.
    error NewOwnerIsZeroAddress();

    /// @notice The account has not asked for the ownership, or too long ago.
    error NoHandoverRequest();

    /// @notice Never thrown: part of the ABI that users of solady's Ownable know.
    error AlreadyInitialized();

    /// @notice Emitted when the token has another owner, `oldOwner` zero when it is created.
    event OwnershipTransferred(address indexed oldOwner, address indexed newOwner);

    /// @notice Emitted when an account asks for the ownership.
    event OwnershipHandoverRequested(address indexed pendingOwner);

    /// @notice Emitted when an account no longer asks for the ownership.
    event OwnershipHandoverCanceled(address indexed pendingOwner);

    /// @notice Mints tokens, on this chain. Reverts, in this order, with `Unauthorized` unless the owner calls, with
    ///         `ZeroAddress`, and with `TotalSupplyOverflow`.
    /// @param _to     Account to mint to.
    /// @param _amount Number of tokens, in the smallest unit.
    function mint(address _to, uint256 _amount) external;

    /// @notice Account that may mint on this chain; zero if nobody may. Ownership that is given away here stays as it is on
    ///         the other chains.
    function owner() external view returns (address result);

    /// @notice Gives the ownership away at once. Only for the owner.
    function transferOwnership(address newOwner) external payable;

    /// @notice Ends the ownership on this chain, so that nobody ever mints here again. Only for the owner.
    function renounceOwnership() external payable;

    /// @notice Asks for the ownership, for 48 hours.
    function requestOwnershipHandover() external payable;

    /// @notice Takes back that the caller asked for the ownership.
    function cancelOwnershipHandover() external payable;

    /// @notice Gives the ownership to an account that asks for it. Only for the owner.
    function completeOwnershipHandover(address pendingOwner) external payable;

    /// @notice Until when an account asks for the ownership, in seconds since 1970; zero if it does not.
    function ownershipHandoverExpiresAt(address pendingOwner) external view returns (uint256 result);
}
