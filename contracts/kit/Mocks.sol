// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Chains } from "./Chains.sol";
import { Reorgs } from "./Reorgs.sol";

/// @notice Answer that an account gives on one chain in the place of its code.
/// @custom:field callee  Account.
/// @custom:field input   How the calldata begins to which it is given.
/// @custom:field answer  What it returns,
/// @custom:field reverts or reverts with.
struct Mock {
    address callee;
    bytes input;
    bytes answer;
    bool reverts;
}

/// @title Mocks
/// @notice Mocked calls of one chain. Those of `vm.mockCall` are on all chains, as forge does not know of ours.
/// @dev    forge can only forget all mocked calls at once: as long as there are any of the kit's, each change of chains
///         does that, and sets those of the chain.
abstract contract Mocks is Reorgs {
    mapping(uint256 => Mock[]) private _mocks;
    bool private _any;

    /// @notice As `vm.mockCall`, on one chain.
    function mockCallOn(
        uint256 _chainId,
        address _callee,
        bytes memory _input,
        bytes memory _answer
    )
        internal
    {
        _mock(_chainId, Mock({ callee: _callee, input: _input, answer: _answer, reverts: false }));
    }

    /// @notice As `vm.mockCallRevert`, on one chain.
    function mockCallRevertOn(
        uint256 _chainId,
        address _callee,
        bytes memory _input,
        bytes memory _reason
    )
        internal
    {
        _mock(_chainId, Mock({ callee: _callee, input: _input, answer: _reason, reverts: true }));
    }

    /// @notice As `vm.clearMockedCalls`, on one chain.
    function clearMockedCallsOn(uint256 _chainId) internal on(_chainId) {
        delete _mocks[_chainId];
        _afterEntering();
    }

    /// @inheritdoc Chains
    function _afterEntering() internal virtual override {
        if (!_any) return;
        vm.clearMockedCalls();
        Mock[] storage mocks = _mocks[currentChain()];
        for (uint256 i = 0; i < mocks.length; ++i) {
            _set(mocks[i]);
        }
    }

    function _mock(uint256 _chainId, Mock memory _mocked) private on(_chainId) {
        // forge gives a code to accounts without.
        trackAccount(_mocked.callee);
        _any = true;
        _mocks[_chainId].push(_mocked);
        _set(_mocked);
    }

    function _set(Mock memory _mocked) private {
        if (_mocked.reverts) vm.mockCallRevert(_mocked.callee, _mocked.input, _mocked.answer);
        else vm.mockCall(_mocked.callee, _mocked.input, _mocked.answer);
    }
}
