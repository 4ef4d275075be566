// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ZeroAddress } from "../libraries/errors/CommonErrors.sol";
import { SuperchainERC20 } from "./SuperchainERC20.sol";

/// @title L2NativeSuperchainERC20
/// @notice Token of the devnet: anyone may mint and burn, from and to any account. Not for a chain with value on
///         it. Without constructor and state, so that its code can be placed in a genesis.
contract L2NativeSuperchainERC20 is SuperchainERC20 {
    /// @notice Emitted when `mint` has minted tokens.
    /// @param account Account that received them.
    /// @param amount  Number of tokens.
    event Mint(address indexed account, uint256 amount);

    /// @notice Emitted when `burn` has burned tokens.
    /// @param account Account that lost them.
    /// @param amount  Number of tokens.
    event Burn(address indexed account, uint256 amount);

    /// @notice Mints tokens out of nothing. Reverts with `ZeroAddress`, and with `TotalSupplyOverflow`.
    /// @param _to     Account to mint to.
    /// @param _amount Number of tokens.
    function mint(address _to, uint256 _amount) external virtual {
        if (_to == address(0)) revert ZeroAddress();

        _mint(_to, _amount);

        emit Mint(_to, _amount);
    }

    /// @notice Burns tokens of any account. Reverts with `ZeroAddress`, and with `InsufficientBalance`.
    /// @param _from   Account to burn from.
    /// @param _amount Number of tokens.
    function burn(address _from, uint256 _amount) external virtual {
        if (_from == address(0)) revert ZeroAddress();

        _burn(_from, _amount);

        emit Burn(_from, _amount);
    }

    /// @notice Name of the token.
    function name() public pure virtual override returns (string memory) {
        return "L2NativeSuperchainERC20";
    }

    /// @notice Symbol of the token.
    function symbol() public pure virtual override returns (string memory) {
        return "MOCK";
    }

    /// @notice Number of decimals.
    function decimals() public pure override returns (uint8) {
        return 18;
    }
}
