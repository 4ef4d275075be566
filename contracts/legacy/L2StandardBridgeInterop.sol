// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IMintableAndBurnableERC20 } from "../interfaces/L2/IMintableAndBurnableERC20.sol";
import { IOptimismERC20Factory } from "../interfaces/L2/IOptimismERC20Factory.sol";
import { ILegacyMintableERC20 } from "../interfaces/legacy/ILegacyMintableERC20.sol";
import { IOptimismMintableERC20 } from "../interfaces/universal/IOptimismMintableERC20.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { InterfaceQuery } from "../libraries/InterfaceQuery.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import {
    InvalidDecimals,
    InvalidLegacyERC20Address,
    InvalidSuperchainERC20Address,
    InvalidTokenPair
} from "../libraries/errors/InteropErrors.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000010
/// @custom:semver 0.0.0+interop.11
/// @title L2StandardBridgeInterop
/// @notice See `IL2StandardBridgeInterop`. Conversion only: deposits from L1 and withdrawals to it, which are what a
///         standard bridge is for, are not part of this contract. Never upgrade the standard bridge of a chain that
///         has an L1 to it, or nothing can be withdrawn any more. It is for chains without L1, such as a devnet's.
///         A full standard bridge can inherit it: it has no state and no constructor.
contract L2StandardBridgeInterop is ISemver {
    /// @notice See `IL2StandardBridgeInterop`.
    event Converted(address indexed from, address indexed to, address indexed caller, uint256 amount);

    /// @notice See `IL2StandardBridgeInterop`.
    function convert(address _from, address _to, uint256 _amount) external {
        _requirePair(_from, _to);

        IMintableAndBurnableERC20(_from).burn(msg.sender, _amount);
        IMintableAndBurnableERC20(_to).mint(msg.sender, _amount);

        emit Converted(_from, _to, msg.sender, _amount);
    }

    /// @inheritdoc ISemver
    /// @dev The part before the plus is the standard bridge's, of which there is nothing here.
    function version() public pure virtual returns (string memory) {
        return "0.0.0+interop.11";
    }

    /// @notice Requires that the tokens can be converted to each other. Until the factories have spoken, the tokens
    ///         may be anything; they are only read until then.
    function _requirePair(address _from, address _to) private view {
        if (IMintableAndBurnableERC20(_from).decimals() != IMintableAndBurnableERC20(_to).decimals()) {
            revert InvalidDecimals();
        }

        if (_saysItIsLegacy(_from)) _requireRecords(_from, _to);
        else _requireRecords(_to, _from);
    }

    /// @notice Requires that both tokens are their factories', and for the same remote token.
    function _requireRecords(address _legacy, address _superchain) private view {
        address legacyRemote =
            IOptimismERC20Factory(Predeploys.OPTIMISM_MINTABLE_ERC20_FACTORY).deployments(_legacy);
        if (legacyRemote == address(0)) revert InvalidLegacyERC20Address();

        address superchainRemote =
            IOptimismERC20Factory(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_FACTORY).deployments(_superchain);
        if (superchainRemote == address(0)) revert InvalidSuperchainERC20Address();

        if (legacyRemote != superchainRemote) revert InvalidTokenPair();
    }

    /// @notice Whether a token claims to be a legacy one. A lie here only leads to another error.
    function _saysItIsLegacy(address _token) private view returns (bool) {
        return InterfaceQuery.claims(_token, type(ILegacyMintableERC20).interfaceId)
            || InterfaceQuery.claims(_token, type(IOptimismMintableERC20).interfaceId);
    }
}
