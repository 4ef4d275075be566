// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { RelayTest } from "../InteropTest.sol";

/// @notice Base of gas measurements. Each is written to `snapshots/`, which is committed: forge fails when a figure
///         differs from the committed one.
abstract contract GasTest is RelayTest {
    /// @notice Gas that a transaction costs before it executes anything (EIP-2028, EIP-2930).
    uint256 internal constant TRANSACTION_GAS = 21_000;
    uint256 internal constant ZERO_BYTE_GAS = 4;
    uint256 internal constant BYTE_GAS = 16;
    uint256 internal constant LISTED_ADDRESS_GAS = 2400;
    uint256 internal constant LISTED_KEY_GAS = 1900;

    /// @notice Sends a transaction, which must succeed. The access list that was declared last applies.
    /// @param _keys  Number of storage keys in that list, under one address.
    /// @return whole_     Gas of the whole transaction.
    /// @return execution_ The same without what it costs before it executes.
    function _transact(
        address _to,
        uint256 _value,
        bytes memory _data,
        uint256 _keys
    )
        internal
        returns (uint256 whole_, uint256 execution_)
    {
        (bool success,) = _to.call{ value: _value }(_data);
        assertTrue(success, "the measured transaction reverted");
        // In isolate mode this is the gas of the transaction that forge made of the call.
        whole_ = vm.lastCallGas().gasTotalUsed;
        execution_ = whole_ - _intrinsicGas(_data, _keys);
    }

    function _intrinsicGas(bytes memory _data, uint256 _keys) internal pure returns (uint256 gas_) {
        gas_ = TRANSACTION_GAS;
        if (_keys != 0) gas_ += LISTED_ADDRESS_GAS + _keys * LISTED_KEY_GAS;
        for (uint256 i; i < _data.length; ++i) {
            gas_ += _data[i] == 0 ? ZERO_BYTE_GAS : BYTE_GAS;
        }
    }
}
