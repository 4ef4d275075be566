// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title IProxy
/// @notice The administrator's side of `Proxy`. For everyone but the administrator, and the zero address as which
///         network upgrades and `eth_call` come, these functions are the implementation's, if it has them.
/// @dev    Invariant: nobody else changes the implementation or the administrator. No function here reverts for those
///         two, but `upgradeToAndCall` does as the call does; a proxy without implementation reverts for everyone else.
interface IProxy {
    /// @notice Emitted when the implementation has changed.
    /// @param implementation New implementation.
    event Upgraded(address indexed implementation);

    /// @notice Emitted when the administrator has changed.
    /// @param previousAdmin Administrator until now.
    /// @param newAdmin      Administrator from now on.
    event AdminChanged(address previousAdmin, address newAdmin);

    /// @notice Sets the implementation. Whether there is code at the address is not checked.
    /// @param _implementation New implementation.
    function upgradeTo(address _implementation) external;

    /// @notice Sets the implementation and calls it through the proxy, with the value of the call. Reverts as
    ///         the call does.
    /// @param _implementation New implementation.
    /// @param _data           Calldata for it.
    /// @return returnData_    What it returned.
    function upgradeToAndCall(
        address _implementation,
        bytes calldata _data
    )
        external
        payable
        returns (bytes memory returnData_);

    /// @notice Hands the proxy over.
    /// @param _admin New administrator.
    function changeAdmin(address _admin) external;

    /// @notice The administrator.
    /// @return admin_ Address in the administrator's ERC-1967 slot.
    function admin() external view returns (address admin_);

    /// @notice The implementation.
    /// @return implementation_ Address in the implementation's ERC-1967 slot.
    function implementation() external view returns (address implementation_);
}
