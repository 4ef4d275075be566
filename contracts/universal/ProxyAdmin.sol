// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IProxy } from "../interfaces/universal/IProxy.sol";
import { IProxyAdmin } from "../interfaces/universal/IProxyAdmin.sol";
import { Unauthorized, ZeroAddress } from "../libraries/errors/CommonErrors.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000018
/// @title ProxyAdmin
/// @notice See `IProxyAdmin`. As a predeploy it stands behind a proxy that it administers itself, and gets its
///         owner from the genesis.
contract ProxyAdmin is IProxyAdmin {
    /// @inheritdoc IProxyAdmin
    /// @dev Slot 0, where a genesis writes it.
    address public owner;

    /// @notice Lets nobody but the owner pass.
    modifier onlyOwner() {
        _requireOwner();
        _;
    }

    /// @param _owner Owner.
    constructor(address _owner) {
        _setOwner(_owner);
    }

    /// @inheritdoc IProxyAdmin
    function upgrade(address payable _proxy, address _implementation) external onlyOwner {
        IProxy(_proxy).upgradeTo(_implementation);
    }

    /// @inheritdoc IProxyAdmin
    function upgradeAndCall(
        address payable _proxy,
        address _implementation,
        bytes calldata _data
    )
        external
        payable
        onlyOwner
    {
        IProxy(_proxy).upgradeToAndCall{ value: msg.value }(_implementation, _data);
    }

    /// @inheritdoc IProxyAdmin
    function changeProxyAdmin(address payable _proxy, address _newAdmin) external onlyOwner {
        IProxy(_proxy).changeAdmin(_newAdmin);
    }

    /// @inheritdoc IProxyAdmin
    function transferOwnership(address _newOwner) external onlyOwner {
        if (_newOwner == address(0)) revert ZeroAddress();
        _setOwner(_newOwner);
    }

    /// @inheritdoc IProxyAdmin
    function getProxyImplementation(address _proxy) external view returns (address) {
        return IProxy(_proxy).implementation();
    }

    /// @inheritdoc IProxyAdmin
    function getProxyAdmin(address payable _proxy) external view returns (address) {
        return IProxy(_proxy).admin();
    }

    function _setOwner(address _newOwner) private {
        emit OwnershipTransferred(owner, _newOwner);
        owner = _newOwner;
    }

    function _requireOwner() private view {
        if (msg.sender != owner) revert Unauthorized();
    }
}
