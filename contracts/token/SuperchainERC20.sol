// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC165 } from "../interfaces/IERC165.sol";
import { IERC20 } from "../interfaces/IERC20.sol";
import { IERC7802 } from "../interfaces/L2/IERC7802.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { Unauthorized } from "../libraries/errors/CommonErrors.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

/// @custom:semver 1.0.2
/// @title SuperchainERC20
/// @notice An ERC-20 token that SuperchainTokenBridge moves between chains. Inherit it, give it a name and a
///         symbol, and deploy it at the same address on every chain (CREATE2 or CREATE3): whatever contract has
///         that address on another chain of the dependency set can mint here by way of the bridge.
/// @dev    Permit2 (0x000000000022D473030F116dDEE9F6B43aC78BA3) needs an allowance like everyone else, and holders can
///         take it back. solady's ERC20 has changed its mind about that between versions, so it is decided here:
///         with whatever version a token is compiled, from 0.0.245 on, it behaves the same. A token that wants an
///         infinite allowance for Permit2 overrides `_givePermit2InfiniteAllowance` to return true; `approve` of
///         Permit2 with any other amount than the maximum then reverts, and holders' tokens are as safe as their
///         Permit2 signatures, and as the code at Permit2's address on each chain.
abstract contract SuperchainERC20 is ERC20, IERC7802, ISemver {
    /// @notice Lets nobody but SuperchainTokenBridge pass.
    modifier onlySuperchainTokenBridge() {
        _requireSuperchainTokenBridge();
        _;
    }

    /// @inheritdoc IERC7802
    /// @dev Reverts with `Unauthorized` unless SuperchainTokenBridge calls.
    function crosschainMint(address _to, uint256 _amount) external onlySuperchainTokenBridge {
        _mint(_to, _amount);

        emit CrosschainMint(_to, _amount, msg.sender);
    }

    /// @inheritdoc IERC7802
    /// @dev Reverts with `Unauthorized` unless SuperchainTokenBridge calls.
    function crosschainBurn(address _from, uint256 _amount) external onlySuperchainTokenBridge {
        _burn(_from, _amount);

        emit CrosschainBurn(_from, _amount, msg.sender);
    }

    /// @inheritdoc ISemver
    function version() external view virtual returns (string memory) {
        return "1.0.2";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 _interfaceId) public view virtual returns (bool) {
        return _interfaceId == type(IERC7802).interfaceId || _interfaceId == type(IERC20).interfaceId
            || _interfaceId == type(IERC165).interfaceId;
    }

    /// @notice Whether Permit2 has an infinite allowance from every holder, which cannot be lowered. Must always
    ///         return the same.
    /// @return False, unless a token overrides it.
    function _givePermit2InfiniteAllowance() internal view virtual override returns (bool) {
        return false;
    }

    function _requireSuperchainTokenBridge() private view {
        if (msg.sender != Predeploys.SUPERCHAIN_TOKEN_BRIDGE) revert Unauthorized();
    }
}
