// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

/// @title IERC20Solady
/// @notice solady's ERC-20 token, with EIP-2612, as users of superchain tokens call it. All amounts are in the token's smallest
///         unit.
interface IERC20Solady {
    /// @notice The supply would need more than 256 bits.
    error TotalSupplyOverflow();

    /// @notice Never thrown: part of the ABI that users know.
    error AllowanceOverflow();

    /// @notice Never thrown: part of the ABI that users know.
    error AllowanceUnderflow();

    /// @notice The account holds less.
    error InsufficientBalance();

    /// @notice The spender may spend less.
    error InsufficientAllowance();

    /// @notice The signature is not the owner's.
    error InvalidPermit();

    /// @notice The deadline of the signature has passed.
    error PermitExpired();

    /// @notice Permit2 has an infinite allowance, which cannot be lowered.
    error Permit2AllowanceIsFixedAtInfinity();

    /// @notice Emitted when tokens move, are minted (`from` zero) or burned (`to` zero).
    event Transfer(address indexed from, address indexed to, uint256 amount);

    /// @notice Emitted when an allowance is set.
    event Approval(address indexed owner, address indexed spender, uint256 amount);

    /// @notice Name of the token.
    function name() external view returns (string memory);

    /// @notice Symbol of the token.
    function symbol() external view returns (string memory);

    /// @notice Number of decimals for display.
    function decimals() external view returns (uint8);

    /// @notice Number of tokens in existence on this chain.
    function totalSupply() external view returns (uint256 result);

    /// @notice Number of tokens that an account holds.
    function balanceOf(address owner) external view returns (uint256 result);

    /// @notice Number of the owner's tokens that the spender may still move.
    function allowance(address owner, address spender) external view returns (uint256 result);

    /// @notice Sets the caller's allowance for a spender.
    function approve(address spender, uint256 amount) external returns (bool);

    /// @notice Moves the caller's tokens.
    function transfer(address to, uint256 amount) external returns (bool);

    /// @notice Moves the owner's tokens, on an allowance for the caller.
    function transferFrom(address from, address to, uint256 amount) external returns (bool);

    /// @notice Number of signed approvals that an account has used up.
    function nonces(address owner) external view returns (uint256 result);

    /// @notice Sets an allowance by the owner's signature.
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    )
        external;

    /// @notice EIP-712 domain of the signatures.
    function DOMAIN_SEPARATOR() external view returns (bytes32 result);
}
