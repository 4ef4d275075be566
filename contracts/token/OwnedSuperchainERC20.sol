// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ISemver } from "../interfaces/universal/ISemver.sol";
import { ZeroAddress } from "../libraries/errors/CommonErrors.sol";
import { SuperchainERC20 } from "./SuperchainERC20.sol";
import { Ownable } from "solady/auth/Ownable.sol";

/// @custom:semver 1.0.0
/// @title OwnedSuperchainERC20
/// @notice See `IOwnedSuperchainERC20`.
/// @dev    What the constructor gets is in storage, and nothing in the code: all such tokens have the same code, by whose
///         hash they are known.
contract OwnedSuperchainERC20 is SuperchainERC20, Ownable {
    /// @notice See `IOwnedSuperchainERC20`.
    error SupplyWithoutOwner();

    string private tokenName;
    string private tokenSymbol;
    uint8 private tokenDecimals;

    /// @notice Reverts with `SupplyWithoutOwner`, on every chain.
    /// @param _name     Name of the token.
    /// @param _symbol   Symbol of the token.
    /// @param _decimals Number of decimals for display.
    /// @param _owner    Account that gets the supply, and may mint; zero for nobody.
    /// @param _supply   Number of tokens to begin with, in the smallest unit.
    /// @param _home     ID of the chain on which they come into being.
    constructor(
        string memory _name,
        string memory _symbol,
        uint8 _decimals,
        address _owner,
        uint256 _supply,
        uint256 _home
    ) {
        if (_owner == address(0) && _supply != 0) revert SupplyWithoutOwner();

        tokenName = _name;
        tokenSymbol = _symbol;
        tokenDecimals = _decimals;
        _initializeOwner(_owner);
        if (_supply != 0 && block.chainid == _home) _mint(_owner, _supply);
    }

    /// @notice See `IOwnedSuperchainERC20`.
    function mint(address _to, uint256 _amount) external onlyOwner {
        if (_to == address(0)) revert ZeroAddress();

        _mint(_to, _amount);
    }

    /// @inheritdoc ISemver
    function version() external pure override returns (string memory) {
        return "1.0.0";
    }

    /// @notice Name of the token.
    function name() public view override returns (string memory) {
        return tokenName;
    }

    /// @notice Symbol of the token.
    function symbol() public view override returns (string memory) {
        return tokenSymbol;
    }

    /// @notice Number of decimals for display.
    function decimals() public view override returns (uint8) {
        return tokenDecimals;
    }

    /// @dev With it, solady marks that there is no owner, so that not even a call from the zero address is the owner's.
    function _guardInitializeOwner() internal pure override returns (bool) {
        return true;
    }
}
