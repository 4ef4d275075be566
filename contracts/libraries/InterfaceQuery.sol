// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC165 } from "../interfaces/IERC165.sol";

/// @title InterfaceQuery
/// @notice Asks accounts which interfaces they implement, by ERC-165. The answer is the account's own word: it
///         tells apart those that mean well, and proves nothing of the others.
library InterfaceQuery {
    /// @notice Gas that ERC-165 grants `supportsInterface`.
    uint256 internal constant GAS = 30_000;

    /// @notice Whether an account says of itself that it implements an interface. An account without code does
    ///         not, nor does one that reverts, or whose answer is not a boolean. Never reverts on the account's
    ///         behalf.
    /// @param _account     Account to ask.
    /// @param _interfaceId ID of the interface.
    /// @return             True if it says so.
    function claims(address _account, bytes4 _interfaceId) internal view returns (bool) {
        (bool success, bytes memory answer) =
            _account.staticcall{ gas: GAS }(abi.encodeCall(IERC165.supportsInterface, (_interfaceId)));
        return success && answer.length >= 32 && abi.decode(answer, (uint256)) == 1;
    }
}
