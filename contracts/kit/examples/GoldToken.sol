// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { SuperchainERC20 } from "../../token/SuperchainERC20.sol";

/// @title GoldToken
/// @notice A token that SuperchainTokenBridge moves. All of it comes into being on one chain, its home.
contract GoldToken is SuperchainERC20 {
    /// @notice The arguments are the same on every chain, and so is the address, which depends on them.
    /// @param _owner  Account that gets the supply.
    /// @param _home   Chain on which it does.
    /// @param _supply Number of tokens.
    constructor(address _owner, uint256 _home, uint256 _supply) {
        if (block.chainid == _home) _mint(_owner, _supply);
    }

    /// @notice Name of the token.
    function name() public pure override returns (string memory) {
        return "Gold";
    }

    /// @notice Symbol of the token.
    function symbol() public pure override returns (string memory) {
        return "GOLD";
    }
}
