// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title IProxyAdmin
/// @notice Administrator of proxies, on its owner's behalf. It answers reads about proxies that it administers;
///         for others, the proxy's implementation answers, or nobody does.
/// @dev    Invariant: no proxy changes but by the owner's call.
interface IProxyAdmin {
    /// @notice Emitted when the owner has changed.
    /// @param previousOwner Owner until now.
    /// @param newOwner      Owner from now on.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice Upgrades a proxy. Reverts with `Unauthorized` unless the owner calls.
    /// @param _proxy          Proxy.
    /// @param _implementation New implementation.
    function upgrade(address payable _proxy, address _implementation) external;

    /// @notice Upgrades a proxy and calls it, with the value of the call. Reverts with `Unauthorized` unless
    ///         the owner calls, and as the call does.
    /// @param _proxy          Proxy.
    /// @param _implementation New implementation.
    /// @param _data           Calldata for it.
    function upgradeAndCall(
        address payable _proxy,
        address _implementation,
        bytes calldata _data
    )
        external
        payable;

    /// @notice Hands a proxy to another administrator. Reverts with `Unauthorized` unless the owner calls.
    /// @param _proxy    Proxy.
    /// @param _newAdmin New administrator.
    function changeProxyAdmin(address payable _proxy, address _newAdmin) external;

    /// @notice Hands this contract over. Reverts with `Unauthorized` unless the owner calls, with `ZeroAddress`
    ///         for the zero address: without an owner, no proxy could be upgraded any more.
    /// @param _newOwner New owner.
    function transferOwnership(address _newOwner) external;

    /// @notice The owner.
    /// @return Account that may upgrade.
    function owner() external view returns (address);

    /// @notice Implementation of a proxy.
    /// @param _proxy Proxy.
    /// @return       Address of its implementation.
    function getProxyImplementation(address _proxy) external view returns (address);

    /// @notice Administrator of a proxy.
    /// @param _proxy Proxy.
    /// @return       Address of its administrator.
    function getProxyAdmin(address payable _proxy) external view returns (address);
}
