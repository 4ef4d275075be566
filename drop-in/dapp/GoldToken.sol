// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { ISemver } from "@contracts-bedrock-interfaces/universal/ISemver.sol";
import { SuperchainERC20 } from "@contracts-bedrock/L2/SuperchainERC20.sol";
import { Ownable } from "@solady/auth/Ownable.sol";

/// @notice Thrown when tokens were to be minted to nobody.
error ZeroAddress();

/// @title GoldToken
/// @notice A dapp's token. solady's Ownable has an `Unauthorized` of its own.
contract GoldToken is SuperchainERC20, Ownable {
    /// @notice Emitted when the owner has minted.
    event Mint(address indexed account, uint256 amount);

    constructor(address _owner) {
        _initializeOwner(_owner);
    }

    /// @notice Mints tokens, for the owner.
    function mint(address _to, uint256 _amount) external virtual onlyOwner {
        if (_to == address(0)) revert ZeroAddress();

        _mint(_to, _amount);

        emit Mint(_to, _amount);
    }

    /// @inheritdoc ISemver
    function version() external view virtual override returns (string memory) {
        return "2.0.0";
    }

    function name() public pure virtual override returns (string memory) {
        return "Gold";
    }

    function symbol() public pure virtual override returns (string memory) {
        return "GLD";
    }
}

/// @title SilverToken
/// @notice A token that chose what upstream's OptimismSuperchainERC20 chooses.
contract SilverToken is GoldToken {
    constructor(address _owner) GoldToken(_owner) { }

    function _givePermit2InfiniteAllowance() internal view virtual override returns (bool) {
        return true;
    }
}
