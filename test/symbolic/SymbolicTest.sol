// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Vm } from "forge-std/Vm.sol";

/// @notice The cheat codes of halmos that the proofs need.
interface ISvm {
    function createBool(string calldata _name) external returns (bool);
    function createAddress(string calldata _name) external returns (address);
    function createUint256(string calldata _name) external returns (uint256);
    function createBytes32(string calldata _name) external returns (bytes32);

    /// @notice Forks the execution: a branch for each function of the contract, with arbitrary arguments, one for no
    ///         calldata at all and one for a selector that the contract does not have.
    function createCalldata(string calldata _contract, bool _withViews) external returns (bytes memory);

    /// @notice Lets the storage of an account be arbitrary from here on.
    function enableSymbolicStorage(address _account) external;
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
ISvm constant SVM = ISvm(address(uint160(uint256(keccak256("svm cheat code")))));

/// @notice Reads the transient storage of the account that its code is placed at.
contract TransientReader {
    function read(bytes32 _slot) external view returns (uint256 value_) {
        assembly ("memory-safe") {
            value_ := tload(_slot)
        }
    }
}

/// @notice Selector of a call, zero bytes where it is shorter than one.
function selectorOf(bytes memory _call) pure returns (bytes4) {
    // It is meant to drop the arguments.
    // forge-lint: disable-next-line(unsafe-typecast)
    return bytes4(_call);
}

/// @notice Base of the proofs. A proof is a function `check_...`: halmos executes it with every argument at once and
///         looks for one with which an `assert` fails.
abstract contract SymbolicTest {
    /// @notice A call by anyone, with a value, which is all that the caller has.
    function _call(
        address _caller,
        address _callee,
        uint256 _value,
        bytes memory _data
    )
        internal
        returns (bool success_, bytes memory result_)
    {
        VM.deal(_caller, _value);
        VM.prank(_caller);
        (success_, result_) = _callee.call{ value: _value }(_data);
    }

    function _call(
        address _caller,
        address _callee,
        bytes memory _data
    )
        internal
        returns (bool success_, bytes memory result_)
    {
        VM.prank(_caller);
        (success_, result_) = _callee.call(_data);
    }

    /// @notice Whether a call failed with an error without arguments.
    function _isError(bytes memory _result, bytes4 _selector) internal pure returns (bool) {
        return _result.length == 4 && selectorOf(_result) == _selector;
    }
}
