// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISemver } from "../universal/ISemver.sol";
import { IERC20Solady } from "../vendor/IERC20Solady.sol";
import { IERC7802 } from "./IERC7802.sol";

/// @title ISuperchainERC20
/// @notice All of a token that inherits `SuperchainERC20`, for those who call one. The contract does not inherit it: a token may have
///         an `Unauthorized` of another base, too.
interface ISuperchainERC20 is IERC7802, IERC20Solady, ISemver {
    /// @notice The caller may not do this.
    error Unauthorized();

    /// @notice Whether the token implements an interface: ERC-7802, ERC-20, ERC-165.
    /// @param _interfaceId ID of the interface.
    /// @return             True if it does.
    function supportsInterface(bytes4 _interfaceId) external view override returns (bool);
}
