// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { TransientSlot } from "./TransientSlot.sol";

/// @title TransientContext
/// @notice Transient variables of which each call depth has its own, for contracts that count their depth.
library TransientContext {
    using TransientSlot for bytes32;

    /// @notice Transient slot of the call depth: keccak256("transient.calldepth") - 1.
    bytes32 internal constant CALL_DEPTH_SLOT =
        0x7a74fd168763fd280eaec3bcd2fd62d0e795027adc8183a693c497a7c2b10b5c;

    /// @notice Call depth. Wraps around.
    function callDepth() internal view returns (uint256 callDepth_) {
        callDepth_ = CALL_DEPTH_SLOT.load();
    }

    /// @notice Value of a variable at this depth.
    function get(bytes32 _slot) internal view returns (uint256 value_) {
        value_ = _slotAtDepth(_slot).load();
    }

    /// @notice Sets a variable at this depth.
    function set(bytes32 _slot, uint256 _value) internal {
        _slotAtDepth(_slot).store(_value);
    }

    /// @notice Goes one call deeper.
    function increment() internal {
        unchecked {
            CALL_DEPTH_SLOT.store(callDepth() + 1);
        }
    }

    /// @notice Comes back from a call.
    function decrement() internal {
        unchecked {
            CALL_DEPTH_SLOT.store(callDepth() - 1);
        }
    }

    function _slotAtDepth(bytes32 _slot) private view returns (bytes32) {
        return keccak256(abi.encode(callDepth(), _slot));
    }
}

/// @title TransientReentrancyAware
/// @notice A reentrancy guard in transient storage that also answers the question whether it is taken.
abstract contract TransientReentrancyAware {
    using TransientSlot for bytes32;

    /// @notice A function that is only meaningful while another one runs was called outside of it.
    error NotEntered();

    /// @notice A function was entered again before its first call had ended.
    error ReentrantCall();

    /// @notice Transient slot of the guard: keccak256("transientreentrancyaware.entered") - 1.
    bytes32 internal constant ENTERED_SLOT =
        0xf13569814868ede994184d5a425471fb19e869768a33421cb701a2ba3d420c0a;

    /// @notice Takes the guard for the time of the call.
    modifier nonReentrant() {
        _enter();
        _;
        ENTERED_SLOT.store(0);
    }

    /// @notice Demands that the guard is taken.
    modifier onlyEntered() {
        _requireEntered();
        _;
    }

    /// @notice Gives the call a context of its own: what `TransientContext` keeps is that of this call, as often as
    ///         the function is entered again.
    modifier reentrantAware() {
        TransientContext.increment();
        _;
        TransientContext.decrement();
    }

    /// @notice Demands that a function with `reentrantAware` runs. Upstream's name says the opposite of what it does.
    modifier notEntered() {
        if (TransientContext.callDepth() == 0) revert NotEntered();
        _;
    }

    /// @notice Whether the guard is taken.
    function _entered() internal view returns (bool) {
        return ENTERED_SLOT.load() != 0;
    }

    function _enter() private {
        if (_entered()) revert ReentrantCall();
        ENTERED_SLOT.store(1);
    }

    function _requireEntered() private view {
        if (!_entered()) revert NotEntered();
    }
}
