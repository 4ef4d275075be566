// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { TransientSlot } from "./TransientSlot.sol";

/// @notice A function that is only meaningful while another one runs was called outside of it.
error NotEntered();

/// @notice A function was entered again before its first call had ended.
error ReentrantCall();

/// @title TransientReentrancyAware
/// @notice A reentrancy guard in transient storage that also answers the question whether it is taken.
abstract contract TransientReentrancyAware {
    using TransientSlot for bytes32;

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
