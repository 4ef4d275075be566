// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IBeacon } from "../interfaces/IBeacon.sol";

/// @title BeaconProxy
/// @notice An ERC-1967 proxy that asks a beacon for its implementation, anew at every call, and has no
///         administrator. It is initialized by its own constructor, while it has no code yet, so that nobody can
///         come in between. While the implementation has no code, every call reverts with `InvalidImplementation`.
contract BeaconProxy {
    /// @notice Slot of the beacon: keccak256("eip1967.proxy.beacon") - 1. Explorers look there; the proxy itself
    ///         has the address in its code, which costs less to read.
    bytes32 internal constant BEACON_SLOT =
        0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50;

    IBeacon internal immutable BEACON;

    /// @notice The beacon names an implementation without code.
    /// @param implementation Implementation that it names.
    error InvalidImplementation(address implementation);

    /// @notice Emitted by the constructor.
    /// @param beacon Beacon of the proxy.
    event BeaconUpgraded(address indexed beacon);

    /// @param _beacon Beacon. Reverts with `InvalidImplementation`, or without data if it is none.
    /// @param _data   Calldata for the implementation. Reverts as the call does.
    constructor(IBeacon _beacon, bytes memory _data) {
        BEACON = _beacon;
        assembly ("memory-safe") {
            sstore(BEACON_SLOT, _beacon)
        }
        emit BeaconUpgraded(address(_beacon));

        (bool success, bytes memory result) = _implementation(_beacon).delegatecall(_data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    receive() external payable {
        _delegate(_implementation(BEACON));
    }

    fallback() external payable {
        _delegate(_implementation(BEACON));
    }

    /// @notice Hands the call to the implementation and ends it with what comes back; does not return.
    function _delegate(address _target) private {
        assembly {
            // Memory is of no more use to this call, so everything may be overwritten.
            calldatacopy(0x00, 0x00, calldatasize())
            let success := delegatecall(gas(), _target, 0x00, calldatasize(), 0x00, 0x00)
            returndatacopy(0x00, 0x00, returndatasize())
            if success { return(0x00, returndatasize()) }
            revert(0x00, returndatasize())
        }
    }

    /// @notice Implementation that a beacon names. It must have code: a delegated call to an account without would
    ///         succeed and do nothing, so that for instance a bridge would take tokens for minted that are not.
    function _implementation(IBeacon _beacon) private view returns (address implementation_) {
        implementation_ = _beacon.implementation();
        if (implementation_.code.length == 0) revert InvalidImplementation(implementation_);
    }
}
