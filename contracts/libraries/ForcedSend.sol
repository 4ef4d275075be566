// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title ForcedSend
/// @notice Pays ETH to an account without calling it.
library ForcedSend {
    /// @notice Pays `_amount` wei to `_to`. The recipient runs no code and cannot refuse. Reverts without data
    ///         if this contract holds less.
    /// @param _to     Recipient.
    /// @param _amount Wei to pay.
    function forceSend(address _to, uint256 _amount) internal {
        assembly ("memory-safe") {
            // Creation code of 22 bytes, PUSH20 <_to> SELFDESTRUCT, right-aligned in the scratch space from
            // byte 10 on. A contract that destroys itself in the transaction of its creation still moves
            // its whole balance (EIP-6780) and leaves nothing behind.
            mstore(0x00, or(shl(168, 0x73), or(shl(8, shr(96, shl(96, _to))), 0xff)))
            if iszero(create(_amount, 0x0a, 0x16)) { revert(0x00, 0x00) }
        }
    }
}
